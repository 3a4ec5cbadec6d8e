# SPDX-License-Identifier: AGPL-3.0-or-later
"""T4, T3: files on messages: sent before, held by one message, read by those who may read it."""

import re

import pytest

from support.api import assert_problem
from support.files import png, read, send, text, upload
from support.naughty import NAUGHTY
from support.wait import wait_until


@pytest.fixture
def chat(server):
    """A visitor with a chat, and its agent and admin."""
    ada = server.visitor(name="Ada")
    ada.agent, ada.admin = server.login("agent1@example.com"), server.login("admin@example.com")
    ada.eve = server.visitor(name="Eve")
    ada.ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    ada.path = f"/tickets/{ada.ticket}/messages"
    return ada


def say(person, path, *attachments, **fields):
    ids = [one["id"] for one in attachments]
    return person.post(path, {"attachments": ids, **fields}, status=201)["message"]


def fields_of(answer):
    return [
        (e["field"], e["code"]) for e in assert_problem(answer, 422, "validation_failed")["errors"]
    ]


def without_time(attachment):
    return {name: value for name, value in attachment.items() if name != "created_at"}


# Sending


def test_a_file_is_sent_held_by_a_message_and_read_by_both_sides(chat):
    content = text()
    sent = upload(chat, content, "words.txt")
    assert sent["name"] == "words.txt" and sent["type"] == "text/plain"
    assert sent["size"] == len(content) and sent["state"] == "ready"
    assert (sent["width"], sent["height"], sent["thumbnail"]) == (None, None, False)
    message = say(chat, chat.path, sent, body="Look at **this**")
    assert message["type"] == "file" and message["attachments"] == [without_time(sent)]
    for person in (chat, chat.agent):
        answer = read(person, sent)
        assert answer.content == content
        shown = person.get(chat.path, status=200)["messages"][0]
        assert shown["attachments"] == [without_time(sent)]
        assert person.get(f"/attachments/{sent['id']}", status=200)["attachment"] == sent


def test_a_picture_has_a_size_and_a_thumbnail_and_makes_an_image_message(chat):
    sent = upload(chat, png(900, 600), "photo.png", kind="image/png")
    assert (sent["type"], sent["width"], sent["height"]) == ("image/png", 900, 600)
    assert sent["thumbnail"]
    message = say(chat, chat.path, sent)
    assert (message["type"], message["body"], message["spans"]) == ("image", "", [])
    small = read(chat.agent, sent, "thumbnail")
    assert small.headers["Content-Type"] == "image/jpeg"
    assert small.content.startswith(b"\xff\xd8") and len(small.content) < 20_000
    assert small.headers["Content-Disposition"].startswith("inline")


def test_pictures_and_other_files_together_are_files(chat):
    files = [upload(chat, png(), "a.png"), upload(chat, name="b.txt")]
    message = say(chat, chat.path, *files, type="image")
    assert message["type"] == "file"
    assert [one["name"] for one in message["attachments"]] == ["a.png", "b.txt"]


def test_a_body_can_be_the_file_itself(chat):
    content = text()
    answer = chat.http.post(
        f"{chat.url}/api/v1/attachments?name=raw%20words.txt",
        data=content,
        headers={"Content-Type": "text/plain"},
        timeout=60,
    )
    sent = answer.json()["attachment"]
    assert (answer.status_code, sent["name"], sent["size"]) == (201, "raw words.txt", len(content))
    assert read(chat, sent).content == content


def test_the_content_says_what_a_file_is_not_its_sender(chat):
    sent = upload(chat, png(), "invoice.pdf", kind="application/pdf")
    assert sent["type"] == "image/png"
    answer = send(chat, b"MZ" + bytes(2000), "photo.png", kind="image/png")
    assert assert_problem(answer, 415, "file_type_refused")["detail"].startswith("“photo.png”")


def test_an_empty_file_and_a_form_without_one_are_refused(chat):
    assert fields_of(send(chat, b"", "nothing.txt")) == [("file", "too_short")]
    answer = chat.http.post(
        f"{chat.url}/api/v1/attachments", files={"other": ("a.txt", b"hello")}, timeout=60
    )
    assert fields_of(answer) == [("file", "required")]


def test_a_message_without_words_is_called_by_its_file_in_lists(chat):
    say(chat, chat.path, upload(chat, png(), "torn page.png"))
    ticket = chat.agent.get(f"/tickets/{chat.ticket}", status=200)["ticket"]
    assert ticket["subject"] == "torn page.png"
    assert ticket["last_message"]["preview"] == "torn page.png"


