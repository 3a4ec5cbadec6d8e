/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the server reads off a reply when it sends it. */
#pragma once

#include "http/reply.h"

typedef struct
{
  const char *name; /* static text */
  char *value;
} ReplyHeader;

struct Reply
{
  guint status;
  const char *content_type; /* static text; NULL without a body */
  GBytes *body; /* NULL: none */
  GArray *headers; /* ReplyHeader */
};
