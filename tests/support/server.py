# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real server as a child: started on a free port over a data folder of its own, killed, started
again, and looked at from outside: its log, its process, its PostgreSQL."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import requests

from support import api
from support.wait import wait_until

PASSWORD = "deskbell-demo"
# The same, hashed like the server's own ones but with a thousandth of the work.
QUICK_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$86iDiSfv23+hV7uTTOhnZA"
    "$ER5pFxa3Ur1v/qx6LVPshwyU4AjQD2y58YKEI8U+d1g"
)
ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("DESKBELL_BUILD", "build")
BINARY = BUILD / "server" / "deskbell-server"
START_S = 60
STOP_S = 120
SANITIZER = r"ERROR: \w+Sanitizer|runtime error:"
REPORT = re.compile(SANITIZER + r'|"level":"(error|fatal)"')


def make_folder():
    """Not pytest's own: those are closed to others, and root's PostgreSQL is another user."""
    folder = Path(tempfile.mkdtemp(prefix="deskbell-"))
    folder.chmod(0o755)
    return folder


class Server:
    """options go to `serve`; environment is added to ours, without rate limits unless it says
    otherwise; under is the command that runs it, such as nohup. Nothing is started yet."""

    running = []  # shown by conftest when a test fails

    def __init__(self, *options, data=None, environment=None, under=()):
        self.options = options
        self.under = under
        self.folder = make_folder()
        self.data = Path(data) if data else self.folder / "data"
        self.environment = {"DESKBELL_RATE_LIMIT": "off", **(environment or {})}
        self.url = None
        self.process = None
        self._database = None

    # Life

    def start(self):
        """Returns self when it serves, on the port it had before."""
        listen = self.url.removeprefix("http://") if self.url else "127.0.0.1:0"
        where = ["--listen", listen, "--data", self.data]
        command = [*self.under, BINARY, "serve", *where, *self.options]
        seen = len(self.output())
        with open(self._output_path, "ab") as output, open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **self.environment},
            )
        Server.running.append(self)
        try:
            self.url = wait_until(
                lambda: self._find_ready(seen), START_S, f"the server to serve: {command}"
            )
        except AssertionError as error:
            self.kill9()
            raise AssertionError(f"{error}\n{self.log_tail()}") from None
        return self

    def _find_ready(self, seen):
        found = re.search(r"^ready (http://\S+)$", self.output()[seen:], re.MULTILINE)
        if found:
            return found[1]
        code = self.process.poll()
        assert code is None, f"the server ended with {code} before it served\n{self.log_tail()}"
        return None

    def stop(self, how=signal.SIGTERM):
        """Ends it as an administrator would. It must end well, and without a sanitizer's report."""
        if not self.is_running:
            return
        self.process.send_signal(how)
        try:
            code = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise AssertionError(f"still there {STOP_S} s after {how.name}\n{self.log_tail()}")
        self.forget()
        assert code == 0, f"the server ended with {code}\n{self.log_tail()}"
        self.check_log()

    def kill9(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.forget()

    def restart(self):
        self.stop()
        return self.start()

    def dispose(self):
        """Stops it and removes what it kept."""
        try:
            self.stop()
        finally:
            self.forget()
            shutil.rmtree(self.folder, ignore_errors=True)

    def forget(self):
        """Its process is gone: nothing of it is shown with later tests."""
        if self in Server.running:
            Server.running.remove(self)

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self):
        return self.process.pid

    @property
    def ws_url(self):
        return self.url.replace("http", "ws", 1) + "/api/v1/live"

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/readyz", timeout=60).status_code == 200
        except requests.RequestException:
            return False

    def wait_ready(self, timeout=60):
        wait_until(self.is_ready, timeout, f"/readyz to be 200\n{self.log_tail()}")

    def resident_bytes(self):
        """Memory of the server itself, PostgreSQL apart."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    # What it said

    @property
    def _output_path(self):
        return self.folder / "output"

    @property
    def log_path(self):
        return self.folder / "log"

    def output(self):
        return self._output_path.read_text() if self._output_path.exists() else ""

    def log_tail(self, start=0, size=8000):
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return text[start:][-size:]

    def log_lines(self):
        """The structured lines of the log, parsed."""
        lines = self.log_path.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def check_log(self):
        """Sanitizers and GLib's own checks write into the log; a good run leaves none of that."""
        found = REPORT.search(self.log_path.read_text(errors="replace"))
        assert not found, f"in the server's log:\n{self.log_tail(max(0, found.start() - 500))}"

    # Its people

    def login(self, email="agent1@example.com", password=PASSWORD):
        return api.login(self.url, email, password)

    def visitor(self, **fields):
        return api.visitor(self.url, **fields)

    def anonymous(self):
        return api.Api(self.url)

    def create_user(self, role, email, password=PASSWORD, name="Somebody"):
        """The command of that name, beside the server whether that runs or not."""
        person = ["--role", role, "--name", name, "--email", email]
        command = [BINARY, "create-user", *person, "--data", self.data]
        subprocess.run(command, input=f"{password}\n", text=True, check=True, capture_output=True)

    # Its PostgreSQL

    def _postmaster(self):
        return (self.data / "db" / "postmaster.pid").read_text().splitlines()

    @property
    def postgres_pid(self):
        return int(self._postmaster()[0])

    @property
    def database_url(self):
        lines = self._postmaster()
        return f"host={lines[4]} port={lines[3]} user=deskbell dbname=postgres"

    @property
    def database(self):
        """A connection of the test's own, autocommit; a new one after a restart."""
        if self._database is not None and not self._database.closed:
            try:
                self._database.cursor().execute("SELECT 1")
                return self._database
            except psycopg2.OperationalError:
                self._database.close()
        self._database = psycopg2.connect(self.database_url)
        self._database.autocommit = True
        return self._database

    def sql(self, statement, *values):
        """Runs a statement and returns its rows, if it has any."""
        with self.database.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None

    def sql_apart(self, statement):
        """Runs a statement on a connection of its own, beside whatever else runs."""
        with closing(psycopg2.connect(self.database_url)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def kill_postgres(self, how=signal.SIGKILL):
        """SIGKILL crashes it, SIGINT stops it in order; the server brings it back either way.
        Returns when the old one is gone."""
        pid = self.postgres_pid
        os.kill(pid, how)
        wait_until(lambda: not is_alive(pid), 30, f"PostgreSQL {pid} to be gone")


def is_alive(pid):
    """A zombie counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def copy_data(source, target):
    """A data folder whose server is stopped, owners included, for a server of its own."""
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)


def make_data(*options):
    """The data folder of a server that has started once and stopped, to be copied. Passwords in it
    are checked in no time: real ones cost more than all the rest of a test."""
    server = Server(*options).start()
    server.sql("UPDATE app_user SET password_hash = %s WHERE password_hash <> ''", QUICK_HASH)
    server.stop()
    return server.data


@contextmanager
def running(data, *options, **more):
    """A server over a copy of such a folder, as long as the block lasts."""
    server = Server(*options, **more)
    copy_data(data, server.data)
    try:
        yield server.start()
    finally:
        server.dispose()
