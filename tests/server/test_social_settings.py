# SPDX-License-Identifier: AGPL-3.0-or-later
"""I3, A1, D10: what admins set about providers, and browsers that sign apps in."""

import hashlib
import json
import re
import subprocess
import uuid
from urllib.parse import urlencode

import pytest

from support.api import Api, assert_problem
from support.pages import DESK, Visit, leads_to, says
from support.providers import CLIENT_SECRET, encode
from support.server import BINARY
from support.social import (
    PROVIDERS,
    admin,
    assert_refused,
    begin,
    change,
    come_back,
    house,
    liar,
    pass_provider,
    placed_impostor,
    query_of,
    real,
    set_up,
    sign_in,
)

# Apps


VERIFIER = "v" * 43
CHALLENGE = encode(hashlib.sha256(VERIFIER.encode()).digest())
APP = {"port": "43210", "challenge": CHALLENGE, "state": "s-1"}


def app_page(**changes):
    return f"/sign-in/app?{urlencode({k: v for k, v in (APP | changes).items() if v is not None})}"


def code_for_app(house, liar):
    page = sign_in(Visit(house), liar.id, next=app_page())
    address = leads_to(page)
    assert address, page.text
    assert address.startswith("http://127.0.0.1:43210/?")
    assert query_of(address)["state"] == "s-1" and "Set-Cookie" not in page.headers
    return query_of(address)["code"]


def test_a_browser_signs_an_app_in_once(house, liar):
    code = code_for_app(house, liar)
    nobody = house.anonymous()
    session = nobody.post("/auth/code", {"code": code, "verifier": VERIFIER}, status=200)
    me = Api(house.url, session["access_token"]).get("/me", status=200)["user"]
    assert me["name"] == session["user"]["name"]
    again = nobody.post("/auth/code", {"code": code, "verifier": VERIFIER})
    assert_problem(again, 401, "unauthenticated")


def test_a_code_is_worth_nothing_without_the_apps_own_verifier(house, liar):
    code = code_for_app(house, liar)
    nobody = house.anonymous()
    tried = nobody.post("/auth/code", {"code": code, "verifier": "w" * 43})
    assert_problem(tried, 401, "unauthenticated")
    spent = nobody.post("/auth/code", {"code": code, "verifier": VERIFIER})
    assert_problem(spent, 401, "unauthenticated")


def test_a_code_ends(house, liar):
    code = code_for_app(house, liar)
    house.sql("UPDATE app_code SET expires_at = now()")
    late = house.anonymous().post("/auth/code", {"code": code, "verifier": VERIFIER})
    assert_problem(late, 401, "unauthenticated")


def test_an_app_is_signed_in_by_password_too(house):
    visit = Visit(house)
    form = visit.get(app_page())
    assert "the Deskbell app on this computer" in form.text
    page = visit.sign_in(
        next=re.search(r'name="next" value="([^"]*)"', form.text)[1].replace("&amp;", "&")
    )
    code = query_of(leads_to(page))["code"]
    told = {"code": code, "verifier": VERIFIER}
    session = house.anonymous().post("/auth/code", told, status=200)
    assert session["user"]["email"] == "agent1@example.com"


@pytest.mark.parametrize(
    "changes",
    [
        {"port": None},
        {"port": "80"},
        {"port": "65536"},
        {"port": "43210@evil.example"},
        {"port": "43210/"},
        {"challenge": "short"},
        {"challenge": "=" * 43},
        {"state": ""},
        {"state": "a b"},
    ],
)
def test_the_page_for_apps_wants_to_know_where_to_go(house, changes):
    page = Visit(house).get(app_page(**changes))
    assert page.status_code == 400 and "Begin again in the app." in says(page)


# What admins set


def test_the_secret_is_sealed_and_never_read_back(house, admin):
    secret = uuid.uuid4().hex
    issuer = f"https://{uuid.uuid4().hex}.example"
    provider = set_up(admin, "oidc", issuer, client_secret=secret)
    listed = admin.get(PROVIDERS, status=200)["providers"]
    assert secret not in json.dumps(listed)
    kept = house.sql("SELECT sealed_key FROM sealed_text")
    change(admin, provider, client_secret=secret + "2", name="Renamed")
    again = house.sql("SELECT sealed_key FROM sealed_text")
    assert len(kept) == len(again) and kept != again and secret not in str(kept + again)
    assert secret not in house.log_path.read_text()
    admin.delete(f"{PROVIDERS}/{provider}", status=204)
    assert len(house.sql("SELECT sealed_key FROM sealed_text")) == len(again) - 1
    assert_problem(admin.delete(f"{PROVIDERS}/{provider}"), 404, "not_found")


