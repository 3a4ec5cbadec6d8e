# SPDX-License-Identifier: AGPL-3.0-or-later
"""The day itself: what happens when, and after each of it a look at whether the queue is right. A
moment is over when nobody waits for whom somebody is free; then the clock leaps to the next."""

import heapq
import time
from contextlib import suppress
from itertools import count

from harness.hurried import GRACE_S

from support.desk import Desk
from support.wait import wait_until

PINGS_EVERY_S = 10  # of the machine's clock, by which a silent socket is closed
ANSWERS_AFTER_S = 20
GOES_ON_AFTER_S = 8 * 60  # after the reminder to who is silent, before anything ends

# Whether somebody waits for whom an agent is free, and how many agents have more than they may, or
# another number than is written down.
LOOK = """
    SELECT EXISTS (
             SELECT FROM ticket t
             JOIN department d ON d.id = t.department_id AND department_hands_out(d)
             JOIN lane_agent m ON m.lane_id = t.lane_id
             JOIN agent_present p ON p.user_id = m.agent_id
             JOIN agent_load w ON w.agent_id = p.user_id AND w.channel = m.channel
             WHERE t.waiting AND t.department_id = %(department)s AND w.load < w.capacity),
           (SELECT count(*) FROM agent_load w
            WHERE w.agent_id = ANY (%(agents)s)
              AND (w.load > w.capacity OR w.load <> (
                SELECT count(*) FROM ticket t WHERE t.assigned_to = w.agent_id
                AND t.channel = w.channel AND ticket_is_load(t))))"""

GIVEN = """
    SELECT id, assigned_to, extract(epoch FROM handed_over_at)::float8,
           extract(epoch FROM waiting_since)::float8
    FROM ticket WHERE department_id = %s AND status = 'assigned' ORDER BY id"""

# Who was passed over: an older rank that waited when one of these was handed over, and waits on, or
# was handed over later.
PASSED = """
    SELECT count(*)
    FROM ticket t JOIN ticket w ON w.lane_id = t.lane_id AND (w.rank_at, w.id) < (t.rank_at, t.id)
    WHERE t.id = ANY (%s) AND w.waiting_since < t.handed_over_at
      AND (w.waiting OR w.handed_over_at > t.handed_over_at)"""

CONNECTED = "SELECT 1 FROM presence_lease WHERE agent_id = %s AND expires_at = 'infinity'"

UNFINISHED = """
    SELECT count(*) FROM ticket WHERE department_id = %s AND status NOT IN ('resolved', 'closed')"""


