/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Providers: other services that say who somebody is. An admin sets them up; each is a row of
 * `identity_provider`. */
#pragma once

#include "base/services.h"

#include <glib.h>

#define PROVIDER_URL_MAX 1000

typedef enum
{
  PROVIDER_GOOGLE, /* OpenID Connect */
  PROVIDER_GITHUB, /* OAuth 2 with its own way to say who it is */
  PROVIDER_FACEBOOK, /* the same */
  PROVIDER_OIDC, /* OpenID Connect, of anybody */
} ProviderKind;

typedef struct
{
  gint64 id;
  ProviderKind kind;
  char *name; /* as buttons call it */
  char *issuer; /* who vouches */
  char *client_id;
  char *client_secret;
  char *algorithm; /* of its id tokens, `RS256` */
  gboolean is_active;
  gboolean asks_second_step;
} Provider;

/* Names of the kinds, and of the algorithms that id tokens may be signed with; each ends with
 * NULL. */
extern const char *const provider_kinds[];
extern const char *const provider_algorithms[];

/* The kind called @name, which is one of provider_kinds. */
ProviderKind provider_kind (const char *name);

/* Whether it speaks OpenID Connect. */
gboolean provider_is_oidc (ProviderKind kind);

/* The issuer that stands for @kind unless another is set; NULL when there is none. */
const char *provider_known_issuer (ProviderKind kind);

/* Whether @url can be called or gone to: http or https with a host, without a fragment or anybody's
 * name in it, at most PROVIDER_URL_MAX letters of plain ASCII. */
gboolean provider_url_is_fit (const char *url);

/* Reads the provider @id with its secret.
 * Returns: (transfer full): NULL with `not_found`, or another problem. */
Provider *provider_load (const Services *services, gint64 id, GError **error);
void provider_free (Provider *provider);

/* Where the provider sends browsers back to; the same for all who use it, so that nothing of one
 * provider is ever taken for another's.
 * Returns: (transfer full): free with g_free(). */
char *provider_redirect_uri (const Services *services, gint64 id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Provider, provider_free)
