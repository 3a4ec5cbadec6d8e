/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who changes something, from where and by which request: what an event and the audit say of a
 * change. It belongs to the thread that works for somebody, so that no handler has to hand it on,
 * and none can forget it. */
#pragma once

#include <glib.h>

typedef struct
{
  gint64 actor_id; /* 0: nobody who is signed in */
  const char *address; /* NULL: not known */
  const char *request_id; /* NULL: none, as of a live socket's frame */
} Origin;

/* This thread works for @origin until the next call; NULL: for the server itself, or only to read.
 * Its texts are borrowed until then. */
void origin_set (const Origin *origin);

/* Whom this thread works for, or NULL. */
const Origin *origin_get (void);
