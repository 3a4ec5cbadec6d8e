# SPDX-License-Identifier: AGPL-3.0-or-later
"""Includes go one way: base, text, db, event, storage, http and live, domains, documented paths,
and what ties them together. No domain knows another, the client's models know no GTK, the apps no
server."""

import re
from pathlib import Path

from source import Finding, find, line_of, read, without_comments

RANKS = {"base": 0, "text": 1, "db": 2, "event": 3, "storage": 4, "http": 5, "live": 5}
DOMAINS = {
    "account", "assist", "audit", "automation", "insight", "notify", "payment", "queue", "site",
    "sla", "ticket",
}  # fmt: skip
DOMAIN_RANK, DOCUMENTED_RANK, TOP_RANK = 6, 7, 8
TREES = ["server", "client", "agent-app", "admin-app"]
MAY_USE = {
    "server": {"server"},
    "client": {"client"},
    "agent-app": {"client", "agent-app"},
    "admin-app": {"client", "admin-app"},
}
INCLUDE = re.compile(r'^#\s*include\s*(["<])([^">]+)[">]', re.M)


def rank(room):
    if room in RANKS:
        return RANKS[room]
    if room == "documented":
        return DOCUMENTED_RANK
    return DOMAIN_RANK if room in DOMAINS else TOP_RANK


def room_of(path):
    """The folder below server/, or "" for what lies in server/ itself."""
    return path.parts[1] if len(path.parts) > 2 else ""


def resolve(root, path, name):
    """The included file, relative to root, or None when it is not one of ours."""
    for folder in [path.parent, *map(Path, TREES)]:
        if (root / folder / name).is_file():
            return folder / name
    return None


def judge_rooms(mine, theirs):
    if mine == theirs:
        return None
    if mine in DOMAINS and theirs in DOMAINS:
        return f"the domain {mine} must not include the domain {theirs}"
    if rank(theirs) > rank(mine):
        return f"{mine or 'base'} lies below {theirs or 'the top'} and must not include it"
    return None


def judge(path, target):
    if path.parts[0] == "tests" or target is None:
        return None
    if target.parts[0] not in MAY_USE.get(path.parts[0], {target.parts[0]}):
        return f"{path.parts[0]} must not include anything of {target.parts[0]}"
    if path.parts[0] == "server":
        return judge_rooms(room_of(path), room_of(target))
    return None


def is_model(path):
    return path.parts[0] == "client" and len(path.parts) == 2


def check(root):
    neighbours = {}
    for path in find(root, "*.c", "*.h"):
        text = without_comments(read(root, path))
        for found in INCLUDE.finditer(text):
            line, name = line_of(text, found.start()), found[2]
            if is_model(path) and re.match(r"(gtk|gdk|adwaita)", name):
                yield Finding(path, line, "the client's models know no GTK")
            target = resolve(root, path, name) if found[1] == '"' else None
            if problem := judge(path, target):
                yield Finding(path, line, problem)
            elif target and path.parts[0] == target.parts[0] == "server":
                pair = (room_of(path), room_of(target))
                rule = f"{pair[1]} includes {pair[0]} too"
                neighbours.setdefault(pair, Finding(path, line, rule))
    for (mine, theirs), finding in neighbours.items():
        if mine < theirs and (theirs, mine) in neighbours:
            yield finding
