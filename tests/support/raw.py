# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTTP by hand, for requests that no client library would send."""

import json
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 60


def connect(url):
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), TIMEOUT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def head(method, path, **headers):
    """The head of a request; X_Y=… is the header X-Y."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


def read_answer(stream):
    """The next answer of a connection's makefile("rb"); None when the server closed it instead."""
    try:
        status = stream.readline()
        if not status:
            return None
        headers = {}
        while line := stream.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
    except ConnectionError:
        return None
    return Answer(int(status.split()[1]), headers, body)


def ask(url, *parts):
    """Sends parts one after the other on a connection of its own and returns the answer. A server
    that has heard enough may stop reading before the end."""
    with connect(url) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except ConnectionError:
            pass
        return read_answer(connection.makefile("rb"))


def is_closed_within(connection, seconds):
    """Whether the server ends the connection by then, whatever it says before."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True
