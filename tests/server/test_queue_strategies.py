# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q3: who of those who are free gets a ticket, as its department chooses."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.wait import wait_until


@pytest.fixture
def make_desk(server, admin):
    """make_desk(capacity, …, strategy=…): a department of its own with its agents."""
    made = []

    def make(*capacities, **routing):
        desk = Desk(server, *capacities)
        made.append(desk)
        admin.patch(f"/departments/{desk.department}", routing, status=200)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def make_skill(admin):
    """make_skill(category, …, level=1): its name. Gone after the test."""
    made = []

    def make(*categories, level=1):
        name = f"s{uuid.uuid4().hex[:30]}"
        fields = {"name": name, "categories": categories, "level": level}
        made.append(admin.post("/skills", fields, status=201)["skill"])
        return name

    yield make
    for skill in made:
        admin.delete(f"/skills/{skill['id']}")


def ids(desk):
    return [agent.id for agent in desk.agents]


def resolve(desk, ticket):
    customer = desk.customers[ticket]
    customer.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)


# Each in turn


def test_round_robin_is_a_true_rotation(make_desk):
    desk = make_desk(9, 9, 9, strategy="round_robin")
    desk.open_up()
    one, two, three = ids(desk)
    assert [desk.wait_assignee(desk.chat()) for _ in range(7)] == [one, two, three] * 2 + [one]


def test_the_load_does_not_break_the_rotation_but_full_agents_are_passed(make_desk):
    desk = make_desk(9, 2, 9, strategy="round_robin")
    one, two, three = ids(desk)
    # What somebody takes or is handed is nobody's turn.
    desk.agents[0].post(f"/tickets/{desk.chat()}/claim", status=200)
    desk.agents[0].put(f"/tickets/{desk.chat()}/assign", {"assigned_to": two}, status=200)
    desk.open_up()
    chosen = [desk.wait_assignee(desk.chat()) for _ in range(5)]
    assert chosen == [one, two, three, one, three]


def test_reopened_tickets_are_nobodys_turn(make_desk):
    desk = make_desk(9, 9, 9, strategy="round_robin")
    desk.open_up()
    one, two, three = ids(desk)
    first = desk.chat()
    assert desk.wait_assignee(first) == one
    resolve(desk, first)
    desk.customers[first].put(f"/tickets/{first}/status", {"status": "open"}, status=200)
    assert desk.wait_assignee(first) == one
    assert [desk.wait_assignee(desk.chat()) for _ in range(3)] == [two, three, one]


def test_the_rotation_goes_on_after_a_restart(fresh_server):
    admin = fresh_server.login("admin@example.com")
    desk = Desk(fresh_server, 9, 9, 9)
    admin.patch(f"/departments/{desk.department}", {"strategy": "round_robin"}, status=200)
    desk.open_up()
    one, two, three = ids(desk)
    assert [desk.wait_assignee(desk.chat()) for _ in range(2)] == [one, two]
    fresh_server.restart()
    for agent in desk.agents:
        agent.url = fresh_server.url
    desk.open_up()
    assert [desk.wait_assignee(desk.chat()) for _ in range(2)] == [three, one]


# Least busy, by what a ticket weighs


def test_a_chat_weighs_more_than_a_mail(make_desk, admin):
    desk = make_desk(9, 9)
    chatty, writer = desk.agents
    for agent in desk.agents:
        path = f"/agents/{agent.id}"
        admin.patch(path, {"capacity": {"portal": 9}}, status=200)
    weights = admin.get("/settings/queue", status=200)["channel_weights"]
    assert weights["chat"] > weights["portal"]
    for agent, channel, count in ((chatty, "chat", 2), (writer, "portal", 5)):
        for _ in range(count):
            ticket = desk.chat(channel=channel, subject="S")
            agent.post(f"/tickets/{ticket}/claim", status=200)
    # 8 of 45 against 5 of 45.
    desk.open_up()
    assert desk.wait_assignee(desk.chat()) == writer.id
    try:
        even = {"chat": 1, "portal": 1}
        admin.patch("/settings/queue", {"channel_weights": even}, status=200)
        # 2 of 18 against 6 of 18.
        assert desk.wait_assignee(desk.chat()) == chatty.id
    finally:
        admin.patch("/settings/queue", {"channel_weights": weights}, status=200)


def test_a_weight_is_a_number_that_makes_sense(admin):
    for weights in ({"chat": 0}, {"chat": -1}, {"chat": 101}, {"fax": 3}, {"chat": None}, 7):
        answer = admin.patch("/settings/queue", {"channel_weights": weights})
        assert_problem(answer, 422, "validation_failed")


# By hand


def test_manual_gives_nothing_to_anybody(make_desk, admin):
    desk, other = make_desk(9, strategy="manual"), make_desk(9)
    desk.open_up()
    other.open_up()
    ticket = desk.chat()
    other.wait_assignee(other.chat())
    assert desk.waiting() == [ticket]
    desk.agents[0].post(f"/tickets/{ticket}/claim", status=200)
    ticket = desk.chat()
    admin.patch(f"/departments/{desk.department}", {"strategy": "least_busy"}, status=200)
    desk.wait_assignee(ticket)


