/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The writer's thread: takes what is queued, writes it as one batch, answers. */
#include "live/writer.h"

#include "base/ids.h"
#include "base/metrics.h"
#include "base/problem.h"
#include "db/db.h"
#include "event/relay.h"

#include <glib/gi18n.h>
#include <string.h>

#define BATCH_MAX 64
#define QUEUE_MAX 20000
#define RECONNECT_US (G_USEC_PER_SEC / 4)

typedef struct
{
  WriterMessage *message;
  WriterDone done;
  gpointer data;
} Job;

struct Writer
{
  Database *database;
  Relay *relay;
  Metrics *metrics;
  GThread *thread;

  GMutex mutex;
  GCond wake;
  GQueue queue; /* of Job */
  gboolean stopping;

  Db *db; /* the thread's own */
};

static void
job_free (Job *job)
{
  writer_message_free (job->message);
  g_free (job);
}

/* Answers and frees. */
static void
finish (Job *job, const WriterReceipt *receipt, const GError *error)
{
  job->done (receipt, error, job->data);
  job_free (job);
}

static guint
job_hash (gconstpointer data)
{
  const WriterMessage *message = ((const Job *) data)->message;

  return g_str_hash (message->client_id) ^ (guint) message->ticket_id ^ (guint) message->author_id;
}

static gboolean
job_equal (gconstpointer a, gconstpointer b)
{
  const WriterMessage *x = ((const Job *) a)->message;
  const WriterMessage *y = ((const Job *) b)->message;

  return x->ticket_id == y->ticket_id && x->author_id == y->author_id
         && strcmp (x->client_id, y->client_id) == 0;
}

/* A batch being gathered. message_append() judges it against what was there before it. */
typedef struct
{
  GPtrArray *jobs;
  GHashTable *there; /* set of Job */
  GHashTable *voices; /* ticket → the one who writes to it publicly, NULL for several */
  GHashTable *files; /* set of gint64: the attachments of all */
} Batch;

/* Whether @message names what its author has seen, and the batch holds what somebody else says
 * there. */
static gboolean
has_news_for (const Batch *batch, const WriterMessage *message)
{
  gpointer voice;

  return message->author_is_staff && !message->is_internal && message->seen_seq >= 0
         && g_hash_table_lookup_extended (batch->voices, &message->ticket_id, NULL, &voice)
         && (voice == NULL || ((const WriterMessage *) voice)->author_id != message->author_id);
}

static void
add_voice (Batch *batch, WriterMessage *message)
{
  WriterMessage *before = message;

  if (message->is_internal)
    return;
  if (g_hash_table_lookup_extended (batch->voices, &message->ticket_id, NULL, (gpointer *) &before)
      && before != NULL && before->author_id != message->author_id)
    before = NULL;
  g_hash_table_insert (batch->voices, &message->ticket_id, before);
}

/* Whether another message of the batch takes one of the same files. */
static gboolean
shares_file (const Batch *batch, const WriterMessage *message)
{
  for (guint i = 0; i < message->attachments->len; i++)
    {
      if (g_hash_table_contains (batch->files, &g_array_index (message->attachments, gint64, i)))
        return TRUE;
    }
  return FALSE;
}

/* Adds @job unless it has to wait for the next batch: because its sender repeats quickly what is in
 * this one already, because this one has news for it, or one of its files. */
static gboolean
add_job (Batch *batch, Job *job)
{
  const GArray *files = job->message->attachments;

  if (has_news_for (batch, job->message) || shares_file (batch, job->message)
      || !g_hash_table_add (batch->there, job))
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    g_hash_table_add (batch->files, &g_array_index (files, gint64, i));
  add_voice (batch, job->message);
  g_ptr_array_add (batch->jobs, job);
  return TRUE;
}

/* Takes up to BATCH_MAX jobs, waiting for the first.
 * Returns: (transfer full): empty when the writer stops. */
static GPtrArray *
take_batch (Writer *writer)
{
  g_autoptr (GHashTable) there = g_hash_table_new (job_hash, job_equal);
  g_autoptr (GHashTable) voices = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) files = g_hash_table_new (g_int64_hash, g_int64_equal);
  Batch batch = { g_ptr_array_new (), there, voices, files };

  g_mutex_lock (&writer->mutex);
  while (g_queue_is_empty (&writer->queue) && !writer->stopping)
    g_cond_wait (&writer->wake, &writer->mutex);
  while (batch.jobs->len < BATCH_MAX && !g_queue_is_empty (&writer->queue)
         && add_job (&batch, g_queue_peek_head (&writer->queue)))
    g_queue_pop_head (&writer->queue);
  g_mutex_unlock (&writer->mutex);
  return batch.jobs;
}

