# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server of its own for each bench, with demo data and without rate limits, and its people."""

import resource
from contextlib import contextmanager
from dataclasses import dataclass

from support.server import Server

AGENTS = 5


@dataclass
class Customer:
    """Somebody with a conversation."""

    id: int
    token: str
    ticket: int


@contextmanager
def open_shop():
    """A running server, gone with its data at the end."""
    # Idle sockets are descriptors; the server inherits our limit.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server("--demo")  # without rate limits, as every test
    try:
        yield server.start()
    finally:
        server.dispose()


def sign_in_agents(server):
    """Fresh access tokens of all demo agents."""
    return [server.login(f"agent{number}@example.com").token for number in range(1, AGENTS + 1)]


def let_in_visitors(server, count):
    """Tokens of new visitors."""
    door = server.anonymous()
    return [door.post("/visitors", {"language": "en"}).json()["token"] for _ in range(count)]


def begin_chats(server, count):
    """New visitors with a chat each, made one after another."""
    return [_begin_chat(server.visitor(name="Ada Roy")) for _ in range(count)]


def _begin_chat(visitor):
    answer = visitor.post(
        "/tickets",
        {"channel": "chat", "subject": "My order", "description": "Where is it?"},
        status=201,
    )
    return Customer(visitor.id, visitor.token, answer["ticket"]["id"])
