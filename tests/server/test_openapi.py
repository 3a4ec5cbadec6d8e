# SPDX-License-Identifier: AGPL-3.0-or-later
"""O5: the description of the REST API is whole, true, and given away. That answers have the shapes
it promises is checked at every request of every test (support/contract.py)."""

import re

import jsonschema
import pytest
import requests

from support import contract
from support.routes import list_routes

# What browsers load has no shape to promise.
FILES = ("/", "/widget", "/demo", "/account", "/setup", "/pages", "/api/docs")
FILES += ("/api/v1/openapi.json", "/api/v1/live")
# What the server's pages say to the server alone.
FORMS = ("/form", "/sign-in", "/sign-out", "/ways-in", "/connect", "/remove")
SIGN_IN = "/sign-in/"


def described_routes():
    return [r for r in list_routes() if not is_file(r.path)]


def is_file(path):
    return (
        path == "/"
        or path.endswith(FORMS)
        or SIGN_IN in path
        or any(path == f or path.startswith((f + "/", f + ".")) for f in FILES[1:])
    )


def test_every_route_is_described_and_every_description_is_a_route():
    ours = {(route.method, route.template) for route in described_routes()}
    assert set(contract.operations()) == ours


@pytest.mark.parametrize("route", described_routes(), ids=lambda r: f"{r.method} {r.path}")
def test_permissions_are_told_as_they_are(route):
    operation = contract.operations()[route.method, route.template]
    assert sorted(operation["x-permissions"]) == sorted(route.permissions)
    assert (operation.get("security") == []) == (not route.permissions)


def test_parameters_in_paths_are_declared():
    for path, item in contract.description()["paths"].items():
        names = re.findall(r"\{(\w+)\}", path)
        declared = [contract._resolve(p) for p in item.get("parameters", [])]
        assert [p["name"] for p in declared] == names, path
        assert all(p["in"] == "path" and p["required"] for p in declared), path


def test_every_operation_has_a_name_a_place_and_all_its_references():
    api = contract.description()
    tags = {tag["name"] for tag in api["tags"]}
    ids = [operation["operationId"] for operation in contract.operations().values()]
    assert len(ids) == len(set(ids))
    for operation in contract.operations().values():
        assert set(operation["tags"]) <= tags and operation["summary"]
        assert "default" in operation["responses"]
    for schema in api["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_it_is_served_to_programs(server):
    answer = requests.get(f"{server.url}/api/v1/openapi.json", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == contract.description()


def test_it_is_served_to_people(server):
    answer = requests.get(f"{server.url}/api/docs/", timeout=30)
    assert answer.headers["Content-Type"].startswith("text/html")
    for operation in contract.operations().values():
        assert f'id="{operation["operationId"]}"' in answer.text
    linked = re.findall(r'(?:href|src)="([^"#]*)', answer.text)
    assert linked and all(link == "" or link.startswith("/") for link in linked), "from here alone"
    for link in filter(None, set(linked)):
        assert requests.get(server.url + link, timeout=30).status_code == 200


class Answer:
    """As far as the contract looks at a requests.Response."""

    def __init__(self, status, body, media_type="application/json"):
        self.status_code, self.headers, self.text = status, {"Content-Type": media_type}, str(body)
        self.json = lambda: body


@pytest.mark.parametrize(
    "path, answer",
    [
        ("/api/v1/departments", Answer(200, {"departments": [{"id": 1, "name": "Support"}]})),
        ("/api/v1/departments", Answer(200, {"departments": [], "secret": 1})),
        ("/api/v1/departments", Answer(201, {"departments": []})),
        ("/api/v1/departments", Answer(404, {"error": "?"}, "application/problem+json")),
        ("/api/v1/departments", Answer(200, "hello", "text/plain")),
        ("/api/v1/nowhere", Answer(200, {})),
    ],
)
def test_an_answer_of_another_shape_fails_its_test(path, answer):
    with pytest.raises(AssertionError):
        contract.check("GET", path, answer)
