# SPDX-License-Identifier: AGPL-3.0-or-later
"""I3, K1: what somebody might try between the browser and here, and what a provider might say that
is not so. Nobody is signed in by any of it."""

import hashlib
import hmac
import json
import uuid
from urllib.parse import urlencode

import pytest

from support.pages import DESK, Visit, leads_to, says
from support.providers import CLIENT_ID, Impostor
from support.social import (
    PROVIDERS,
    admin,
    answer_forms,
    assert_refused,
    begin,
    come_back,
    github,
    house,
    liar,
    pass_provider,
    placed_impostor,
    query_of,
    real,
    set_up,
    sign_in,
    with_query,
)

# Attacks: on what lies between the browser and here


def test_what_goes_to_the_provider_is_bound_and_says_nothing(house, liar):
    visit = Visit(house)
    asked = query_of(begin(visit, liar.id))
    redirect = f"{house.url}/sign-in/callback/{liar.id}"
    assert asked["redirect_uri"] == redirect and asked["scope"] == "openid profile email"
    assert len(asked["code_challenge"]) == 43 and asked["code_challenge_method"] == "S256"
    again = query_of(begin(visit, liar.id))
    for tie in ("state", "nonce", "code_challenge"):
        assert asked[tie] != again[tie]
    kept = str(house.sql("SELECT s::text FROM sign_in_attempt s"))
    cookie = visit.http.cookies["deskbell_sign_in"]
    for secret in (asked["state"], asked["nonce"], cookie):
        assert secret not in kept


def test_the_browsers_secret_is_closed_to_scripts(house, liar):
    page = Visit(house).post(f"{DESK}/sign-in/with/{liar.id}")
    cookie = page.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600"):
        assert part in cookie


STRANGER = "begun in another browser"


@pytest.mark.parametrize("state", [None, "", "x", "A" * 43, "'; DROP TABLE sign_in_attempt; --"])
def test_another_state_signs_nobody_in(house, liar, state):
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, liar.id))
    assert_refused(come_back(visit, with_query(back, state=state)), STRANGER, visit)
    assert come_back(visit, back).status_code == 200, "and the true one still does"


def test_another_browsers_way_back_signs_nobody_in(house, liar):
    """Login CSRF: the attacker's code and state in the victim's browser."""
    attacker, victim = Visit(house), Visit(house)
    back = pass_provider(attacker, begin(attacker, liar.id))
    assert_refused(come_back(victim, back), STRANGER, victim)
    begin(victim, liar.id)  # now it has a secret of its own
    assert_refused(come_back(victim, back), STRANGER, victim)


def test_a_way_back_is_good_once(house, liar):
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, liar.id))
    assert come_back(visit, back).status_code == 200
    visit.post(f"{DESK}/sign-out")
    assert_refused(come_back(visit, back), STRANGER, visit)


def test_a_way_back_ends(house, liar):
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, liar.id))
    house.sql("UPDATE sign_in_attempt SET expires_at = now()")
    assert_refused(come_back(visit, back), STRANGER, visit)


def test_a_code_of_another_sign_in_does_not_fit(house, liar):
    """The verifier is of the attempt, so a stolen code is worth nothing in the thief's browser."""
    victim, thief = Visit(house), Visit(house)
    stolen = query_of(pass_provider(victim, begin(victim, liar.id)))["code"]
    back = pass_provider(thief, begin(thief, liar.id))
    assert_refused(come_back(thief, with_query(back, code=stolen)), "could not be proven", thief)


def test_one_issuers_answer_is_not_anothers(house, liar, github):
    """Mix-up: an honest provider's answer comes back as the attacker's, or the other way round."""
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, liar.id))
    elsewhere = back.replace(f"/callback/{liar.id}", f"/callback/{github.id}")
    assert_refused(come_back(visit, elsewhere), STRANGER, visit)


def test_an_answer_that_names_another_issuer_is_not_taken(house, liar):
    visit = Visit(house)
    liar.stand_in.back = {"iss": "https://honest.example"}
    assert_refused(sign_in(visit, liar.id), "could not be proven", visit)
    liar.stand_in.back = {"iss": liar.stand_in.issuer}
    assert sign_in(visit, liar.id).status_code == 200


def test_an_issuer_that_names_itself_must_do_so(house, real):
    visit = Visit(house)
    back = answer_forms(visit, real, begin(visit, real.id), "ada")
    assert query_of(back)["iss"] == real.issuer
    assert_refused(come_back(visit, with_query(back, iss=None)), "could not be proven", visit)


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/customerservices\\@evil.example",
        "/customerservicesX/",
        "/customerservices/\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "/sign-in/app?port=80&challenge=x&state=y",
        "/support/conversations/",
    ],
)
def test_signing_in_leads_to_our_own_pages_only(house, liar, next_page):
    page = sign_in(Visit(house), liar.id, next=next_page)
    assert leads_to(page) == f"{DESK}/tickets"


