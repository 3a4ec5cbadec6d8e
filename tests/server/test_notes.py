# SPDX-License-Identifier: AGPL-3.0-or-later
"""T3: internal notes. Customers see neither a note nor a trace of one, whatever they ask: the test
walks every path and every frame that the server says it has, so that a new one is walked too."""

import itertools
import json
import re
from types import SimpleNamespace

import pytest

from support.api import assert_problem
from support.files import png, upload
from support.routes import code_of, list_frames, list_routes
from support.server import Server, copy_data
from support.wait import wait_until

# Two words that stand together in notes only. Asked for the one, no answer may hold the other.
ASKED, HIDDEN = "quokkaburrow", "marmaladefjord"
WORDS = re.compile(rf"{HIDDEN}|{ASKED}", re.IGNORECASE)
SLIP = HIDDEN.replace("l", "", 1)

# A bit of everything that a path may want; each takes what it knows.
BODY = {
    "body": "hello",
    "message": "hello",
    "content": "hello",
    "text": "hello",
    "subject": "hello",
    "description": "hello",
    "title": "hello",
    "name": "hello",
    "email": "eve@example.com",
    "status": "in_progress",
    "priority": "high",
    "seq": 1,
    "state": "online",
    "rating": 5,
    "tags": ["hello"],
    "add": ["hello"],
    "query": ASKED,
    "q": ASKED,
}
QUERIES = [
    "",
    "limit=100",
    "after=0&limit=100",
    "before=100",
    f"q={ASKED}",
    f"q={SLIP}",
    f"q={HIDDEN[:6]}",
    f"search={ASKED}",
    f"query={ASKED}",
    "types=tickets,messages,customers&q=" + ASKED,
    "deleted=true",
    "last_message_id=1",
    "include=notes&is_internal=true&internal=true",
]
# Of addresses that are pages too.
PAGE_QUERIES = ["conversation={ticket}", f"search={ASKED}"]
# What ends the walk's own session comes last.
LAST = ("/logout", "/sign-out")


@pytest.fixture(scope="module")
def house(demo_data):
    """A server of our own: the walk leaves much behind."""
    server = Server("--demo")
    copy_data(demo_data, server.data)
    yield server.start()
    server.dispose()


@pytest.fixture
def scene(house):
    """A chat whose notes hold the marker, in every form that a note can have."""
    ada, eve = house.visitor(name="Ada"), house.visitor(name="Eve")
    agent, admin = house.login("agent1@example.com"), house.login("admin@example.com")
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    path = f"/tickets/{ticket}/messages"
    sockets = [ada.live(), eve.live(topics=["tickets", f"ticket:{ticket}", "presence"])]
    heard_by_staff = agent.live()
    marker = f"{ASKED} {HIDDEN}"

    def note(body, **fields):
        sent = agent.post(path, {"body": body, "is_internal": True, **fields}, status=201)
        return sent["message"]["id"]

    first = ada.post(path, {"body": "hello"}, status=201)["message"]["id"]
    notes = [note(f"{marker} plain")]
    notes.append(note(f"@Mitali {marker}", mentions=[admin.id]))
    notes.append(note("was nothing"))
    agent.patch(f"/messages/{notes[-1]}", {"body": f"{marker} edited"}, status=200)
    notes.append(note(f"{marker} taken back"))
    agent.delete(f"/messages/{notes[-1]}", status=200)
    file = upload(agent, png(400, 300), f"{marker} file.png")["id"]
    notes.append(note("", attachments=[file]))
    answer = agent.post(path, {"body": "an answer"}, status=201)["message"]["id"]
    notes.append(note(f"# {marker}\n\n> last"))
    found = f"/search?q={ASKED}&types=messages"
    wait_until(lambda: HIDDEN in agent.get(found).text, 30, "the notes to be indexed")
    return SimpleNamespace(
        server=house,
        ada=ada,
        eve=eve,
        agent=agent,
        ticket=ticket,
        messages=[first, answer],
        notes=notes,
        file=file,
        sockets=sockets,
        heard_by_staff=heard_by_staff,
    )


def addresses(route, scene):
    """The path with every id that somebody might try in each of its places."""
    ids = [
        scene.ticket,
        scene.file,
        *scene.notes,
        scene.messages[0],
        scene.agent.id,
        scene.ada.id,
        1,
    ]
    parts = re.split(r"(\{[^}]+\})", route.path)

    def choices(part):
        if part.endswith("*}"):
            return [""]
        if part.endswith(":code}"):
            return map(code_of, ids)
        return ids if part.startswith("{") else [part]

    for chosen in itertools.product(*map(choices, parts)):
        yield "".join(str(part) for part in chosen)


def bodies(scene):
    yield {}
    yield BODY
    yield {**BODY, "ticket": scene.ticket, "source": scene.ticket, "message": scene.notes[0]}
    yield {"body": "mine", "attachments": [scene.file]}
    yield {"change": {"status": "open"}, "tickets": [scene.ticket], "reply": scene.notes[0]}


def questions(scene, route, address):
    """Everything to ask at an address: what one wants to get, with which query, and which body."""
    if route.method == "GET":
        yield from (("*/*", f"{address}?{query}", None) for query in QUERIES)
        yield from (("text/html", f"{address}?{query}", None) for query in PAGE_QUERIES)
    else:
        yield from (("*/*", address, body) for body in bodies(scene))


