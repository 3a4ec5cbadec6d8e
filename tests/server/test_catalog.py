# SPDX-License-Identifier: AGPL-3.0-or-later
"""T2: categories and priorities are lists that admins edit; what a ticket has it keeps."""

import itertools

import pytest

from support.api import assert_problem
from support.naughty import NAUGHTY

SEED = {
    "categories": [
        "technical",
        "billing",
        "account",
        "feature_request",
        "bug_report",
        "general",
        "other",
    ],
    "priorities": ["low", "normal", "high", "urgent"],
}
FIELDS = {"id", "name", "titles", "position", "color", "is_active", "is_builtin"}
ONE = {"categories": "category", "priorities": "priority"}
LISTS = sorted(SEED)

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


def add(admin, catalog, **fields):
    fields = {"name": f"made_{next(numbers)}", "titles": {"en": "Made"}, **fields}
    return admin.post(f"/{catalog}", fields, status=201)[ONE[catalog]]


def entry(person, catalog, name):
    entries = person.get(f"/{catalog}", status=200)[catalog]
    return next((e for e in entries if e["name"] == name), None)


def ticket_with(person, **fields):
    fields = {"channel": "portal", "subject": "S", "description": "D", **fields}
    return person.post("/tickets", fields, status=201)["ticket"]


@pytest.mark.parametrize("catalog", LISTS)
def test_the_documented_ones_are_the_seed(fresh_server, catalog):
    customer = fresh_server.visitor()
    entries = customer.get(f"/{catalog}", status=200)[catalog]
    assert [e["name"] for e in entries] == SEED[catalog]
    more = {"head_start_minutes" if catalog == "priorities" else "department"}
    for e in entries:
        assert set(e) == FIELDS | more
        assert e["is_builtin"] and e["is_active"] and e["titles"]["en"] and e["titles"]["bn"]
    if catalog == "priorities":
        assert [e["head_start_minutes"] for e in entries] == [0, 5, 15, 60]
        assert [e["color"] for e in entries] == ["#6C757D", "#007BFF", "#FFC107", "#DC3545"]


@pytest.mark.parametrize("catalog", LISTS)
def test_only_admins_change_a_list(server, catalog):
    for person in (server.visitor(), server.login("agent1@example.com")):
        for answer in (
            person.post(f"/{catalog}", {"name": "x", "titles": {"en": "X"}}),
            person.patch(f"/{catalog}/1", {"color": "#000000"}),
            person.delete(f"/{catalog}/1"),
        ):
            assert_problem(answer, 403, "forbidden")
    assert_problem(server.anonymous().get(f"/{catalog}"), 401, "unauthenticated")


@pytest.mark.parametrize("catalog", LISTS)
def test_a_new_entry_is_the_last_and_can_be_chosen(admin, visitor, catalog):
    made = add(admin, catalog, titles={"en": "Shipping", "bn": "পরিবহন", "pt-BR": "Envio"})
    assert made["titles"] == {"en": "Shipping", "bn": "পরিবহন", "pt-BR": "Envio"}
    assert (made["is_active"], made["is_builtin"], made["color"]) == (True, False, "#6C757D")
    entries = admin.get(f"/{catalog}", status=200)[catalog]
    assert entries[-1] == made
    ticket = ticket_with(visitor(), **{ONE[catalog]: made["name"]})
    assert ticket[ONE[catalog]] == made["name"]
    found = admin.get(f"/tickets?{ONE[catalog]}={made['name']}", status=200)["tickets"]
    assert [t["id"] for t in found] == [ticket["id"]]


@pytest.mark.parametrize("catalog", LISTS)
def test_a_name_is_there_once(admin, catalog):
    made = add(admin, catalog)
    answer = admin.post(f"/{catalog}", {"name": made["name"], "titles": {"en": "Again"}})
    problem = assert_problem(answer, 409, "conflict")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("name", "taken")]


@pytest.mark.parametrize("catalog", LISTS)
def test_the_same_request_twice_makes_one(admin, catalog):
    fields = {"name": f"made_{next(numbers)}", "titles": {"en": "Made"}}
    key = {"Idempotency-Key": f"{catalog}-{fields['name']}"}
    made = admin.post(f"/{catalog}", fields, headers=key, status=201)
    assert admin.post(f"/{catalog}", fields, headers=key, status=200) == made
    fields["titles"]["en"] = "Else"
    answer = admin.post(f"/{catalog}", fields, headers=key)
    assert_problem(answer, 422, "idempotency_mismatch")
    assert entry(admin, catalog, fields["name"]) == made[ONE[catalog]]


