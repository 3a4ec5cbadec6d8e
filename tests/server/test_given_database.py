# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database of somebody else's must be fit for searching, or the server says so."""

import pytest

from support.server import Server


def given(fresh_server, *statements):
    """A server on another database of the same PostgreSQL, which must not start; what it says."""
    for statement in statements:
        fresh_server.sql(statement)
    lines = fresh_server.database_url.split()
    parts = dict(part.split("=", 1) for part in lines)
    url = f"postgresql://other@/other?host={parts['host']}&port={parts['port']}"
    other = Server(environment={"DESKBELL_DATABASE_URL": url})
    try:
        with pytest.raises(AssertionError) as failure:
            other.start()
        return str(failure.value)
    finally:
        other.dispose()


def test_a_database_in_the_c_locale_is_refused(fresh_server):
    said = given(
        fresh_server,
        "CREATE ROLE other LOGIN",
        "CREATE DATABASE other OWNER other TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
    )
    assert "C.UTF-8" in said


def test_a_database_without_pg_trgm_is_refused(fresh_server):
    said = given(
        fresh_server,
        "CREATE ROLE other LOGIN",
        "CREATE DATABASE other TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'",
    )
    assert "CREATE EXTENSION pg_trgm" in said
