# SPDX-License-Identifier: AGPL-3.0-or-later
"""T9: customers as staff see and keep them: profile, search, earlier tickets, notes."""

import uuid

import pytest

from support.api import assert_problem
from support.mirror import Mirror
from support.wait import wait_until

NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE app_user; --",
    "100%_\\N \\\\ \" ' ` ${HOME} %s %n",
    "আসসালামু আলাইকুম",
    "مرحبا بكم",
    "田中さんにあげて下さい",
    "👩🏽\u200d🚀🏳️\u200d🌈 e\u0301",
    "\u202etest\u202c \ufeff",
]


@pytest.fixture
def admin(login):
    return login("admin@example.com")


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


def fresh(text="x"):
    return f"{text}{uuid.uuid4().hex[:12]}"


def make(person, **fields):
    return person.post("/customers", {"name": "Bo Lin", **fields}, status=201)["customer"]


def ids(page):
    return [customer["id"] for customer in page["customers"]]


def find(person, query, **more):
    extra = "".join(f"&{key}={value}" for key, value in more.items())
    from urllib.parse import quote

    return ids(person.get(f"/customers?q={quote(query)}{extra}", status=200))


# The profile


def test_a_visitor_and_who_staff_made_have_profiles(agent, visitor):
    ada = visitor(name="Ada", email="Ada@example.org", language="bn")
    profile = agent.get(f"/customers/{ada.id}", status=200)["customer"]
    assert profile["last_seen_at"] and profile["created_at"]
    expected = {
        "id": ada.id,
        "name": "Ada",
        "email": "Ada@example.org",
        "phone": None,
        "company": None,
        "language": "bn",
        "tier": "standard",
        "label": None,
        "metadata": {},
        "is_visitor": True,
        "is_active": True,
        "sign_in": "visitor",
        "revision": 1,
    }
    assert {key: profile[key] for key in expected} == expected
    made = make(agent, phone="+880 1712-345678", company="Acme", label="provider", tier="vip")
    assert (made["is_visitor"], made["sign_in"], made["last_seen_at"]) == (False, None, None)
    assert (made["label"], made["tier"], made["company"]) == ("provider", "vip", "Acme")


def test_who_signs_in_with_a_password_is_known_by_it(fresh_server):
    fresh_server.sql("UPDATE app_user SET password_hash = 'x' WHERE id = 7")
    agent = fresh_server.login("agent1@example.com")
    assert agent.get("/customers/7", status=200)["customer"]["sign_in"] == "password"
    refused = agent.patch("/customers/7", {"email": "taken.over@example.com"})
    assert_problem(refused, 403, "forbidden")
    agent.patch("/customers/7", {"email": "ada.roy@example.org", "phone": "1"}, status=200)
    admin = fresh_server.login("admin@example.com")
    admin.patch("/customers/7", {"email": "ada.new@example.com"}, status=200)


def test_last_seen_follows_what_the_customer_does(fresh_server):
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()

    def seen():
        return agent.get(f"/customers/{ada.id}", status=200)["customer"]["last_seen_at"]

    long_ago = "2020-01-01T00:00:00.000000Z"
    fresh_server.sql("UPDATE app_user SET last_seen_at = %s WHERE id = %s", long_ago, ada.id)
    assert seen() == long_ago
    ada.get("/me", status=200)
    assert seen() > long_ago
    fresh_server.sql("UPDATE app_user SET last_seen_at = %s WHERE id = %s", long_ago, ada.id)
    ticket = ada.post("/tickets", {"channel": "portal", "description": "Hi"}, status=201)["ticket"]
    assert seen() == ticket["last_message_at"]


def test_a_change_changes_what_it_names(agent, visitor):
    ada = visitor(name="Ada", email="ada@example.org")
    path = f"/customers/{ada.id}"
    before = agent.get(path, status=200)["customer"]
    fields = {
        "name": "Ada Roy",
        "phone": "555 0100",
        "company": "Roy & Roy",
        "label": "provider",
        "metadata": {"orders": 3, "rate": -1.5e3, "beta": True, "since": None, "note": ""},
    }
    changed = agent.patch(path, fields, status=200)["customer"]
    assert changed == {**before, **fields, "revision": before["revision"] + 1}
    emptied = {"email": None, "phone": None, "company": None, "label": None, "metadata": None}
    cleared = agent.patch(path, emptied, status=200)["customer"]
    assert cleared == {**changed, **emptied, "metadata": {}, "revision": changed["revision"] + 1}


