/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What desk-store.c and desk-store-events.c share.
 */

#pragma once

#include "desk-store.h"

G_BEGIN_DECLS

struct _DeskStore
{
  GObject parent_instance;

  DeskCache *cache;
  GHashTable *tickets; /* gint64 * → DeskTicket */
  GHashTable *threads; /* gint64 * → DeskThread */
  GHashTable *dirty; /* DeskTicket, to be written */
  GHashTable *named; /* gint64 *, what the snapshot under way named; %NULL outside of one */
  GPtrArray *arrived; /* JsonObject, messages to be written */
  char *cursor;
  char *event_ids;
  gint64 me;
  guint flush_source;
};

/** desk_store_keep_message: @json: a whole message, written to the cache soon. */
void desk_store_keep_message (DeskStore *self, JsonObject *json);

/**
 * desk_store_take_message: as desk_store_keep_message(), and shows it where its thread is open.
 *
 * Returns: (transfer none) (nullable): the message in its thread.
 */
DeskMessage *desk_store_take_message (DeskStore *self, JsonObject *json);

G_END_DECLS
