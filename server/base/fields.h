/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What values that several domains take have to look like: addresses, languages, passwords. */
#pragma once

#include "base/arguments.h"

#define FIELD_NAME_MAX 200
#define FIELD_EMAIL_MAX 254
#define FIELD_LANGUAGE_MAX 35
#define FIELD_TIME_MAX 40
#define FIELD_PASSWORD_MIN 8
#define FIELD_PASSWORD_MAX 200
#define FIELD_TRANSLATIONS_MAX 40

/* Whether @email can be an address: what HTML's e-mail fields accept, and letters of every script
 * (RFC 6531). Only a letter that arrives proves more. */
gboolean field_email_is_fit (const char *email);

/* Whether @language is a tag like `en`, `bn-BD` or `zh-Hant-TW` (the form of RFC 5646). */
gboolean field_language_is_fit (const char *language);

/* The readers of arguments.h for these fields, noting what does not fit. */
const char *field_email (Arguments *arguments, ArgumentFlags flags);
const char *field_language (Arguments *arguments);

/* The argument @name, a text in several languages: `{"en": "Billing", "bn": "বিল"}`, each of at
 * most @max_text characters, the language @needed always among them, or, when that is NULL, at
 * least one.
 * Returns: (transfer full): the object as JSON; NULL when absent. */
char *field_translations (Arguments *arguments, const char *name, guint max_text,
                          const char *needed, ArgumentFlags flags);

/* The argument @name, a colour like `#0067A5`. */
const char *field_color (Arguments *arguments, const char *name);

/* The argument `password` of somebody who chooses one. */
const char *field_new_password (Arguments *arguments);

/* The moment that @text says as RFC 3339 writes it, in any zone: microseconds since 1970.
 * FALSE when it says none. */
gboolean field_read_time (const char *text, gint64 *time);

/* The argument @name, a moment as RFC 3339 writes it, in any zone.
 * Returns: microseconds since 1970; 0 when absent or not acceptable. */
gint64 field_time (Arguments *arguments, const char *name, ArgumentFlags flags);
