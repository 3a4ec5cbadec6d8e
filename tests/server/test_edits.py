# SPDX-License-Identifier: AGPL-3.0-or-later
"""T3: messages are edited and taken back: who may, until when, what the others see, and what staff
can look up afterwards."""

import threading
from types import SimpleNamespace

import pytest

from support.api import assert_problem
from support.naughty import NAUGHTY


@pytest.fixture
def chat(server):
    """A chat of Ada's, with Rina's and Ada's sockets open."""
    ada, rina = server.visitor(name="Ada"), server.login("agent1@example.com")
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    path = f"/tickets/{ticket}"
    with ada.live() as at_ada, rina.live() as at_rina:
        yield SimpleNamespace(
            server=server,
            ada=ada,
            rina=rina,
            sam=server.login("agent2@example.com"),
            admin=server.login("admin@example.com"),
            ticket=ticket,
            path=path,
            at_ada=at_ada,
            at_rina=at_rina,
        )


def say(chat, who, body, **fields):
    return who.post(f"{chat.path}/messages", {"body": body, **fields}, status=201)["message"]


def message(chat, who, id):
    page = who.get(f"{chat.path}/messages?limit=200", status=200)
    return next(one for one in page["messages"] if one["id"] == id)


def ticket(chat, who):
    return who.get(chat.path, status=200)["ticket"]


def make_old(chat, id, minutes):
    chat.server.sql(
        "UPDATE message SET created_at = created_at - %s * interval '1 minute' WHERE id = %s",
        minutes,
        id,
    )


# Editing


def test_an_edit_reaches_both_sides_and_keeps_the_place(chat):
    sent = say(chat, chat.ada, "Where is my parcl?")
    edited = chat.ada.patch(
        f"/messages/{sent['id']}", {"body": "Where is my *parcel*?"}, status=200
    )["message"]
    assert edited["body"] == "Where is my *parcel*?"
    assert {"t": "i", "c": ["parcel"]} in edited["spans"][0]["c"]
    assert edited["edited_at"] and not edited["taken_back_at"]
    assert {**edited, "body": sent["body"], "spans": sent["spans"], "edited_at": None} == sent
    for live, who in ((chat.at_ada, chat.ada), (chat.at_rina, chat.rina)):
        heard = live.expect("message.updated", ticket=chat.ticket)
        assert heard["data"]["message"]["body"] == "Where is my *parcel*?"
        assert message(chat, who, sent["id"]) == {**heard["data"]["message"], "seq": heard["seq"]}


def test_the_preview_follows_the_last_message(chat):
    first = say(chat, chat.ada, "one")
    last = say(chat, chat.ada, "two")
    chat.ada.patch(f"/messages/{first['id']}", {"body": "changed"}, status=200)
    assert ticket(chat, chat.rina)["last_message"]["preview"] == "two"
    chat.ada.patch(f"/messages/{last['id']}", {"body": "too"}, status=200)
    assert ticket(chat, chat.rina)["last_message"]["preview"] == "too"
    chat.ada.delete(f"/messages/{last['id']}", status=200)
    assert ticket(chat, chat.rina)["last_message"]["preview"] == "changed"
    chat.ada.delete(f"/messages/{first['id']}", status=200)
    assert ticket(chat, chat.rina)["last_message"] is None


def test_any_text_can_be_edited_in(chat):
    sent = say(chat, chat.ada, "before")
    for text in (*NAUGHTY, "line one\nline two\r\n", "a" * 16000):
        chat.ada.patch(f"/messages/{sent['id']}", {"body": text}, status=200)
        assert message(chat, chat.rina, sent["id"])["body"] == text
    versions = chat.rina.get(f"/messages/{sent['id']}/history?limit=100", status=200)["versions"]
    assert [version["body"] for version in versions[1:-2]] == NAUGHTY