typedef struct
{
  GString *tickets, *authors, *staff, *client_ids, *bodies, *spans, *internals, *seen, *mentions;
  GString *attachments;
  gboolean has_attachments;
} Columns;

static void
columns_init (Columns *columns)
{
  *columns = (Columns){ db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        db_array_new (),
                        FALSE };
}

static void
columns_add_attachments (Columns *columns, const GArray *attachments)
{
  g_autofree char *list = writer_list_ids (attachments);

  db_array_add_text (columns->attachments, list);
  columns->has_attachments = columns->has_attachments || attachments->len > 0;
}

static void
columns_add (Columns *columns, const WriterMessage *message)
{
  db_array_add_int (columns->tickets, message->ticket_id);
  db_array_add_int (columns->authors, message->author_id);
  db_array_add_text (columns->staff, message->author_is_staff ? "t" : "f");
  db_array_add_text (columns->client_ids, message->client_id);
  db_array_add_text (columns->bodies, message->body);
  db_array_add_text (columns->spans, message->spans);
  db_array_add_text (columns->internals, message->is_internal ? "t" : "f");
  db_array_add_int (columns->seen, message->seen_seq);
  db_array_add_text (columns->mentions, message->mentions);
  columns_add_attachments (columns, message->attachments);
}

static DbResult *
columns_run (Columns *columns, Db *db, GError **error)
{
  /* Mostly there are none at all, which costs the database nothing then. */
  const char *attachments = db_array_close (columns->attachments);

  if (!columns->has_attachments)
    attachments = "{}";
  return db_run (
      db, "message_append",
      (DbParam[]){
          db_text (db_array_close (columns->tickets)), db_text (db_array_close (columns->authors)),
          db_text (db_array_close (columns->staff)), db_text (db_array_close (columns->client_ids)),
          db_text (db_array_close (columns->bodies)), db_text (db_array_close (columns->spans)),
          db_text (db_array_close (columns->internals)), db_text (db_array_close (columns->seen)),
          db_text (db_array_close (columns->mentions)), db_text (attachments), DB_END },
      error);
}

static void
columns_clear (Columns *columns)
{
  GString *all[]
      = { columns->tickets,  columns->authors,    columns->staff,     columns->client_ids,
          columns->bodies,   columns->spans,      columns->internals, columns->seen,
          columns->mentions, columns->attachments };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_string_free (all[i], TRUE);
}

static const char *
refusal (ProblemCode code)
{
  switch (code)
    {
    case PROBLEM_NOT_FOUND:
      return _ ("There is no such ticket.");
    case PROBLEM_CONFLICT:
      return _ ("This ticket is closed. Reopen it to change it.");
    case PROBLEM_STALE:
      return _ ("Somebody wrote or changed the ticket meanwhile. Your reply is kept.");
    case PROBLEM_VALIDATION_FAILED:
      return _ ("Only people who answer customers can be mentioned.");
    case PROBLEM_IDEMPOTENCY_MISMATCH:
      return _ ("This client_id came before with another text.");
    default:
      return _ ("The message was not sent.");
    }
}

static const char *
unknown_attachment (void)
{
  return _ ("There is no such file, it is not yours, or it was sent already.");
}

/* Answers one message from row @row, which stands where the message stood. */
static void
answer (Writer *writer, Job *job, const DbResult *rows, guint row)
{
  const char *outcome = db_result_text (rows, row, "outcome");
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  ProblemCode code;
  WriterReceipt receipt = { .repeated = strcmp (outcome, "repeated") == 0,
                            .ticket_id = db_result_int (rows, row, "into_ticket"),
                            .message_id = db_result_int (rows, row, "message_id"),
                            .seq = db_result_int (rows, row, "author_seq"),
                            .created_at = db_result_text (rows, row, "created_at") };

  if (g_str_equal (outcome, "unknown_attachment"))
    {
      problem_set (&error, PROBLEM_VALIDATION_FAILED, "%s", unknown_attachment ());
      problem_add_field (error, "attachments", "unknown", unknown_attachment ());
      finish (job, NULL, error);
      return;
    }
  if (problem_from_slug (outcome, &code))
    {
      problem_set (&error, code, "%s", refusal (code));
      problem_set_members (error, db_result_text (rows, row, "detail"));
      if (code == PROBLEM_VALIDATION_FAILED)
        problem_add_field (error, "mentions", "unknown", refusal (code));
      finish (job, NULL, error);
      return;
    }
  json = g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT ",%s", receipt.seq,
                          db_result_text (rows, row, "message_json") + 1);
  receipt.json = json;
  metrics_count (writer->metrics, receipt.repeated ? METRIC_MESSAGES_REPEATED : METRIC_MESSAGES, 1);
  finish (job, &receipt, NULL);
}

