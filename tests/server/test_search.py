# SPDX-License-Identifier: AGPL-3.0-or-later
"""T6: what was written can be found, by whoever may read it and nobody else."""

import re
import threading
import time
import uuid
from itertools import product

import pytest

from support.api import assert_problem
from support.naughty import NAUGHTY
from support.wait import wait_until

FOUND_S = 2  # from the commit on
PATIENCE_S = 20  # under the sanitizers, on a busy machine


def unique():
    """A word that nobody has written before, in letters only."""
    return "q" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:12])


def search(who, q, **params):
    return who.get("/search", params={"q": q, **params}, status=200)


def ids(who, q, group="messages", **params):
    return [hit["id"] for hit in search(who, q, types=group, limit=100, **params)[group]["results"]]


def wait_found(who, q, expected, group="messages", **params):
    """The index follows within moments: waits until a search finds exactly what is expected."""
    wait_until(
        lambda: sorted(ids(who, q, group, **params)) == sorted(expected),
        PATIENCE_S,
        lambda: f"“{q}” to find {expected}; it finds {ids(who, q, group, **params)}",
    )


def open_ticket(who, description, subject="Hello", **fields):
    fields = {"channel": "portal", "subject": subject, "description": description, **fields}
    return who.post("/tickets", fields, status=201)["ticket"]


def say(who, ticket, body, **fields):
    path = f"/tickets/{ticket['id']}/messages"
    return who.post(path, {"body": body, **fields}, status=201)["message"]


def first_message(who, ticket):
    return who.get(f"/tickets/{ticket['id']}", status=200)["messages"][0]["id"]


def marked(spans):
    return [span["t"] for span in spans if span["hit"]]


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


# Finding


def test_a_message_is_found_within_two_seconds(visitor, agent):
    word, ada = unique(), visitor()
    open_ticket(ada, f"Nothing is like a {word} in spring.")
    committed = time.monotonic()
    wait_until(lambda: ids(agent, word), PATIENCE_S, "the message to be found")
    assert time.monotonic() - committed < FOUND_S


def test_an_answer_has_its_groups_and_marks_what_was_asked(visitor, agent):
    word, ada = unique(), visitor(name=f"Ada {unique().title()}", email="ada@example.com")
    ticket = open_ticket(ada, f"**{word}** arrived\ntorn", subject=f"A torn {word}")
    message = first_message(ada, ticket)
    wait_found(agent, word, [message])
    wait_found(agent, word, [ticket["id"]], "tickets")
    answer = search(agent, word.upper())
    assert (answer["query"], answer["corrections"]) == (word.upper(), [])
    (hit,) = answer["messages"]["results"]
    assert hit["highlight"] == [
        {"t": "**", "hit": False},
        {"t": word, "hit": True},
        {"t": "** arrived torn", "hit": False},
    ]
    assert (hit["seq"], hit["is_internal"]) == (1, False)
    assert hit["author"] == {"id": ada.id, "name": ada.user["name"], "role": "customer"}
    assert hit["ticket"]["ticket_number"] == ticket["ticket_number"]
    assert hit["ticket"]["user"] == {"id": ada.id, "name": ada.user["name"]}
    (found,) = answer["tickets"]["results"]
    assert marked(found["highlights"]["subject"]) == [word]
    assert found["status"] == "open"
    assert answer["tickets"]["next"] is answer["messages"]["next"] is None
    assert answer["customers"] == {"results": [], "next": None}


@pytest.mark.parametrize(
    "text, question",
    [
        ("আমার {} অর্ডারটি এখনো আসেনি", "অর্ডার"),
        ("আমার {} অর্ডার ৩৩১২", "অর্ডারের 3312"),
        ("我的{}订单还没有到", "订单"),
        ("{} 注文した本が届きません", "届きません"),
        ("{} 猫", "猫"),
        ("{} 주문 번호를 잊었어요", "번호"),
        ("{} مُحَمَّد لم يستلم الكتاب", "محمد الكتاب"),
        ("{} Größere Bücher im Café", "grossere bucher cafe"),
        ("{} de\u0301ja\u0300 vu", "déjà"),
        ("{} Мой заказ", "мой"),
        ("{} ＦＵＬＬ ﬁne", "full fine"),
        ("{} Three refunds were promised", "refund"),
        ("{} write to Ada.Roy@example.com", "ada.roy@example.com"),
    ],
)
def test_every_script_is_found(visitor, agent, text, question):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, text.format(f" {word} "))
    message = first_message(ada, ticket)
    wait_found(agent, f"{word} {question}", [message])
    (hit,) = search(agent, f"{word} {question}", types="messages")["messages"]["results"]
    assert len(marked(hit["highlight"])) >= 2


