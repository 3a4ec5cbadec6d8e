/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a person typed into the search box, understood: words, "quoted phrases", -exclusions,
 * numbers. Nothing that can be typed is an error of syntax. */
#pragma once

#include "ticket/search-words.h"

/* Longest question in characters, and most words (or phrases) of it. */
#define SEARCH_QUERY_MAX 200
#define SEARCH_TERMS_MAX 16

typedef struct SearchQuery SearchQuery;

/* Understands @text.
 * Returns: (transfer full): NULL with `bad_request` when it is empty, too long, or only
 * excludes. */
SearchQuery *search_query_new (const char *text, GError **error);
void search_query_free (SearchQuery *query);

/* Whether there is nothing in it to look for, such as in "?!". */
gboolean search_query_is_empty (const SearchQuery *query);

/* The words that may be met in other forms too: everything but phrases, numbers and exclusions.
 * Returns: (transfer container) (element-type utf8): in the order in which they stand. */
GPtrArray *search_query_words (const SearchQuery *query);

/* Whether the last of those words ends the question, so that it may be unfinished. */
gboolean search_query_is_unfinished (const SearchQuery *query);

/* Lets @form stand for word @index of search_query_words() too. */
void search_query_add_form (SearchQuery *query, guint index, const char *form);

/* Returns: (transfer full): the question as PostgreSQL reads a tsquery; @exact without the added
 * forms. */
char *search_query_terms (const SearchQuery *query, gboolean exact);

/* The same for names, where every word may be a beginning. Returns: (transfer full). */
char *search_query_names (const SearchQuery *query);

/* A ticket's number when the question is nothing else (`TKT-000042`, `#42`, `42`), else 0. */
gint64 search_query_ticket (const SearchQuery *query);

/* A person's number when the question is nothing else, or else 0: who gave no name is called by it
 * ("Visitor 1042"). @called is then how, in lower case, or empty. */
gint64 search_query_person (const SearchQuery *query, const char **called);

/* Whether @token of a text that was found is one of the reasons for finding it; @names when it was
 * asked for with search_query_names(). */
gboolean search_query_hits (const SearchQuery *query, const Word *token, gboolean names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SearchQuery, search_query_free)
