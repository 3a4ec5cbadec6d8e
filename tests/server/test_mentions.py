# SPDX-License-Identifier: AGPL-3.0-or-later
"""T3: colleagues are mentioned in notes, over REST and the socket, and only colleagues."""

from types import SimpleNamespace

import pytest

from support.api import assert_problem


@pytest.fixture
def desk(server):
    ada, rina = server.visitor(name="Ada"), server.login("agent1@example.com")
    path = (
        "/tickets/%d"
        % ada.post("/tickets", {"channel": "chat", "description": "hello"}, status=201)["ticket"][
            "id"
        ]
    )
    sam, admin = server.login("agent2@example.com"), server.login("admin@example.com")
    return SimpleNamespace(server=server, ada=ada, rina=rina, sam=sam, admin=admin, path=path)


def note(desk, mentions, body="look"):
    sent = {"body": body, "is_internal": True, "mentions": mentions}
    return desk.rina.post(f"{desk.path}/messages", sent)


def refused_codes(answer):
    problem = assert_problem(answer, 422, "validation_failed")
    return [(error["field"], error["code"]) for error in problem["errors"]]


def test_a_note_names_colleagues_once_each(desk):
    sam, admin = desk.sam.id, desk.admin.id
    with desk.rina.live() as live:
        sent = note(desk, [sam, admin, sam]).json()["message"]
        assert sent["mentions"] == [sam, admin]
        heard = live.expect("message.created", lambda f: f["data"]["message"]["id"] == sent["id"])
        assert heard["data"]["message"]["mentions"] == [sam, admin]
    page = desk.sam.get(f"{desk.path}/messages", status=200)
    assert page["messages"][-1] == sent
    assert {tuple(one["mentions"]) for one in page["messages"][:-1]} == {()}


def test_a_note_over_the_socket_names_colleagues_too(desk):
    ticket = int(desk.path.rsplit("/", 1)[1])
    with desk.rina.live() as live:
        ack = live.message(ticket, "look", is_internal=True, mentions=[desk.sam.id])
        heard = live.expect("message.created", ticket=ticket, seq=ack["seq"])
        assert heard["data"]["message"]["mentions"] == [desk.sam.id]
        for mentions, code in (
            ([desk.ada.id], "unknown"),
            ([2**62], "unknown"),
            ("everybody", "wrong_type"),
            ([0], "out_of_range"),
        ):
            live.send(
                "message",
                ticket=ticket,
                body="look",
                client_id="m",
                is_internal=True,
                mentions=mentions,
            )
            refused = live.expect("refused", client_id="m", code="validation_failed")
            assert [(e["field"], e["code"]) for e in refused["errors"]] == [("mentions", code)]


def test_nobody_but_active_staff_can_be_mentioned(desk):
    before = desk.rina.get(f"{desk.path}/messages", status=200)
    for who in (desk.ada.id, 2**62):
        assert refused_codes(note(desk, [desk.sam.id, who])) == [("mentions", "unknown")]
    assert desk.rina.get(f"{desk.path}/messages", status=200) == before


def test_who_left_cannot_be_mentioned_any_more(fresh_server):
    rina, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    ticket = ada.post("/tickets", {"channel": "chat", "description": "hello"}, status=201)
    path = f"/tickets/{ticket['ticket']['id']}/messages"
    old = {"body": "look", "is_internal": True, "mentions": [3]}
    kept = rina.post(path, old, status=201)["message"]
    fresh_server.sql("UPDATE app_user SET is_active = false WHERE id = 3")
    assert refused_codes(rina.post(path, old)) == [("mentions", "unknown")]
    again = rina.patch(f"/messages/{kept['id']}", {"body": "look again"}, status=200)["message"]
    assert again["mentions"] == [3], "an edit of the text keeps who was named"


@pytest.mark.parametrize(
    "mentions, code",
    [
        ("2", "wrong_type"),
        (2, "wrong_type"),
        ({"id": 2}, "wrong_type"),
        (["2"], "wrong_type"),
        ([2.5], "wrong_type"),
        ([None], "wrong_type"),
        ([0], "out_of_range"),
        ([-2], "out_of_range"),
        ([2**64], "out_of_range"),
        (list(range(1, 52)), "too_long"),
    ],
)
def test_mentions_are_a_short_list_of_ids(desk, mentions, code):
    assert refused_codes(note(desk, mentions)) == [("mentions", code)]


def test_no_mentions_is_the_same_as_none(desk):
    for nothing in ([], None):
        assert note(desk, nothing).json()["message"]["mentions"] == []


def test_a_customer_never_reads_a_mention(desk):
    sent = {"body": "look", "mentions": [desk.sam.id]}
    for who in (desk.rina, desk.ada):
        answer = who.post(f"{desk.path}/messages", sent)
        assert refused_codes(answer) == [("mentions", "not_allowed")]
    public = desk.rina.post(f"{desk.path}/messages", {"body": "hello"}, status=201)["message"]
    answer = desk.rina.patch(f"/messages/{public['id']}", sent)
    assert refused_codes(answer) == [("mentions", "not_allowed")]


def test_mentions_are_edited_with_the_note(desk):
    sent = note(desk, [desk.sam.id]).json()["message"]
    address = f"/messages/{sent['id']}"
    kept = desk.rina.patch(address, {"body": "look here"}, status=200)["message"]
    assert kept["mentions"] == [desk.sam.id]
    other = desk.rina.patch(address, {"body": "look here", "mentions": [desk.admin.id]}, status=200)
    assert other["message"]["mentions"] == [desk.admin.id]
    answer = desk.rina.patch(address, {"body": "look here", "mentions": [desk.ada.id]})
    assert refused_codes(answer) == [("mentions", "unknown")]
    desk.rina.patch(address, {"body": "look here", "mentions": []}, status=200)
    versions = desk.admin.get(f"{address}/history", status=200)["versions"]
    expected = [[desk.sam.id], [desk.sam.id], [desk.admin.id], []]
    assert [version["mentions"] for version in versions] == expected


def test_a_note_sent_again_names_the_same(desk):
    sent = {"body": "look", "is_internal": True, "client_id": "n-1", "mentions": [desk.sam.id]}
    first = desk.rina.post(f"{desk.path}/messages", sent, status=201)
    assert desk.rina.post(f"{desk.path}/messages", sent, status=200) == first
    answer = desk.rina.post(f"{desk.path}/messages", {**sent, "mentions": []})
    assert_problem(answer, 422, "idempotency_mismatch")
