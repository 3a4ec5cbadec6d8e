# SPDX-License-Identifier: AGPL-3.0-or-later
"""K1: what every answer says to browsers, whose pages may call, and what comes too often. A table
over all routes, so that a new one cannot be forgotten."""

import re
import uuid

import pytest
import requests
import websockets

from support import raw
from support.api import assert_problem
from support.live import Live
from support.routes import list_routes
from support.server import PASSWORD, running


def fill(path):
    """A path of the table as it could be asked for."""
    return re.sub(r"\{\w+\*?\}", "1", path.replace("{id:code}", "CONV-001"))


ROUTES = [(route.method, fill(route.path)) for route in list_routes()]
SHOP = "https://shop.example"
WHO = ("nobody", "customer", "admin")


@pytest.fixture(scope="module")
def people(server):
    customer, admin = server.visitor(), server.login("admin@example.com")
    return {"nobody": server.anonymous(), "customer": customer, "admin": admin}


def reading(method, path):
    """What asking for it does no harm."""
    return method if method in ("GET", "HEAD") else "OPTIONS"


def policy(answer):
    """The content security policy as a dict."""
    text = answer.headers["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in text.split(";") if part.strip()}


def check_headers(answer):
    """What every answer has, whatever it is."""
    said = answer.headers
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["X-Frame-Options"] == "DENY"
    assert said["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert said["Permissions-Policy"].startswith("camera=()")
    assert said["Cross-Origin-Opener-Policy"] == "same-origin"
    assert said["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
    assert said["X-Request-Id"]
    rules = policy(answer)
    assert rules["default-src"] == ["'none'"]
    if "sandbox" not in rules:
        assert rules["frame-ancestors"] == ["'none'"]
    sources = [source for name in rules for source in rules[name]]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(sources)
    assert "Server" not in said and "X-Powered-By" not in said


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_every_answer_of_every_route_says_what_browsers_need(server, people, who, accept):
    """Also refusals, pages, files, redirects, and what a browser asks before it calls."""
    for method, path in ROUTES:
        answer = people[who].http.request(
            reading(method, path),
            server.url + path,
            headers={"Accept": accept},
            timeout=60,
            allow_redirects=False,
        )
        try:
            check_headers(answer)
        except (AssertionError, KeyError) as error:
            raise AssertionError(f"{method} {path}: {error!r}\n{answer.headers}") from error
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            rules = policy(answer)
            assert rules["base-uri"] == ["'none'"] and rules["form-action"] == ["'self'"], path


@pytest.mark.parametrize(
    "method, path, headers",
    [
        ("GET", "/nowhere", {}),
        ("POST", "/api/v1/tickets/x", {}),
        ("DELETE", "/healthz", {}),
        ("POST", "/api/v1/auth/login", {"Content-Type": "text/plain"}),
        ("GET", "/api/v1/tickets?limit=0", {}),
        ("GET", "/api/v1/live", {}),
        ("GET", "/api/v1/live", {"Upgrade": "websocket", "Connection": "Upgrade"}),
        ("GET", "/widget.js", {"If-None-Match": "*"}),
    ],
)
def test_refusals_say_it_too(server, people, method, path, headers):
    answer = people["admin"].http.request(
        method,
        server.url + path,
        headers=headers,
        timeout=60,
        data=b"x" if method == "POST" else None,
    )
    check_headers(answer)


def test_a_body_that_is_too_large_is_refused_with_all_of_it(server):
    head = raw.head("POST", "/api/v1/auth/login", Content_Length=str(10**7))
    answer = raw.ask(server.url, head)
    assert answer.status == 413 and answer.headers["x-frame-options"] == "DENY"


def test_what_the_widget_loads_is_everybody_s_and_nothing_else(server):
    def shared(path):
        said = requests.get(server.url + path, timeout=60).headers
        return said["Cross-Origin-Resource-Policy"], said.get("Access-Control-Allow-Origin")

    assert shared("/widget.js") == ("cross-origin", "*")
    assert shared("/widget/lang/bn.json") == ("cross-origin", "*")
    for path in ("/demo/", "/setup/", "/api/docs/", "/metrics", "/support/sign-in"):
        assert shared(path) == ("same-origin", None), path


# HTTPS


@pytest.mark.parametrize(
    "environment, options, forwarded, expected",
    [
        ({}, (), None, False),
        ({}, (), "https", False),
        ({}, ("--behind-proxy", "127.0.0.1"), "https", True),
        ({}, ("--behind-proxy", "127.0.0.1"), "http", False),
        ({"DESKBELL_PUBLIC_URL": "https://help.example.com"}, (), None, True),
        ({"DESKBELL_PUBLIC_URL": "http://help.example.com"}, (), None, False),
    ],
)
def test_who_is_open_by_https_stays_there(demo_data, environment, options, forwarded, expected):
    """HSTS, and cookies that are never sent in the clear."""
    with running(demo_data, "--demo", *options, environment=environment) as server:
        headers = {"X-Forwarded-Proto": forwarded} if forwarded else {}
        form = {"email": "agent1@example.com", "password": PASSWORD}
        origin = server.url.replace("http:", "https:" if expected else "http:")
        signed_in = requests.post(
            f"{server.url}/customerservices/sign-in",
            data=form,
            headers={"Origin": origin, **headers},
            timeout=60,
            allow_redirects=False,
        )
        assert signed_in.status_code == 303, signed_in.text
        assert ("Strict-Transport-Security" in signed_in.headers) is expected
        cookie = signed_in.headers["Set-Cookie"]
        assert ("; Secure" in cookie) is expected
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        assert "Path=/customerservices" in cookie and "Domain" not in cookie


# Forms


FOREIGN = [
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "{url}.evil.example"},
    {"Origin": "{url}", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "{url}", "Sec-Fetch-Site": "same-site"},
    {"Referer": "{url}/support/sign-in"},
]


def forms():
    """Everything that a form of our pages sends."""
    return [
        path
        for method, path in ROUTES
        if method == "POST" and path.endswith(("/form", "/sign-in", "/sign-out"))
    ]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_in_somebody_else_s_page_does_nothing(server, headers):
    """Although the browser would send the cookie along."""
    session = requests.Session()
    page = f"{server.url}/customerservices/sign-in"
    person = {"email": "agent1@example.com", "password": PASSWORD}
    own = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    done = session.post(page, data=person, headers=own, timeout=60, allow_redirects=False)
    assert done.status_code == 303 and session.cookies
    sent = {name: value.format(url=server.url) for name, value in headers.items()}
    for path in forms():
        answer = session.post(
            server.url + path, data=person, headers=sent, timeout=60, allow_redirects=False
        )
        assert answer.status_code == 403, path
        assert "Set-Cookie" not in answer.headers, path
    desk = f"{server.url}/customerservices/tickets"
    still = session.get(desk, headers={"Accept": "text/html"}, timeout=60, allow_redirects=False)
    assert still.status_code == 200, "nobody was signed out"


def test_the_cookie_opens_no_api(server):
    session = requests.Session()
    session.post(
        f"{server.url}/customerservices/sign-in",
        data={"email": "admin@example.com", "password": PASSWORD},
        headers={"Origin": server.url},
        timeout=60,
        allow_redirects=False,
    )
    token = next(iter(session.cookies)).value
    for method, path in ROUTES:
        if not path.startswith("/api/v1/") or method != "GET":
            continue
        cookie = {"Cookie": f"deskbell_page={token}"}
        mine = requests.get(server.url + path, headers=cookie, timeout=60)
        anybody = requests.get(server.url + path, timeout=60)
        assert mine.status_code == anybody.status_code, path


# Pages of other origins


@pytest.fixture(scope="module")
def strict(demo_data):
    """A server whose admin said which pages may call."""
    with running(demo_data, "--demo") as server:
        admin = server.login("admin@example.com")
        listed = [SHOP, "https://*.branch.example:8443"]
        assert admin.put("/settings/origins", {"origins": listed}, status=200) == {
            "origins": sorted(listed)
        }
        yield server


def ask_as(server, origin, path="/api/v1/widget/config", method="GET"):
    headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    return requests.request(method, server.url + path, headers=headers, timeout=60).headers


ALLOWED = [SHOP, "https://a.branch.example:8443", "https://a.b.branch.example:8443"]
OTHERS = [
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "https://sub.shop.example",
    "https://branch.example:8443",
    "https://a.branch.example",
    "https://evil-branch.example:8443",
    "http://a.branch.example:8443",
    "https://evil.example/.branch.example:8443",
    "null",
    "file://",
    "",
]


@pytest.mark.parametrize("origin", ALLOWED)
def test_pages_on_the_list_may_call(strict, origin):
    for method in ("GET", "OPTIONS"):
        said = ask_as(strict, origin, method=method)
        assert said["Access-Control-Allow-Origin"] == origin
        assert "Origin" in said["Vary"]
        assert "Access-Control-Allow-Credentials" not in said
    with Live(strict.url, strict.visitor().token, headers={"Origin": origin}) as live:
        assert live.welcome


@pytest.mark.parametrize("origin", OTHERS)
def test_other_pages_may_not(strict, origin):
    for method in ("GET", "OPTIONS"):
        said = ask_as(strict, origin, method=method)
        assert "Access-Control-Allow-Origin" not in said
        assert "Origin" in said["Vary"], "else a cache would hand it to the wrong page"
    if origin:
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            Live(strict.url, strict.visitor().token, headers={"Origin": origin})
        assert refused.value.status_code == 403


def test_every_route_of_the_api_keeps_to_the_list(strict):
    for method, path in ROUTES:
        said = ask_as(strict, SHOP, path, reading(method, path))
        others = ask_as(strict, "https://evil.example", path, reading(method, path))
        is_api = path.startswith(("/api/v1/", "/support/api/"))
        if path.startswith("/widget") or path == "/api/v1/openapi.json":
            continue
        assert said.get("Access-Control-Allow-Origin") == (SHOP if is_api else None), path
        assert "Access-Control-Allow-Origin" not in others, path


def test_programs_and_our_own_pages_are_not_asked(strict):
    with Live(strict.url, strict.visitor().token) as program:
        assert program.welcome
    with Live(strict.url, strict.visitor().token, headers={"Origin": strict.url}) as own:
        assert own.welcome


def test_without_a_list_all_may(server):
    for origin in (SHOP, "null"):
        assert ask_as(server, origin)["Access-Control-Allow-Origin"] == "*"
    with Live(server.url, server.visitor().token, headers={"Origin": SHOP}) as live:
        assert live.welcome


def test_the_list_lasts_and_is_admins_business(fresh_server):
    admin, agent = fresh_server.login("admin@example.com"), fresh_server.login()
    assert admin.get("/settings/origins", status=200) == {"origins": []}
    admin.put("/settings/origins", {"origins": [SHOP, SHOP]}, status=200)
    assert_problem(agent.get("/settings/origins"), 403, "forbidden")
    assert_problem(agent.put("/settings/origins", {"origins": []}), 403, "forbidden")
    fresh_server.restart()
    assert "Access-Control-Allow-Origin" not in ask_as(fresh_server, "https://evil.example")
    admin = fresh_server.login("admin@example.com")
    assert admin.get("/settings/origins", status=200) == {"origins": [SHOP]}
    admin.put("/settings/origins", {"origins": []}, status=200)
    assert ask_as(fresh_server, "https://evil.example")["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "origins, code",
    [
        (None, "required"),
        ("https://shop.example", "wrong_type"),
        (["*"], "bad_format"),
        (["https://*"], "bad_format"),
        (["https://*.*.example"], "bad_format"),
        (["https://shop.*"], "bad_format"),
        (["shop.example"], "bad_format"),
        (["ftp://shop.example"], "bad_format"),
        (["https://shop.example/"], "bad_format"),
        (["https://Shop.example"], "bad_format"),
        (["https://shop.example:0"], "bad_format"),
        (["https://shop.example https://evil.example"], "bad_format"),
        (["https://user@shop.example"], "bad_format"),
        (["https://s.example"] * 101, "too_long"),
    ],
    ids=str,
)
def test_what_is_no_list_of_origins(server, login, origins, code):
    answer = login("admin@example.com").put("/settings/origins", {"origins": origins})
    problem = assert_problem(answer, 422, "validation_failed")
    assert ("origins", code) in [(e["field"], e["code"]) for e in problem["errors"]]


# Too often


@pytest.fixture(scope="module")
def limited(demo_data):
    options = ("--demo", "--behind-proxy", "127.0.0.1")
    with running(demo_data, *options, environment={"DESKBELL_RATE_LIMIT": "on"}) as server:
        yield server


def until_refused(ask, most):
    """How often it went well; the refusal says when to come again."""
    for times in range(most):
        answer = ask()
        if answer.status_code == 429:
            problem = assert_problem(answer, 429, "rate_limited")
            wait = int(answer.headers["Retry-After"])
            assert wait >= 1 and str(wait) in problem["detail"]
            return times
    raise AssertionError(f"not refused in {most} times")


def from_address(server, address):
    """Posts from there."""

    def post(path, json=None, token=None):
        headers = {"X-Forwarded-For": address}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return requests.post(f"{server.url}/api/v1{path}", json=json, headers=headers, timeout=60)

    return post


def test_passwords_are_tried_so_often_from_an_address(limited):
    def post(address):
        person = {"email": f"{uuid.uuid4().hex}@example.com", "password": "wrong-password"}
        return from_address(limited, address)("/auth/login", person)

    assert until_refused(lambda: post("203.0.113.1"), 40) < 20
    assert post("203.0.113.2").status_code == 401, "others are not kept waiting"
    assert until_refused(lambda: post("2001:db8:1:2::5"), 40) < 20
    assert post("2001:db8:1:2::6").status_code == 429, "a household is one address"


def test_visitors_come_so_often_from_an_address(limited):
    """Both ways of arriving count together."""
    post = from_address(limited, "203.0.113.3")
    assert post("/visitors/identify", {"identity": "x"}).status_code == 401
    assert 100 <= until_refused(lambda: post("/visitors", {}), 400)
    assert post("/visitors/identify", {"identity": "x"}).status_code == 429
    assert from_address(limited, "203.0.113.4")("/visitors", {}).status_code == 201


def test_an_account_asks_so_often_from_wherever_it_does(limited):
    token = limited.login("agent2@example.com").token
    turns = iter(range(10**6))

    def ask():
        """Each from another address, so that none of those is the reason."""
        address = f"198.51.{next(turns) // 250 % 250}.{next(turns) % 250}"
        return from_address(limited, address)("/notices/read", {"upto": 1}, token)

    assert 300 <= until_refused(ask, 3000)
