# SPDX-License-Identifier: AGPL-3.0-or-later
"""Starting and stopping as an administrator does it: what is wrong is said before anything is made,
and every way to ask for a stop is a clean one."""

import os
import re
import signal
import subprocess
import termios
from pathlib import Path

import pytest

from support.server import BINARY, running


def refuse(server):
    """Starts a server that must not start, and returns what it said."""
    with pytest.raises(AssertionError) as failure:
        server.start()
    assert not server.is_running
    return str(failure.value)


def test_a_port_in_use_is_said_before_a_database_is_made(server, make_server):
    second = make_server()
    second.url = server.url
    port = server.url.rpartition(":")[2]
    assert f"Another program listens on port {port} already." in refuse(second)
    assert not second.data.exists()


@pytest.mark.parametrize("level", ["loud", "Warning", "info "])
def test_a_level_of_the_log_that_there_is_not_is_refused(make_server, level):
    server = make_server(environment={"DESKBELL_LOG": level})
    said = refuse(server)
    assert f"“{level}” is no level of the log." in said
    assert "debug, info or warning" in said
    assert not server.data.exists()


@pytest.mark.parametrize(
    "address",
    ["8484", ":8484", "[:1", "[::1", "[]:8484", "::1:8484", "127.0.0.1:", "127.0.0.1:70000"],
)
def test_what_is_no_address_to_listen_on_is_refused(make_server, address):
    server = make_server(environment={"DESKBELL_LISTEN": address})
    assert f"“{address}” is no address to listen on." in refuse(server)


def test_an_address_with_colons_is_said_so_that_it_can_be_opened(empty_data):
    with running(empty_data, "--listen", "[::1]:0") as server:
        assert server.url.startswith("http://[::1]:")
        assert f"{server.url}/setup/#code=" in server.output()
        assert server.is_ready()


@pytest.mark.parametrize(
    "proxies, said",
    [("", "Name the proxy in front of it"), (" ,", "Name the proxy"), ("proxy", "“proxy” is no")],
)
def test_whoever_listens_to_the_world_names_a_proxy(make_server, proxies, said):
    server = make_server("--listen", "0.0.0.0:0", "--behind-proxy", proxies)
    assert said in refuse(server)
    assert not server.data.exists()


@pytest.mark.parametrize(
    "name, value",
    [
        ("DESKBELL_WORKERS", "many"),
        ("DESKBELL_WORKERS", "0"),
        ("DESKBELL_WORKERS", "65"),
        ("DESKBELL_GRACE_SECONDS", "1m"),
        ("DESKBELL_GRACE_SECONDS", "-1"),
    ],
)
def test_a_number_that_is_not_possible_is_refused(make_server, name, value):
    server = make_server(environment={name: value})
    assert f"“{value}” is not possible: {name} is a number from" in refuse(server)
    assert not server.data.exists()


def test_an_empty_variable_is_no_data_folder(tmp_path):
    """Else the folder in which one happens to stand would be it."""
    (tmp_path / "deskbell.conf").write_text("no settings")
    environment = {**os.environ, "DESKBELL_DATA_DIR": ""}
    version = subprocess.run([BINARY, "version"], cwd=tmp_path, env=environment)
    assert version.returncode == 0


def test_the_level_of_the_log_leaves_out_what_is_less(empty_data):
    with running(empty_data, environment={"DESKBELL_LOG": "warning"}) as server:
        server.visitor()
        assert server.log_lines() == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_cleanly_when_it_is_told_to_and_when_its_terminal_closes(empty_data, how):
    # These tests themselves may run under nohup, or in a shell's background.
    with running(empty_data, under=["env", "--default-signal"]) as server:
        server.stop(how)
        assert not (server.data / "db" / "postmaster.pid").exists()


def test_whoever_reads_that_it_is_ready_may_stop_it_at_once(empty_data):
    """Ten times, because a stop that comes a moment too early is easily missed."""
    command = ["env", "--default-signal", BINARY, "serve", "--listen", "127.0.0.1:0"]
    with running(empty_data) as server:
        server.stop()
        command += ["--data", server.data]
        for _ in range(10):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
                assert any(line.startswith("ready ") for line in started.stdout)
                started.send_signal(signal.SIGINT)
                assert started.wait(60) == 0


def test_under_nohup_it_outlives_its_terminal(empty_data):
    with running(empty_data, under=["nohup"]) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        ignored = int(re.search(r"SigIgn:\s+(\w+)", status)[1], 16)
        assert ignored & 1 << (signal.SIGHUP - 1)
        server.process.send_signal(signal.SIGHUP)
        assert server.is_ready()


@pytest.mark.parametrize(
    "person, said",
    [
        (["--email", "rina@example.com"], "A name has 1 to 200 characters."),
        (["--name", "Rina"], "Write it like name@example.com."),
        (["--name", "Rina", "--email", "rina"], "“rina” is no e-mail address."),
        (["--name", "Rina", "--email", "rina@example.com", "--role", "boss"], "A role is"),
    ],
)
def test_create_user_asks_for_a_password_only_when_the_rest_is_right(make_server, person, said):
    data = make_server().data
    command = [BINARY, "create-user", *person, "--data", data]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert ended.returncode == 1
    assert said in ended.stderr and "password" not in ended.stderr
    assert not data.exists()


def test_a_password_that_is_typed_does_not_show(make_server):
    person = ["--name", "Rina", "--email", "rina@example.com"]
    command = [BINARY, "create-user", *person, "--data", make_server().data]
    terminal, its_end = os.openpty()
    with subprocess.Popen(command, stdin=its_end, stderr=subprocess.PIPE, text=True) as asked:
        assert any("Type the password" in line for line in asked.stderr)
        os.write(terminal, b"deskbell-demo\n")
        assert asked.wait(60) == 0
    assert termios.tcgetattr(its_end)[3] & termios.ECHO
    os.set_blocking(terminal, False)
    with pytest.raises(BlockingIOError):
        os.read(terminal, 100)
    os.close(terminal)
    os.close(its_end)
