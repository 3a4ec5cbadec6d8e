# SPDX-License-Identifier: AGPL-3.0-or-later
"""I3: signing in with other services: a real OpenID provider, stand-ins for GitHub and Facebook,
and who becomes which account."""

import base64
import hashlib
import hmac
import re
import time
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest

from support.api import assert_problem
from support.pages import DESK, SHOP, Visit, leads_to, says
from support.server import PASSWORD
from support.social import (
    accounts_of,
    admin,
    answer_forms,
    assert_refused,
    begin,
    come_back,
    facebook,
    github,
    house,
    liar,
    make_agent,
    name_in,
    pass_provider,
    person,
    placed_impostor,
    real,
    sign_in,
    with_query,
)

# The real provider


def test_a_real_openid_provider_signs_a_customer_in_who_stays_the_same(house, real):
    visit = Visit(house, SHOP)
    back = answer_forms(visit, real, begin(visit, real.id), "ada")
    page = come_back(visit, back)
    assert says(page).startswith("You Are Signed In") and leads_to(page) == f"{SHOP}/conversations/"
    assert name_in(visit) == "Ada Elsewhere"
    ((first, role, email),) = accounts_of(house, name="Ada Elsewhere")
    assert (role, email) == ("customer", "ada@elsewhere.example")
    # On another day, in another browser, after the provider has got a new key.
    real.start(real.redirect)
    again = Visit(house, SHOP)
    come_back(again, answer_forms(again, real, begin(again, real.id), "ada"))
    assert name_in(again) == "Ada Elsewhere" and len(accounts_of(house, name="Ada Elsewhere")) == 1


def test_an_address_that_the_provider_has_not_verified_is_nobodys(house, real):
    visit = Visit(house, SHOP)
    come_back(visit, answer_forms(visit, real, begin(visit, real.id), "bo"))
    ((_, role, email),) = accounts_of(house, name="Bo Lin")
    assert name_in(visit) == "Bo Lin" and (role, email) == ("customer", None)


def test_who_does_not_agree_there_is_told_so(house, real):
    visit = Visit(house)
    address = begin(visit, real.id)
    page = visit.http.get(address, timeout=60)
    back = visit.http.get(
        real.issuer + re.search(r'href="([^"]*/abort)"', page.text)[1].replace(real.issuer, ""),
        timeout=60,
    )
    assert_refused(back, "You did not finish signing in there.", visit)


# GitHub and Facebook


def test_github_is_asked_as_it_publishes_and_its_primary_verified_address_counts(house, github):
    name = uuid.uuid4().hex
    github.stand_in.person = {"id": 583231, "login": name, "name": None, "email": "shown@x.example"}
    github.stand_in.person["emails"] = [
        {"email": "old@x.example", "primary": False, "verified": True, "visibility": None},
        {"email": f"{name}@x.example", "primary": True, "verified": True, "visibility": "private"},
    ]
    visit = Visit(house, SHOP)
    assert sign_in(visit, github.id).status_code == 200 and name_in(visit) == name
    assert [email for _, _, email in accounts_of(house, name=name)] == [f"{name}@x.example"]
    assert github.stand_in.requests[-2:] == ["/api/v3/user", "/api/v3/user/emails"]


@pytest.mark.parametrize("primary, verified", [(True, False), (False, True)])
def test_github_another_address_is_nobodys(house, github, primary, verified):
    name = uuid.uuid4().hex
    email = {"email": f"{name}@x.example", "primary": primary, "verified": verified}
    number = int(name[:8], 16) + 600000
    github.stand_in.person = {"id": number, "login": "x", "name": name, "emails": [email]}
    visit = Visit(house, SHOP)
    sign_in(visit, github.id)
    assert name_in(visit) == name
    assert [email for _, _, email in accounts_of(house, name=name)] == [None]


@pytest.mark.parametrize("email", [None, "admin@example.com"])
def test_facebook_works_without_an_address_and_believes_none(house, facebook, email):
    name = uuid.uuid4().hex
    facebook.stand_in.person = {"id": str(int(name[:12], 16)), "name": name}
    if email:
        facebook.stand_in.person["email"] = email
    visit = Visit(house, SHOP)
    assert sign_in(visit, facebook.id).status_code == 200 and name_in(visit) == name
    assert [row[1:] for row in accounts_of(house, name=name)] == [("customer", None)]


