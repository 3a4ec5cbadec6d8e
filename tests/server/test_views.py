# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: saved views, private and shared, with the filters of the ticket list."""

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.naughty import NAUGHTY
from support.tickets import assert_only_staff, refused_fields


@pytest.fixture
def desk(server):
    desk = Desk(server, 5, 5)
    yield desk
    desk.close()


@pytest.fixture
def admin(server):
    return server.login("admin@example.com")


def save(person, name="My view", filter=None, **fields):
    fields = {"name": name, "filter": filter or {}, **fields}
    return person.post("/views", fields, status=201)["view"]


def listed(person):
    seen, after = [], ""
    while after is not None:
        page = person.get(f"/views?limit=100{after}", status=200)
        seen += page["views"]
        after = page["next"] and f"&after={page['next']}"
    return {view["id"]: view for view in seen}


def test_a_view_is_kept_as_it_was_saved(desk):
    agent = desk.agents[0]
    filter = {"status": "open,assigned", "assigned_to": "me", "priority": "high,urgent"}
    view = save(agent, "Urgent ones", filter)
    assert (view["name"], view["filter"], view["is_shared"]) == ("Urgent ones", filter, False)
    assert view["owner"]["id"] == agent.id
    assert agent.get(f"/views/{view['id']}", status=200)["view"] == view
    assert listed(agent)[view["id"]] == view


def test_its_tickets_are_those_of_the_list(desk):
    agent = desk.agents[0]
    tickets = [desk.chat(priority=priority) for priority in ("high", "low", "high")]
    query = f"department={desk.department}&priority=high&status=open"
    filter = dict(part.split("=") for part in query.split("&"))
    path = f"/views/{save(agent, filter=filter)['id']}/tickets"
    page = agent.get(path, status=200)
    assert page == agent.get(f"/tickets?{query}", status=200)
    assert [ticket["id"] for ticket in page["tickets"]] == [tickets[2], tickets[0]]
    first = agent.get(path + "?limit=1", status=200)
    second = agent.get(f"{path}?limit=1&after={first['next']}", status=200)
    assert [second["tickets"][0]["id"], second["next"]] == [tickets[0], None]
    assert_problem(agent.get(path + "?limit=0"), 400, "bad_request")
    assert_problem(agent.get(path + "?after=x"), 400, "bad_request")


def test_the_address_adds_no_filter_to_a_view(desk):
    agent = desk.agents[0]
    ticket = desk.chat()
    path = f"/views/{save(agent, filter={'department': str(desk.department)})['id']}/tickets"
    page = agent.get(path + "?status=closed", status=200)
    assert [entry["id"] for entry in page["tickets"]] == [ticket]


def test_me_is_whoever_looks(desk):
    first, second = desk.agents
    for agent in desk.agents:
        agent.put("/me/presence", {"state": "away"}, status=200)
    held = {agent.id: desk.chat() for agent in desk.agents}
    for agent in desk.agents:
        path = f"/tickets/{held[agent.id]}/assign"
        agent.put(path, {"assigned_to": agent.id}, status=200)
    view = save(first, filter={"assigned_to": "me"}, is_shared=True)
    for agent in desk.agents:
        page = agent.get(f"/views/{view['id']}/tickets", status=200)
        assert [ticket["id"] for ticket in page["tickets"]] == [held[agent.id]]
    first.delete(f"/views/{view['id']}", status=204)


def test_private_views_are_nobody_elses(desk, admin):
    first, second = desk.agents
    view = save(first)
    path = f"/views/{view['id']}"
    for person in (second, admin):
        assert view["id"] not in listed(person)
        for answer in (
            person.get(path),
            person.get(path + "/tickets"),
            person.patch(path, {"name": "Mine now"}),
            person.delete(path),
        ):
            assert_problem(answer, 404, "not_found")
    assert listed(first)[view["id"]] == view


def test_shared_views_are_changed_by_their_owner_and_admins(desk, admin):
    first, second = desk.agents
    view = save(first, "For all", is_shared=True)
    path = f"/views/{view['id']}"
    assert listed(second)[view["id"]] == view
    assert_problem(second.patch(path, {"name": "Mine now"}), 403, "forbidden")
    assert_problem(second.delete(path), 403, "forbidden")
    assert first.patch(path, {"name": "For us"}, status=200)["view"]["name"] == "For us"
    assert admin.patch(path, {"position": 0}, status=200)["view"]["position"] == 0
    assert listed(second)[view["id"]]["name"] == "For us"
    admin.delete(path, status=204)
    assert view["id"] not in listed(first)


