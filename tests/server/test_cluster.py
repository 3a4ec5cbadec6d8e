# SPDX-License-Identifier: AGPL-3.0-or-later
"""The embedded PostgreSQL: it comes and goes with the server, and returns when it dies alone."""

import os
import pwd
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from support.server import is_alive
from support.wait import wait_until

AS_ROOT = os.geteuid() == 0


def owner_of(pid):
    return pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name


def refuse(server):
    """Starts a server that must not start, and returns what it said."""
    with pytest.raises(AssertionError) as failure:
        server.start()
    assert not server.is_running
    return str(failure.value)


def test_it_runs_beside_the_server_reached_by_its_own_socket_only(fresh_server):
    assert fresh_server.sql("SHOW listen_addresses") == [("",)]
    assert fresh_server.sql("SHOW fsync") == [("on",)]
    assert fresh_server.sql("SHOW jit") == [("off",)]
    folder = Path(fresh_server.sql("SHOW unix_socket_directories")[0][0])
    assert folder.stat().st_mode & 0o777 == 0o700


def test_it_never_runs_as_root(fresh_server):
    expected = "postgres" if AS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
    assert owner_of(fresh_server.postgres_pid) == expected


def test_it_stops_with_the_server(fresh_server):
    pid = fresh_server.postgres_pid
    fresh_server.stop()
    assert not is_alive(pid)


def test_it_stops_when_the_server_is_killed_and_the_next_start_finds_everything(fresh_server):
    fresh_server.sql("CREATE TABLE kept AS SELECT 42 AS value")
    pid = fresh_server.postgres_pid
    fresh_server.kill9()
    wait_until(lambda: not is_alive(pid), 30, "PostgreSQL to follow its server")
    fresh_server.start()
    assert fresh_server.sql("SELECT value FROM kept") == [(42,)]


def test_a_second_start_repeats_no_notices_of_postgresql(fresh_server):
    fresh_server.restart()
    assert "NOTICE" not in fresh_server.log_tail()


def test_a_start_right_after_a_kill_waits_for_the_old_postgresql(fresh_server):
    fresh_server.kill9()
    fresh_server.start()
    assert fresh_server.is_ready()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["crash", "stop"])
def test_it_comes_back_by_itself(fresh_server, how):
    pid = fresh_server.postgres_pid
    fresh_server.kill_postgres(how)
    fresh_server.wait_ready()
    assert fresh_server.postgres_pid != pid


def test_a_postgresql_without_server_is_taken_over(fresh_server):
    """As after a kill that the kernel could not pass on: somebody else started it."""
    fresh_server.sql("CREATE TABLE kept AS SELECT 42 AS value")
    bindir = Path(f"/proc/{fresh_server.postgres_pid}/exe").resolve().parent
    fresh_server.stop()
    command = [bindir / "postgres", "-D", fresh_server.data / "db", "-k", "/tmp", "-h", ""]
    stray = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user="postgres" if AS_ROOT else None,
        cwd="/",
    )
    wait_until(lambda: (fresh_server.data / "db" / "postmaster.pid").exists(), 30, "the stray")
    fresh_server.start()
    assert stray.wait(30) is not None
    assert fresh_server.sql("SELECT value FROM kept") == [(42,)]


def test_one_data_folder_has_one_server(fresh_server, make_server):
    assert "another server" in refuse(make_server(data=fresh_server.data)).lower()
    assert fresh_server.is_ready()


def test_a_data_folder_may_have_a_long_path(make_server):
    server = make_server()
    server.data = server.folder / ("long-" * 30)
    server.start()
    path = Path(server.sql("SHOW unix_socket_directories")[0][0])
    assert len(str(path)) < 90 and path.stat().st_mode & 0o777 == 0o700
    server.stop()
    assert not path.exists()


def test_data_of_another_version_is_refused_with_advice(fresh_server):
    fresh_server.stop()
    version = fresh_server.data / "db" / "PG_VERSION"
    version.write_text("9\n")
    said = refuse(fresh_server)
    assert "PostgreSQL 9" in said and "pg_upgrade" in said


def test_an_interrupted_creation_starts_over(make_server):
    server = make_server()
    half = server.data / "db.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    server.start()
    assert not half.exists()


def test_what_postgresql_complains_about_is_shown(fresh_server):
    fresh_server.stop()
    with open(fresh_server.data / "db" / "postgresql.conf", "a") as settings:
        settings.write("nonsense = 1\n")
    assert "nonsense" in refuse(fresh_server)


@pytest.mark.skipif(not AS_ROOT, reason="only root runs PostgreSQL as somebody else")
def test_a_folder_closed_to_postgresql_is_refused_with_advice(make_server):
    server = make_server()
    server.folder.chmod(0o700)
    said = refuse(server)
    assert str(server.folder) in said and "/var/lib/deskbell" in said


def test_postgresql_variables_of_whoever_starts_it_do_not_matter(make_server):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        strange = {"PGPORT": str(taken.getsockname()[1]), "PGDATA": "/nowhere", "PGUSER": "nobody"}
        server = make_server(environment=strange).start()
        assert requests.get(f"{server.url}/readyz", timeout=30).status_code == 200
