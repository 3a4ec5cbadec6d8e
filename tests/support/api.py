# SPDX-License-Identifier: AGPL-3.0-or-later
"""One person's REST session: a bearer token on every request, and never a silent retry."""

import requests

from support import contract
from support.live import Live

TIMEOUT_S = 60  # an answer under the sanitizers, on a busy machine


class Api:
    """Paths are relative to /api/v1. With status=… a call insists on that status and returns the
    parsed body; without, it returns the requests.Response as it came."""

    def __init__(self, url, token=None, user=None):
        self.url = url
        self.user = user
        self.http = requests.Session()
        self.token = token

    @property
    def token(self):
        return self._token

    @token.setter
    def token(self, token):
        self._token = token
        self.http.headers.pop("Authorization", None)
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    @property
    def id(self):
        return self.user["id"]

    def request(self, method, path, json=None, status=None, **options):
        return self.ask(method, f"/api/v1{path}", json, status, **options)

    def ask(self, method, address, json=None, status=None, **options):
        """The same of any address, as the documented paths outside of /api/v1 have them."""
        options.setdefault("timeout", TIMEOUT_S)
        response = self.http.request(method, f"{self.url}{address}", json=json, **options)
        contract.check(method, address.partition("?")[0], response)
        if status is None:
            return response
        said = f"{method} {address}: {response.status_code} instead of {status}: {response.text}"
        assert response.status_code == status, said
        return response.json() if response.content else None

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json=None, **options):
        return self.request("POST", path, json, **options)

    def put(self, path, json=None, **options):
        return self.request("PUT", path, json, **options)

    def patch(self, path, json=None, **options):
        return self.request("PATCH", path, json, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def live(self, **options):
        """Opens this person's live socket and says hello; see Live for the options."""
        return Live(self.url, self.token, **options)


def login(url, email, password):
    """Signs in with a password. The answer stays readable as .session."""
    api = Api(url)
    api.session = api.post("/auth/login", {"email": email, "password": password}, status=200)
    api.token = api.session["access_token"]
    api.user = api.session["user"]
    return api


def visitor(url, **fields):
    """A customer without account, as the widget makes one; fields are name, email, language."""
    answer = Api(url).post("/visitors", fields)
    assert answer.status_code in (200, 201), f"POST /visitors: {answer.status_code}: {answer.text}"
    return Api(url, answer.json()["token"], answer.json()["visitor"])


def assert_problem(answer, status, code):
    """Insists on a problem document with that status and code, and returns it."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.json()
