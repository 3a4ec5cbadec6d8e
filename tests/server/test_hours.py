# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q10: business hours and holidays. A closed department's tickets wait at their place, customers
hear when it opens, and when it does, everybody is served in order."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.wait import wait_until


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def make_desk(server):
    """make_desk(capacity, …): a department of its own with its agents, who are online."""
    made = []

    def make(*capacities):
        desk = Desk(server, *capacities)
        desk.open_up()
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


def written(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def tomorrow():
    """(hours of a week that begin tomorrow at ten, that moment) by a clock in UTC."""
    day = datetime.now(timezone.utc).replace(hour=10, minute=0, second=0, microsecond=0)
    day += timedelta(days=1)
    return [f"{day.isoweekday()} 10:00-11:00"], written(day)


def set_hours(admin, department, **hours):
    hours = {"time_zone": "UTC", **hours}
    return admin.put(f"/departments/{department}/hours", hours, status=200)["hours"]


def shut(admin, desk, **hours):
    """Closes a department until tomorrow; returns when it opens."""
    week, opening = tomorrow()
    assert set_hours(admin, desk.department, week=week, **hours)["next_open_at"] == opening
    return opening


def department(person, which):
    listed = person.get("/departments", status=200)["departments"]
    return next(entry for entry in listed if entry["id"] == which)


def position(desk, ticket):
    return desk.customers[ticket].get(f"/tickets/{ticket}/position", status=200)["position"]


# What hours do


def test_a_new_department_is_always_open(make_desk, admin):
    desk = make_desk(1)
    assert admin.get(f"/departments/{desk.department}/hours", status=200)["hours"] == {
        "time_zone": "UTC",
        "week": [],
        "holidays": {},
        "hand_out_when_closed": False,
        "is_open": True,
        "next_open_at": None,
        "closes_at": None,
    }
    entry = department(admin, desk.department)
    assert (entry["is_open"], entry["next_open_at"]) == (True, None)


def test_a_closed_department_keeps_its_tickets_and_says_until_when(make_desk, admin):
    desk, elsewhere = make_desk(5), make_desk(5)
    opening = shut(admin, desk)
    tickets = [desk.chat(), desk.chat()]
    # What came later in another department is handed out: the dispatcher has seen these two.
    elsewhere.wait_assignee(elsewhere.chat())
    assert desk.waiting() == tickets
    assert position(desk, tickets[1]) == {
        "place": 2,
        "of": 2,
        "wait_low_s": None,
        "wait_high_s": None,
        "next_open_at": opening,
    }
    with desk.customers[tickets[0]].live() as live:
        assert live.expect("position", place=1, timeout=20)["next_open_at"] == opening


def test_when_it_opens_everybody_is_served_in_order(make_desk, admin):
    desk = make_desk(1)
    shut(admin, desk)
    late, early = desk.chat(), desk.chat(priority="urgent")
    with desk.customers[late].live() as live:
        live.expect("position", place=2, timeout=20)
        set_hours(admin, desk.department)
        told = live.expect("department.changed")["data"]["department"]
        assert (told["id"], told["is_open"], told["next_open_at"]) == (desk.department, True, None)
        assert desk.wait_assignee(early) == desk.agents[0].id
        frame = live.expect("position", place=1, of=1, timeout=20)
        assert frame["next_open_at"] is None
    assert desk.waiting() == [late]


def test_it_opens_and_closes_by_itself(make_desk, admin, server):
    """The hours are changed behind the server's back, and with them what the moment is: as when a
    minute goes by."""
    desk = make_desk(5)
    opening = shut(admin, desk)
    ticket = desk.chat()

    def let_time_pass(week):
        server.sql(
            "UPDATE department_hours SET week = %s, turns_at = now() WHERE department_id = %s",
            week,
            desk.department,
        )

    with desk.agents[0].live() as live:
        let_time_pass([])
        changed = live.expect("department.changed", timeout=20)["data"]["department"]
        assert (changed["id"], changed["is_open"]) == (desk.department, True)
        assert desk.wait_assignee(ticket) == desk.agents[0].id
        let_time_pass(tomorrow()[0])
        changed = live.expect("department.changed", timeout=20)["data"]["department"]
        assert (changed["is_open"], changed["next_open_at"]) == (False, opening)
    behind = desk.chat()
    assert position(desk, behind)["next_open_at"] == opening


def test_a_clock_that_is_set_back_has_its_way(make_desk, admin, server):
    """What was found tomorrow does not hold today."""
    desk = make_desk(5)
    set_hours(admin, desk.department, week=tomorrow()[0])
    server.sql(
        "UPDATE department_hours SET found_at = now() + interval '1 day',"
        " turns_at = now() + interval '2 days' WHERE department_id = %s",
        desk.department,
    )
    server.sql(
        "UPDATE department SET is_open = true, next_open_at = NULL WHERE id = %s", desk.department
    )
    wait_until(
        lambda: not department(admin, desk.department)["is_open"], 20, "the department to be closed"
    )


def test_who_is_online_can_be_given_tickets_all_the_same(make_desk, admin):
    desk = make_desk(1)
    opening = shut(admin, desk, hand_out_when_closed=True)
    assert desk.wait_assignee(desk.chat()) == desk.agents[0].id
    waiting = desk.chat()
    assert position(desk, waiting)["next_open_at"] is None
    desk.open_up("away")
    assert position(desk, waiting)["next_open_at"] == opening


def test_a_ticket_of_a_closed_department_can_be_claimed(make_desk, admin):
    desk = make_desk(5)
    shut(admin, desk)
    ticket = desk.chat()
    desk.agents[0].post(f"/tickets/{ticket}/claim", status=200)
    assert desk.assignee(ticket) == desk.agents[0].id


def test_what_is_waited_in_the_night_widens_no_skills_and_is_no_pace(make_desk, admin, server):
    desk = make_desk(0)
    shut(admin, desk)
    ticket = desk.chat()
    server.sql("UPDATE ticket SET waiting_since = now() - interval '9 hours' WHERE id = %s", ticket)
    set_hours(admin, desk.department)
    lane = server.sql("SELECT lane_id FROM ticket WHERE id = %s", ticket)[0][0]
    seconds = server.sql("SELECT seconds FROM lane_pace(%s)", lane)[0][0]
    assert seconds < 600, "of nine hours only those since it opened"


# What hours are


def test_hours_go_by_the_clock_of_the_department(make_desk, admin):
    desk = make_desk()
    zone = ZoneInfo("Asia/Kathmandu")
    today = datetime.now(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), zone)
    holidays = {
        str(today): {"name": "Here it is a holiday"},
        # So that a day that ends meanwhile changes nothing.
        str(today - timedelta(days=1)): {},
    }
    hours = set_hours(admin, desk.department, time_zone="Asia/Kathmandu", holidays=holidays)
    assert (hours["is_open"], hours["next_open_at"]) == (False, written(midnight))
    assert hours["holidays"][str(today)] == {"name": "Here it is a holiday", "hours": []}
    assert department(admin, desk.department)["next_open_at"] == written(midnight)