@pytest.mark.parametrize("kind", ["github", "facebook"])
def test_a_code_that_they_refuse_signs_nobody_in(house, github, facebook, kind):
    provider = {"github": github, "facebook": facebook}[kind]
    provider.stand_in.person = {"id": 1, "login": "x", "name": "x", "emails": []}
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, provider.id))
    assert_refused(come_back(visit, with_query(back, code="other")), "could not be proven", visit)


# Whose account it is


def test_staff_are_never_made(house, liar):
    liar.set(for_customers=False)
    liar.stand_in.person = person(email_verified=True)
    visit = Visit(house)
    assert_refused(sign_in(visit, liar.id), "Nobody here has this account.", visit)
    assert not accounts_of(house, name=liar.stand_in.person["name"])


def test_an_address_makes_staff_of_somebody_only_where_the_provider_is_trusted(house, liar):
    email = make_agent(house)
    liar.stand_in.person = person(email=email.upper(), email_verified=True)
    visit = Visit(house)
    assert_refused(sign_in(visit, liar.id), "There is an account with your e-mail address", visit)
    liar.set(is_trusted_for_staff=True)
    sign_in(visit, liar.id)
    assert name_in(visit) == email
    # Now they are known, by who they are and not by the address.
    liar.set(is_trusted_for_staff=False)
    liar.stand_in.person["email"] = "another@example.com"
    again = Visit(house)
    sign_in(again, liar.id)
    assert name_in(again) == email
    liar.set(for_staff=False)
    third = Visit(house)
    assert_refused(sign_in(third, liar.id), "The team does not sign in with this service", third)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_unverified_address_is_no_way_into_an_account(house, liar, verified):
    liar.set(is_trusted_for_staff=True)
    email = make_agent(house)
    liar.stand_in.person = person(email=email, email_verified=verified)
    visit = Visit(house)
    sign_in(visit, liar.id)
    assert name_in(visit) == liar.stand_in.person["name"] != email


def test_an_account_that_somebody_made_with_anothers_address_is_not_theirs_to_share(house, liar):
    """Pre-hijacking: the attacker signs up first, and waits for the owner to come."""
    email = f"{uuid.uuid4().hex}@example.com"
    house.create_user("customer", email, name="Attacker")
    liar.stand_in.person = person(email=email, email_verified=True)
    visit = Visit(house, SHOP)
    assert_refused(sign_in(visit, liar.id), "There is an account with your e-mail address", visit)
    house.sql("UPDATE app_user SET email_verified_at = now() WHERE email = %s", email)
    sign_in(visit, liar.id)
    assert name_in(visit) == "Attacker"
    # Another address has not been verified by that.
    house.sql("UPDATE app_user SET email = %s WHERE email = %s", "x" + email, email)
    assert house.sql("SELECT email_verified_at FROM app_user WHERE email = %s", "x" + email) == [
        (None,)
    ]


def test_who_staff_wrote_down_is_found_by_the_verified_address(house, admin, liar):
    email = f"{uuid.uuid4().hex}@example.com"
    noted = admin.post("/customers", {"name": "Noted Down", "email": email}, status=201)
    liar.stand_in.person = person(email=email, email_verified=True)
    visit = Visit(house, SHOP)
    sign_in(visit, liar.id)
    assert [row[0] for row in accounts_of(house, email=email)] == [noted["customer"]["id"]]
    assert name_in(visit) == "Noted Down"
    # From now on it has a way in, so another identity with the address has to be linked.
    liar.stand_in.person = person(email=email, email_verified=True)
    house.sql("UPDATE app_user SET email_verified_at = NULL WHERE email = %s", email)
    other = Visit(house, SHOP)
    assert_refused(sign_in(other, liar.id), "There is an account with your e-mail address", other)


def test_who_is_out_of_use_does_not_come_in(house, liar):
    liar.stand_in.person = person(email_verified=True)
    visit = Visit(house, SHOP)
    sign_in(visit, liar.id)
    house.sql("UPDATE app_user SET is_active = false WHERE name = %s", liar.stand_in.person["name"])
    again = Visit(house, SHOP)
    assert_refused(sign_in(again, liar.id), "This account is not in use any more.", again)


