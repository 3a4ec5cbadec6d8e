# SPDX-License-Identifier: AGPL-3.0-or-later
"""Handing out: how fast the dispatcher empties a queue, against agents who take one each with the
same SKIP LOCKED statement by pgbench; and how soon after a place is free somebody has it, while
500 other tickets a second change. With a thousand waiting and a million, and while an old snapshot
keeps every dead entry of the index.

The file is not called queue.py, which would hide Python's own.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
from harness import pgbench, places
from harness.report import Report, interleave, percentile
from harness.shop import open_shop
from support.desk import Desk
from support.wait import wait_until

SMALL, LARGE = 1_000, 1_000_000
AGENTS, BUSY_AGENTS = 20, 5
ROUNDS = 3
SECONDS = 4
RUN = 5_000  # tickets handed out in a round
PLACES = 5
CHANGES_PER_S = 500
CHANGED = 200
FLAT = 1.5
BUDGET_MS = 20
SQL = Path(__file__).parent / "sql"


def processor_s(server):
    """Seconds that the server and its PostgreSQL have computed, ended sessions too."""
    children = Path(f"/proc/{server.postgres_pid}/task/{server.postgres_pid}/children")
    pids = [server.pid, server.postgres_pid, *children.read_text().split()]
    ticks = 0
    for pid in pids:
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            # The postmaster counts those sessions too that have ended; see proc(5).
            ended = fields[13:15] if pid == server.postgres_pid else []
            ticks += sum(map(int, [*fields[11:13], *ended]))
    return ticks / os.sysconf("SC_CLK_TCK")


class Shop:
    """A department whose agents have nothing to do yet, and its queue."""

    def __init__(self, server):
        self.server = server
        server.database.cursor().execute((SQL / "queue-shop.sql").read_text())
        self.desk = Desk(server, *[PLACES] * AGENTS)
        server.sql("UPDATE department SET is_sticky = false WHERE id = %s", self.desk.department)
        self.lane = server.sql(
            "SELECT id FROM lane WHERE department_id = %s AND channel = 'chat'",
            self.desk.department,
        )[0][0]
        self.claim = {
            "lane": self.lane,
            "first_agent": self.desk.agents[0].id,
            "agents": AGENTS,
        }
        assert self.desk.agents[-1].id == self.desk.agents[0].id + AGENTS - 1

    def waiting(self):
        return self.server.sql(
            "SELECT count(*) FROM ticket WHERE lane_id = %s AND waiting", self.lane
        )[0][0]

    def fill(self, length):
        """Lets as many wait as are missing."""
        missing = length - self.waiting()
        while missing > 0:
            self.server.sql(
                "SELECT bench.wait_more(%s, %s)", self.desk.department, min(missing, 100_000)
            )
            missing -= 100_000

    def clear_desks(self, places):
        self.server.sql("SELECT bench.clear_desks(%s, %s)", self.desk.department, places)

    def set_presence(self, state):
        self.server.sql(
            "SELECT bench.set_presence(%s, %s::presence_state)", self.desk.department, state
        )

    def hand_out(self, length):
        """Tickets that the dispatcher hands out a second when everybody comes at once, and what
        each of them cost, in milliseconds of processor."""
        run = min(RUN, length) // AGENTS * AGENTS
        self.set_presence("offline")
        self.clear_desks(run // AGENTS)
        self.fill(length)
        since = self.server.sql("SELECT clock_timestamp()")[0][0]
        spent = processor_s(self.server)
        self.set_presence("online")
        handed = "FROM ticket WHERE lane_id = %s AND handed_over_at >= %s"
        count = f"SELECT count(*) {handed}"
        wait_until(
            lambda: self.server.sql(count, self.lane, since)[0][0] >= run,
            120,
            "the queue to be handed out",
        )
        cost = (processor_s(self.server) - spent) * 1000 / run
        per_s = (
            "SELECT count(*) / extract(epoch FROM max(handed_over_at) - min(handed_over_at))"
            f" {handed}"
        )
        return float(self.server.sql(per_s, self.lane, since)[0][0]), cost

    def claim_each(self, length, script):
        """The same by claims, one at a time."""
        self.set_presence("offline")
        self.clear_desks(1000)
        self.fill(max(length, 4 * RUN))
        spent = processor_s(self.server)
        per_s = pgbench.per_second(self.server, SQL / script, self.claim, SECONDS)
        return per_s, (processor_s(self.server) - spent) * 1000 / (per_s * SECONDS)

    def fill_places(self, length):
        """A few agents are full, the others are not there; returns what each has."""
        busy = self.desk.agents[:BUSY_AGENTS]
        self.set_presence("offline")
        self.clear_desks(0)
        self.fill(length + BUSY_AGENTS * PLACES)
        self.server.sql(
            "UPDATE agent_load SET capacity = %s WHERE agent_id = ANY (%s)",
            PLACES,
            [agent.id for agent in busy],
        )
        self.set_presence("online")
        held = lambda: {agent.id: self.desk.held(agent) for agent in busy}
        wait_until(lambda: all(len(has) == PLACES for has in held().values()), 60, "full desks")
        return busy, held()

    def free_places(self, length):
        """The time in which 99 of 100 places that become free are taken, while others change, and
        that of those changes; milliseconds."""
        busy, held = self.fill_places(length)
        first = self.server.sql("SELECT bench.begin_others(%s)", CHANGED)[0][0]
        variables = {"first_ticket": first, "count": CHANGED}
        rate = (self.server, SQL / "toggle.sql", variables, SECONDS, CHANGES_PER_S, 99)
        with ThreadPoolExecutor(1) as pool:
            changes = pool.submit(pgbench.percentile_at_rate, *rate)
            took = places.measure(busy, held, SECONDS)
            return percentile(took, 99), changes.result()


@contextmanager
def old_snapshot(server):
    """Nothing that is deleted meanwhile can be cleaned away."""
    with closing(psycopg2.connect(server.database_url)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ")
        connection.cursor().execute("SELECT count(*) FROM department")
        yield


def measure_length(shop, length):
    """Each a pair of lists: handed out, claimed, the same by lean SQL, freed places."""
    rounds = interleave(
        ROUNDS,
        lambda: shop.hand_out(length),
        lambda: shop.claim_each(length, "claim.sql"),
        lambda: shop.claim_each(length, "claim-lean.sql"),
        lambda: shop.free_places(length),
    )
    return [list(zip(*pairs)) for pairs in rounds]


def report_length(report, name, handed, claimed, lean, freed):
    report.at_least(f"assignments_per_s_{name}", handed[0], claimed[0], 1.5)
    report.compare(f"assignments_per_s_to_lean_{name}", handed[0], lean[0])
    # One thread hands out and sixteen claim: beside others who compute, this is fairer.
    report.at_most(f"assignment_processor_ms_{name}", handed[1], claimed[1], 0.67)
    report.within(f"freed_to_given_p99_ms_{name}", freed[0], BUDGET_MS)
    report.note(f"change_p99_ms_{name}", freed[1])


def measure():
    report = Report("queue")
    with open_shop() as server:
        shop = Shop(server)
        few = measure_length(shop, SMALL)
        shop.fill(LARGE)
        server.sql("VACUUM ANALYZE")
        many = measure_length(shop, LARGE)
        with old_snapshot(server):
            shop.claim_each(LARGE, "claim.sql")
            old = measure_length(shop, LARGE)

    for name, figures in (("1k", few), ("1m", many), ("old_snapshot", old)):
        report_length(report, name, *figures)
    report.at_most("assignment_processor_ms_1m_to_1k", many[0][1], few[0][1], FLAT)
    report.at_most("assignment_processor_ms_old_to_1m", old[0][1], many[0][1], FLAT)
    report.at_most("freed_ms_1m_to_1k", many[3][0], few[3][0], FLAT)
    report.at_most("freed_ms_old_to_1m", old[3][0], many[3][0], FLAT)
    return report
