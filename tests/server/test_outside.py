# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that a setting names do not lead inside (K1): nothing that is not public is called
unless the operator said so. tests/unit/test_outside.c knows every range and spelling."""

import pytest

from support.api import assert_problem
from support.files import read, send, text, upload
from support.s3 import Bucket
from support.server import make_folder, running

ALLOW = "DESKBELL_ALLOW_PRIVATE_ADDRESSES"


@pytest.fixture
def bucket():
    """It stands on loopback: as far inside as can be."""
    bucket = Bucket()
    yield bucket
    bucket.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
def test_what_is_inside_is_not_called(demo_data, bucket, host):
    settings = {**bucket.settings(make_folder()), ALLOW: "10.0.0.0/8"}
    settings["DESKBELL_S3_ENDPOINT"] = settings["DESKBELL_S3_ENDPOINT"].replace("127.0.0.1", host)
    settings["NO_PROXY"] = "*"
    with running(demo_data, "--demo", environment=settings) as server:
        problem = assert_problem(send(server.visitor(name="Ada"), text()), 503, "unavailable")
        assert "127" not in problem["detail"]
        assert f"is not a public address and not in {ALLOW}" in server.log_path.read_text()
    assert (bucket.requests, bucket.refusals) == ([], [])


def test_what_the_operator_allowed_is_called(demo_data, bucket):
    settings = {**bucket.settings(make_folder()), ALLOW: "10.0.0.0/8, 127.0.0.1"}
    with running(demo_data, "--demo", environment=settings) as server:
        ada = server.visitor(name="Ada")
        assert read(ada, upload(ada)).content == text()
    assert bucket.refusals == []


@pytest.mark.parametrize("networks", ["intranet", "10.0.0.1/8", "10.0.0.0/8;127.0.0.1"])
def test_what_is_no_network_is_said_at_the_start(make_server, networks):
    server = make_server(environment={ALLOW: networks})
    with pytest.raises(AssertionError, match="before it served"):
        server.start()
    assert f"{ALLOW}: “{networks}” is no address and no network" in server.log_tail()
