# SPDX-License-Identifier: AGPL-3.0-or-later
"""T8: quick replies: document 4's five from the start, in every language, with variables that are
filled for a ticket."""

import pytest

from support.api import assert_problem

TEXTS = {"titles": {"en": "Hello"}, "contents": {"en": "Hello {{customer.name}}."}}
NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE quick_reply; --",
    "\\N \\\\ \" ' ` ${HOME} %s %n {{",
    "আসসালামু আলাইকুম",
    "مرحبا بكم",
    "👩🏽\u200d🚀 e\u0301",
    "\u202etest\u202c \ufeff",
]


@pytest.fixture
def admin(login):
    return login("admin@example.com")


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


@pytest.fixture
def made(admin):
    """made(**fields): a quick reply of the test's own, gone afterwards."""
    ids = []

    def make(**fields):
        reply = admin.post("/quick-replies", {**TEXTS, **fields}, status=201)["quick_reply"]
        ids.append(reply["id"])
        return reply

    yield make
    for which in ids:
        admin.delete(f"/quick-replies/{which}")


def everything(person, query=""):
    found, after = [], ""
    while after is not None:
        page = person.get(f"/quick-replies?limit=2{query}{after}", status=200)
        found += page["quick_replies"]
        after = page["next"] and f"&after={page['next']}"
    return found


def test_five_are_there_from_the_start_in_english_and_bengali(agent):
    replies = everything(agent)[:5]
    titles = ["Shipping Info", "Payment Methods", "Return Policy", "Track Order", "Book Rental"]
    assert [reply["titles"]["en"] for reply in replies] == titles
    for reply in replies:
        assert set(reply["titles"]) == set(reply["contents"]) == {"en", "bn"}
        assert reply["is_active"] and all(map(str.strip, reply["contents"].values()))
        assert any("\u0980" <= letter <= "\u09ff" for letter in reply["contents"]["bn"])


def test_pages_come_in_the_admins_order(admin, made):
    last = made(category="greetings")
    first = made(position=0, category="greetings")
    ids = [reply["id"] for reply in everything(admin)]
    assert len(ids) == len(set(ids)) >= 7
    assert ids[0] == first["id"] and ids[-1] == last["id"]
    greetings = everything(admin, "&category=greetings")
    assert [reply["id"] for reply in greetings] == [first["id"], last["id"]]


def test_what_is_not_active_is_left_out_when_asked(admin, agent, made):
    hidden = made(is_active=False)
    assert hidden["id"] in [reply["id"] for reply in everything(agent)]
    assert hidden["id"] not in [reply["id"] for reply in everything(agent, "&active=true")]
    shown = admin.patch(f"/quick-replies/{hidden['id']}", {"is_active": True}, status=200)
    assert shown["quick_reply"]["is_active"]
    assert hidden["id"] in [reply["id"] for reply in everything(agent, "&active=true")]


def test_agents_read_admins_write_customers_neither(admin, agent, visitor, made):
    path = f"/quick-replies/{made()['id']}"
    ada = visitor()
    for person in (agent, ada):
        assert_problem(person.post("/quick-replies", TEXTS), 403, "forbidden")
        assert_problem(person.patch(path, {"category": "x"}), 403, "forbidden")
        assert_problem(person.delete(path), 403, "forbidden")
    assert_problem(ada.get("/quick-replies"), 403, "forbidden")
    assert_problem(ada.post(path + "/render", {"ticket": 1}), 403, "forbidden")


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_any_text_comes_back_as_it_went_in(admin, made, text):
    fields = {"titles": {"en": text}, "contents": {"bn-BD": text + "\n" + text}, "category": text}
    reply = made(**fields)
    assert {key: reply[key] for key in fields} == fields
    assert [r for r in everything(admin) if r["id"] == reply["id"]] == [reply]


@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({"titles": None}, "titles", "required"),
        ({"titles": {}}, "titles", "required"),
        ({"titles": "Hello"}, "titles", "wrong_type"),
        ({"titles": {"en": 5}}, "titles.en", "wrong_type"),
        ({"titles": {"en": "two\nlines"}}, "titles.en", "not_allowed"),
        ({"titles": {"en": "x" * 201}}, "titles.en", "too_long"),
        ({"titles": {"english please": "x"}}, "titles.english please", "bad_format"),
        ({"titles": {"en": "x", "bn": None}}, "titles.bn", "required"),
        ({"titles": {"": "x"}}, "titles.", "bad_format"),
        ({"titles": {"en\0": "x"}}, "titles.\\u0000", "bad_format"),
        ({"titles": {f"en-{n}": "x" for n in range(41)}}, "titles", "too_long"),
        ({"contents": {"en": " \n "}}, "contents.en", "too_short"),
        ({"contents": {"en": "a\0b"}}, "contents.en", "not_allowed"),
        ({"contents": {"en": "x" * 16001}}, "contents.en", "too_long"),
        ({"category": "x" * 101}, "category", "too_long"),
        ({"is_active": "yes"}, "is_active", "wrong_type"),
        ({"position": -1}, "position", "out_of_range"),
        ({"position": 1.5}, "position", "wrong_type"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(admin, made, fields, field, code):
    before = everything(admin)
    problem = assert_problem(
        admin.post("/quick-replies", {**TEXTS, **fields}), 422, "validation_failed"
    )
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]
    assert everything(admin) == before


