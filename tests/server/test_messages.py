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


def test_a_colleagues_reply_makes_a_reply_stale(chat, login):
    rina, sam = login("agent1@example.com"), login("agent2@example.com")
    chat.post(chat.path, {"body": "hello"}, status=201)
    seen = rina.get(chat.path, status=200)["last_seq"]
    sam.post(chat.path, {"body": "I have it"}, status=201)
    answer = rina.post(chat.path, {"body": "I have it too", "seen_seq": seen})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert answer.json()["arrived"]
    chat.post(chat.path, {"body": "more"}, status=201)
    seen = rina.get(chat.path, status=200)["last_seq"]
    chat.post(chat.path, {"body": "customers type in parallel"}, status=201)
    rina.post(chat.path, {"body": "no colleague wrote", "seen_seq": seen}, status=201)


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
