# SPDX-License-Identifier: AGPL-3.0-or-later
"""T11: lists show what every filter lets through and nothing else, newest first, page by page."""

import random

import pytest

from support.api import assert_problem
from support.server import running
from support.wait import wait_until

STATUSES = ["open", "assigned", "in_progress", "waiting_on_customer", "resolved", "closed"]
STAFF_ONLY = ["assigned_to", "tag", "waiting", "snoozed", "following", "customer", "deleted"]

# Seven thousand more tickets, so that some of them are rare, some together only, and some long ago.
FILL = """
  INSERT INTO ticket (channel, lane_id, department_id, customer_id, assigned_to, status, priority,
                      category, subject, tags, followers, last_message_at, created_at,
                      updated_at, enqueued_at, rank_at, resolved_at, snoozed_until)
  SELECT l.channel, l.id, l.department_id, 7 + n %% 40, p.agent, p.status::ticket_status,
         p.priority, p.category, 'Order ' || n, p.tags, p.followers, p.made + p.took, p.made,
         p.made, p.made, p.made, CASE WHEN p.status IN ('resolved', 'closed') THEN p.made END,
         CASE WHEN n %% 900 = 5 THEN now() + interval '1 day' END
  FROM (
    SELECT n, now() - age * interval '200 days' - interval '1 minute' AS made,
           date_trunc('minute', least(random() ^ 4 * 20, age * 200) * interval '1 day') AS took,
           CASE WHEN n %% 300 = 0 THEN 'waiting_on_customer' WHEN n %% 100 = 1 THEN 'open'
             WHEN n %% 77 = 3 THEN 'in_progress' WHEN n %% 3 = 0 THEN 'resolved'
             ELSE 'closed' END AS status,
           CASE WHEN n %% 41 = 0 THEN 'urgent' WHEN n %% 5 = 0 THEN 'high'
             ELSE 'normal' END AS priority,
           CASE WHEN age > 0.9 AND n %% 20 = 0 THEN 'other' WHEN n %% 2 = 0 THEN 'billing'
             ELSE 'general' END AS category,
           CASE WHEN n %% 500 = 1 THEN 'email' ELSE 'portal' END AS channel,
           1 + n %% 3 AS department,
           CASE WHEN n %% 300 = 0 OR n %% 100 <> 1 AND n %% 9 > 0 THEN 2 + n %% 5 END AS agent,
           CASE WHEN n %% 3 = 1 THEN ARRAY['late'] WHEN n %% 800 = 2 THEN ARRAY['lost', 'late']
             ELSE '{}' END AS tags,
           CASE WHEN n %% 600 = 4 THEN '{2}' ELSE '{}' END::bigint[] AS followers
    FROM (SELECT n, random() AS age FROM generate_series(1, 7000) AS n) AS ages) AS p
  JOIN lane l ON l.department_id = p.department AND l.channel = p.channel::ticket_channel;
  UPDATE ticket SET waiting = true
  WHERE status = 'open' AND assigned_to IS NULL AND snoozed_until IS NULL AND NOT hidden;
  INSERT INTO tag_count (tag, tickets)
  SELECT tag, count(*) FROM ticket, unnest(tags) AS tag GROUP BY tag;
  UPDATE ticket SET deleted_at = now() - id * interval '1 second', waiting = false
  WHERE id %% 1500 = 3
"""

# What a filter means, said once more and as plainly as possible.
MEANS = {
    "status": "status::text = ANY (string_to_array(%s, ','))",
    "priority": "priority = ANY (string_to_array(replace(%s, 'medium', 'normal'), ','))",
    "category": "category = ANY (string_to_array(%s, ','))",
    "channel": "channel::text = ANY (string_to_array(%s, ','))",
    "department": "department_id = ANY (string_to_array(%s, ',')::bigint[])",
    "assigned_to": "coalesce(assigned_to::text, 'unassigned') = replace(%s, 'me', '2')",
    "tag": "tags && string_to_array(%s, ',')",
    "customer": "customer_id = %s::bigint",
    "following": "%s = 'me' AND 2 = ANY (followers)",
    "waiting": "waiting = %s::boolean",
    "snoozed": "(snoozed_until IS NOT NULL) = %s::boolean",
    "date": "(created_at AT TIME ZONE 'UTC')::date = %s::date",
    "date_from": "(created_at AT TIME ZONE 'UTC')::date >= %s::date",
    "date_to": "(created_at AT TIME ZONE 'UTC')::date <= %s::date",
    "deleted": "%s = 'true'",
}


