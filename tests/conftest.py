# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures that every black-box test shares. `server` is one for the whole run, with demo data: a
test makes its own visitors and tickets on it and leaves the rest alone. What destroys takes
`fresh_server`."""

import pytest

from support.server import BINARY, Server, copy_data


@pytest.fixture(scope="session")
def demo_data():
    """A stopped server's data folder with the demo data, made once and copied from then on."""
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not built: run ./dev test, or set DESKBELL_BUILD", returncode=2)
    template = Server("--demo")
    template.start().stop()
    yield template.data
    template.dispose()


def start_copy(demo_data, **options):
    server = Server("--demo", **options)
    copy_data(demo_data, server.data)
    return server.start()


@pytest.fixture(scope="session")
def server(request, demo_data):
    server = start_copy(demo_data)
    request.session.shared_server = server
    yield server
    request.session.shared_server = None
    server.dispose()


@pytest.fixture
def fresh_server(demo_data):
    """A server with demo data for one test, which may break it in any way."""
    server = start_copy(demo_data)
    yield server
    server.dispose()


@pytest.fixture
def empty_server():
    """A first start: no account, a set-up code in its output."""
    server = Server()
    yield server.start()
    server.dispose()


@pytest.fixture
def make_server():
    """Makes servers that are not started yet: make_server("--demo", environment={…})."""
    made = []

    def make(*options, **more):
        made.append(Server(*options, **more))
        return made[-1]

    yield make
    for server in made:
        server.dispose()


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
    from support import browser

    opened = []

    def make(**options):
        opened.append(browser.open_browser(**options))
        return opened[-1]

    yield make
    for driver in opened:
        browser.close_browser(driver)


@pytest.fixture
def browser(open_browser):
    return open_browser()


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
