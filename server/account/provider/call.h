/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Asking a provider, and reading what it says. Its answers are no more to be trusted than
 * anybody's: they are bounded, strictly JSON, and read by type. Whoever calls holds no database
 * connection. */
#pragma once

#include "base/services.h"

#include <json-glib/json-glib.h>

/* One question: GET, or POST when there is a form. */
typedef struct
{
  const char *url;
  const char *form; /* the body, application/x-www-form-urlencoded; NULL: none */
  const char *bearer; /* an access token; NULL: none */
  const char *user; /* for HTTP's basic authentication, with @password; NULL: none */
  const char *password;
} ProviderCall;

/* Asks, and waits for at most ten seconds. @status gets the answer's status.
 * Returns: (transfer full): the answer, with any status below 500; NULL with `unavailable` when
 * there is none, or none that is JSON: the log says why. */
JsonNode *provider_call (const Services *services, const ProviderCall *call, long *status,
                         GError **error);

/* Reads @text, @length bytes, which are strictly JSON without any U+0000 in its texts.
 * Returns: (transfer full): NULL when they are something else. */
JsonNode *provider_json (const char *text, gsize length);

/* The text of 1 to @max bytes at @name; NULL when there is none, or something else. */
const char *provider_json_text (JsonObject *object, const char *name, gsize max);

/* The seconds since 1970 at @name; FALSE when there are none. */
gboolean provider_json_time (JsonObject *object, const char *name, gint64 *seconds);

/* Whether `true` stands at @name. */
gboolean provider_json_is_true (JsonObject *object, const char *name);
