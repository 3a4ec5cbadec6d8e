# SPDX-License-Identifier: AGPL-3.0-or-later
"""K1: no secret is in a log or another output of the process, however it was sent and at whatever
level: every field of every request that is called like one, headers, cookies, and what the server
itself gives out."""

import re
import uuid
from pathlib import Path

import pytest
import requests

from support import contract
from support.identity import enter, identify, make_secret, sign
from support.live import Live
from support.server import PASSWORD, running

SECRET = re.compile(r"password|token|secret|code|challenge|identity|verifier|signature|key", re.I)


@pytest.fixture(scope="module")
def talkative(empty_data):
    """A server that logs whatever it has to say. Not the demo, which says where a mail would
    lead."""
    with running(empty_data, environment={"DESKBELL_LOG": "debug"}) as server:
        server.create_user("admin", "admin@example.com")
        yield server


def outputs(server):
    """Everything that the process and its PostgreSQL wrote, and how it was started."""
    said = server.output() + server.log_path.read_text()
    said += (server.data / "postgresql.log").read_text()
    for name in ("cmdline", "environ"):
        said += Path(f"/proc/{server.pid}/{name}").read_text()
    return said


def assert_unsaid(server, secrets):
    said = outputs(server)
    assert '"level":"debug"' in said and '"route":"/api/v1/auth/login"' in said, "it does log"
    told = {name: secret for name, secret in secrets.items() if secret in said}
    assert told == {}, f"in the log: {told}"


def secret_fields():
    """(method, path, field) of all that is called like a secret in a request's body."""
    for (method, path), operation in contract.operations().items():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        schema = contract._resolve(content.get("schema", {}))
        for field in schema.get("properties", {}):
            if SECRET.search(field):
                yield method, path, field


def test_what_is_called_like_a_secret_in_a_request_is_not_logged(talkative):
    admin = talkative.login("admin@example.com")
    person = {"email": "admin@example.com", "name": "Ada", "kind": "oidc", "client_id": "x"}
    sent = {}
    for method, path, field in secret_fields():
        address = talkative.url + re.sub(r"\{\w+\}", "1", path)
        for who in (admin, talkative.anonymous()):
            mark = sent[f"{method} {path} {field}"] = f"s{uuid.uuid4().hex}"
            who.http.request(method, address, json={**person, field: mark}, timeout=60)
    assert len(sent) > 8, "the table is there"
    assert_unsaid(talkative, sent)


def test_what_comes_in_heads_is_not_logged(talkative):
    sent = {}

    def mark(name):
        sent[name] = f"h{uuid.uuid4().hex}"
        return sent[name]

    me, page = f"{talkative.url}/api/v1/me", f"{talkative.url}/support/conversations/"
    html = {"Accept": "text/html"}
    requests.get(me, headers={"Authorization": f"Bearer {mark('bearer')}"}, timeout=60)
    requests.get(me, headers={"Authorization": f"Basic {mark('basic')}"}, timeout=60)
    requests.get(page, headers={"Cookie": f"deskbell_page={mark('cookie')}", **html}, timeout=60)
    socket = {"Upgrade": "websocket", "Connection": "Upgrade"}
    socket["Sec-WebSocket-Protocol"] = f"deskbell.v1, bearer.{mark('protocol')}"
    requests.get(f"{talkative.url}/api/v1/live", headers=socket, timeout=60)
    files = f"{talkative.url}/api/v1/attachments/1/content"
    requests.get(f"{files}?signature={mark('signature')}&expires=1", timeout=60)
    requests.get(f"{talkative.url}/nowhere?token={mark('query')}", timeout=60)
    assert_unsaid(talkative, sent)


def test_what_the_server_gives_out_is_not_logged(talkative):
    """Tokens in use, on paths and sockets; a host's secret; links; and the keys in the folder."""
    admin = talkative.login("admin@example.com")
    refresh = admin.session["refresh_token"]
    fresh = talkative.anonymous().post("/auth/refresh", {"refresh_token": refresh}, status=200)
    talkative.anonymous().post("/auth/refresh", {"refresh_token": refresh})
    admin = talkative.login("admin@example.com")
    secret = make_secret(admin)
    identity = sign(secret, "ada", name="Ada")
    guest = talkative.visitor()
    ada = enter(talkative, identity, guest)
    identify(talkative, identity)
    with Live(talkative.url, ada.token, in_browser=True) as live:
        live.send("auth", token=ada.token)
        live.send("auth", token="forged")
        live.sync()
    file = {"file": ("a.txt", b"hello", "text/plain")}
    upload = ada.post("/attachments", files=file)
    secrets = {
        "access token": admin.token,
        "refresh token": refresh.split(".")[1],
        "fresh refresh token": fresh["refresh_token"].split(".")[1],
        "fresh access token": fresh["access_token"],
        "visitor token": guest.token,
        "customer's token": ada.token,
        "host's secret": secret,
        "identity": identity.split(".")[1],
        "password": PASSWORD,
    }
    if upload.status_code == 201:
        link = ada.post(f"/attachments/{upload.json()['attachment']['id']}/link", status=200)
        requests.get(talkative.url + link["url"], timeout=60)
        secrets["link"] = re.search(r"signature=([^&]+)", link["url"])[1]
    master = (talkative.data / "secrets" / "master.key").read_text()
    keys = [line for line in master.splitlines() if line and not line.startswith("#")]
    secrets["master key"] = keys[0]
    assert_unsaid(talkative, secrets)


def test_what_a_statement_failed_on_is_not_logged(talkative):
    """PostgreSQL would add the row to its error."""
    talkative.sql("ALTER TABLE app_user ADD CONSTRAINT never CHECK (name <> 'Nobody Likes Me')")
    address = f"{uuid.uuid4().hex}@example.com"
    admin = talkative.login("admin@example.com")
    refused = admin.post("/customers", {"name": "Nobody Likes Me", "email": address})
    assert refused.status_code in (409, 422, 500)
    talkative.sql("ALTER TABLE app_user DROP CONSTRAINT never")
    assert_unsaid(talkative, {"address": address})
