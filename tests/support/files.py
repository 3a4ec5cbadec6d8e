# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files to send, and sending them."""

import struct
import zlib

from support import contract


def png(width=4, height=3, color=(200, 30, 30)):
    """A picture of one colour."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes(color) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def text(words="These are the words of a file.\n", times=20):
    return words.encode() * times


def send(person, content, name="notes.txt", kind="text/plain", key=None, **options):
    """Sends a form with one file; returns the requests.Response."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = person.http.post(
        f"{person.url}/api/v1/attachments",
        files={"file": (name, content, kind)},
        headers=headers,
        timeout=120,
        **options,
    )
    contract.check("POST", "/api/v1/attachments", answer)
    return answer


def upload(person, content=None, name="notes.txt", **more):
    """Sends a file that has to be taken, and returns the attachment."""
    answer = send(person, text() if content is None else content, name, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()["attachment"]


def read(person, attachment, what="content", **options):
    """The requests.Response of a file's content."""
    return person.get(f"/attachments/{attachment['id']}/{what}", **options)
