# SPDX-License-Identifier: AGPL-3.0-or-later
"""A live socket byte by byte, for what no well-behaved client would send: odd frames, bombs,
silence. Blocking and without a thread; everybody else uses support.live."""

import base64
import json
import os
import socket
import struct
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
CONTINUATION = 0x0


def frame(payload, opcode=TEXT, fin=True, rsv=0, mask=True, length=None):
    """One frame as a client sends it; `length` lies about the payload's."""
    data = payload.encode() if isinstance(payload, str) else payload
    length = len(data) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    flag = 0x80 if mask else 0
    if length < 126:
        head += bytes([flag | length])
    elif length < 1 << 16:
        head += bytes([flag | 126]) + struct.pack("!H", length)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", length)
    if not mask:
        return head + data
    key = os.urandom(4)
    repeated = key * (len(data) // 4 + 1)
    masked = int.from_bytes(data, "big") ^ int.from_bytes(repeated[: len(data)], "big")
    return head + key + masked.to_bytes(len(data), "big")


def say(frame_type, **fields):
    return frame(json.dumps({"type": frame_type, **fields}))


class RawLive:
    """`first` is sent in the same write as the handshake; `headers` are added to it. The upgrade's
    status is in .status; only 101 leaves a socket."""

    def __init__(self, url, token, first=b"", headers=None, receive_buffer=None, timeout=30):
        at = urlsplit(url)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((at.hostname, at.port))
        lines = {
            "Host": at.netloc,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **({"Authorization": f"Bearer {token}"} if token else {}),
            **(headers or {}),
        }
        request = "GET /api/v1/live HTTP/1.1\r\n"
        request += "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self.socket.sendall(request.encode() + b"\r\n" + first)
        self._received = b""
        self._passed_over = []
        head = self._read_until(b"\r\n\r\n").decode()
        self.status = int(head.split()[1])
        self.headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self._received += data
        return bool(data)

    def _read_until(self, end):
        while end not in self._received:
            assert self._more(), f"closed after {self._received!r}"
        taken, self._received = self._received.split(end, 1)
        return taken

    def _read(self, count):
        while len(self._received) < count:
            if not self._more():
                return None
        taken, self._received = self._received[:count], self._received[count:]
        return taken

    def send(self, data):
        self.socket.sendall(data)

    def flood(self, data):
        """Sends as much as the other end takes before it closes."""
        try:
            self.socket.sendall(data)
        except (ConnectionResetError, BrokenPipeError):
            pass

    def receive(self):
        """The next (opcode, payload), or None when the connection is over."""
        head = self._read(2)
        if head is None:
            return None
        assert not head[1] & 0x80, "a server's frame must not be masked"
        assert head[0] & 0xF0 == 0x80, "one frame a message, and no extension"
        length = head[1]
        if length == 126:
            length = struct.unpack("!H", self._read(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._read(8))[0]
        return head[0] & 0x0F, self._read(length)

    def expect(self, frame_type):
        """The next text frame of this type; others wait for a later call."""
        for index, said in enumerate(self._passed_over):
            if said["type"] == frame_type:
                return self._passed_over.pop(index)
        while True:
            received = self.receive()
            assert received, f"closed before {frame_type}"
            opcode, payload = received
            assert opcode != CLOSE, f"closed with {payload!r} before {frame_type}"
            if opcode != TEXT:
                continue
            said = json.loads(payload)
            if said["type"] == frame_type:
                return said
            self._passed_over.append(said)

    def expect_close(self):
        """The close code, once the server has said goodbye and ended the connection."""
        code = None
        while (received := self.receive()) is not None:
            opcode, payload = received
            assert code is None, f"{payload!r} came after the goodbye"
            if opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0]
        return code

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
