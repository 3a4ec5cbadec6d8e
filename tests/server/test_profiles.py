# SPDX-License-Identifier: AGPL-3.0-or-later
"""Profiles (D4): how customers are told of those who answer them, in their own language, and in
which order lists have them."""

import pytest

from support.api import assert_problem
from support.people import make_agent

NAMES = {"en": "Rina from Support", "bn": "রিনা"}
BIOS = {"en": "Knows all about kettles.\nAnd tea.", "bn": "কেটলির সব জানেন।"}


@pytest.fixture
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def rina(server):
    """An agent of a test's own; the account is called Rina Das."""
    return server.login(make_agent(server))


def shown(server, agent, language):
    customer = server.visitor(name="Bo", language=language)
    return customer.get(f"/agents/{agent.id}/profile", status=200)["profile"]


def listed(admin, *agents):
    ids = {agent.id for agent in agents}
    return [a for a in admin.get("/agents", status=200)["agents"] if a["id"] in ids]


def test_customers_are_told_in_their_language(server, rina):
    assert shown(server, rina, "bn") == {"id": rina.id, "name": "Rina Das", "bio": None}
    changed = rina.patch("/me/profile", {"display_names": NAMES, "bios": BIOS}, status=200)
    assert changed == {"display_names": NAMES, "bios": BIOS}
    for language, spoken in (("bn", "bn"), ("bn-BD", "bn"), ("en", "en"), ("en-GB", "en")):
        profile = shown(server, rina, language)
        assert (profile["name"], profile["bio"]) == (NAMES[spoken], BIOS[spoken]), language
    # A name in letters that one may not read helps less than the one in the account.
    assert shown(server, rina, "fr") == {"id": rina.id, "name": "Rina Das", "bio": BIOS["en"]}


def test_what_is_not_named_stays_and_null_takes_all_away(server, admin, rina):
    rina.patch("/me/profile", {"display_names": NAMES, "bios": BIOS}, status=200)
    rina.patch("/me/profile", {"display_names": {"en": "Rina"}}, status=200)
    [seen] = listed(admin, rina)
    assert (seen["display_names"], seen["bios"]) == ({"en": "Rina"}, BIOS)
    rina.patch("/me/profile", {"bios": None}, status=200)
    [seen] = listed(admin, rina)
    assert (seen["display_names"], seen["bios"]) == ({"en": "Rina"}, {})


def test_an_admin_changes_it_and_staff_hear_of_it(server, admin, rina):
    with rina.live(topics=["tickets"]) as socket:
        body = {"display_names": NAMES, "bios": BIOS, "position": 3}
        changed = admin.patch(f"/agents/{rina.id}", body, status=200)["agent"]
        told = socket.expect("agent.changed", lambda f: f["data"]["agent"]["id"] == rina.id)
    for agent in (changed, told["data"]["agent"]):
        assert {name: agent[name] for name in body} == body
    entry = admin.get(f"/audit?target=agent&target_id={rina.id}", status=200)["entries"][0]
    assert entry["action"] == "updated" and entry["after"]["display_names"] == NAMES


def test_lists_go_by_position_and_then_by_name(server, admin, rina):
    others = [server.login(make_agent(server, name=name)) for name in ("Zoe", "Ann")]
    admin.patch(f"/agents/{rina.id}", {"position": 2}, status=200)
    for other in others:
        admin.patch(f"/agents/{other.id}", {"position": 1}, status=200)
    names = [agent["name"] for agent in listed(admin, rina, *others)]
    assert names == ["Ann", "Zoe", "Rina Das"]


def test_a_quick_reply_signs_with_the_name_that_the_customer_reads(server, admin, rina):
    rina.patch("/me/profile", {"display_names": NAMES}, status=200)
    texts = {"en": "I am {{agent.name}}.", "bn": "আমি {{agent.name}}।"}
    body = {"titles": {"en": "Hello"}, "contents": texts}
    reply = admin.post("/quick-replies", body, status=201)["quick_reply"]["id"]
    customer = server.visitor(name="Bo", language="bn")
    begun = {"channel": "chat", "description": "hello"}
    ticket = customer.post("/tickets", begun, status=201)["ticket"]["id"]
    path = f"/quick-replies/{reply}/render"
    for language in ("bn", "en"):
        said = rina.post(path, {"ticket": ticket, "language": language}, status=200)
        assert NAMES[language] in said["body"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"display_names": {}},
        {"display_names": {"not a language": "Rina"}},
        {"display_names": {"en": ""}},
        {"display_names": {"en": "two\nlines"}},
        {"display_names": {"en": "x" * 201}},
        {"bios": {"en": "x" * 1001}},
        {"bios": "text"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(rina, wrong):
    assert_problem(rina.patch("/me/profile", wrong), 422, "validation_failed")


def test_only_those_who_answer_have_one(server, admin, rina):
    customer = server.visitor(name="Bo")
    assert_problem(customer.patch("/me/profile", {"bios": BIOS}), 403, "forbidden")
    assert_problem(rina.patch(f"/agents/{rina.id}", {"position": 1}), 403, "forbidden")
    assert_problem(customer.get(f"/agents/{customer.id}/profile"), 404, "not_found")
    admin.patch(f"/agents/{rina.id}", {"is_active": False}, status=200)
    assert_problem(customer.get(f"/agents/{rina.id}/profile"), 404, "not_found")
