# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bucket of S3 for one test, in memory. It takes nothing on trust: signatures, hashes and times
are checked by the rules of AWS, written down here a second time. It can be told to stumble."""

import hashlib
import hmac
import re
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
BUCKET, REGION = "deskbell-files", "eu-central-1"
SKEW = timedelta(minutes=15)
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>\d{8}/[^/]+/s3/aws4_request), "
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)


class Refusal(Exception):
    """(status, S3's word for it)."""


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def expected_signature(secret, method, path, names, headers, scope):
    """What the client must have got to, from what arrived on the wire."""
    path, _, query = path.partition("?")
    lines = [f"{name}:{' '.join((headers[name] or '').split())}" for name in names]
    parts = [method, path, query, *lines, "", ";".join(names), headers["x-amz-content-sha256"]]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest])
    key = b"AWS4" + secret.encode()
    for step in scope.split("/"):
        key = sign(key, step)
    return sign(key, text).hex()


def check_request(secret, method, path, headers, body):
    found = AUTHORIZATION.fullmatch(headers["authorization"] or "")
    if not found or found["key"] != ACCESS_KEY:
        raise Refusal(403, "InvalidAccessKeyId")
    names = found["names"].split(";")
    if names != sorted(names) or not {"host", "x-amz-date", "x-amz-content-sha256"} <= {*names}:
        raise Refusal(403, "AccessDenied")
    if "range" in headers and "range" not in names:
        raise Refusal(403, "AccessDenied")
    at = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs(datetime.now(timezone.utc) - at) > SKEW:
        raise Refusal(403, "RequestTimeTooSkewed")
    if found["scope"] != f"{at:%Y%m%d}/{REGION}/s3/aws4_request":
        raise Refusal(400, "AuthorizationHeaderMalformed")
    wanted = expected_signature(secret, method, path, names, headers, found["scope"])
    if not hmac.compare_digest(wanted, found["signature"]):
        raise Refusal(403, "SignatureDoesNotMatch")
    if hashlib.sha256(body).hexdigest() != headers["x-amz-content-sha256"]:
        raise Refusal(400, "XAmzContentSHA256Mismatch")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        bucket = self.server.bucket
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        try:
            bucket.stumble(self)
            check_request(bucket.secret, self.command, self.path, self.headers, body)
            self.serve(bucket, body)
        except Refusal as refusal:
            status, code = refusal.args
            bucket.refusals.append(code)
            self.answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    do_GET = do_PUT = do_DELETE = handle_request

    def serve(self, bucket, body):
        name = self.path.removeprefix(f"/{BUCKET}/")
        if name == self.path:
            raise Refusal(404, "NoSuchBucket")
        bucket.requests.append((self.command, name))
        if self.command == "PUT":
            bucket.objects[name] = body
            self.answer(200)
        elif self.command == "DELETE":
            bucket.objects.pop(name, None)
            self.answer(204)
        elif name not in bucket.objects:
            raise Refusal(404, "NoSuchKey")
        else:
            self.serve_part(bucket.objects[name])

    def serve_part(self, content):
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["range"] or "")
        if not found:
            self.answer(200, content)
            return
        start, end = int(found[1]), min(int(found[2]), len(content) - 1)
        if start >= len(content):
            raise Refusal(416, "InvalidRange")
        where = f"bytes {start}-{end}/{len(content)}"
        self.answer(206, content[start : end + 1], Content_Range=where)


class Listener(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever was hung up on needs no traceback."""


class Bucket:
    """objects: what lies in it, by name; requests and refusals: what was asked of it."""

    def __init__(self):
        self.reset()
        self._server = Listener(("127.0.0.1", 0), Handler)
        self._server.bucket = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def reset(self):
        self.objects, self.requests, self.refusals = {}, [], []
        self.secret = SECRET_KEY
        self._failures = []

    def fail(self, *failures):
        """The next requests fail like this, one after the other: a status, or "hang up"."""
        self._failures += failures

    def stumble(self, handler):
        failure = self._failures.pop(0) if self._failures else None
        if failure == "hang up":
            handler.close_connection = True
            raise ConnectionResetError
        if failure is not None:
            raise Refusal(failure, "SlowDown")

    def settings(self, folder):
        """The server's environment for this bucket; its key files go into folder."""
        for name, value in {"access": ACCESS_KEY, "secret": SECRET_KEY}.items():
            (folder / f"{name}.key").write_text(f"{value}\n")
        return {
            "DESKBELL_S3_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}",
            "DESKBELL_S3_BUCKET": BUCKET,
            "DESKBELL_S3_REGION": REGION,
            "DESKBELL_S3_ACCESS_KEY_FILE": str(folder / "access.key"),
            "DESKBELL_S3_SECRET_KEY_FILE": str(folder / "secret.key"),
            "DESKBELL_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
            "NO_PROXY": "127.0.0.1",
        }

    def close(self):
        self._server.shutdown()
        self._server.server_close()
