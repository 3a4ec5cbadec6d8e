# SPDX-License-Identifier: AGPL-3.0-or-later
"""A department of a test's own with agents of its own, so that the queue under test holds nothing
but what the test puts there."""

import uuid

from support.server import PASSWORD
from support.wait import wait_until

ENLIST = """
    INSERT INTO app_user (role, name, email, password_hash)
    SELECT 'agent', %s, %s, password_hash FROM app_user
    WHERE email = 'agent1@example.com' AND role = 'agent'
    RETURNING id"""


class Desk:
    """agents are signed in and offline, each with a chat capacity from `capacities`."""

    def __init__(self, server, *capacities):
        self.server = server
        self.customers = {}  # by their chat
        self.department = self._insert("INSERT INTO department (name) VALUES (%s) RETURNING id")
        self.agents = [self._enlist(capacity) for capacity in capacities]

    def _insert(self, statement, *values):
        return self.server.sql(statement, uuid.uuid4().hex, *values)[0][0]

    def _enlist(self, capacity):
        email = f"{uuid.uuid4().hex}@example.com"
        agent = self._insert(ENLIST, email)
        self.server.sql("INSERT INTO agent (user_id) VALUES (%s)", agent)
        self.server.sql(
            "INSERT INTO agent_load (agent_id, channel, capacity) VALUES (%s, 'chat', %s)",
            agent,
            capacity,
        )
        self.enrol(agent)
        return self.server.login(email, PASSWORD)

    def enrol(self, agent):
        """Lets an agent serve this department too."""
        statement = "INSERT INTO agent_department (agent_id, department_id) VALUES (%s, %s)"
        self.server.sql(statement, agent, self.department)

    def open_up(self, state="online"):
        for agent in self.agents:
            agent.put("/me/presence", {"state": state}, status=200)

    def close(self):
        self.open_up("offline")

    # Customers

    def chat(self, customer=None, **fields):
        """A customer's new chat, which waits or has an agent already; returns its id."""
        customer = customer or self.server.visitor()
        fields = {"channel": "chat", "department": self.department, "description": "Hi", **fields}
        ticket = customer.post("/tickets", fields, status=201)["ticket"]["id"]
        self.customers[ticket] = customer
        return ticket

    # What the database says

    def assignee(self, ticket):
        return self.server.sql("SELECT assigned_to FROM ticket WHERE id = %s", ticket)[0][0]

    def wait_assignee(self, ticket, timeout=20):
        return wait_until(lambda: self.assignee(ticket), timeout, lambda: self.describe())

    def waiting(self):
        """Ids of the waiting tickets, head first."""
        rows = self.server.sql(
            "SELECT id FROM ticket WHERE department_id = %s AND waiting ORDER BY rank_at, id",
            self.department,
        )
        return [row[0] for row in rows]

    def held(self, agent):
        """Ids of the tickets that an agent has."""
        rows = self.server.sql(
            "SELECT id FROM ticket t WHERE assigned_to = %s AND ticket_is_load(t)" " ORDER BY id",
            agent.id,
        )
        return [row[0] for row in rows]

    def loads(self):
        """(load, capacity, tickets really held or offered) of every agent."""
        return self.server.sql(
            "SELECT l.load, l.capacity, count(t.id) FROM agent_load l LEFT JOIN ticket t"
            " ON t.channel = l.channel AND ((t.assigned_to = l.agent_id AND ticket_is_load(t))"
            " OR t.id IN (SELECT ticket_id FROM ticket_offer o WHERE o.agent_id = l.agent_id))"
            " WHERE l.agent_id = ANY (%s) GROUP BY l.agent_id, l.channel ORDER BY l.agent_id",
            [agent.id for agent in self.agents],
        )

    def describe(self):
        return f"the queue to move; loads {self.loads()}, waiting {self.waiting()}"
