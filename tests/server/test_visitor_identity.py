# SPDX-License-Identifier: AGPL-3.0-or-later
"""W4: a host site says who its customer is, and a visitor who signs in keeps the conversation.
Nobody gets at somebody else's."""

import json
import re
import shutil
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.api import Api, assert_problem
from support.identity import encode, enter, identify, make_secret, sign, sign_text
from support.merging import Case
from support.mirror import Mirror
from support.server import BINARY, PASSWORD, ROOT

DOCUMENT = Path(ROOT / "docs" / "host-sites.md").read_text()


@pytest.fixture
def admin(login):
    return login("admin@example.com")


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


@pytest.fixture
def secret(admin):
    return make_secret(admin)


@pytest.fixture
def user():
    """An id at the host that nobody has had."""
    return f"shop-{uuid.uuid4().hex}"


def begin(person, body="Where is my book?"):
    """A chat with a first message."""
    ticket = person.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    person.post(f"/tickets/{ticket}/messages", {"body": body}, status=201)
    return ticket


def bodies(person, ticket):
    messages = person.get(f"/tickets/{ticket}/messages", status=200)["messages"]
    return [m["body"] for m in messages if m["type"] == "text"]


def refused_for(answer):
    return assert_problem(answer, 401, "identity_refused")["reason"]


# Who the host says it is


def test_the_host_s_user_is_one_customer_on_every_device(server, agent, secret, user):
    phone = enter(server, sign(secret, user, name="Ada Roy", email="ada@shop.example"))
    laptop = enter(server, sign(secret, user, name="Ada Roy", email="ada@shop.example"))
    assert phone.id == laptop.id and phone.token != laptop.token
    assert (phone.user["name"], phone.user["email"]) == ("Ada Roy", "ada@shop.example")
    ticket = begin(phone)
    assert bodies(laptop, ticket) == ["Where is my book?"]
    assert agent.get(f"/customers/{phone.id}", status=200)["customer"]["sign_in"] == "host"


def test_another_user_is_another_customer(server, secret, user):
    ada, bo = enter(server, sign(secret, user)), enter(server, sign(secret, f"{user}-2"))
    ticket = begin(ada)
    assert_problem(bo.get(f"/tickets/{ticket}"), 404, "not_found")


def test_name_and_address_are_what_the_host_said_last(server, agent, secret, user):
    ada = enter(server, sign(secret, user, name="Ada Roy", email="ada@shop.example"))
    with agent.live() as live:
        enter(server, sign(secret, user, name="আদা রায়"))
        told = live.expect("customer.updated", lambda f: f["data"]["customer"]["id"] == ada.id)
    assert told["data"]["customer"]["name"] == "আদা রায়"
    profile = agent.get(f"/customers/{ada.id}", status=200)["customer"]
    assert (profile["name"], profile["email"]) == ("আদা রায়", "ada@shop.example")
    assert profile == {**told["staff"], "last_seen_at": profile["last_seen_at"]}


def test_who_has_no_name_is_called_by_their_number(server, secret, user):
    ada = enter(server, sign(secret, user))
    assert ada.user["name"] == f"Visitor {ada.id}"


def test_an_address_that_a_host_names_is_nobody_s_account(server, secret, user):
    """Else a shop where anybody types any address would open every account here."""
    email = f"{uuid.uuid4().hex}@example.com"
    server.create_user("customer", email)
    owner = server.login(email)
    ticket = owner.post("/tickets", {"description": "Mine"}, status=201)["ticket"]["id"]
    guest = enter(server, sign(secret, user, email=email))
    assert guest.id != owner.id
    assert_problem(guest.get(f"/tickets/{ticket}"), 404, "not_found")
    assert server.login(email).id == owner.id
    answer = server.anonymous().post("/auth/login", {"email": email, "password": "deskbell-demo2"})
    assert_problem(answer, 401, "wrong_credentials")


# What is no good


def test_each_is_good_once(server, secret, user):
    identity = sign(secret, user)
    enter(server, identity)
    assert refused_for(identify(server, identity)) == "used"
    nonce = uuid.uuid4().hex
    enter(server, sign(secret, user, nonce=nonce))
    assert refused_for(identify(server, sign(secret, f"{user}-2", nonce=nonce))) == "used"


