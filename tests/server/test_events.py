# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12: old snapshot + events = fresh snapshot, for staff and for the customer, for every kind of
change."""

from datetime import datetime, timedelta, timezone

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

    def field(self, name):
        return self.agent.get(f"/tickets/{self.ticket}", status=200)["ticket"][name]

    def status(self):
        return self.field("status")

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
    agent.post(path + "/transfer", {"department": 2, "note": "About an invoice"}, status=200)
    scene.agree("handed to another department")
    agent.post(path + "/claim", status=200)
    scene.agree("claimed")
    agent.post(path + "/transfer", {"agent": agent.id, "note": "Mine after all"}, status=200)
    scene.agree("handed to oneself, with a note")
    agent.put("/me/presence", {"state": "away"}, status=200)
    scene.agree("the agent goes away")
    fields = {
        "subject": "Order 1042",
        "category": "billing",
        "priority": "urgent",
        "language": "bn",
    }
    agent.patch(path, {**fields, "department": 1}, status=200)
    scene.agree("other fields")
    customer.put(path + "/status", {"status": "closed"}, status=200)
    scene.agree("closed by the customer")


def test_snapshot_and_events_agree_after_every_change_of_a_message(scene):
    agent, customer, path = scene.agent, scene.customer, f"/tickets/{scene.ticket}"
    first = scene.say(customer, "My order 1042 has not come.")["message"]["id"]
    customer.post(path + "/delivered", {"seq": 1}, status=204)
    scene.agree("the first message, and a mark of delivery")
    customer.patch(f"/messages/{first}", {"body": "My order **1043** has not come."}, status=200)
    scene.agree("the message that named the chat was edited")
    answer = scene.say(agent, "It coems tomorrow.")["message"]["id"]
    last = scene.agent.get(path, status=200)["last_seq"]
    agent.post(path + "/delivered", {"seq": last}, status=204)
    scene.agree("an answer, and what agents hold")
    agent.patch(f"/messages/{answer}", {"body": "It comes tomorrow."}, status=200)
    scene.agree("an edit, which shows in the preview")
    note = scene.say(agent, "Ask @Mitali", is_internal=True, mentions=[1])["message"]["id"]
    scene.agree("a note with a mention")
    agent.patch(f"/messages/{note}", {"body": "Ask nobody", "mentions": []}, status=200)
    scene.agree("a note that was edited")
    agent.delete(f"/messages/{note}", status=200)
    scene.agree("a note that was taken back")
    agent.delete(f"/messages/{answer}", status=200)
    scene.agree("an unread answer that was taken back")
    agent.post(path + "/read", {"seq": last}, status=204)
    scene.agree("reading, which is delivery too")
    agent.put(path + "/status", {"status": "waiting_on_customer"}, status=200)
    scene.agree("a move that only staff see a line of")


def test_snapshot_and_events_agree_after_work_on_a_ticket(scene, fresh_server):
    agent, customer, path = scene.agent, scene.customer, f"/tickets/{scene.ticket}"
    admin, bo = fresh_server.login("admin@example.com"), fresh_server.visitor(name="Bo")
    scene.say(customer, "My order has not come.")
    wait_until(lambda: scene.status() == "assigned", 10, "the chat to be assigned")
    fields = {"channel": "portal", "subject": "The depot", "description": "It burns."}
    other = bo.post("/tickets", fields, status=201)["ticket"]["id"]
    agent.put(path + "/tags", {"tags": ["late", "vip"]}, status=200)
    scene.agree("tags")
    agent.post(path + "/tags", {"remove": ["vip"]}, status=200)
    scene.agree("a tag less")
    agent.put(path + "/follow", status=200)
    scene.agree("somebody follows")
    agent.post(path + "/links", {"ticket": other, "kind": "parent"}, status=201)
    scene.agree("a link")
    admin.put(f"/tickets/{other}/status", {"status": "waiting_on_customer"}, status=200)
    scene.agree("another status of the linked ticket")
    admin.patch(f"/tickets/{other}", {"subject": "The depot burns"}, status=200)
    scene.agree("another subject of the linked ticket")
    admin.delete(f"/tickets/{other}", status=204)
    scene.agree("the linked ticket is deleted")
    admin.post(f"/tickets/{other}/restore", status=200)
    scene.agree("the linked ticket is restored")
    agent.delete(path + f"/links/{other}", status=204)
    scene.agree("the link is taken away")
    until = {"until": (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat()}
    agent.post(path + "/snooze", until, status=200)
    scene.agree("asleep")
    agent.delete(path + "/snooze", status=204)
    scene.agree("woken by hand")
    agent.post(path + "/snooze", until, status=200)
    scene.say(customer, "Are you there?")
    scene.agree("woken by the customer")
    agent.post(path + "/snooze", until, status=200)
    fresh_server.sql("UPDATE ticket SET snoozed_until = now() WHERE id = %s", scene.ticket)
    wait_until(lambda: scene.field("snoozed_until") is None, 10, "the clock to wake it")
    scene.agree("woken by the clock")
    admin.delete(path, status=204)
    for _, live, _ in scene.mirrors:
        live.expect("ticket.deleted", ticket=scene.ticket)
    admin.post(path + "/restore", status=200)
    scene.agree("deleted and restored")
    agent.delete(path + "/follow", status=204)
    scene.agree("nobody follows")


def test_seq_has_no_gaps_for_either_side(scene):
    scene.say(scene.customer, "one")
    scene.say(scene.agent, "two")
    scene.say(scene.agent, "a note", is_internal=True)
    scene.say(scene.agent, "three")
    for person in (scene.agent, scene.customer):
        page = person.get(f"/tickets/{scene.ticket}/messages", status=200)
        seqs = [m["seq"] for m in page["messages"]]
        assert seqs == list(range(1, page["last_seq"] + 1))
