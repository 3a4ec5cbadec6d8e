# SPDX-License-Identifier: AGPL-3.0-or-later
"""Roles (D4, I1): an admin says who is admin and what agents and customers may do; somebody is
always admin."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from support.api import assert_problem
from support.hearing import heard_of, tell_everybody
from support.people import make_agent
from support.permissions import AGENTS, CUSTOMERS, NINE
from support.server import Server, copy_data
from support.wait import wait_until


@pytest.fixture(scope="module")
def house(demo_data):
    """A server of our own: rights change there."""
    house = Server("--demo")
    copy_data(demo_data, house.data)
    try:
        yield house.start()
    finally:
        house.dispose()


@pytest.fixture
def admin(house):
    """The only one in use."""
    house.sql("UPDATE app_user SET is_active = false WHERE role = 'admin'")
    return house.login(make_agent(house, "admin", "Ada Dutta"))


@pytest.fixture
def agent(house):
    return house.login(make_agent(house))


def make_admin(admin, person, role="admin", **options):
    return admin.patch(f"/agents/{person.id}", {"role": role}, **options)


def role_of(person):
    return person.get("/me", status=200)["user"]["role"]


def count_admins(house):
    statement = "SELECT count(*) FROM app_user WHERE role = 'admin' AND is_active"
    return house.sql(statement)[0][0]


# Who is admin


def test_an_admin_makes_an_agent_an_admin_and_an_agent_again(admin, agent):
    assert_problem(agent.get("/audit"), 403, "forbidden")
    assert make_admin(admin, agent, status=200)["agent"]["role"] == "admin"
    wait_until(lambda: agent.get("/audit").status_code == 200)
    listed = admin.get("/agents", status=200)["agents"]
    assert [a["role"] for a in listed if a["id"] == agent.id] == ["admin"]
    assert make_admin(admin, agent, "agent", status=200)["agent"]["role"] == "agent"
    wait_until(lambda: role_of(agent) == "agent" and agent.get("/audit").status_code == 403)
    told = admin.get(f"/audit?target=account&target_id={agent.id}", status=200)["entries"]
    changes = [(e["before"], e["after"]) for e in told if e["action"] == "updated"]
    assert changes[:2] == [
        ({"role": "admin"}, {"role": "agent"}),
        ({"role": "agent"}, {"role": "admin"}),
    ]


def test_an_open_socket_hears_what_its_new_role_may(admin, agent):
    with agent.live(topics=["tickets"]) as socket, admin.live(topics=["tickets"]) as other:
        make_admin(admin, agent, status=200)
        for heard in (socket, other):
            event = heard.expect("agent.changed", lambda f: f["data"]["agent"]["id"] == agent.id)
            assert event["data"]["agent"]["role"] == "admin"


def test_only_the_two_roles_of_staff_can_be_given_and_only_by_admins(house, admin, agent):
    for wrong in ("customer", "owner", "", 1):
        assert_problem(make_admin(admin, agent, wrong), 422, "validation_failed")
    assert_problem(make_admin(agent, agent), 403, "forbidden")
    stranger = house.visitor(name="Ada")
    assert_problem(make_admin(admin, stranger), 404, "not_found")


def test_a_key_makes_nobody_an_admin(house, admin, agent):
    """A program never gives away what its owner can only do in person."""
    body = {"name": "Rota", "permissions": ["admin"], "password": "deskbell-demo"}
    key = admin.post("/me/api-keys", body, status=201)["key"]
    program = house.anonymous()
    program.token = key
    program.patch(f"/agents/{agent.id}", {"languages": ["en"]}, status=200)
    refused = make_admin(program, agent)
    assert_problem(refused, 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [("role", "not_allowed")]


def test_the_last_admin_stays(admin, agent):
    assert_problem(make_admin(admin, admin, "agent"), 409, "conflict")
    assert role_of(admin) == "admin"
    make_admin(admin, agent, status=200)
    admin.patch(f"/agents/{agent.id}", {"is_active": False}, status=200)
    # One who is out of use does not count.
    assert_problem(make_admin(admin, admin, "agent"), 409, "conflict")
    admin.patch(f"/agents/{agent.id}", {"is_active": True}, status=200)
    make_admin(admin, admin, "agent", status=200)
    assert role_of(admin) == "agent"


def test_what_else_a_refused_change_says_is_not_done(admin, agent):
    before = [a for a in admin.get("/agents", status=200)["agents"] if a["id"] == admin.id]
    body = {"role": "agent", "languages": ["fr"], "capacity": {"chat": 1}}
    assert_problem(admin.patch(f"/agents/{admin.id}", body), 409, "conflict")
    after = [a for a in admin.get("/agents", status=200)["agents"] if a["id"] == admin.id]
    assert after == before


@pytest.mark.parametrize("change", [{"role": "agent"}, {"is_active": False}])
def test_of_admins_who_put_each_other_out_at_once_one_is_left(house, admin, change):
    for _ in range(8):
        house.sql("UPDATE app_user SET is_active = false WHERE role = 'admin'")
        one, other = (house.login(make_agent(house, "admin")) for _ in range(2))
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(
                lambda pair: pair[0].patch(f"/agents/{pair[1].id}", change),
                ((one, other), (other, one)),
            )
            codes = sorted(answer.status_code for answer in answers)
        assert codes[0] == 200 and codes[1] in (401, 403, 409), codes
        assert count_admins(house) == 1


# What roles may


@pytest.fixture
def roles(house):
    """Permissions are as they were at first when the test is over."""
    held = house.sql("SELECT role::text, permission FROM role_permission")
    yield
    house.sql("DELETE FROM role_permission")
    for role, permission in held:
        house.sql("INSERT INTO role_permission VALUES (%s, %s)", role, permission)


def permit(admin, role, permissions, **options):
    body = {"permissions": sorted(permissions)}
    return admin.put(f"/roles/{role}/permissions", body, **options)


def permissions_of(admin):
    listed = admin.get("/roles", status=200)["roles"]
    return {role["role"]: set(role["permissions"]) for role in listed}


def test_an_admin_says_what_agents_and_customers_may(admin, roles):
    assert permissions_of(admin) == {
        "customer": CUSTOMERS,
        "agent": AGENTS,
        "admin": set(NINE),
    }
    fewer = CUSTOMERS - {"close_tickets"}
    answer = permit(admin, "customer", fewer, status=200)
    assert {role["role"]: set(role["permissions"]) for role in answer["roles"]} == {
        "customer": fewer,
        "agent": AGENTS,
        "admin": set(NINE),
    }
    permit(admin, "agent", NINE, status=200)
    assert permissions_of(admin)["agent"] == set(NINE)
    permit(admin, "agent", [], status=200)
    assert permissions_of(admin)["agent"] == set()
    told = admin.get("/audit?target=role_permission", status=200)["entries"]
    assert {e["before"]["permission"] for e in told if e["action"] == "deleted"} == {
        *NINE,
        "close_tickets",
    }
    assert all(entry["actor"]["id"] == admin.id for entry in told)


def test_what_is_taken_away_is_gone_at_once_and_what_is_given_is_there(house, admin, agent, roles):
    customer = house.visitor(name="Bo")
    ticket = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    with agent.live() as socket, admin.live() as other:
        seen = len(socket.frames)
        permit(admin, "agent", AGENTS - {"view_tickets"}, status=200)
        customer.post(f"/tickets/{ticket}/messages", {"body": "after"}, status=201)
        tell_everybody(admin, socket, other)
        assert heard_of(socket, ticket, seen) == []
        assert "message.created" in heard_of(other, ticket)
        assert_problem(agent.get(f"/tickets/{ticket}"), 403, "forbidden")
        permit(admin, "agent", AGENTS, status=200)
        tell_everybody(admin, socket)
        customer.post(f"/tickets/{ticket}/messages", {"body": "given back"}, status=201)
        socket.expect("message.created", lambda f: f["data"]["message"]["body"] == "given back")


def refused_of(answer):
    assert_problem(answer, 422, "validation_failed")
    return {(error["field"], error["code"]) for error in answer.json()["errors"]}


def test_what_a_role_cannot_have_is_refused_and_changes_nothing(house, admin, agent, roles):
    before = permissions_of(admin)
    for own in ("edit_tickets", "assign_tickets", "delete_tickets"):
        answer = permit(admin, "customer", CUSTOMERS | {own})
        assert refused_of(answer) == {("permissions", "not_allowed")}
    for role in ("customer", "agent"):
        answer = permit(admin, role, ["view_tickets", "fly"])
        assert refused_of(answer) == {("permissions", "unknown")}
        answer = admin.put(f"/roles/{role}/permissions", {})
        assert refused_of(answer) == {("permissions", "required")}
        answer = admin.put(f"/roles/{role}/permissions", {"permissions": "view_tickets"})
        assert refused_of(answer) == {("permissions", "wrong_type")}
    answer = permit(admin, "admin", set(NINE) - {"delete_tickets"})
    assert refused_of(answer) == {("permissions", "not_allowed")}
    permit(admin, "admin", NINE, status=200)
    assert_problem(permit(admin, "owner", NINE), 404, "not_found")
    assert_problem(permit(agent, "agent", NINE), 403, "forbidden")
    assert permissions_of(admin) == before


def test_of_two_who_say_it_at_once_one_is_heard_whole(admin, roles):
    """Never a mixture of both."""
    sides = [{"view_tickets", "edit_tickets"}, {"view_chat", "send_messages"}]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(8):
            answers = list(pool.map(lambda side: permit(admin, "agent", side), sides))
            assert [answer.status_code for answer in answers] == [200, 200]
            assert permissions_of(admin)["agent"] in sides