def test_a_slip_is_corrected_and_said(visitor, agent):
    word, ada = unique(), visitor()
    message = first_message(ada, open_ticket(ada, f"The {word} fell apart."))
    wait_found(agent, word, [message])
    slipped = word[:5] + word[6:]
    answer = search(agent, slipped)
    assert [hit["id"] for hit in answer["messages"]["results"]] == [message]
    assert answer["corrections"] == [{"word": slipped, "read_as": [word]}]
    assert marked(answer["messages"]["results"][0]["highlight"]) == [word]
    assert ids(agent, f'"{slipped}"') == [], "in quotes a word is meant as it is"


@pytest.mark.parametrize(
    "slip",
    [
        lambda word: word[1] + word[0] + word[2:],
        lambda word: word[:2] + "z" + word[3:8] + word[9:],
        lambda word: word[1] + word[0] + word[2:8] + "z" + word[8:],
    ],
    ids=["neighbours_swapped", "one_replaced_and_one_lost", "neighbours_swapped_and_one_added"],
)
def test_slips_of_all_kinds_are_corrected(visitor, agent, slip):
    word, ada = unique(), visitor()
    message = first_message(ada, open_ticket(ada, f"The {word} fell apart."))
    wait_found(agent, word, [message])
    slipped = slip(word)
    assert search(agent, slipped)["corrections"] == [{"word": slipped, "read_as": [word]}]


def test_the_last_word_may_be_unfinished(visitor, agent):
    word, ada = unique(), visitor()
    message = first_message(ada, open_ticket(ada, f"The {word} fell apart."))
    wait_found(agent, word, [message])
    assert ids(agent, f"apart {word[:9]}") == [message]
    assert ids(agent, f"{word[:9]} apart") == [], "it is not the last word here"


def test_phrases_and_exclusions(visitor, agent):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, f"{word} the wrong book came")
    wrong = first_message(ada, ticket)
    other = say(ada, ticket, f"{word} the book is wrong")["id"]
    wait_found(agent, word, [wrong, other])
    assert ids(agent, f'{word} "wrong book"') == [wrong]
    assert ids(agent, f"{word} “book is wrong”") == [other]
    assert ids(agent, f"{word} -came") == [other]
    assert ids(agent, f'{word} -"book is"') == [wrong]
    assert sorted(ids(agent, f'{word} -"book wrong"')) == [wrong, other]


def test_numbers_are_found_however_they_are_written(visitor, agent):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, f"{word} Call +880 1712-345678 about invoice INV-20931/7.")
    message = first_message(ada, ticket)
    wait_found(agent, word, [message])
    for number in ("01712345678", "+8801712345678", "1712 345678", "INV-20931", "20931"):
        assert message in ids(agent, number), number
        assert ids(agent, f"{word} {number}") == [message], number
    assert ids(agent, f"{word} 99912345679") == []


def test_a_ticket_is_found_by_its_number(visitor, agent):
    ada, eve = visitor(), visitor()
    ticket = open_ticket(ada, "Hello")
    for question in (ticket["ticket_number"], f"#{ticket['id']}", str(ticket["id"])):
        assert ids(agent, question, "tickets")[0] == ticket["id"]
        assert ids(ada, question, "tickets")[0] == ticket["id"]
        assert ticket["id"] not in ids(eve, question, "tickets")


def test_people_are_found_by_name_address_and_number(visitor, agent):
    first, last = unique().title(), unique().title()
    ada = visitor(name=f"{first} {last}", email=f"{first}@example.org".lower())
    ticket = open_ticket(ada, "Hello")
    nobody = visitor()
    wait_found(agent, first, [ada.id], "customers")
    for question in (f"{last} {first}", first[:6], f"{first[:7]} {last}", ada.user["email"]):
        assert ids(agent, question, "customers") == [ada.id], question
    slipped = first[:6] + first[7:]
    assert ids(agent, slipped, "customers") == [ada.id]
    assert ids(agent, f"{first} {last}", "tickets") == [ticket["id"]]
    (hit,) = search(agent, first.lower(), types="customers")["customers"]["results"]
    assert marked(hit["highlights"]["name"]) == [first]
    assert marked(hit["highlights"]["email"]) == [first.lower()]
    assert ids(agent, f"Visitor {nobody.id}", "customers") == [nobody.id]
    assert nobody.id in ids(agent, str(nobody.id), "customers")