def test_a_message_has_words_or_files(chat):
    assert fields_of(chat.post(chat.path, {"body": ""})) == [("body", "too_short")]
    assert fields_of(chat.post(chat.path, {"attachments": []})) == [("body", "required")]
    message = say(chat, chat.path, upload(chat), body="   ")
    assert message["body"] == ""


def test_at_most_ten_files_stand_in_a_message(chat):
    files = [upload(chat, name=f"{n}.txt") for n in range(11)]
    answer = chat.post(chat.path, {"attachments": [one["id"] for one in files]})
    assert fields_of(answer) == [("attachments", "too_long")]
    assert len(say(chat, chat.path, *files[:10])["attachments"]) == 10


def test_a_ticket_begins_with_files(server):
    ada = server.visitor(name="Ada")
    sent = upload(ada)
    ticket = ada.post(
        "/tickets",
        {"channel": "portal", "description": "It came torn", "attachments": [sent["id"]]},
        status=201,
    )["ticket"]
    first = ada.get(f"/tickets/{ticket['id']}/messages", status=200)["messages"][0]
    assert first["attachments"] == [without_time(sent)] and first["type"] == "file"
    again = ada.post(
        "/tickets", {"channel": "portal", "description": "x", "attachments": [sent["id"]]}
    )
    assert fields_of(again) == [("attachments", "unknown")]


def test_a_message_over_the_socket_holds_files_too(chat):
    sent = upload(chat)
    with chat.live() as live, chat.agent.live() as heard:
        live.send("message", client_id="one", ticket=chat.ticket, attachments=[sent["id"]])
        live.expect("ack")
        event = heard.expect("message.created", ticket=chat.ticket)
        assert event["data"]["message"]["attachments"] == [without_time(sent)]
        live.send("message", client_id="two", ticket=chat.ticket, attachments=[sent["id"]])
        assert live.expect("refused")["errors"][0]["field"] == "attachments"


# Whose a file is


def test_a_file_belongs_to_one_message_and_to_its_uploader(chat):
    sent = upload(chat)
    say(chat, chat.path, sent)
    foreign = upload(chat.agent)
    for id in (sent["id"], foreign["id"], 2**40):
        answer = chat.post(chat.path, {"body": "hello", "attachments": [id]})
        assert fields_of(answer) == [("attachments", "unknown")]


def test_sending_a_message_again_is_the_same_message(chat):
    sent = upload(chat)
    said = {"attachments": [sent["id"]], "client_id": "once"}
    first = chat.post(chat.path, said, status=201)
    assert chat.post(chat.path, said, status=200) == first
    other = chat.post(chat.path, {**said, "attachments": [upload(chat)["id"]]})
    assert_problem(other, 422, "idempotency_mismatch")


def test_sending_a_file_again_under_its_key_is_the_same_file(chat):
    first = upload(chat, text(), key="once")
    again = send(chat, text(), key="once")
    assert (again.status_code, again.json()["attachment"]) == (200, first)
    assert_problem(send(chat, text("Other words.\n"), key="once"), 422, "idempotency_mismatch")
    assert send(chat.eve, text(), key="once").status_code == 201


def test_a_draft_stays_one_when_its_file_is_not_there(chat):
    assert chat.post(chat.path, {"attachments": [2**40]}).status_code == 422
    assert chat.agent.get(f"/tickets/{chat.ticket}").status_code == 404


def test_only_its_uploader_reads_a_file_that_no_message_has(chat):
    sent = upload(chat)
    assert read(chat, sent).status_code == 200
    for person in (chat.agent, chat.admin, chat.eve):
        assert_problem(read(person, sent), 404, "not_found")
        assert_problem(person.get(f"/attachments/{sent['id']}"), 404, "not_found")


def test_other_customers_and_nobody_read_no_file(chat, server):
    sent = upload(chat, png(400, 400), "a.png")
    say(chat, chat.path, sent)
    for what in ("content", "thumbnail"):
        assert_problem(read(chat.eve, sent, what), 404, "not_found")
        assert_problem(read(server.anonymous(), sent, what), 401, "unauthenticated")
    assert_problem(chat.eve.post(f"/attachments/{sent['id']}/link"), 404, "not_found")


def test_the_file_of_a_note_is_for_staff_only(chat):
    say(chat, chat.path, upload(chat), body="hello")
    secret = upload(chat.agent, png(400, 400), "secret.png")
    note = say(chat.agent, chat.path, secret, body="psst", is_internal=True)
    assert note["attachments"][0]["name"] == "secret.png"
    assert read(chat.admin, secret).status_code == 200
    for path in ("", "/content", "/thumbnail"):
        assert_problem(chat.get(f"/attachments/{secret['id']}{path}"), 404, "not_found")
    assert "secret.png" not in chat.get(chat.path).text
    link = chat.agent.post(f"/attachments/{secret['id']}/link", status=200)["url"]
    forged = re.sub(r"reader=\d+", f"reader={chat.id}", link)
    assert_problem(chat.http.get(chat.url + forged, timeout=60), 403, "forbidden")


