/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a host site says of its signed-in user: PAYLOAD.SIGNATURE. The payload is a JSON object in
 * base64url without padding, the signature the HMAC-SHA256 of those letters in lower-case hex,
 * under the letters of a secret that an admin made. Pure. */
#pragma once

#include <glib.h>

/* How long before its end something may be signed, in seconds. */
#define IDENTITY_LIFETIME_MAX (24 * 60 * 60)

/* Longest identity, in letters. */
#define IDENTITY_MAX 4096

typedef struct
{
  char *user_id; /* the host's own name for its user */
  char *name; /* or NULL */
  char *email; /* or NULL */
  char *nonce;
  gint64 expires_at; /* seconds since 1970 */
} Identity;

/* Whether @identity was signed with @secret. Takes the same time whatever the signature is. */
gboolean identity_is_signed (const char *identity, const char *secret);

/* Reads an @identity whose signature was good, at @now, seconds since 1970.
 * Returns: (transfer full): NULL with `identity_refused`, whose member `reason` is `content` or
 * `expired`. */
Identity *identity_read (const char *identity, gint64 now, GError **error);

/* Sets `identity_refused` with the member `reason`, a word, and a sentence for the host's
 * programmer. */
void identity_refuse (const char *reason, const char *detail, GError **error);

void identity_free (Identity *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Identity, identity_free)