def test_customers_are_made_only_where_the_provider_may(house, liar):
    liar.set(creates_customers=False)
    visit = Visit(house, SHOP)
    assert_refused(sign_in(visit, liar.id), "Nobody here has this account.", visit)


# Linking


@pytest.fixture
def agent(house):
    email = make_agent(house)
    visit = Visit(house)
    visit.sign_in(email)
    visit.email = email
    assert name_in(visit) == email
    return visit


def connect(visit, provider):
    page = visit.post(f"{visit.root}/ways-in/{provider}/connect")
    return leads_to(page)


def test_whoever_is_signed_in_connects_and_disconnects_a_service(house, liar, agent):
    assert "Connect Oidc" in agent.get(f"{DESK}/ways-in").text
    page = come_back(agent, pass_provider(agent, connect(agent, liar.id)))
    assert says(page).startswith("Connected") and leads_to(page) == f"{DESK}/ways-in"
    other = Visit(house)
    sign_in(other, liar.id)
    assert name_in(other) == agent.email
    mine = house.login(agent.email)
    ((identity,),) = [mine.get("/me/identities", status=200)["identities"]]
    shown = agent.get(f"{DESK}/ways-in")
    assert f"/ways-in/{identity['id']}/remove" in shown.text and "Connect Oidc" not in shown.text
    stranger = house.login(make_agent(house))
    assert_problem(stranger.delete(f"/me/identities/{identity['id']}"), 404, "not_found")
    agent.post(f"{DESK}/ways-in/{identity['id']}/remove")
    assert mine.get("/me/identities", status=200)["identities"] == []
    third = Visit(house)
    sign_in(third, liar.id)
    assert name_in(third) != agent.email


def test_an_identity_belongs_to_one_account(house, liar, agent):
    come_back(agent, pass_provider(agent, connect(agent, liar.id)))
    other = Visit(house)
    other.sign_in(make_agent(house))
    page = come_back(other, pass_provider(other, connect(other, liar.id)))
    assert page.status_code == 409 and "belongs to somebody else" in says(page)


def test_linking_ends_with_the_session_that_began_it(house, liar, agent):
    back = pass_provider(agent, connect(agent, liar.id))
    agent.post(f"{DESK}/sign-out")
    page = come_back(agent, back)
    assert page.status_code == 401 and "You are signed out." in says(page)
    assert house.login(agent.email).get("/me/identities", status=200)["identities"] == []


def test_nobody_links_by_a_page_of_another_site(house, liar, agent):
    page = agent.post(f"{DESK}/ways-in/{liar.id}/connect", origin="https://evil.example")
    assert page.status_code == 403 and leads_to(page) is None


def test_the_last_way_in_stays(house, liar):
    visit = Visit(house, SHOP)
    sign_in(visit, liar.id)
    found = re.search(r"ways-in/(\d+)/remove", visit.get(f"{SHOP}/ways-in").text)[0]
    page = visit.post(f"{SHOP}/{found}")
    assert page.status_code == 409 and "only way to sign in" in says(page)


# The second step


def totp(secret_uri):
    """The code of an authenticator app."""
    secret = base64.b32decode(parse_qs(urlsplit(secret_uri).query)["secret"][0])
    step = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.new(secret, step, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_who_has_a_second_step_is_asked_for_it_unless_the_provider_sees_to_that(house, liar, agent):
    come_back(agent, pass_provider(agent, connect(agent, liar.id)))
    me = house.login(agent.email)
    offer = me.post("/me/second-factor", {"password": PASSWORD}, status=201)
    codes = me.post("/me/second-factor/confirm", {"code": totp(offer["uri"])}, status=200)
    visit = Visit(house)
    page = sign_in(visit, liar.id)
    assert leads_to(page) is None and name_in(visit) is None
    challenge = re.search(r'name="challenge" value="([^"]*)"', page.text)[1]
    visit.post(f"{DESK}/sign-in", challenge=challenge, code="000000")
    assert name_in(visit) is None
    visit.post(f"{DESK}/sign-in", challenge=challenge, code=codes["recovery_codes"][0])
    assert name_in(visit) == agent.email
    liar.set(asks_second_step=False)
    other = Visit(house)
    sign_in(other, liar.id)
    assert name_in(other) == agent.email
