/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Texts in the language of whoever asks. gettext knows one language for a whole program; here the
 * same catalogues, as the build has put them into the program, are looked up by request. */
#pragma once

#include "http/request.h"

typedef struct Words Words;

/* The texts for whoever sent @request: in the first language of Accept-Language that there is, else
 * in the account's, else in English. They stay as long as the program runs. */
const Words *words_for (const Request *request);

/* `en`, `bn`, … */
const char *words_language (const Words *words);

/* @text, which stands in the source in N_(), in the language of @words. */
const char *words_say (const Words *words, const char *text);

/* Marks the text for one thing and that for several, and says both. */
#define N2_(one, many) one, many

/* The same for @count things; the source has both in N2_(). */
const char *words_count (const Words *words, const char *one, const char *many, guint count);

/* @count in the digits of the language.
 * Returns: (transfer full) */
char *words_number (const Words *words, gint64 count);

/* @text with values in the places of their `{name}`: names and values in turn, ended by NULL. A
 * NULL value leaves its place empty.
 * Returns: (transfer full) */
char *words_fill (const char *text, ...) G_GNUC_NULL_TERMINATED;
