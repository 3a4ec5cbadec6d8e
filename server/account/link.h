/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Links that let somebody in once. Their code stands behind the #, which no browser sends: so it is
 * in nobody's log. */
#pragma once

#include "http/request.h"

#define LINK_CODE_MAX 64

typedef struct
{
  char *url; /* what a person opens */
  char *hash; /* of the code, as a bytea parameter: all that is kept */
} Link;

/* Makes one to the account page, for @purpose (`invitation`). */
void link_make (Link *link, const Request *request, const char *purpose);
void link_clear (Link *link);

/* The hash of the argument `code`, as somebody sent it back.
 * Returns: (transfer full): NULL when absent or not acceptable, which is noted. */
char *link_read (Arguments *arguments);

/* In the demo, where no mail leaves, the log says what a mail would. */
void link_tell_demo (const Request *request, const Link *link);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Link, link_clear)
