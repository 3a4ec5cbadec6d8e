# SPDX-License-Identifier: AGPL-3.0-or-later
"""A rule that cannot fail is no rule: each is shown a file that breaks it, and an innocent twin."""

import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

C_HEAD = "/* SPDX-License-Identifier: AGPL-3.0-or-later\n *\n * A file. */\n"
SQL_HEAD = "-- SPDX-License-Identifier: AGPL-3.0-or-later\n\n"
README = {"server/ticket/README.md": "Tickets.\n", "server/queue/README.md": "The queue.\n"}
HEADERS = {
    "server/base/ids.h": C_HEAD,
    "server/db/db.h": C_HEAD,
    "server/ticket/ticket.h": C_HEAD,
    "server/routes.h": C_HEAD,
    "client/desk-store.h": C_HEAD,
    "po/POTFILES.in": "server/ticket/listed.c\n",
    "server/ticket/listed.c": C_HEAD + 'static const char *const text = N_ ("Hello");\n',
}
LONG_FUNCTION = "static void\nlong_one (void)\n{\n" + "  work ();\n" * 80 + "}\n"


def judge(root, check, files):
    for name, text in {**README, **HEADERS, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [str(finding) for finding in importlib.import_module(check).check(root)]


# check, path, text that breaks a rule, what the finding says, text that does not
CASES = [
    ("layers", "server/base/ids.c", '#include "db/db.h"', ":4: base lies below db",
     '#include "base/ids.h"'),
    ("layers", "server/queue/next.c", '#include "ticket/ticket.h"', "must not include the domain",
     '#include "db/db.h"'),
    ("layers", "server/ticket/list.c", '#include "routes.h"', "below the top", "#include <glib.h>"),
    ("layers", "client/desk-store.c", "#include <gtk/gtk.h>", "know no GTK",
     "#include <gio/gio.h>"),
    ("layers", "agent-app/window.c", '#include "db/db.h"', "anything of server",
     '#include "desk-store.h"'),
    ("layers", "client/desk-store.c", '#include "db/db.h"', "anything of server",
     '#include "desk-store.h"'),
    ("sizes", "server/db/db.c", "\n" * 600, "604 lines, at most 600", "\n" * 500),
    ("sizes", "server/db/db.h", "\n" * 120, "124 lines, at most 120", "\n" * 100),
    ("sizes", "server/site/a.js", "\n" * 401, "at most 400", "\n" * 390),
    ("sizes", "server/db/db.c", LONG_FUNCTION, ":6: a function of 82 lines",
     LONG_FUNCTION.replace("  work ();\n", "", 10)),
    ("sizes", "server/db/db.c", "/* " + "x" * 100 + " */", "106 columns", "/* short */"),
    ("sizes", "server/queue/README.md", "line\n" * 21, "at most 20", "line\n" * 15),
    ("style", "server/db/db.c", "  goto out;", ":4: no goto", '  say ("goto out");'),
    ("style", "server/db/db.c", '  g_object_set_data (a, "b", c);', "no g_object_set_data",
     "b ();"),
    ("style", "server/db/db.c", "static int counter;", ":4: no mutable globals",
     "static const int counter = 1;"),
    ("style", "server/db/db.c", "static const char *name = NULL;", "no mutable globals",
     "static const char *const name = NULL;"),
    ("style", "server/db/db.c", "Entry table[] = { { 1 } };", "no mutable globals",
     "static const Entry table[] = { { 1 } };"),
    ("style", "server/db/db.c", "  static int count = 0;", "no mutable state in a function",
     "  static const int count = 0;"),
    ("style", "server/db/db.c", "#define TRY(x) do { x; } while (0)", "no statement macros",
     "#define TWICE(x) ((x) * 2)"),
    ("style", "server/db/db.c", "/* free (name); */", "no commented-out code",
     "/* The name is borrowed; see name_free (). */"),
    ("style", "server/db/db.c", "/* TO" + "DO later */", "no marks", "/* done */"),
    ("sql", "server/db/db.c", 'run ("SELECT 1 FROM a");', "SQL belongs into",
     'run ("ticket_get");'),
    ("sql", "server/db/db.c", 'run ("CREATE TABLE a ();");', "SQL belongs into",
     'say ("CREATED");'),
    ("sql", "server/ticket/a.sql", SQL_HEAD + "SELECT 1;\n", "a statement without a name",
     SQL_HEAD + "-- name: one\n-- Always a row.\nSELECT 1;\n"),
    ("sql", "server/ticket/a.sql", SQL_HEAD + "-- name: one\nSELECT $1;\n", ":3: one has no",
     SQL_HEAD + "-- name: one\n-- $1 the id.\nSELECT $1;\n"),
    ("sql", "server/ticket/a.sql", SQL_HEAD + "-- name: a\nSELECT 1;\nSELECT 2;\n", "more than one",
     SQL_HEAD + "-- name: a\nSELECT ';';\n"),
    ("documented", "server/db/db.h", "\nDb *db_open (GError **error);", ":5: db_open needs",
     "\n/* Opens. */\nDb *db_open (GError **error);"),
    ("documented", "server/base/config.c", 'setting (file, "DESKBELL_NEW", "new");',
     "DESKBELL_NEW is not in docs", 'setting (file, "OTHER", "new");'),
    ("documented", "docs/security.md", "It holds: `tests/unit/test_gone.c`.",
     "tests/unit/test_gone.c is not there", "It holds: `server/db/db.h`, `server/ticket`."),
    ("documented", "server/sla/a.c", "int a;", "every domain has a README", None),
    ("translatable", "agent-app/a.ui", '<property name="label">Send</property>', "not translatable",
     '<property name="label">—</property>'),
    ("translatable", "server/site/a.js", 'h("p", {}, "Please wait");', 'outside _(): "Please wait"',
     'h("p", {}, text); throw new Error("Please wait");'),
    ("translatable", "server/site/a.js", 'h("b", { title: "close" });', "outside _()",
     "h('b', { title: text });"),
    ("translatable", "server/db/db.c", 'problem_set (error, A, "No such thing.");', "outside _()",
     'problem_set (error, A, text);'),
    ("translatable", "server/ticket/listed.c", 'say (_ ("At %" G_GSIZE_FORMAT "."));', "cuts the",
     'say (_ ("At %" PRId64 "."));'),
    ("translatable", "server/db/db.c", 'say (_ ("Hello"));', "not in po/POTFILES.in",
     'say ("Hello");'),
    ("translatable", "po/POTFILES.in", "server/gone.c\n", "does not exist",
     "server/ticket/listed.c\n"),
]  # fmt: skip


def dress(path, text):
    return C_HEAD + text + "\n" if path.endswith((".c", ".h")) else text


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[3]}")
def test_a_rule_finds_what_breaks_it_and_nothing_else(tmp_path, case):
    check, path, guilty, rule, innocent = case
    findings = judge(tmp_path / "guilty", check, {path: dress(path, guilty)})
    assert any(path.rsplit("/", 1)[0] in found and rule in found for found in findings), findings
    if innocent is not None:
        assert judge(tmp_path / "innocent", check, {path: dress(path, innocent)}) == []


def test_a_file_without_licence_is_found(tmp_path):
    assert judge(tmp_path, "style", {"server/db/db.c": "int main (void);\n"}) == [
        "server/db/db.c:1: the first line names the licence (SPDX-License-Identifier)"
    ]


def test_two_rooms_of_one_layer_do_not_include_each_other(tmp_path):
    files = {
        "server/http/server.h": C_HEAD + '#include "live/live.h"\n',
        "server/live/live.h": C_HEAD + '#include "http/server.h"\n',
    }
    assert judge(tmp_path, "layers", files) == ["server/http/server.h:4: live includes http too"]