def test_only_what_is_named_changes(desk):
    agent = desk.agents[0]
    view = save(agent, "Before", {"status": "open"}, position=7)
    path = f"/views/{view['id']}"
    changed = agent.patch(path, {"filter": {"channel": "chat"}}, status=200)["view"]
    assert (changed["name"], changed["filter"], changed["position"]) == (
        "Before",
        {"channel": "chat"},
        7,
    )
    assert changed["revision"] == view["revision"] + 1
    stale = agent.patch(path, {"name": "Late", "revision": view["revision"]})
    assert_problem(stale, 409, "conflict")
    fresh = {"name": "In time", "revision": changed["revision"]}
    assert agent.patch(path, fresh, status=200)["view"]["name"] == "In time"
    agent.delete(path, status=204)
    assert_problem(agent.get(path), 404, "not_found")


def counts(person):
    views = person.get("/views?limit=100&counts=true", status=200)["views"]
    return {view["id"]: view["count"] for view in views}


def test_views_say_how_many_tickets_they_have(desk):
    agent = desk.agents[0]
    here = {"department": str(desk.department)}
    everything, urgent, none, searched = [
        save(agent, filter={**here, **more})["id"]
        for more in ({}, {"priority": "urgent"}, {"status": "closed"}, {"search": "refund"})
    ]
    for priority in ("low", "normal", "urgent"):
        desk.chat(priority=priority)
    found = counts(agent)
    assert found[everything] == {"tickets": 3, "more": False, "urgent": True}
    assert found[urgent] == {"tickets": 1, "more": False, "urgent": True}
    assert found[none] == {"tickets": 0, "more": False, "urgent": False}
    assert found[searched] is None
    last = desk.waiting()[0]
    agent.put(f"/tickets/{last}/status", {"status": "closed"}, status=200)
    found = counts(agent)
    assert found[everything] == {"tickets": 3, "more": False, "urgent": False}
    assert found[none]["tickets"] == 1
    assert "count" not in agent.get("/views", status=200)["views"][0]
    assert_problem(agent.get("/views?counts=perhaps"), 400, "bad_request")


def test_counting_ends_at_a_hundred(desk):
    agent = desk.agents[0]
    for _ in range(101):
        desk.chat()
    many = save(agent, filter={"department": str(desk.department)})["id"]
    assert counts(agent)[many] == {"tickets": 100, "more": True, "urgent": False}


def test_a_view_of_deleted_tickets_is_for_those_who_may_see_them(desk, admin):
    agent = desk.agents[0]
    ticket = desk.chat()
    filter = {"deleted": "true", "department": str(desk.department)}
    answer = agent.post("/views", {"name": "Bin", "filter": filter})
    assert refused_fields(answer) == [("filter.deleted", "not_allowed")]
    view = save(admin, "Bin", filter, is_shared=True)
    admin.delete(f"/tickets/{ticket}", status=204)
    path = f"/views/{view['id']}"
    assert [t["id"] for t in admin.get(path + "/tickets").json()["tickets"]] == [ticket]
    assert_problem(agent.get(path + "/tickets"), 403, "forbidden")
    assert (counts(admin)[view["id"]]["tickets"], counts(agent)[view["id"]]) == (1, None)
    admin.delete(path, status=204)


def test_views_stand_in_the_order_of_their_positions(desk):
    agent = desk.agents[1]
    places = [5, 3, 9, 3]
    made = [save(agent, f"At {place}", position=place)["id"] for place in places]
    last = save(agent, "Without a place")
    assert last["position"] == 10
    own = [view for view in listed(agent).values() if view["owner"]["id"] == agent.id]
    assert [view["id"] for view in own] == [made[1], made[3], made[0], made[2], last["id"]]
    pages = [agent.get("/views?limit=3", status=200)]
    while pages[-1]["next"]:
        pages.append(agent.get(f"/views?limit=3&after={pages[-1]['next']}", status=200))
    paged = [view["id"] for page in pages for view in page["views"]]
    assert paged == list(listed(agent))


def test_the_same_key_makes_one_view(desk):
    agent = desk.agents[0]
    fields, key = {"name": "Once", "filter": {}}, {"Idempotency-Key": f"view-{desk.department}"}
    first = agent.post("/views", fields, headers=key, status=201)
    assert agent.post("/views", fields, headers=key, status=200) == first
    other = agent.post("/views", {**fields, "name": "Twice"}, headers=key)
    assert_problem(other, 422, "idempotency_mismatch")


def test_nobody_has_more_than_a_hundred(desk):
    agent = desk.agents[1]
    for n in range(100 - len([v for v in listed(agent).values() if v["owner"]["id"] == agent.id])):
        save(agent, f"View {n}")
    answer = agent.post("/views", {"name": "One more", "filter": {}})
    assert_problem(answer, 409, "conflict")


@pytest.mark.parametrize("name", NAUGHTY)
def test_any_name_is_kept(desk, name):
    agent = desk.agents[0]
    view = save(agent, name)
    assert agent.get(f"/views/{view['id']}", status=200)["view"]["name"] == name
    agent.delete(f"/views/{view['id']}", status=204)


