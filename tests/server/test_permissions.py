# SPDX-License-Identifier: AGPL-3.0-or-later
"""I1: who may do what, as one table (tests/permissions.txt): every path and frame, every role,
one's own ticket and another's, and every permission that is missing. What has no line fails."""

import json
import re
from collections import defaultdict

import pytest

from support.hearing import heard_of, tell_everybody
from support.permissions import AGENTS, CUSTOMERS, NINE, Scene, read_lines, read_requests
from support.routes import list_frames, list_routes
from support.server import Server, copy_data

ROWS = list(read_requests())


@pytest.fixture(scope="module")
def scene(demo_data):
    """On a server of our own: rights change there."""
    house = Server("--demo")
    copy_data(demo_data, house.data)
    try:
        yield Scene(house.start())
    finally:
        house.dispose()


def test_every_path_has_a_line_and_every_line_a_path():
    paths = {(route.method, re.sub(r"\{[^}]+\}", "{}", route.path)) for route in list_routes()}
    lines = {row.shape for row in ROWS}
    assert lines == paths, "tests/permissions.txt and the server's own table differ"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_role_gets_what_the_table_says(scene, row):
    said = {(who, whose): expected for who, whose, expected in row.cases()}
    got = {case: scene.ask(row, *case) for case in said}
    assert got == said


@pytest.mark.parametrize("missing", NINE)
@pytest.mark.parametrize("who", ["agent", "customer"])
def test_without_a_permission_what_needs_it_is_forbidden(scene, who, missing):
    held = {"agent": AGENTS, "customer": CUSTOMERS}[who]
    said = [(row, row.outcomes[who][0]) for row in ROWS if missing in row.needs]
    rows = [row for row, status in said if status < 400 or status in (404, 409)]
    asked = [(row, scene.prepare(row, who, "own")) for row in rows]
    with scene.rights(who, held - {missing}):
        answers = {str(row): scene.send(row, who, *request) for row, request in asked}
    assert {name: status for name, status in answers.items() if status != 403} == {}


def by_needs():
    found = defaultdict(list)
    for row in ROWS:
        if row.needs:
            found[row.needs].append(row)
    return found.items()


@pytest.mark.parametrize("needs, rows", by_needs(), ids=lambda value: "+".join(map(str, value[:2])))
def test_with_what_it_needs_alone_an_agent_may_do_it(scene, needs, rows):
    expected = {}
    answers = {}
    asked = []
    for row in rows:
        whose = "agent" if set(needs) <= AGENTS else "admin"
        expected[str(row)] = row.outcomes[whose][0]
        asked.append((row, scene.prepare(row, "agent", "own")))
        scene.forget()
    with scene.rights("agent", needs):
        for row, request in asked:
            answers[str(row)] = scene.send(row, "agent", *request)
    assert answers == expected


FRAMES = list(read_lines("Frames"))


def test_every_frame_has_a_line():
    assert {line.name for line in FRAMES} == set(list_frames()) - {"hello"}


@pytest.mark.parametrize("line", FRAMES, ids=str)
def test_each_role_may_say_what_the_table_says(scene, line):
    said = {(who, whose): expected for who, whose, expected in line.cases()}
    got = {}
    for who, whose in said:
        got[who, whose] = scene.say(who, line.name, scene.fill(line.more, who, whose))
        scene.forget()
    assert got == said


@pytest.mark.parametrize("missing", NINE)
def test_without_a_permission_its_frames_are_refused(scene, missing):
    lines = [line for line in FRAMES if missing in line.needs]
    asked = [(line, scene.fill(line.more, "agent", "own")) for line in lines]
    with scene.rights("agent", AGENTS - {missing}):
        answers = {str(line): scene.say("agent", line.name, said) for line, said in asked}
    assert {name: code for name, code in answers.items() if code != "forbidden"} == {}


def update(scene, ticket):
    scene.admin.patch(f"/tickets/{ticket}", {"subject": "Another"}, status=200)


def write(scene, ticket, **fields):
    fields = {"body": "hello", **fields}
    scene.colleague.post(f"/tickets/{ticket}/messages", fields, status=201)


def show(scene, ticket, kind):
    with scene.colleague.live() as socket:
        socket.send(kind, ticket=ticket, on=True)
        socket.sync()


MAKERS = {
    "ticket.updated": update,
    "ticket.read": lambda scene, ticket: scene.colleague.post(
        f"/tickets/{ticket}/read", {"seq": 1}, status=204
    ),
    "ticket.deleted": lambda scene, ticket: scene.admin.delete(f"/tickets/{ticket}", status=204),
    "message.created": write,
    "note": lambda scene, ticket: write(scene, ticket, is_internal=True),
    "typing": lambda scene, ticket: show(scene, ticket, "typing"),
    "viewing": lambda scene, ticket: show(scene, ticket, "viewing"),
}


@pytest.mark.parametrize("line", read_lines("Heard"), ids=str)
def test_each_role_hears_what_the_table_says(scene, line):
    said = {(who, whose): expected for who, whose, expected in line.cases()}
    got = {}
    kind = {"note": "message.created"}.get(line.name, line.name)
    for who, whose in said:
        ticket = scene.make("ticket", who, whose)
        topics = json.loads(line.more.replace("<ticket>", str(ticket)))
        with scene.people[who].live(topics=topics) as socket:
            MAKERS[line.name](scene, ticket)
            tell_everybody(scene.admin, socket)
            got[who, whose] = "yes" if kind in heard_of(socket, ticket) else "no"
        scene.forget()
    assert got == said