def test_taking_a_message_back_takes_its_files_out_of_sight(chat):
    sent = upload(chat)
    link = chat.post(f"/attachments/{sent['id']}/link", status=200)["url"]
    message = say(chat, chat.path, sent, body="oops")
    with chat.agent.live() as live:
        gone = chat.delete(f"/messages/{message['id']}", status=200)["message"]
        heard = live.expect("message.updated", ticket=chat.ticket)["data"]["message"]
    assert gone["attachments"] == heard["attachments"] == []
    assert_problem(read(chat, sent), 404, "not_found")
    assert chat.http.get(chat.url + link, timeout=60).status_code == 404, "an old link neither"
    versions = chat.agent.get(f"/messages/{message['id']}/history", status=200)["versions"]
    assert [len(one["attachments"]) for one in versions] == [1, 0]
    assert read(chat.agent, sent).status_code == 200, "staff can still look what it was"


def test_an_edit_keeps_the_files(chat):
    sent = upload(chat)
    message = say(chat, chat.path, sent, body="frist")
    edited = chat.patch(f"/messages/{message['id']}", {"body": "first"}, status=200)["message"]
    assert edited["attachments"] == [without_time(sent)] and edited["type"] == "file"


def test_a_merge_takes_the_files_along_and_back(chat, server):
    sent = upload(chat)
    say(chat, chat.path, sent, body="one")
    other = chat.post("/tickets", {"channel": "portal", "description": "two"}, status=201)["ticket"]
    chat.agent.post(f"/tickets/{other['id']}/merge", {"source": chat.ticket}, status=200)
    page = chat.get(f"/tickets/{other['id']}/messages", status=200)["messages"]
    assert page[-1]["attachments"] == [without_time(sent)]
    chat.agent.post(f"/tickets/{other['id']}/unmerge", {"source": chat.ticket}, status=200)
    wait_until(
        lambda: server.sql("SELECT loose_since FROM attachment WHERE id = %s", sent["id"])[0][0]
        is None,
        30,
        "the file to be known as held",
    )
    assert read(chat, sent).status_code == 200


def test_snapshot_and_events_agree_about_files(chat):
    with chat.agent.live() as live:
        message = say(chat, chat.path, upload(chat, png(50, 50), "a.png"), body="look")
        told = live.expect("message.created", ticket=chat.ticket)["data"]["message"]
    fresh = chat.agent.get(chat.path, status=200)["messages"][0]
    assert {**told, "seq": fresh["seq"]} == fresh
    assert message == chat.get(chat.path, status=200)["messages"][0]


# Reading


