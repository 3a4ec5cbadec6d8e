# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in, staying signed in, signing out; who may do what; visitors."""

import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.api import Api, assert_problem
from support.server import PASSWORD
from support.wait import wait_until

STAFF = {
    "view_tickets",
    "create_tickets",
    "edit_tickets",
    "close_tickets",
    "assign_tickets",
    "view_chat",
    "send_messages",
    "view_chat_history",
}
PERMISSIONS = {
    "admin": STAFF | {"delete_tickets"},
    "agent": STAFF,
    "customer": STAFF - {"edit_tickets", "assign_tickets"},
}


def refresh(server, token):
    return server.anonymous().post("/auth/refresh", {"refresh_token": token})


# Signing in


def test_login_gives_a_token_pair_and_the_account(server):
    agent = server.login("agent1@example.com")
    assert set(agent.session) == {"access_token", "refresh_token", "expires_in", "user"}
    assert agent.session["expires_in"] == 900
    assert set(agent.user) == {"id", "role", "name", "email", "language", "tier"}
    assert (agent.user["role"], agent.user["email"]) == ("agent", "agent1@example.com")
    assert agent.get("/me", status=200)["user"] == agent.user


def test_an_address_is_the_same_in_capitals(server):
    assert server.login("Agent1@EXAMPLE.com").user["email"] == "agent1@example.com"


