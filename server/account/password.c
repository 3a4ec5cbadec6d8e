/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Passwords as argon2id hashes. */
#include "account/account.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

/* A tenth of a second on a small machine; RFC 9106's second recommended option asks for the same
 * 3 passes over 64 MiB. */
#define PASSES 3
#define MEMORY_BYTES (64 * 1024 * 1024)

/* What nobody's password is compared with: a random text, hashed with the limits above. */
static const char nobody_hash[] = "$argon2id$v=19$m=65536,t=3,p=1$udEXfTFRiVYE2SYpLdW8dg$"
                                  "GCIEj0bgimum9nQKViJh4SR1wLXMp9NDi5rpViQ5fgU";

/* Keyboards differ in how they compose the same letters. Returns: (transfer full). */
static char *
normalize (const char *password)
{
  char *normal = g_utf8_normalize (password, -1, G_NORMALIZE_NFKC);

  return normal != NULL ? normal : g_strdup (password);
}

static void
wipe (char *password)
{
  sodium_memzero (password, strlen (password));
  g_free (password);
}

char *
password_hash (const char *password, GError **error)
{
  char *normal = normalize (password);
  char hash[crypto_pwhash_STRBYTES];
  int failed = crypto_pwhash_str_alg (hash, normal, strlen (normal), PASSES, MEMORY_BYTES,
                                      crypto_pwhash_ALG_ARGON2ID13);

  wipe (normal);
  if (failed != 0)
    {
      g_warning ("No memory for a password's hash");
      problem_set (error, PROBLEM_UNAVAILABLE,
                   _ ("The server is short of memory. Nothing was changed; try again."));
      return NULL;
    }
  return g_strdup (hash);
}

gboolean
password_matches (const char *hash, const char *password)
{
  char *normal = normalize (password);
  gboolean matches
      = crypto_pwhash_str_verify (hash != NULL ? hash : nobody_hash, normal, strlen (normal)) == 0;

  wipe (normal);
  return matches && hash != NULL;
}