def test_an_older_revision_changes_nothing(agent, visitor):
    path = f"/customers/{visitor().id}"
    known = agent.get(path, status=200)["customer"]["revision"]
    agent.patch(path, {"company": "first", "revision": known}, status=200)
    assert_problem(agent.patch(path, {"company": "late", "revision": known}), 409, "conflict")
    assert agent.get(path, status=200)["customer"]["company"] == "first"


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_any_text_comes_back_as_it_went_in(agent, text):
    fields = {"name": text, "company": text, "phone": text, "label": text}
    fields["metadata"] = {text: text + "\n" + text}
    made = make(agent, **fields)
    assert {key: made[key] for key in fields} == fields
    assert agent.get(f"/customers/{made['id']}", status=200)["customer"] == made
    assert made["id"] in find(agent, text.split()[0])
    note = agent.post(f"/customers/{made['id']}/notes", {"body": text}, status=201)["note"]
    assert note["body"] == text


@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({"name": None}, "name", "required"),
        ({"name": " "}, "name", "too_short"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"name": "a\0b"}, "name", "not_allowed"),
        ({"name": ["x"]}, "name", "wrong_type"),
        ({"email": "nobody"}, "email", "bad_format"),
        ({"phone": "x" * 51}, "phone", "too_long"),
        ({"phone": 123}, "phone", "wrong_type"),
        ({"company": "two\nlines"}, "company", "not_allowed"),
        ({"label": "x" * 51}, "label", "too_long"),
        ({"language": "x y"}, "language", "bad_format"),
        ({"language": None}, "language", "required"),
        ({"tier": "gold"}, "tier", "not_allowed"),
        ({"tier": None}, "tier", "required"),
        ({"metadata": []}, "metadata", "wrong_type"),
        ({"metadata": {"a": {}}}, "metadata.a", "wrong_type"),
        ({"metadata": {"a": "x" * 1001}}, "metadata.a", "too_long"),
        ({"metadata": {"a": "\0"}}, "metadata.a", "not_allowed"),
        ({"metadata": {"\0": 1}}, "metadata", "bad_format"),
        ({"metadata": {"": 1}}, "metadata", "bad_format"),
        ({"metadata": {"x" * 65: 1}}, "metadata", "bad_format"),
        ({"metadata": {str(n): n for n in range(51)}}, "metadata", "too_long"),
        ({"metadata": {"a": 10**40}}, "metadata.a", "out_of_range"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(agent, visitor, fields, field, code):
    path = f"/customers/{visitor().id}"
    before = agent.get(path, status=200)
    answers = [agent.post("/customers", {"name": "Bo", **fields}), agent.patch(path, fields)]
    for answer in answers:
        problem = assert_problem(answer, 422, "validation_failed")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]
    assert agent.get(path, status=200) == before


def test_an_infinite_number_is_refused(agent):
    body = b'{"name": "Bo", "metadata": {"a": 1e999}}'
    answer = agent.post("/customers", data=body, headers={"Content-Type": "application/json"})
    problem = assert_problem(answer, 422, "validation_failed")
    assert problem["errors"][0]["field"] == "metadata.a"


def test_an_address_belongs_to_one_account_that_is_no_visitor(agent, visitor):
    address = fresh() + "@example.org"
    first = make(agent, email=address)
    taken = assert_problem(
        agent.post("/customers", {"name": "B", "email": address.upper()}), 409, "conflict"
    )
    assert (taken["customer"], taken["errors"][0]["field"]) == (first["id"], "email")
    second = make(agent)
    refused = agent.patch(f"/customers/{second['id']}", {"email": address})
    assert assert_problem(refused, 409, "conflict")["customer"] == first["id"]
    staff = agent.post("/customers", {"name": "B", "email": "agent1@example.com"})
    assert_problem(staff, 409, "conflict")
    ada = visitor()
    agent.patch(f"/customers/{ada.id}", {"email": address}, status=200)
    agent.patch(f"/customers/{first['id']}", {"email": address.title()}, status=200)