@pytest.mark.parametrize("query", ["active=maybe", "after=x", "after=1", "limit=101", "after=1.-2"])
def test_a_query_that_is_not_possible_is_400(agent, query):
    assert_problem(agent.get(f"/quick-replies?{query}"), 400, "bad_request")


def test_a_key_makes_one(admin, made):
    key = {"Idempotency-Key": made()["created_at"].replace(".", "-")[:40]}
    first = admin.post("/quick-replies", TEXTS, headers=key, status=201)
    assert admin.post("/quick-replies", TEXTS, headers=key, status=200) == first
    other = admin.post("/quick-replies", {**TEXTS, "category": "x"}, headers=key)
    assert_problem(other, 422, "idempotency_mismatch")
    admin.delete(f"/quick-replies/{first['quick_reply']['id']}", status=None)


def test_an_older_revision_changes_nothing(admin, made):
    reply = made()
    path = f"/quick-replies/{reply['id']}"
    first = admin.patch(path, {"category": "one", "revision": reply["revision"]}, status=200)
    late = admin.patch(path, {"category": "two", "revision": reply["revision"]})
    assert_problem(late, 409, "conflict")
    now = first["quick_reply"]
    assert [r for r in everything(admin) if r["id"] == reply["id"]] == [now]
    assert now == {
        **reply,
        "category": "one",
        "revision": now["revision"],
        "updated_at": now["updated_at"],
    }
    cleared = admin.patch(path, {"category": None}, status=200)["quick_reply"]
    assert cleared["category"] == ""


def test_what_is_not_there_is_404(admin, agent):
    for answer in (
        admin.patch("/quick-replies/999999", {"category": "x"}),
        admin.delete("/quick-replies/999999"),
        agent.post("/quick-replies/999999/render", {"ticket": 1}),
        agent.post("/quick-replies/1/render", {"ticket": 999999}),
    ):
        assert_problem(answer, 404, "not_found")


def test_staff_hear_of_every_change(agent, admin, visitor, made):
    with agent.live() as live, visitor().live() as at_visitor:
        reply = made()
        assert live.expect("quick_reply.created")["data"] == {"quick_reply": reply}
        path = f"/quick-replies/{reply['id']}"
        changed = admin.patch(path, {"position": 3}, status=200)
        assert live.expect("quick_reply.updated")["data"] == changed
        admin.delete(path, status=204)
        gone = live.expect("quick_reply.deleted")
        assert gone["data"] == {"quick_reply": {"id": reply["id"]}} and gone["ticket"] is None
        at_visitor.sync()
        assert not [f for f in at_visitor.frames if "quick_reply" in str(f)]


# Filling


@pytest.fixture
def ticket(visitor):
    ada = visitor(name="Ada *Roy*", language="bn")
    fields = {"channel": "portal", "subject": "Order [1042]", "description": "Where is it?"}
    return ada.post("/tickets", fields, status=201)["ticket"]


def render(agent, reply, ticket, **fields):
    return agent.post(
        f"/quick-replies/{reply['id']}/render", {"ticket": ticket["id"], **fields}, status=200
    )


def test_variables_are_filled_for_the_ticket_and_mark_nothing(agent, made, ticket):
    names = ["customer.name", " agent.name ", "ticket.number", "ticket.subject", "department.name"]
    text = "|".join("{{" + name + "}}" for name in names)
    filled = render(agent, made(contents={"en": text}), ticket)
    assert filled == {
        "language": "en",
        "body": rf"Ada \*Roy\*|Rina Das|{ticket['ticket_number']}|Order \[1042\]|Orders",
        "unfilled": [],
    }


def test_what_nobody_knows_stays_and_is_named_once(agent, made, ticket):
    text = "{{order.number}} {{customer.phone}} {{ order.number }} {{Name!}} {{language}} { {x} }"
    filled = render(agent, made(contents={"en": text}), ticket)
    assert filled["body"] == text
    assert filled["unfilled"] == ["order.number", "customer.phone", "Name!", "language"]


@pytest.mark.parametrize(
    "languages, wanted, chosen",
    [
        (["en", "bn", "de"], None, "bn"),
        (["en", "bn-IN", "de"], None, "bn-IN"),
        (["de", "en"], None, "en"),
        (["fr", "de"], None, "de"),
        (["en", "bn", "bn-BD"], "bn-bd", "bn-BD"),
        (["en", "bn"], "bn-BD", "bn"),
    ],
)
def test_the_language_is_the_tickets_or_the_nearest(agent, made, ticket, languages, wanted, chosen):
    reply = made(contents={language: f"in {language}" for language in languages})
    extra = {"language": wanted} if wanted else {}
    filled = render(agent, reply, ticket, **extra)
    assert (filled["language"], filled["body"]) == (chosen, f"in {chosen}")


def test_a_draft_cannot_be_filled_for(agent, made, visitor):
    draft = visitor().post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    path = f"/quick-replies/{made()['id']}/render"
    assert_problem(agent.post(path, {"ticket": draft}), 404, "not_found")
    assert_problem(agent.post(path, {}), 422, "validation_failed")
    assert_problem(agent.post(path, {"ticket": draft, "language": "x y"}), 422, "validation_failed")
