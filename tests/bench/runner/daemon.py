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
    """On a free port, with a data folder of its own; with `mqtt` nodes are devices, also when there is no broker."""

    def __init__(self, folder, build, dsn, mqtt=False, broker=None):
        self.broker = broker
        self.port = servers.free_port()
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("WFM_", "LOOMGATE_"))}
        environment |= {"WFM_DATABASE": dsn, "WFM_DATA_DIR": folder, "WFM_LISTEN": f"127.0.0.1:{self.port}",
                        "WFM_ENABLE_MQTT_SERVICES": str(mqtt).lower(), "WFM_LOG_LEVEL": "error"}
        if broker:
            environment["WFM_MQTT_URL"] = f"mqtt://127.0.0.1:{broker.port}"
        self.log = open(os.path.join(folder, "loomgated.log"), "ab")
        self.process = subprocess.Popen([f"{build}/daemon/app/loomgated", "serve"], env=environment, stdout=self.log, stderr=self.log)
        servers.wait_for("loomgated to start", lambda: self.process.poll() is not None or servers.answers(self.port))

    def stop(self):
        servers.stop(self.process)

    def peak_memory_mb(self):
        return round(self.status_kb("VmHWM") / 1024)

    def memory_kb(self):
        return self.status_kb("VmRSS")

    def status_kb(self, row):
        rows = dict(line.split(":", 1) for line in servers.read(f"/proc/{self.process.pid}/status").splitlines())
        return int(rows[row].split()[0])


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

    def metric(self, name):
        """The value of a line of /metrics; 0 while there is none."""
        self.connection.request("GET", "/metrics")
        lines = self.connection.getresponse().read().decode().splitlines()
        return next((int(line[len(name):]) for line in lines if line.startswith(name + " ")), 0)

    def sign_in(self):
        session, _ = self.call("POST", "/auth/setup", {"locale": "en-US", "password": PASSWORD})
        self.token = session["access_token"]
        self.headers["Authorization"] = f"Bearer {session['access_token']}"


def with_daemon(folder, build, use, mqtt=False, make_broker=None):
    """What `use` makes of a fresh database, a daemon on it (with the broker that `make_broker` makes of the database) and a client that is signed in."""
    postgres = servers.Postgres(folder)
    data = os.path.join(folder, "daemon")
    os.mkdir(data, 0o700)
    daemon = broker = None
    try:
        postgres.make_roles()
        postgres.psql("CREATE DATABASE loomgate OWNER loomgate")
        broker = make_broker(postgres) if make_broker else None
        daemon = Daemon(data, build, postgres.dsn("loomgate"), mqtt, broker)
        client = Client(daemon)
        client.sign_in()
        return use(postgres, daemon, client)
    finally:
        if daemon:
            daemon.stop()
        if broker:
            broker.stop()
        postgres.stop()