def test_of_many_at_once_one_is_let_in(server, secret, user):
    identity = sign(secret, user)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: identify(server, identity).status_code, range(8)))
    assert sorted(codes) == [201] + [401] * 7


def test_it_ends(server, secret, user):
    now = int(time.time())
    assert refused_for(identify(server, sign(secret, user, expires_at=now - 3600))) == "expired"
    assert refused_for(identify(server, sign(secret, user, expires_at=0))) == "expired"
    far = sign(secret, user, expires_at=now + 2 * 24 * 3600)
    assert refused_for(identify(server, far)) == "content"


FORGERIES = {
    "another secret": lambda secret, user: sign("0" * 64, user),
    "no secret": lambda secret, user: sign("", user),
    "no signature": lambda secret, user: encode({"user_id": user}) + ".",
    "no dot": lambda secret, user: encode({"user_id": user}),
    "a changed user": lambda secret, user: ".".join(
        (sign(secret, f"{user}-2").split(".")[0], sign(secret, user).split(".")[1])
    ),
    "half a signature": lambda secret, user: sign(secret, user)[:-32],
    "more behind it": lambda secret, user: sign(secret, user) + "00",
    "a dot more": lambda secret, user: "." + sign(secret, user),
    "a JSON Web Token without algorithm": lambda secret, user: encode({"alg": "none"})
    + "."
    + encode({"user_id": user})
    + ".",
    "nothing but a dot": lambda secret, user: ".",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_what_no_secret_signed_is_refused(server, secret, user, forge):
    assert refused_for(identify(server, forge(secret, user))) == "signature"


@pytest.mark.parametrize(
    "fields",
    [
        {"user_id": None},
        {"user_id": ""},
        {"user_id": 42},
        {"user_id": "x" * 201},
        {"nonce": None},
        {"nonce": "short"},
        {"nonce": "with spaces, which are none"},
        {"nonce": "x" * 65},
        {"expires_at": None},
        {"expires_at": "tomorrow"},
        {"expires_at": 10**30},
        {"email": "no address"},
        {"name": "two\nlines"},
        {"name": "x" * 201},
    ],
    ids=lambda fields: json.dumps(fields)[:40],
)
def test_what_is_signed_has_to_be_whole(server, secret, user, fields):
    assert refused_for(identify(server, sign(secret, user, **fields))) == "content"


@pytest.mark.parametrize("letters", ["", "bm8ganNvbg", "W10", "e30=", "eyJhIjp9", "é", "AA"])
def test_what_is_no_object_is_refused(server, secret, letters):
    assert refused_for(identify(server, sign_text(letters, secret))) == "content"


# The secrets


def test_two_secrets_are_good_at_once_and_each_is_shown_once(server, admin, secret, user):
    second = admin.post("/settings/identity", status=201)
    assert second["secret"] != secret and re.fullmatch("[0-9a-f]{64}", second["secret"])
    assert_problem(admin.post("/settings/identity"), 409, "conflict")
    enter(server, sign(secret, user))
    enter(server, sign(second["secret"], user))
    listed = admin.get("/settings/identity", status=200)
    assert len(listed["signers"]) == 2 and all(s["used_at"] for s in listed["signers"])
    assert secret not in json.dumps(listed)
    first = next(s for s in listed["signers"] if s["id"] != second["signer"]["id"])
    admin.delete(f"/settings/identity/{first['id']}", status=204)
    assert refused_for(identify(server, sign(secret, user))) == "signature"
    enter(server, sign(second["secret"], user))
    assert_problem(admin.delete(f"/settings/identity/{first['id']}"), 404, "not_found")


def test_secrets_are_admins_business(server, agent, visitor):
    for person, code, status in ((agent, "forbidden", 403), (visitor(), "forbidden", 403)):
        assert_problem(person.get("/settings/identity"), status, code)
        assert_problem(person.post("/settings/identity"), status, code)
        assert_problem(person.delete("/settings/identity/1"), status, code)


def test_at_rest_a_secret_is_encrypted_and_follows_a_new_master_key(fresh_server, user):
    admin = fresh_server.login("admin@example.com")
    secret = make_secret(admin)
    rows = fresh_server.sql("SELECT object, sealed_key FROM sealed_text")
    assert len(rows) == 1 and secret not in json.dumps(rows) + fresh_server.log_path.read_text()
    subprocess.run(
        [BINARY, "rotate-key", "--data", fresh_server.data], check=True, capture_output=True
    )
    again = fresh_server.sql("SELECT object, sealed_key FROM sealed_text")
    assert again[0][0] == rows[0][0] and again[0][1] != rows[0][1]
    keys = fresh_server.data / "secrets" / "master.key"
    lines = keys.read_text().splitlines(keepends=True)
    keys.write_text("".join(lines[:-1]))  # the key before is gone
    enter(fresh_server, sign(secret, user))


# Keeping the conversation


def test_a_visitor_who_signs_in_keeps_the_conversation(server, agent, secret, user, visitor):
    guest = visitor(name="Somebody")
    ticket = begin(guest)
    staff = Mirror(agent, is_staff=True)
    staff.fetch(ticket)
    with agent.live(topics=["tickets"]) as live:
        ada = enter(server, sign(secret, user, name="Ada Roy"), guest)
        live.expect("ticket.restored", ticket=ticket)
        live.expect("message.updated", ticket=ticket)
        for frame in live.frames:
            staff.apply(frame)
    assert staff.differences(ticket) == []
    shown = agent.get(f"/tickets/{ticket}", status=200)
    assert shown["ticket"]["user"]["id"] == ada.id
    said = [m for m in shown["messages"] if m["type"] == "text"]
    assert [m["author"]["name"] for m in said] == ["Ada Roy"]
    assert bodies(ada, ticket) == ["Where is my book?"]
    ada.post(f"/tickets/{ticket}/messages", {"body": "It is me"}, status=201)
    assert ada.post("/tickets", {"channel": "chat"}, status=200)["ticket"]["id"] == ticket
    assert_problem(guest.get(f"/tickets/{ticket}"), 401, "unauthenticated")


def test_a_customer_s_other_devices_hear_of_it(server, secret, user, visitor):
    phone = enter(server, sign(secret, user))
    guest = visitor()
    ticket = begin(guest)
    with phone.live() as live:
        enter(server, sign(secret, user), guest)
        heard = live.expect("ticket.restored", ticket=ticket)
    assert heard["data"]["ticket"]["user"]["id"] == phone.id
    assert "agent_unread_count" not in heard["data"]["ticket"]


@pytest.mark.parametrize("again", [False, True], ids=["once", "said twice"])
def test_who_signs_in_with_a_password_keeps_the_conversation(server, visitor, again):
    email = f"{uuid.uuid4().hex}@example.com"
    server.create_user("customer", email)
    guest, owner = visitor(), server.login(email)
    ticket = begin(guest)
    for _ in range(1 + again):
        owner.post("/me/visitor", {"visitor_token": guest.token}, status=204)
    assert bodies(owner, ticket) == ["Where is my book?"]


def test_a_message_on_its_way_is_there_once(server, secret, user, visitor):
    guest = visitor()
    ticket = begin(guest)
    said = {"body": "Did this arrive?", "client_id": uuid.uuid4().hex}
    first = guest.post(f"/tickets/{ticket}/messages", said, status=201)["message"]
    ada = enter(server, sign(secret, user), guest)
    again = ada.post(f"/tickets/{ticket}/messages", said, status=200)["message"]
    assert again["id"] == first["id"]
    assert bodies(ada, ticket) == ["Where is my book?", "Did this arrive?"]


def test_while_a_visitor_writes_nothing_is_lost_or_doubled(server, secret, user, visitor):
    guest = visitor()
    ticket = begin(guest, "0")
    sent = [{"body": str(n), "client_id": uuid.uuid4().hex} for n in range(1, 41)]

    def write(person, messages):
        """What a widget does: in order, and what was refused is kept."""
        for index, message in enumerate(messages):
            answer = person.post(f"/tickets/{ticket}/messages", message)
            if answer.status_code not in (200, 201):
                return messages[index:]
        return []

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write, guest, sent)
        ada = enter(server, sign(secret, user), guest)
        left = writing.result()
    # The last that was answered may have been lost on its way back.
    done = len(sent) - len(left)
    assert write(ada, sent[max(0, done - 1) :]) == []
    assert bodies(ada, ticket) == [str(n) for n in range(41)]
    messages = ada.get(f"/tickets/{ticket}/messages?limit=200", status=200)["messages"]
    assert [m["seq"] for m in messages] == list(range(1, len(messages) + 1))