@pytest.mark.parametrize("catalog", LISTS)
def test_an_entry_changes_but_for_its_name(admin, catalog):
    made = add(admin, catalog)
    path = f"/{catalog}/{made['id']}"
    changed = admin.patch(path, {"color": "#123abc", "position": 0}, status=200)[ONE[catalog]]
    assert changed == {**made, "color": "#123abc", "position": 0}
    assert admin.get(f"/{catalog}", status=200)[catalog][0] == changed
    answer = assert_problem(admin.patch(path, {"name": "other_name"}), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in answer["errors"]] == [("name", "not_allowed")]
    assert admin.patch(path, {}, status=200)[ONE[catalog]] == changed
    assert_problem(admin.patch(f"/{catalog}/999999", {"color": "#000000"}), 404, "not_found")


@pytest.mark.parametrize("catalog", LISTS)
def test_what_was_never_used_goes_and_what_was_used_is_put_away(admin, visitor, catalog):
    unused, used, customer = add(admin, catalog), add(admin, catalog), visitor()
    ticket = ticket_with(customer, **{ONE[catalog]: used["name"]})
    assert admin.delete(f"/{catalog}/{unused['id']}", status=204) is None
    assert entry(admin, catalog, unused["name"]) is None
    kept = admin.delete(f"/{catalog}/{used['id']}", status=200)[ONE[catalog]]
    assert kept == {**used, "is_active": False}
    assert entry(admin, catalog, used["name"]) == kept
    assert customer.get(f"/tickets/{ticket['id']}", status=200)["ticket"] == ticket
    assert_problem(admin.delete(f"/{catalog}/{unused['id']}"), 404, "not_found")


@pytest.mark.parametrize("catalog", LISTS)
def test_what_was_put_away_is_chosen_by_nobody_new(admin, visitor, catalog):
    made, customer, field = add(admin, catalog), visitor(), ONE[catalog]
    old = ticket_with(customer, **{field: made["name"]})
    other = ticket_with(customer)
    admin.patch(f"/{catalog}/{made['id']}", {"is_active": False}, status=200)
    fields = {"channel": "portal", "description": "D", field: made["name"]}
    for answer in (
        customer.post("/tickets", fields),
        admin.patch(f"/tickets/{other['id']}", {field: made["name"]}),
    ):
        problem = assert_problem(answer, 422, "validation_failed")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, "unknown")]
    kept = admin.patch(f"/tickets/{old['id']}", {field: made["name"], "subject": "T"}, status=200)
    assert (kept["ticket"][field], kept["ticket"]["subject"]) == (made["name"], "T")


@pytest.mark.parametrize("catalog, default", [("categories", "general"), ("priorities", "normal")])
def test_what_new_tickets_get_stays(admin, catalog, default):
    path = f"/{catalog}/{entry(admin, catalog, default)['id']}"
    assert_problem(admin.patch(path, {"is_active": False}), 409, "conflict")
    assert_problem(admin.delete(path), 409, "conflict")
    assert entry(admin, catalog, default)["is_active"]


@pytest.mark.parametrize("catalog", LISTS)
def test_a_builtin_entry_is_never_removed(fresh_server, catalog):
    admin = fresh_server.login("admin@example.com")
    fresh_server.sql(f"UPDATE ticket SET {ONE[catalog]} = DEFAULT")
    name = {"categories": "other", "priorities": "low"}[catalog]
    path = f"/{catalog}/{entry(admin, catalog, name)['id']}"
    assert not admin.delete(path, status=200)[ONE[catalog]]["is_active"]
    assert admin.patch(path, {"is_active": True}, status=200)[ONE[catalog]]["is_active"]


@pytest.mark.parametrize("catalog", LISTS)
def test_a_list_has_an_end(fresh_server, catalog):
    admin = fresh_server.login("admin@example.com")
    fresh_server.sql(
        f"INSERT INTO {ONE[catalog]} (name, titles, color, position)"
        " SELECT 'n' || n, '{\"en\": \"N\"}', '#000000', n FROM generate_series(1, 200) AS n"
    )
    answer = admin.post(f"/{catalog}", {"name": "one_more", "titles": {"en": "X"}})
    assert_problem(answer, 409, "conflict")


def test_a_higher_head_start_holds_for_who_comes_next(fresh_server):
    admin, ada = fresh_server.login("admin@example.com"), fresh_server.visitor()
    low = entry(admin, "priorities", "low")
    admin.patch(f"/priorities/{low['id']}", {"head_start_minutes": 1000}, status=200)
    last = ticket_with(ada, priority="low")
    position = ada.get(f"/tickets/{last['id']}/position", status=200)["position"]
    assert (position["place"], position["of"] > 1) == (1, True)


