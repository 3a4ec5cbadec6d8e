# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: links between tickets, one fact seen from both sides."""

import threading

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import assert_only_staff, look, refused_fields


@pytest.fixture
def desk(server):
    desk = Desk(server, 5)
    yield desk
    desk.close()


def link(person, ticket, other, kind, status=201):
    fields = {"ticket": other, "kind": kind}
    return person.post(f"/tickets/{ticket}/links", fields, status=status)["ticket"]


def links(person, ticket):
    """What each linked ticket is to this one."""
    return {entry["id"]: entry["kind"] for entry in look(person, ticket)["links"]}


@pytest.mark.parametrize(
    "kind, inverse",
    [
        ("related", "related"),
        ("duplicate", "duplicate"),
        ("parent", "child"),
        ("child", "parent"),
        ("follow_up", "origin"),
        ("origin", "follow_up"),
    ],
)
def test_a_link_is_seen_from_both_sides(desk, kind, inverse):
    agent = desk.agents[0]
    for first, second in [(0, 1), (1, 0)]:
        pair = [desk.chat(subject="The first"), desk.chat(subject="The second")]
        here, there = pair[first], pair[second]
        assert link(agent, here, there, kind)["links"] == look(agent, here)["links"]
        assert links(agent, here) == {there: kind}
        assert links(agent, there) == {here: inverse}


def test_a_link_shows_the_other_ticket(desk):
    agent = desk.agents[0]
    ticket, other = desk.chat(), desk.chat(subject="Where is my parcel?")
    agent.put(f"/tickets/{other}/status", {"status": "waiting_on_customer"}, status=200)
    link(agent, ticket, other, "related")
    assert look(agent, ticket)["links"] == [
        {
            "id": other,
            "kind": "related",
            "ticket_number": f"TKT-{other:06}",
            "status": "waiting_on_customer",
            "subject": "Where is my parcel?",
        }
    ]
    listed = agent.get(f"/tickets?department={desk.department}", status=200)["tickets"]
    assert {entry["id"]: len(entry["links"]) for entry in listed} == {ticket: 1, other: 1}


def test_linking_again_changes_nothing_or_the_kind(desk):
    agent, ticket, other = desk.agents[0], desk.chat(), desk.chat()
    link(agent, ticket, other, "related")
    revisions = [look(agent, one)["revision"] for one in (ticket, other)]
    link(agent, ticket, other, "related", status=200)
    link(agent, other, ticket, "related", status=200)
    assert [look(agent, one)["revision"] for one in (ticket, other)] == revisions
    link(agent, other, ticket, "parent")
    assert links(agent, ticket) == {other: "child"}
    link(agent, ticket, other, "parent")
    assert links(agent, ticket) == {other: "parent"}
    assert links(agent, other) == {ticket: "child"}


def test_a_link_is_taken_away_from_either_side(desk):
    agent, ticket, other = desk.agents[0], desk.chat(), desk.chat()
    for here, there in [(ticket, other), (other, ticket)]:
        link(agent, ticket, other, "parent")
        agent.delete(f"/tickets/{here}/links/{there}", status=204)
        assert links(agent, ticket) == links(agent, other) == {}
        assert_problem(agent.delete(f"/tickets/{here}/links/{there}"), 404, "not_found")


@pytest.mark.parametrize(
    "fields, refused",
    [
        ({}, [("ticket", "required"), ("kind", "required")]),
        ({"ticket": 0, "kind": "related"}, [("ticket", "out_of_range")]),
        ({"ticket": "1", "kind": "related"}, [("ticket", "wrong_type")]),
        ({"ticket": 1.5, "kind": "related"}, [("ticket", "wrong_type")]),
        ({"ticket": 999_999_999, "kind": "related"}, [("ticket", "unknown")]),
        ({"ticket": 1, "kind": "cousin"}, [("kind", "not_allowed")]),
        ({"ticket": 1, "kind": 5}, [("kind", "wrong_type")]),
    ],
)
def test_what_is_no_link_is_refused(desk, fields, refused):
    agent, ticket = desk.agents[0], desk.chat()
    assert refused_fields(agent.post(f"/tickets/{ticket}/links", fields)) == refused
    assert links(agent, ticket) == {}


