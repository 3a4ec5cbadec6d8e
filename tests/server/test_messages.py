# SPDX-License-Identifier: AGPL-3.0-or-later
"""T3, T5, T12: messages over REST and socket: ordered, sent once, shown as a span tree, read."""

import threading

import pytest

NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE message; --",
    '{"a": [1, 2}',
    "\\N \\\\ \" ' ` ${HOME} %s %n",
    "আসসালামু আলাইকুম, কেমন আছেন?",
    "مرحبا بكم",
    "田中さんにあげて下さい",
    "👩🏽\u200d🚀🏳️\u200d🌈 e\u0301",
    "\u202etest\u202c \ufeff",
    "line one\nline two\r\nline three",
    "a" * 16000,
]


@pytest.fixture
def chat(visitor):
    person = visitor(name="Ada")
    person.ticket = person.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    person.path = f"/tickets/{person.ticket}/messages"
    return person


def bodies(person):
    return [
        m["body"]
        for m in person.get(person.path + "?after=0&limit=200", status=200)["messages"]
        if m["type"] == "text"
    ]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_any_text_comes_back_as_it_went_in(chat, text):
    sent = chat.post(chat.path, {"body": text}, status=201)["message"]
    assert sent["body"] == text
    assert bodies(chat) == [text]


@pytest.mark.parametrize(
    "body, code",
    [
        (None, "required"),
        ("", "too_short"),
        ("x" * 16001, "too_long"),
        (7, "wrong_type"),
        ("nul \0 here", "not_allowed"),
    ],
)
def test_a_body_that_is_none_is_refused_by_name(chat, body, code):
    answer = chat.post(chat.path, {"body": body})
    assert answer.status_code == 422, answer.text
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("body", code)]
    assert bodies(chat) == []


def test_sending_again_changes_nothing(chat):
    first = chat.post(chat.path, {"body": "once", "client_id": "c-1"}, status=201)
    again = chat.post(chat.path, {"body": "once", "client_id": "c-1"}, status=200)
    assert again == first
    assert bodies(chat) == ["once"]


