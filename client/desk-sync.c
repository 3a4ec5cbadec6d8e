/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Snapshots. Mine comes first because it is on the screen, then what nobody has, then the newest of
 * all. Only when all of it arrived is the cache called complete and may the next start resume.
 */

#include "desk-sync.h"

#include "desk-json.h"

#define PAGE "100"
#define MOST_PAGES 10
#define MESSAGES_PAGE "200"
#define ACTIVE "open,assigned,in_progress,waiting_on_customer"

struct _DeskSync
{
  DeskSession *session;
  DeskStore *store;
  DeskLive *live;
  const DeskSyncHooks *hooks;
  gpointer user_data;
  GCancellable *cancellable; /* everything */
  GCancellable *run; /* the snapshot under way */
  char *next[DESK_N_QUEUES];
  gboolean complete[DESK_N_QUEUES];
  gboolean loading[DESK_N_QUEUES];
  gboolean known; /* a snapshot was whole at some time */
  gboolean torn; /* a snapshot was begun and not ended */
  GError *run_problem; /* why the last snapshot is not whole */
  GError *page_problems[DESK_N_QUEUES];
  GHashTable *filling; /* gint64 *, threads that are being filled */
  GHashTable *opening; /* gint64 *, tickets that are being fetched */
  GHashTable *thread_problems[DESK_N_ENDS]; /* gint64 * → GError */
};

typedef struct _Fetch Fetch;

/* @answer is %NULL when the fetch failed of *@problem, which may be taken. */
typedef void (*Take) (DeskSync *self, const Fetch *fetch, JsonObject *answer, GError **problem);

struct _Fetch
{
  DeskSync *sync;
  Take take;
  DeskQueue queue;
  gboolean in_run;
  guint pages_left;
  gint64 ticket_id;
  DeskEnd end;
};

static const char *const queries[] = {
  [DESK_QUEUE_MINE] = "assigned_to=me&status=" ACTIVE,
  [DESK_QUEUE_UNASSIGNED] = "assigned_to=unassigned&status=" ACTIVE,
  [DESK_QUEUE_WAITING] = "assigned_to=unassigned&status=" ACTIVE,
  [DESK_QUEUE_ALL] = "",
};

static void fetch_page (DeskSync *self, DeskQueue queue, gboolean in_run, guint pages_left);

static Fetch *
fetch_new (DeskSync *self, Take take)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->sync = self;
  fetch->take = take;

  return fetch;
}

/* A fetch that was cancelled belongs to a sync or a snapshot that is gone by now. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Fetch *fetch = user_data;
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonObject) answer
      = desk_session_call_finish (DESK_SESSION (source), result, &problem);

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (answer == NULL)
    g_info ("A fetch failed: %s", problem->message);
  fetch->take (fetch->sync, fetch, answer, &problem);
}

static void
send_fetch (Fetch *fetch, const char *path, GCancellable *cancellable)
{
  desk_session_call_async (fetch->sync->session, "GET", path, NULL, cancellable, answered_cb,
                           fetch);
}

/* Nobody who waits in the queue has an agent: both queues are the same pages. */
static DeskQueue
page_queue (DeskQueue queue)
{
  return queue == DESK_QUEUE_WAITING ? DESK_QUEUE_UNASSIGNED : queue;
}

static void
set_thread_problem (DeskSync *self, gint64 ticket_id, DeskEnd end, GError **problem)
{
  if (*problem != NULL)
    g_hash_table_insert (self->thread_problems[end], g_memdup2 (&ticket_id, sizeof ticket_id),
                         g_steal_pointer (problem));
  else
    g_hash_table_remove (self->thread_problems[end], &ticket_id);
}

/* All of them, or those that could not be fetched when they were opened. */
static void
refresh_threads (DeskSync *self, gboolean all)
{
  g_autoptr (GPtrArray) threads = desk_store_list_threads (self->store);

  for (guint i = 0; i < threads->len; i++)
    {
      gint64 id = desk_thread_get_ticket_id (g_ptr_array_index (threads, i));

      if (all || desk_sync_get_thread_problem (self, id, DESK_END_NEWEST) != NULL)
        desk_sync_fetch_ticket (self, id);
    }
}

