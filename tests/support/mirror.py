# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a client knows: a snapshot over REST, kept up to date by events exactly as docs/protocol.md
says. Tests compare it with a fresh snapshot."""


class Mirror:
    def __init__(self, person, is_staff):
        self.person = person
        self.is_staff = is_staff
        self.tickets = {}
        self.messages = {}

    def fetch(self, ticket_id):
        detail = self.person.get(f"/tickets/{ticket_id}", status=200)
        self.tickets[ticket_id] = detail["ticket"]
        self.messages[ticket_id] = {m["seq"]: m for m in detail["messages"]}

    def _fetch_messages(self, ticket_id):
        page = self.person.get(f"/tickets/{ticket_id}/messages", status=200)
        self.messages[ticket_id] = {m["seq"]: m for m in page["messages"]}

    def apply(self, frame):
        if frame.get("type") != "event":
            return
        if frame["kind"] == "presence.changed":
            self._apply_presence(frame["data"]["agent"])
        elif frame["kind"] == "customer.updated":
            self._apply_customer({**frame["data"]["customer"], **(frame.get("staff") or {})})
        elif frame["kind"] == "ticket.created":
            self._apply_ticket(self._ticket_fields(frame))
        elif frame["kind"] == "ticket.deleted":
            self.tickets.pop(frame["ticket"], None)
            self.messages.pop(frame["ticket"], None)
        elif frame["kind"] == "ticket.restored":
            self.tickets[frame["ticket"]] = self._ticket_fields(frame)
            self._fetch_messages(frame["ticket"])
        elif frame["ticket"]:
            self._apply_linked(self._ticket_fields(frame))
            if frame["ticket"] in self.tickets:
                self._apply_change(frame)

    def _ticket_fields(self, frame):
        fields = dict(frame["data"].get("ticket", {"id": frame["ticket"]}))
        if self.is_staff:
            fields.update(frame.get("staff") or {})
            fields.pop("message", None)
        return fields

    def _message(self, frame):
        message = {**frame["data"]["message"], "seq": frame["seq"]}
        if self.is_staff:
            message.update((frame.get("staff") or {}).get("message", {}))
        return message

    def _apply_presence(self, agent):
        for ticket in self.tickets.values():
            if ticket["assigned_to"] and ticket["assigned_to"]["id"] == agent["id"]:
                ticket["assigned_to"]["presence"] = agent["state"]

    def _apply_customer(self, customer):
        """A new name stands wherever the old one stood."""
        for ticket in self.tickets.values():
            if ticket["user"]["id"] == customer["id"]:
                hidden = {} if self.is_staff or not ticket["participants"] else {"email": None}
                ticket["user"] = {key: customer[key] for key in ticket["user"]} | hidden
        for messages in self.messages.values():
            for message in messages.values():
                if message["author"] and message["author"]["id"] == customer["id"]:
                    message["author"] = {**message["author"], "name": customer["name"]}

    def _apply_ticket(self, ticket):
        known = self.tickets.get(ticket["id"])
        if known is None or ticket["revision"] >= known["revision"]:
            self.tickets[ticket["id"]] = {**(known or {}), **ticket}
            self.messages.setdefault(ticket["id"], {})

    def _apply_linked(self, patch):
        """What links show of another ticket is that ticket's own news."""
        for ticket in self.tickets.values():
            for link in ticket.get("links", []):
                if link["id"] == patch["id"]:
                    link.update({key: patch[key] for key in ("status", "subject") if key in patch})

    def _apply_change(self, frame):
        ticket = self.tickets[frame["ticket"]]
        patch = self._ticket_fields(frame)
        if frame["kind"] == "messages.removed" and patch["revision"] > ticket["revision"]:
            self._remove(frame["ticket"], frame["seq"], ticket["last_seq"] - patch["last_seq"])
        if patch.get("revision", ticket["revision"]) >= ticket["revision"]:
            ticket.update(patch)
        if frame["kind"] in ("message.created", "message.updated"):
            ticket["last_seq"] = max(ticket["last_seq"], frame["seq"])
            self.messages[frame["ticket"]][frame["seq"]] = self._message(frame)

    def _remove(self, ticket_id, first, count):
        """Later messages move up into the gap."""
        kept = [m for seq, m in self.messages[ticket_id].items() if not 0 <= seq - first < count]
        for message in kept:
            if message["seq"] > first:
                message["seq"] -= count
        self.messages[ticket_id] = {message["seq"]: message for message in kept}

    def differences(self, ticket_id):
        """Where what we know is not what a fresh snapshot says."""
        detail = self.person.get(f"/tickets/{ticket_id}", status=200)
        ours = self.tickets[ticket_id]
        found = [
            f"{key}: {ours.get(key)!r} instead of {value!r}"
            for key, value in detail["ticket"].items()
            if ours.get(key) != value
        ]
        fresh = {m["seq"]: m for m in detail["messages"]}
        known = self.messages[ticket_id]
        found += [
            f"message {seq}: {known.get(seq)!r} instead of {fresh.get(seq)!r}"
            for seq in sorted(fresh.keys() | known.keys())
            if known.get(seq) != fresh.get(seq)
        ]
        return found