def test_who_shares_an_address_is_named_as_a_duplicate(agent, visitor):
    address = fresh() + "@example.org"
    first, second = make(agent, email=address), visitor(name="B", email=address.upper())
    page = agent.get(f"/customers/{first['id']}", status=200)
    assert page["duplicates"] == [{"id": second.id, "name": "B", "is_visitor": True}]
    assert agent.get(f"/customers/{second.id}", status=200)["duplicates"][0]["id"] == first["id"]
    assert agent.get(f"/customers/{visitor().id}", status=200)["duplicates"] == []


def test_a_key_makes_one_customer(agent):
    key = {"Idempotency-Key": fresh()}
    first = agent.post("/customers", {"name": "Bo"}, headers=key, status=201)
    assert agent.post("/customers", {"name": "Bo"}, headers=key, status=200) == first
    other = agent.post("/customers", {"name": "Bob"}, headers=key)
    assert_problem(other, 422, "idempotency_mismatch")


def test_customers_and_staff_accounts_are_kept_apart(agent, visitor):
    ada = visitor()
    note = agent.post(f"/customers/{ada.id}/notes", {"body": "zebra"}, status=201)["note"]
    path = f"/customers/{ada.id}"
    for answer in (
        ada.get("/customers"),
        ada.get(path),
        ada.get(path + "/notes"),
        ada.get(path + "/tickets"),
        ada.post("/customers", {"name": "x"}),
        ada.patch(path, {"tier": "vip"}),
        ada.post(path + "/notes", {"body": "x"}),
        ada.delete(f"{path}/notes/{note['id']}"),
    ):
        assert_problem(answer, 403, "forbidden")
    for nobody in (agent.id, 999999):
        path = f"/customers/{nobody}"
        for answer in (
            agent.get(path),
            agent.get(path + "/notes"),
            agent.get(path + "/tickets"),
            agent.patch(path, {"tier": "vip"}),
            agent.post(path + "/notes", {"body": "x"}),
            agent.delete(path + "/notes/1"),
        ):
            assert_problem(answer, 404, "not_found")
    assert agent.id not in find(agent, "Rina Das")


# Lists


def test_pages_hold_every_customer_once_newest_first(agent):
    seen, after = [], ""
    while after is not None:
        page = agent.get(f"/customers?limit=17{after}", status=200)
        seen += ids(page)
        after = page["next"] and f"&after={page['next']}"
    assert seen == sorted(set(seen), reverse=True) and len(seen) >= 40


@pytest.mark.parametrize("size", [1, 2, 20])
def test_a_search_pages_through_all_it_finds(agent, size):
    company = fresh("Company ")
    made = [make(agent, company=company)["id"] for _ in range(5)]
    seen, after = [], ""
    while after is not None:
        page = agent.get(f"/customers?q={company}&limit={size}{after}", status=200)
        seen += ids(page)
        after = page["next"] and f"&after={page['next']}"
    assert seen == made[::-1]


def test_search_looks_at_name_address_company_and_phone(agent):
    word = fresh("Zo\u00eb")
    made = make(agent, name=f"{word} van Dam", email=f"{fresh('mail')}@example.org")
    assert find(agent, word.upper()) == [made["id"]]
    assert find(agent, f"dam {word[:-2]}") == [made["id"]]
    assert find(agent, f"{word} nobody") == []
    assert find(agent, made["email"].split("@")[0][2:]) == [made["id"]]
    decomposed = word.replace("\u00eb", "e\u0308")
    assert find(agent, decomposed) == [made["id"]]
    number = str(uuid.uuid4().int)[:12]
    called = make(
        agent, phone=f"+{number[:3]} ({number[3:6]}) {number[6:]}", company="আলো প্রকাশনী"
    )
    assert find(agent, number) == [called["id"]]
    assert find(agent, f"{number[3:6]}-{number[6:9]} {number[9:]}") == [called["id"]]
    assert called["id"] in find(agent, "প্রকাশনী")


