# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invitations (I1, D4): an admin names an address and a role, whoever has the link makes the
account, once."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.api import Api, assert_problem
from support.people import login, make_agent
from support.server import running

NEW_PASSWORD = "a lantern on the pier"


@pytest.fixture
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def address():
    return f"mina-{uuid.uuid4().hex[:12]}@example.com"


def code_of(answer):
    found = re.fullmatch(r"http://127\.0\.0\.1:\d+/account/#invitation=([\w-]{43})", answer["link"])
    assert found, answer["link"]
    return found[1]


def invite(admin, address, **more):
    return admin.post("/invitations", {"email": address, "role": "agent", **more}, status=201)


def accept(server, code, **more):
    body = {"code": code, "name": "Mina Sen", "password": NEW_PASSWORD, **more}
    return server.anonymous().post("/auth/invitation/accept", body)


def test_the_link_makes_the_account_once(server, admin, address):
    answer = invite(admin, address, name="Mina", departments=[1])
    invitation = answer["invitation"]
    assert invitation["state"] == "open" and invitation["invited_by"]["id"] == admin.id
    looked = server.anonymous().post("/auth/invitation", {"code": code_of(answer)}, status=200)
    shown = looked["invitation"]
    assert (shown["email"], shown["name"], shown["role"]) == (address, "Mina", "agent")
    assert shown["invited_by"] == admin.user["name"]

    session = accept(server, code_of(answer))
    assert session.status_code == 201, session.text
    mina = Api(server.url, session.json()["access_token"])
    me = mina.get("/me", status=200)
    statement = "SELECT email_verified_at IS NOT NULL FROM app_user WHERE id = %s"
    assert server.sql(statement, me["user"]["id"]) == [(True,)]
    assert (me["user"]["name"], me["user"]["role"]) == ("Mina Sen", "agent")
    mina.put("/me/presence", {"state": "offline"}, status=200)
    assert login(server, address, NEW_PASSWORD).status_code == 200

    assert_problem(accept(server, code_of(answer)), 401, "wrong_credentials")
    now = admin.get("/invitations", status=200)["invitations"][0]
    assert (now["state"], now["user_id"]) == ("accepted", me["user"]["id"])


def test_departments_and_role_are_as_the_admin_said(server, admin, address):
    department = admin.post("/departments", {"name": f"Pier {address}"}, status=201)["department"]
    answer = invite(admin, address, role="admin", departments=[department["id"]])
    with admin.live(topics=["tickets"]) as live:
        session = accept(server, code_of(answer)).json()
        event = live.expect("agent.changed")["data"]["agent"]
    assert session["user"]["role"] == "admin"
    assert event["id"] == session["user"]["id"] and event["departments"] == [department["id"]]


def test_of_many_who_use_one_link_at_once_one_wins(server, admin, address):
    code = code_of(invite(admin, address))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: accept(server, code), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [401] * 5


def test_an_invitation_ends_after_a_week(server, admin, address):
    answer = invite(admin, address)
    late = "UPDATE invitation SET expires_at = expires_at - interval '7 days' WHERE id = %s"
    server.sql(late, answer["invitation"]["id"])
    assert_problem(accept(server, code_of(answer)), 401, "wrong_credentials")
    assert admin.get("/invitations", status=200)["invitations"][0]["state"] == "expired"


def test_sending_it_again_makes_the_link_before_void(server, admin, address):
    first = invite(admin, address)
    path = f"/invitations/{first['invitation']['id']}/resend"
    second = admin.post(path, status=200)
    assert second["invitation"]["id"] == first["invitation"]["id"]
    assert_problem(accept(server, code_of(first)), 401, "wrong_credentials")
    assert accept(server, code_of(second)).status_code == 201
    assert_problem(admin.post(path), 409, "conflict")


def test_what_was_taken_back_lets_nobody_in(server, admin, address):
    answer = invite(admin, address)
    path = f"/invitations/{answer['invitation']['id']}"
    admin.delete(path, status=204)
    assert_problem(accept(server, code_of(answer)), 401, "wrong_credentials")
    assert_problem(admin.delete(path), 409, "conflict")
    assert_problem(admin.delete("/invitations/999999999"), 404, "not_found")
    invite(admin, address)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "agent"}])
def test_nobody_comes_in_who_was_invited_by_one_who_is_admin_no_more(
    server, admin, address, change
):
    leaver = server.login(make_agent(server, "admin"))
    answer = invite(leaver, address, role="admin")
    admin.patch(f"/agents/{leaver.id}", change, status=200)
    assert_problem(accept(server, code_of(answer)), 401, "wrong_credentials")
    invite(admin, address)


def test_an_address_is_invited_once_and_not_with_an_account(admin, address):
    invite(admin, address)
    for taken in (address.upper(), "agent1@example.com"):
        answer = admin.post("/invitations", {"email": taken, "role": "agent"})
        problem = assert_problem(answer, 409, "conflict")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [("email", "taken")]


def test_an_account_made_meanwhile_keeps_its_address(server, admin, address):
    code = code_of(invite(admin, address))
    server.create_user("agent", address, NEW_PASSWORD)
    assert_problem(accept(server, code), 409, "conflict")


@pytest.mark.parametrize(
    "body, field, code",
    [
        ({"role": "agent"}, "email", "required"),
        ({"email": "nobody", "role": "agent"}, "email", "bad_format"),
        ({"email": "a@example.com"}, "role", "required"),
        ({"email": "a@example.com", "role": "customer"}, "role", "not_allowed"),
        (
            {"email": "a@example.com", "role": "agent", "departments": [99]},
            "departments",
            "unknown",
        ),
    ],
)
def test_bad_invitations_name_the_field(admin, body, field, code):
    problem = assert_problem(admin.post("/invitations", body), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


def test_lists_are_pages(server, admin):
    ids = [
        invite(admin, f"page-{uuid.uuid4().hex[:12]}@example.com")["invitation"]["id"]
        for _ in range(3)
    ]
    page = admin.get("/invitations?limit=2", status=200)
    assert [i["id"] for i in page["invitations"]] == [ids[2], ids[1]]
    rest = admin.get(f"/invitations?limit=2&after={page['next']}", status=200)
    assert rest["invitations"][0]["id"] == ids[0]
    admin.delete(f"/invitations/{ids[2]}", status=204)
    unused = admin.get("/invitations?unused=true&limit=1", status=200)["invitations"]
    assert [i["id"] for i in unused] == [ids[1]]


def test_only_admins_invite(server, address):
    agent = server.login("agent2@example.com")
    body = {"email": address, "role": "admin"}
    assert_problem(agent.post("/invitations", body), 403, "forbidden")
    assert_problem(agent.get("/invitations"), 403, "forbidden")


def test_the_code_is_kept_as_a_hash_and_out_of_every_log_but_the_demos(server, admin, empty_data):
    answer = invite(admin, f"logged-{uuid.uuid4().hex[:8]}@example.com")
    code = code_of(answer)
    assert code in server.log_path.read_text(), "the demo's log stands for a mail"
    rows = server.sql("SELECT code_hash FROM invitation")
    assert all(code.encode() not in bytes(row[0]) for row in rows)

    with running(empty_data) as real:
        real.create_user("admin", "owner@example.com", NEW_PASSWORD)
        owner = real.login("owner@example.com", NEW_PASSWORD)
        code = code_of(invite(owner, "mina@example.com"))
        assert accept(real, code).status_code == 201
        assert code not in real.log_path.read_text() + real.output()
        assert NEW_PASSWORD not in real.log_path.read_text() + real.output()