def test_open_sockets_of_the_visitor_end_and_the_customer_s_go_on(
    server, secret, user, visitor, agent
):
    guest = visitor()
    ticket = begin(guest)
    with guest.live() as before:
        ada = enter(server, sign(secret, user), guest)
        assert before.expect_close() == 4401
    with ada.live() as live:
        agent.post(f"/tickets/{ticket}/messages", {"body": "Here it is"}, status=201)
        heard = live.expect(
            "message.created", lambda f: f["data"]["message"]["body"] == "Here it is"
        )
        assert heard["ticket"] == ticket
        ack = live.message(ticket, "Thank you")
        assert ack["ticket"] == ticket


def test_files_notes_and_what_is_known_go_along(server, agent, secret, user, visitor):
    guest = visitor(name="Somebody")
    ticket = begin(guest)
    files = {"file": ("note.txt", b"hello", "text/plain")}
    loose = guest.post("/attachments", files=files, status=201)["attachment"]["id"]
    agent.patch(f"/customers/{guest.id}", {"phone": "+880 1", "metadata": {"a": 1}}, status=200)
    note = agent.post(f"/customers/{guest.id}/notes", {"body": "Kind"}, status=201)["note"]["id"]
    ada = enter(server, sign(secret, user, name="Ada"), guest)
    message = {"body": "See", "attachments": [loose]}
    ada.post(f"/tickets/{ticket}/messages", message, status=201)
    profile = agent.get(f"/customers/{ada.id}", status=200)
    assert (profile["customer"]["phone"], profile["customer"]["metadata"]) == ("+880 1", {"a": 1})
    assert profile["tickets"] == {"total": 1, "open": 1}
    notes = agent.get(f"/customers/{ada.id}/notes", status=200)["notes"]
    assert [n["id"] for n in notes] == [note]
    assert guest.id not in [c["id"] for c in agent.get("/customers", status=200)["customers"]]


