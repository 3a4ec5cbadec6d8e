# SPDX-License-Identifier: AGPL-3.0-or-later
"""A door between a client and a server: it lets everything through but the requests it was told to
refuse, so that a test can let one fetch fail while the line stays up."""

import socket
import threading

ANSWER = b'{"code": "internal", "detail": "The test wants it so.", "status": 500}'
HEAD = b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/problem+json\r\n"


class Gate:
    """url is where the client goes. refused holds parts of request lines."""

    def __init__(self, url):
        host, port = url.removeprefix("http://").split(":")
        self.target = (host, int(port))
        self.refused = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._stand, daemon=True).start()

    def close(self):
        self.door.close()

    def _stand(self):
        while True:
            try:
                inside, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[inside], daemon=True).start()

    def _serve(self, inside):
        try:
            outside = socket.create_connection(self.target)
        except OSError:
            inside.close()
            return
        back = threading.Thread(target=self._pass_on, args=[outside, inside], daemon=True)
        back.start()
        self._pass_on(inside, outside, self._refuse)

    def _pass_on(self, source, sink, refuse=lambda *_: False):
        try:
            while data := source.recv(65536):
                if refuse(source, data):
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _refuse(self, client, data):
        """A request comes in one piece: clients wait for an answer before the next one."""
        line = data.split(b"\r\n", 1)[0].decode(errors="replace")
        if not any(part in line for part in self.refused):
            return False
        length = f"Content-Length: {len(ANSWER)}\r\nConnection: close\r\n\r\n".encode()
        client.sendall(HEAD + length + ANSWER)
        return True
