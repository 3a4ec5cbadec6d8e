/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Typed reading of a JSON object that came from outside: a request's body or a socket's frame.
 * Readers never fail one by one; they note what is wrong with their field, and one
 * arguments_check() at the end turns all notes into a single `validation_failed`. */
#pragma once

#include <glib.h>

typedef struct Arguments Arguments;

typedef enum
{
  ARGUMENT_OPTIONAL = 0,
  ARGUMENT_REQUIRED = 1 << 0,
  ARGUMENT_MULTILINE = 1 << 1, /* keep line breaks; other text has none */
  ARGUMENT_EMPTY = 1 << 2, /* text may be empty, or spaces alone, and is empty then */
} ArgumentFlags;

/* Reads @json strictly; its top must be an object.
 * Returns: (transfer full): free with arguments_free(); NULL with %PROBLEM_BAD_JSON. */
Arguments *arguments_new (const char *json, gsize length, GError **error);
void arguments_free (Arguments *arguments);

/* Whether the object has @name with a value other than null. */
gboolean arguments_has (Arguments *arguments, const char *name);

/* Whether the object has @name at all, null included. */
gboolean arguments_mentions (Arguments *arguments, const char *name);

/* The names of the members, in order of the alphabet.
 * Returns: (transfer full): NULL-terminated. */
char **arguments_names (const Arguments *arguments);

/* From here on @name, of which the object is to have none, stands for its member @called, for those
 * who say the same thing in another word; what is noted of it names @called. Both are static text;
 * one name of an object at most. */
void arguments_rename (Arguments *arguments, const char *name, const char *called);

/* The object at @name, to be read with the same readers. What is noted in it counts as a note of
 * @arguments, which must outlive it, with the field called `name.field`.
 * Returns: (transfer full): free with arguments_free(); an empty object when absent or not
 * acceptable. */
Arguments *arguments_object (Arguments *arguments, const char *name, ArgumentFlags flags);

/* Text of 1 to @max characters, not spaces alone, without U+0000 and, unless %ARGUMENT_MULTILINE,
 * without line breaks; NULL when absent, null, or not acceptable. It belongs to @arguments. */
const char *arguments_text (Arguments *arguments, const char *name, guint max, ArgumentFlags flags);

/* An integer from @min to @max; @fallback when absent or not acceptable. */
gint64 arguments_int (Arguments *arguments, const char *name, gint64 min, gint64 max,
                      gint64 fallback, ArgumentFlags flags);

/* A boolean; @fallback when absent or not acceptable. */
gboolean arguments_bool (Arguments *arguments, const char *name, gboolean fallback);

/* Text that is one of @choices (NULL-terminated); NULL when absent or not acceptable. */
const char *arguments_choice (Arguments *arguments, const char *name, const char *const *choices,
                              ArgumentFlags flags);

/* A list of at most @max texts of at most @max_text characters.
 * Returns: (transfer full): NULL-terminated; empty when absent. */
char **arguments_texts (Arguments *arguments, const char *name, guint max, guint max_text);

/* A list of at most @max integers from @min to @max_value.
 * Returns: (transfer full) (element-type gint64): empty when absent. */
GArray *arguments_ints (Arguments *arguments, const char *name, guint max, gint64 min,
                        gint64 max_value);

/* An object of at most @max members whose values are numbers, booleans, null, or texts of at most
 * @max_text characters, which may be empty.
 * Returns: (transfer full): the object as JSON text; NULL when absent, null, or not acceptable. */
char *arguments_scalars (Arguments *arguments, const char *name, guint max, guint max_text,
                         ArgumentFlags flags);

/* Notes that @name is not acceptable for a reason the caller found; codes as in
 * docs/protocol.md. */
void arguments_refuse (Arguments *arguments, const char *name, const char *code,
                       const char *detail);

/* FALSE with %PROBLEM_VALIDATION_FAILED naming every field when anything was not acceptable. */
gboolean arguments_check (Arguments *arguments, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arguments, arguments_free)
