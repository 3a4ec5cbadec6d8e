# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two-step sign-in (I2): an authenticator app, recovery codes, and no way around either."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.api import Api, assert_problem
from support.people import login, make_agent
from support.server import PASSWORD
from support.totp import Authenticator

PATH = "/me/second-factor"
RECOVERY_CODE = re.compile(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}")


class Person:
    """Somebody who has turned it on."""

    def __init__(self, server):
        self.server = server
        self.email = make_agent(server)
        self.api = server.login(self.email)
        offer = self.api.post(PATH, {"password": PASSWORD}, status=201)
        self.app = Authenticator(offer["uri"])
        answer = self.api.post(f"{PATH}/confirm", {"code": self.app.code()}, status=200)
        self.recovery_codes = answer["recovery_codes"]

    def challenge(self):
        """The first step."""
        answer = login(self.server, self.email)
        assert answer.status_code == 200 and set(answer.json()) == {"challenge", "expires_in"}
        return answer.json()["challenge"]

    def answer(self, code, challenge=None):
        """The second one, as it came."""
        body = {"challenge": challenge or self.challenge(), "code": code}
        return self.server.anonymous().post("/auth/challenge", body)

    def forget_used_codes(self):
        self.server.sql("UPDATE second_factor SET last_step = 0 WHERE user_id = %s", self.api.id)
        self.app.last_step = 0


@pytest.fixture
def rina(server):
    return Person(server)


def is_on(person):
    return person.api.get(PATH, status=200)["is_on"]


# Turning it on


def test_the_offer_says_the_same_thrice(server):
    pyzbar = pytest.importorskip("pyzbar.pyzbar")
    address = make_agent(server)
    offer = server.login(address).post(PATH, {"password": PASSWORD}, status=201)
    app = Authenticator(offer["uri"])
    assert f"secret={offer['secret']}&" in offer["uri"]
    assert app.label == f"{app.issuer}:{address}" and app.issuer.startswith("Deskbell ")
    assert [found.data.decode() for found in pyzbar.decode(draw(offer["qr_svg"]))] == [offer["uri"]]


def draw(svg, scale=4):
    """The picture as a browser would draw it."""
    from PIL import Image, ImageDraw

    edge = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    picture = Image.new("L", (edge * scale, edge * scale), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + int(width) * scale - 1, top + scale - 1), fill=0)
    return picture


def test_it_counts_once_a_code_has_confirmed_it(server):
    address = make_agent(server)
    api = server.login(address)
    off = {"is_on": False, "since": None, "recovery_codes_left": 0}
    assert api.get(PATH, status=200) == off
    first = api.post(PATH, {"password": PASSWORD}, status=201)
    second = api.post(PATH, {"password": PASSWORD}, status=201)
    assert first["secret"] != second["secret"]
    assert login(server, address).json()["user"]["email"] == address, "not in force yet"
    wrong = api.post(f"{PATH}/confirm", {"code": Authenticator(first["uri"]).code()})
    assert_problem(wrong, 401, "wrong_credentials")
    code = Authenticator(second["uri"]).code()
    codes = api.post(f"{PATH}/confirm", {"code": code}, status=200)["recovery_codes"]
    assert len(set(codes)) == 10 and all(map(RECOVERY_CODE.fullmatch, codes))
    now = api.get(PATH, status=200)
    assert now["is_on"] and now["since"] and now["recovery_codes_left"] == 10
    assert_problem(api.post(PATH, {"password": PASSWORD}), 409, "conflict")


def test_it_takes_the_password_to_turn_it_on(server):
    api = server.login(make_agent(server))
    assert_problem(api.post(PATH, {"password": "wrong-password"}), 401, "wrong_credentials")
    assert_problem(api.post(PATH, {}), 401, "wrong_credentials")
    assert_problem(server.anonymous().post(PATH, {"password": PASSWORD}), 401, "unauthenticated")


# Signing in


def test_signing_in_takes_both_steps(server, rina):
    session = rina.answer(rina.app.code())
    assert session.status_code == 200, session.text
    api = Api(server.url, session.json()["access_token"])
    assert api.get("/me", status=200)["user"]["email"] == rina.email


def test_a_wrong_password_says_nothing_of_a_second_step(server, rina):
    assert_problem(login(server, rina.email, "wrong-password"), 401, "wrong_credentials")


def test_a_code_may_be_typed_as_apps_show_it(rina):
    code = rina.app.code()
    assert rina.answer(f"{code[:3]} {code[3:]}").status_code == 200


def test_a_code_counts_once(rina):
    code = rina.app.code()
    assert rina.answer(code).status_code == 200
    assert_problem(rina.answer(code), 401, "wrong_credentials")


def test_no_code_counts_that_is_older_than_one_that_was_used(rina):
    rina.forget_used_codes()
    older, newer = rina.app.code(), rina.app.code()
    assert rina.answer(newer).status_code == 200
    assert_problem(rina.answer(older), 401, "wrong_credentials")


def test_the_code_that_turned_it_on_does_not_sign_in(rina):
    assert_problem(rina.answer(rina.app.at(rina.app.last_step)), 401, "wrong_credentials")


def test_of_one_code_at_the_same_time_one_wins(rina):
    code = rina.app.code()
    challenges = [rina.challenge() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda challenge: rina.answer(code, challenge), challenges))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 5


def test_a_challenge_is_good_once(rina):
    challenge = rina.challenge()
    assert rina.answer(rina.app.code(), challenge).status_code == 200
    rina.forget_used_codes()
    assert_problem(rina.answer(rina.app.code(), challenge), 401, "unauthenticated")


def test_a_challenge_ends_with_five_wrong_codes(rina):
    challenge = rina.challenge()
    for _ in range(5):
        assert_problem(rina.answer("no code", challenge), 401, "wrong_credentials")
    assert_problem(rina.answer(rina.app.code(), challenge), 401, "unauthenticated")


