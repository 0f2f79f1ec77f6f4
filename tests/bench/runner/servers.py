# SPDX-License-Identifier: Apache-2.0
"""The servers under test: a throw-away PostgreSQL cluster with the schema and the principals, and the brokers."""

import os
import shutil
import signal
import socket
import subprocess
import time

PG_BIN = "/usr/lib/postgresql/15/bin"
ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"no end in time: {what}")
        time.sleep(0.02)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process, kind=signal.SIGTERM):
    if process and process.poll() is None:
        process.send_signal(kind)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def processor_seconds(pids):
    total = 0
    for pid in pids:
        try:
            total += sum(int(read(f"/proc/{pid}/task/{task}/schedstat").split()[0]) for task in os.listdir(f"/proc/{pid}/task"))
        except FileNotFoundError:  # a process or thread that ended
            pass
    return total / 1e9


def settle(pids):
    """Waits until these processes have nothing to do: half of a percent of one processor for most of a second."""
    pause, idle = 0.7, 0.005
    before = processor_seconds(pids)

    def is_idle():
        nonlocal before
        time.sleep(pause)
        used, before = processor_seconds(pids) - before, processor_seconds(pids)
        return used < pause * idle

    wait_for("the brokers and the database to come to rest", is_idle)


class Postgres:
    """Unix socket in a private folder, trusted; as user postgres when we are root. Default durability."""

    def __init__(self, folder):
        self.folder = folder
        self.data = os.path.join(folder, "pg")
        self.port = free_port()
        self.log = open(os.path.join(folder, "postgresql.log"), "ab")
        self.process = None
        os.mkdir(self.data, 0o700)
        if os.geteuid() == 0:
            shutil.chown(self.data, "postgres", "postgres")
        subprocess.run(self._as_postgres(f"{PG_BIN}/initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
                       check=True, stdout=self.log, stderr=self.log, cwd="/")
        self.start()

    def _as_postgres(self, *command):
        return (["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] if os.geteuid() == 0 else []) + list(command)

    def start(self):
        self.process = subprocess.Popen(
            self._as_postgres(f"{PG_BIN}/postgres", "-D", self.data, "-c", f"port={self.port}", "-c", "listen_addresses=",
                              "-c", f"unix_socket_directories={self.data}"), stdout=self.log, stderr=self.log, cwd="/", start_new_session=True)
        wait_for("PostgreSQL to start", lambda: self.psql("SELECT 1", check=False).returncode == 0)

    def stop(self):
        stop(self.process, signal.SIGINT)

    def pids(self):
        """The postmaster and its children."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return [self.process.pid, *map(int, file.read().split())]

    def freeze(self):
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.killpg(self.process.pid, signal.SIGCONT)

    def dsn(self, role, database="loomgate"):
        return f"host={self.data} port={self.port} user={role} dbname={database}"

    def psql(self, sql, *arguments, role="postgres", database="postgres", check=True):
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments, self.dsn(role, database)],
                             input=sql, capture_output=True, text=True, check=False)
        if check and run.returncode:
            raise RuntimeError(run.stderr)
        return run

    def console(self):
        """A psql that stays open: write statements, read their answers."""
        return subprocess.Popen(["psql", "-X", "-q", "-A", "-t", self.dsn("loomgate")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def make_roles(self):
        self.psql("CREATE ROLE loomgate LOGIN; CREATE ROLE loomgate_broker LOGIN;")

    def make_database(self, name, principals):
        self.psql(f"CREATE DATABASE {name} OWNER loomgate;")
        migrations = os.path.join(ROOT, "sql", "migrations")
        schema = "CREATE SCHEMA loomgate;\nSET search_path = loomgate;\n"
        for file in sorted(file for file in os.listdir(migrations) if file[:1].isdigit()):
            schema += read(os.path.join(migrations, file))
        self.psql(schema + read(os.path.join(migrations, "grants.sql")), role="loomgate", database=name)
        self.psql(read(os.path.join(ROOT, "tests", "bench", "principals.sql")), "-v", f"count={principals}", role="loomgate", database=name)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Broker:
    """One Mosquitto on a free port. `plugin` is the lines of its configuration that make the difference."""

    def __init__(self, name, folder, plugin):
        self.name = name
        self.folder = os.path.join(folder, name)
        self.port = free_port()
        os.mkdir(self.folder, 0o700)
        self.config = os.path.join(self.folder, "mosquitto.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("user root\n" if os.geteuid() == 0 else "")
            file.write(f"listener {self.port} 127.0.0.1\nmax_inflight_messages 1000\nmax_queued_messages 2000000000\n")
            file.write("log_type error\nlog_type warning\nlog_type notice\nlog_dest stdout\nconnection_messages false\n" + plugin)
        self.process = None
        self.start()

    def start(self):
        with open(os.path.join(self.folder, "mosquitto.log"), "ab") as log:
            self.process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", self.config], stdout=log, stderr=log, start_new_session=True)
        wait_for(f"broker {self.name} to start", lambda: self.process.poll() is not None or answers(self.port))
        if self.process.poll() is not None:
            raise RuntimeError(f"broker {self.name} did not start:\n" + read(os.path.join(self.folder, "mosquitto.log")))

    def stop(self):
        stop(self.process)

    def kill(self):
        stop(self.process, signal.SIGKILL)

    def memory_kb(self):
        rows = dict(line.split(":", 1) for line in read(f"/proc/{self.process.pid}/status").splitlines())
        return {"resident_kb": int(rows["VmRSS"].split()[0]), "own_kb": int(rows["RssAnon"].split()[0])}


def anonymous(folder):
    return Broker("anonymous", folder, "allow_anonymous true\n")


def null_plugin(folder, build, threads=0):
    name, option = ("threads", f"plugin_opt_threads {threads}\n") if threads else ("null", "")
    return Broker(name, folder, f"allow_anonymous false\nplugin {build}/tests/bench/loomgate_null_plugin.so\n{option}")


def loomgate(folder, build, postgres, database="loomgate", more=""):
    dsn_file = os.path.join(folder, "broker-dsn")
    with open(os.open(dsn_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(postgres.dsn("loomgate_broker", database) + "\n")
    return Broker("loomgate", folder,
                  f"allow_anonymous false\nplugin {build}/plugin/mosquitto/loomgate_mosquitto.so\nplugin_opt_dsn_file {dsn_file}\n"
                  f"plugin_opt_cache_file {folder}/access.cache\nplugin_opt_broker_id bench\n{more}")