/* Writes jobs @from to @to (exclusive) in one transaction and answers them; FALSE with @error when
 * nothing was written. */
static gboolean
write_jobs (Writer *writer, const GPtrArray *batch, guint from, guint to, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  Columns columns;

  columns_init (&columns);
  for (guint i = from; i < to; i++)
    columns_add (&columns, ((const Job *) g_ptr_array_index (batch, i))->message);
  rows = columns_run (&columns, writer->db, error);
  columns_clear (&columns);
  if (rows == NULL)
    return FALSE;
  relay_nudge (writer->relay);
  metrics_count (writer->metrics, METRIC_WRITER_BATCHES, 1);
  for (guint i = from; i < to; i++)
    answer (writer, g_ptr_array_index (batch, i), rows, i - from);
  return TRUE;
}

/* A batch that fails although every body was checked is divided, so that one message the database
 * does not take costs only itself. */
static void
write_or_bisect (Writer *writer, const GPtrArray *batch, guint from, guint to)
{
  g_autoptr (GError) error = NULL;
  guint middle = from + (to - from) / 2;

  if (write_jobs (writer, batch, from, to, &error))
    return;
  if (to - from == 1 || g_error_matches (error, PROBLEM, PROBLEM_UNAVAILABLE))
    {
      for (guint i = from; i < to; i++)
        finish (g_ptr_array_index (batch, i), NULL, error);
      return;
    }
  metrics_count (writer->metrics, METRIC_WRITER_BISECTED, 1);
  write_or_bisect (writer, batch, from, middle);
  write_or_bisect (writer, batch, middle, to);
}

static void
write_batch (Writer *writer, const GPtrArray *batch)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (writer->db == NULL || !db_is_alive (writer->db))
    {
      g_clear_pointer (&writer->db, db_free);
      writer->db = db_open (writer->database, &error);
    }
  if (writer->db == NULL)
    {
      for (guint i = 0; i < batch->len; i++)
        finish (g_ptr_array_index (batch, i), NULL, error);
      g_usleep (RECONNECT_US);
      return;
    }
  write_or_bisect (writer, batch, 0, batch->len);
  metrics_time (writer->metrics, METRIC_WRITER_SECONDS, g_get_monotonic_time () - start);
}

static gpointer
run (gpointer data)
{
  Writer *writer = data;

  for (;;)
    {
      g_autoptr (GPtrArray) batch = take_batch (writer);

      if (batch->len == 0)
        return NULL;
      write_batch (writer, batch);
    }
}

Writer *
writer_new (Database *database, Relay *relay, Metrics *metrics)
{
  Writer *writer = g_new0 (Writer, 1);

  writer->database = database;
  writer->relay = relay;
  writer->metrics = metrics;
  g_mutex_init (&writer->mutex);
  g_cond_init (&writer->wake);
  g_queue_init (&writer->queue);
  return writer;
}

gboolean
writer_start (Writer *writer, GError **error)
{
  writer->db = db_open (writer->database, error);
  if (writer->db == NULL)
    return FALSE;
  writer->thread = g_thread_new ("writer", run, writer);
  return TRUE;
}

void
writer_put (Writer *writer, WriterMessage *message, WriterDone done, gpointer data)
{
  Job *job = g_new (Job, 1);
  gboolean taken;

  *job = (Job){ message, done, data };
  g_mutex_lock (&writer->mutex);
  taken = !writer->stopping && g_queue_get_length (&writer->queue) < QUEUE_MAX;
  if (taken)
    {
      g_queue_push_tail (&writer->queue, job);
      g_cond_signal (&writer->wake);
    }
  g_mutex_unlock (&writer->mutex);
  if (!taken)
    {
      g_autoptr (GError) error = NULL;

      problem_set (
          &error, PROBLEM_UNAVAILABLE,
          _ ("The server has too much to write at the moment. Nothing was sent; try again."));
      problem_set_retry_after (error, 1);
      finish (job, NULL, error);
    }
}

void
writer_stop (Writer *writer)
{
  if (writer->thread == NULL)
    return;
  g_mutex_lock (&writer->mutex);
  writer->stopping = TRUE;
  g_cond_signal (&writer->wake);
  g_mutex_unlock (&writer->mutex);
  g_thread_join (g_steal_pointer (&writer->thread));
}

void
writer_free (Writer *writer)
{
  if (writer == NULL)
    return;
  g_clear_pointer (&writer->db, db_free);
  g_mutex_clear (&writer->mutex);
  g_cond_clear (&writer->wake);
  g_free (writer);
}