static void
end_run (DeskSync *self, gboolean complete)
{
  if (complete)
    {
      g_autofree char *ids = desk_live_dup_ids (self->live);

      self->known = TRUE;
      self->torn = FALSE;
      desk_store_end_snapshot (self->store);
      desk_cache_keep (desk_store_get_cache (self->store), "complete", "yes");
      desk_store_keep_position (self->store, desk_live_get_cursor (self->live), ids);
    }

  g_clear_object (&self->run);
  self->hooks->changed (self->user_data);
}

static void
take_tickets (DeskSync *self, JsonObject *answer)
{
  JsonArray *tickets = desk_json_get_array (answer, "tickets");

  for (guint i = 0; tickets != NULL && i < json_array_get_length (tickets); i++)
    desk_store_take_ticket (self->store, json_array_get_object_element (tickets, i));
}

static void
go_on (DeskSync *self, DeskQueue queue, guint pages_left)
{
  if (queue != DESK_QUEUE_ALL && !self->complete[queue] && pages_left > 1)
    fetch_page (self, queue, TRUE, pages_left - 1);
  else if (queue == DESK_QUEUE_MINE)
    fetch_page (self, DESK_QUEUE_UNASSIGNED, TRUE, MOST_PAGES);
  else if (queue == DESK_QUEUE_UNASSIGNED)
    fetch_page (self, DESK_QUEUE_ALL, TRUE, 1);
  else
    end_run (self, TRUE);
}

static void
take_page (DeskSync *self, const Fetch *fetch, JsonObject *answer, GError **problem)
{
  self->loading[fetch->queue] = FALSE;
  if (answer == NULL && fetch->in_run)
    {
      self->run_problem = g_steal_pointer (problem);
      end_run (self, FALSE);
      return;
    }
  if (answer == NULL)
    {
      self->page_problems[fetch->queue] = g_steal_pointer (problem);
      self->hooks->changed (self->user_data);
      return;
    }

  take_tickets (self, answer);
  g_free (self->next[fetch->queue]);
  self->next[fetch->queue] = g_strdup (desk_json_get_string (answer, "next"));
  self->complete[fetch->queue] = self->next[fetch->queue] == NULL;

  if (fetch->in_run)
    go_on (self, fetch->queue, fetch->pages_left);
  else
    self->hooks->changed (self->user_data);
}

static void
fetch_page (DeskSync *self, DeskQueue queue, gboolean in_run, guint pages_left)
{
  g_autofree char *after = NULL;
  g_autofree char *path = NULL;
  Fetch *fetch = fetch_new (self, take_page);

  if (self->next[queue] != NULL)
    {
      g_autofree char *escaped = g_uri_escape_string (self->next[queue], NULL, FALSE);

      after = g_strconcat ("&after=", escaped, NULL);
    }

  path = g_strconcat ("/tickets?limit=" PAGE, after != NULL ? after : "",
                      *queries[queue] != '\0' ? "&" : "", queries[queue], NULL);
  fetch->queue = queue;
  fetch->in_run = in_run;
  fetch->pages_left = pages_left;
  self->loading[queue] = TRUE;
  g_clear_error (&self->page_problems[queue]);
  send_fetch (fetch, path, in_run ? self->run : self->cancellable);
}

static void
begin_run (DeskSync *self)
{
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    {
      g_clear_pointer (&self->next[i], g_free);
      self->complete[i] = FALSE;
    }

  desk_cache_keep (desk_store_get_cache (self->store), "complete", "no");
  desk_store_begin_snapshot (self->store);
  self->torn = TRUE;
  fetch_page (self, DESK_QUEUE_MINE, TRUE, MOST_PAGES);
  refresh_threads (self, TRUE);
}