@pytest.fixture(scope="module")
def desk(demo_data):
    with running(demo_data, "--demo") as server:
        server.sql(FILL)
        yield server


@pytest.fixture(scope="module")
def agent(desk):
    return desk.login("agent1@example.com")


@pytest.fixture(scope="module")
def admin(desk):
    return desk.login("admin@example.com")


def expected(desk, filters):
    place = "last_message_at" if "customer" in filters else "listed_at"
    state = "NOT hidden"
    if filters.get("deleted") == "true":
        place, state = "deleted_at", "deleted_at IS NOT NULL"
    if not {"snoozed", "customer"} & set(filters) and filters.get("deleted") != "true":
        state += " AND snoozed_until IS NULL"
    said = {k: v for k, v in filters.items() if k != "deleted" and (k, v) != ("snoozed", "any")}
    conditions = " AND ".join([state, *(MEANS[name] for name in said)])
    values = list(said.values())
    rows = desk.sql(
        f"SELECT id FROM ticket WHERE {conditions} ORDER BY {place} DESC, id DESC", *values
    )
    return [row[0] for row in rows]


def walk(person, filters, limit=100):
    """All ids, page after page, and how many pages these were."""
    seen, after, pages = [], "", 0
    query = "".join(f"&{name}={value}" for name, value in filters.items())
    while after is not None:
        page = person.get(f"/tickets?limit={limit}{query}{after}", status=200)
        assert len(page["tickets"]) <= limit
        seen += [t["id"] for t in page["tickets"]]
        after = page["next"] and f"&after={page['next']}"
        pages += 1
        assert pages < 500, f"{filters} has no end"
    return seen, pages


FILTERS = [
    {},
    {"status": "open"},
    {"status": "open,assigned,in_progress,waiting_on_customer"},
    {"status": "closed"},
    {"status": "waiting_on_customer", "priority": "urgent"},
    {"priority": "medium,low"},
    {"category": "other"},
    {"category": "never_made"},
    {"category": "other", "status": "closed", "channel": "portal", "department": "2"},
    {"channel": "email"},
    {"channel": "api"},
    {"department": "1,3"},
    {"department": "999"},
    {"assigned_to": "me"},
    {"assigned_to": "me", "status": "in_progress"},
    {"assigned_to": "unassigned"},
    {"assigned_to": "unassigned", "status": "open"},
    {"assigned_to": "3", "category": "other"},
    {"assigned_to": "3", "priority": "urgent", "channel": "email"},
    {"assigned_to": "9999"},
    {"waiting": "true"},
    {"waiting": "true", "priority": "high"},
    {"waiting": "false", "status": "open"},
    {"snoozed": "true"},
    {"snoozed": "false", "status": "open"},
    {"snoozed": "any"},
    {"snoozed": "any", "status": "open", "assigned_to": "unassigned"},
    {"snoozed": "true", "category": "billing"},
    {"tag": "late"},
    {"tag": "lost"},
    {"tag": "lost,never"},
    {"tag": "never"},
    {"tag": "late", "category": "other"},
    {"tag": "late", "status": "open", "assigned_to": "unassigned"},
    {"following": "me"},
    {"following": "me", "status": "closed"},
    {"customer": "8"},
    {"customer": "8", "status": "open"},
    {"customer": "8", "tag": "late", "priority": "high"},
    {"customer": "999999"},
    {"deleted": "true"},
    {"deleted": "true", "category": "billing"},
    {"deleted": "false", "category": "other"},
]


@pytest.mark.parametrize(
    "filters", FILTERS, ids=lambda f: "&".join(f"{k}={v}" for k, v in f.items())
)
def test_a_filter_shows_what_it_says(desk, admin, agent, filters):
    person = admin if "deleted" in filters else agent
    assert walk(person, filters)[0] == expected(desk, filters)


DAYS = [
    {"date": 30},
    {"date": 150, "status": "closed"},
    {"date_from": 3},
    {"date_to": 190},
    {"date_to": 100},
    {"date_to": 20, "status": "open"},
    {"date_from": 170, "date_to": 160, "category": "billing"},
    {"date_from": 199, "date_to": 5, "tag": "late", "assigned_to": "4", "priority": "urgent"},
    {"date_to": 100, "assigned_to": "unassigned"},
    {"date": 400},
    {"date_to": 400},
    {"date_from": -5},
    {"date_from": 10, "date_to": 20},
]


