# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server whose clock leaps: real code, real statements, and a day that takes a minute.

All that the queue knows of time it asks the database, by now() and clock_timestamp(), and a
database looks for a function where its search_path says. So a database of the bench's own has
functions of these names before PostgreSQL's: the same clock, `ahead` by an interval that the bench
enlarges whenever nothing is left to happen. Neither the server nor its schema knows of it."""

from contextlib import contextmanager

import psycopg2

from support.server import Server

# While the server dies and comes back the clock runs as the machine does, however slow that is.
GRACE_S = 600

MAKE = """
    CREATE TABLE clock (ahead interval NOT NULL);
    INSERT INTO clock VALUES (interval '0');
    CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql STABLE AS
      'SELECT pg_catalog.now() + (SELECT ahead FROM public.clock)';
    CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
      'SELECT pg_catalog.clock_timestamp() + (SELECT ahead FROM public.clock)';
    ALTER DATABASE hurried SET search_path = public, pg_catalog;"""


class HurriedServer(Server):
    """Its database is another one's, which outlives it."""

    def __init__(self, host):
        parts = dict(part.split("=", 1) for part in host.database_url.split())
        where = f"host={parts['host']}&port={parts['port']}"
        url = f"postgresql://{parts['user']}@/hurried?{where}"
        grace = str(GRACE_S)
        super().__init__(
            "--demo",
            environment={"DESKBELL_DATABASE_URL": url, "DESKBELL_GRACE_SECONDS": grace},
        )
        self._url = url

    @property
    def database_url(self):
        return self._url

    def now(self):
        """Seconds since 1970 by the leaping clock."""
        return float(self.sql("SELECT extract(epoch FROM clock_timestamp())")[0][0])

    def leap_to(self, moment):
        """Makes it that moment, unless it was already; what is due happens by itself then."""
        self.sql(
            "UPDATE clock SET ahead = ahead + interval '1 second'"
            " * greatest(%s - extract(epoch FROM clock_timestamp()), 0)",
            moment,
        )


@contextmanager
def open_hurried_shop(begins):
    """A running server for which it is `begins`, a datetime; gone with its data at the end."""
    host = Server()
    try:
        host.start()
        host.sql("CREATE DATABASE hurried TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        server = HurriedServer(host)
        with psycopg2.connect(server.database_url) as connection:
            connection.cursor().execute(MAKE)
        connection.close()
        try:
            server.leap_to(begins.timestamp())
            yield server.start()
        finally:
            server.dispose()
    finally:
        host.dispose()
