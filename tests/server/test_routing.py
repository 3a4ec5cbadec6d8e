# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q1: a new ticket finds its department: by the form's choice, its category, its text; and else it
is the default one's."""

import csv
import random
import subprocess
import uuid

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.server import BINARY, running
from support.tickets import refused_fields
from support.wait import wait_until

# What people say about each of these, in two languages.
TOPICS = {
    "billing": ["refund", "invoice", "paid twice", "money back", "টাকা ফেরত", "রসিদ পাইনি"],
    "delivery": [
        "parcel",
        "courier",
        "tracking number",
        "delivered late",
        "কুরিয়ার",
        "ঠিকানা ভুল",
    ],
    "account": ["password", "sign in", "account locked", "reset code", "পাসওয়ার্ড", "লগইন হয় না"],
}
AROUND = ["please help with my", "hello, the", "I have a question about", "again the", "urgent:"]


def say(dice, topic):
    first, second = dice.sample(TOPICS[topic], 2)
    return f"{dice.choice(AROUND)} {first} {dice.choice(AROUND)} {second}"


def add_department(server, name=None):
    name = f"{name or 'D'} {uuid.uuid4().hex[:12]}"
    return server.sql("INSERT INTO department (name) VALUES (%s) RETURNING id", name)[0][0]


def default_department(server):
    return server.sql("SELECT id FROM department WHERE is_default")[0][0]


def routing(server, ticket):
    """What staff see of a ticket's way, once its text was read."""
    agent = server.login()

    def look():
        unsorted = server.sql("SELECT unsorted FROM ticket WHERE id = %s", ticket)[0][0]
        return None if unsorted else agent.get(f"/tickets/{ticket}/routing", status=200)["routing"]

    return wait_until(look, 10, f"ticket {ticket} to be sorted")


def write(server, text, customer=None, **fields):
    customer = customer or server.visitor()
    fields = {"channel": "portal", "subject": "Question", "description": text, **fields}
    return customer.post("/tickets", fields, status=201)["ticket"]["id"]


@pytest.fixture(scope="module")
def shop(demo_data):
    """A server of this file's own: what it learns would move the tickets of others."""
    with running(demo_data, "--demo") as server:
        yield server


@pytest.fixture(scope="module")
def admin(shop):
    return shop.login("admin@example.com")


@pytest.fixture
def department(shop, admin):
    made = add_department(shop)
    yield made
    admin.put(f"/departments/{made}/keywords", {"keywords": {}}, status=200)
    shop.sql("UPDATE department SET is_active = false WHERE id = %s", made)


# Form and category


def test_the_forms_choice_counts_before_everything(shop, admin, department):
    other = add_department(shop)
    admin.put(f"/departments/{other}/keywords", {"keywords": {"en": ["crates"]}}, status=200)
    found = routing(shop, write(shop, "crates, please", department=department))
    assert (found["by"], found["department"]["id"]) == ("form", department)
    assert found["text"] is None


def test_a_category_is_mapped_to_a_department(shop, admin, department):
    categories = admin.get("/categories", status=200)["categories"]
    [billing] = [entry for entry in categories if entry["name"] == "billing"]
    assert billing["department"] is None
    path = f"/categories/{billing['id']}/department"
    try:
        answer = admin.put(path, {"department": department}, status=200)
        assert answer["category"] == {**billing, "department": department}
        found = routing(shop, write(shop, "Hello", category="billing"))
        assert (found["by"], found["department"]["id"]) == ("category", department)
        # A form that chose goes before its category.
        chosen = routing(
            shop,
            write(shop, "Hello", category="billing", department=default_department(shop)),
        )
        assert chosen["by"] == "form"
    finally:
        admin.put(path, {"department": None}, status=200)
    found = routing(shop, write(shop, "Hello", category="billing"))
    assert (found["by"], found["department"]["id"]) == ("default", default_department(shop))


def test_a_department_that_goes_takes_its_mapping_along(shop, admin):
    first, heir = add_department(shop), add_department(shop)
    [other] = [c for c in admin.get("/categories").json()["categories"] if c["name"] == "other"]
    admin.put(f"/categories/{other['id']}/department", {"department": first}, status=200)
    admin.delete(f"/departments/{first}?move_to={heir}", status=204)
    mapped = shop.sql("SELECT department_id FROM category WHERE id = %s", other["id"])[0][0]
    assert mapped == heir
    admin.put(f"/categories/{other['id']}/department", {"department": None}, status=200)