def test_a_sign_in_a_search_is_only_a_sign(agent):
    rare = fresh()
    made = make(agent, name=f"100%{rare}")["id"]
    other = make(agent, name=f"100x{rare}")["id"]
    assert find(agent, f"100%{rare}") == [made]
    assert find(agent, f"100_{rare}") == []
    assert find(agent, rare) == [other, made]
    assert find(agent, "%%%") == []


def test_old_customers_are_found_behind_many_newer_ones(fresh_server):
    agent = fresh_server.login("agent1@example.com")
    fresh_server.sql(
        "INSERT INTO app_user (role, name, is_visitor)"
        " SELECT 'customer', 'Visitor ' || n, true FROM generate_series(1, 3000) AS n"
    )
    assert find(agent, "emeka") == [11]
    assert find(agent, "obi emeka") == [11]
    assert find(agent, "Wei") == [29]
    assert find(agent, "we") == [29], "two letters begin a name"
    assert find(agent, "emeka", visitors="true") == []
    assert len(find(agent, "visitor")) == 20


def test_filters_narrow_the_list(agent, visitor):
    label, guest = fresh("label "), visitor()
    vip = make(agent, label=label, tier="vip")["id"]
    plain = make(agent, label=label)["id"]

    def listed(query):
        return ids(agent.get(f"/customers?limit=100&{query}", status=200))

    assert listed(f"label={label}") == [plain, vip]
    assert listed(f"label={label}&tier=vip") == [vip]
    assert listed(f"label={label}&visitors=true") == []
    assert guest.id in listed("visitors=true") and plain not in listed("visitors=true")
    assert plain in listed("visitors=false") and guest.id not in listed("visitors=false")
    assert vip in listed("tier=vip") and plain not in listed("tier=vip")
    assert plain in listed("tier=standard") and vip not in listed("tier=standard")
    assert listed("q=Bo&label=" + label) == [plain, vip]
    assert listed("label=") == []


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=0", "limit=0", "limit=101", "visitors=maybe", "q=" + "x" * 201, "q=%00"],
    ids=range(7),
)
def test_a_query_that_is_not_possible_is_400(agent, query):
    assert_problem(agent.get(f"/customers?{query}"), 400, "bad_request")


# Earlier tickets and notes


def test_earlier_tickets_are_paged_and_counted(agent, visitor):
    ada = visitor()
    made = [
        ada.post("/tickets", {"channel": "portal", "description": f"No. {n}"}, status=201)[
            "ticket"
        ]["id"]
        for n in range(3)
    ]
    ada.post("/tickets", {"channel": "chat"}, status=201)
    agent.put(f"/tickets/{made[0]}/status", {"status": "closed"}, status=200)
    first = agent.get(f"/customers/{ada.id}/tickets?limit=2", status=200)
    assert [t["id"] for t in first["tickets"]] == [made[2], made[1]]
    assert first["tickets"][0] == agent.get(f"/tickets/{made[2]}", status=200)["ticket"]
    rest = agent.get(f"/customers/{ada.id}/tickets?after={first['next']}", status=200)
    assert [t["id"] for t in rest["tickets"]] == [made[0]] and rest["next"] is None
    assert first["stats"]["total"] == 3
    page = agent.get(f"/customers/{ada.id}", status=200)
    assert page["tickets"] == {"total": 3, "open": 2}
    assert_problem(agent.get(f"/customers/{ada.id}/tickets?after=1.x"), 400, "bad_request")


def test_notes_are_staffs_own(agent, admin, login, visitor):
    ada = visitor()
    path = f"/customers/{ada.id}/notes"
    other = f"/customers/{visitor().id}/notes"
    colleague = login("agent2@example.com")
    with agent.live() as live, ada.live() as at_ada:
        notes = [agent.post(path, {"body": f"note\n{n}"}, status=201)["note"] for n in range(3)]
        assert live.expect("customer_note.created")["data"] == {"note": notes[0]}
        assert notes[0]["author"] == {"id": agent.id, "name": "Rina Das", "role": "agent"}
        first = agent.get(path + "?limit=2", status=200)
        assert first["notes"] == [notes[2], notes[1]]
        assert agent.get(f"{path}?after={first['next']}", status=200)["notes"] == [notes[0]]
        one = f"{path}/{notes[0]['id']}"
        assert_problem(colleague.delete(one), 403, "forbidden")
        assert_problem(agent.delete(f"{other}/{notes[0]['id']}"), 404, "not_found")
        agent.delete(one, status=204)
        admin.delete(f"{path}/{notes[1]['id']}", status=204)
        gone = live.expect("customer_note.deleted")
        assert gone["data"] == {"note": {"id": notes[0]["id"], "customer_id": ada.id}}
        assert agent.get(path, status=200)["notes"] == [notes[2]]
        assert_problem(agent.delete(one), 404, "not_found")
        at_ada.sync()
        assert not [f for f in at_ada.frames if "note" in str(f)]