@pytest.mark.parametrize(
    "email, password",
    [
        ("agent1@example.com", "wrong-password"),
        ("agent1@example.com", PASSWORD + " "),
        ("nobody@example.com", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("%@example.com", PASSWORD),
    ],
)
def test_wrong_address_and_wrong_password_look_the_same(server, email, password):
    answer = server.anonymous().post("/auth/login", {"email": email, "password": password})
    problem = assert_problem(answer, 401, "wrong_credentials")
    assert problem["detail"] == "Wrong e-mail or password."


@pytest.fixture
def rina(server):
    """The address of an agent whose password takes as long to check as everybody's do outside of
    these tests."""
    address = f"rina-{uuid.uuid4().hex}@example.com"
    server.create_user("agent", address)
    return address


def test_unknown_addresses_take_as_long(server, rina):
    def seconds(email):
        start = time.monotonic()
        server.anonymous().post("/auth/login", {"email": email, "password": "wrong-password"})
        return time.monotonic() - start

    pairs = [(seconds(rina), seconds("nobody@example.com")) for _ in range(5)]
    known, unknown = (statistics.median(times) for times in zip(*pairs))
    assert known / 4 < unknown < known * 4, pairs


@pytest.mark.parametrize(
    "body, field, code",
    [
        ({"password": "x"}, "email", "required"),
        ({"email": "a@b.c"}, "password", "required"),
        ({"email": 1, "password": "x"}, "email", "wrong_type"),
        ({"email": "a@b.c", "password": ["x"]}, "password", "wrong_type"),
        ({"email": "a@b.c", "password": "x" * 201}, "password", "too_long"),
        ({"email": "a" * 255, "password": "x"}, "email", "too_long"),
        ({"email": "a@b.c", "password": "a\0b"}, "password", "not_allowed"),
    ],
)
def test_bad_sign_ins_name_the_field(server, body, field, code):
    problem = assert_problem(server.anonymous().post("/auth/login", body), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


def test_visitors_cannot_sign_in(server):
    server.visitor(name="Eve", email="eve-visitor@example.com")
    answer = server.anonymous().post(
        "/auth/login", {"email": "eve-visitor@example.com", "password": PASSWORD}
    )
    assert_problem(answer, 401, "wrong_credentials")


def test_many_sign_ins_keep_nobody_else_waiting(server, rina):
    agent = server.login()
    with ThreadPoolExecutor(20) as pool:
        logins = [pool.submit(server.login, rina) for _ in range(20)]
        answered_meanwhile = 0
        while not all(login.done() for login in logins):
            agent.get("/me", status=200)
            answered_meanwhile += 1
        assert all(login.result().session for login in logins)
    assert answered_meanwhile > 20


# Staying signed in


def test_refresh_gives_a_new_pair_for_the_same_session(server):
    agent = server.login()
    answer = refresh(server, agent.session["refresh_token"])
    assert answer.status_code == 200, answer.text
    fresh = answer.json()
    assert fresh["user"] == agent.user
    assert fresh["refresh_token"] != agent.session["refresh_token"]
    assert fresh["refresh_token"].split(".")[0] == agent.session["refresh_token"].split(".")[0]
    Api(server.url, fresh["access_token"]).get("/me", status=200)


def test_a_refresh_token_used_twice_ends_the_session(server):
    agent = server.login()
    other = server.login()
    fresh = refresh(server, agent.session["refresh_token"]).json()
    assert_problem(refresh(server, agent.session["refresh_token"]), 401, "refresh_reused")
    assert_problem(Api(server.url, fresh["access_token"]).get("/me"), 401, "unauthenticated")
    assert_problem(agent.get("/me"), 401, "unauthenticated")
    assert_problem(refresh(server, fresh["refresh_token"]), 401, "unauthenticated")
    other.get("/me", status=200)


def test_of_many_refreshes_at_once_one_wins(server):
    agent = server.login()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(refresh, [server] * 8, [agent.session["refresh_token"]] * 8))
    codes = sorted(answer.json().get("code", "done") for answer in answers)
    assert codes == ["done"] + ["refresh_reused"] * 7


@pytest.mark.parametrize("token", ["x", ".", "a.b", "a.b.c", "..", "é.ü", "x" * 200])
def test_made_up_refresh_tokens_are_refused(server, token):
    assert_problem(refresh(server, token), 401, "unauthenticated")


def test_an_access_token_does_not_refresh(server):
    agent = server.login()
    answer = refresh(server, agent.token)
    assert answer.status_code in (401, 422), answer.text
    agent.get("/me", status=200)


def test_an_old_refresh_token_is_refused(fresh_server):
    agent = fresh_server.login()
    fresh_server.sql("UPDATE session SET expires_at = now() - interval '1 second'")
    assert_problem(refresh(fresh_server, agent.session["refresh_token"]), 401, "unauthenticated")


def test_tokens_outlive_a_restart(fresh_server):
    agent = fresh_server.login()
    guest = fresh_server.visitor()
    fresh_server.restart()
    agent.get("/me", status=200)
    guest.get("/me", status=200)


# Signing out


def test_logout_ends_the_session_at_once(server):
    agent = server.login()
    other = server.login()
    agent.get("/me", status=200)
    assert agent.post("/auth/logout").status_code == 204
    assert_problem(agent.get("/me"), 401, "unauthenticated")
    assert_problem(refresh(server, agent.session["refresh_token"]), 401, "unauthenticated")
    other.get("/me", status=200)


def test_logout_needs_a_session(server):
    assert_problem(server.anonymous().post("/auth/logout"), 401, "unauthenticated")


# What one may do


@pytest.mark.parametrize(
    "email, role",
    [("admin@example.com", "admin"), ("agent2@example.com", "agent"), (None, "customer")],
)
def test_each_role_has_its_permissions(server, email, role):
    person = server.login(email) if email else server.visitor()
    me = person.get("/me", status=200)
    assert me["user"]["role"] == role
    assert set(me["permissions"]) == PERMISSIONS[role]
    assert len(me["permissions"]) == len(PERMISSIONS[role])


def test_agents_see_presence_and_capacity(server):
    me = server.login("agent3@example.com").get("/me", status=200)
    assert me["presence"] in ("online", "away", "offline")
    assert set(me["capacity"]) == {"chat", "portal", "email", "api"}
    assert all(set(place) == {"limit", "load"} for place in me["capacity"].values())


def test_customers_have_no_presence(server):
    assert set(server.visitor().get("/me", status=200)) == {"user", "permissions"}


def test_a_changed_role_counts_at_once(fresh_server):
    agent = fresh_server.login("agent1@example.com")
    assert agent.get("/me", status=200)["user"]["role"] == "agent"
    agent.get("/agents", status=200)
    fresh_server.sql("UPDATE app_user SET role = 'customer' WHERE id = %s", agent.id)
    wait_until(
        lambda: agent.get("/agents").status_code == 403, message="the agent to be a customer"
    )
    assert set(agent.get("/me", status=200)["permissions"]) == PERMISSIONS["customer"]


def test_a_deactivated_account_is_out(fresh_server):
    agent = fresh_server.login("agent1@example.com")
    fresh_server.sql("UPDATE app_user SET is_active = false WHERE id = %s", agent.id)
    wait_until(lambda: agent.get("/me").status_code == 401, message="the agent to be out")
    assert_problem(refresh(fresh_server, agent.session["refresh_token"]), 401, "unauthenticated")
    answer = fresh_server.anonymous().post(
        "/auth/login", {"email": "agent1@example.com", "password": PASSWORD}
    )
    assert_problem(answer, 401, "wrong_credentials")


# Made on the command line


def test_create_user_makes_agents_while_the_server_runs(fresh_server):
    fresh_server.create_user("agent", "rina@example.com", "a new password", name="Rina New")
    rina = fresh_server.login("rina@example.com", "a new password")
    assert (rina.user["role"], rina.user["name"]) == ("agent", "Rina New")
    rina.put("/me/presence", {"state": "online"}, status=200)
    agents = rina.get("/agents", status=200)["agents"]
    assert [a["presence"] for a in agents if a["id"] == rina.id] == ["online"]


def test_create_user_makes_admins_while_the_server_is_down(make_server):
    server = make_server()
    server.create_user("admin", "owner@example.com", "a new password")
    server.start()
    assert server.login("owner@example.com", "a new password").user["role"] == "admin"
    assert "/setup/" not in server.output(), "there is an admin already"


# Visitors


def test_a_visitor_gets_a_token_for_thirty_days(server):
    answer = server.anonymous().post(
        "/visitors",
        {"name": "Ada Roy", "email": "ada-visitor@example.com", "language": "bn-BD"},
        status=201,
    )
    assert set(answer) == {"token", "expires_in", "visitor"}
    assert answer["expires_in"] == 30 * 24 * 3600
    person = answer["visitor"]
    assert (person["role"], person["name"]) == ("customer", "Ada Roy")
    assert (person["email"], person["language"]) == ("ada-visitor@example.com", "bn-BD")
    assert Api(server.url, answer["token"]).get("/me", status=200)["user"] == person


def test_a_visitor_need_not_say_anything_and_gets_a_name_of_their_own(server):
    person = server.anonymous().post("/visitors", {}, status=201)["visitor"]
    assert person["name"] == f"Visitor {person['id']}"
    assert (person["email"], person["language"]) == (None, "en")


def test_a_visitor_may_type_an_agents_address_and_gains_nothing(server):
    guest = server.visitor(email="agent1@example.com")
    assert guest.get("/me", status=200)["user"]["role"] == "customer"
    assert_problem(guest.get("/agents"), 403, "forbidden")
    server.login("agent1@example.com")


@pytest.mark.parametrize(
    "body, field, code",
    [
        ({"name": ""}, "name", "too_short"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"name": "a\nb"}, "name", "not_allowed"),
        ({"name": "a\0b"}, "name", "not_allowed"),
        ({"name": 7}, "name", "wrong_type"),
        ({"email": "nobody"}, "email", "bad_format"),
        ({"email": "a@b@c"}, "email", "bad_format"),
        ({"email": f"{'x' * 251}@b.c"}, "email", "too_long"),
        ({"language": "en_US"}, "language", "bad_format"),
        ({"language": "x" * 36}, "language", "too_long"),
    ],
)
def test_bad_visitors_name_the_field(server, body, field, code):
    problem = assert_problem(server.anonymous().post("/visitors", body), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


def test_a_visitor_can_sign_out(server):
    guest = server.visitor()
    assert guest.post("/auth/logout").status_code == 204
    assert_problem(guest.get("/me"), 401, "unauthenticated")


def test_odd_programs_can_be_visitors(server):
    headers = {"User-Agent": b"caf\xe9 " + b"x" * 3000}
    answer = server.anonymous().post("/visitors", {}, headers=headers)
    assert answer.status_code == 201, answer.text
