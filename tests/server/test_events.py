# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12: old snapshot + events = fresh snapshot, for staff and for the customer, for every kind of
change."""

import pytest

from support.mirror import Mirror
from support.wait import wait_until


@pytest.fixture
def scene(fresh_server):
    """A chat with its customer and an agent, both with an open socket and a mirror."""
    agent = fresh_server.login("agent1@example.com")
    customer = fresh_server.visitor(name="Ada")
    agent.put("/me/presence", {"state": "online"}, status=200)
    ticket = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    return Scene(agent, customer, ticket)


class Scene:
    def __init__(self, agent, customer, ticket):
        self.agent, self.customer, self.ticket = agent, customer, ticket
        self.at_agent, self.at_customer = agent.live(), customer.live()
        self.mirrors = [
            (Mirror(agent, is_staff=True), self.at_agent, [0]),
            (Mirror(customer, is_staff=False), self.at_customer, [0]),
        ]
        self.mirrors[1][0].fetch(ticket)

    def say(self, who, body, **fields):
        return who.post(f"/tickets/{self.ticket}/messages", {"body": body, **fields}, status=201)

    def status(self):
        return self.agent.get(f"/tickets/{self.ticket}", status=200)["ticket"]["status"]

    def differences(self):
        found = []
        for mirror, live, applied in self.mirrors:
            for frame in live.frames[applied[0] :]:
                mirror.apply(frame)
                applied[0] += 1
            if self.ticket not in mirror.tickets:
                found.append("the agent does not know the ticket")
            else:
                found += mirror.differences(self.ticket)
        return found

    def agree(self, step):
        last = []

        def same():
            last[:] = self.differences()
            return not last

        wait_until(same, 10, lambda: f"the mirrors to agree after: {step}; they differ in {last}")


def test_snapshot_and_events_agree_after_every_change(scene):
    agent, customer, path = scene.agent, scene.customer, f"/tickets/{scene.ticket}"
    scene.say(customer, "My order **1042** has not come.")
    wait_until(lambda: scene.status() == "assigned", 10, "the chat to be assigned")
    scene.agree("the first message, and assignment")
    scene.say(agent, "I am looking.")
    scene.agree("an answer, which starts work")
    scene.say(agent, "The depot lost it.", is_internal=True)
    scene.agree("an internal note")
    scene.say(agent, "It comes tomorrow.")
    scene.agree("an answer after a note")
    customer.post(path + "/read", {"seq": 4}, status=204)
    scene.agree("the customer has read")
    agent.post(path + "/read", {"seq": 3}, status=204)
    scene.agree("the agent has read")
    agent.put(path + "/status", {"status": "waiting_on_customer"}, status=200)
    scene.agree("waiting on the customer")
    scene.say(customer, "Thank you.")
    assert scene.status() == "in_progress"
    scene.agree("the customer's answer wakes it")
    agent.put(path + "/status", {"status": "resolved"}, status=200)
    scene.agree("resolved")
    scene.say(customer, "It did not come after all.")
    scene.agree("reopened by a reply")
    agent.put(path + "/assign", {"assigned_to": None}, status=200)
    scene.agree("back to the queue")
    wait_until(lambda: scene.status() == "assigned", 10, "the chat to be assigned again")
    agent.put("/me/presence", {"state": "away"}, status=200)
    scene.agree("the agent goes away")
    customer.put(path + "/status", {"status": "closed"}, status=200)
    scene.agree("closed by the customer")


def test_seq_has_no_gaps_for_either_side(scene):
    scene.say(scene.customer, "one")
    scene.say(scene.agent, "two")
    scene.say(scene.agent, "a note", is_internal=True)
    scene.say(scene.agent, "three")
    for person in (scene.agent, scene.customer):
        page = person.get(f"/tickets/{scene.ticket}/messages", status=200)
        seqs = [m["seq"] for m in page["messages"]]
        assert seqs == list(range(1, page["last_seq"] + 1))


def test_a_note_reaches_no_customer(scene):
    marker = "zebra-crossing-7731"
    scene.say(scene.customer, "hello")
    scene.say(scene.agent, marker, is_internal=True)
    scene.say(scene.agent, "after the note")
    scene.at_customer.expect(
        "message.created", lambda f: f["data"]["message"]["body"] == "after the note"
    )
    path = f"/tickets/{scene.ticket}"
    seen = [
        scene.customer.get(p).text
        for p in (path, path + "/messages", path + "/messages?after=0", "/tickets")
    ]
    seen += [str(frame) for frame in scene.at_customer.frames]
    resumed = scene.customer.live(resume=scene.at_customer.welcome["cursor"])
    resumed.expect("message.created", lambda f: f["data"]["message"]["body"] == "after the note")
    seen += [str(frame) for frame in resumed.frames]
    assert not [text for text in seen if marker in text]
    assert marker in scene.agent.get(path).text, "the test is worth nothing if the note is nowhere"