# Who knows it


@pytest.mark.parametrize("is_sticky", [True, False])
def test_who_had_a_ticket_gets_it_back_where_that_is_wanted(make_desk, admin, is_sticky):
    desk = make_desk(9, 9, strategy="manual")
    knows, other = desk.agents
    ticket = desk.chat()
    for held in (ticket, desk.chat(), desk.chat()):
        knows.post(f"/tickets/{held}/claim", status=200)
    other.put(f"/tickets/{ticket}/assign", {"assigned_to": None}, status=200)
    desk.open_up()
    routing = {"strategy": "least_busy", "is_sticky": is_sticky}
    admin.patch(f"/departments/{desk.department}", routing, status=200)
    # Whoever else is there is less busy, and had nothing for longer.
    assert desk.wait_assignee(ticket) == (knows if is_sticky else other).id


# Skills


def skilled(admin, agent, **fields):
    return admin.patch(f"/agents/{agent.id}", fields, status=200)["agent"]


def test_whoever_has_the_skill_at_its_level_gets_the_ticket(make_desk, admin, make_skill):
    skill = make_skill("billing", level=3)
    desk = make_desk(9, 9, 9, strategy="skills")
    novice, expert, other = desk.agents
    skilled(admin, novice, skills={skill: 2})
    assert skilled(admin, expert, skills={skill: 3})["skills"] == {skill: 3}
    for agent in (novice, other):
        agent.put("/me/presence", {"state": "online"}, status=200)
    needs, plain = desk.chat(category="billing"), desk.chat(category="general")
    assert desk.wait_assignee(plain) in (novice.id, other.id)
    assert desk.waiting() == [needs]
    # An unsuitable head keeps nobody behind it waiting, and places count those who need the same.
    told = desk.customers[needs].get(f"/tickets/{needs}/position", status=200)["position"]
    assert (told["place"], told["of"]) == (1, 1)
    expert.put("/me/presence", {"state": "online"}, status=200)
    assert desk.wait_assignee(needs) == expert.id


def age(desk, ticket, minutes):
    desk.server.sql(
        "UPDATE ticket SET waiting_since = waiting_since - %s * interval '1 minute' WHERE id = %s",
        minutes,
        ticket,
    )


def test_a_long_wait_widens_what_is_needed(make_desk, admin, make_skill):
    skill = make_skill("billing", level=5)
    desk = make_desk(9, 9, 9, strategy="skills", widen_after_minutes=10)
    novice, speaker, anybody = desk.agents
    skilled(admin, novice, skills={skill: 1}, languages=["en", "bn"])
    skilled(admin, speaker, languages=["bn"])
    skilled(admin, anybody, languages=["de"])
    for agent, minutes in ((novice, 10), (speaker, 20), (anybody, 30)):
        ticket = desk.chat(category="billing", language="bn-BD")
        agent.put("/me/presence", {"state": "online"}, status=200)
        age(desk, ticket, minutes - 1)
        # Another need in another lane shows that the dispatcher has looked.
        shows = desk.chat(category="general", language="de" if agent == anybody else "bn")
        assert desk.wait_assignee(shows) == agent.id
        assert desk.waiting() == [ticket]
        age(desk, ticket, 1)
        assert desk.wait_assignee(ticket) == agent.id
        agent.put("/me/presence", {"state": "away"}, status=200)


def test_the_language_of_the_ticket_is_spoken(make_desk, admin):
    desk = make_desk(9, 9, strategy="skills")
    german, anything = desk.agents
    skilled(admin, german, languages=["de"])
    german.put("/me/presence", {"state": "online"}, status=200)
    bengali, swiss = desk.chat(language="bn"), desk.chat(language="de-CH")
    assert desk.wait_assignee(swiss) == german.id
    assert desk.waiting() == [bengali]
    anything.put("/me/presence", {"state": "online"}, status=200)
    assert desk.wait_assignee(bengali) == anything.id


def hours(zone, begin, end):
    """An entry of a week that begins and ends so many hours from now by the clock of `zone`."""
    now = datetime.now(ZoneInfo(zone))
    opens, closes = (now + timedelta(hours=h) for h in (begin, end))
    return f"{opens.isoweekday()} {opens:%H:%M}-{closes:%H:%M}"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Auckland"])
def test_hours_of_work_go_by_the_agents_clock(make_desk, admin, zone):
    desk = make_desk(9, 9, strategy="skills")
    sleeper, worker = desk.agents
    skilled(admin, sleeper, week=[hours(zone, -9, -1), hours(zone, 2, 8)], time_zone=zone)
    sleeper.put("/me/presence", {"state": "online"}, status=200)
    ticket = desk.chat()
    shown = skilled(admin, worker, week=[hours(zone, -3, 4)], time_zone=zone)
    assert shown["time_zone"] == zone
    worker.put("/me/presence", {"state": "online"}, status=200)
    assert desk.wait_assignee(ticket) == worker.id