static void
take_me (DeskSync *self, const Fetch *fetch, JsonObject *me, GError **problem)
{
  (void) problem;
  if (me != NULL)
    self->hooks->me_read (me, self->user_data);
  if (fetch->in_run)
    {
      begin_run (self);
      return;
    }

  refresh_threads (self, FALSE);
  end_run (self, FALSE);
}

void
desk_sync_run (DeskSync *self, gboolean resumed)
{
  Fetch *fetch = fetch_new (self, take_me);

  if (self->run != NULL)
    g_cancellable_cancel (self->run);
  g_clear_object (&self->run);
  self->run = g_cancellable_new ();
  g_clear_error (&self->run_problem);
  fetch->in_run = !resumed || self->torn;
  send_fetch (fetch, "/me", self->run);
  self->hooks->changed (self->user_data);
}

gboolean
desk_sync_is_known (DeskSync *self)
{
  return self->known;
}

gboolean
desk_sync_is_running (DeskSync *self)
{
  return self->run != NULL;
}

void
desk_sync_load_more (DeskSync *self, DeskQueue queue)
{
  queue = page_queue (queue);
  if (queue != DESK_QUEUE_OUTBOX && !self->loading[queue] && !self->complete[queue]
      && self->run == NULL && desk_live_get_state (self->live) == DESK_LIVE_WELCOME)
    fetch_page (self, queue, FALSE, 1);
}

gboolean
desk_sync_is_complete (DeskSync *self, DeskQueue queue)
{
  return queue == DESK_QUEUE_OUTBOX || self->complete[page_queue (queue)];
}

static void
take_ticket (DeskSync *self, const Fetch *fetch, JsonObject *answer, GError **problem)
{
  JsonObject *ticket = answer != NULL ? desk_json_get_object (answer, "ticket") : NULL;
  DeskThread *thread;

  g_hash_table_remove (self->opening, &fetch->ticket_id);
  if (g_error_matches (*problem, DESK_ERROR, DESK_ERROR_NOT_FOUND))
    {
      desk_store_forget_ticket (self->store, fetch->ticket_id);
      return;
    }

  set_thread_problem (self, fetch->ticket_id, DESK_END_NEWEST, problem);
  if (ticket != NULL)
    desk_store_take_ticket (self->store, ticket);

  thread = desk_store_find_thread (self->store, fetch->ticket_id);
  if (thread == NULL)
    return;

  if (answer != NULL)
    {
      desk_store_take_messages (self->store, fetch->ticket_id,
                                desk_json_get_array (answer, "messages"));
      desk_sync_fill_thread (self, thread);
    }
  self->hooks->thread_loaded (fetch->ticket_id, self->user_data);
}

void
desk_sync_fetch_ticket (DeskSync *self, gint64 ticket_id)
{
  g_autofree char *path = g_strdup_printf ("/tickets/%" G_GINT64_FORMAT, ticket_id);
  Fetch *fetch = fetch_new (self, take_ticket);

  g_hash_table_add (self->opening, g_memdup2 (&ticket_id, sizeof ticket_id));
  g_hash_table_remove (self->thread_problems[DESK_END_NEWEST], &ticket_id);
  fetch->ticket_id = ticket_id;
  send_fetch (fetch, path, self->cancellable);
}

static void
take_messages (DeskSync *self, const Fetch *fetch, JsonObject *answer, GError **problem)
{
  JsonArray *messages = answer != NULL ? desk_json_get_array (answer, "messages") : NULL;
  DeskThread *thread;

  g_hash_table_remove (self->filling, &fetch->ticket_id);
  set_thread_problem (self, fetch->ticket_id, fetch->end, problem);
  desk_store_take_messages (self->store, fetch->ticket_id, messages);
  thread = desk_store_find_thread (self->store, fetch->ticket_id);
  if (thread != NULL && messages != NULL && json_array_get_length (messages) > 0)
    desk_sync_fill_thread (self, thread);
  self->hooks->thread_loaded (fetch->ticket_id, self->user_data);
}