def test_only_what_is_there_can_be_mapped(shop, admin):
    [other] = [c for c in admin.get("/categories").json()["categories"] if c["name"] == "other"]
    path = f"/categories/{other['id']}/department"
    assert refused_fields(admin.put(path, {"department": 10**9})) == [("department", "unknown")]
    assert refused_fields(admin.put(path, {})) == [("department", "required")]
    assert_problem(
        admin.put("/categories/999999/department", {"department": None}), 404, "not_found"
    )
    assert_problem(shop.login().put(path, {"department": None}), 403, "forbidden")


# Keywords


@pytest.mark.parametrize(
    "keyword, text",
    [
        ("wholesale", "Do you do WHOLESALE?"),
        ("pay*", "I was paying twice"),
        ("gift card", "a Gift  card, please"),
        ("টাকা ফেরত", "আমার টাকা ফেরত চাই"),
        ("退款", "我要退款"),
        ("façade", "the facade of it"),
    ],
)
def test_keywords_of_any_script_lead_to_their_department(shop, admin, department, keyword, text):
    keywords = {"keywords": {"en": [keyword]}}
    path = f"/departments/{department}/keywords"
    assert admin.put(path, keywords, status=200) == keywords
    assert admin.get(path, status=200) == keywords
    found = routing(shop, write(shop, text))
    assert (found["by"], found["department"]["id"]) == ("keywords", department)
    assert found["text"]["confidence"] == 0.8
    assert found["text"]["reasons"] == [{"words": keyword, "weight": 1}]


def test_what_no_keyword_knows_goes_to_the_default_department(shop, admin, department):
    admin.put(f"/departments/{department}/keywords", {"keywords": {"en": ["fax"]}}, status=200)
    found = routing(shop, write(shop, "A question about facsimiles"))
    assert (found["by"], found["department"]["id"]) == ("default", default_department(shop))
    assert found["text"]["guess"] is None


def test_two_departments_that_are_meant_alike_are_nobodys(shop, admin, department):
    other = add_department(shop)
    for one, word in ((department, "fax"), (other, "modem")):
        admin.put(f"/departments/{one}/keywords", {"keywords": {"en": [word]}}, status=200)
    assert routing(shop, write(shop, "fax or modem?"))["by"] == "default"
    # Less sure is enough when an admin says so.
    admin.patch("/settings/routing", {"confidence": 40}, status=200)
    try:
        assert routing(shop, write(shop, "fax or modem?"))["department"]["id"] == department
    finally:
        admin.patch("/settings/routing", {"confidence": 50}, status=200)
        admin.put(f"/departments/{other}/keywords", {"keywords": {}}, status=200)


def test_a_chat_is_read_when_its_customer_writes(shop, admin, department):
    admin.put(f"/departments/{department}/keywords", {"keywords": {"en": ["fax"]}}, status=200)
    customer = shop.visitor()
    ticket = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    with customer.live() as live:
        customer.post(f"/tickets/{ticket}/messages", {"body": "My fax is broken"}, status=201)
        live.expect(
            "ticket.updated",
            lambda frame: frame["data"]["ticket"].get("department", {}).get("id") == department,
        )
    assert routing(shop, ticket)["by"] == "keywords"


def test_nobody_gets_a_ticket_before_its_text_was_read(shop, admin):
    """The default department's agents are free, yet a ticket for others never reaches them."""
    desk = Desk(shop, 9)
    keywords = {"keywords": {"en": ["telescope"]}}
    admin.put(f"/departments/{desk.department}/keywords", keywords, status=200)
    first = shop.login("agent1@example.com")
    first.put("/me/presence", {"state": "online"}, status=200)
    try:
        tickets = [write(shop, f"telescope {n}", channel="chat") for n in range(10)]
        for ticket in tickets:
            assert routing(shop, ticket)["department"]["id"] == desk.department
        assert set(desk.waiting()) == set(tickets)
        desk.open_up()
        for ticket in tickets[:9]:
            assert desk.wait_assignee(ticket) == desk.agents[0].id
    finally:
        first.put("/me/presence", {"state": "offline"}, status=200)
        admin.put(f"/departments/{desk.department}/keywords", {"keywords": {}}, status=200)
        desk.close()


def test_who_does_not_want_texts_to_be_read_says_so(shop, admin, department):
    admin.put(f"/departments/{department}/keywords", {"keywords": {"en": ["fax"]}}, status=200)
    settings = admin.patch("/settings/routing", {"reads_text": False}, status=200)
    assert settings == {"reads_text": False, "confidence": 50}
    try:
        found = routing(shop, write(shop, "My fax"))
        assert (found["by"], found["text"]) == ("default", None)
    finally:
        admin.patch("/settings/routing", {"reads_text": True}, status=200)


