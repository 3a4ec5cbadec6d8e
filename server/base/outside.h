/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Calls to addresses that a setting names: an issuer of sign-ins, a bucket, a webhook. Whoever may
 * write such a setting could otherwise make the server knock on doors that only it can reach. So an
 * address is judged when a connection to it is opened, after names were looked up: another answer
 * of the DNS, another spelling of an address, or a redirect, changes nothing. docs/security.md says
 * who is allowed what. */
#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

/* Longest answer that is read, in bytes, and how long a whole call may take. */
#define OUTSIDE_ANSWER_MAX (1024 * 1024)
#define OUTSIDE_CALL_S 30

typedef struct Outside Outside;

/* @allowed: networks that may be called though they are not public, and without encryption; see
 * networks_new().
 * Returns: (transfer full): NULL with an error that names what is no network. */
Outside *outside_new (char *const *allowed, GError **error);

/* Whether @address may be called: it is public, or allowed. What carries an IPv4 address (mapped,
 * NAT64, 6to4) is judged by that. */
gboolean outside_allows (const Outside *outside, GInetAddress *address);
void outside_free (Outside *outside);

/* One call. The first two are the caller's to set. */
typedef struct
{
  const Outside *outside;
  GString *answer; /* gets the body; NULL: the caller sets CURLOPT_WRITEFUNCTION itself */

  CURL *curl;
  char refused[64]; /* the last address that was not allowed; else empty */
} OutsideCall;

/* Gives @curl everything that holds for calls outside: only https, or http within the allowed
 * networks; only allowed addresses, straight and not through a proxy; a limit to every wait and to
 * the answer. Redirects are answers like any other; with CURLOPT_FOLLOWLOCATION at most three are
 * followed, under the same rules. @call must live until the transfer is over, and is one
 * transfer's; options set afterwards count. */
void outside_prepare (OutsideCall *call, CURL *curl);

/* Why a call ended with @code, for the log: never for whoever wrote the setting, who would learn
 * from it what stands inside.
 * Returns: (transfer full): */
char *outside_explain (const OutsideCall *call, CURLcode code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outside, outside_free)