@pytest.mark.parametrize(
    "body, code",
    [
        (None, "required"),
        ("", "too_short"),
        (" \n ", "too_short"),
        ("x" * 16001, "too_long"),
        (7, "wrong_type"),
        (["text"], "wrong_type"),
        ("nul \0 here", "not_allowed"),
    ],
)
def test_an_edit_needs_a_text(chat, body, code):
    sent = say(chat, chat.ada, "before")
    problem = assert_problem(
        chat.ada.patch(f"/messages/{sent['id']}", {"body": body}), 422, "validation_failed"
    )
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("body", code)]
    assert message(chat, chat.ada, sent["id"]) == sent


def test_a_body_that_is_too_large_or_no_json_changes_nothing(chat):
    sent = say(chat, chat.ada, "before")
    address = f"{chat.ada.url}/api/v1/messages/{sent['id']}"
    head = {"Content-Type": "application/json"}
    for body, status in (
        (b'{"body": "' + b"x" * 300_000 + b'"}', 413),
        (b'{"body": "\\ud800"}', 400),
    ):
        assert chat.ada.http.patch(address, data=body, headers=head).status_code == status
    assert message(chat, chat.ada, sent["id"]) == sent


def test_the_same_text_again_changes_nothing(chat):
    sent = say(chat, chat.ada, "as it is")
    assert chat.ada.patch(f"/messages/{sent['id']}", {"body": "as it is"}, status=200) == {
        "message": sent
    }
    assert len(chat.rina.get(f"/messages/{sent['id']}/history", status=200)["versions"]) == 1
    chat.at_ada.sync()
    assert not chat.at_ada.heard("message.updated")


def test_only_the_author_edits(chat):
    say(chat, chat.ada, "hello")
    sent = say(chat, chat.rina, "mine")
    note = say(chat, chat.rina, "my note", is_internal=True)
    stranger = chat.server.visitor(name="Eve")
    for id in (sent["id"], note["id"]):
        for who in (chat.sam, chat.admin):
            assert_problem(who.patch(f"/messages/{id}", {"body": "x"}), 403, "forbidden")
        assert_problem(stranger.patch(f"/messages/{id}", {"body": "x"}), 404, "not_found")
    assert_problem(chat.ada.patch(f"/messages/{sent['id']}", {"body": "x"}), 403, "forbidden")
    assert_problem(chat.ada.patch(f"/messages/{note['id']}", {"body": "x"}), 404, "not_found")
    assert_problem(chat.rina.patch(f"/messages/{2**62}", {"body": "x"}), 404, "not_found")
    assert chat.server.anonymous().patch(f"/messages/{sent['id']}", {}).status_code == 401


def test_system_lines_are_nobodys_to_change(chat):
    say(chat, chat.ada, "hello")
    chat.rina.put(f"{chat.path}/status", {"status": "resolved"}, status=200)
    page = chat.rina.get(f"{chat.path}/messages", status=200)
    for line in (one for one in page["messages"] if one["type"] == "system"):
        for who in (chat.rina, chat.admin, chat.ada):
            answers = (
                who.patch(f"/messages/{line['id']}", {"body": "x"}),
                who.delete(f"/messages/{line['id']}"),
            )
            assert {answer.status_code for answer in answers} <= {403, 404}


def test_public_messages_are_edited_for_a_while_and_notes_always(chat):
    say(chat, chat.ada, "hello")
    sent, note = say(chat, chat.rina, "public"), say(chat, chat.rina, "note", is_internal=True)
    for one in (sent, note):
        make_old(chat, one["id"], 24 * 60)
    answer = chat.rina.patch(f"/messages/{sent['id']}", {"body": "too late"})
    assert_problem(answer, 409, "conflict")
    chat.rina.patch(f"/messages/{note['id']}", {"body": "in time"}, status=200)


def test_how_long_is_for_admins_to_say(fresh_server):
    ada, admin = fresh_server.visitor(name="Ada"), fresh_server.login("admin@example.com")
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    sent = ada.post(f"/tickets/{ticket}/messages", {"body": "public"}, status=201)["message"]
    admin.patch("/settings/tickets", {"edit_within_minutes": 0}, status=200)
    assert_problem(ada.patch(f"/messages/{sent['id']}", {"body": "x"}), 409, "conflict")
    admin.patch("/settings/tickets", {"edit_within_minutes": 60}, status=200)
    ada.patch(f"/messages/{sent['id']}", {"body": "x"}, status=200)


