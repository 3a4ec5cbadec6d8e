# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where files lie (T4): in a folder or a bucket, always encrypted, under a master key that can be
changed; and what a virus scanner has to say about them."""

import io
import re
import subprocess
import zipfile

import pytest

from support.api import assert_problem
from support.clam import EICAR, Clamd
from support.files import read, send, text, upload
from support.s3 import SECRET_KEY, Bucket
from support.server import BINARY, make_folder, running
from support.wait import wait_until

SEGMENT = 256 * 1024


@pytest.fixture(scope="module")
def one_bucket():
    bucket = Bucket()
    yield bucket
    bucket.close()


@pytest.fixture
def bucket(one_bucket):
    """Empty, and with the right secret."""
    one_bucket.reset()
    return one_bucket


@pytest.fixture(scope="module")
def on_s3(one_bucket, demo_data):
    """A server whose files lie in the bucket."""
    with running(demo_data, "--demo", environment=one_bucket.settings(make_folder())) as server:
        yield server


@pytest.fixture
def clamd():
    """A scanner that is not started yet and takes 2 MiB at most."""
    clamd = Clamd(make_folder(), largest=2)
    yield clamd
    clamd.stop()


@pytest.fixture
def scanned(clamd, demo_data):
    """A server that asks the scanner."""
    with running(demo_data, "--demo", environment={"DESKBELL_CLAMD": clamd.address}) as server:
        yield server


def files_of(server):
    return [path for path in (server.data / "attachments").rglob("*") if path.is_file()]


def refuse_start(server):
    """Insists that it does not start, and returns what it says about that."""
    with pytest.raises(AssertionError, match="before it served"):
        server.start()
    return server.log_tail()


# A bucket


def test_files_lie_in_the_bucket_encrypted_and_are_read_from_there(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    content = text(times=30_000)
    assert len(content) > 3 * SEGMENT
    sent = upload(ada, content)
    assert files_of(on_s3) == []
    assert all(b"words of a file" not in stored for stored in bucket.objects.values())
    assert read(ada, sent).content == content
    assert bucket.refusals == []


def test_only_what_is_needed_of_a_large_file_is_fetched(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    content = text(times=30_000)
    sent = upload(ada, content)
    start = 2 * SEGMENT + 5
    bucket.requests.clear()
    part = read(ada, sent, headers={"Range": f"bytes={start}-{start + 99}"})
    assert (part.status_code, part.content) == (206, content[start : start + 100])
    assert [method for method, _ in bucket.requests] == ["GET"]


def test_a_file_that_goes_goes_from_the_bucket(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    sent = upload(ada)
    assert len(bucket.objects) == 1
    ada.delete(f"/attachments/{sent['id']}", status=204)
    wait_until(lambda: not bucket.objects, 20, "the bucket to be empty")


@pytest.mark.parametrize("failure", [500, 503, "hang up"])
def test_a_bucket_that_stumbles_is_asked_again(on_s3, bucket, failure):
    ada = on_s3.visitor(name="Ada")
    bucket.fail(failure, failure)
    sent = upload(ada)
    bucket.fail(failure)
    assert read(ada, sent).content == text()


def test_a_bucket_that_is_down_is_said_and_nothing_is_left(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    bucket.fail(*[503] * 4)
    assert_problem(send(ada, text()), 503, "unavailable")
    assert bucket.objects == {}
    unkept = "SELECT count(*) FROM attachment_file WHERE state <> 'kept'"
    wait_until(lambda: on_s3.sql(unkept) == [(0,)], 20, "no row of it")
    assert read(ada, upload(ada)).content == text()


def test_wrong_keys_are_in_the_log_but_not_the_secret(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    bucket.secret = "another"
    assert_problem(send(ada, text()), 503, "unavailable")
    log = on_s3.log_path.read_text()
    assert "SignatureDoesNotMatch" in log
    assert SECRET_KEY not in log


def test_a_file_that_somebody_took_from_the_bucket_is_not_found(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    sent = upload(ada)
    bucket.objects.clear()
    assert_problem(read(ada, sent), 404, "not_found")


def test_a_file_that_somebody_changed_in_the_bucket_is_not_handed_out(on_s3, bucket):
    ada = on_s3.visitor(name="Ada")
    sent = upload(ada)
    (name,) = bucket.objects
    stored = bytearray(bucket.objects[name])
    stored[100] ^= 1
    bucket.objects[name] = bytes(stored)
    answer = read(ada, sent)
    assert_problem(answer, 500, "internal")
    bucket.objects[name] = bytes(stored[:50])
    assert_problem(read(ada, sent), 500, "internal")


@pytest.mark.parametrize(
    "change, words",
    [
        ({"DESKBELL_S3_BUCKET": ""}, "DESKBELL_S3_BUCKET"),
        ({"DESKBELL_S3_ENDPOINT": "ftp://files.example.com"}, "is no address of S3"),
        ({"DESKBELL_S3_ENDPOINT": "https://files.example.com/path"}, "is no address of S3"),
        ({"DESKBELL_S3_BUCKET": "../other"}, "is no name of a bucket"),
        ({"DESKBELL_S3_SECRET_KEY_FILE": "/nowhere"}, "DESKBELL_S3_SECRET_KEY_FILE"),
        ({"DESKBELL_CLAMD": "somewhere"}, "is no address of a virus scanner"),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(
    make_server, bucket, tmp_path, change, words
):
    server = make_server(environment={**bucket.settings(tmp_path), **change})
    assert words in refuse_start(server)


# The virus scanner


def zipped(content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("invoice.txt", content)
    return packed.getvalue()


def test_a_virus_is_refused_also_in_an_archive_and_nothing_is_kept(scanned, clamd):
    clamd.start()
    ada = scanned.visitor(name="Ada")
    for name, content in {"a.txt": EICAR, "a.zip": zipped(EICAR)}.items():
        problem = assert_problem(send(ada, content, name), 422, "file_infected")
        assert problem["detail"] == "This file did not pass the virus check and was removed."
    assert files_of(scanned) == []
    assert upload(ada)["state"] == "ready"
    assert upload(ada, zipped(text()), "a.zip")["state"] == "ready"


def test_a_file_that_nobody_scanned_waits_until_the_scanner_is_back(scanned, clamd):
    ada = scanned.visitor(name="Ada")
    good = upload(ada)
    bad = upload(ada, EICAR, "a.txt")
    assert (good["state"], bad["state"]) == ("held", "held")
    assert read(ada, good).status_code != 200
    clamd.start()

    def states():
        return [
            ada.get(f"/attachments/{one['id']}", status=200)["attachment"]["state"]
            for one in (good, bad)
        ]

    wait_until(lambda: states() == ["ready", "removed"], 30, lambda: f"both: {states()}")
    assert read(ada, good).content == text()
    wait_until(lambda: len(files_of(scanned)) == 1, 30, "the bad one's bytes to be gone")


def test_a_held_file_that_cannot_be_checked_stops_no_other(scanned, clamd):
    ada = scanned.visitor(name="Ada")
    broken = upload(ada)
    (path,) = files_of(scanned)
    path.write_bytes(bytes(path.stat().st_size))
    large, good = upload(ada, text(times=100_000)), upload(ada)
    assert {one["state"] for one in (broken, large, good)} == {"held"}
    clamd.start()

    def states():
        return [
            ada.get(f"/attachments/{one['id']}", status=200)["attachment"]["state"]
            for one in (broken, large, good)
        ]

    wait_until(lambda: states()[1:] == ["removed", "ready"], 30, lambda: f"both: {states()}")
    assert states()[0] == "held"


def test_files_pass_unscanned_when_the_admin_says_so(scanned):
    admin, ada = scanned.login("admin@example.com"), scanned.visitor(name="Ada")
    admin.patch("/settings/attachments", {"when_scanner_down": "pass"}, status=200)
    assert upload(ada)["state"] == "ready"


def test_a_file_too_large_for_the_scanner_is_refused(scanned, clamd):
    clamd.start()
    ada = scanned.visitor(name="Ada")
    answer = send(ada, text(times=100_000), "large.txt")
    assert_problem(answer, 413, "file_too_large")


# The master key


def key_file(server):
    return server.data / "secrets" / "master.key"


def keys_in(server):
    return re.findall(r"^[0-9a-f]{64}$", key_file(server).read_text(), re.MULTILINE)


def rotate(server):
    command = [BINARY, "rotate-key", "--data", server.data]
    return subprocess.run(command, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("is_running", [True, False])
def test_the_master_key_is_changed_beside_the_server_or_without_it(fresh_server, is_running):
    ada = fresh_server.visitor(name="Ada")
    sent = [upload(ada, text(f"File {number}\n")) for number in range(3)]
    (old,) = keys_in(fresh_server)
    if not is_running:
        fresh_server.stop()
    done = rotate(fresh_server)
    assert done.returncode == 0, done.stderr
    assert "3 files" in done.stdout
    assert str(key_file(fresh_server)) in done.stdout
    assert len(keys_in(fresh_server)) == 2 and keys_in(fresh_server)[1] == old
    if not is_running:
        fresh_server.start()
    # What is under the new key needs the old one no more.
    text_of = key_file(fresh_server).read_text()
    key_file(fresh_server).write_text(text_of.replace(old, ""))
    later = upload(ada, text("File 3\n"))
    for number, one in enumerate([*sent, later]):
        assert read(ada, one).content == text(f"File {number}\n")


def test_a_file_that_cannot_be_resealed_is_named_and_stops_no_other(fresh_server):
    ada = fresh_server.visitor(name="Ada")
    good, bad = upload(ada), upload(ada, text("Another\n"))
    fresh_server.sql(
        "UPDATE attachment_file SET seal_master = 'ffffffffffffffff' "
        "WHERE id = (SELECT file_id FROM attachment WHERE id = %s) RETURNING object",
        bad["id"],
    )
    done = rotate(fresh_server)
    assert done.returncode == 1
    assert "1 file" in done.stdout and "ffffffffffffffff" in done.stderr
    assert read(ada, good).content == text()


def test_a_lost_master_key_is_not_made_anew(fresh_server):
    ada = fresh_server.visitor(name="Ada")
    sent = upload(ada)
    fresh_server.stop()
    copy = key_file(fresh_server).rename(fresh_server.folder / "copy")
    assert str(key_file(fresh_server)) in refuse_start(fresh_server)
    copy.rename(key_file(fresh_server))
    fresh_server.start()
    assert read(ada, sent).content == text()
