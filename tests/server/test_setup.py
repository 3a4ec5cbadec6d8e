# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first admin of an empty server: whoever reads the code in the server's output, once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.api import Api, assert_problem
from support.server import running

ADMIN = {"email": "owner@example.com", "name": "Olga Owner", "password": "first-password"}


def setup_code(server):
    return re.findall(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b", server.output())[-1]


def test_the_code_makes_the_first_admin_once(empty_server):
    code = setup_code(empty_server)
    people = empty_server.anonymous()
    first = people.post("/auth/setup", {"code": code, **ADMIN}, status=201)
    me = Api(empty_server.url, first["access_token"]).get("/me", status=200)
    assert me["user"]["role"] == "admin"
    assert set(me["capacity"]) == {"chat", "portal", "email", "api"}
    assert empty_server.login(ADMIN["email"], ADMIN["password"]).user == first["user"]
    again = {"code": code, **ADMIN, "email": "second@example.com"}
    assert_problem(people.post("/auth/setup", again), 409, "conflict")


def test_of_two_set_ups_at_once_one_wins(empty_server):
    code = setup_code(empty_server)

    def try_it(number):
        body = {**ADMIN, "code": code, "email": f"owner{number}@example.com"}
        return empty_server.anonymous().post("/auth/setup", body).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(try_it, range(6)))
    assert statuses == [201] + [409] * 5
    assert empty_server.sql("SELECT count(*) FROM app_user WHERE role = 'admin'") == [(1,)]


def test_set_up_wants_the_right_code_and_good_values(empty_server):
    code = setup_code(empty_server)
    people = empty_server.anonymous()
    wrong = {**ADMIN, "code": "2222-2222-2222-2222"}
    assert_problem(people.post("/auth/setup", wrong), 401, "wrong_credentials")
    short = {**ADMIN, "code": code, "password": "seven77", "email": "nobody"}
    problem = assert_problem(people.post("/auth/setup", short), 422, "validation_failed")
    assert {(e["field"], e["code"]) for e in problem["errors"]} == {
        ("password", "too_short"),
        ("email", "bad_format"),
    }
    people.post("/auth/setup", {**ADMIN, "code": code.lower().replace("-", " ")}, status=201)


@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_the_link_begins_with_the_public_address(empty_data, slashes):
    public = {"DESKBELL_PUBLIC_URL": f"https://help.example.com{slashes}"}
    with running(empty_data, environment=public) as server:
        assert f" https://help.example.com/setup/#code={setup_code(server)}\n" in server.output()


def test_every_start_has_another_code(empty_server):
    old = setup_code(empty_server)
    empty_server.restart()
    people = empty_server.anonymous()
    assert setup_code(empty_server) != old
    assert_problem(people.post("/auth/setup", {**ADMIN, "code": old}), 401, "wrong_credentials")
    people.post("/auth/setup", {**ADMIN, "code": setup_code(empty_server)}, status=201)


def test_a_server_with_an_admin_prints_no_code(server):
    assert not re.search(r"(?:[2-9A-Z]{4}-){3}", server.output())
