/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Which pages may call the API from a browser, by their origin (RFC 6454), `https://shop.example`;
 * `*.` in front of the host is for what lies below it. As long as there is no such list all may,
 * since the API's only key is a bearer token and never a cookie. Any thread may call. */
#pragma once

#include <glib.h>

/* Most origins, and the longest one in letters. */
#define ORIGINS_MAX 100
#define ORIGIN_LENGTH_MAX 200

typedef struct Origins Origins;

/* Returns: (transfer full): free with origins_free(); there is no list yet. */
Origins *origins_new (void);
void origins_free (Origins *origins);

/* Whether @text can stand in a list: a scheme, http or https, a host in small letters, which may
 * begin with `*.`, and perhaps a port; nothing behind it. */
gboolean origin_is_fit (const char *text);

/* From here on these may call, NULL-terminated. */
void origins_set (Origins *origins, const char *const *list);

/* Whether there is no list. */
gboolean origins_are_open (Origins *origins);

/* Whether a page of @origin, as a browser names it, may call. */
gboolean origins_allow (Origins *origins, const char *origin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Origins, origins_free)