def test_nothing_public_is_edited_in_a_closed_ticket(chat):
    sent = say(chat, chat.ada, "public")
    chat.ada.put(f"{chat.path}/status", {"status": "closed"}, status=200)
    assert_problem(chat.ada.patch(f"/messages/{sent['id']}", {"body": "x"}), 409, "conflict")


def test_a_message_sent_again_is_known_after_its_edit(chat):
    sent = say(chat, chat.ada, "first words", client_id="c-1")
    chat.ada.patch(f"/messages/{sent['id']}", {"body": "other words"}, status=200)
    path = f"{chat.path}/messages"
    again = chat.ada.post(path, {"body": "first words", "client_id": "c-1"}, status=200)
    assert again["message"]["id"] == sent["id"] and again["message"]["body"] == "other words"
    answer = chat.ada.post(path, {"body": "other words", "client_id": "c-1"})
    assert_problem(answer, 422, "idempotency_mismatch")


def test_racing_edits_are_all_in_the_history(chat):
    sent = say(chat, chat.ada, "start")
    barrier = threading.Barrier(20)

    def edit(n):
        barrier.wait()
        chat.ada.patch(f"/messages/{sent['id']}", {"body": f"text {n}"}, status=200)

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    versions = chat.rina.get(f"/messages/{sent['id']}/history?limit=100", status=200)["versions"]
    assert [version["version"] for version in versions] == list(range(1, 22))
    assert {version["body"] for version in versions[1:]} == {f"text {n}" for n in range(20)}
    assert versions[-1]["body"] == message(chat, chat.ada, sent["id"])["body"]


# Taking back


def test_what_is_taken_back_leaves_its_place_and_nothing_else(chat):
    say(chat, chat.ada, "stays")
    sent = say(chat, chat.ada, "my password is 1234")
    back = chat.ada.delete(f"/messages/{sent['id']}", status=200)["message"]
    assert (back["body"], back["spans"]) == ("", []) and back["taken_back_at"]
    assert {**back, "body": sent["body"], "spans": sent["spans"], "taken_back_at": None} == sent
    assert "1234" not in chat.rina.get(chat.path).text
    for live in (chat.at_ada, chat.at_rina):
        heard = live.expect("message.updated", ticket=chat.ticket)
        assert heard["data"]["message"]["taken_back_at"] == back["taken_back_at"]
    say(chat, chat.ada, "goes on")
    page = chat.ada.get(f"{chat.path}/messages", status=200)
    assert [one["seq"] for one in page["messages"]] == list(range(1, page["last_seq"] + 1))


def test_what_is_taken_back_counts_as_unread_no_more(chat):
    sent = [say(chat, chat.ada, text) for text in ("one", "two")]
    assert ticket(chat, chat.rina)["agent_unread_count"] == 2
    chat.ada.delete(f"/messages/{sent[1]['id']}", status=200)
    assert ticket(chat, chat.rina)["agent_unread_count"] == 1
    chat.rina.post(f"{chat.path}/read", {"seq": 1}, status=204)
    assert ticket(chat, chat.rina)["agent_unread_count"] == 0


def test_taking_back_again_is_the_same(chat):
    sent = say(chat, chat.ada, "once")
    first = chat.ada.delete(f"/messages/{sent['id']}", status=200)
    assert chat.ada.delete(f"/messages/{sent['id']}", status=200) == first
    assert_problem(chat.ada.patch(f"/messages/{sent['id']}", {"body": "x"}), 409, "conflict")


