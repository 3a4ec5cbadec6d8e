# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wrong tries cost time (I2): the guesser's, not that of whoever is at home in an account; and they
tell nobody who exists. Addresses come as a proxy forwards them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from support.api import Api, assert_problem
from support.people import login, make_agent
from support.server import PASSWORD, running

HOME = "192.0.2.7"
FREE = 5


@pytest.fixture(scope="module")
def guarded(demo_data):
    """A server that counts; behind a proxy, so that a test has an address of its own."""
    proxied = {"DESKBELL_RATE_LIMIT": "on", "DESKBELL_TRUSTED_PROXIES": "127.0.0.1"}
    with running(demo_data, "--demo", environment=proxied) as server:
        yield server


@pytest.fixture
def rina(guarded):
    guarded.sql("TRUNCATE wrong_try")
    return make_agent(guarded)


def sign_in(server, address, password, client):
    return login(server, address, password, headers={"X-Forwarded-For": client})


def guess(server, address, times, client):
    return [sign_in(server, address, "wrong-password", client) for _ in range(times)]


def pass_time(server, seconds):
    """As if that long had gone by."""
    server.sql(
        "UPDATE wrong_try SET last_at = last_at - %s, locked_until = locked_until - %s",
        *[timedelta(seconds=seconds)] * 2,
    )


def assert_locked(answer, seconds):
    problem = assert_problem(answer, 429, "rate_limited")
    until = datetime.fromisoformat(problem["until"].replace("Z", "+00:00"))
    left = (until - datetime.now(timezone.utc)).total_seconds()
    assert seconds - 20 < left <= seconds and abs(int(answer.headers["Retry-After"]) - left) < 20
    assert problem["detail"] == f"Too many tries. You can sign in again at {until:%H:%M} UTC."


def test_the_sixth_wrong_try_waits_and_so_does_the_right_password(guarded, rina):
    for answer in guess(guarded, rina, FREE, HOME):
        assert_problem(answer, 401, "wrong_credentials")
    assert_locked(sign_in(guarded, rina, "wrong-password", HOME), 30)
    assert_locked(sign_in(guarded, rina, PASSWORD, HOME), 30)
    pass_time(guarded, 30)
    assert sign_in(guarded, rina, PASSWORD, HOME).status_code == 200


def test_each_one_more_doubles_the_wait_up_to_an_hour(guarded, rina):
    """Asked of the database: the limit of requests would come first."""

    def try_it():
        ask = "SELECT extract(epoch FROM try_admit('password', %s, %s) - clock_timestamp())"
        return guarded.sql(ask, rina, HOME)[0][0]

    assert [try_it() for _ in range(FREE)] == [None] * FREE
    for seconds in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]:
        assert seconds - 20 < try_it() <= seconds
        pass_time(guarded, seconds)
        assert try_it() is None, "one try a wait"


def test_many_at_once_are_no_more_than_one_after_the_other(guarded, rina):
    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(lambda _: guess(guarded, rina, 1, "192.0.2.9")[0], range(9)))
    assert sorted(answer.status_code for answer in answers) == [401] * FREE + [429] * 4


def test_an_address_without_an_account_behaves_the_same(guarded, rina):
    known = guess(guarded, rina, FREE + 1, "192.0.2.10")
    unknown = guess(guarded, "nobody-at-all@example.com", FREE + 1, "192.0.2.11")
    assert [answer.status_code for answer in known] == [answer.status_code for answer in unknown]
    left = [int(answers[-1].headers["Retry-After"]) for answers in (known, unknown)]
    assert abs(left[0] - left[1]) < 20
    assert set(known[-1].json()) == set(unknown[-1].json())


def test_the_address_is_the_same_in_capitals(guarded, rina):
    guess(guarded, rina, FREE, "192.0.2.12")
    assert_locked(sign_in(guarded, rina.upper(), PASSWORD, "192.0.2.12"), 30)


def test_a_right_try_begins_anew(guarded, rina):
    for _ in range(2):
        guess(guarded, rina, FREE - 1, "192.0.2.13")
        assert sign_in(guarded, rina, PASSWORD, "192.0.2.13").status_code == 200


def test_guessing_elsewhere_does_not_lock_out_who_is_at_home(guarded, rina):
    home = "192.0.2.20"
    assert sign_in(guarded, rina, PASSWORD, home).status_code == 200
    for attempt in range(60):
        guarded.sql("SELECT try_admit('password', %s, %s)", rina, f"203.0.113.{attempt}")
    assert_locked(sign_in(guarded, rina, PASSWORD, "203.0.113.200"), 30)
    assert sign_in(guarded, rina, PASSWORD, home).status_code == 200


def test_trying_many_accounts_from_one_address_costs_time_too(guarded, rina):
    for attempt in range(30):
        account = f"someone{attempt}@example.com"
        guarded.sql("SELECT try_admit('password', %s, '192.0.2.14')", account)
    assert_locked(sign_in(guarded, rina, PASSWORD, "192.0.2.14"), 30)
    assert sign_in(guarded, rina, PASSWORD, "192.0.2.15").status_code == 200


def test_a_network_of_ipv6_counts_as_one_address(guarded, rina):
    guess(guarded, rina, FREE, "2001:db8:1:2::1")
    assert_locked(sign_in(guarded, rina, PASSWORD, "2001:db8:1:2:ffff::9"), 30)
    assert sign_in(guarded, rina, PASSWORD, "2001:db8:1:3::1").status_code == 200


def test_a_day_without_a_try_forgets_all(guarded, rina):
    guess(guarded, rina, FREE, "192.0.2.16")
    pass_time(guarded, 24 * 3600)
    assert_problem(guess(guarded, rina, 1, "192.0.2.16")[0], 401, "wrong_credentials")
    assert_problem(guess(guarded, rina, 1, "192.0.2.16")[0], 401, "wrong_credentials")


def test_pages_count_too(guarded, rina):
    page = {"Origin": guarded.url, "Accept": "text/html", "X-Forwarded-For": "192.0.2.17"}
    guess(guarded, rina, FREE, "192.0.2.17")
    fields = {"email": rina, "password": PASSWORD}
    address = f"{guarded.url}/customerservices/sign-in"
    answer = Api(guarded.url).http.post(address, fields, headers=page, timeout=60)
    assert answer.status_code == 429 and "Too many tries." in answer.text


def test_a_restart_forgets_nothing(demo_data):
    with running(demo_data, "--demo", environment={"DESKBELL_RATE_LIMIT": "on"}) as server:
        rina = make_agent(server)
        for _ in range(FREE):
            assert_problem(login(server, rina, "wrong-password"), 401, "wrong_credentials")
        server.restart()
        assert_locked(login(server, rina), 30)
