# SPDX-License-Identifier: AGPL-3.0-or-later
"""O6: the pages of the documented addresses: signing in to them, reading, and what their forms do,
without any script."""

import html
import re
import uuid

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from support.api import assert_problem
from support.browser import console_errors
from support.files import png, upload
from support.naughty import NAUGHTY
from support.pages import DESK, SHOP, Visit
from support.routes import code_of
from support.server import PASSWORD
from support.wait import wait_until

PAGES = [f"{DESK}/tickets", f"{DESK}/chat", f"{DESK}/stats"]


@pytest.fixture
def desk(server):
    visit = Visit(server)
    assert visit.sign_in().status_code == 200
    return visit


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


@pytest.fixture
def customer(server):
    """A customer with an account of their own, signed in to the shop's pages and to the API."""
    email = f"{uuid.uuid4().hex}@example.com"
    server.create_user("customer", email, name="Ada Roy")
    person = server.login(email)
    person.pages = Visit(server, SHOP)
    assert person.pages.sign_in(email).status_code == 200
    return person


def begin(customer, text="Where is my order?"):
    chat = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    customer.post(f"/tickets/{chat}/messages", {"body": text}, status=201)
    return chat


def words_of(page):
    """What one reads, without markup."""
    return re.sub(r"<[^>]+>", " ", page.text)


# Signing in


@pytest.mark.parametrize("path", [*PAGES, f"{DESK}/tickets/1", f"{SHOP}/conversations/"])
def test_who_is_not_signed_in_is_led_to_the_form_and_back(server, path):
    visit = Visit(server, SHOP if path.startswith(SHOP) else DESK)
    form = visit.get(f"{path}?search=x")
    assert form.status_code == 200 and form.url.split("?")[0] == f"{server.url}{visit.root}/sign-in"
    following = re.search(r'name="next" value="([^"]*)"', form.text)[1]
    assert following == f"{path}?search=x"
    answer = visit.sign_in(next=following)
    assert (answer.status_code, answer.url) == (200, f"{server.url}{path}?search=x")


def test_the_cookie_is_for_these_pages_alone(server):
    visit = Visit(server)
    answer = visit.http.post(
        f"{server.url}{DESK}/sign-in",
        data={"email": "agent1@example.com", "password": PASSWORD},
        headers={"Origin": server.url},
        allow_redirects=False,
    )
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303
    for part in ("HttpOnly", "SameSite=Strict", f"Path={DESK}"):
        assert part in cookie
    token = re.match(r"deskbell_page=([^;]+)", cookie)[1]
    carried = {"Cookie": f"deskbell_page={token}"}
    for path in (f"{DESK}/tickets", "/api/v1/tickets", f"{SHOP}/api/conversation/create/"):
        asked = requests.get(server.url + path, headers=carried, timeout=60)
        assert_problem(asked, 401, "unauthenticated")
    written = requests.put(
        f"{server.url}{DESK}/tickets/1/status", json={"status": "open"}, headers=carried, timeout=60
    )
    assert_problem(written, 401, "unauthenticated")


def test_wrong_words_show_the_form_again(server):
    answer = Visit(server).sign_in(password="not it at all")
    assert answer.status_code == 401
    assert "Wrong e-mail or password." in words_of(answer)
    assert 'value="agent1@example.com"' in answer.text and "not it at all" not in answer.text
    assert Visit(server).sign_in(email="").status_code == 422


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil",
        "/api/v1/me",
        f"{DESK}.evil",
        f"{SHOP}/x",
    ],
)
def test_nobody_is_led_elsewhere(server, following):
    answer = Visit(server).sign_in(next=following)
    assert answer.url == f"{server.url}{DESK}/tickets"


def test_too_many_tries_are_a_page_that_says_when_to_come_back(make_server):
    server = make_server("--demo", environment={"DESKBELL_RATE_LIMIT": "on"}).start()
    visit = Visit(server)
    answer = visit.sign_in(password="no")
    while answer.status_code == 401:
        answer = visit.sign_in(password="no")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "Too many tries." in words_of(answer)


