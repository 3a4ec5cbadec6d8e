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

/* A body that is read while it is sent; without @read there is none. */
typedef struct
{
  guint64 length;
  ReplyRead read;
  gpointer source;
  GDestroyNotify free;
} ReplyStream;

void reply_stream_clear (ReplyStream *stream);

struct Reply
{
  guint status;
  const char *content_type; /* static text; NULL without a body */
  GBytes *body; /* NULL: none */
  ReplyStream stream;
  GArray *headers; /* ReplyHeader */
};
