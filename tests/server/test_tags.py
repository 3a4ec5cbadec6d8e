# SPDX-License-Identifier: AGPL-3.0-or-later
"""T2, T7: tags on tickets, and the list of all tags."""

import threading
import unicodedata
import uuid

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.naughty import NAUGHTY
from support.tickets import assert_only_staff, look, refused_fields


@pytest.fixture
def desk(server):
    desk = Desk(server, 5)
    yield desk
    desk.close()


def fresh():
    return uuid.uuid4().hex


def counted(person, tag):
    """How many tickets the list of tags says have it."""
    found = person.get(f"/tags?q={tag}", status=200)["tags"]
    return {entry["name"]: entry["tickets"] for entry in found}.get(tag, 0)


def test_tags_are_kept_sorted_and_once(desk):
    agent, ticket = desk.agents[0], desk.chat()
    assert look(agent, ticket)["tags"] == []
    answer = agent.put(f"/tickets/{ticket}/tags", {"tags": ["vip", "refund", "vip"]}, status=200)
    assert answer["ticket"]["tags"] == ["refund", "vip"]
    assert look(agent, ticket)["tags"] == ["refund", "vip"]
    listed = agent.get(f"/tickets?department={desk.department}", status=200)["tickets"]
    assert listed[0]["tags"] == ["refund", "vip"]
    agent.put(f"/tickets/{ticket}/tags", {"tags": []}, status=200)
    assert look(agent, ticket)["tags"] == []


def test_adding_and_removing_leaves_the_others(desk):
    agent, ticket = desk.agents[0], desk.chat()
    path = f"/tickets/{ticket}/tags"
    agent.put(path, {"tags": ["a", "b"]}, status=200)
    assert agent.post(path, {"add": ["c", "a"]}, status=200)["ticket"]["tags"] == ["a", "b", "c"]
    assert agent.post(path, {"remove": ["b", "absent"]}, status=200)["ticket"]["tags"] == ["a", "c"]
    both = agent.post(path, {"add": ["d"], "remove": ["a"]}, status=200)
    assert both["ticket"]["tags"] == ["c", "d"]
    assert both["ticket"]["revision"] == look(agent, ticket)["revision"]


def test_changing_nothing_is_no_change(desk):
    agent, ticket = desk.agents[0], desk.chat()
    agent.put(f"/tickets/{ticket}/tags", {"tags": ["same"]}, status=200)
    before = look(agent, ticket)["revision"]
    agent.post(f"/tickets/{ticket}/tags", {"add": ["same"], "remove": ["absent"]}, status=200)
    assert look(agent, ticket)["revision"] == before


@pytest.mark.parametrize(
    "written, kept",
    [
        ("  VIP ", "vip"),
        ("late\u00a0\u3000 delivery", "late delivery"),
        ("Cafe\u0301", "caf\u00e9"),
        ("ÄRGER", "ärger"),
        ("রিফান্ড", "রিফান্ড"),
        ("返金", "返金"),
        ("👩‍💻", "👩‍💻"),
        ("a" * 50, "a" * 50),
    ],
)
def test_what_people_write_as_a_tag_is_kept(desk, written, kept):
    agent, ticket = desk.agents[0], desk.chat()
    answer = agent.put(f"/tickets/{ticket}/tags", {"tags": [written]}, status=200)
    assert answer["ticket"]["tags"] == [kept]
    assert look(agent, ticket)["tags"] == [kept]
    assert kept in [t["name"] for t in agent.get("/tags", params={"q": kept}).json()["tags"]]


@pytest.mark.parametrize("word", [w for w in NAUGHTY if "," not in w and len(w) <= 50])
def test_anything_can_be_a_tag(desk, word):
    agent, ticket = desk.agents[0], desk.chat()
    kept = unicodedata.normalize("NFC", " ".join(word.split()).lower())
    answer = agent.put(f"/tickets/{ticket}/tags", {"tags": [word]}, status=200)
    assert answer["ticket"]["tags"] == [kept]
    found = agent.get("/tickets", params={"tag": word, "department": desk.department}).json()
    assert [entry["id"] for entry in found["tickets"]] == [ticket]


@pytest.mark.parametrize(
    "fields, refused",
    [
        ({}, [("tags", "required")]),
        ({"tags": None}, [("tags", "required")]),
        ({"tags": "vip"}, [("tags", "wrong_type")]),
        ({"tags": {"a": 1}}, [("tags", "wrong_type")]),
        ({"tags": [1]}, [("tags", "wrong_type")]),
        ({"tags": [["a"]]}, [("tags", "wrong_type")]),
        ({"tags": [None]}, [("tags", "wrong_type")]),
        ({"tags": [""]}, [("tags", "too_short")]),
        ({"tags": [" \u3000"]}, [("tags", "too_short")]),
        ({"tags": ["x" * 51]}, [("tags", "too_long")]),
        ({"tags": ["İ" * 30]}, [("tags", "too_long")]),
        ({"tags": ["a\u0000"]}, [("tags", "not_allowed")]),
        ({"tags": ["a\nb"]}, [("tags", "not_allowed")]),
        ({"tags": ["a,b"]}, [("tags", "not_allowed")]),
        ({"tags": [str(n) for n in range(21)]}, [("tags", "too_long")]),
    ],
)
def test_what_can_be_no_tag_is_refused(desk, fields, refused):
    agent, ticket = desk.agents[0], desk.chat()
    assert refused_fields(agent.put(f"/tickets/{ticket}/tags", fields)) == refused
    assert look(agent, ticket)["tags"] == []