def walk(scene, person, routes):
    """Asks everything of the person; yields what was asked and all that came back."""
    for route in sorted(routes, key=lambda one: one.path.endswith(LAST)):
        for address in addresses(route, scene):
            for kind, url, body in questions(scene, route, address):
                answer = person.http.request(
                    route.method,
                    person.url + url.format(ticket=scene.ticket),
                    headers={"Accept": kind},
                    json=body,
                    timeout=60,
                    allow_redirects=False,
                )
                assert answer.status_code < 500, f"{route.method} {url}: {answer.text}"
                yield f"{route.method} {url} {body}", f"{answer.headers} {answer.text}"


def without_what_was_asked(said):
    """An answer may repeat the question."""
    return said.replace(ASKED, "").replace(SLIP, "")


@pytest.mark.parametrize("who", ["ada", "eve", "nobody"])
def test_no_path_shows_a_customer_a_note(scene, who):
    person = scene.server.anonymous() if who == "nobody" else getattr(scene, who)
    routes = list_routes()
    assert len(routes) > 30
    found = [
        asked
        for asked, said in walk(scene, person, routes)
        if HIDDEN in without_what_was_asked(said).lower()
    ]
    assert not found, f"the note shows in: {found}"


def test_the_walk_finds_notes_where_staff_see_them(scene):
    """Else it would prove nothing."""
    roots = ("/api/v1/", "/customerservices/", "/support/")
    reading = [one for one in list_routes() if one.method == "GET" and one.path.startswith(roots)]
    found = {
        asked.split("?")[0]
        for asked, said in walk(scene, scene.agent, reading)
        if HIDDEN in without_what_was_asked(said).lower()
    }
    ticket = f"GET /api/v1/tickets/{scene.ticket}"
    expected = {ticket, f"{ticket}/messages", "GET /api/v1/search"}
    expected |= {f"GET /api/v1/messages/{note}/history" for note in scene.notes}
    expected.add(f"GET /api/v1/attachments/{scene.file}")
    desk = "GET /customerservices"
    expected |= {f"{desk}/tickets/{scene.ticket}", f"{desk}/chat/{scene.ticket}/messages"}
    assert expected <= found, f"only in {found}"
    assert not [one for one in found if one.startswith("GET /support/")], "the shop's chat has none"


def test_no_frame_brings_a_customer_a_note(scene):
    ada, eve = scene.sockets
    start = ada.welcome["cursor"]
    for live, person in ((ada, scene.ada), (eve, scene.eve)):
        for kind in list_frames():
            if kind in ("hello", "auth"):
                continue
            for number in (scene.ticket, scene.file, *scene.notes):
                said = {
                    **BODY,
                    "attachments": [scene.file],
                    "ticket": number,
                    "message": number,
                    "on": True,
                    "seq": 100,
                }
                live.send(kind, **said, client_id=f"{kind}-{number}", topics=[f"ticket:{number}"])
        live.sync()
    # All that was ever said, once more to those who come back.
    again = [scene.ada.live(resume=start), scene.eve.live(resume=start)]
    for live in (*scene.sockets, *again):
        live.sync()
        said = json.dumps(live.frames)
        assert not WORDS.search(said), said
        assert '"staff"' not in said and '"is_internal": true' not in said
    scene.heard_by_staff.sync()
    told = scene.heard_by_staff.heard("message.created") + scene.heard_by_staff.heard(
        "message.updated"
    )
    assert len([frame for frame in told if HIDDEN in json.dumps(frame)]) == 6, "staff hear them all"


def test_notes_leave_no_gap_in_what_a_customer_counts(scene):
    page = scene.ada.get(f"/tickets/{scene.ticket}/messages", status=200)
    assert [m["seq"] for m in page["messages"]] == list(range(1, page["last_seq"] + 1))
    assert page["last_seq"] < scene.agent.get(f"/tickets/{scene.ticket}", status=200)["last_seq"]


def test_notes_move_nothing_that_a_customer_sees(scene):
    path = f"/tickets/{scene.ticket}"
    before = scene.ada.get(path, status=200)
    scene.agent.post(f"{path}/messages", {"body": "one more", "is_internal": True}, status=201)
    assert scene.ada.get(path, status=200) == before


def test_what_a_note_is_and_what_is_not_there_look_the_same(scene):
    missing = 2**62
    for method, body in (("patch", {"body": "mine now"}), ("delete", None)):
        answers = [
            getattr(scene.ada, method)(f"/messages/{id}", **({"json": body} if body else {}))
            for id in (scene.notes[0], missing)
        ]
        problems = [assert_problem(answer, 404, "not_found") for answer in answers]
        assert problems[0]["detail"] == problems[1]["detail"]


@pytest.mark.parametrize("value", [1, "true", [], {}])
def test_whether_it_is_a_note_is_said_by_true_or_false(scene, value):
    answer = scene.agent.post(
        f"/tickets/{scene.ticket}/messages", {"body": "psst", "is_internal": value}
    )
    problem = assert_problem(answer, 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("is_internal", "wrong_type")]