def test_keywords_and_settings_are_judged(shop, admin, department):
    path = f"/departments/{department}/keywords"
    assert refused_fields(admin.put(path, {})) == [("keywords", "required")]
    answer = admin.put(path, {"keywords": {"no language": ["x"]}})
    assert refused_fields(answer) == [("keywords.no language", "bad_format")]
    assert admin.put(path, {"keywords": {"en": "fax"}}).status_code == 422
    assert admin.put(path, {"keywords": {"en": ["x" * 61]}}).status_code == 422
    assert admin.put(path, {"keywords": {"en": ["x"] * 201}}).status_code == 422
    assert_problem(admin.put("/departments/999999/keywords", {"keywords": {}}), 404, "not_found")
    for confidence in (-1, 101, "high", 0.5):
        assert admin.patch("/settings/routing", {"confidence": confidence}).status_code == 422
    agent, customer = shop.login(), shop.visitor()
    for person in (agent, customer):
        assert_problem(person.get("/routing"), 403, "forbidden")
        assert_problem(person.post("/routing/learn"), 403, "forbidden")
        assert_problem(person.get("/settings/routing"), 403, "forbidden")
        assert_problem(person.get(path), 403, "forbidden")
    ticket = write(shop, "Hello", customer)
    assert_problem(customer.get(f"/tickets/{ticket}/routing"), 403, "forbidden")
    assert_problem(agent.get("/tickets/999999999/routing"), 404, "not_found")


# Learning


def learn(admin):
    """Learns now, and returns all models, the newest first."""
    known = {model["id"] for model in admin.get("/routing", status=200)["routing"]["models"]}
    admin.post("/routing/learn", status=200)

    def look():
        state = admin.get("/routing", status=200)["routing"]
        new = not state["is_learning"] and {model["id"] for model in state["models"]} - known
        return state["models"] if new else None

    return wait_until(look, 60, "the server to learn")


def hand_in(server, dice, departments, count):
    """Tickets of a past in which agents answered each in its department."""
    customer = server.visitor().id
    for n in range(count):
        topic = list(departments)[n % len(departments)]
        server.sql(
            "WITH t AS (INSERT INTO ticket (channel, department_id, customer_id, status, subject,"
            " first_response_at) VALUES ('portal', %s, %s, 'closed', 'Hi', now()) RETURNING id)"
            " INSERT INTO message (ticket_id, seq, public_seq, author_id, body)"
            " SELECT id, 1, 1, %s, %s FROM t",
            departments[topic],
            customer,
            customer,
            say(dice, topic),
        )


@pytest.fixture(scope="module")
def learned(shop, admin):
    """Departments by topic, of which the server has learnt."""
    departments = {topic: add_department(shop, topic) for topic in TOPICS}
    hand_in(shop, random.Random(1), departments, 240)
    models = learn(admin)
    assert models[0]["state"] == "live", models
    return departments


def test_the_server_learns_from_its_own_tickets(shop, admin, learned):
    model = admin.get("/routing", status=200)["routing"]["models"][0]
    assert model["departments"] >= 3 and model["tickets"] >= 200
    assert 10 <= model["held_out"] and model["accuracy"] > 0.9 and model["gain"] > 0.5
    dice = random.Random(2)
    for topic in list(TOPICS) * 4:
        text = say(dice, topic)
        found = routing(shop, write(shop, text))
        assert (found["by"], found["department"]["id"]) == ("text", learned[topic]), (text, found)
        assert found["text"]["confidence"] >= 0.5 and found["text"]["model"] == model["id"]
        weights = [reason["weight"] for reason in found["text"]["reasons"]]
        assert weights and weights == sorted(weights, reverse=True)
        said = text.lower().replace(":", "").replace(",", "")
        assert found["text"]["reasons"][0]["words"] in said


def test_it_does_not_guess_what_it_does_not_know(shop, learned):
    found = routing(shop, write(shop, "Чи є у вас квитки на виставу?"))
    assert (found["by"], found["department"]["id"]) == ("default", default_department(shop))


def test_what_agents_move_is_a_correction(shop, admin, learned):
    """Somebody has to move what a model cannot know yet; the next one knows."""
    agent = shop.login()
    texts = [f"My telescope lens is scratched, number {n}" for n in range(40)]
    new = add_department(shop, "optics")
    for text in texts:
        ticket = write(shop, text)
        routing(shop, ticket)
        agent.post(f"/tickets/{ticket}/transfer", {"department": new}, status=200)
        assert routing(shop, ticket)["by"] == "agent"
    learn(admin)
    found = routing(shop, write(shop, "the lens of a telescope is scratched"))
    assert (found["by"], found["department"]["id"]) == ("text", new), found


