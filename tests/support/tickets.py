# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests about work on tickets share: looking at one, and who may do what with it."""

from support.api import assert_problem


def look(person, ticket):
    return person.get(f"/tickets/{ticket}", status=200)["ticket"]


def assert_only_staff(desk, ticket, method, path, json=None):
    """Nobody without an account may, no customer, and not even the ticket's own."""
    stranger, owner = desk.server.visitor(), desk.customers[ticket]
    assert_problem(desk.server.anonymous().request(method, path, json), 401, "unauthenticated")
    assert_problem(stranger.request(method, path, json), 403, "forbidden")
    assert_problem(owner.request(method, path, json), 403, "forbidden")


def refused_fields(answer):
    """(field, code) of every field that a 422 names."""
    assert answer.status_code == 422, answer.text
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]