def test_a_part_of_a_file_can_be_read(chat):
    content = bytes(range(32, 127)) * 40_000
    sent = upload(chat, content, "long.txt")
    size = len(content)
    whole = read(chat, sent)
    tag = whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes" and whole.content == content
    for asked, start, end in [
        ("bytes=0-0", 0, 1),
        ("bytes=1048570-1048590", 1048570, 1048591),
        ("bytes=3000000-", 3000000, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=5-{2**62}", 5, size),
    ]:
        part = read(chat, sent, headers={"Range": asked, "If-Range": tag})
        assert part.status_code == 206 and part.content == content[start:end]
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
    beyond = read(chat, sent, headers={"Range": f"bytes={size}-"})
    assert_problem(beyond, 416, "range_not_satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{size}"
    for asked in ("bytes=1-2,4-5", "lines=1-2", "bytes=9-1", "bytes=-", "bytes=x-"):
        assert read(chat, sent, headers={"Range": asked}).status_code == 200
    changed = read(chat, sent, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (changed.status_code, len(changed.content)) == (200, size)


def test_a_file_that_is_known_is_not_sent_again(chat):
    sent = upload(chat)
    tag = read(chat, sent).headers["ETag"]
    again = read(chat, sent, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    head = chat.request("HEAD", f"/attachments/{sent['id']}/content")
    assert head.headers["Content-Length"] == str(sent["size"]) and head.content == b""


def test_files_can_do_nothing_in_a_browser(chat):
    for content, name, shown in [
        (png(), "a.png", "inline"),
        (b"<html><script>alert(1)</script></html>" * 9, "page.txt", "attachment"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "a.svg", "attachment"),
    ]:
        answer = send(chat, content, name)
        if answer.status_code == 415:
            continue
        said = read(chat, answer.json()["attachment"]).headers
        assert said["Content-Disposition"].startswith(shown)
        assert said["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in said["Content-Security-Policy"]
        assert "private" in said["Cache-Control"]


def test_a_link_opens_a_file_without_signing_in_for_some_minutes(chat, server):
    sent = upload(chat, png(400, 300), "a.png")
    say(chat, chat.path, sent)
    link = chat.post(f"/attachments/{sent['id']}/link", status=200)
    nobody = server.anonymous().http
    for name in ("url", "thumbnail_url"):
        assert nobody.get(server.url + link[name], timeout=60).status_code == 200
    for wrong in (
        link["url"][:-1] + ("0" if link["url"][-1] != "0" else "1"),
        re.sub(r"expires=\d+", "expires=9999999999", link["url"]),
        link["url"].replace("content", "thumbnail"),
        re.sub(r"reader=\d+", "reader=1", link["url"]),
        re.sub(r"expires=\d+", "expires=1", link["url"]),
        link["url"].split("&signature")[0] + "&signature=",
    ):
        assert nobody.get(server.url + wrong, timeout=60).status_code == 403, wrong
    assert upload(chat)["thumbnail"] is False
    other = chat.post(f"/attachments/{upload(chat)['id']}/link", status=200)
    assert other["thumbnail_url"] is None


def test_a_link_ends_with_the_rights_of_who_made_it(chat, server):
    eve = chat.eve
    sent = upload(eve)
    link = eve.post(f"/attachments/{sent['id']}/link", status=200)["url"]
    assert eve.http.get(server.url + link, timeout=60).status_code == 200
    server.sql("UPDATE app_user SET is_active = false WHERE id = %s", eve.id)
    assert server.anonymous().http.get(server.url + link, timeout=60).status_code == 404


# Names


def disposition(person, attachment):
    return read(person, attachment).headers["Content-Disposition"]


@pytest.mark.parametrize(
    "sent, kept",
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("/", "file"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("a\tb.txt", "a b.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("CON<>:|?*.txt", "CON______.txt"),
        ("চিঠি ২.txt", "চিঠি ২.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_names_are_safe_on_every_disk(chat, sent, kept):
    answer = chat.http.post(
        f"{chat.url}/api/v1/attachments", params={"name": sent}, data=text(), timeout=60
    )
    assert answer.json()["attachment"]["name"] == kept


def test_no_name_gets_into_the_headers(chat):
    for name in (
        'a"; x=y.txt',
        "a\r\nSet-Cookie: x=y\r\n\r\n.txt",
        "a\0b.txt",
        "%0d%0aX: y",
        "ü;.txt",
    ):
        answer = chat.http.post(
            f"{chat.url}/api/v1/attachments", params={"name": name}, data=text(), timeout=60
        )
        if answer.status_code == 400:
            continue  # U+0000 stands in no address
        answer = read(chat, answer.json()["attachment"])
        assert "Set-Cookie" not in answer.headers and "X" not in answer.headers
        said = answer.headers["Content-Disposition"]
        assert re.fullmatch(
            r"attachment; filename=\"[ !#-$&-:<-\[\]-~]*\"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*",
            said,
        ), said


def test_any_text_is_a_name(chat):
    for name in NAUGHTY:
        answer = chat.http.post(
            f"{chat.url}/api/v1/attachments", params={"name": name}, data=text(), timeout=60
        )
        assert answer.status_code in (201, 400, 409), f"{name!r}: {answer.text}"
        if answer.status_code == 409:
            break
        if answer.status_code == 201:
            sent = answer.json()["attachment"]
            assert sent["name"].strip() and "/" not in sent["name"]
            assert read(chat, sent).status_code == 200
            chat.delete(f"/attachments/{sent['id']}", status=204)


# Limits and settings


def test_admins_decide_how_large_and_of_which_kinds_files_are(fresh_server):
    admin, ada = fresh_server.login("admin@example.com"), fresh_server.visitor(name="Ada")
    agent = fresh_server.login("agent1@example.com")
    before = admin.get("/settings/attachments", status=200)
    assert before["max_file_size_mb"] == 5 and before["when_scanner_down"] == "hold"
    changed = {"max_file_size_mb": 1, "allowed_types": ["image/*", "application/pdf"]}
    after = admin.patch("/settings/attachments", changed, status=200)
    assert after == {**before, **changed}
    assert_problem(send(ada, text()), 415, "file_type_refused")
    assert send(ada, png()).status_code == 201
    large = png(30, 30) + bytes(1024 * 1024)
    refused = assert_problem(send(ada, large, "large.png"), 413, "file_too_large")
    assert "1 MB" in refused["detail"] and refused["limit"] == 1024 * 1024
    assert send(agent, large, "large.png").status_code == 201, "staff may send more"
    for wrong, code in [
        ({"max_file_size_mb": 0}, "out_of_range"),
        ({"max_file_size_staff_mb": 4096}, "out_of_range"),
        ({"allowed_types": ["png"]}, "bad_format"),
        ({"allowed_types": []}, "too_short"),
        ({"when_scanner_down": "ask"}, "not_allowed"),
    ]:
        assert fields_of(admin.patch("/settings/attachments", wrong)) == [(*wrong, code)]
    for person in (agent, ada):
        assert person.get("/settings/attachments").status_code == 403


def test_a_file_just_within_the_limit_is_taken(chat):
    most = 5 * 1024 * 1024
    content = b"a" * most
    assert upload(chat, content, "most.txt")["size"] == most
    problem = assert_problem(send(chat, content + b"a", "more.txt"), 413, "file_too_large")
    assert problem["detail"].startswith("“more.txt” is larger than 5 MB")


def test_files_are_counted_by_the_minute(make_server):
    server = make_server("--demo", environment={"DESKBELL_RATE_LIMIT": "on"}).start()
    ada = server.visitor(name="Ada")
    # Thirty at once, then one in two seconds: on a slow machine some come back meanwhile.
    taken = 0
    while taken < 90 and send(ada, text()).status_code == 201:
        taken += 1
    assert 30 <= taken < 90


# What goes


def test_a_file_can_be_taken_back_before_it_is_sent(chat):
    sent = upload(chat)
    assert_problem(chat.eve.delete(f"/attachments/{sent['id']}"), 404, "not_found")
    chat.delete(f"/attachments/{sent['id']}", status=204)
    assert_problem(read(chat, sent), 404, "not_found")
    used = upload(chat)
    say(chat, chat.path, used)
    assert_problem(chat.delete(f"/attachments/{used['id']}"), 404, "not_found")


def objects(server):
    """How many stored objects there are on the disk."""
    return sum(1 for path in (server.data / "attachments").rglob("*") if path.is_file())


def test_what_no_message_took_within_a_day_goes_with_its_bytes(fresh_server):
    ada = fresh_server.visitor(name="Ada")
    forgotten, fresh = upload(ada, png(400, 400), "a.png"), upload(ada)
    used = upload(ada)
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    say(ada, f"/tickets/{ticket}/messages", used)
    assert objects(fresh_server) == 4
    fresh_server.sql(
        "UPDATE attachment SET loose_since = loose_since - interval '25 hours' WHERE id = %s",
        forgotten["id"],
    )
    wait_until(lambda: objects(fresh_server) == 2, 30, "two objects to go")
    rows = "SELECT count(*) FROM attachment_file"
    wait_until(lambda: fresh_server.sql(rows) == [(2,)], 30, "what is known of them to go")
    assert read(ada, forgotten).status_code == 404
    assert read(ada, fresh).status_code == read(ada, used).status_code == 200


def test_what_a_crash_left_half_stored_goes_too(fresh_server):
    fresh_server.sql(
        "INSERT INTO attachment_file (object, since) VALUES (%s, now() - interval '2 days')",
        "x" * 32,
    )
    left = "SELECT count(*) FROM attachment_file"
    wait_until(lambda: fresh_server.sql(left) == [(0,)], 30, "it to go")


def test_a_purged_ticket_takes_its_files_along(fresh_server):
    ada, admin = fresh_server.visitor(name="Ada"), fresh_server.login("admin@example.com")
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    say(ada, f"/tickets/{ticket}/messages", upload(ada), body="one")
    back = say(ada, f"/tickets/{ticket}/messages", upload(ada), body="two")
    ada.delete(f"/messages/{back['id']}", status=200)
    assert objects(fresh_server) == 2
    admin.delete(f"/tickets/{ticket}", status=204)
    fresh_server.sql(
        "UPDATE ticket SET deleted_at = now() - interval '400 days' WHERE id = %s", ticket
    )
    wait_until(lambda: objects(fresh_server) == 0, 60, "the files of the purged ticket to go")
    assert fresh_server.sql("SELECT count(*) FROM attachment") == [(0,)]


def test_a_file_is_not_readable_on_the_disk(fresh_server):
    ada = fresh_server.visitor(name="Ada")
    upload(ada, text("marmaladefjord "))
    for path in fresh_server.data.rglob("*"):
        if path.is_file() and "db" not in path.relative_to(fresh_server.data).parts:
            assert b"marmaladefjord" not in path.read_bytes(), path
