# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a shop's server does: it signs who is signed in there, as docs/host-sites.md says."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from support.api import Api


def encode(payload):
    return base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()


def sign_text(letters, secret):
    return f"{letters}.{hmac.new(secret.encode(), letters.encode(), hashlib.sha256).hexdigest()}"


def sign(secret, user, **fields):
    """An identity that is good for an hour and for one use; fields come in addition or instead,
    and None takes one away."""
    payload = {
        "user_id": user,
        "expires_at": int(time.time()) + 3600,
        "nonce": uuid.uuid4().hex,
        **fields,
    }
    kept = {name: value for name, value in payload.items() if value is not None}
    return sign_text(encode(kept), secret)


def make_secret(admin):
    """A new secret; those before are taken away."""
    for signer in admin.get("/settings/identity", status=200)["signers"]:
        admin.delete(f"/settings/identity/{signer['id']}", status=204)
    return admin.post("/settings/identity", status=201)["secret"]


def identify(server, identity, visitor=None):
    """The answer to an identity, and to the token of the visitor that somebody was until then."""
    body = {"identity": identity, "visitor_token": visitor and visitor.token}
    return server.anonymous().post("/visitors/identify", body)


def enter(server, identity, visitor=None):
    """The customer whom the host vouches for."""
    answer = identify(server, identity, visitor)
    assert answer.status_code == 201, answer.text
    return Api(server.url, answer.json()["token"], answer.json()["visitor"])
