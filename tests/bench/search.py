# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searching a hundred thousand messages and a million, in every shape a question can have; and how
fast the index is filled, beside which no message waits.

Both sizes are spread over the same two years, so that the larger one has ten times as many matches
in every month: a search that grows with what is there shows it.
"""

import http.client
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from harness.report import Report
from harness.shop import open_shop
from support.wait import wait_until

SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 4
QUESTIONS = 15  # of each shape
BUDGET_MS = 40
FLAT = 2.5  # times the figure with a tenth of the messages
FILL = Path(__file__).parent / "sql/search-shop.sql"
FOLD_S = 3600


def percentile(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * percent // 100)]


def fill(server, messages):
    """Adds messages, waits for the index, and returns how many texts a second went into it."""
    server.sql("SELECT bench.fill(%s)", messages)
    server.sql("VACUUM ANALYZE")
    began = time.monotonic()
    texts = server.sql(
        "SELECT messages_below + tickets_below + customers_below FROM search_rebuild"
    )
    wait_until(
        lambda: server.sql(
            "SELECT messages_below + tickets_below + customers_below = 0 FROM search_rebuild"
        )[0][0],
        FOLD_S,
        "the index to be filled",
    )
    return texts[0][0] / (time.monotonic() - began)


def words(server, condition, count=QUESTIONS):
    return [
        word
        for (word,) in server.sql(
            "SELECT word FROM search_word"
            f" WHERE word ~ '^[a-z]+$' AND char_length(word) > 3 AND {condition}"
            " ORDER BY uses DESC, word LIMIT %s",
            count,
        )
    ]


def shapes(server):
    """Questions by shape, each with the filters it is asked with."""
    total = server.sql("SELECT count(*) FROM message")[0][0]
    common = words(server, "true")
    middle = words(server, f"uses BETWEEN {total // 2000} AND {total // 200}")
    rare = words(server, "uses BETWEEN 2 AND 9 AND char_length(word) > 7")
    sentences = [
        row[0]
        for row in server.sql(
            "SELECT text FROM bench.sentence WHERE language = 'en' ORDER BY place LIMIT %s",
            QUESTIONS,
        )
    ]
    names = server.sql(
        "SELECT name FROM app_user WHERE name ~ '^[A-Z][a-z]+ [A-Z]' ORDER BY id DESC LIMIT %s",
        QUESTIONS,
    )
    asked = {
        "rare": rare,
        "common": common,
        "middle": middle,
        "two_common": [f"{a} {b}" for a, b in zip(common, common[1:])],
        "common_and_rare": [f"{a} {b}" for a, b in zip(common, rare)],
        "four_words": [
            f"{a} {b} {c} {d}" for a, b, c, d in zip(common, middle, common[3:], common[5:])
        ],
        "phrase": [f'"{" ".join(sentence.split()[1:4])}"' for sentence in sentences],
        "phrase_never_said": [f'"{b} {a} {a}"' for a, b in zip(common, common[1:])],
        "excluded": [f"{a} -{b}" for a, b in zip(common, common[1:])],
        "unfinished": [word[:4] for word in middle],
        "slip": [word[:3] + word[4] + word[3] + word[5:] for word in rare],
        "bengali": "অর্ডার টাকা ফেরত ঠিকানা বই কুরিয়ার রসিদ পেমেন্ট সাহায্য নতুন".split(),
        "chinese": "订单 退款 地址 发票 快递公司 密码 银行卡 礼品卡余额 谢谢 我".split(),
        "arabic": "الطلب الكتاب المبلغ العنوان التوصيل فاتورة".split(),
        "number": [str(100_001 + n * 517) for n in range(QUESTIONS)],
        "ticket_number": [f"TKT-{300 + n * 331:06}" for n in range(QUESTIONS)],
        "name": [name for (name,) in names],
        "given_name": [name.split()[0] for (name,) in names],
        "nothing": [f"{word}zzz" for word in rare],
        "nothing_together": [f"{a} {b}" for a, b in zip(rare, rare[1:])],
    }
    filtered = {
        "common_in_progress": (common, "&status=in_progress"),
        "common_of_an_agent": (common, "&agent=2&category=billing"),
        "middle_filtered": (middle, "&status=in_progress&agent=3"),
        "common_of_last_year": (
            common,
            "&date_to={}".format(time.strftime("%Y-%m-%d", time.gmtime(time.time() - 365 * 86400))),
        ),
    }
    return {name: (questions, "") for name, questions in asked.items()} | filtered


class Asker:
    """One person who asks over one connection, and how long each answer took."""

    def __init__(self, server, token):
        address = urlsplit(server.url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port)
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, path):
        began = time.perf_counter()
        self.connection.request("GET", f"/api/v1{path}", headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return (time.perf_counter() - began) * 1000


def measure_shapes(server):
    """Milliseconds of every shape, all shapes in turn so that a noisy minute hits them alike."""
    asker = Asker(server, server.login().token)
    asked = shapes(server)
    times = {shape: [] for shape in asked}
    plain = []
    for turn in range(ROUNDS + 1):  # the first turn warms up
        for shape, (questions, filters) in asked.items():
            took = [asker.ask(f"/search?q={quote(question)}{filters}") for question in questions]
            times[shape] += took if turn else []
        plain += [asker.ask("/departments") for _ in range(QUESTIONS)] if turn else []
    return times, plain


def measure_freshness(server):
    """Milliseconds from the commit of a message until it is found."""
    agent, ada = server.login(), server.visitor(name="Ada Roy")
    found = []
    for n in range(10):
        word = f"fresh{'abcdefghij'[n]}"
        fields = {"channel": "portal", "subject": "S", "description": f"Quite {word}"}
        ada.post("/tickets", fields, status=201)
        began = time.perf_counter()
        wait_until(
            lambda: agent.get(f"/search?types=messages&q=%22{word}%22").json()["messages"][
                "results"
            ]
        )
        found.append((time.perf_counter() - began) * 1000)
    return found


def measure():
    report = Report("search")
    with open_shop() as server:
        server.database.cursor().execute(FILL.read_text())
        folded_small = fill(server, SMALL)
        small, _ = measure_shapes(server)
        folded_large = fill(server, LARGE - SMALL)
        large, plain = measure_shapes(server)
        fresh = measure_freshness(server)

    for shape in large:
        report.within(f"{shape}_p95_ms", [percentile(large[shape], 95)], BUDGET_MS)
    for shape in large:
        report.note(f"{shape}_p50_ms", [percentile(large[shape], 50)])
    everything = [sum(times.values(), []) for times in (large, small)]
    report.within("all_p95_ms", [percentile(everything[0], 95)], BUDGET_MS)
    report.at_most("p95_ms_to_a_tenth", *[[percentile(times, 95)] for times in everything], FLAT)
    report.at_most("p50_ms_to_a_tenth", *[[percentile(times, 50)] for times in everything], FLAT)
    report.within("found_after_ms", [percentile(fresh, 95)], 2000)
    report.note("texts_folded_per_s", [folded_large])
    report.note("texts_folded_per_s_of_a_tenth", [folded_small])
    report.note("departments_p95_ms", [percentile(plain, 95)])
    return report
