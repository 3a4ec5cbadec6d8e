# SPDX-License-Identifier: AGPL-3.0-or-later
"""API keys (I2): programs act as their owner, with some of the owner's rights and never more."""

import re

import pytest

from support.api import Api, assert_problem
from support.people import login, make_agent
from support.server import PASSWORD
from support.wait import wait_until

PATH = "/me/api-keys"
READING = ["view_tickets", "view_chat", "view_chat_history"]


@pytest.fixture
def rina(server):
    return server.login(make_agent(server))


def make_key(owner, permissions=READING, **more):
    body = {"name": "Nightly report", "permissions": permissions, "password": PASSWORD, **more}
    return owner.post(PATH, body, status=201)


def program(server, answer):
    return Api(server.url, answer["key"])


def test_a_key_acts_as_its_owner_with_what_it_was_given(server, rina):
    answer = make_key(rina)
    script = program(server, answer)
    me = script.get("/me", status=200)
    assert me["user"] == rina.user and me["permissions"] == sorted(READING)
    script.get("/tickets", status=200)
    ticket = {"channel": "portal", "subject": "x", "description": "x", "user_id": 1}
    assert_problem(script.post("/tickets", ticket), 403, "forbidden")


def test_it_is_shown_once_and_kept_as_a_hash(server, rina):
    answer = make_key(rina)
    assert re.fullmatch(r"dbk_[\w-]{43}", answer["key"])
    shown = rina.get(PATH, status=200)["api_keys"]
    assert shown == [answer["api_key"]] and shown[0]["prefix"] == answer["key"][:12]
    assert answer["key"] not in str(
        server.sql("SELECT s::text FROM session s WHERE means = 'api_key'")
    )
    assert answer["key"] not in server.log_path.read_text()


def test_the_list_says_when_it_was_used(server, rina):
    script = program(server, make_key(rina))
    assert rina.get(PATH, status=200)["api_keys"][0]["last_used_at"] is None
    script.get("/tickets", status=200)
    assert rina.get(PATH, status=200)["api_keys"][0]["last_used_at"] is not None


def test_a_revoked_key_and_its_sockets_end_at_once(server, rina):
    answer = make_key(rina)
    script = program(server, answer)
    with script.live() as live:
        rina.delete(f"{PATH}/{answer['api_key']['id']}", status=204)
        live.expect_close(4401)
    assert_problem(script.get("/me"), 401, "unauthenticated")
    assert rina.get(PATH, status=200)["api_keys"] == []
    assert_problem(rina.delete(f"{PATH}/{answer['api_key']['id']}"), 404, "not_found")


def test_a_key_ends_by_itself(server, rina):
    script = program(server, make_key(rina, expires_in_days=1))
    server.sql(
        "UPDATE session SET expires_at = now() WHERE means = 'api_key' AND user_id = %s", rina.id
    )
    assert_problem(script.get("/me"), 401, "unauthenticated")


def test_nobody_gives_away_what_they_do_not_have(rina):
    for more in (["delete_tickets"], ["admin"], ["everything"]):
        body = {"name": "x", "permissions": READING + more, "password": PASSWORD}
        problem = assert_problem(rina.post(PATH, body), 422, "validation_failed")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [
            ("permissions", "not_allowed")
        ]


def test_a_key_loses_what_its_owner_loses(server, rina):
    script = program(server, make_key(rina))
    script.get("/agents", status=200)
    server.sql("UPDATE app_user SET role = 'customer' WHERE id = %s", rina.id)
    wait_until(lambda: script.get("/agents").status_code == 403, message="the key to know it")


def test_an_admins_key_is_no_admin_unless_it_says_so(server):
    admin = server.login(make_agent(server, "admin"))
    plain, whole = (program(server, make_key(admin, READING + more)) for more in ([], ["admin"]))
    plain.get("/agents", status=200)
    assert_problem(plain.get("/settings/queue"), 403, "forbidden")
    whole.get("/settings/queue", status=200)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", PATH),
        ("POST", PATH),
        ("GET", "/me/sessions"),
        ("DELETE", "/me/sessions"),
        ("PUT", "/me/password"),
        ("GET", "/me/second-factor"),
        ("POST", "/me/second-factor"),
        ("POST", "/auth/logout"),
        ("POST", "/invitations"),
        ("DELETE", "/agents/2/second-factor"),
        ("GET", "/settings/identity-providers"),
        ("POST", "/settings/identity-providers"),
        ("PATCH", "/settings/identity-providers/1"),
        ("DELETE", "/settings/identity-providers/1"),
        ("POST", "/settings/identity-providers/1/test"),
        ("GET", "/settings/identity"),
        ("POST", "/settings/identity"),
        ("DELETE", "/settings/identity/1"),
    ],
)
def test_a_key_changes_nothing_of_how_people_get_in(server, method, path):
    admin = server.login("admin@example.com")
    script = program(server, make_key(admin, READING + ["admin"]))
    problem = assert_problem(script.request(method, path, {}), 403, "forbidden")
    assert problem["detail"] == "An API key cannot do this. Sign in yourself."


@pytest.mark.parametrize("root", ["/customerservices", "/support"])
@pytest.mark.parametrize(
    "method, path", [("GET", ""), ("POST", "/1/connect"), ("POST", "/1/remove")]
)
def test_the_pages_connect_no_service_for_a_key(server, rina, root, method, path):
    script = program(server, make_key(rina))
    headers = {"Accept": "text/html", "Origin": server.url}
    page = script.http.request(
        method, f"{server.url}{root}/ways-in{path}", headers=headers, data={"x": ""}
    )
    assert page.status_code == 403 and "An API key cannot do this." in page.text


def test_a_key_changes_no_address_that_somebody_signs_in_with(server):
    customer = server.login(make_agent(server, "customer"))
    script = program(
        server, make_key(server.login("admin@example.com"), READING + ["edit_tickets", "admin"])
    )
    path, body = f"/customers/{customer.id}", {"email": "mallory@example.com"}
    assert_problem(script.patch(path, body), 403, "forbidden")
    script.patch(path, {"company": "Roy & Roy"}, status=200)


def test_making_one_takes_the_password(rina):
    body = {"name": "x", "permissions": READING}
    assert_problem(rina.post(PATH, body), 401, "wrong_credentials")
    assert_problem(rina.post(PATH, {**body, "password": "wrong"}), 401, "wrong_credentials")


def test_somebody_elses_key_cannot_be_revoked(server, rina):
    key = make_key(rina)["api_key"]
    other = server.login("agent2@example.com")
    assert_problem(other.delete(f"{PATH}/{key['id']}"), 404, "not_found")


def test_customers_have_no_keys(server):
    assert_problem(server.visitor().get(PATH), 403, "forbidden")


@pytest.mark.parametrize("key", ["dbk_", "dbk_x", "dbk_" + "A" * 43, "dbk_" + "A" * 3000])
def test_made_up_keys_are_nobodys(server, key):
    assert_problem(Api(server.url, key).get("/me"), 401, "unauthenticated")


def test_a_changed_password_keeps_keys_and_a_reset_ends_them(server, rina):
    script = program(server, make_key(rina))
    body = {"current_password": PASSWORD, "password": "a lantern on the pier"}
    rina.put("/me/password", body, status=204)
    script.get("/me", status=200)
    server.sql("SELECT account_set_password(%s, 'x', NULL, true)", rina.id)
    wait_until(lambda: script.get("/me").status_code == 401, message="the key to end")
