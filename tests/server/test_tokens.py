# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bearer tokens: what is in them, and that forged ones open nothing; where secrets never appear."""

import base64
import hashlib
import hmac
import json
import time

from support.api import Api, assert_problem
from support.server import PASSWORD


def decode(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def encode(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(header, claims, key):
    text = f"{encode(header)}.{encode(claims)}"
    return f"{text}.{encode(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def secret_key(server):
    return (server.data / "secrets" / "token.key").read_bytes()


def test_a_token_names_its_session_and_nothing_secret(server):
    agent = server.login()
    header, claims = (decode(part) for part in agent.token.split(".")[:2])
    assert header == {"alg": "HS256", "typ": "JWT"}
    assert claims["sub"] == str(agent.id)
    assert claims["exp"] - claims["iat"] == 900
    assert set(claims) == {"iss", "aud", "kind", "sub", "sid", "role", "iat", "exp"}


def test_the_signing_key_is_private(server):
    path = server.data / "secrets" / "token.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def forgeries(agent, admin, key):
    """Tokens that must not pass, each made from a good one."""
    header, payload, signature = agent.token.split(".")
    claims = decode(payload)
    hs256 = decode(header)
    soon = int(time.time()) + 600
    yield "unsigned", f"{encode({'alg': 'none'})}.{payload}."
    yield "unsigned, signature kept", f"{encode({'alg': 'none'})}.{payload}.{signature}"
    yield "alg None", sign({"alg": "None"}, claims, key)
    yield "alg RS256", sign({"alg": "RS256"}, claims, key)
    yield "alg HS512", sign({"alg": "HS512"}, claims, key)
    yield "no alg", sign({"typ": "JWT"}, claims, key)
    yield "critical extension", sign({**hs256, "crit": ["exp"]}, claims, key)
    yield "other key", sign(hs256, claims, b"k" * 32)
    yield "empty key", sign(hs256, claims, b"")
    yield "key in the header", sign(
        {**hs256, "jwk": {"kty": "oct", "k": encode(b"k" * 32)}}, claims, b"k" * 32
    )
    yield "another's session", sign(hs256, {**claims, "sub": str(admin.id)}, key)
    yield "no such session", sign(hs256, {**claims, "sid": "nobody"}, key)
    yield "other issuer", sign(hs256, {**claims, "iss": "other"}, key)
    yield "other audience", sign(hs256, {**claims, "aud": "other"}, key)
    yield "other issuer, expired", sign(hs256, {**claims, "iss": "other", "exp": 1}, key)
    yield "other kind", sign(hs256, {**claims, "kind": "refresh"}, key)
    yield "no end", sign(hs256, {k: v for k, v in claims.items() if k != "exp"}, key)
    yield "end as text", sign(hs256, {**claims, "exp": str(soon)}, key)
    yield "from the future", sign(hs256, {**claims, "iat": soon, "exp": soon + 900}, key)
    yield "expired, other key", sign(hs256, {**claims, "iat": 1, "exp": 2}, b"k" * 32)
    yield "other payload", f"{header}.{encode({**claims, 'role': 'admin'})}.{signature}"
    yield "truncated", agent.token[:-5]
    yield "without signature", f"{header}.{payload}."
    yield "two parts", f"{header}.{payload}"
    yield "four parts", f"{agent.token}.x"
    yield "extra dots", f"{header}..{payload}.{signature}"
    yield "dot behind", f"{agent.token}."
    yield "padding", f"{agent.token}="
    yield "giant", "A" * 6000
    yield "giant claims", sign(hs256, {**claims, "x": "y" * 4000}, key)
    yield "refresh token", agent.session["refresh_token"]
    yield "word", "undefined"


def test_forged_tokens_are_refused(server):
    agent, admin = server.login(), server.login("admin@example.com")
    key = secret_key(server)
    passed = {}
    for name, token in forgeries(agent, admin, key):
        answer = Api(server.url, token).get("/me")
        if (answer.status_code, answer.json().get("code")) != (401, "unauthenticated"):
            passed[name] = (answer.status_code, answer.text)
    assert not passed
    claims = decode(agent.token.split(".")[1])
    Api(server.url, sign({"alg": "HS256"}, claims, key)).get("/me", status=200)


def test_only_a_good_token_can_be_expired(server):
    agent = server.login()
    header, payload, _ = agent.token.split(".")
    claims = {**decode(payload), "iat": int(time.time()) - 901, "exp": int(time.time()) - 1}
    token = sign(decode(header), claims, secret_key(server))
    assert_problem(Api(server.url, token).get("/me"), 401, "token_expired")


def test_an_expired_token_does_not_hinder_signing_in_again(server):
    agent = server.login()
    agent.token = "expired"
    answer = agent.post("/auth/refresh", {"refresh_token": agent.session["refresh_token"]})
    assert answer.status_code == 200, answer.text


def test_secrets_stay_out_of_the_log_and_the_database(fresh_server):
    agent = fresh_server.login()
    guest = fresh_server.visitor()
    for _ in range(2):
        agent.post("/auth/refresh", {"refresh_token": agent.session["refresh_token"]})
    log = fresh_server.log_path.read_text() + fresh_server.output()
    kept = str(
        fresh_server.sql(
            "SELECT s.*, u.password_hash FROM session s JOIN app_user u ON u.id = s.user_id"
        )
    )
    secrets = [PASSWORD, agent.token, guest.token, agent.session["refresh_token"].split(".")[1]]
    assert not [secret for secret in secrets if secret in log or secret in kept]
    assert "$argon2id$" in kept