def test_a_ticket_that_somebody_else_let_them_into_is_theirs_still(server, secret, user):
    case = Case(server)
    target, source = case.make(case.bo, "one"), case.make(case.ada, "two")
    case.merge(target, source, other_customer="confirm", add_participant=True)
    ada = enter(server, sign(secret, user), case.ada)
    assert bodies(ada, target) == bodies(case.bo, target)
    people = case.agent.get(f"/tickets/{target}", status=200)["ticket"]["participants"]
    assert [p["id"] for p in people] == [ada.id]


def test_what_the_server_makes_of_it_is_whole(server, agent, secret, user, visitor):
    """Counts and lists know no visitor any more."""
    guest = visitor()
    ticket = begin(guest)
    ada = enter(server, sign(secret, user), guest)
    assert [t["id"] for t in ada.get("/tickets", status=200)["tickets"]] == [ticket]
    assert agent.get(f"/customers/{guest.id}/tickets", status=200)["tickets"] == []
    left = server.sql(
        "SELECT count(*) FROM message m JOIN ticket t ON t.id = m.ticket_id "
        f"WHERE m.author_id = {guest.id} OR t.customer_id = {guest.id}"
    )
    assert left == [(0,)]


# Nobody else's


def test_a_customer_who_is_somebody_is_joined_to_nobody(server, secret, user, visitor):
    ada = enter(server, sign(secret, user))
    ticket = begin(ada)
    bo = enter(server, sign(secret, f"{user}-bo"), ada)
    assert bo.id != ada.id
    assert_problem(bo.get(f"/tickets/{ticket}"), 404, "not_found")
    answer = bo.post("/me/visitor", {"visitor_token": ada.token})
    assert_problem(answer, 422, "validation_failed")
    assert bodies(ada, ticket) == ["Where is my book?"], "she is not signed out by it either"


def test_a_visitor_cannot_take_another_one_in(server, visitor):
    victim, thief = visitor(), visitor()
    begin(victim)
    answer = thief.post("/me/visitor", {"visitor_token": victim.token})
    assert_problem(answer, 403, "forbidden")
    victim.get("/me", status=200)