def test_signing_out_ends_the_session(server, desk):
    token = desk.http.cookies["deskbell_page"]
    answer = desk.post(f"{DESK}/sign-out")
    assert answer.url == f"{server.url}{DESK}/sign-in"
    assert "deskbell_page" not in desk.http.cookies
    desk.http.headers["Cookie"] = f"deskbell_page={token}"
    assert desk.get(f"{DESK}/tickets").url.startswith(f"{server.url}{DESK}/sign-in")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_forms_of_other_pages_do_nothing(desk, customer, origin):
    ticket = begin(customer)
    for path, fields in (
        (f"{DESK}/tickets/{ticket}/form", {"action": "message", "message": "forged"}),
        (f"{DESK}/sign-in", {"email": "agent1@example.com", "password": PASSWORD}),
        (f"{DESK}/sign-out", {}),
    ):
        assert desk.post(path, origin=origin, **fields).status_code == 403
    assert "forged" not in desk.get(f"{DESK}/tickets/{ticket}").text


# What pages are like


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_strict_and_whole(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text and "style=" not in answer.text
    assert 'lang="en"' in answer.text and "<title>" in answer.text
    assert answer.url == desk.server.url + path


def test_programs_get_json_where_browsers_get_pages(agent):
    for path in PAGES:
        assert agent.ask("GET", path).headers["Content-Type"] == "application/json"
        kind = {"Accept": "application/json, text/html;q=0.5"}
        assert agent.ask("GET", path, headers=kind).headers["Content-Type"] == "application/json"
        page = agent.ask("GET", path, headers={"Accept": "text/html"})
        assert page.headers["Content-Type"].startswith("text/html"), "a bearer token opens it too"


@pytest.mark.parametrize(
    "path", [f"{DESK}/tickets/999999999", f"{DESK}/chat?conversation=999999999"]
)
def test_what_is_not_there_is_a_page_too(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 404
    assert "There is no such ticket." in words_of(answer)


def test_filters_that_cannot_be_read_are_a_page_too(desk):
    assert desk.get(f"{DESK}/tickets?date=never").status_code == 400


def test_a_customer_has_no_statistics(server, customer):
    visit = Visit(server)
    visit.sign_in(customer.user["email"])
    assert visit.get(f"{DESK}/stats").status_code == 403


# The pages of the customer service


def test_the_list_shows_figures_and_cards_and_filters_them(desk, customer, agent):
    ticket = begin(customer, "A rather peculiar order")
    page = desk.get(f"{DESK}/tickets")
    stats = agent.get("/tickets", status=200)["stats"]
    for name in ("total", "open", "in_progress", "urgent"):
        assert f'class="{name}"><b>{stats[name]}</b>' in page.text
    assert f"#TKT-{ticket:06}" in page.text and "A rather peculiar order" in page.text
    closed = desk.get(
        f"{DESK}/tickets?status=closed&search=&category=&priority=&assigned_to=&date="
    )
    assert f"#TKT-{ticket:06}" not in closed.text
    assert '<option value="closed" selected>' in closed.text


def test_a_ticket_is_read_answered_moved_and_assigned(desk, customer, agent):
    ticket = customer.post("/tickets", {"description": "It is torn."}, status=201)["ticket"]["id"]
    form = f"{DESK}/tickets/{ticket}/form"
    for fields in (
        {"action": "message", "message": "We send a *new* one.\r\nToday."},
        {"action": "message", "message": "torn before", "is_internal": "true"},
        {"action": "status", "status": "in_progress"},
        {"action": "assign", "assigned_to": str(agent.id)},
        {"action": "status", "status": "resolved"},
    ):
        answer = desk.post(form, **fields)
        assert (answer.status_code, answer.url) == (
            200,
            f"{desk.server.url}{DESK}/tickets/{ticket}",
        )
    assert "<em>new</em>" in answer.text and "torn before" in answer.text
    now = agent.get(f"/tickets/{ticket}", status=200)
    assert now["ticket"]["status"] == "resolved"
    said = [m["body"] for m in now["messages"] if m["type"] != "system"]
    assert said == ["It is torn.", "We send a *new* one.\nToday.", "torn before"]


def offered(page):
    """The statuses that a ticket's page lets its reader choose."""
    menu = re.search(r'<select name="status">(.*?)</select>', page.text, re.S)
    return re.findall(r'value="(\w+)"', menu[1]) if menu else []


def test_only_moves_that_the_reader_may_make_are_offered(server, desk, customer):
    ticket = customer.post("/tickets", {"description": "It is torn."}, status=201)["ticket"]["id"]
    page = f"{DESK}/tickets/{ticket}"
    visit = Visit(server)
    visit.sign_in(customer.user["email"])
    assert offered(desk.get(page)) == ["open", "in_progress", "resolved", "closed"]
    assert offered(visit.get(page)) == ["open", "resolved", "closed"]
    assert desk.post(f"{page}/form", action="status", status="in_progress").status_code == 200
    for status in ("in_progress", "resolved", "open"):
        assert status in offered(visit.get(page))
        assert visit.post(f"{page}/form", action="status", status=status).status_code == 200
    assert "in_progress" not in offered(visit.get(page))


def test_words_that_were_not_sent_are_kept(desk, customer, agent):
    ticket = begin(customer)
    agent.put(f"/tickets/{ticket}/status", {"status": "closed"}, status=200)
    answer = desk.post(f"{DESK}/tickets/{ticket}/form", action="message", message="too <late>")
    assert answer.status_code == 409
    assert "too &lt;late&gt;</textarea>" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "destroy"},
        {"action": "message"},
        {"action": "message", "message": " "},
        {"action": "status", "status": "assigned"},
        {"action": "assign", "assigned_to": "x"},
        {"action": "assign", "assigned_to": str(2**62)},
    ],
)
def test_forms_with_wrong_values_change_nothing(desk, customer, agent, fields):
    ticket = begin(customer)
    before = agent.get(f"/tickets/{ticket}", status=200)
    assert desk.post(f"{DESK}/tickets/{ticket}/form", **fields).status_code == 422
    assert agent.get(f"/tickets/{ticket}", status=200) == before


