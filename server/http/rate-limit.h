/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Token buckets for client addresses and accounts. Pure but for a lock: time comes from the
 * caller. */
#pragma once

#include <glib.h>

typedef struct RateLimit RateLimit;

typedef enum
{
  RATE_ADDRESS, /* any request: 100 a second, 400 at once */
  RATE_ACCOUNT, /* any request with a token: 100 a second, 400 at once */
  RATE_UPLOADS, /* files of an account: 30 a minute, 30 at once */
  RATE_CREDENTIALS, /* passwords, codes: 10 a minute, 10 at once */
  RATE_ARRIVALS, /* new visitors: 60 a minute, 120 at once; many may share an address */
  RATE_CLASSES,
} RateClass;

RateLimit *rate_limit_new (void);

/* Takes one token of @key's bucket of @class at @now, monotonic microseconds. From any thread.
 * Returns: 0 when it had one, else the seconds until it will. */
guint rate_limit_take (RateLimit *limit, RateClass class, const char *key, gint64 now);

/* As rate_limit_take() for the client at @address. One household or attacker has 2⁶⁴ IPv6
 * addresses, so that those count by network (/64). */
guint rate_limit_take_address (RateLimit *limit, RateClass class, const char *address, gint64 now);

/* How many buckets are kept, for tests: it is bounded whatever comes. */
guint rate_limit_size (RateLimit *limit);

void rate_limit_free (RateLimit *limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RateLimit, rate_limit_free)
