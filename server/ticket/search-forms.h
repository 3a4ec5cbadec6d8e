/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What else the words of a question may mean, by all words that were ever indexed. */
#pragma once

#include "db/db.h"
#include "ticket/search-query.h"

/* Lets every word of @query stand for its other forms too, and a word that nobody has ever written
 * for those it looks like. Of the latter it appends to @corrections, with commas between them:
 * `{"word": "refnud", "read_as": ["refund"]}`. */
gboolean search_add_forms (Db *db, SearchQuery *query, GString *corrections, GError **error);
