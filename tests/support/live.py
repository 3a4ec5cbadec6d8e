# SPDX-License-Identifier: AGPL-3.0-or-later
"""A live socket for tests that read from top to bottom: frames arrive on a thread of their own and
are picked from an inbox by what they are, in whatever order they came."""

import asyncio
import json
import threading
import time
import uuid

import websockets

from support.wait import BUSY, deadline_in

CONNECT_S = 120


class _Loop:
    """One event loop on one daemon thread carries every socket of the test run."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="live sockets", daemon=True).start()

    def run(self, coroutine, timeout=CONNECT_S):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)


_shared = []


def _loop():
    if not _shared:
        _shared.append(_Loop())
    return _shared[0]


class Refused(AssertionError):
    """The server answered a message with `refused`."""


def _matches(frame, name, predicate, fields):
    return (
        (name is None or name in (frame.get("type"), frame.get("kind")))
        and all(frame.get(key) == value for key, value in fields.items())
        and (predicate is None or predicate(frame))
    )


class Live:
    """hello=False leaves the socket silent; resume and topics go into the hello. in_browser=True
    authenticates by sub-protocol, the way browsers must. A refused upgrade raises
    websockets.InvalidStatusCode."""

    def __init__(
        self, url, token, hello=True, resume=None, topics=None, in_browser=False, headers=None
    ):
        self.frames = []  # every frame ever received
        self.cursor = None  # of the last frame that had one
        self.close_code = None
        self._inbox = []
        self._arrived = threading.Condition()
        self._socket = _loop().run(self._connect(url, token, in_browser, headers or {}))
        asyncio.run_coroutine_threadsafe(self._read(), _loop().loop)
        self.welcome = None
        if hello:
            self.hello(resume=resume, topics=topics)

    @staticmethod
    async def _connect(url, token, in_browser, headers):
        protocols = None
        if in_browser:
            protocols = ["deskbell.v1", f"bearer.{token}"]
        elif token:
            headers = {"Authorization": f"Bearer {token}", **headers}
        return await websockets.connect(
            url.replace("http", "ws", 1) + "/api/v1/live",
            extra_headers=headers,
            subprotocols=protocols,
            compression=None,
            ping_interval=None,
            close_timeout=5,
            max_size=None,
            open_timeout=CONNECT_S,
        )

    async def _read(self):
        try:
            async for text in self._socket:
                self._take_in(json.loads(text))
        except websockets.ConnectionClosed:
            pass
        with self._arrived:
            self.close_code = self._socket.close_code or 1006
            self._arrived.notify_all()

    def _take_in(self, frame):
        with self._arrived:
            self.frames.append(frame)
            self._inbox.append(frame)
            self.cursor = frame.get("cursor", self.cursor)
            self._arrived.notify_all()

    # Saying

    def send_raw(self, data):
        """A text frame of a str, a binary frame of bytes, a fragmented message of a list."""
        _loop().run(self._socket.send(data))

    def send(self, frame_type, **fields):
        said = {key: value for key, value in fields.items() if value is not None}
        self.send_raw(json.dumps({"type": frame_type, **said}))

    def hello(self, resume=None, topics=None, timeout=30):
        self.send("hello", resume=resume, topics=topics)
        self.welcome = self.expect("welcome", timeout=timeout)
        return self.welcome

    def subscribe(self, *topics):
        self.send("subscribe", topics=list(topics))
        self.sync()

    def message(self, ticket, body, client_id=None, timeout=30, **fields):
        """Sends a message and returns its ack, or raises Refused."""
        client_id = client_id or uuid.uuid4().hex
        self.send("message", ticket=ticket, body=body, client_id=client_id, **fields)
        answer = self.expect(
            None, lambda frame: frame["type"] in ("ack", "refused"), timeout, client_id=client_id
        )
        if answer["type"] == "refused":
            raise Refused(answer)
        return answer

    def sync(self, timeout=30):
        """Returns when the server has read everything that was said before."""
        self.send("ping")
        self.expect("pong", timeout=timeout)

    # Hearing

    def expect(self, name, predicate=None, timeout=10, **fields):
        """Takes the first frame of a type ("ack") or an event's kind ("message.created") that has
        these fields and passes the predicate, waiting for it when it is not there yet."""
        deadline = deadline_in(timeout)
        with self._arrived:
            while True:
                for index, frame in enumerate(self._inbox):
                    if _matches(frame, name, predicate, fields):
                        return self._inbox.pop(index)
                left = deadline - time.monotonic()
                if self.close_code is not None or left <= 0:
                    raise AssertionError(self._describe(name, fields, timeout))
                self._arrived.wait(left)

    def heard(self, name, predicate=None, **fields):
        """Everything of that name received so far, taken or not."""
        with self._arrived:
            return [frame for frame in self.frames if _matches(frame, name, predicate, fields)]

    def expect_close(self, timeout=30):
        """Returns the close code once the server has closed."""
        with self._arrived:
            closed = self._arrived.wait_for(lambda: self.close_code is not None, timeout * BUSY)
        assert closed, f"the socket was not closed in time; heard: {self.frames[-5:]}"
        return self.close_code

    def _describe(self, name, fields, timeout):
        state = f"closed with {self.close_code}" if self.close_code is not None else "open"
        heard = "".join(f"\n  {json.dumps(frame)[:300]}" for frame in self.frames[-20:])
        waited = f"within {timeout * BUSY} s (socket {state})"
        return f"no {name} {fields or ''} {waited}; heard last:{heard}"

    # Leaving

    @property
    def is_open(self):
        return self.close_code is None

    def drop(self):
        """Loses the connection the way a cable does: no goodbye."""
        _loop().loop.call_soon_threadsafe(self._socket.transport.abort)
        self.expect_close()

    def close(self):
        _loop().run(self._socket.close())
        self.expect_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
