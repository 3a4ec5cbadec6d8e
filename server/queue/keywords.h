/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Departments told apart by keywords: what a site begins with, before there is anything to learn
 * from. Pure. */
#pragma once

#include <glib.h>

typedef struct Keywords Keywords;

Keywords *keywords_new (void);

/* @keyword, one word or several, speaks for @department. One that ends with `*` is the beginning of
 * a word. What has no letter or digit in it is nothing. */
void keywords_add (Keywords *keywords, gint64 department, const char *keyword);

/* What keywords say about a text. */
typedef struct
{
  gint64 department; /* 0 when no keyword stands in the text */
  double confidence; /* between 0 and 1 */
  GPtrArray *found; /* of const char *, the department's keywords that stand in the text */
} KeywordGuess;

/* Looks for all of them in @text. The department with the most different ones is the guess; it is
 * as sure as its share of all that were found, counted as if a quarter of another spoke for
 * somebody else: one alone gives 0.8, two against one 0.62. Of equals it is the smaller id, never
 * surely. */
void keywords_guess (const Keywords *keywords, const char *text, KeywordGuess *guess);
void keyword_guess_clear (KeywordGuess *guess);
void keywords_free (Keywords *keywords);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Keywords, keywords_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KeywordGuess, keyword_guess_clear)
