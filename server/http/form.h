/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The one file in a multipart/form-data body (RFC 7578), read as the body comes: nothing is kept
 * but a few hundred bytes, and the file's bytes go on at once. Pure. */
#pragma once

#include <glib.h>

/* Most parts, and longest head of a part in bytes. */
#define FORM_PARTS_MAX 32
#define FORM_HEAD_MAX 4096

typedef struct Form Form;

/* Takes a piece of the file; FALSE with an error ends the reading. */
typedef gboolean (*FormWrite) (const char *bytes, gsize length, gpointer data, GError **error);

/* Whether @content_type is that of a form at all. */
gboolean form_is_form (const char *content_type);

/* @write gets the bytes of the part named `file`; other parts are skipped.
 * Returns: (transfer full): free with form_free(); NULL with `bad_request` when @content_type names
 * no fit boundary. */
Form *form_new (const char *content_type, FormWrite write, gpointer data, GError **error);

/* Reads the next @length bytes of the body. FALSE with `bad_request` where it is no such form, with
 * a second file, or with the error of @write. */
gboolean form_feed (Form *form, const char *bytes, gsize length, GError **error);

/* The body is over. FALSE with `bad_request` when it ended too early, `validation_failed` when
 * there was no file in it. */
gboolean form_end (Form *form, GError **error);

/* What the sender calls the file, as it was sent, and its Content-Type; NULL when not said, or not
 * yet. */
const char *form_name (const Form *form);
const char *form_type (const Form *form);
void form_free (Form *form);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Form, form_free)