def test_what_the_other_side_has_read_stays(chat):
    sent = say(chat, chat.ada, "read this")
    chat.rina.post(f"{chat.path}/delivered", {"seq": 1}, status=204)
    chat.rina.post(f"{chat.path}/read", {"seq": 1}, status=204)
    assert_problem(chat.ada.delete(f"/messages/{sent['id']}"), 409, "conflict")
    answer = say(chat, chat.rina, "an answer")
    seq = message(chat, chat.ada, answer["id"])["seq"]
    chat.ada.post(f"{chat.path}/delivered", {"seq": seq}, status=204)
    chat.ada.post(f"{chat.path}/read", {"seq": seq}, status=204)
    assert_problem(chat.rina.delete(f"/messages/{answer['id']}"), 409, "conflict")
    assert message(chat, chat.ada, answer["id"])["body"] == "an answer"


def test_what_only_arrived_can_still_be_taken_back(chat):
    sent = say(chat, chat.ada, "not this")
    chat.rina.post(f"{chat.path}/delivered", {"seq": 1}, status=204)
    chat.ada.delete(f"/messages/{sent['id']}", status=200)


def test_who_may_take_back(chat):
    say(chat, chat.ada, "hello")
    sent = say(chat, chat.rina, "public")
    note, other = (say(chat, chat.rina, text, is_internal=True) for text in ("one", "two"))
    for id in (sent["id"], note["id"]):
        assert_problem(chat.sam.delete(f"/messages/{id}"), 403, "forbidden")
    assert_problem(chat.admin.delete(f"/messages/{sent['id']}"), 403, "forbidden")
    assert_problem(chat.ada.delete(f"/messages/{sent['id']}"), 403, "forbidden")
    assert_problem(chat.ada.delete(f"/messages/{note['id']}"), 404, "not_found")
    chat.rina.delete(f"/messages/{note['id']}", status=200)
    chat.admin.delete(f"/messages/{other['id']}", status=200)


def test_a_chat_called_by_its_first_words_forgets_them(chat):
    sent = say(chat, chat.ada, "my password is 1234")
    assert "1234" in ticket(chat, chat.rina)["subject"]
    chat.ada.patch(f"/messages/{sent['id']}", {"body": "my parcel"}, status=200)
    assert ticket(chat, chat.rina)["subject"] == "my parcel"
    chat.ada.delete(f"/messages/{sent['id']}", status=200)
    assert ticket(chat, chat.rina)["subject"] == ""


# History


def test_staff_can_read_what_a_message_said(chat):
    sent = say(chat, chat.ada, "first")
    chat.ada.patch(f"/messages/{sent['id']}", {"body": "second"}, status=200)
    chat.ada.delete(f"/messages/{sent['id']}", status=200)
    answer = chat.sam.get(f"/messages/{sent['id']}/history", status=200)
    assert answer["next"] is None
    said = [(one["version"], one["action"], one["body"]) for one in answer["versions"]]
    assert said == [(1, "written", "first"), (2, "edited", "second"), (3, "taken_back", "")]
    assert {one["by"]["name"] for one in answer["versions"]} == {"Ada"}
    assert answer["versions"][0]["at"] == sent["created_at"]
    assert answer["versions"][0]["spans"] == sent["spans"]


def test_history_comes_in_pages(chat):
    sent = say(chat, chat.ada, "text 0")
    for n in range(1, 7):
        chat.ada.patch(f"/messages/{sent['id']}", {"body": f"text {n}"}, status=200)
    address, seen, after = f"/messages/{sent['id']}/history?limit=3", [], ""
    while after is not None:
        page = chat.rina.get(f"{address}{after and f'&after={after}'}", status=200)
        assert len(page["versions"]) <= 3
        seen += [one["body"] for one in page["versions"]]
        after = page["next"]
    assert seen == [f"text {n}" for n in range(7)]
    for wrong in ("limit=0", "limit=101", "after=-1", "after=x"):
        assert_problem(chat.rina.get(f"/messages/{sent['id']}/history?{wrong}"), 400, "bad_request")


def test_history_is_for_staff(chat):
    sent = say(chat, chat.ada, "first")
    assert_problem(chat.ada.get(f"/messages/{sent['id']}/history"), 403, "forbidden")
    assert chat.server.anonymous().get(f"/messages/{sent['id']}/history").status_code == 401
    assert_problem(chat.rina.get(f"/messages/{2**62}/history"), 404, "not_found")