def test_a_page_of_another_site_begins_nothing(house, liar):
    page = Visit(house).post(f"{DESK}/sign-in/with/{liar.id}", origin="https://evil.example")
    assert page.status_code == 403 and leads_to(page) is None


def test_what_an_error_says_is_not_repeated(house, liar):
    visit = Visit(house)
    state = query_of(begin(visit, liar.id))["state"]
    said = {"state": state, "error": "<script>alert(1)</script>", "error_description": "<b>"}
    address = f"{house.url}/sign-in/callback/{liar.id}?{urlencode(said)}"
    page = come_back(visit, address)
    assert_refused(page, "The other service refused to sign you in.", visit)
    assert "alert(1)" not in page.text


# Attacks: on what the provider says


def sign_none(_):
    return b""


def sign_with_public_key(liar):
    """HS256 with what everybody knows: the confusion of algorithms."""
    known = json.dumps(liar.jwk).encode()
    return lambda data: hmac.new(known, data, hashlib.sha256).digest()


FORGERIES = {
    "another nonce": {"claims": {"nonce": "x"}},
    "no nonce": {"claims": {"nonce": None}},
    "another audience": {"claims": {"aud": "somebody else"}},
    "another audience beside us": {"claims": {"aud": [CLIENT_ID, "somebody else"]}},
    "made for another party": {"claims": {"azp": "somebody else"}},
    "another issuer": {"claims": {"iss": "https://accounts.google.com"}},
    "expired": {"claims": {"exp": 1_700_000_000}},
    "of another day": {"claims": {"iat": 1_700_000_000}},
    "of tomorrow": {"claims": {"iat": 4_000_000_000, "exp": 4_000_000_300}},
    "of another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "of nobody": {"claims": {"sub": None}},
    "of somebody without a name": {"claims": {"sub": ""}},
    "with half a name": {"claims": {"sub": "admin\0"}},
    "unsigned": {"header": {"alg": "none"}, "sign": sign_none},
    "unsigned in other letters": {"header": {"alg": "nOnE"}, "sign": sign_none},
    "with an empty signature": {"sign": sign_none},
    "signed by everybody": {"header": {"alg": "HS256"}, "sign": sign_with_public_key},
    "of another algorithm": {"header": {"alg": "RS512"}},
    "of an unknown key": {"header": {"kid": "unheard of"}},
    "with a key of its own": {"header": {"kid": "mine", "jwk": {"kty": "RSA"}}},
    "with what we do not understand": {"header": {"crit": ["exp"]}},
    "an access token": {"header": {"typ": "at+jwt"}},
    "with userinfo of somebody else": {"userinfo": {"sub": "somebody else"}},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_is_not_taken_that_is(house, liar, forgery):
    for name, value in FORGERIES[forgery].items():
        signs = name == "sign" and value is sign_with_public_key
        setattr(liar.stand_in, name, value(liar.stand_in) if signs else value)
    visit = Visit(house)
    assert_refused(sign_in(visit, liar.id), "could not be proven", visit)


def test_a_new_key_is_asked_for_and_an_old_one_is_over(house, liar):
    sign_in(Visit(house), liar.id)
    old = liar.stand_in.key, liar.stand_in.jwk
    liar.stand_in.new_key(uuid.uuid4().hex)
    new = liar.stand_in.key, liar.stand_in.jwk
    asked = liar.stand_in.requests.count("/keys")
    assert sign_in(Visit(house), liar.id).status_code == 200
    assert sign_in(Visit(house), liar.id).status_code == 200
    assert liar.stand_in.requests.count("/keys") == asked + 1, "and kept for a while"
    liar.stand_in.key, liar.stand_in.jwk = old
    other = Visit(house)
    assert_refused(sign_in(other, liar.id), "could not be proven", other)
    liar.stand_in.key, liar.stand_in.jwk = new


@pytest.mark.parametrize("document", [{"issuer": "https://another.example"}, {"jwks_uri": None}])
def test_a_provider_that_says_nonsense_is_a_page_and_no_fault(house, admin, document):
    impostor = Impostor()
    impostor.document = document
    provider = set_up(admin, "oidc", impostor.issuer)
    page = Visit(house).post(f"{DESK}/sign-in/with/{provider}")
    assert page.status_code == 409 and "What is found there" in says(page)
    tried = admin.post(f"{PROVIDERS}/{provider}/test", status=200)
    assert tried["works"] is False and "What is found there" in tried["problem"]
    impostor.close()
    page = Visit(house).post(f"{DESK}/sign-in/with/{provider}")
    assert page.status_code == 503 and "The other service did not answer." in says(page)
    admin.delete(f"{PROVIDERS}/{provider}", status=204)