def test_a_holiday_of_every_year_can_have_hours(make_desk, admin):
    desk = make_desk()
    now = datetime.now(timezone.utc)
    holidays = {
        (now + timedelta(days=day)).strftime("%m-%d"): {"hours": ["00:00-12:00", "12:00-24:00"]}
        for day in (-1, 0, 1)
    }
    week = [f"{(now + timedelta(days=4)).isoweekday()} 10:00-11:00"]
    hours = set_hours(admin, desk.department, week=week, holidays=holidays)
    end = datetime.combine(now.date() + timedelta(days=2), datetime.min.time(), timezone.utc)
    assert (hours["is_open"], hours["closes_at"]) == (True, written(end))


def test_what_is_not_named_is_as_for_a_new_department(make_desk, admin):
    desk = make_desk()
    week, _ = tomorrow()
    set_hours(admin, desk.department, week=week, holidays={"12-25": {}}, hand_out_when_closed=True)
    hours = set_hours(admin, desk.department)
    assert (hours["week"], hours["holidays"]) == ([], {})
    assert hours["is_open"] and not hours["hand_out_when_closed"]


NONSENSE = [
    ({}, "time_zone"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ({"time_zone": "EST5EDT"}, "time_zone"),
    ({"time_zone": "UTC", "week": "1 09:00-17:00"}, "week"),
    ({"time_zone": "UTC", "week": ["0 09:00-17:00"]}, "week"),
    ({"time_zone": "UTC", "week": ["1 09:00-25:00"]}, "week"),
    ({"time_zone": "UTC", "week": ["1 24:00-25:00"]}, "week"),
    ({"time_zone": "UTC", "week": ["1 9:00-17:00"]}, "week"),
    ({"time_zone": "UTC", "week": ["1 09:00-17:00"] * 51}, "week"),
    ({"time_zone": "UTC", "holidays": []}, "holidays"),
    ({"time_zone": "UTC", "holidays": {"2026-02-29": {}}}, "holidays.2026-02-29"),
    ({"time_zone": "UTC", "holidays": {"25.12.": {}}}, "holidays.25.12."),
    ({"time_zone": "UTC", "holidays": {"12-25": ["09:00-17:00"]}}, "holidays.12-25"),
    ({"time_zone": "UTC", "holidays": {"12-25": {"hours": ["x"]}}}, "holidays.12-25.hours"),
    ({"time_zone": "UTC", "holidays": {"12-25": {"name": "x" * 201}}}, "holidays.12-25.name"),
    (
        {
            "time_zone": "UTC",
            "holidays": {f"20{n // 28:02}-01-{n % 28 + 1:02}": {} for n in range(401)},
        },
        "holidays",
    ),
    ({"time_zone": "UTC", "hand_out_when_closed": "yes"}, "hand_out_when_closed"),
]


@pytest.mark.parametrize(("hours", "field"), NONSENSE, ids=lambda value: str(value)[:40])
def test_nonsense_is_refused_by_name(admin, hours, field):
    answer = admin.put("/departments/1/hours", hours)
    problem = assert_problem(answer, 422, "validation_failed")
    assert [entry["field"] for entry in problem["errors"]] == [field]


def test_hours_that_never_come_are_refused(make_desk, admin):
    desk = make_desk()
    before = admin.get(f"/departments/{desk.department}/hours", status=200)
    every_day = [datetime(2028, 1, 1) + timedelta(days=day) for day in range(366)]
    holidays = {day.strftime("%m-%d"): {} for day in every_day}
    fields = {"time_zone": "UTC", "week": ["1 09:00-17:00"], "holidays": holidays}
    answer = admin.put(f"/departments/{desk.department}/hours", fields)
    problem = assert_problem(answer, 422, "validation_failed")
    assert problem["errors"][0]["field"] == "week"
    assert admin.get(f"/departments/{desk.department}/hours", status=200) == before


def test_hours_are_for_admins_to_set_and_for_staff_to_see(make_desk, admin, server):
    desk = make_desk(1)
    path = f"/departments/{desk.department}/hours"
    assert desk.agents[0].get(path).status_code == 200
    assert_problem(desk.agents[0].put(path, {"time_zone": "UTC"}), 403, "forbidden")
    assert_problem(server.visitor().get(path), 403, "forbidden")
    assert_problem(admin.get("/departments/999999/hours"), 404, "not_found")
    assert_problem(admin.put("/departments/999999/hours", {"time_zone": "UTC"}), 404, "not_found")


def test_hours_go_with_their_department(make_desk, admin, server):
    fields = {"name": f"Gone {datetime.now()}"}
    gone = admin.post("/departments", fields, status=201)["department"]["id"]
    set_hours(admin, gone, holidays={"12-25": {}})
    admin.delete(f"/departments/{gone}", status=204)
    assert server.sql("SELECT 1 FROM department_hours WHERE department_id = %s", gone) == []


# The widget's department


def test_the_widget_hears_of_the_default_departments_hours_also_after_a_restart(fresh_server):
    admin, visitor = fresh_server.login("admin@example.com"), fresh_server.anonymous()

    def documented():
        config = visitor.ask("GET", "/support/api/config/", status=200)
        return config["business_hours_start"], config["business_hours_end"]

    assert visitor.get("/widget/config", status=200)["next_open_at"] is None
    assert documented() == ("00:00", "24:00")
    week, opening = tomorrow()
    other = f"{(int(week[0][0]) + 2) % 7 + 1} 08:30-09:00"
    set_hours(admin, 1, week=[*week, other])
    assert visitor.get("/widget/config", status=200)["next_open_at"] == opening
    assert documented() == ("08:30", "11:00")

    # While the server is off the department was found to be open, as if hours had gone by.
    fresh_server.sql("UPDATE department SET is_open = true, next_open_at = NULL")
    fresh_server.restart()
    assert visitor.get("/widget/config", status=200)["next_open_at"] == opening