@pytest.mark.parametrize("catalog", LISTS)
def test_everyone_hears_of_every_change(server, admin, catalog):
    with server.login("agent2@example.com").live() as agent, server.visitor().live() as customer:
        made = add(admin, catalog)
        changed = admin.patch(f"/{catalog}/{made['id']}", {"titles": {"en": "New"}}, status=200)
        admin.delete(f"/{catalog}/{made['id']}", status=204)
        field = ONE[catalog]

        def of_ours(frame):
            return frame["data"][field]["id"] == made["id"]

        for live in (agent, customer):
            assert live.expect(f"{field}.changed", of_ours)["data"] == {field: made}
            live.expect(f"{field}.changed", lambda f: f["data"] == changed)
            gone = live.expect(f"{field}.removed", of_ours)["data"][field]
            assert gone == {"id": made["id"], "name": made["name"]}


@pytest.mark.parametrize("catalog", LISTS)
@pytest.mark.parametrize("text", NAUGHTY)
def test_titles_come_back_as_they_were_written(admin, catalog, text):
    made = add(admin, catalog, titles={"en": text, "bn": text})
    assert made["titles"] == {"en": text, "bn": text}
    assert entry(admin, catalog, made["name"]) == made
    admin.delete(f"/{catalog}/{made['id']}", status=204)


@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({"name": None}, "name", "required"),
        ({"name": "Two Words"}, "name", "bad_format"),
        ({"name": "9lives"}, "name", "bad_format"),
        ({"name": "x" * 41}, "name", "too_long"),
        ({"name": 7}, "name", "wrong_type"),
        ({"name": "a\0b"}, "name", "not_allowed"),
        ({"titles": None}, "titles", "required"),
        ({"titles": "Shipping"}, "titles", "wrong_type"),
        ({"titles": ["Shipping"]}, "titles", "wrong_type"),
        ({"titles": {}}, "titles", "required"),
        ({"titles": {"bn": "পরিবহন"}}, "titles", "required"),
        ({"titles": {"en": "X", "bn": 7}}, "titles.bn", "wrong_type"),
        ({"titles": {"en": "X", "bn": None}}, "titles.bn", "required"),
        ({"titles": {"en": "x" * 101}}, "titles.en", "too_long"),
        ({"titles": {"en": "a\0b"}}, "titles.en", "not_allowed"),
        ({"titles": {"en": " "}}, "titles.en", "too_short"),
        ({"titles": {"en": "X", "no language": "Y"}}, "titles.no language", "bad_format"),
        ({"titles": {"en": "X", **{f"x{n:02}": "Y" for n in range(41)}}}, None, None),
        ({"color": "red"}, "color", "bad_format"),
        ({"color": "#12345g"}, "color", "bad_format"),
        ({"color": "#1234567"}, "color", "too_long"),
        ({"color": 0}, "color", "wrong_type"),
        ({"position": -1}, "position", "out_of_range"),
        ({"position": 1.5}, "position", "wrong_type"),
        ({"position": 2**80}, "position", "out_of_range"),
        ({"is_active": "yes"}, "is_active", "wrong_type"),
        ({"head_start_minutes": -5}, "head_start_minutes", "out_of_range"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(admin, fields, field, code):
    answer = admin.post(
        "/priorities", {"name": f"made_{next(numbers)}", "titles": {"en": "X"}, **fields}
    )
    errors = assert_problem(answer, 422, "validation_failed")["errors"]
    if field:
        assert [(e["field"], e["code"]) for e in errors] == [(field, code)]
    else:
        assert ("titles", "too_long") in [(e["field"], e["code"]) for e in errors]


# What an admin decides about tickets


def test_settings_are_the_admins(server):
    for person in (server.visitor(), server.login("agent1@example.com")):
        assert_problem(person.get("/settings/tickets"), 403, "forbidden")
        assert_problem(person.patch("/settings/tickets", {}), 403, "forbidden")


def test_settings_change_one_by_one(fresh_server):
    admin = fresh_server.login("admin@example.com")
    before = admin.get("/settings/tickets", status=200)
    assert before == {
        "reopen_within_days": 14,
        "edit_within_minutes": 15,
        "purge_deleted_after_days": 30,
        "vip_head_start_minutes": 10,
        "visitor_tickets_per_hour": 20,
    }
    after = admin.patch("/settings/tickets", {"reopen_within_days": 3}, status=200)
    assert after == {**before, "reopen_within_days": 3}
    assert admin.get("/settings/tickets", status=200) == after


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"reopen_within_days": -1}, "out_of_range"),
        ({"reopen_within_days": 3651}, "out_of_range"),
        ({"reopen_within_days": "many"}, "wrong_type"),
        ({"edit_within_minutes": 10081}, "out_of_range"),
        ({"purge_deleted_after_days": 0}, "out_of_range"),
        ({"vip_head_start_minutes": [1]}, "wrong_type"),
    ],
)
def test_a_setting_that_is_not_possible_changes_nothing(admin, fields, code):
    before = admin.get("/settings/tickets", status=200)
    answer = admin.patch("/settings/tickets", {"edit_within_minutes": 1, **fields})
    problem = assert_problem(answer, 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(next(iter(fields)), code)]
    assert admin.get("/settings/tickets", status=200) == before