def test_the_chat_shows_who_waits_and_what_was_said(desk, customer, agent):
    chat = begin(customer)
    page = desk.get(f"{DESK}/chat")
    assert f"{DESK}/chat?conversation={chat}" in page.text
    assert 'title="1 unread message"' in page.text
    answer = desk.post(f"{DESK}/chat/{chat}/form", action="message", message="Let me look.")
    assert answer.url == f"{desk.server.url}{DESK}/chat?conversation={chat}"
    assert "Let me look." in answer.text
    desk.post(f"{DESK}/chat/{chat}/form", action="read")
    assert agent.get(f"/tickets/{chat}", status=200)["ticket"]["agent_unread_count"] == 0


def test_the_statistics_name_every_agent(desk, agent):
    said = words_of(desk.get(f"{DESK}/stats"))
    for one in agent.get("/stats", status=200)["agents"]:
        assert one["name"] in said


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_texts_are_text(desk, customer, text):
    """Whatever it is: one reads it, and it makes no element."""
    chat = begin(customer, text)
    for path in (f"{DESK}/tickets/{chat}", f"{DESK}/chat?conversation={chat}", f"{DESK}/tickets"):
        page = desk.get(path)
        assert page.status_code == 200
        assert not re.search(r"<(script|img|svg|iframe|object|style)\b", page.text, re.I)
        assert not re.search(r"<[^>]+\son\w+\s*=", page.text)


def test_files_are_links_and_pictures_show(desk, customer):
    chat = begin(customer)
    sent = upload(customer, png(300, 200), "a & b.png", kind="image/png")
    customer.post(f"/tickets/{chat}/messages", {"attachments": [sent["id"]]}, status=201)
    page = desk.get(f"{DESK}/tickets/{chat}")
    link = html.unescape(re.search(r'<li><a href="([^"]+)" dir="auto"><img src="', page.text)[1])
    assert desk.http.get(desk.server.url + link, timeout=60).content == png(300, 200)
    assert "a &amp; b.png" in page.text


# The pages of the shop


def test_a_customer_reads_writes_and_closes(customer, agent):
    chat = begin(customer)
    address = f"{SHOP}/conversation/{code_of(chat)}/"
    agent.post(f"/tickets/{chat}/messages", {"body": "It left **today**."}, status=201)
    agent.post(f"/tickets/{chat}/messages", {"body": "hush", "is_internal": True}, status=201)
    assert address in customer.pages.get(f"{SHOP}/conversations/").text
    page = customer.pages.get(address)
    assert "<b>today</b>" in page.text and "hush" not in page.text
    form = address + "form"
    answer = customer.pages.post(form, action="message", message="Thank you")
    assert answer.url == customer.url + address and "Thank you" in answer.text
    answer = customer.pages.post(form, action="close")
    assert "This conversation is closed." in answer.text
    assert customer.get(f"/tickets/{chat}", status=200)["ticket"]["status"] == "closed"