static void
fetch_messages (DeskSync *self, gint64 ticket_id, DeskEnd end, gint64 seq)
{
  g_autofree char *path = NULL;
  Fetch *fetch;

  if (!g_hash_table_add (self->filling, g_memdup2 (&ticket_id, sizeof ticket_id)))
    return;

  g_hash_table_remove (self->thread_problems[end], &ticket_id);
  path = g_strdup_printf ("/tickets/%" G_GINT64_FORMAT "/messages?%s=%" G_GINT64_FORMAT
                          "&limit=" MESSAGES_PAGE,
                          ticket_id, end == DESK_END_OLDER ? "before" : "after", seq);
  fetch = fetch_new (self, take_messages);
  fetch->ticket_id = ticket_id;
  fetch->end = end;
  send_fetch (fetch, path, self->cancellable);
}

void
desk_sync_fill_thread (DeskSync *self, DeskThread *thread)
{
  gint64 id = desk_thread_get_ticket_id (thread);
  DeskTicket *ticket = desk_store_find_ticket (self->store, id);
  gint64 gap
      = desk_thread_find_gap (thread, ticket != NULL ? desk_ticket_get_last_seq (ticket) : 0);

  if (gap >= 0)
    fetch_messages (self, id, DESK_END_NEWEST, gap);
}

void
desk_sync_load_older (DeskSync *self, DeskThread *thread)
{
  fetch_messages (self, desk_thread_get_ticket_id (thread), DESK_END_OLDER,
                  desk_thread_get_first_seq (thread));
}

gboolean
desk_sync_is_opening (DeskSync *self, gint64 ticket_id)
{
  return g_hash_table_contains (self->opening, &ticket_id);
}

const GError *
desk_sync_get_thread_problem (DeskSync *self, gint64 ticket_id, DeskEnd end)
{
  return g_hash_table_lookup (self->thread_problems[end], &ticket_id);
}

const GError *
desk_sync_get_queue_problem (DeskSync *self, DeskQueue queue)
{
  queue = page_queue (queue);
  if (self->page_problems[queue] != NULL)
    return self->page_problems[queue];

  return desk_sync_is_complete (self, queue) ? NULL : self->run_problem;
}

void
desk_sync_retry_queue (DeskSync *self, DeskQueue queue)
{
  queue = page_queue (queue);
  if (self->run != NULL || self->loading[queue])
    return;

  if (self->run_problem != NULL)
    desk_sync_run (self, FALSE);
  else
    fetch_page (self, queue, FALSE, 1);
  self->hooks->changed (self->user_data);
}

DeskSync *
desk_sync_new (DeskSession *session, DeskStore *store, DeskLive *live, const DeskSyncHooks *hooks,
               gpointer user_data)
{
  DeskSync *self = g_new0 (DeskSync, 1);
  g_autofree char *complete = desk_cache_recall (desk_store_get_cache (store), "complete");

  self->session = g_object_ref (session);
  self->store = g_object_ref (store);
  self->live = g_object_ref (live);
  self->hooks = hooks;
  self->user_data = user_data;
  self->known = g_strcmp0 (complete, "yes") == 0;
  self->cancellable = g_cancellable_new ();
  self->filling = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->opening = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < DESK_N_ENDS; i++)
    self->thread_problems[i] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                      (GDestroyNotify) g_error_free);

  return self;
}

void
desk_sync_free (DeskSync *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->run != NULL)
    g_cancellable_cancel (self->run);

  g_clear_object (&self->run);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_object_unref (self->store);
  g_object_unref (self->live);
  g_hash_table_unref (self->filling);
  g_hash_table_unref (self->opening);
  for (guint i = 0; i < DESK_N_ENDS; i++)
    g_hash_table_unref (self->thread_problems[i]);
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    {
      g_free (self->next[i]);
      g_clear_error (&self->page_problems[i]);
    }
  g_clear_error (&self->run_problem);
  g_free (self);
}
