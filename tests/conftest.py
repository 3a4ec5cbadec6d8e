# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures that every black-box test shares. `server` is one for the whole run, with demo data: a
test makes its own visitors and tickets on it and leaves the rest alone. What destroys takes
`fresh_server`."""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import browser as chromium
from support.server import BINARY, Server, make_data, make_folder, running


def pytest_configure(config):
    """Whatever a test or a program that it starts leaves in the folder for temporary files, goes
    with the run. The workers of a run share the folder."""
    if hasattr(config, "workerinput"):
        return
    temporary = make_folder()
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    # Not before pytest itself has tidied up in there.
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)


def make_once(name, *options):
    """make_data() by the first worker that needs it; the others wait and take the same."""
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not built: run ./dev test, or set DESKBELL_BUILD", returncode=2)
    data = Path(tempfile.gettempdir()) / name
    with open(f"{data}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            make_data(*options).rename(data)
    return data


@pytest.fixture(scope="session")
def demo_data():
    """A stopped server's data folder with the demo data, to be copied."""
    return make_once("demo-data", "--demo")


@pytest.fixture(scope="session")
def empty_data():
    """The same without anything in it."""
    return make_once("empty-data")


@pytest.fixture(scope="session")
def server(request, demo_data):
    with running(demo_data, "--demo") as server:
        request.session.shared_server = server
        yield server
        request.session.shared_server = None


@pytest.fixture
def fresh_server(demo_data):
    """A server with demo data for one test, which may break it in any way."""
    with running(demo_data, "--demo") as server:
        yield server


@pytest.fixture
def empty_server(empty_data):
    """No account, a set-up code in its output."""
    with running(empty_data) as server:
        yield server


@pytest.fixture
def make_server():
    """Makes servers that are not started yet: make_server("--demo", environment={…})."""
    with ExitStack() as end:

        def make(*options, **more):
            server = Server(*options, **more)
            end.callback(server.dispose)
            return server

        yield make


@pytest.fixture
def login(server):
    """login(email): someone of the demo shop, on the shared server."""
    return server.login


@pytest.fixture
def visitor(server):
    """visitor(name=…): a new customer, on the shared server."""
    return server.visitor


@pytest.fixture
def open_browser():
    """open_browser(width=…): as many Chromiums as a test needs."""
    with ExitStack() as end:

        def make(**options):
            driver = chromium.open_browser(**options)
            end.callback(chromium.close_browser, driver)
            return driver

        yield make


@pytest.fixture(scope="session")
def one_browser():
    driver = chromium.open_browser()
    yield driver
    chromium.close_browser(driver)


@pytest.fixture
def browser(one_browser):
    """The one Chromium with a tab of the test's own and nothing kept: another one takes seconds."""
    home = one_browser.current_window_handle
    one_browser.switch_to.new_window("tab")
    yield one_browser
    one_browser.get_log("browser")
    for page in set(one_browser.window_handles) - {home}:
        one_browser.switch_to.window(page)
        one_browser.execute_script("try { localStorage.clear(); } catch {}")
        one_browser.close()
    one_browser.switch_to.window(home)
    one_browser.execute_cdp_cmd("Network.clearBrowserCookies", {})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    item.log_starts = {server: server.log_path.stat().st_size for server in Server.running}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item):
    """A test during which the shared server died has failed; those after it get it back."""
    yield
    server = getattr(item.session, "shared_server", None)
    if server and not server.is_running:
        said = server.log_tail(item.log_starts.get(server, 0))
        code = server.process.returncode
        server.forget()
        server.start()
        pytest.fail(f"the server ended with {code} during this test\n{said}", pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failing test shows what the servers logged while it ran."""
    report = (yield).get_result()
    if report.failed and call.when == "call":
        for server in Server.running:
            said = server.log_tail(item.log_starts.get(server, 0))
            report.sections.append((f"log of {server.url}", said))
