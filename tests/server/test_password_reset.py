# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another password (I2): with the one before, or by a link for who forgot it. Codes come from the
demo's log, which stands for the mail."""

import re

import pytest

from support.api import assert_problem
from support.people import login, make_agent
from support.server import PASSWORD

NEW_PASSWORD = "a lantern on the pier"
LINK = re.compile(r"a mail would hold http://127\.0\.0\.1:\d+/account/#reset=([\w-]{43})")


@pytest.fixture
def rina(server):
    return make_agent(server)


def forget(server, address):
    """The codes that this request brought."""
    start = server.log_path.stat().st_size
    answer = server.anonymous().post("/auth/password/forgotten", {"email": address})
    assert answer.status_code == 204 and answer.content == b""
    return LINK.findall(server.log_path.read_text()[start:])


def reset(server, code, password=NEW_PASSWORD):
    body = {"code": code, "password": password}
    return server.anonymous().post("/auth/password/reset", body)


# Forgotten


def is_verified(server, address):
    statement = "SELECT email_verified_at IS NOT NULL FROM app_user WHERE lower(email) = %s"
    return server.sql(statement, address)[0][0]


def test_who_comes_by_the_link_reads_the_mail_of_that_address(server, rina):
    [code] = forget(server, rina)
    assert not is_verified(server, rina)
    assert reset(server, code).status_code == 204
    assert is_verified(server, rina)


def test_the_link_gives_another_password_once(server, rina):
    [code] = forget(server, rina.upper())
    assert reset(server, code).status_code == 204
    assert_problem(login(server, rina), 401, "wrong_credentials")
    assert login(server, rina, NEW_PASSWORD).status_code == 200
    assert_problem(reset(server, code), 401, "wrong_credentials")


def test_nobody_learns_who_has_an_account(server):
    server.visitor(email="only-typed@example.com")
    for unknown in ("nobody-here@example.com", "only-typed@example.com"):
        assert forget(server, unknown) == []


def test_it_ends_every_session_and_its_sockets(server, rina):
    agent = server.login(rina)
    with agent.live() as live:
        [code] = forget(server, rina)
        assert reset(server, code).status_code == 204
        live.expect_close(4401)
    assert_problem(agent.get("/me"), 401, "unauthenticated")


def test_a_link_ends_after_half_an_hour_and_with_any_other_change(server, rina):
    [code] = forget(server, rina)
    server.sql("UPDATE password_reset SET expires_at = expires_at - interval '30 minutes'")
    assert_problem(reset(server, code), 401, "wrong_credentials")
    first, second = forget(server, rina) + forget(server, rina)
    assert reset(server, first).status_code == 204
    assert_problem(reset(server, second), 401, "wrong_credentials")


def test_a_link_lets_nobody_in_whose_address_it_was(server):
    address = make_agent(server, "customer")
    [code] = forget(server, address)
    customer = server.sql("SELECT id FROM app_user WHERE email = %s", address)[0][0]
    body = {"email": f"new-{address}"}
    server.login("admin@example.com").patch(f"/customers/{customer}", body, status=200)
    assert_problem(reset(server, code), 401, "wrong_credentials")


def test_asking_again_and_again_sends_no_more_than_three_links(server, rina):
    assert [len(forget(server, rina)) for _ in range(5)] == [1, 1, 1, 0, 0]


def test_an_account_out_of_use_stays_out(server, rina):
    [code] = forget(server, rina)
    server.sql("UPDATE app_user SET is_active = false WHERE lower(email) = %s", rina)
    assert_problem(reset(server, code), 401, "wrong_credentials")
    assert forget(server, rina) == []


def test_the_second_step_is_still_asked_for(server, rina):
    from support.totp import Authenticator

    agent = server.login(rina)
    offer = agent.post("/me/second-factor", {"password": PASSWORD}, status=201)
    code = Authenticator(offer["uri"]).code()
    agent.post("/me/second-factor/confirm", {"code": code}, status=200)
    [code] = forget(server, rina)
    assert reset(server, code).status_code == 204
    assert "challenge" in login(server, rina, NEW_PASSWORD).json()


def test_a_weak_password_keeps_the_link(server, rina):
    [code] = forget(server, rina)
    problem = assert_problem(reset(server, code, "password123"), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("password", "weak")]
    assert reset(server, code).status_code == 204


# Changed


def test_it_takes_the_password_to_change_it(server, rina):
    agent, other = server.login(rina), server.login(rina)
    body = {"current_password": "wrong-password", "password": NEW_PASSWORD}
    assert_problem(agent.put("/me/password", body), 401, "wrong_credentials")
    agent.put("/me/password", {**body, "current_password": PASSWORD}, status=204)
    agent.get("/me", status=200)
    assert_problem(other.get("/me"), 401, "unauthenticated")
    assert_problem(login(server, rina), 401, "wrong_credentials")
    assert login(server, rina, NEW_PASSWORD).status_code == 200


@pytest.mark.parametrize(
    "password, code",
    [
        ("seven77", "too_short"),
        ("x" * 201, "too_long"),
        ("aaaaaaaaaaaa", "weak"),
        ("1234567890", "weak"),
        ("poiuytrewq", "weak"),
        ("Password2026!", "weak"),
        ("P@ssw0rd", "weak"),
        ("QWERTYUIOP", "weak"),
        ("Sunshine99", "weak"),
        ("RinaDas1", None),
        ("rina.das!", None),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(server, rina, password, code):
    agent = server.login(rina)
    answer = agent.put("/me/password", {"current_password": PASSWORD, "password": password})
    if code is None:
        assert answer.status_code == 204, answer.text
        return
    problem = assert_problem(answer, 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("password", code)]
    assert problem["errors"][0]["detail"].endswith(".")


def test_ones_own_name_is_no_password(server):
    address = make_agent(server, name="Bartholomew Gosnold")
    agent = server.login(address)
    for own in ("Bartholomew1", "gosnold12", address.partition("@")[0][5:] + "!!"):
        answer = agent.put("/me/password", {"current_password": PASSWORD, "password": own})
        problem = assert_problem(answer, 422, "validation_failed")
        assert "your own name" in problem["errors"][0]["detail"], own
