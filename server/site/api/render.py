#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes of data/openapi.yaml what the server gives away: openapi.json for programs, and a page for
people that needs no script and nothing from anywhere else.

Usage: render.py OPENAPI.yaml OPENAPI.json INDEX.html"""

import html
import json
import re
import sys

import yaml

METHODS = ("get", "post", "put", "patch", "delete")


def text(value):
    """Escaped, with `code` as the descriptions write it."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(value.strip()))


class Page:
    def __init__(self, api):
        self.api = api

    def resolve(self, thing):
        """What a $ref names, and its name; the thing itself and None when it is none."""
        name = None
        while "$ref" in thing:
            path = thing["$ref"].removeprefix("#/").split("/")
            name = path[-1] if path[1] == "schemas" else name
            thing = self.api
            for step in path:
                thing = thing[step]
        return thing, name

    def type_of(self, schema):
        """A schema in a few words; what has a name links to it."""
        schema, name = self.resolve(schema)
        if name and schema.get("type") == "object":
            return f'<a href="#schema-{name}">{name}</a>'
        if "const" in schema:
            return f"<code>{html.escape(str(schema['const']))}</code>"
        if "enum" in schema:
            return " | ".join(f"<code>{html.escape(json.dumps(v))}</code>" for v in schema["enum"])
        kinds = schema.get("type", "any")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        words = []
        for kind in kinds:
            if kind == "array":
                words.append(f"array of {self.type_of(schema.get('items', {}))}")
            else:
                words.append(kind)
        return " | ".join(words)

    def fields(self, schema):
        """Rows for the properties of an object."""
        schema, _ = self.resolve(schema)
        for part in schema.get("allOf", []):
            yield from self.fields(part)
        for name, field in schema.get("properties", {}).items():
            needed = name in schema.get("required", [])
            about = text(self.resolve(field)[0].get("description", ""))
            yield (
                f"<tr><th scope=row><code>{name}</code></th><td>{self.type_of(field)}</td>"
                f"<td>{'' if needed else 'optional'}</td><td>{about}</td></tr>"
            )

    def table(self, caption, rows):
        rows = "".join(rows)
        return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>" if rows else ""

    def parameters(self, given):
        for parameter in given:
            parameter, _ = self.resolve(parameter)
            needed = parameter.get("required", False)
            yield (
                f"<tr><th scope=row><code>{parameter['name']}</code></th>"
                f"<td>{parameter['in']}, {self.type_of(parameter['schema'])}</td>"
                f"<td>{'' if needed else 'optional'}</td>"
                f"<td>{text(parameter.get('description', ''))}</td></tr>"
            )

    def body(self, operation):
        if "requestBody" not in operation:
            return ""
        body, _ = self.resolve(operation["requestBody"])
        content = next(iter(body["content"].values()))
        out = self.table("Body", self.fields(content["schema"]))
        if "example" in content:
            example = json.dumps(content["example"], ensure_ascii=False, indent=2)
            out += f"<pre><code>{html.escape(example)}</code></pre>"
        return out

    def answers(self, operation):
        out = []
        for status, response in operation["responses"].items():
            response, _ = self.resolve(response)
            out.append(f"<p><b>{status}</b> {text(response['description'])}</p>")
            if status == "default":
                continue
            for content in response.get("content", {}).values():
                out.append(self.table("Answer", self.fields(content["schema"])))
        return "".join(out)

    def operation(self, path, method, operation, shared):
        permissions = operation["x-permissions"]
        who = "anybody" if not permissions else " and ".join(f"`{p}`" for p in permissions)
        given = self.parameters(shared + operation.get("parameters", []))
        return (
            f'<article id="{operation["operationId"]}"><h3><span class="method {method}">'
            f"{method.upper()}</span> <code>{html.escape(path)}</code></h3>"
            f"<p>{text(operation['summary'])}.</p>"
            f"<p>{text(operation.get('description', ''))}</p>"
            f"<p class=who>For {text(who)}</p>"
            + self.table("Parameters", given)
            + self.body(operation)
            + self.answers(operation)
            + "</article>"
        )

    def operations(self, tag):
        for path, item in self.api["paths"].items():
            for method in METHODS:
                if tag in item.get(method, {}).get("tags", []):
                    yield path, method, item[method], item.get("parameters", [])

    def section(self, tag):
        articles = "".join(self.operation(*one) for one in self.operations(tag["name"]))
        name = html.escape(tag["name"])
        return f"<section><h2>{name}</h2><p>{text(tag['description'])}</p>{articles}</section>"

    def contents(self):
        for tag in self.api["tags"]:
            links = "".join(
                f'<li><a href="#{operation["operationId"]}"><span class="method {method}">'
                f"{method.upper()}</span> <span>{text(operation['summary'])}</span></a></li>"
                for _, method, operation, _ in self.operations(tag["name"])
            )
            yield f"<li><b>{html.escape(tag['name'])}</b><ul>{links}</ul></li>"

    def schemas(self):
        for name, schema in self.api["components"]["schemas"].items():
            rows = "".join(self.fields(schema))
            if rows:
                about = text(schema.get("description", ""))
                yield (
                    f'<article id="schema-{name}"><h3>{name}</h3><p>{about}</p>'
                    f"<table><tbody>{rows}</tbody></table></article>"
                )

    def render(self):
        info = self.api["info"]
        about = "".join(f"<p>{text(part)}</p>" for part in info["description"].split("\n\n"))
        return (
            "<!doctype html>\n<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->\n"
            '<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{info['title']} API</title>"
            '<link rel="icon" href="/setup/bell.svg" type="image/svg+xml">'
            '<link rel="stylesheet" href="/api/docs/docs.css"></head><body>'
            f'<nav aria-label="Contents"><ul>{"".join(self.contents())}'
            '<li><a href="#schemas">Shapes</a></li></ul></nav>'
            f"<main><h1>{info['title']} API</h1>{about}"
            '<p><a href="/api/v1/openapi.json">openapi.json</a> says the same to programs.</p>'
            + "".join(self.section(tag) for tag in self.api["tags"])
            + f'<section id="schemas"><h2>Shapes</h2>{"".join(self.schemas())}</section>'
            "</main></body></html>\n"
        )


def main(source, json_path, html_path):
    with open(source, encoding="utf-8") as file:
        api = yaml.safe_load(file)
    with open(json_path, "w", encoding="utf-8") as file:
        json.dump(api, file, ensure_ascii=False, separators=(",", ":"))
    with open(html_path, "w", encoding="utf-8") as file:
        file.write(Page(api).render())


main(*sys.argv[1:])
