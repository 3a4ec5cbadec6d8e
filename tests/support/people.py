# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts of a test's own, with passwords that are checked in no time."""

import uuid

from support.server import PASSWORD, QUICK_HASH


def make_agent(server, role="agent", name="Rina Das"):
    """The address of a new account whose password is PASSWORD. It is made in the database: the
    command that makes accounts hashes for real, and has tests of its own."""
    address = f"rina-{uuid.uuid4().hex[:12]}@example.com"
    server.sql("SELECT account_create(%s, %s, %s, %s)", role, name, address, QUICK_HASH)
    return address


def login(server, address, password=PASSWORD, **options):
    """The answer to POST /auth/login as it came; options are those of requests."""
    body = {"email": address, "password": password}
    return server.anonymous().post("/auth/login", body, **options)
