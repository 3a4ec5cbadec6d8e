# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where somebody is signed in (I2): the list, and ending one, the others, or all."""

import pytest

from support.api import assert_problem
from support.people import login, make_agent
from support.api import Api

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"
)


def sign_in(server, address, program):
    session = login(server, address, headers={"User-Agent": program}).json()
    return Api(server.url, session["access_token"], session["user"])


@pytest.fixture
def devices(server):
    address = make_agent(server)
    return [sign_in(server, address, program) for program in (FIREFOX, SAFARI, EDGE)]


def list_of(api):
    return api.get("/me/sessions", status=200)["sessions"]


def test_the_list_names_devices_and_marks_ones_own(devices):
    sessions = list_of(devices[1])
    assert [s["device"] for s in sessions] == ["Safari, iOS", "Edge, Windows", "Firefox, Linux"]
    assert [s["is_current"] for s in sessions] == [True, False, False]
    assert {(s["address"], s["means"]) for s in sessions} == {("127.0.0.1", "password")}


@pytest.mark.parametrize(
    "program, device",
    [("curl/8.5.0", "curl"), ("Deskbell/0.1 (Linux)", "Deskbell, Linux"), ("<b>", "?")],
)
def test_any_program_has_a_name(server, program, device):
    assert list_of(sign_in(server, make_agent(server), program))[0]["device"] == device


def test_ending_one_leaves_the_others(devices):
    here, phone, office = devices
    number = next(s["id"] for s in list_of(here) if s["device"].startswith("Safari"))
    with phone.live() as live:
        here.delete(f"/me/sessions/{number}", status=204)
        live.expect_close(4401)
    assert_problem(phone.get("/me"), 401, "unauthenticated")
    office.get("/me", status=200)
    assert len(list_of(here)) == 2
    assert_problem(here.delete(f"/me/sessions/{number}"), 404, "not_found")


def test_signing_out_everywhere_ends_all_at_once(devices):
    here, phone, office = devices
    with phone.live() as live:
        here.delete("/me/sessions", status=204)
        live.expect_close(4401)
    for device in devices:
        assert_problem(device.get("/me"), 401, "unauthenticated")


def test_signing_out_everywhere_else_keeps_this_one(devices):
    here, phone, office = devices
    here.delete("/me/sessions?keep_current=true", status=204)
    assert [s["is_current"] for s in list_of(here)] == [True]
    for device in (phone, office):
        assert_problem(device.get("/me"), 401, "unauthenticated")


def test_nobody_ends_or_sees_somebody_elses(server, devices):
    other = server.login("agent2@example.com")
    numbers = {s["id"] for s in list_of(devices[0])}
    assert not numbers & {s["id"] for s in list_of(other)}
    for number in numbers:
        assert_problem(other.delete(f"/me/sessions/{number}"), 404, "not_found")
    devices[0].get("/me", status=200)
