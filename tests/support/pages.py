# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server's pages as a browser without a window sees them."""

import re
from html import unescape

import requests

from support.server import PASSWORD

DESK, SHOP = "/customerservices", "/support"


class Visit:
    """A browser without a window: cookies, forms, redirects, and no bearer token."""

    def __init__(self, server, root=DESK):
        self.server, self.root = server, root
        self.http = requests.Session()
        self.http.headers["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
        self.http.headers["Accept-Language"] = "en"

    def get(self, path, **options):
        return self.http.get(self.server.url + path, timeout=60, **options)

    def post(self, path, origin=None, **fields):
        origin = origin or self.server.url
        return self.http.post(
            self.server.url + path, data=fields, headers={"Origin": origin}, timeout=60
        )

    def sign_in(self, email="agent1@example.com", password=PASSWORD, **more):
        return self.post(f"{self.root}/sign-in", email=email, password=password, **more)


def leads_to(page):
    """Where the page goes on to by itself; None when it stays."""
    found = re.fullmatch(r"0; url=(.*)", page.headers.get("Refresh", ""))
    return found and found[1]


def says(page):
    """Its headings, alerts and states."""
    return unescape(" ".join(re.findall(r'<(?:h1|p[^>]* role="\w+")>([^<]*)', page.text)))