@pytest.mark.parametrize(
    "body, code",
    [
        (None, "required"),
        (" ", "too_short"),
        ("x" * 4001, "too_long"),
        (5, "wrong_type"),
        ("a\0b", "not_allowed"),
    ],
    ids=["none", "blank", "long", "number", "nul"],
)
def test_a_note_that_is_none_is_refused(agent, visitor, body, code):
    path = f"/customers/{visitor().id}/notes"
    problem = assert_problem(agent.post(path, {"body": body}), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("body", code)]
    assert agent.get(path, status=200)["notes"] == []


def test_a_key_makes_one_note(agent, visitor):
    path, key = f"/customers/{visitor().id}/notes", {"Idempotency-Key": fresh()}
    first = agent.post(path, {"body": "once"}, headers=key, status=201)
    assert agent.post(path, {"body": "once"}, headers=key, status=200) == first
    assert_problem(agent.post(path, {"body": "x"}, headers=key), 422, "idempotency_mismatch")
    assert len(agent.get(path, status=200)["notes"]) == 1


# Events


def test_staff_and_the_customer_hear_of_a_change(agent, admin, visitor):
    ada, eve = visitor(name="Ada"), visitor()
    with agent.live() as live, ada.live() as at_ada, eve.live() as at_eve:
        fields = {"name": "Ada Roy", "metadata": {"secret": "zebra"}, "tier": "vip"}
        changed = admin.patch(f"/customers/{ada.id}", fields, status=200)["customer"]
        heard = live.expect("customer.updated")
        assert heard["staff"] == changed and heard["ticket"] is None
        own = at_ada.expect("customer.updated")
        assert own["data"]["customer"] == {
            "id": ada.id,
            "name": "Ada Roy",
            "email": None,
            "language": "en",
            "is_blocked": False,
        }
        assert "zebra" not in str(at_ada.frames) and "vip" not in str(own)
        at_eve.sync()
        assert not at_eve.heard("customer.updated")
        assert ada.get("/me", status=200)["user"]["name"] == "Ada Roy"


def test_a_new_name_stands_wherever_the_old_one_stood(agent, visitor):
    ada = visitor(name="Ada")
    ticket = ada.post("/tickets", {"channel": "portal", "description": "Hi"}, status=201)["ticket"]
    for person, is_staff in ((agent, True), (ada, False)):
        mirror = Mirror(person, is_staff)
        with person.live() as live:
            mirror.fetch(ticket["id"])
            agent.patch(f"/customers/{ada.id}", {"name": fresh("Ada "), "tier": "vip"}, status=200)
            live.expect("customer.updated")
            for frame in live.frames:
                mirror.apply(frame)
            assert mirror.differences(ticket["id"]) == []


def test_a_new_tier_counts_from_the_next_arrival(fresh_server):
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    fresh_server.sql("UPDATE agent_load SET capacity = 0")

    def rank():
        fields = {"channel": "portal", "description": "Hi"}
        ticket = ada.post("/tickets", fields, status=201)["ticket"]["id"]
        return ticket, head_start(ticket)

    def head_start(ticket):
        return fresh_server.sql(
            "SELECT extract(epoch FROM enqueued_at - rank_at)::int FROM ticket WHERE id = %s",
            ticket,
        )[0][0]

    first, before = rank()
    agent.patch(f"/customers/{ada.id}", {"tier": "vip"}, status=200)
    assert head_start(first) == before, "nobody's place changes afterwards"
    assert rank()[1] == before + 600
    wait_until(
        lambda: agent.get(f"/tickets/{first}", status=200)["ticket"]["user"]["tier"] == "vip"
    )
