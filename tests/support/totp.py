# SPDX-License-Identifier: AGPL-3.0-or-later
"""An authenticator app: RFC 6238 by hand, from the address in a QR code."""

import base64
import hashlib
import hmac
import struct
import time
from urllib.parse import parse_qs, unquote, urlsplit

STEP_S = 30


class Authenticator:
    """The server takes codes of one step before and after, and none twice: so code() is of this
    step at first, then of the next one."""

    def __init__(self, uri):
        address = urlsplit(uri)
        fields = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert (address.scheme, address.netloc) == ("otpauth", "totp")
        assert (fields["algorithm"], fields["digits"], fields["period"]) == ("SHA1", "6", "30")
        self.label = unquote(address.path[1:])
        self.issuer = fields["issuer"]
        self.secret = base64.b32decode(fields["secret"])
        self.last_step = 0

    def at(self, step):
        digest = hmac.new(self.secret, struct.pack(">Q", step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    def code(self):
        self.last_step = max(int(time.time()) // STEP_S, self.last_step + 1)
        return self.at(self.last_step)