def test_a_customers_profile_is_found_and_followed(agent):
    name, company, renamed = (unique().title() for _ in range(3))
    fields = {"name": name, "company": f"{company} & Sons", "phone": "+49 30 7654-3210"}
    made = agent.post("/customers", fields, status=201)["customer"]["id"]
    wait_found(agent, company, [made], "customers")
    assert made in ids(agent, "030 76543210", "customers")
    assert search(agent, name)["customers"]["results"][0]["company"] == fields["company"]
    agent.patch(f"/customers/{made}", {"name": renamed}, status=200)
    wait_found(agent, renamed, [made], "customers")
    wait_found(agent, name, [], "customers")


# Narrowing


def test_filters_narrow_tickets_and_messages(visitor, login, agent):
    word, ada, admin = unique(), visitor(), login("admin@example.com")
    kept = open_ticket(ada, word, subject=word, category="billing", priority="high", department=2)
    other = open_ticket(ada, word, subject=word, category="account")
    message = first_message(ada, kept)
    wait_found(agent, word, [message, first_message(ada, other)])
    wait_found(agent, word, [kept["id"], other["id"]], "tickets")
    admin.put(f"/tickets/{kept['id']}/assign", {"assigned_to": agent.id}, status=200)
    admin.put(f"/tickets/{kept['id']}/status", {"status": "resolved"}, status=200)
    admin.put(f"/tickets/{kept['id']}/tags", {"tags": ["torn", word]}, status=200)
    for filters in (
        {"status": "resolved,closed"},
        {"category": "billing"},
        {"priority": "high,urgent"},
        {"department": 2},
        {"agent": "me"},
        {"agent": agent.id},
        {"tag": word},
        {"tag": f"torn,{word}", "status": "resolved"},
    ):
        assert ids(agent, word, **filters) == [message], filters
        assert ids(agent, word, "tickets", **filters) == [kept["id"]], filters
    assert ids(agent, word, "tickets", agent="unassigned") == [other["id"]]
    assert ids(agent, word, agent=agent.id, status="open") == []
    assert ids(agent, word, tag="no-such-tag") == []


def test_dates_narrow_by_the_day(visitor, agent):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, word, subject=word)
    wait_found(agent, word, [first_message(ada, ticket)])
    wait_found(agent, word, [ticket["id"]], "tickets")
    day = ticket["created_at"][:10]
    for group in ("messages", "tickets"):
        assert len(ids(agent, word, group, date_from=day, date_to=day)) == 1
        assert ids(agent, word, group, date_to="2020-01-31") == []
        assert ids(agent, word, group, date_from="2100-01-01") == []


def test_pages_of_a_group_hold_every_match_once(visitor, agent):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, f"{word} 0")
    for n in range(1, 25):
        say(ada, ticket, f"{word} " * (n % 3 + 1))
    wait_until(lambda: len(ids(agent, word)) == 25, PATIENCE_S, "25 matches")
    seen, after = [], {}
    while True:
        page = search(agent, word, types="messages", limit=7, **after)["messages"]
        seen += [hit["id"] for hit in page["results"]]
        if page["next"] is None:
            break
        say(ada, ticket, f"{word} is written meanwhile")
        after = {"after": page["next"]}
    assert (len(seen), len(set(seen))) == (25, 25)


# Who may find what


def test_notes_are_found_by_staff_only(visitor, agent):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, "Hello")
    note = say(agent, ticket, f"{word} is only for us", is_internal=True)["id"]
    public = say(agent, ticket, f"{word} is for everybody")["id"]
    wait_found(agent, word, [note, public])
    assert ids(ada, word) == [public]
    (hit,) = search(ada, word)["messages"]["results"]
    assert (hit["seq"], hit["is_internal"]) == (2, False)
    assert "only for us" not in ada.get("/search", params={"q": word}).text


