# SPDX-License-Identifier: AGPL-3.0-or-later
"""Event consumers (O2, the base of search and notices): every event exactly once, in order,
whatever the order of commits and however small the steps."""

import psycopg2
import pytest


@pytest.fixture
def connect(server):
    made = []

    def make():
        made.append(psycopg2.connect(server.database_url))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def take(connection, consumer, most=100):
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT data->>'n' FROM event_take(%s, %s) WHERE kind = 'test'", (consumer, most)
        )
        return [int(n) for (n,) in cursor.fetchall()]


def append(cursor, n):
    cursor.execute(
        "INSERT INTO event (kind, audience, data)"
        " VALUES ('test', 'server', json_build_object('n', %s))",
        (n,),
    )


def test_a_new_consumer_begins_at_this_moment(connect):
    writer, reader = connect(), connect()
    with writer, writer.cursor() as cursor:
        append(cursor, 1)
    assert take(reader, "beginner") == []
    with writer, writer.cursor() as cursor:
        append(cursor, 2)
    assert take(reader, "beginner") == [2]
    assert take(reader, "beginner") == []


def test_what_commits_late_is_neither_missed_nor_doubled(connect):
    slow, quick, reader = connect(), connect(), connect()
    take(reader, "late")
    with slow.cursor() as cursor:
        append(cursor, 1)
        with quick, quick.cursor() as other:
            append(other, 2)
        assert take(reader, "late") == [2]
        slow.commit()
    assert take(reader, "late") == [1]
    assert take(reader, "late") == []


def test_a_long_stretch_is_taken_in_steps(connect):
    writer, reader = connect(), connect()
    take(reader, "steps")
    with writer, writer.cursor() as cursor:
        for n in range(25):
            append(cursor, n)
    taken = []
    for n in range(8):
        taken += take(reader, "steps", most=10)
        with writer, writer.cursor() as cursor:
            append(cursor, 100 + n)
    taken += take(reader, "steps")
    assert taken == list(range(25)) + list(range(100, 108))


def test_a_step_that_is_rolled_back_is_taken_again(connect):
    writer, reader = connect(), connect()
    take(reader, "crash")
    with writer, writer.cursor() as cursor:
        append(cursor, 7)
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event_take('crash', 10) WHERE kind = 'test'")
        assert cursor.fetchone() == (1,)
        reader.rollback()
    assert take(reader, "crash") == [7]