class Shift:
    """agents agents with `places` each, and the customers of a crowd."""

    def __init__(self, server, crowd, midnight, agents, places):
        self.server = server
        self.midnight = midnight
        self.desk = Desk(server, *[places] * agents)
        self.places = places
        self.sockets = {}
        self.crowd = {}
        self.held = {}  # ticket → its agent
        self.given = []  # (ticket, seconds waited, when)
        self.gave_up = []
        self.served = set()
        self.left = None  # how many tickets were in anybody's hands, or nobody's, at the end
        self.is_open = False
        self.busy_s = self.staffed_s = 0.0
        self.wrong_loads = self.passed_over = 0
        self._numbers = count()
        self._plan = []
        self._last = midnight
        self._pinged = time.monotonic()
        for customer in crowd:
            self.at(customer.comes, self.let_come, customer)

    def at(self, seconds, step, *values):
        """Plans a step for so many seconds after midnight."""
        heapq.heappush(self._plan, (seconds, next(self._numbers), step, values))

    def after(self, seconds, step, *values):
        self.at(self.server.now() - self.midnight + seconds, step, *values)

    def run(self):
        while self._plan:
            seconds, _, step, values = heapq.heappop(self._plan)
            self._account(self.midnight + seconds)
            self.server.leap_to(self.midnight + seconds)
            step(*values)
            self.settle()
            self._ping()
        self.left = self.server.sql(UNFINISHED, self.desk.department)[0][0]

    def _ping(self):
        if time.monotonic() - self._pinged > PINGS_EVERY_S:
            self._pinged = time.monotonic()
            for socket in self.sockets.values():
                socket.send("ping")

    def _account(self, until):
        """Adds up how long places were in use, and were there, while it was open."""
        span = max(until - self._last, 0) if self.is_open else 0
        self._last = max(until, self._last)
        self.busy_s += span * sum(agent in self.sockets for agent in self.held.values())
        self.staffed_s += span * self.places * len(self.sockets)

    # What the server made of it

    def look(self):
        values = {
            "department": self.desk.department,
            "agents": [agent.id for agent in self.desk.agents],
        }
        with self.server.database.cursor() as cursor:
            cursor.execute(LOOK, values)
            somebody_is_free, wrong = cursor.fetchone()
        self.wrong_loads += wrong
        return not somebody_is_free

    def settle(self):
        wait_until(self.look, 20, self.desk.describe, every=0.003)
        new = []
        for ticket, agent, given, since in self.server.sql(GIVEN, self.desk.department):
            if self.held.get(ticket) != agent:
                self.held[ticket] = agent
                self.given.append((ticket, given - since, given - self.midnight))
                self.after(ANSWERS_AFTER_S, self.answer, ticket, agent)
                self.after(self.crowd[ticket].handling, self.resolve, ticket, agent)
                new.append(ticket)
        if new:
            self.passed_over += self.server.sql(PASSED, new)[0][0]

    # What happens

    def let_come(self, customer):
        customer.person = self.server.visitor()
        if customer.is_vip:
            self.server.sql("UPDATE app_user SET tier = 'vip' WHERE id = %s", customer.person.id)
        customer.ticket = self.desk.chat(customer.person, priority=customer.priority)
        self.crowd[customer.ticket] = customer
        # Nobody is impatient before the desk opens.
        opens = self.server.sql(
            "SELECT extract(epoch FROM coalesce(next_open_at, now()))::float8 FROM department"
            " WHERE id = %s",
            self.desk.department,
        )[0][0]
        self.at(opens - self.midnight + customer.patience, self.give_up, customer)

    def give_up(self, customer):
        if customer.ticket in self.desk.waiting():
            path = f"/tickets/{customer.ticket}/status"
            customer.person.put(path, {"status": "closed"}, status=200)
            self.gave_up.append(customer.ticket)
            self.held.pop(customer.ticket, None)

    def _agent(self, ticket, agent_id):
        """The agent, if the ticket is still theirs."""
        if self.held.get(ticket) != agent_id or agent_id not in self.sockets:
            return None
        return next(agent for agent in self.desk.agents if agent.id == agent_id)

    def answer(self, ticket, agent_id):
        if agent := self._agent(ticket, agent_id):
            agent.post(f"/tickets/{ticket}/messages", {"body": "Let me see."}, status=201)
            self.after(GOES_ON_AFTER_S, self.go_on, ticket, agent_id)

    def go_on(self, ticket, agent_id):
        """The customer says something, which wants an answer."""
        if self._agent(ticket, agent_id):
            customer = self.crowd[ticket].person
            customer.post(f"/tickets/{ticket}/messages", {"body": "And then?"}, status=201)
            self.after(ANSWERS_AFTER_S, self.answer, ticket, agent_id)

    def resolve(self, ticket, agent_id):
        if agent := self._agent(ticket, agent_id):
            agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
            del self.held[ticket]
            self.served.add(ticket)

    def connect(self, agent):
        """Opens the agent's socket; the clock leaps no further before the server has noted it."""
        self.sockets[agent.id] = agent.live(topics=[])
        wait_until(lambda: self.server.sql(CONNECTED, agent.id), 20, "the socket to be noted")

    def begin_work(self, agent):
        self.connect(agent)
        self.choose(agent, "online")

    def choose(self, agent, state):
        agent.put("/me/presence", {"state": state}, status=200)

    def vanish(self, agent):
        """The connection is lost and does not come back in time."""
        self.sockets.pop(agent.id).drop()
        self.after(GRACE_S + 1, self.be_missed, agent)

    def be_missed(self, agent):
        """Everything goes back to the queue, and on to the others."""
        wait_until(lambda: not self.desk.held(agent), 20, self.desk.describe)
        for ticket in [ticket for ticket, held_by in self.held.items() if held_by == agent.id]:
            del self.held[ticket]

    def open_or_close(self, is_open):
        """The hours do it; this waits until they have."""
        wait_until(lambda: self._is_open() == is_open, 20, "the hours to turn")
        self.is_open = is_open

    def _is_open(self):
        statement = "SELECT is_open FROM department WHERE id = %s"
        return self.server.sql(statement, self.desk.department)[0][0]

    def restart(self):
        """The server dies and comes back, and so do all who were connected."""
        self.server.kill9()
        for socket in self.sockets.values():
            socket.expect_close()
        self.server.start()
        for agent in self.desk.agents:
            if agent.id in self.sockets:
                self.connect(agent)

    def close(self):
        for socket in self.sockets.values():
            with suppress(AssertionError):
                socket.close()
