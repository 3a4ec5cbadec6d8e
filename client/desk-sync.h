/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Fetches what is shown: the snapshot after a welcome that could not resume, further pages of a
 * queue, one ticket, and the messages that a thread lacks. Part of #DeskClient.
 */

#pragma once

#include "desk-live.h"
#include "desk-ticket-list.h"

G_BEGIN_DECLS

typedef struct _DeskSync DeskSync;

/** DeskEnd: which end of a thread a fetch lengthens. */
typedef enum
{
  DESK_END_NEWEST,
  DESK_END_OLDER,
} DeskEnd;

#define DESK_N_ENDS (DESK_END_OLDER + 1)

/**
 * DeskSyncHooks:
 * @me_read: the account as the server knows it
 * @thread_loaded: a thread is as new as the server, or could not be brought there
 * @changed: a fetch began or ended
 */
typedef struct
{
  void (*me_read) (JsonObject *me, gpointer user_data);
  void (*thread_loaded) (gint64 ticket_id, gpointer user_data);
  void (*changed) (gpointer user_data);
} DeskSyncHooks;

/**
 * desk_sync_new:
 * @hooks: static; called with @user_data until desk_sync_free()
 */
DeskSync *desk_sync_new (DeskSession *session, DeskStore *store, DeskLive *live,
                         const DeskSyncHooks *hooks, gpointer user_data);

/** desk_sync_free: cancels what is under way; no hook is called any more. */
void desk_sync_free (DeskSync *self);

/**
 * desk_sync_run: after a welcome; with @resumed only the account is read, events say the rest, and
 * what could not be fetched before.
 */
void desk_sync_run (DeskSync *self, gboolean resumed);

/** desk_sync_is_known: Returns: whether the lists ever held everything that the server had. */
gboolean desk_sync_is_known (DeskSync *self);

gboolean desk_sync_is_running (DeskSync *self);

void desk_sync_load_more (DeskSync *self, DeskQueue queue);
gboolean desk_sync_is_complete (DeskSync *self, DeskQueue queue);

/** desk_sync_get_queue_problem: Returns: (nullable): why @queue may lack tickets. */
const GError *desk_sync_get_queue_problem (DeskSync *self, DeskQueue queue);
void desk_sync_retry_queue (DeskSync *self, DeskQueue queue);

/** desk_sync_fetch_ticket: the ticket and, when its thread is open, its newest messages. */
void desk_sync_fetch_ticket (DeskSync *self, gint64 ticket_id);

/** desk_sync_fill_thread: fetches messages that are missing inside or at the end of @thread. */
void desk_sync_fill_thread (DeskSync *self, DeskThread *thread);

/** desk_sync_load_older: fetches one page of messages from before the first of @thread. */
void desk_sync_load_older (DeskSync *self, DeskThread *thread);

/** desk_sync_is_opening: Returns: whether desk_sync_fetch_ticket() is under way. */
gboolean desk_sync_is_opening (DeskSync *self, gint64 ticket_id);

/** desk_sync_get_thread_problem: Returns: (nullable): why the last fetch at this end failed. */
const GError *desk_sync_get_thread_problem (DeskSync *self, gint64 ticket_id, DeskEnd end);

G_END_DECLS