def test_a_customer_sees_nobody_elses(customer, server):
    other = begin(server.visitor(name="Eve"))
    address = f"{SHOP}/conversation/{code_of(other)}/"
    assert customer.pages.get(address).status_code == 404
    answer = customer.pages.post(address + "form", action="message", message="mine")
    assert answer.status_code == 404
    assert "Eve" not in customer.pages.get(f"{SHOP}/conversations/").text
    json = customer.ask("GET", f"{SHOP}/conversations/", status=200)
    assert json == {"conversations": [], "next": None}


def test_the_json_of_the_same_addresses(customer):
    chat = begin(customer)
    listed = customer.ask("GET", f"{SHOP}/conversations", status=200)["conversations"]
    whole = customer.ask("GET", f"{SHOP}/conversation/{code_of(chat)}/", status=200)
    assert listed == [whole["conversation"]]
    assert whole["messages"][0]["content"] == "Where is my order?"


# In a real browser


def test_a_working_day_without_a_script(browser, server, customer):
    chat = begin(customer)
    browser.delete_all_cookies()
    browser.get(f"{server.url}{DESK}/chat?conversation={chat}")
    browser.find_element(By.NAME, "email").send_keys("agent1@example.com")
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, ".narrow button").click()
    wait_until(lambda: browser.current_url.endswith(f"conversation={chat}"), 20, "the chat")
    browser.find_element(By.NAME, "message").send_keys("Let me see.")
    browser.find_element(By.CSS_SELECTOR, ".reply button").click()
    wait_until(lambda: "Let me see." in browser.page_source, 20, "the answer in the thread")
    browser.get(f"{server.url}{DESK}/tickets/{chat}")
    Select(browser.find_element(By.NAME, "status")).select_by_value("resolved")
    browser.find_element(By.CSS_SELECTOR, ".moves button").click()
    wait_until(lambda: browser.find_elements(By.CSS_SELECTOR, ".status.resolved"), 20, "the move")
    assert console_errors(browser) == []
    browser.find_element(By.CSS_SELECTOR, ".bar button").click()
    wait_until(lambda: browser.current_url.endswith("/sign-in"), 20, "the way in")


@pytest.fixture
def narrowed(browser, server, desk):
    """Gives the browser's window a width; it is signed in to the desk's pages."""

    def narrow(width):
        device = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
        return browser

    browser.get(f"{server.url}{DESK}/sign-in")
    cookie = {"name": "deskbell_page", "value": desk.http.cookies["deskbell_page"], "path": DESK}
    browser.add_cookie(cookie)
    size = browser.get_window_size()
    yield narrow
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.set_window_size(size["width"], size["height"])


@pytest.mark.parametrize("width", [320, 760, 1280])
def test_nothing_is_cut_at_any_width(narrowed, server, width):
    browser = narrowed(width)
    for path in (*PAGES, f"{DESK}/tickets/1", f"{DESK}/chat?conversation=1"):
        browser.get(server.url + path)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"


def test_a_narrow_chat_is_the_list_or_the_conversation(narrowed, server):
    browser = narrowed(360)
    browser.get(f"{server.url}{DESK}/chat?conversation=1")
    assert not browser.find_element(By.CSS_SELECTOR, ".list").is_displayed()
    browser.find_element(By.LINK_TEXT, "All Conversations").click()
    wait_until(lambda: browser.current_url.endswith("/chat"), 20, "the list")
    assert browser.find_element(By.CSS_SELECTOR, ".list").is_displayed()


BROKEN_WORDS = """
return [...document.querySelectorAll("th, td")].flatMap(cell =>
  [...cell.textContent.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(cell.firstChild, word.index);
    range.setEnd(cell.firstChild, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]));
"""


def test_a_narrow_table_scrolls_and_breaks_no_word(narrowed, server):
    browser = narrowed(360)
    browser.get(f"{server.url}{DESK}/stats")
    assert browser.execute_script(BROKEN_WORDS) == []


def test_pages_speak_the_readers_language(server):
    visit = Visit(server)
    visit.http.headers["Accept-Language"] = "bn-BD,bn;q=0.9,en;q=0.5"
    visit.sign_in()
    page = visit.get(f"{DESK}/tickets")
    assert 'lang="bn" dir="ltr"' in page.text
    assert "টিকিট" in page.text and re.search("[০-৯]", page.text)
