# SPDX-License-Identifier: Apache-2.0
"""loomgated under test, and a client of its HTTP API."""

import http.client
import json
import os
import subprocess
import time

import servers

PASSWORD = "correct horse battery"


class Daemon:
    """On a free port, without MQTT, with a data folder of its own."""

    def __init__(self, folder, build, dsn):
        self.port = servers.free_port()
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("WFM_", "LOOMGATE_"))}
        environment |= {"WFM_DATABASE": dsn, "WFM_DATA_DIR": folder, "WFM_LISTEN": f"127.0.0.1:{self.port}",
                        "WFM_ENABLE_MQTT_SERVICES": "false", "WFM_LOG_LEVEL": "warning"}
        self.log = open(os.path.join(folder, "loomgated.log"), "ab")
        self.process = subprocess.Popen([f"{build}/daemon/app/loomgated", "serve"], env=environment, stdout=self.log, stderr=self.log)
        servers.wait_for("loomgated to start", lambda: self.process.poll() is not None or servers.answers(self.port))

    def stop(self):
        servers.stop(self.process)

    def peak_memory_mb(self):
        rows = dict(line.split(":", 1) for line in servers.read(f"/proc/{self.process.pid}/status").splitlines())
        return round(int(rows["VmHWM"].split()[0]) / 1024)


class Client:
    """One kept connection."""

    def __init__(self, daemon):
        self.connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=600)
        self.headers = {"Content-Type": "application/json"}

    def call(self, method, path, body=None):
        """`data` of the answer, and the milliseconds that it took."""
        text = None if body is None else json.dumps(body)
        start = time.monotonic()
        self.connection.request(method, "/api/v1" + path, text, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        milliseconds = (time.monotonic() - start) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:400]!r}")
        return json.loads(content)["data"], milliseconds

    def sign_in(self):
        session, _ = self.call("POST", "/auth/setup", {"locale": "en-US", "password": PASSWORD})
        self.headers["Authorization"] = f"Bearer {session['access_token']}"
