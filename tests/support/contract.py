# SPDX-License-Identifier: AGPL-3.0-or-later
"""data/openapi.yaml as a contract (O5): every answer that a test gets over REST has the shape that
the description promises, or the test fails."""

import functools
import re
from pathlib import Path

import jsonschema
import yaml

SOURCE = Path(__file__).parents[2] / "data" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")
DESCRIBED = ("/api/v1/", "/customerservices/", "/support/")


@functools.cache
def description():
    return yaml.load(SOURCE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@functools.cache
def operations():
    """(method, path template) → operation."""
    return {
        (method.upper(), path): item[method]
        for path, item in description()["paths"].items()
        for method in METHODS
        if method in item
    }


@functools.cache
def _patterns():
    found = {}
    for path in description()["paths"]:
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path.rstrip("/")))
        found[path] = re.compile(pattern)
    # Plain text is preferred to {id}, as the server does.
    return sorted(found.items(), key=lambda entry: entry[0].count("{"))


def find(method, path):
    """The operation for a path as it was asked for; None when nothing is described there."""
    method = "GET" if method == "HEAD" else method
    for template, pattern in _patterns():
        if pattern.fullmatch(path.rstrip("/")) and (method, template) in operations():
            return operations()[method, template]
    return None


def _resolve(thing):
    while "$ref" in thing:
        target = description()
        for step in thing["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        thing = target
    return thing


@functools.cache
def _validator(operation_id, status, media_type):
    operation = next(o for o in operations().values() if o["operationId"] == operation_id)
    responses = operation["responses"]
    name = status if status in responses else "default"
    if name == "default" and int(status) < 400:
        return None
    content = _resolve(responses[name]).get("content", {})
    if media_type not in content:
        return None
    resolver = jsonschema.RefResolver("", description())
    return jsonschema.Draft202012Validator(content[media_type]["schema"], resolver=resolver)


def check(method, path, response):
    """Fails when `response` is not what is described for the path (without query)."""
    if method == "HEAD" or response.status_code in (204, 304) or not path.startswith(DESCRIBED):
        return
    operation = find(method, path)
    if operation is None:
        assert response.status_code in (
            400,
            404,
            405,
            413,
            429,
        ), f"{method} {path} is not described"
        return
    status = operation["responses"].get(str(response.status_code))
    if status and "*/*" in _resolve(status).get("content", {}):
        return
    media_type = response.headers.get("Content-Type", "").split(";")[0]
    validator = _validator(operation["operationId"], str(response.status_code), media_type)
    said = f"{method} {path} {response.status_code} {media_type}"
    assert validator is not None, f"{said} is not described: {response.text[:300]}"
    body = response.json() if media_type.endswith("json") else response.text
    wrong = jsonschema.exceptions.best_match(validator.iter_errors(body))
    assert wrong is None, f"{said}: {wrong.json_path}: {wrong.message[:400]}"