def test_adding_needs_something_to_add_or_remove(desk):
    agent, ticket = desk.agents[0], desk.chat()
    assert refused_fields(agent.post(f"/tickets/{ticket}/tags", {})) == [("add", "required")]
    bad = {"add": ["a,b"], "remove": [1]}
    assert refused_fields(agent.post(f"/tickets/{ticket}/tags", bad)) == [
        ("add", "not_allowed"),
        ("remove", "wrong_type"),
    ]


def test_a_ticket_has_at_most_twenty(desk):
    agent, ticket = desk.agents[0], desk.chat()
    path = f"/tickets/{ticket}/tags"
    agent.put(path, {"tags": [f"t{n:02}" for n in range(20)]}, status=200)
    assert_problem(agent.post(path, {"add": ["one more"]}), 409, "conflict")
    changed = agent.post(path, {"add": ["one more"], "remove": ["t00"]}, status=200)
    assert len(changed["ticket"]["tags"]) == 20


def test_who_may_tag(desk):
    ticket = desk.chat()
    path = f"/tickets/{ticket}/tags"
    assert_only_staff(desk, ticket, "PUT", path, {"tags": ["x"]})
    assert_only_staff(desk, ticket, "POST", path, {"add": ["x"]})
    assert_only_staff(desk, ticket, "GET", "/tags")
    desk.server.login("admin@example.com").put(path, {"tags": ["by admin"]}, status=200)
    assert look(desk.agents[0], ticket)["tags"] == ["by admin"]


def test_customers_never_see_tags(desk):
    agent, ticket = desk.agents[0], desk.chat()
    customer, marker = desk.customers[ticket], fresh()
    with customer.live() as live:
        agent.put(f"/tickets/{ticket}/tags", {"tags": [marker]}, status=200)
        frame = live.expect("ticket.updated", ticket=ticket)
        assert set(frame["data"]["ticket"]) == {"id", "revision"} and "staff" not in frame
    answers = [customer.get(path).text for path in (f"/tickets/{ticket}", "/tickets")]
    assert not [text for text in answers if marker in text or '"tags"' in text]
    assert marker in agent.get(f"/tickets/{ticket}").text


def test_absent_tickets_and_drafts_have_no_tags(desk):
    agent = desk.agents[0]
    draft = desk.server.visitor().post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    for ticket in (draft, 999_999_999):
        answer = agent.put(f"/tickets/{ticket}/tags", {"tags": ["x"]})
        assert_problem(answer, 404, "not_found")


def test_the_list_of_tags_counts_tickets(desk):
    agent, tag = desk.agents[0], fresh()
    first, second = desk.chat(), desk.chat()
    for ticket in (first, second):
        agent.put(f"/tickets/{ticket}/tags", {"tags": [tag, "other"]}, status=200)
    assert counted(agent, tag) == 2
    agent.post(f"/tickets/{first}/tags", {"remove": [tag]}, status=200)
    assert counted(agent, tag) == 1
    agent.put(f"/tickets/{second}/tags", {"tags": []}, status=200)
    assert agent.get(f"/tags?q={tag}", status=200) == {"tags": [], "next": None}


def test_the_list_of_tags_is_paged_by_name(desk):
    agent, begin = desk.agents[0], fresh()
    names = [f"{begin} {n:02}" for n in range(12)]
    agent.put(f"/tickets/{desk.chat()}/tags", {"tags": names}, status=200)
    seen, after = [], None
    while True:
        page = agent.get("/tags", params={"q": begin.upper(), "limit": 5, "after": after}).json()
        seen += [tag["name"] for tag in page["tags"]]
        after = page["next"]
        if after is None:
            break
    assert seen == names
    exact = agent.get("/tags", params={"q": begin, "limit": 12}).json()
    assert len(exact["tags"]) == 12 and exact["next"] is None


def test_lists_and_searches_know_a_tag_however_it_is_written(desk):
    agent, ticket, word = desk.agents[0], desk.chat(), fresh()
    agent.put(f"/tickets/{ticket}/tags", {"tags": [f"{word} late", "medium"]}, status=200)
    for tag in (f"{word} late", f" {word.upper()}  Late ", f"never,{word} LATE", "Medium"):
        query = {"tag": tag, "department": desk.department}
        found = agent.get("/tickets", params=query).json()["tickets"]
        assert [t["id"] for t in found] == [ticket]
    found = agent.get("/search", params={"q": f"TKT-{ticket:06}", "tag": "MEDIUM"}).json()
    assert [t["id"] for t in found["tickets"]["results"]] == [ticket]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x"])
def test_a_query_that_is_not_possible_is_400(desk, query):
    assert_problem(desk.agents[0].get(f"/tags?{query}"), 400, "bad_request")


def test_two_who_tag_at_once_both_have_their_way(desk):
    agent, ticket = desk.agents[0], desk.chat()
    path = f"/tickets/{ticket}/tags"
    names = [f"tag {n}" for n in range(16)]
    threads = [
        threading.Thread(target=agent.request, args=("POST", path, {"add": [name]}))
        for name in names
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert look(agent, ticket)["tags"] == sorted(names)