def test_customers_find_only_what_is_theirs(visitor, agent):
    word, ada, eve = unique(), visitor(name="Ada Roy"), visitor(name="Eve Roy")
    ticket = open_ticket(ada, word, subject=word)
    message = first_message(ada, ticket)
    wait_found(ada, word, [message])
    wait_found(ada, word, [ticket["id"]], "tickets")
    answer = search(eve, word)
    assert answer["messages"]["results"] == answer["tickets"]["results"] == []
    assert "customers" not in answer
    assert_problem(eve.get("/search?q=roy&types=customers"), 403, "forbidden")
    assert ids(ada, "Roy", "tickets") == []
    assert "tier" not in search(ada, word)["tickets"]["results"][0]["user"]


def test_nobody_searches_without_a_token(server):
    assert_problem(server.anonymous().get("/search?q=x"), 401, "unauthenticated")


# Following what changes


def test_an_edit_is_followed(visitor, agent):
    before, after, ada = unique(), unique(), visitor()
    ticket = open_ticket(ada, "Hello")
    message = say(ada, ticket, before)["id"]
    wait_found(agent, before, [message])
    ada.patch(f"/messages/{message}", {"body": after}, status=200)
    wait_found(agent, after, [message])
    wait_found(agent, before, [])


def test_what_was_taken_back_is_not_found(visitor, agent):
    word, ada = unique(), visitor()
    ticket = open_ticket(ada, "Hello")
    message = say(ada, ticket, word)["id"]
    wait_found(agent, word, [message])
    assert ada.delete(f"/messages/{message}").status_code in (200, 204)
    assert ids(agent, word) == ids(ada, word) == [], "at once, not when the index follows"


def test_deleted_tickets_are_not_found_until_they_are_restored(visitor, login, agent):
    word, ada, admin = unique(), visitor(), login("admin@example.com")
    ticket = open_ticket(ada, word, subject=word)
    message = first_message(ada, ticket)
    wait_found(agent, word, [message])
    wait_found(agent, word, [ticket["id"]], "tickets")
    assert admin.delete(f"/tickets/{ticket['id']}").status_code == 204
    for who in (agent, ada):
        assert ids(who, word) == ids(who, word, "tickets") == []
        assert ticket["id"] not in ids(who, ticket["ticket_number"], "tickets")
    admin.post(f"/tickets/{ticket['id']}/restore", status=200)
    assert ids(agent, word) == [message]
    assert ids(agent, word, "tickets") == [ticket["id"]]


def test_a_new_subject_is_followed(visitor, agent):
    before, after, ada = unique(), unique(), visitor()
    ticket = open_ticket(ada, "Hello", subject=before)
    wait_found(agent, before, [ticket["id"]], "tickets")
    agent.patch(f"/tickets/{ticket['id']}", {"subject": after}, status=200)
    wait_found(agent, after, [ticket["id"]], "tickets")
    wait_found(agent, before, [], "tickets")


def test_merged_tickets_show_each_word_once_and_to_nobody_new(visitor, agent):
    word, ada, eve = unique(), visitor(), visitor()
    target, source = open_ticket(ada, f"{word} ada"), open_ticket(eve, f"{word} eve")
    first, second = first_message(ada, target), first_message(eve, source)
    wait_found(agent, word, [first, second])
    merge = {"source": source["id"], "other_customer": "confirm"}
    agent.post(f"/tickets/{target['id']}/merge", merge, status=200)
    wait_until(lambda: len(ids(agent, word)) == 2, PATIENCE_S, "both messages to be found")
    tickets = [hit["ticket"]["id"] for hit in search(agent, word)["messages"]["results"]]
    assert tickets == [target["id"]] * 2
    assert ids(ada, word) == [first]
    assert ids(eve, word) == [second]
    agent.post(f"/tickets/{target['id']}/unmerge", {"source": source["id"]}, status=200)
    wait_found(agent, word, [first, second])


def test_who_takes_part_in_a_ticket_finds_it(visitor, agent):
    word, ada, eve = unique(), visitor(), visitor()
    target, source = open_ticket(ada, "Hello", subject=word), open_ticket(eve, "Hello")
    merge = {"source": source["id"], "other_customer": "confirm", "add_participant": True}
    agent.post(f"/tickets/{target['id']}/merge", merge, status=200)
    public = say(agent, target, f"{word} for both")["id"]
    note = say(agent, target, f"{word} for us", is_internal=True)["id"]
    wait_found(agent, word, [public, note])
    assert ids(eve, word) == ids(ada, word) == [public]
    assert ids(eve, word, "tickets") == [target["id"]]
    assert ids(visitor(), word) == []