def test_a_new_master_key_keeps_providers_at_work(house, liar):
    before = house.sql("SELECT sealed_key FROM sealed_text")
    command = [BINARY, "rotate-key", "--data", house.data]
    subprocess.run(command, check=True, capture_output=True)
    assert house.sql("SELECT sealed_key FROM sealed_text") != before
    assert sign_in(Visit(house), liar.id).status_code == 200


def test_nothing_that_lets_somebody_in_is_in_the_log(house, liar):
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, liar.id, next=app_page()))
    code = query_of(leads_to(come_back(visit, back)))["code"]
    told = {"code": code, "verifier": VERIFIER}
    session = house.anonymous().post("/auth/code", told, status=200)
    log = house.log_path.read_text()
    secrets = [*query_of(back).values(), code, VERIFIER, CLIENT_SECRET, session["access_token"]]
    for secret in [*secrets, visit.http.cookies["deskbell_sign_in"]]:
        assert secret not in log


def test_the_kinds_know_their_issuers_and_one_issuer_is_one_provider(admin):
    told = {"kind": "google", "name": "Google", "client_id": "x", "client_secret": "y"}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = admin.post(PROVIDERS, told, status=201, headers=key)["provider"]
    assert made["issuer"] == "https://accounts.google.com" and made["algorithm"] == "RS256"
    assert made["asks_second_step"] and made["creates_customers"] and not made["for_staff"]
    assert admin.post(PROVIDERS, told, status=200, headers=key)["provider"] == made
    taken = assert_problem(admin.post(PROVIDERS, told), 409, "conflict")
    assert taken["errors"][0]["field"] == "issuer"
    assert change(admin, made["id"], for_staff=True)["for_staff"]
    admin.delete(f"{PROVIDERS}/{made['id']}", status=204)


@pytest.mark.parametrize(
    "field, value",
    [
        ("kind", "myspace"),
        ("issuer", None),
        ("issuer", "ftp://x.example"),
        ("issuer", "https://x.example/#a"),
        ("issuer", "https://user:word@x.example"),
        ("issuer", "javascript:alert(1)"),
        ("client_id", ""),
        ("client_secret", None),
        ("algorithm", "HS256"),
        ("algorithm", "none"),
        ("is_active", "yes"),
    ],
)
def test_what_cannot_be_set_is_named(admin, field, value):
    told = {"kind": "oidc", "name": "X", "issuer": "https://x.example"}
    told |= {"client_id": "x", "client_secret": "y", field: value}
    answer = assert_problem(admin.post(PROVIDERS, told), 422, "validation_failed")
    assert [error["field"] for error in answer["errors"]] == [field]


def test_only_admins_set_providers(house, login):
    agent = house.login("agent1@example.com")
    assert_problem(agent.get(PROVIDERS), 403, "forbidden")
    assert_problem(house.anonymous().get(PROVIDERS), 401, "unauthenticated")


def test_a_provider_is_tried_out(house, admin, real, liar):
    tried = admin.post(f"{PROVIDERS}/{real.id}/test", status=200)
    assert tried == {"works": True, "problem": None, "redirect_uri": real.redirect}
    change(admin, liar.id, algorithm="ES256")
    tried = admin.post(f"{PROVIDERS}/{liar.id}/test", status=200)
    assert not tried["works"] and "RS256" in tried["problem"]
    change(admin, liar.id, algorithm="RS256")


def test_who_is_not_allowed_is_not_called(admin):
    inside = set_up(admin, "oidc", "https://169.254.169.254")
    tried = admin.post(f"{PROVIDERS}/{inside}/test", status=200)
    assert not tried["works"] and "did not answer" in tried["problem"]
    admin.delete(f"{PROVIDERS}/{inside}", status=204)


def test_a_provider_that_is_off_has_no_button(house, liar):
    button = f"/sign-in/with/{liar.id}"
    assert button in Visit(house).get(f"{DESK}/sign-in").text
    visit = Visit(house)
    back = pass_provider(visit, begin(visit, liar.id))
    liar.set(is_active=False)
    assert button not in Visit(house).get(f"{DESK}/sign-in").text
    assert Visit(house).post(f"{DESK}{button}").status_code == 404
    assert_refused(come_back(visit, back), "Nobody signs in with this service any more.", visit)