def test_a_worse_model_is_refused_and_the_live_one_stays(shop, admin, learned):
    """Whoever poisons the past does not poison what is live: it is asked about tickets held out."""
    live = next(m for m in learn(admin) if m["state"] == "live")
    # Tickets that no model learns from tell the truth; the others say anything.
    shop.sql(
        "UPDATE ticket SET department_id = %s WHERE id %% 10 <> 0 AND department_id = ANY (%s)"
        " AND id %% 2 = 0",
        learned["billing"],
        list(learned.values()),
    )
    models = learn(admin)
    assert models[0]["state"] == "refused", models[:2]
    assert models[0]["gain"] < models[0]["gain_before"]
    assert next(m for m in models if m["state"] == "live")["id"] == live["id"]
    found = routing(shop, write(shop, say(random.Random(5), "account")))
    assert found["text"]["model"] == live["id"]


def test_what_was_learnt_outlives_a_restart(shop, admin, learned):
    shop.restart()
    found = routing(shop, write(shop, "password reset code, account locked"))
    assert (found["by"], found["department"]["id"]) == ("text", learned["account"])


# The commands


def run(*arguments):
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def table(tmp_path):
    def make(name, rows):
        with open(tmp_path / name, "w", newline="") as file:
            csv.writer(file).writerows([("text", "label"), *rows])
        return tmp_path / name

    return make


def test_the_commands_learn_from_a_file_and_say_how_well(table, tmp_path):
    dice = random.Random(3)
    rows = [(say(dice, topic), topic) for topic in list(TOPICS) * 80]
    data = ["--data", tmp_path / "data"]
    code, said, problem = run("train-routing", table("train.csv", rows[60:]), *data)
    assert code == 0, problem
    figures = dict(line.split(" ", 1) for line in said.splitlines())
    assert (figures["texts"], figures["labels"]) == ("180", "3")
    assert (tmp_path / "data" / "routing.model").exists()
    code, said, problem = run("evaluate-routing", table("test.csv", rows[:60]), *data)
    assert code == 0, problem
    figures = {name: float(value) for name, value in map(str.split, said.splitlines())}
    assert figures["accuracy"] > 0.9 and figures["macro_f1"] > 0.9 and figures["coverage"] > 0.8
    # The more sure it has to be, the less it says.
    test = tmp_path / "test.csv"
    assert "coverage 0.0000" in run("evaluate-routing", test, "--confidence", "100", *data)[1]
    assert "coverage 1.0000" in run("evaluate-routing", test, "--confidence", "0", *data)[1]


def test_unknown_kinds_are_rather_refused(table, tmp_path):
    dice = random.Random(4)
    known = [(say(dice, topic), topic) for topic in list(TOPICS) * 60]
    model = ["--model", tmp_path / "m"]
    assert run("train-routing", table("known.csv", known), *model)[0] == 0
    unseen = [(f"{dice.choice(AROUND)} concert ticket number {n}", "events") for n in range(50)]
    _, said, _ = run("evaluate-routing", table("unseen.csv", unseen), *model)
    figures = {name: float(value) for name, value in map(str.split, said.splitlines())}
    assert figures["unseen_refused"] > 0.5, said


@pytest.mark.parametrize(
    "content, problem",
    [
        ("text,label\na,b\n", "2 to 1000 labels"),
        ("text,label\na,b\nc\n", "Line 3: There is only one field here."),
        ('text,label\n"a,b\n', "Line 2: This quotation mark is never closed."),
        ("words,kind\na,b\n", "Line 1: The first line names the columns: text,label"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, content, problem):
    (tmp_path / "bad.csv").write_text(content)
    code, _, said = run("train-routing", tmp_path / "bad.csv", "--model", tmp_path / "m")
    assert code == 1 and problem in said
    assert not (tmp_path / "m").exists()


def test_a_model_that_is_none_is_refused(table, tmp_path):
    (tmp_path / "m").write_text("nothing")
    file = table("t.csv", [("a", "b")])
    code, _, said = run("evaluate-routing", file, "--model", tmp_path / "m")
    assert code == 1 and "This is no routing model." in said
    assert run("train-routing")[0] == 1
    assert run("evaluate-routing", file, "--confidence", "101")[0] == 1