def test_a_challenge_ends_after_five_minutes(server, rina):
    answer = login(server, rina.email).json()
    assert answer["expires_in"] == 300
    server.sql(
        "UPDATE sign_in_challenge SET expires_at = now() WHERE user_id = %s",
        rina.api.id,
    )
    assert_problem(rina.answer(rina.app.code(), answer["challenge"]), 401, "unauthenticated")


def test_a_challenge_is_no_token_and_is_its_own_accounts(server, rina):
    other = Person(server)
    challenge = rina.challenge()
    assert_problem(Api(server.url, challenge).get("/me"), 401, "unauthenticated")
    assert_problem(rina.answer(other.app.code(), challenge), 401, "wrong_credentials")
    assert_problem(rina.answer(rina.app.code(), "x" * 43), 401, "unauthenticated")


def test_an_account_out_of_use_does_not_get_in_by_its_code(server, rina):
    challenge = rina.challenge()
    server.sql("UPDATE app_user SET is_active = false WHERE id = %s", rina.api.id)
    assert_problem(rina.answer(rina.app.code(), challenge), 401, "unauthenticated")


def test_pages_ask_for_the_code_too(server, rina):
    browser = requests.Session()
    browser.headers.update({"Origin": server.url, "Accept": "text/html"})
    address = f"{server.url}/customerservices/sign-in"
    page = browser.post(address, {"email": rina.email, "password": PASSWORD}, timeout=60)
    assert page.status_code == 200 and "deskbell_page" not in browser.cookies
    challenge = re.search(r'name="challenge" value="([^"]+)"', page.text)[1]
    wrong = browser.post(address, {"challenge": challenge, "code": "000000x"}, timeout=60)
    assert wrong.status_code == 401 and challenge in wrong.text
    fields = {"challenge": challenge, "code": rina.app.code()}
    assert browser.post(address, fields, timeout=60).status_code == 200
    assert "deskbell_page" in browser.cookies


# Recovery


def test_a_recovery_code_lets_in_once(rina):
    code = rina.recovery_codes[3]
    assert rina.answer(code.lower().replace("-", " ")).status_code == 200
    assert_problem(rina.answer(code), 401, "wrong_credentials")
    assert rina.api.get(PATH, status=200)["recovery_codes_left"] == 9
    assert rina.answer(rina.recovery_codes[4]).status_code == 200


def test_recovery_codes_are_kept_as_hashes(server, rina):
    server.sql("CHECKPOINT")
    rows = server.sql("SELECT code_hash FROM recovery_code WHERE user_id = %s", rina.api.id)
    assert len(rows) == 10
    for code in rina.recovery_codes:
        assert all(code.encode() not in bytes(row[0]) for row in rows)
    sealed = server.sql("SELECT sealed_secret FROM second_factor WHERE user_id = %s", rina.api.id)
    assert rina.app.secret not in bytes(sealed[0][0])


def test_new_recovery_codes_replace_the_old_ones(rina):
    rina.forget_used_codes()
    assert_problem(
        rina.api.post(f"{PATH}/recovery-codes", {"password": PASSWORD, "code": "000000x"}),
        401,
        "wrong_credentials",
    )
    body = {"password": PASSWORD, "code": rina.app.code()}
    fresh = rina.api.post(f"{PATH}/recovery-codes", body, status=200)["recovery_codes"]
    assert not set(fresh) & set(rina.recovery_codes)
    assert_problem(rina.answer(rina.recovery_codes[0]), 401, "wrong_credentials")
    assert rina.answer(fresh[0]).status_code == 200


# Turning it off


@pytest.mark.parametrize(
    "body",
    [
        {"password": PASSWORD, "code": "nothing"},
        {"password": "wrong-password", "code": None},
        {"code": None},
    ],
)
def test_turning_it_off_takes_password_and_code(rina, body):
    body = {**body, "code": body["code"] or rina.app.code()}
    assert_problem(rina.api.post(f"{PATH}/turn-off", body), 401, "wrong_credentials")
    assert is_on(rina)


def test_turned_off_it_is_gone_with_its_codes(server, rina):
    challenge = rina.challenge()
    body = {"password": PASSWORD, "code": rina.app.code()}
    rina.api.post(f"{PATH}/turn-off", body, status=204)
    assert not is_on(rina)
    assert login(server, rina.email).json()["user"]["email"] == rina.email
    assert_problem(rina.answer(rina.recovery_codes[0], challenge), 401, "unauthenticated")


def test_an_admin_helps_who_lost_everything(server, rina):
    path = f"/agents/{rina.api.id}/second-factor"
    assert_problem(server.login("agent2@example.com").delete(path), 403, "forbidden")
    admin = server.login("admin@example.com")
    admin.delete(path, status=204)
    assert_problem(admin.delete(path), 404, "not_found")
    assert login(server, rina.email).json()["user"]["email"] == rina.email


def test_rows_that_change_places_open_nothing(server, rina):
    other = Person(server)
    server.sql(
        "UPDATE second_factor SET last_step = 0, sealed_secret ="
        " (SELECT sealed_secret FROM second_factor WHERE user_id = %s) WHERE user_id = %s",
        other.api.id,
        rina.api.id,
    )
    assert_problem(rina.answer(other.app.code()), 401, "wrong_credentials")


def test_nothing_secret_is_logged(server, rina):
    challenge = rina.challenge()
    rina.answer(rina.app.code(), challenge)
    rina.answer(rina.recovery_codes[0])
    said = server.log_path.read_text(errors="replace")
    assert "/auth/challenge" in said
    assert not [s for s in (PASSWORD, challenge, *rina.recovery_codes) if s in said]