def test_no_ticket_is_linked_with_itself_or_a_draft(desk):
    agent, ticket = desk.agents[0], desk.chat()
    path = f"/tickets/{ticket}/links"
    assert refused_fields(agent.post(path, {"ticket": ticket, "kind": "related"})) == [
        ("ticket", "not_allowed")
    ]
    draft = desk.server.visitor().post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    assert refused_fields(agent.post(path, {"ticket": draft, "kind": "related"})) == [
        ("ticket", "unknown")
    ]
    of_draft = agent.post(f"/tickets/{draft}/links", {"ticket": ticket, "kind": "related"})
    assert_problem(of_draft, 404, "not_found")


def test_nobody_is_their_own_grandparent(desk):
    agent = desk.agents[0]
    child, parent, grandparent = desk.chat(), desk.chat(), desk.chat()
    link(agent, child, parent, "parent")
    link(agent, grandparent, parent, "child")
    for here, there, kind in [(grandparent, child, "parent"), (child, grandparent, "child")]:
        answer = agent.post(f"/tickets/{here}/links", {"ticket": there, "kind": kind})
        assert_problem(answer, 409, "conflict")
    assert links(agent, grandparent) == {parent: "child"}
    link(agent, child, grandparent, "parent")
    link(agent, child, grandparent, "related")
    link(agent, parent, child, "parent")
    assert links(agent, child) == {parent: "child", grandparent: "related"}


def test_two_who_would_close_a_circle_at_once(desk):
    agent = desk.agents[0]
    for _ in range(5):
        ring = [desk.chat() for _ in range(3)]
        link(agent, ring[0], ring[1], "parent")
        answers = []
        threads = [
            threading.Thread(
                target=lambda here=here, there=there: answers.append(
                    agent.post(f"/tickets/{here}/links", {"ticket": there, "kind": "parent"})
                )
            )
            for here, there in [(ring[1], ring[2]), (ring[2], ring[0])]
        ]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_a_ticket_has_at_most_fifty_links(desk):
    agent, ticket = desk.agents[0], desk.chat()
    others = [desk.chat() for _ in range(51)]
    for other in others[:50]:
        link(agent, other, ticket, "parent")
    refused = agent.post(f"/tickets/{others[50]}/links", {"ticket": ticket, "kind": "parent"})
    assert_problem(refused, 409, "conflict")
    link(agent, ticket, others[0], "related")


def test_who_may_link(desk):
    ticket, other = desk.chat(), desk.chat()
    path = f"/tickets/{ticket}/links"
    assert_only_staff(desk, ticket, "POST", path, {"ticket": other, "kind": "related"})
    assert_only_staff(desk, ticket, "DELETE", f"{path}/{other}")
    link(desk.server.login("admin@example.com"), ticket, other, "related")


def test_customers_never_see_links(desk):
    agent, ticket, other = desk.agents[0], desk.chat(), desk.chat(subject="marker-of-another")
    customer = desk.customers[ticket]
    with customer.live() as live:
        link(agent, ticket, other, "duplicate")
        frame = live.expect("ticket.updated", ticket=ticket)
        assert set(frame["data"]["ticket"]) == {"id", "revision"} and "staff" not in frame
        assert not live.heard("ticket.updated", ticket=other)
    assert "marker-of-another" not in customer.get(f"/tickets/{ticket}").text
    assert '"links"' not in customer.get(f"/tickets/{ticket}").text


def test_many_who_link_the_same_pair_at_once_make_one_link(desk):
    agent, pair = desk.agents[0], [desk.chat(), desk.chat()]
    answers = []

    def post(here, there):
        fields = {"ticket": there, "kind": "related"}
        answers.append(agent.post(f"/tickets/{here}/links", fields).status_code)

    threads = [threading.Thread(target=post, args=pair if n % 2 else pair[::-1]) for n in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(answers) == [200] * 9 + [201]
    assert links(agent, pair[0]) == {pair[1]: "related"}
