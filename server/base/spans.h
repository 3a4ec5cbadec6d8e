/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The span tree of a message: its Markdown subset as JSON (docs/protocol.md), so that nobody who
 * shows it parses anything or builds HTML from text. Raw HTML stays text, and only http, https and
 * mailto become links. */
#pragma once

/* @markdown is valid UTF-8. Nesting deeper than a reader could follow is flattened, so the tree is
 * never deeper than a JSON parser takes. Returns: (transfer full): a JSON array. */
char *spans_from_markdown (const char *markdown);