def test_the_same_id_with_another_text_is_refused(chat):
    chat.post(chat.path, {"body": "once", "client_id": "c-1"}, status=201)
    answer = chat.post(chat.path, {"body": "twice", "client_id": "c-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert bodies(chat) == ["once"]


def test_fifty_racing_senders_of_one_message_write_it_once(chat):
    answers = []
    barrier = threading.Barrier(50)

    def send():
        barrier.wait()
        answers.append(chat.post(chat.path, {"body": "racing", "client_id": "c-9"}))

    threads = [threading.Thread(target=send) for _ in range(50)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(a.status_code for a in answers) == [200] * 49 + [201]
    assert len({a.json()["message"]["seq"] for a in answers}) == 1
    assert bodies(chat) == ["racing"]


def test_the_socket_and_rest_share_one_order(chat):
    with chat.live() as live:
        for n in range(20):
            if n % 2:
                live.message(chat.ticket, f"m{n}")
            else:
                chat.post(chat.path, {"body": f"m{n}"}, status=201)
    assert bodies(chat) == [f"m{n}" for n in range(20)]


def test_markdown_becomes_spans_and_html_stays_text(chat):
    text = "Hello **bold** and *soft*, `code`, <b>no html</b> [site](https://example.org) [bad](javascript:alert(1))"
    spans = chat.post(chat.path, {"body": text}, status=201)["message"]["spans"]
    content = spans[0]["c"]
    assert spans[0]["t"] == "p"
    assert {"t": "b", "c": ["bold"]} in content and {"t": "i", "c": ["soft"]} in content
    assert {"t": "code", "x": "code"} in content and "<b>" in content
    assert [s["h"] for s in content if isinstance(s, dict) and s["t"] == "a"] == [
        "https://example.org"
    ]
    assert "javascript" not in str(spans)


def test_deep_nesting_makes_a_shallow_tree(chat):
    spans = chat.post(chat.path, {"body": ">" * 500 + " deep"}, status=201)["message"]["spans"]

    def depth(node):
        children = (
            node.get("c", []) if isinstance(node, dict) else node if isinstance(node, list) else []
        )
        return 1 + max((depth(c) for c in children), default=0)

    assert depth(spans) < 60
    assert "deep" in str(spans)


def test_paging_walks_the_thread_in_both_directions(chat):
    for n in range(1, 31):
        chat.post(chat.path, {"body": f"m{n}"}, status=201)
    last = chat.get(chat.path, status=200)["last_seq"]
    newer = chat.get(chat.path + "?after=10&limit=5", status=200)["messages"]
    older = chat.get(chat.path + "?before=11&limit=5", status=200)["messages"]
    assert [m["seq"] for m in newer] == [11, 12, 13, 14, 15]
    assert [m["seq"] for m in older] == [6, 7, 8, 9, 10]
    assert chat.get(chat.path + f"?after={last}", status=200)["messages"] == []


def test_a_customer_cannot_write_notes_nor_into_another_ones_ticket(chat, visitor):
    assert chat.post(chat.path, {"body": "psst", "is_internal": True}).status_code == 403
    stranger = visitor(name="Eve")
    assert stranger.post(chat.path, {"body": "hi"}).status_code == 404
    assert stranger.get(chat.path).status_code == 404
    assert bodies(chat) == []


def test_a_closed_ticket_takes_no_message(chat):
    chat.post(chat.path, {"body": "hello"}, status=201)
    chat.put(f"/tickets/{chat.ticket}/status", {"status": "closed"}, status=200)
    answer = chat.post(chat.path, {"body": "one more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_unread_counts_follow_reading_on_both_sides(chat, login):
    agent = login("agent3@example.com")
    path = f"/tickets/{chat.ticket}"
    for n in range(3):
        chat.post(chat.path, {"body": f"c{n}"}, status=201)
    agent.post(chat.path, {"body": "a note", "is_internal": True}, status=201)
    agent.post(chat.path, {"body": "an answer"}, status=201)

    def counts():
        ticket = agent.get(path, status=200)["ticket"]
        return ticket["agent_unread_count"], ticket["user_unread_count"]

    assert counts() == (3, 1)
    agent.post(path + "/read", {"seq": 2}, status=204)
    assert counts() == (1, 1)
    agent.post(path + "/read", {"seq": 1}, status=204)
    assert counts() == (1, 1), "reading never goes backwards"
    chat.post(path + "/read", {"seq": 1000}, status=204)
    assert counts() == (1, 0)


def marks(person, path):
    ticket = person.get(path, status=200)["ticket"]
    names = ("user_delivered_seq", "user_read_seq", "agent_delivered_seq", "agent_read_seq")
    return tuple(ticket[name] for name in names)


def test_delivery_is_marked_for_each_side_in_its_own_counting(chat, login):
    agent, path = login("agent3@example.com"), f"/tickets/{chat.ticket}"
    chat.post(chat.path, {"body": "one"}, status=201)
    agent.post(chat.path, {"body": "a note", "is_internal": True}, status=201)
    chat.post(chat.path, {"body": "two"}, status=201)
    chat.post(path + "/delivered", {"seq": 2}, status=204)
    assert marks(chat, path) == (2, 0, 0, 0)
    assert marks(agent, path) == (3, 0, 0, 0)
    agent.post(path + "/delivered", {"seq": 2}, status=204)
    assert marks(chat, path) == (2, 0, 1, 0)
    assert marks(agent, path) == (3, 0, 2, 0)
    page = chat.get(chat.path, status=200)
    assert (page["agent_delivered_seq"], page["user_delivered_seq"]) == (1, 2)


def test_what_was_read_was_delivered_and_delivery_never_goes_backwards(chat, login):
    agent, path = login("agent3@example.com"), f"/tickets/{chat.ticket}"
    for text in ("one", "two", "three"):
        chat.post(chat.path, {"body": text}, status=201)
    agent.post(path + "/read", {"seq": 2}, status=204)
    assert marks(agent, path) == (0, 0, 2, 2)
    agent.post(path + "/delivered", {"seq": 1}, status=204)
    assert marks(agent, path) == (0, 0, 2, 2)
    agent.post(path + "/delivered", {"seq": 1000}, status=204)
    assert marks(agent, path) == (0, 0, 3, 2), "and never beyond the end"


def test_delivery_over_the_socket_reaches_the_sender(chat, login):
    agent = login("agent3@example.com")
    with chat.live() as ours, agent.live() as theirs:
        ours.message(chat.ticket, "hello")
        theirs.send("delivered", ticket=chat.ticket, seq=1)
        heard = ours.expect("ticket.delivered", ticket=chat.ticket)
        assert heard["data"]["side"] == "agent"
        assert heard["data"]["ticket"]["agent_delivered_seq"] == 1
        theirs.send("delivered", ticket=chat.ticket, seq=1)
        theirs.sync()
        assert len(theirs.heard("ticket.delivered", ticket=chat.ticket)) == 1, "said once"


def test_marks_are_for_those_who_see_the_ticket(chat, visitor, server):
    stranger, path = visitor(name="Eve"), f"/tickets/{chat.ticket}"
    chat.post(chat.path, {"body": "hello"}, status=201)
    for mark in ("read", "delivered"):
        assert stranger.post(f"{path}/{mark}", {"seq": 1}).status_code == 404
        assert server.anonymous().post(f"{path}/{mark}", {"seq": 1}).status_code == 401
    with stranger.live() as live:
        live.send("delivered", ticket=chat.ticket, seq=1)
        assert live.expect("refused", frame="delivered")["code"] == "not_found"


@pytest.mark.parametrize("mark", ["read", "delivered"])
@pytest.mark.parametrize(
    "seq, code",
    [
        (None, "required"),
        ("1", "wrong_type"),
        (1.5, "wrong_type"),
        (-1, "out_of_range"),
        (2**31, "out_of_range"),
        ([1], "wrong_type"),
    ],
)
def test_a_mark_needs_a_number(chat, mark, seq, code):
    answer = chat.post(f"/tickets/{chat.ticket}/{mark}", {"seq": seq})
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("seq", code)]


@pytest.mark.parametrize(
    "sent, field, code",
    [
        ({"type": "image"}, "attachments", "required"),
        ({"type": "file", "attachments": []}, "attachments", "required"),
        ({"type": "file", "attachments": [2**40]}, "attachments", "unknown"),
        ({"attachments": {"id": 1}}, "attachments", "wrong_type"),
        ({"type": "system"}, "type", "not_allowed"),
        ({"type": "video"}, "type", "not_allowed"),
        ({"type": 1}, "type", "wrong_type"),
    ],
)
def test_only_text_is_taken_without_an_attachment(chat, sent, field, code):
    answer = chat.post(chat.path, {"body": "a picture", **sent})
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]
    assert bodies(chat) == []


def test_a_message_has_its_whole_shape_from_the_start(chat):
    sent = chat.post(chat.path, {"body": "hello", "type": "text"}, status=201)["message"]
    assert (sent["type"], sent["attachments"], sent["mentions"]) == ("text", [], [])
    assert sent["edited_at"] is sent["taken_back_at"] is None
    assert chat.get(chat.path, status=200)["messages"][0] == sent


def test_the_page_says_whether_the_ticket_changed(chat):
    """So that those who poll see what becomes of older messages."""
    sent = chat.post(chat.path, {"body": "hello"}, status=201)["message"]
    before = chat.get(chat.path + "?after=1", status=200)["revision"]
    chat.patch(f"/messages/{sent['id']}", {"body": "hello there"}, status=200)
    assert chat.get(chat.path + "?after=1", status=200)["revision"] > before