@pytest.mark.parametrize("days", DAYS, ids=str)
def test_days_are_those_on_which_tickets_were_made(desk, agent, days):
    filters = {
        name: (
            desk.sql("SELECT ((now() AT TIME ZONE 'UTC')::date - %s)::text", value)[0][0]
            if name.startswith("date")
            else value
        )
        for name, value in days.items()
    }
    assert walk(agent, filters)[0] == expected(desk, filters)


@pytest.mark.parametrize("seed", range(12))
def test_any_filters_together_show_what_they_say(desk, agent, seed):
    chance = random.Random(seed)
    values = {
        "status": STATUSES,
        "priority": ["low", "normal", "high", "urgent", "urgent,high"],
        "category": ["billing", "general", "other", "other,technical"],
        "channel": ["portal", "email", "chat", "email,chat"],
        "department": ["1", "2", "3", "2,3"],
        "assigned_to": ["me", "unassigned", "3", "5"],
        "tag": ["late", "lost", "never"],
        "waiting": ["true", "false"],
        "snoozed": ["true", "false", "any"],
        "following": ["me"],
        "customer": ["8", "20"],
    }
    for _ in range(15):
        names = chance.sample(sorted(values), chance.randint(1, 4))
        filters = {name: chance.choice(values[name]) for name in names}
        if chance.random() < 0.4:
            name = chance.choice(["date", "date_from", "date_to"])
            filters[name] = desk.sql(
                "SELECT ((now() AT TIME ZONE 'UTC')::date - %s)::text", chance.randint(0, 220)
            )[0][0]
        want = expected(desk, filters)
        limit = max(chance.choice([1, 7, 20, 100]), min(100, len(want) // 20))
        assert walk(agent, filters, limit)[0] == want, f"{filters} by {limit}"


def test_pages_go_on_where_the_last_one_ended(desk, agent):
    by_one, pages = walk(agent, {"status": "open", "priority": "high"}, limit=1)
    assert by_one == expected(desk, {"status": "open", "priority": "high"})
    assert pages >= len(by_one)


def test_a_filter_that_finds_next_to_nothing_is_not_asked_for_ever(desk, agent):
    filters = {"tag": "late", "category": "other", "assigned_to": "unassigned", "priority": "low"}
    seen, pages = walk(agent, filters)
    assert seen == expected(desk, filters) == [] and pages <= 4


# Days begin somewhere


def test_a_day_begins_where_one_lives(fresh_server):
    agent, ada = fresh_server.login(), fresh_server.visitor()
    ticket = ada.post(
        "/tickets", {"channel": "portal", "subject": "S", "description": "D"}, status=201
    )["ticket"]["id"]
    fresh_server.sql(
        "UPDATE ticket SET created_at = '2026-03-10 18:20:00+00' WHERE id = %s", ticket
    )

    def on(day, zone=None):
        tz = f"&tz={zone}" if zone else ""
        page = agent.get(f"/tickets?date={day}{tz}", status=200)
        return [t["id"] for t in page["tickets"]] == [ticket]

    assert on("2026-03-10") and not on("2026-03-11")
    assert on("2026-03-11", "Asia/Kathmandu") and not on("2026-03-10", "Asia/Kathmandu")
    assert on("2026-03-11", "%2B05:45")
    assert on("2026-03-10", "America/New_York")
    page = agent.get("/tickets?date_from=2026-03-10&date_to=2026-03-10", status=200)
    assert [t["id"] for t in page["tickets"]] == [ticket]


# Searching in the list


@pytest.fixture
def found(desk, agent):
    """found(text, **filters): the ids that the list shows for a search."""

    def ask(text, person=agent, **filters):
        return walk(person, {"search": text, **filters})[0]

    return ask


def test_search_finds_by_number_subject_and_customer(desk, agent, found):
    ada = desk.visitor(name="Zebulon Quirke", email="zebulon@example.net")
    fields = {"channel": "portal", "subject": "Xylophone broken", "description": "D"}
    ticket = ada.post("/tickets", fields, status=201)["ticket"]
    for text in ("Xylophone", "Zebulon", "zebulon@example.net"):
        wait_until(lambda: found(text) == [ticket["id"]], 20, f"{text} to be found")
    assert found(ticket["ticket_number"]) == [ticket["id"]]
    assert found(f"%23{ticket['id']}") == [ticket["id"]]
    assert found("Xylophone", status="closed") == []
    assert found("Xylophone", status="open", waiting="true") == [ticket["id"]]
    assert found("Xylophone", person=ada) == [ticket["id"]]
    assert found("Xylophone", person=desk.visitor()) == []
    assert found("nothingofthekind") == []


@pytest.mark.parametrize("text", ["", "%20", "-only", "x" * 201])
def test_a_search_for_nothing_is_400(agent, text):
    assert_problem(agent.get(f"/tickets?search={text}"), 400, "bad_request")


# Who may ask what


def test_customers_filter_their_own(desk):
    ada = desk.visitor()
    for n in range(3):
        fields = {"channel": "portal", "subject": f"S{n}", "description": "D"}
        last = ada.post("/tickets", {**fields, "category": "billing"}, status=201)["ticket"]["id"]
    ada.put(f"/tickets/{last}/status", {"status": "closed"}, status=200)
    today = desk.sql("SELECT (now() AT TIME ZONE 'UTC')::date::text")[0][0]
    assert walk(ada, {"status": "closed", "category": "billing", "date": today})[0] == [last]
    assert walk(ada, {"date": "2020-01-01"})[0] == []
    assert len(walk(ada, {"status": "open"})[0]) == 2


@pytest.mark.parametrize("name", STAFF_ONLY)
def test_what_only_staff_sort_by_is_no_filter_of_customers(visitor, name):
    value = {"assigned_to": "me", "following": "me", "customer": "7", "tag": "late"}.get(
        name, "true"
    )
    assert_problem(visitor().get(f"/tickets?{name}={value}"), 400, "bad_request")


def test_deleted_tickets_are_shown_to_who_may_delete(agent, admin):
    assert_problem(agent.get("/tickets?deleted=true"), 403, "forbidden")
    assert agent.get("/tickets?deleted=false", status=200)["tickets"]
    assert all(t["deleted_at"] for t in admin.get("/tickets?deleted=true", status=200)["tickets"])


@pytest.mark.parametrize(
    "query",
    [
        "status=",
        "status=open,lost",
        "channel=fax",
        "department=0",
        "department=1,x",
        "department=",
        "assigned_to=",
        "assigned_to=0",
        "assigned_to=nobody",
        "customer=me",
        "customer=",
        "customer=99999999999999999999",
        "following=you",
        "following=3",
        "waiting=yes",
        "snoozed=1",
        "deleted=TRUE",
        "date=2026-02-30",
        "date=26-01-01",
        "date=2026-1-1",
        "date=2026-01-01T00:00:00Z",
        "date=today",
        "date=0000-01-01",
        "date=2026-01-01&date_from=2026-01-01",
        "date_to=",
        "tz=Mars/Olympus",
        "category=" + ",".join("x" * 33),
        "after=1",
        "after=1.2.3",
        "after=-1.5",
    ],
)
def test_what_is_no_filter_is_400(server, query):
    answer = server.login("agent1@example.com").get(f"/tickets?{query}")
    assert_problem(answer, 400, "bad_request")


def test_previews_and_unread_counts_stand_in_the_list(visitor, login):
    ada, agent = visitor(name="Ada"), login("agent1@example.com")
    fields = {"channel": "portal", "subject": "S", "description": "**One** thing"}
    ticket = ada.post("/tickets", fields, status=201)["ticket"]["id"]
    ada.post(f"/tickets/{ticket}/messages", {"body": "and two"}, status=201)

    def row(person):
        page = person.get("/tickets?limit=100", status=200)
        return next(t for t in page["tickets"] if t["id"] == ticket)

    assert row(agent)["last_message"] == {"preview": "and two", "author_role": "customer"}
    assert (row(agent)["agent_unread_count"], row(ada)["user_unread_count"]) == (2, 0)
    agent.post(f"/tickets/{ticket}/read", {"seq": 2}, status=204)
    agent.post(f"/tickets/{ticket}/messages", {"body": "three"}, status=201)
    agent.post(f"/tickets/{ticket}/messages", {"body": "hidden", "is_internal": True}, status=201)
    assert row(ada)["last_message"] == {"preview": "three", "author_role": "agent"}
    assert (row(agent)["agent_unread_count"], row(ada)["user_unread_count"]) == (0, 1)