def test_a_token_that_is_no_visitor_s_joins_nobody(server, login, visitor):
    email = f"{uuid.uuid4().hex}@example.com"
    server.create_user("customer", email)
    owner, agent, ended = server.login(email), login("agent1@example.com"), visitor()
    ended.post("/auth/logout", status=204)
    for token in ("x", owner.token, agent.token, ended.token, visitor().token[:-2] + "AA"):
        problem = assert_problem(
            owner.post("/me/visitor", {"visitor_token": token}), 422, "validation_failed"
        )
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [
            ("visitor_token", "unknown")
        ]
    guest = visitor()
    assert_problem(agent.post("/me/visitor", {"visitor_token": guest.token}), 403, "forbidden")


def test_what_one_customer_took_in_no_other_gets(server, secret, user, visitor):
    guest = visitor()
    ticket = begin(guest)
    ada = enter(server, sign(secret, user), guest)
    bo = enter(server, sign(secret, f"{user}-bo"), guest)
    assert_problem(bo.get(f"/tickets/{ticket}"), 404, "not_found")
    assert_problem(bo.post("/me/visitor", {"visitor_token": guest.token}), 422, "validation_failed")
    assert bodies(ada, ticket) == ["Where is my book?"]


def test_signing_out_at_the_host_separates_them(server, secret, user, visitor):
    guest = visitor()
    ticket = begin(guest)
    ada = enter(server, sign(secret, user), guest)
    ada.post("/auth/logout", status=204)
    assert_problem(ada.get(f"/tickets/{ticket}"), 401, "unauthenticated")
    assert_problem(visitor().get(f"/tickets/{ticket}"), 404, "not_found")


# How a shop signs


def run_example(language, command, call, customer, secret):
    source = re.search(rf"^{language}:\n\n((?:    .*\n|\n)+)", DOCUMENT, re.MULTILINE)[1]
    code = re.sub("^    ", "", source, flags=re.MULTILINE)
    program = code + call.format(customer=customer, secret=secret)
    done = subprocess.run(
        command + [program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


EXAMPLES = {
    "PHP": (
        ["php", "-r"],
        "echo deskbell_identity(['id' => '{customer}', 'name' => 'Ådå', "
        "'email' => 'a@b.example'], '{secret}');",
    ),
    "Node": (
        ["node", "-e"],
        "console.log(deskbellIdentity({{id: '{customer}', name: 'Ådå', "
        "email: 'a@b.example'}}, '{secret}'));",
    ),
    "Python": (
        ["/usr/bin/python3", "-c"],
        "from types import SimpleNamespace as It\n"
        "print(deskbell_identity(It(id='{customer}', name='Ådå', "
        "email='a@b.example'), '{secret}'))",
    ),
}


@pytest.mark.parametrize("language", EXAMPLES)
def test_the_examples_of_the_document_work(server, secret, user, language):
    command, call = EXAMPLES[language]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    identity = run_example(language, command, call, user, secret)
    assert enter(server, identity).user["name"] == "Ådå"


# How many tickets


def test_a_visitor_opens_so_many_tickets_an_hour(fresh_server):
    admin = fresh_server.login("admin@example.com")
    admin.patch("/settings/tickets", {"visitor_tickets_per_hour": 2}, status=200)
    guest = fresh_server.visitor()
    for n in range(2):
        guest.post("/tickets", {"description": f"Question {n}"}, status=201)
    refused = guest.post("/tickets", {"description": "Question 3"})
    assert_problem(refused, 429, "rate_limited")
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    fresh_server.visitor().post("/tickets", {"description": "Mine"}, status=201)
    agent = fresh_server.login()
    agent.post("/tickets", {"user_id": guest.id, "description": "By phone"}, status=201)
    fresh_server.sql("UPDATE ticket SET created_at = created_at - interval '1 hour'")
    guest.post("/tickets", {"description": "Question 3"}, status=201)
    admin.patch("/settings/tickets", {"visitor_tickets_per_hour": 0}, status=200)
    for n in range(4):
        guest.post("/tickets", {"description": f"More {n}"}, status=201)


def test_customers_with_an_account_are_not_counted(fresh_server):
    admin = fresh_server.login("admin@example.com")
    admin.patch("/settings/tickets", {"visitor_tickets_per_hour": 1}, status=200)
    fresh_server.create_user("customer", "bo@example.com")
    bo = fresh_server.login("bo@example.com", PASSWORD)
    for n in range(3):
        bo.post("/tickets", {"description": f"Question {n}"}, status=201)