@pytest.mark.parametrize(
    "fields, refused",
    [
        ({}, [("name", "required"), ("filter", "required")]),
        ({"name": "x", "filter": None}, [("filter", "required")]),
        ({"name": "x", "filter": "status=open"}, [("filter", "wrong_type")]),
        ({"name": "x", "filter": []}, [("filter", "wrong_type")]),
        ({"name": 7, "filter": {}}, [("name", "wrong_type")]),
        ({"name": " ", "filter": {}}, [("name", "too_short")]),
        ({"name": "x" * 101, "filter": {}}, [("name", "too_long")]),
        ({"name": "x\u0000", "filter": {}}, [("name", "not_allowed")]),
        ({"name": "x", "filter": {"colour": "red"}}, [("filter.colour", "unknown")]),
        ({"name": "x", "filter": {"limit": "5"}}, [("filter.limit", "unknown")]),
        ({"name": "x", "filter": {"after": "1.1"}}, [("filter.after", "unknown")]),
        ({"name": "x", "filter": {"status": "lost"}}, [("filter.status", "not_allowed")]),
        ({"name": "x", "filter": {"status": ["open"]}}, [("filter.status", "wrong_type")]),
        ({"name": "x", "filter": {"status": ""}}, [("filter.status", "too_short")]),
        ({"name": "x", "filter": {"status": None}}, [("filter.status", "required")]),
        ({"name": "x", "filter": {"assigned_to": "you"}}, [("filter.assigned_to", "not_allowed")]),
        ({"name": "x", "filter": {"department": "-1"}}, [("filter.department", "not_allowed")]),
        ({"name": "x", "filter": {"date": "tomorrow"}}, [("filter.date", "not_allowed")]),
        ({"name": "x", "filter": {"search": "-x"}}, [("filter.search", "not_allowed")]),
        (
            {"name": "x", "filter": {"date": "2026-01-31", "date_to": "2026-02-01"}},
            [("filter", "not_allowed")],
        ),
        ({"name": "x", "filter": {"channel": "a\u0000"}}, [("filter.channel", "not_allowed")]),
        ({"name": "x", "filter": {"category": "c" * 201}}, [("filter.category", "too_long")]),
        ({"name": "x", "filter": {}, "is_shared": 1}, [("is_shared", "wrong_type")]),
        ({"name": "x", "filter": {}, "position": -1}, [("position", "out_of_range")]),
        (
            {"name": "x", "filter": {"status": "lost", "channel": "fax"}},
            [("filter.channel", "not_allowed")],
        ),
    ],
)
def test_what_is_no_view_is_refused(desk, fields, refused):
    agent = desk.agents[0]
    before = listed(agent)
    assert refused_fields(agent.post("/views", fields)) == refused
    assert listed(agent) == before


def test_a_change_to_what_is_no_filter_is_refused(desk):
    agent = desk.agents[0]
    view = save(agent)
    answer = agent.patch(f"/views/{view['id']}", {"filter": {"status": "lost"}, "name": ""})
    assert refused_fields(answer) == [("name", "too_short"), ("filter.status", "not_allowed")]
    assert agent.get(f"/views/{view['id']}", status=200)["view"] == view


def test_who_may_have_views(desk):
    ticket = desk.chat()
    path = f"/views/{save(desk.agents[0], is_shared=True)['id']}"
    for method, where, fields in [
        ("GET", "/views", None),
        ("POST", "/views", {"name": "x", "filter": {}}),
        ("GET", path, None),
        ("PATCH", path, {"name": "x"}),
        ("DELETE", path, None),
        ("GET", path + "/tickets", None),
    ]:
        assert_only_staff(desk, ticket, method, where, fields)
    desk.agents[0].delete(path, status=204)


def test_who_sees_a_view_hears_of_its_changes(desk):
    first, second = desk.agents
    with first.live() as at_first, second.live() as at_second, second.live() as probe:
        private = save(first, "Private")
        frame = at_first.expect("view.created")
        assert frame["data"]["view"] == private
        path = f"/views/{private['id']}"
        shared = first.patch(path, {"is_shared": True}, status=200)["view"]
        for live in (at_first, at_second):
            assert live.expect("view.updated")["data"]["view"] == shared
        first.patch(path, {"is_shared": False}, status=200)
        assert at_second.expect("view.deleted")["data"]["view"] == {"id": private["id"]}
        again = at_first.expect("view.updated", lambda f: not f["data"]["view"]["is_shared"])
        assert again["data"]["view"]["revision"] == 3
        first.delete(path, status=204)
        at_first.expect("view.deleted", lambda f: f["id"] > again["id"])
        probe.sync()
        assert [f["kind"] for f in probe.frames if f.get("kind", "").startswith("view.")] == [
            "view.updated",
            "view.deleted",
        ]
