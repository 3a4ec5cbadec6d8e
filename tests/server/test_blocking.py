# SPDX-License-Identifier: AGPL-3.0-or-later
"""W4: staff block a customer or an address: reading works on, writing does not, at once and
everywhere."""

import uuid
from datetime import datetime, timedelta, timezone

import pytest

from support.api import assert_problem
from support.live import Refused
from support.identity import enter, make_secret, sign
from support.server import running
from support.tickets import refused_fields
from support.wait import wait_until


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


def begin(person, body="Hello"):
    ticket = person.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    person.post(f"/tickets/{ticket}/messages", {"body": body}, status=201)
    return ticket


def block(agent, customer, **fields):
    return agent.post("/blocks", {"customer_id": customer.id, **fields}, status=201)["block"]


def in_a_while(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()


def may_write(person, ticket):
    answer = person.post(f"/tickets/{ticket}/messages", {"body": uuid.uuid4().hex})
    assert answer.status_code == 201 or assert_problem(answer, 403, "blocked")
    return answer.status_code == 201


def test_who_is_blocked_reads_and_does_not_write(agent, visitor):
    """The same code on every way in: REST, the socket, files, the documented paths."""
    eve = visitor()
    ticket = begin(eve)
    block(agent, eve)
    assert eve.get(f"/tickets/{ticket}", status=200)["ticket"]["id"] == ticket
    assert_problem(eve.post(f"/tickets/{ticket}/messages", {"body": "x"}), 403, "blocked")
    assert_problem(eve.post("/tickets", {"description": "x"}), 403, "blocked")
    assert_problem(eve.post("/tickets", {"channel": "chat"}), 403, "blocked")
    files = {"file": ("a.txt", b"x", "text/plain")}
    assert_problem(eve.post("/attachments", files=files), 403, "blocked")
    assert_problem(eve.ask("GET", "/support/api/conversation/create/"), 403, "blocked")
    with eve.live() as live:
        assert live.welcome["blocked"] is True
        with pytest.raises(Refused) as refused:
            live.message(ticket, "x")
        assert refused.value.args[0]["code"] == "blocked"
    held = set(eve.get("/me", status=200)["permissions"])
    assert held == {"view_tickets", "view_chat", "view_chat_history"}
    begin(visitor())


def test_open_sockets_know_at_once(agent, visitor):
    eve = visitor()
    ticket = begin(eve)
    with eve.live() as live, agent.live() as desk:
        assert live.welcome["blocked"] is False
        made = block(agent, eve, reason="Insults")
        told = live.expect("customer.updated", lambda f: f["data"]["customer"]["is_blocked"])
        assert told["data"]["customer"]["id"] == eve.id and "staff" not in told
        with pytest.raises(Refused) as refused:
            live.message(ticket, "still here")
        assert refused.value.args[0]["code"] == "blocked"
        assert desk.expect("block.created")["data"]["block"] == made
        profile = desk.expect("customer.updated", lambda f: f["staff"]["id"] == eve.id)["staff"]
        assert profile["is_blocked"] is True
        agent.delete(f"/blocks/{made['id']}", status=204)
        live.expect("customer.updated", lambda f: not f["data"]["customer"]["is_blocked"])
        live.message(ticket, "thank you")
        assert desk.expect("block.deleted")["data"]["block"] == {"id": made["id"]}
    assert agent.get(f"/customers/{eve.id}", status=200)["customer"]["is_blocked"] is False


def test_a_block_ends_by_itself(agent, visitor):
    eve = visitor()
    ticket = begin(eve)
    with eve.live() as live:
        block(agent, eve, until=in_a_while(3))
        assert not may_write(eve, ticket)
        live.expect("customer.updated", lambda f: not f["data"]["customer"]["is_blocked"], 30)
    wait_until(lambda: may_write(eve, ticket), 10, "to write again")


def test_the_list_says_who_why_and_until_when(agent, visitor):
    eve = visitor(name="Eve")
    made = block(agent, eve, reason="Insults", until="2099-01-01T00:00:00Z")
    assert made["customer"] == {"id": eve.id, "name": "Eve"}
    assert (made["reason"], made["address"]) == ("Insults", None)
    assert made["until"] == "2099-01-01T00:00:00.000000Z"
    assert made["blocked_by"] == {"id": agent.id, "name": agent.user["name"]}
    again = block(agent, eve, reason="More insults")
    assert (again["id"], again["reason"], again["until"]) == (made["id"], "More insults", None)
    others = [block(agent, visitor())["id"] for _ in range(3)]
    first = agent.get("/blocks?limit=2", status=200)
    second = agent.get(f"/blocks?limit=2&after={first['next']}", status=200)
    listed = [b["id"] for b in first["blocks"] + second["blocks"]]
    assert listed == [*reversed(others), made["id"]]


def test_a_person_who_signs_in_is_blocked_still(server, agent, login, visitor):
    eve = visitor()
    ticket = begin(eve)
    block(agent, eve, reason="Insults")
    secret = make_secret(login("admin@example.com"))
    known = enter(server, sign(secret, uuid.uuid4().hex), eve)
    assert not may_write(known, ticket)


# By address


@pytest.fixture(scope="module")
def behind_proxy(demo_data):
    with running(demo_data, "--demo", "--behind-proxy", "127.0.0.1") as server:
        yield server


@pytest.fixture
def proxied(behind_proxy):
    """A server that believes what a proxy on this machine says of addresses; nobody is blocked."""
    server = behind_proxy
    server.agent = server.login()
    for old in server.agent.get("/blocks", status=200)["blocks"]:
        server.agent.delete(f"/blocks/{old['id']}", status=204)

    def visitor(address):
        answer = server.anonymous().post("/visitors", {}, headers={"X-Forwarded-For": address})
        person = server.anonymous()
        person.token, person.user = answer.json()["token"], answer.json()["visitor"]
        return person

    server.visitor_from = visitor
    return server


def test_an_address_is_blocked_for_everybody_who_comes_from_it(proxied):
    eve, bo = proxied.visitor_from("203.0.113.7"), proxied.visitor_from("203.0.113.8")
    hers, his = begin(eve), begin(bo)
    with eve.live() as live:
        made = block(proxied.agent, eve, by="address")
        assert (made["customer"], made["address"]) == (None, "203.0.113.7/32")
        live.expect("customer.updated", lambda f: f["data"]["customer"]["is_blocked"])
    assert not may_write(eve, hers) and may_write(bo, his)
    fresh = proxied.visitor_from("203.0.113.7")
    assert_problem(fresh.post("/tickets", {"description": "x"}), 403, "blocked")
    proxied.agent.delete(f"/blocks/{made['id']}", status=204)
    wait_until(lambda: may_write(eve, hers), 10, "to write again")
    fresh.post("/tickets", {"description": "x"}, status=201)


@pytest.mark.parametrize(
    "address, stands_for, inside, outside",
    [
        ("198.51.100.0/24", "198.51.100.0/24", "198.51.100.77", "198.51.101.77"),
        ("::ffff:192.0.2.5", "192.0.2.5/32", "192.0.2.5", "192.0.2.6"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64", "2001:db8:1:2:ffff::1", "2001:db8:1:3::5"),
    ],
)
def test_a_network_is_blocked(proxied, address, stands_for, inside, outside):
    made = proxied.agent.post("/blocks", {"address": address}, status=201)["block"]
    assert made["address"] == stands_for
    within, beyond = proxied.visitor_from(inside), proxied.visitor_from(outside)
    assert_problem(within.post("/tickets", {"description": "x"}), 403, "blocked")
    beyond.post("/tickets", {"description": "x"}, status=201)


def test_staff_are_never_blocked(proxied):
    proxied.agent.post("/blocks", {"address": "127.0.0.1"}, status=201)
    customer = proxied.visitor_from("203.0.113.9")
    proxied.login().post(
        "/tickets", {"user_id": customer.id, "description": "By phone"}, status=201
    )


# What is not possible


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({}, ("customer_id", "required")),
        ({"customer_id": 1, "address": "203.0.113.7"}, ("address", "not_allowed")),
        ({"address": "example.com"}, ("address", "bad_format")),
        ({"address": "203.0.113.7/33"}, ("address", "bad_format")),
        ({"address": "0.0.0.0/0"}, ("address", "out_of_range")),
        ({"address": "10.0.0.0/8"}, ("address", "out_of_range")),
        ({"address": "2000::/3"}, ("address", "out_of_range")),
        ({"customer_id": 1, "by": "name"}, ("by", "not_allowed")),
        ({"customer_id": 1, "until": "tomorrow"}, ("until", "bad_format")),
        ({"customer_id": 1, "until": "2020-01-01T00:00:00Z"}, ("until", "out_of_range")),
        ({"customer_id": 1, "reason": "x" * 501}, ("reason", "too_long")),
    ],
)
def test_what_makes_no_block(agent, fields, expected):
    assert expected in refused_fields(agent.post("/blocks", fields))


def test_only_customers_are_blocked_and_only_staff_block(agent, login, visitor):
    admin, eve = login("admin@example.com"), visitor()
    assert_problem(agent.post("/blocks", {"customer_id": admin.id}), 404, "not_found")
    assert_problem(agent.post("/blocks", {"customer_id": 2**40}), 404, "not_found")
    assert_problem(agent.delete(f"/blocks/{2**40}"), 404, "not_found")
    assert_problem(eve.post("/blocks", {"customer_id": eve.id}), 403, "forbidden")
    assert_problem(eve.get("/blocks"), 403, "forbidden")
    assert_problem(eve.delete("/blocks/1"), 403, "forbidden")