# What people send


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"q": ""},
        {"q": " \u3000 "},
        {"q": "x" * 201},
        {"q": "x " * 17},
        {"q": "-only -exclusions"},
        {"q": "x", "types": "secrets"},
        {"q": "x", "types": ""},
        {"q": "x", "status": "lost"},
        {"q": "x", "department": "-1"},
        {"q": "x", "agent": "nobody"},
        {"q": "x", "date_from": "yesterday"},
        {"q": "x", "date_to": "2026-02-30"},
        {"q": "x", "limit": "0"},
        {"q": "x", "limit": "101"},
        {"q": "x", "after": "1.20"},
        {"q": "x", "types": "messages", "after": "soon"},
        {"q": "x", "types": "messages", "after": "1.999999"},
        {"q": "x", "tag": ",".join("abcdefghijklmnopqrstuvwxyzabcdefghijk")},
    ],
    ids=str,
)
def test_a_question_that_is_not_possible_is_400(agent, params):
    problem = assert_problem(agent.get("/search", params=params), 400, "bad_request")
    assert problem["detail"]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_any_text_can_be_asked_for_and_found(visitor, agent, text):
    word, ada = unique(), visitor()
    message = first_message(ada, open_ticket(ada, f"{text} {word}"))
    wait_found(agent, word, [message])
    (hit,) = search(agent, word, types="messages")["messages"]["results"]
    shown = "".join(span["t"] for span in hit["highlight"])
    assert word in shown or shown.endswith("…")
    answer = agent.get("/search", params={"q": text})
    if answer.status_code == 400:
        assert text.lstrip().startswith("-")
    else:
        assert answer.status_code == 200, answer.text
        assert answer.json()["query"] == text
    assert ids(agent, f'{word} "{text}"'.replace(" -", " ")) in ([message], [])


@pytest.mark.parametrize(
    "question",
    ["'", "a' | 'b", "a:*", "!!a", "(a", "a & | b", "a <-> ", "\\", "a\\'b", '"', '""', "-", "- -"],
)
def test_what_means_something_to_the_database_is_only_text(agent, question):
    answer = agent.get("/search", params={"q": question})
    assert answer.status_code == 200, answer.text


# The index


@pytest.fixture
def explaining_server(fresh_server):
    """A server whose PostgreSQL logs the plan of every statement, those inside functions too."""
    fresh_server.sql("LOAD 'auto_explain'")
    for setting in (
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_nested_statements = on",
    ):
        fresh_server.sql(f"ALTER SYSTEM SET {setting}")
    return fresh_server.restart()


def test_no_search_reads_a_whole_table(explaining_server):
    agent, ada = explaining_server.login(), explaining_server.visitor(name="Ada Roy")
    open_ticket(ada, "The refund of my order")
    wait_until(lambda: ids(ada, "refund"), PATIENCE_S, "the index")
    log = explaining_server.data / "postgresql.log"
    start = log.stat().st_size
    for question in ("refund", "order refund", '"my order"', "ordre", "1042", "Ada", "অর্ডার"):
        search(agent, question)
        search(agent, question, status="open", agent="me", tag="x", date_from="2026-01-01")
        search(ada, question)
    plans = log.read_bytes()[start:].decode().split("Query Text: ")[1:]
    ours = [plan for plan in plans if "search" in plan.partition("(cost=")[0]]
    assert len(ours) > 100 and any("Bitmap Index Scan on" in plan for plan in ours)
    whole = re.compile(r"Seq Scan on (message|ticket|app_user|search_word|\w+_search)")
    assert not [plan for plan in ours if whole.search(plan)]


