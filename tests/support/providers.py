# SPDX-License-Identifier: AGPL-3.0-or-later
"""Services that people sign in with: a real OpenID provider (tests/support/oidc), one of our own
that can be told to lie, and stand-ins that follow what GitHub and Facebook publish about theirs.
Those of our own check what a client sends as strictly as the real ones: client, redirect, code,
verifier."""

import base64
import hashlib
import hmac
import json
import secrets
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT_ID, CLIENT_SECRET = "deskbell client", "a secret: 5%+x"
OIDC = Path(__file__).parent / "oidc"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_json(value):
    return encode(json.dumps(value).encode())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RealProvider:
    """npm's oidc-provider. accounts: claims by the name one signs in with there."""

    def __init__(self, accounts):
        self.accounts = accounts
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self, redirect_uri):
        """Serves a client with this redirect, with a new key; returns when it is ready."""
        if not (OIDC / "node_modules").exists():
            raise AssertionError("oidc-provider is not installed: run ./dev test, or npm ci there")
        self.stop()
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        client["redirect_uris"] = [redirect_uri]
        settings = {"port": self.port, "client": client, "accounts": self.accounts}
        self.process = subprocess.Popen(
            [shutil.which("node"), "provider.mjs", json.dumps(settings)],
            cwd=OIDC,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


class Refusal(Exception):
    """(status, JSON)."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content_Type", "application/json")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        address = urlsplit(self.path)
        self.query = {key: value[0] for key, value in parse_qs(address.query).items()}
        self.form = {key: value[0] for key, value in parse_qs(body).items()}
        provider = self.server.provider
        provider.requests.append(address.path)
        try:
            provider.routes[address.path](self)
        except Refusal as refusal:
            self.answer(*refusal.args)
        except KeyError:
            self.answer(404, {"message": "Not Found"})

    do_GET = do_POST = handle_request

    @property
    def bearer(self):
        return (self.headers["authorization"] or "").removeprefix("Bearer ")


class StandIn:
    """person: who signs in next, as the provider's own endpoints describe them. requests: the paths
    that were asked for."""

    def __init__(self):
        self.routes = {}
        self.requests = []
        self.person = {}
        self.asked = None  # the query of the newest browser
        self._codes = {}
        self._tokens = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.provider = self
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def make_code(self, query):
        code = secrets.token_urlsafe()
        self._codes[code] = (query, dict(self.person))
        return code

    def authorize(self, request):
        """Everybody agrees at once."""
        self.asked = query = request.query
        assert query["response_type"] == "code" and query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        back = {"code": self.make_code(query), "state": query["state"], **self.beside_code()}
        request.answer(302, Location=f"{query['redirect_uri']}?{urlencode(back)}")

    def beside_code(self):
        return {}

    def spend(self, form, refuse):
        """(query, person, access token) for a good code, once."""
        query, person = self._codes.pop(form.get("code"), (None, None))
        if not query or form.get("redirect_uri") != query["redirect_uri"]:
            refuse()
        challenge = encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if challenge != query["code_challenge"]:
            refuse()
        token = secrets.token_urlsafe()
        self._tokens[token] = person
        return query, person, token

    def owner(self, token, refuse):
        if token not in self._tokens:
            refuse()
        return self._tokens[token]


class Impostor(StandIn):
    """An OpenID provider. `claims` and `header` are merged over what an honest one would say (None
    takes away); `sign` makes the signature of the signing input; `userinfo` goes over the person.
    """

    def __init__(self):
        super().__init__()
        self.routes = {
            "/.well-known/openid-configuration": lambda r: r.answer(200, self.describe()),
            "/auth": self.authorize,
            "/token": self.token,
            "/keys": lambda r: r.answer(200, {"keys": self.keys}),
            "/me": self.me,
        }
        self.new_key("first")
        self.reset()

    def reset(self):
        self.claims, self.header, self.userinfo, self.document, self.back = {}, {}, {}, {}, {}
        self.sign = self.sign_rs256
        self.person = {"sub": secrets.token_hex(8)}

    def new_key(self, name):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self.key.public_key().public_numbers()
        n = encode(numbers.n.to_bytes(256, "big"))
        self.jwk = {"kty": "RSA", "kid": name, "use": "sig", "n": n, "e": "AQAB"}
        self.keys = [self.jwk]

    def describe(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.document,
        }

    def beside_code(self):
        return self.back

    def sign_rs256(self, data):
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def make_token(self, nonce, person):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"nonce": nonce, **person, **self.claims}
        header = {"alg": "RS256", "kid": self.jwk["kid"], **self.header}
        parts = [{k: v for k, v in part.items() if v is not None} for part in (header, claims)]
        data = ".".join(encode_json(part) for part in parts)
        return f"{data}.{encode(self.sign(data.encode()))}"

    def token(self, request):
        def refuse():
            raise Refusal(400, {"error": "invalid_grant"})

        if request.form.get("client_secret") != CLIENT_SECRET:
            raise Refusal(401, {"error": "invalid_client"})
        query, person, token = self.spend(request.form, refuse)
        answer = {"access_token": token, "token_type": "Bearer"}
        request.answer(200, answer | {"id_token": self.make_token(query["nonce"], person)})

    def me(self, request):
        def refuse():
            raise Refusal(401, {"error": "invalid_token"})

        request.answer(200, {**self.owner(request.bearer, refuse), **self.userinfo})


class GitHub(StandIn):
    """As docs.github.com describes "Authorizing OAuth apps" and the REST endpoints for users, on
    the addresses of an Enterprise Server. person: the user, with `emails` beside."""

    def __init__(self):
        super().__init__()
        self.routes = {
            "/login/oauth/authorize": self.authorize,
            "/login/oauth/access_token": self.token,
            "/api/v3/user": self.user,
            "/api/v3/user/emails": lambda r: r.answer(200, self.signed_in(r)["emails"]),
        }

    def authorize(self, request):
        assert {"read:user", "user:email"} <= set(request.query["scope"].split())
        super().authorize(request)

    def token(self, request):
        def refuse():
            raise Refusal(200, {"error": "bad_verification_code"})

        assert request.headers["accept"] == "application/json"
        sent = (request.form.get("client_id"), request.form.get("client_secret"))
        if sent != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal(200, {"error": "incorrect_client_credentials"})
        _, _, token = self.spend(request.form, refuse)
        answer = {"access_token": token, "scope": "read:user,user:email", "token_type": "bearer"}
        request.answer(200, answer)

    def signed_in(self, request):
        def refuse():
            raise Refusal(401, {"message": "Bad credentials"})

        if not request.headers["user-agent"]:
            raise Refusal(403, {"message": "Request forbidden by administrative rules."})
        return self.owner(request.bearer, refuse)

    def user(self, request):
        person = self.signed_in(request)
        request.answer(200, {key: value for key, value in person.items() if key != "emails"})


class Facebook(StandIn):
    """As developers.facebook.com describes "Manually Build a Login Flow" and "Securing Graph API
    Requests": proofs are required."""

    VERSION = "/v23.0"

    def __init__(self):
        super().__init__()
        self.routes = {
            f"{self.VERSION}/dialog/oauth": self.authorize,
            f"{self.VERSION}/oauth/access_token": self.token,
            f"{self.VERSION}/me": self.me,
        }

    @staticmethod
    def refuse():
        error = {"message": "Not possible.", "type": "OAuthException", "code": 100}
        raise Refusal(400, {"error": error})

    def token(self, request):
        sent = (request.form.get("client_id"), request.form.get("client_secret"))
        if sent != (CLIENT_ID, CLIENT_SECRET):
            self.refuse()
        _, _, token = self.spend(request.form, self.refuse)
        answer = {"access_token": token, "token_type": "bearer", "expires_in": 5183944}
        request.answer(200, answer)

    def me(self, request):
        person = self.owner(request.bearer, self.refuse)
        proof = hmac.new(CLIENT_SECRET.encode(), request.bearer.encode(), hashlib.sha256)
        if request.query.get("appsecret_proof") != proof.hexdigest():
            self.refuse()
        wanted = unquote(request.query["fields"]).split(",")
        request.answer(200, {key: person[key] for key in wanted if key in person})
