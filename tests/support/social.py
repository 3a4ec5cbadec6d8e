# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server with providers, and a browser that goes to them and back (I3). The fixtures are imported
by the tests that want them."""

import re
import uuid
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from support.pages import DESK, SHOP, leads_to, says
from support.providers import CLIENT_ID, CLIENT_SECRET, Facebook, GitHub, Impostor, RealProvider
from support.server import running

PROVIDERS = "/settings/identity-providers"
ACCOUNTS = {
    "ada": {"name": "Ada Elsewhere", "email": "ada@elsewhere.example", "email_verified": True},
    "bo": {"name": "Bo Lin", "email": "bo@elsewhere.example", "email_verified": False},
}


@pytest.fixture(scope="module")
def house(demo_data):
    """A server that may ask the machine that it runs on."""
    environment = {"DESKBELL_ALLOW_PRIVATE_ADDRESSES": "127.0.0.1/32"}
    with running(demo_data, "--demo", environment=environment) as server:
        yield server


@pytest.fixture(scope="module")
def admin(house):
    return house.login("admin@example.com")


def set_up(admin, kind, issuer, **more):
    """The id of a new provider."""
    told = {"kind": kind, "name": kind.title(), "issuer": issuer}
    told |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **more}
    return admin.post(PROVIDERS, told, status=201)["provider"]["id"]


def change(admin, provider, **fields):
    return admin.patch(f"{PROVIDERS}/{provider}", fields, status=200)["provider"]


class Placed:
    """A stand-in and its row."""

    def __init__(self, admin, stand_in, kind, **more):
        self.admin, self.stand_in = admin, stand_in
        self.id = set_up(admin, kind, stand_in.issuer, for_staff=True, **more)

    def set(self, **fields):
        change(self.admin, self.id, **fields)


def place(admin, stand_in, kind):
    placed = Placed(admin, stand_in, kind)
    yield placed
    stand_in.close()
    admin.delete(f"{PROVIDERS}/{placed.id}", status=204)


@pytest.fixture(scope="module")
def placed_impostor(admin):
    yield from place(admin, Impostor(), "oidc")


@pytest.fixture
def liar(placed_impostor):
    """An OpenID provider of our own, honest at first and with nobody known."""
    placed_impostor.stand_in.reset()
    plain = {"for_staff": True, "for_customers": True, "creates_customers": True}
    placed_impostor.set(**plain, is_active=True, is_trusted_for_staff=False, asks_second_step=True)
    return placed_impostor


@pytest.fixture(scope="module")
def github(admin):
    yield from place(admin, GitHub(), "github")


@pytest.fixture(scope="module")
def facebook(admin):
    yield from place(admin, Facebook(), "facebook")


def begin(visit, provider, **fields):
    """Presses the provider's button: the address that the browser goes to."""
    page = visit.post(f"{visit.root}/sign-in/with/{provider}", **fields)
    assert leads_to(page), says(page)
    return leads_to(page)


def pass_provider(visit, address):
    """Signs in there, as a stand-in does at once: the address that it sends the browser back to."""
    return visit.http.get(address, timeout=60, allow_redirects=False).headers["Location"]


def come_back(visit, address):
    """The page that the browser sees there."""
    return visit.http.get(address, timeout=60)


def sign_in(visit, provider, **fields):
    return come_back(visit, pass_provider(visit, begin(visit, provider, **fields)))


def with_query(address, **changes):
    """The address with these parameters changed, or, where None, without them."""
    parts = urlsplit(address)
    query = {key: value[0] for key, value in parse_qs(parts.query).items()} | changes
    query = {key: value for key, value in query.items() if value is not None}
    return parts._replace(query=urlencode(query)).geturl()


def query_of(address):
    return {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}


def name_in(visit):
    """Who is signed in to the pages; None when nobody is."""
    page = visit.get("/support/conversations/" if visit.root == SHOP else f"{DESK}/chat")
    found = re.search(r'ways-in"[^>]*>([^<]*)</a>', page.text)
    return found and found[1]


def accounts_of(house, **where):
    ((column, value),) = where.items()
    return house.sql(f"SELECT id, role::text, email FROM app_user WHERE {column} = %s", value)


def person(**claims):
    name = uuid.uuid4().hex
    return {"sub": name, "name": f"Person {name}", "email": f"{name}@example.com"} | claims


def assert_refused(page, words, visit):
    assert page.status_code >= 400 and words in says(page), (page.status_code, says(page))
    assert name_in(visit) is None


def make_agent(house):
    email = f"{uuid.uuid4().hex}@example.com"
    house.create_user("agent", email, name=email)
    return email


@pytest.fixture(scope="module")
def real(house, admin):
    provider = RealProvider(ACCOUNTS)
    provider.id = set_up(admin, "oidc", provider.issuer, name="Elsewhere")
    provider.redirect = f"{house.url}/sign-in/callback/{provider.id}"
    provider.start(provider.redirect)
    yield provider
    provider.stop()
    admin.delete(f"{PROVIDERS}/{provider.id}", status=204)


def answer_forms(visit, provider, address, login):
    """Fills in the provider's own forms until it sends the browser back."""
    page = visit.http.get(address, timeout=60, allow_redirects=False)
    while True:
        if page.is_redirect:
            address = page.headers["Location"]
            if address.startswith(visit.server.url):
                return address
            page = visit.http.get(
                address if "://" in address else provider.issuer + address,
                timeout=60,
                allow_redirects=False,
            )
            continue
        form = re.search(r'<form[^>]*action="([^"]*)"', page.text)
        assert form, page.text
        prompt = re.search(r'name="prompt" value="(\w+)"', page.text)[1]
        fields = {"prompt": prompt}
        if prompt == "login":
            fields |= {"login": login, "password": "any"}
        page = visit.http.post(form[1], data=fields, timeout=60, allow_redirects=False)