def test_what_waits_follows_what_is_needed(make_desk, admin, make_skill):
    """Skills, their categories, a ticket's own category, the strategy: each moves it to the lane of
    what it needs now."""
    desk = make_desk(9, strategy="skills")
    desk.open_up()
    skill = make_skill("billing")
    path = next(
        f"/skills/{s['id']}" for s in admin.get("/skills").json()["skills"] if s["name"] == skill
    )
    clerk = desk.agents[0]

    first = desk.chat(category="billing")
    shows = desk.chat()
    assert desk.wait_assignee(shows) == clerk.id
    assert desk.waiting() == [first]
    admin.patch(path, {"categories": []}, status=200)
    assert desk.wait_assignee(first) == clerk.id

    admin.patch(path, {"categories": ["billing"]}, status=200)
    second = desk.chat(category="billing")
    desk.wait_assignee(desk.chat())
    assert desk.waiting() == [second]
    clerk.patch(f"/tickets/{second}", {"category": "general"}, status=200)
    assert desk.wait_assignee(second) == clerk.id

    third = desk.chat(category="billing")
    desk.wait_assignee(desk.chat())
    assert desk.waiting() == [third]
    admin.patch(f"/departments/{desk.department}", {"strategy": "round_robin"}, status=200)
    assert desk.wait_assignee(third) == clerk.id

    admin.patch(f"/departments/{desk.department}", {"strategy": "skills"}, status=200)
    fourth = desk.chat(category="billing")
    skilled(admin, clerk, capacity={"chat": 20})
    desk.wait_assignee(desk.chat())
    assert desk.waiting() == [fourth]
    admin.delete(path, status=204)
    assert desk.wait_assignee(fourth) == clerk.id


def test_nonsense_is_refused_by_name(make_desk, admin, make_skill):
    desk = make_desk(1)
    agent, department = f"/agents/{desk.agents[0].id}", f"/departments/{desk.department}"
    skill = make_skill()
    refusals = [
        (agent, {"skills": {"no_such_skill": 3}}, "skills", "unknown"),
        (agent, {"skills": {skill: 0}}, f"skills.{skill}", "out_of_range"),
        (agent, {"skills": {skill: 6}}, f"skills.{skill}", "out_of_range"),
        (agent, {"skills": {'"': 1}}, 'skills."', "unknown"),
        (agent, {"languages": ["english"]}, "languages", "bad_format"),
        (agent, {"week": ["0 09:00-17:00"]}, "week", "bad_format"),
        (agent, {"week": ["1 09:00-25:00"]}, "week", "bad_format"),
        (agent, {"week": ["monday"]}, "week", "bad_format"),
        (agent, {"time_zone": "Europe/Atlantis"}, "time_zone", "unknown"),
        (department, {"strategy": "darts"}, "strategy", "not_allowed"),
        (department, {"widen_after_minutes": -1}, "widen_after_minutes", "out_of_range"),
        (department, {"widen_after_minutes": 10**9}, "widen_after_minutes", "out_of_range"),
        (department, {"is_sticky": "yes"}, "is_sticky", "wrong_type"),
    ]
    before = admin.get("/agents", status=200), admin.get("/departments", status=200)
    for path, body, field, code in refusals:
        problem = assert_problem(admin.patch(path, body), 422, "validation_failed")
        said = [(e["field"], e["code"]) for e in problem["errors"]]
        assert [f for f, _ in said] == [field], (body, said)
    after = admin.get("/agents", status=200), admin.get("/departments", status=200)
    assert after == before

    for body in (
        {"name": "Not a word"},
        {"name": "fine", "level": 6},
        {"name": "fine", "categories": ["no_such_category"]},
        {"categories": []},
    ):
        assert_problem(admin.post("/skills", body), 422, "validation_failed")
    assert_problem(admin.post("/skills", {"name": skill}), 409, "conflict")
    assert_problem(admin.patch("/skills/999999999", {"level": 2}), 404, "not_found")
    assert_problem(admin.delete("/skills/999999999"), 404, "not_found")
    for person in (desk.agents[0], desk.server.visitor()):
        assert_problem(person.post("/skills", {"name": "fine"}), 403, "forbidden")
        assert_problem(person.get("/settings/queue"), 403, "forbidden")


def test_a_skill_is_made_once(admin, make_skill):
    fields, key = {"name": f"s{uuid.uuid4().hex[:30]}"}, {"Idempotency-Key": uuid.uuid4().hex}
    made = admin.post("/skills", fields, headers=key, status=201)
    assert admin.post("/skills", fields, headers=key, status=200) == made
    admin.delete(f"/skills/{made['skill']['id']}", status=204)