def test_the_newest_matches_are_found_whatever_the_way(fresh_server):
    """Of 20,000 texts many of the newest 900 say what hardly one did before; a third has two words
    in the one order, a third in the other."""
    fresh_server.sql(
        "SELECT search_put('message_search',"
        " array_agg(timestamptz '2020-03-31 12:00+00' - make_interval(mins => n * 6)),"
        " array_agg(n::bigint), array_agg(format('every:1 number%%s:2 %%s', n, CASE"
        " WHEN n < 900 AND n %% 2 = 0 OR n %% 4000 = 0 THEN 'burst:3'"
        " WHEN n %% 3 = 0 THEN 'right:3 order:4'"
        " WHEN n %% 3 = 1 THEN 'order:3 right:4' END)))"
        " FROM generate_series(1, 20000) AS n"
    )
    fresh_server.sql("ANALYZE")
    questions = ["every", "burst", "number17", "number17 | burst", "order & right"]
    questions += ["every & !burst", "every & !(right <-> order)", "nothing"]
    for question, upto, most in product(questions, ["2020-04-01", "2020-02-10"], [1, 500, 30000]):
        asked = (question, "2020-01-20", upto, most)
        found = fresh_server.sql(
            "SELECT id FROM search_newest('message_search', %s, %s, %s, %s)", *asked
        )
        expected = fresh_server.sql(
            "SELECT id FROM message_search WHERE terms @@ %s::tsquery AND at >= %s AND at < %s"
            " ORDER BY at DESC LIMIT %s",
            *asked,
        )
        assert sorted(found) == sorted(expected), asked
    found = fresh_server.sql(
        "SELECT id FROM search_newest("
        " 'message_search', 'right <-> order', '-infinity', '2020-04-01', 2000)"
    )
    both = [n for n in range(1, 20001) if n % 3 < 2 and n % 4000 and (n >= 900 or n % 2)]
    assert sorted(n for (n,) in found) == [n for n in both[:2000] if n % 3 == 0]


def test_months_are_made_ahead_and_for_the_past(fresh_server):
    agent, ada = fresh_server.login(), fresh_server.visitor()
    word = unique()
    message = first_message(ada, open_ticket(ada, word))
    wait_found(agent, word, [message])
    months = (
        "SELECT to_char(month, 'YYYYMM'), to_char(date_trunc('quarter', month), 'YYYYMM')"
        " FROM (SELECT now() + make_interval(months => n) FROM generate_series(0, 2) n) m (month)"
    )
    for month, quarter in fresh_server.sql(months):
        for name in (f"message_search_{month}", f"ticket_search_{quarter}"):
            assert fresh_server.sql("SELECT to_regclass(%s)", name)[0][0], name
    fresh_server.sql("UPDATE message SET created_at = '2019-05-05 12:00+00' WHERE id = %s", message)
    fresh_server.sql("UPDATE search_rebuild SET version = 0")
    fresh_server.restart()
    agent = fresh_server.login()
    wait_found(agent, word, [message], date_to="2019-12-31")
    assert fresh_server.sql("SELECT id FROM message_search_201905") == [(message,)]


@pytest.mark.parametrize(
    "change",
    ["UPDATE search_rebuild SET version = 0", "UPDATE epoch SET name = 'restored'"],
    ids=["another_way_of_cutting", "a_restored_database"],
)
def test_the_index_is_rebuilt_when_it_has_to_be(fresh_server, change):
    agent, ada = fresh_server.login(), fresh_server.visitor()
    word = unique()
    ticket = open_ticket(ada, word, subject=word)
    message = first_message(ada, ticket)
    wait_found(agent, word, [message])
    fresh_server.stop()
    fresh_server.start()
    assert ids(fresh_server.login(), word) == [message], "a restart keeps it"
    fresh_server.sql(change)
    fresh_server.restart()
    agent = fresh_server.login()
    wait_found(agent, word, [message])
    wait_found(agent, word, [ticket["id"]], "tickets")
    uses = fresh_server.sql("SELECT uses FROM search_word WHERE word = %s", word)
    assert uses == [(2,)], "the message and the subject, counted anew"


def test_everything_is_folded_exactly_once_whenever_the_server_dies(fresh_server):
    word, written = unique(), []
    for _ in range(4):
        ada = fresh_server.visitor()
        ticket = open_ticket(ada, f"{word} begins")
        written.append(first_message(ada, ticket))
        written += [say(ada, ticket, f"{word} {n}")["id"] for n in range(10)]
        # Sooner or later into what the fold is doing at that moment.
        timer = threading.Timer(0.05 * len(written) % 0.4, fresh_server.process.kill)
        timer.start()
        timer.join()
        fresh_server.process.wait()
        fresh_server.forget()
        fresh_server.start()
    wait_found(fresh_server.login(), word, written)
    uses = fresh_server.sql("SELECT uses FROM search_word WHERE word = %s", word)
    assert uses == [(len(written),)]
