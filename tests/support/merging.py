# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests of merging share: an agent, two customers with tickets, and clients that watch."""

import threading
from datetime import datetime, timedelta, timezone

from support.mirror import Mirror
from support.wait import wait_until

SOON = (datetime.now(timezone.utc) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Case:
    """An agent, Ada with two tickets, and Bo with one; what the tests do to them."""

    def __init__(self, server):
        self.server = server
        self.agent = server.login("agent1@example.com")
        self.ada = server.visitor(name="Ada", email="ada@example.org")
        self.bo = server.visitor(name="Bo", email="bo@example.org")

    def make(self, person, *bodies, **fields):
        """A ticket with these words of its customer's; returns its id."""
        fields = {"channel": "portal", "subject": "Order", "description": bodies[0], **fields}
        ticket = person.post("/tickets", fields, status=201)["ticket"]["id"]
        for body in bodies[1:]:
            self.say(person, ticket, body)
        return ticket

    def say(self, person, ticket, body, **fields):
        path = f"/tickets/{ticket}/messages"
        return person.post(path, {"body": body, **fields}, status=201)["message"]

    def merge(self, target, source, status=200, **fields):
        return self.agent.post(
            f"/tickets/{target}/merge", {"source": source, **fields}, status=status
        )

    def unmerge(self, target, source, status=200):
        return self.agent.post(f"/tickets/{target}/unmerge", {"source": source}, status=status)

    def ticket(self, person, ticket):
        return person.get(f"/tickets/{ticket}", status=200)["ticket"]

    def messages(self, person, ticket):
        page = person.get(f"/tickets/{ticket}/messages?after=0&limit=200", status=200)
        seqs = [m["seq"] for m in page["messages"]]
        assert seqs == list(range(1, page["last_seq"] + 1)), "numbers without gaps"
        return page["messages"]

    def texts(self, person, ticket):
        return [m["body"] for m in self.messages(person, ticket) if m["type"] == "text"]

    def everything(self, *tickets):
        """All that the database knows of tickets, besides what every change leaves behind."""
        return self.server.sql(
            "SELECT to_jsonb(t) - ARRAY['revision', 'updated_at'],"
            " (SELECT jsonb_agg(to_jsonb(m) ORDER BY seq) FROM message m WHERE ticket_id = t.id)"
            " FROM ticket t WHERE id = ANY (%s) ORDER BY id",
            list(tickets),
        )

    def loads(self):
        return self.server.sql("SELECT agent_id, channel, load FROM agent_load ORDER BY 1, 2")

    def figures(self):
        return self.server.sql(
            "SELECT scope, id, sum(open), sum(assigned), sum(in_progress), sum(resolved),"
            " sum(closed), sum(urgent), sum(responses), sum(resolutions), sum(resolution_ms)"
            " FROM figure_part GROUP BY scope, id ORDER BY scope, id"
        )


class Watch:
    """People with open sockets whose mirrors have to agree with the server."""

    def __init__(self, *people):
        self.seats = [
            (Mirror(person, person.user["role"] != "customer"), person.live(), [0])
            for person in people
        ]

    def fetch(self, *tickets):
        for mirror, _, _ in self.seats:
            for ticket in tickets:
                if mirror.person.get(f"/tickets/{ticket}").status_code == 200:
                    mirror.fetch(ticket)

    def differences(self):
        found = []
        for mirror, live, applied in self.seats:
            for frame in live.frames[applied[0] :]:
                mirror.apply(frame)
                applied[0] += 1
            for ticket in list(mirror.tickets):
                found += mirror.differences(ticket)
        return found

    def agree(self, step):
        last = []

        def same():
            last[:] = self.differences()
            return not last

        wait_until(same, 15, lambda: f"the mirrors to agree after: {step}; they differ in {last}")

    def close(self):
        for _, live, _ in self.seats:
            live.close()


def together(call, count):
    answers, barrier = [], threading.Barrier(count)

    def run(n):
        barrier.wait()
        answers.append(call(n))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return answers


STANDINGS = [
    "waiting",
    "assigned",
    "in_progress",
    "waiting_on_customer",
    "resolved",
    "closed",
    "snoozed",
]


def bring_to(case, ticket, standing):
    path, agent = f"/tickets/{ticket}", case.agent
    admin = case.server.login("admin@example.com")
    if standing != "waiting":
        admin.put(path + "/assign", {"assigned_to": 3}, status=200)
    if standing == "snoozed":
        agent.post(path + "/snooze", {"until": SOON}, status=200)
    elif standing not in ("waiting", "assigned"):
        agent.put(path + "/status", {"status": standing}, status=200)
