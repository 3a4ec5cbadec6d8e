# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of permissions (tests/permissions.txt), the people it speaks of, and the things that
they ask for."""

import json
import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from support.files import png, upload
from support.routes import code_of

TABLE = Path(__file__).parents[1] / "permissions.txt"
PEOPLE = ("nobody", "visitor", "customer", "agent", "admin", "gone")
CONNECTED = ("visitor", "customer", "agent", "admin")
NINE = (
    *("view_tickets", "create_tickets", "edit_tickets", "close_tickets", "assign_tickets"),
    *("delete_tickets", "view_chat", "send_messages", "view_chat_history"),
)
AGENTS = set(NINE) - {"delete_tickets"}
CUSTOMERS = AGENTS - {"edit_tickets", "assign_tickets"}
EMAILS = {
    "customer": "tess@example.com",
    "agent": "agent1@example.com",
    "admin": "admin@example.com",
}
# Of these everybody has their own.
OWNED = {"identity", "ticket", "code", "message", "file", "sent_file", "view", "notice", "session"}


@dataclass(frozen=True)
class Row:
    method: str
    path: str
    body: str
    outcomes: dict  # who → (with one's own, with somebody else's)
    needs: tuple

    @property
    def shape(self):
        return self.method.replace("PAGE", "GET"), re.sub(
            r"<\w+>", "{}", self.path.partition("?")[0]
        )

    @property
    def ends_session(self):
        return self.path.endswith(("/logout", "/sign-out")) or (
            self.method == "DELETE" and "/me/sessions" in self.path
        )

    @property
    def has_owner(self):
        return bool(OWNED & set(re.findall(r"<(\w+)>", self.path + self.body)))

    def cases(self):
        """(who, whose, expected status). Where a role is enough of a reason, it is asked once."""
        for who, (own, other) in self.outcomes.items():
            yield who, "own", own
            if self.has_owner and who in ("visitor", "customer", "agent") and own != 403:
                yield who, "other", other

    def __str__(self):
        return f"{self.method} {self.path} {self.body}".strip()


def _outcome(text):
    own, _, other = text.strip().partition("/")
    return int(own), int(other or own)


def _parts(section):
    """The cells of every line of a section of the table, which begins with `== NAME`."""
    text = re.search(rf"^== {section}$(.*?)(?=^== |\Z)", TABLE.read_text(), re.M | re.S)[1]
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split(" | ")]


def read_requests():
    for request, *outcomes, needs in _parts("Requests"):
        method, path, body = (*request.split(" ", 2), "")[:3]
        known = dict(zip(PEOPLE, map(_outcome, outcomes), strict=True))
        yield Row(method, path, body, known, tuple(needs.replace("-", "").split()))


@dataclass(frozen=True)
class Line:
    """What is said or heard on the live socket: (who, whose) → `done`, `yes`, or what else."""

    name: str
    more: str  # the frame's members, or the topics
    outcomes: dict
    needs: tuple = ()

    def cases(self):
        has_owner = "<ticket>" in self.more or not self.needs
        for who, (own, other) in self.outcomes.items():
            yield who, "own", own
            if has_owner and who != "admin":
                yield who, "other", other

    def __str__(self):
        return f"{self.name} {self.more}"


def _both(text):
    own, _, other = text.partition("/")
    return own, other or own


def read_lines(section):
    """The lines of Frames (which end with what is needed) and of Heard."""
    for name, *cells in _parts(section):
        kind, _, more = name.partition(" ")
        outcomes = dict(zip(CONNECTED, map(_both, cells)))
        yield Line(kind, more, outcomes, tuple(" ".join(cells[len(CONNECTED) :]).split()))


class Scene:
    """The people of the table on a server of their own, and a maker of things to ask for."""

    def __init__(self, house):
        self.house = house
        house.create_user("customer", "tess@example.com", name="Tess")
        house.create_user("customer", "host@example.com", name="Someone Else")
        self.people = {"nobody": house.anonymous()}
        for who in ("visitor", *EMAILS):
            self.sign_in(who)
        self.admin.patch("/settings/tickets", {"visitor_tickets_per_hour": 0}, status=200)
        self.colleague = house.login("agent2@example.com")
        self.stranger = house.visitor(name="A Stranger")
        gone = house.login("agent5@example.com")
        self.people["gone"] = gone
        self.admin.patch(f"/agents/{gone.id}", {"is_active": False}, status=200)
        room = {"capacity": {"chat": 1000, "portal": 1000}}
        for agent in (self.people["agent"], self.colleague):
            self.admin.patch(f"/agents/{agent.id}", room, status=200)
        self._kept = {}

    @property
    def admin(self):
        return self.people["admin"]

    def sign_in(self, who):
        """With the rights of this moment."""
        email = EMAILS.get(who)
        person = self.house.login(email) if email else self.house.visitor(name="Vik")
        self.people[who] = person

    @contextmanager
    def rights(self, role, permissions):
        """Lets a role have these permissions and no others, as long as the block lasts."""
        held = self.house.sql("SELECT permission FROM role_permission WHERE role = %s", role)
        try:
            self._permit(role, permissions)
            yield
        finally:
            self._permit(role, [permission for (permission,) in held])

    def _permit(self, role, permissions):
        self.house.sql("DELETE FROM role_permission WHERE role = %s", role)
        self.house.sql("INSERT INTO role_permission SELECT %s, unnest(%s)", role, list(permissions))
        self.sign_in(role)

    def forget(self):
        """The next thing that is asked for is another one."""
        self._kept.clear()

    # Asking

    def ask(self, row, who, whose):
        """The status of the answer. What one request used up the next one gets anew."""
        return self.send(row, who, *self.prepare(row, who, whose))

    def fill(self, text, who, whose):
        """With things in the place of their names."""
        return re.sub(r"<(\w+)>", lambda found: str(self.make(found[1], who, whose)), text)

    def prepare(self, row, who, whose):
        """The address and the body."""
        return self.fill(row.path, who, whose), self.fill(row.body, who, whose)

    def say(self, who, kind, members):
        """Says a frame: `done`, or the code with which it is refused. Frames of one socket are
        answered in turn, so one that is always refused tells that those before were answered; but
        messages, which are acknowledged."""
        said = json.loads(members)
        with self.people[who].live() as socket:
            socket.send(kind, client_id="said", **said)
            if kind == "message":
                answer = socket.expect(
                    None, lambda f: f["type"] in ("ack", "refused"), client_id="said"
                )
                return answer.get("code", "done")
            socket.send("read", ticket=1 << 50, seq=1, client_id="last")
            socket.expect("refused", client_id="last")
            refused = socket.heard("refused", lambda f: f.get("client_id") != "last", frame=kind)
            return refused[0]["code"] if refused else "done"

    def send(self, row, who, address, body):
        person = self.people[who]
        options = {"headers": {}, "allow_redirects": False, "timeout": 60}
        if row.method == "PAGE":
            options["headers"]["Accept"] = "text/html"
        if body == "@file":
            options["files"] = {"file": ("picture.png", png(), "image/png")}
        elif body.startswith("form:"):
            options["headers"] |= {"Origin": self.house.url, "Accept": "text/html"}
            options["data"] = dict(part.split("=", 1) for part in body[5:].split("&"))
        elif body:
            options["data"] = body.encode()
            options["headers"]["Content-Type"] = "application/json"
        method = row.method.replace("PAGE", "GET")
        answer = person.http.request(method, self.house.url + address, **options)
        if "/sign-in" in answer.headers.get("Location", "") and not row.ends_session:
            return 401
        if row.path.endswith("/bulk") and answer.ok:
            [result] = answer.json()["results"]
            return 403 if result.get("code") == "forbidden" else answer.status_code
        if method != "GET" and answer.status_code < 400:
            self._kept.clear()
            self._restore(row, who)
        return answer.status_code

    def _restore(self, row, who):
        """What the next request needs as it was."""
        if "identity" in row.path:
            self.house.sql("DELETE FROM identity_signer")
        if row.ends_session and who in ("visitor", *EMAILS):
            self.sign_in(who)

    # Things

    def make(self, name, who, whose):
        """Something of `name`: the asker's own, or somebody else's."""
        if who in ("nobody", "gone"):
            whose = "other"
        key = (name, who, whose) if name in OWNED else (name,)
        if key not in self._kept:
            self._kept[key] = getattr(self, f"_make_{name}")(*key[1:])
        return self._kept[key]

    def _begin(self, person, channel="chat"):
        ticket = person.post(
            "/tickets",
            {"channel": channel, "description": "hello", "subject": "A matter"},
            status=201,
        )["ticket"]["id"]
        return ticket

    def _make_ticket(self, who, whose):
        """A customer's own ticket; an agent's is one that the agent has."""
        if who in ("visitor", "customer") and whose == "own":
            return self._begin(self.people[who])
        ticket = self._begin(self.stranger)
        if who == "agent":
            holder = self.people["agent"] if whose == "own" else self.colleague
            self.admin.put(f"/tickets/{ticket}/assign", {"assigned_to": holder.id}, status=200)
        return ticket

    def _make_code(self, who, whose):
        return code_of(self._make_ticket(who, whose))

    def _make_message(self, who, whose):
        """By the asker, or by somebody else in somebody else's ticket."""
        ticket = self._make_ticket(who, whose)
        [(message,)] = self.house.sql(
            "SELECT id FROM message WHERE ticket_id = %s AND seq = 1", ticket
        )
        if who in ("agent", "admin") and whose == "own":
            self.house.sql(
                "UPDATE message SET author_id = %s, from_staff = true WHERE id = %s",
                self.people[who].id,
                message,
            )
        return message

    def _make_file(self, who, whose):
        """One that no message holds yet."""
        mine = whose == "own" and who not in ("nobody", "gone")
        return upload(self.people[who] if mine else self.stranger, png(), "picture.png")["id"]

    def _make_sent_file(self, who, whose):
        """One in a message of such a ticket."""
        ticket = self._make_ticket(who, whose)
        mine = whose == "own" and who in ("visitor", "customer")
        sender = self.people[who] if mine else self.stranger
        file = upload(sender, png(), "picture.png")["id"]
        sent = {"body": "", "attachments": [file]}
        sender.post(f"/tickets/{ticket}/messages", sent, status=201)
        return file

    def _make_view(self, who, whose):
        owner = self.people[who] if who in ("agent", "admin") and whose == "own" else self.colleague
        view = {"name": "Mine", "filter": {"status": "open"}}
        return owner.post("/views", view, status=201)["view"]["id"]

    def _make_notice(self, who, whose):
        owner = self.people[who] if who != "nobody" and whose == "own" else self.colleague
        kind = "reply" if who in ("visitor", "customer") else "message"
        ticket = self._make_ticket(who, whose)
        self.house.sql("DELETE FROM notice WHERE user_id = %s", owner.id)
        [(notice,)] = self.house.sql(
            "INSERT INTO notice (user_id, kind, ticket_id) VALUES (%s, %s, %s) RETURNING id",
            owner.id,
            kind,
            ticket,
        )
        return notice

    def _make_session(self, who, whose):
        """The number of a sign-in, the newest one."""
        mine = whose == "own" and who != "nobody"
        person = self.people[who] if mine else self.colleague
        if mine and who in EMAILS:
            self.house.login(EMAILS[who])
        [(number,)] = self.house.sql(
            "SELECT max(number) FROM session WHERE user_id = %s", person.id
        )
        return number

    def _make_identity(self, who, whose):
        """What connects an account with one at a provider."""
        mine = whose == "own" and who != "nobody"
        owner = self.people[who] if mine else self.colleague
        [(identity,)] = self.house.sql(
            """INSERT INTO linked_identity (user_id, issuer, subject)
               VALUES (%s, 'https://github.com', %s) RETURNING id""",
            owner.id,
            self._make_word(),
        )
        return identity

    def _make_provider(self):
        secrets = {"client_id": "x", "client_secret": "y"}
        provider = {"kind": "github", "name": self._make_word(), **secrets}
        self.house.sql("DELETE FROM identity_provider")
        return self._created("/settings/identity-providers", provider, "provider")

    def _make_waiting(self):
        """A ticket that nobody has."""
        return self._begin(self.stranger, "portal")

    _make_other = _make_waiting

    def _make_deleted(self):
        ticket = self._make_waiting()
        self.admin.delete(f"/tickets/{ticket}", status=204)
        return ticket

    def _make_linked(self):
        """The ticket that <other> is linked with."""
        ticket = self._make_waiting()
        link = {"ticket": self.make("other", None, None), "kind": "related"}
        self.admin.post(f"/tickets/{ticket}/links", link, status=201)
        return ticket

    def _make_merged(self):
        """The ticket into which <other> was merged."""
        ticket = self._make_waiting()
        source = {"source": self.make("other", None, None)}
        self.admin.post(f"/tickets/{ticket}/merge", source, status=200)
        return ticket

    def _make_me(self):
        return self.people["agent"].id

    def _make_agent(self):
        return self.colleague.id

    def _make_stranger(self):
        return self.house.visitor(name="Another").id

    def _make_visitor_token(self):
        return self.house.visitor(name="Yet Another").token

    def _make_refresh_token(self):
        return self.house.login("agent3@example.com").session["refresh_token"]

    def _make_tomorrow(self):
        tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
        return tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _make_word(self):
        return f"w{uuid.uuid4().hex[:12]}"

    def _created(self, path, body, name):
        return self.admin.post(path, body, status=201)[name]["id"]

    def _make_department(self):
        return self._created("/departments", {"name": self._make_word()}, "department")

    def _make_skill(self):
        return self._created("/skills", {"name": self._make_word()}, "skill")

    def _make_category(self):
        word = {"name": self._make_word(), "titles": {"en": "Word"}}
        return self._created("/categories", word, "category")

    def _make_priority(self):
        word = {"name": self._make_word(), "titles": {"en": "Word"}}
        return self._created("/priorities", word, "priority")

    def _make_quick_reply(self):
        texts = {"titles": {"en": "Hello"}, "contents": {"en": "Hello."}}
        return self._created("/quick-replies", texts, "quick_reply")

    def _make_customer_note(self):
        """One of <stranger>'s."""
        path = f"/customers/{self.make('stranger', None, None)}/notes"
        return self._created(path, {"body": "Likes tea."}, "note")

    def _make_block(self):
        return self._created("/blocks", {"customer_id": self._make_stranger()}, "block")

    def _make_invitation(self):
        someone = {"email": f"{self._make_word()}@example.com", "role": "agent"}
        return self._created("/invitations", someone, "invitation")

    def _make_unknown(self):
        return 1 << 50

    def _make_nothing(self):
        return "nothing-of-this-name"

    def _make_signer(self):
        return self._created("/settings/identity", {}, "signer")
