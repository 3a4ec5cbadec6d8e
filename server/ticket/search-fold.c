/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Folding text into the index. One step is one transaction: take what events name, cut it, write
 * the terms and count the words. A server that dies in the middle has taken nothing and written
 * nothing, so each text is folded exactly once. */
#include "ticket/search-fold.h"

#include "base/metrics.h"
#include "db/pool.h"
#include "ticket/search-words.h"

#define STEP_MAX 2000

#define SAMPLE_FROM 200 /* texts in a step */
#define SAMPLE 8

/* News wait a moment for more of them: a step for each single message would cost more than all of
 * them together. Other servers' and programs' commits come without being heard of. */
#define LINGER_US (G_USEC_PER_SEC / 3)
#define LOOK_ANYWAY_US G_USEC_PER_SEC

struct SearchFold
{
  const Services *services;
  GThread *thread;

  GMutex mutex;
  GCond wake;
  gboolean woken;
  gboolean stopping;

  Db *db; /* the thread's own */
};

/* What goes into one table of the index. */
typedef struct
{
  const char *source;
  GString *moments, *ids, *terms;
  guint count;
} Target;

typedef struct
{
  const char *statement; /* search_take or search_take_old */
  Target targets[3];
  GHashTable *words; /* word → uses */
  GString *touched; /* array of partitions */
  guint texts;
  gint64 events;
} Step;

static void
step_init (Step *step, const char *statement)
{
  static const char *const sources[] = { "message_search", "ticket_search", "customer_search" };

  *step = (Step){ .statement = statement,
                  .words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                  .touched = db_array_new () };
  for (guint i = 0; i < G_N_ELEMENTS (step->targets); i++)
    step->targets[i] = (Target){ sources[i], db_array_new (), db_array_new (), db_array_new (), 0 };
}

static void
step_clear (Step *step)
{
  for (guint i = 0; i < G_N_ELEMENTS (step->targets); i++)
    {
      g_string_free (step->targets[i].moments, TRUE);
      g_string_free (step->targets[i].ids, TRUE);
      g_string_free (step->targets[i].terms, TRUE);
    }
  g_hash_table_unref (step->words);
  g_string_free (step->touched, TRUE);
}

static void
count_words (GHashTable *words, const GArray *tokens)
{
  for (guint i = 0; i < tokens->len; i++)
    {
      const Word *token = &g_array_index (tokens, Word, i);
      guint uses;

      if (!search_is_dictionary_word (token))
        continue;
      uses = GPOINTER_TO_UINT (g_hash_table_lookup (words, token->text));
      g_hash_table_insert (words, g_strdup (token->text), GUINT_TO_POINTER (uses + 1));
    }
}

static void
add_text (Step *step, const DbResult *rows, guint row)
{
  const char *source = db_result_text (rows, row, "source");
  g_autoptr (GArray) tokens = words_cut (db_result_text (rows, row, "body"));
  g_autofree char *terms = search_terms (tokens);

  for (guint i = 0; i < G_N_ELEMENTS (step->targets); i++)
    {
      Target *target = &step->targets[i];

      if (!g_str_equal (target->source, source))
        continue;
      db_array_add_text (target->moments, db_result_text (rows, row, "at"));
      db_array_add_int (target->ids, db_result_int (rows, row, "id"));
      db_array_add_text (target->terms, terms);
      target->count++;
    }
  count_words (step->words, tokens);
  step->texts++;
}

static gboolean
put (Db *db, const Target *target, GString *touched, GError **error)
{
  g_autoptr (DbResult) partitions = NULL;

  if (target->count == 0)
    return TRUE;
  partitions
      = db_run (db, "search_put",
                (DbParam[]){ db_text (target->source), db_text (db_array_close (target->moments)),
                             db_text (db_array_close (target->ids)),
                             db_text (db_array_close (target->terms)), DB_END },
                error);
  if (partitions == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (partitions); i++)
    db_array_add_int (touched, db_result_int (partitions, i, "partition"));
  return TRUE;
}

/* Counting every word of a rush would cost as much as indexing it. Of many texts each word is
 * counted one time in %SAMPLE, and as so many then; new words are always written down. */
static guint
sample (const Step *step, guint uses)
{
  if (step->texts < SAMPLE_FROM)
    return uses;
  return g_random_int_range (0, SAMPLE) == 0 ? uses * SAMPLE : 0;
}

static gboolean
put_words (Db *db, const Step *step, GError **error)
{
  g_autoptr (GString) words = db_array_new ();
  g_autoptr (GString) known = db_array_new ();
  g_autoptr (GString) fresh = db_array_new ();
  g_autoptr (DbResult) done = NULL;
  GHashTableIter iter;
  gpointer word, count;

  g_hash_table_iter_init (&iter, step->words);
  while (g_hash_table_iter_next (&iter, &word, &count))
    {
      db_array_add_text (words, word);
      db_array_add_int (known, sample (step, GPOINTER_TO_UINT (count)));
      db_array_add_int (fresh, GPOINTER_TO_UINT (count));
    }
  done = db_run (db, "search_count",
                 (DbParam[]){ db_text (db_array_close (words)), db_text (db_array_close (known)),
                              db_text (db_array_close (fresh)), DB_END },
                 error);
  return done != NULL;
}

static gboolean
step_cb (Db *db, gpointer data, GError **error)
{
  Step *step = data;
  g_autoptr (DbResult) rows
      = db_run (db, step->statement, (DbParam[]){ db_int (STEP_MAX), DB_END }, error);

  if (rows == NULL)
    return FALSE;
  step->events = db_result_int (rows, 0, "events");
  for (guint i = 0; i < db_result_rows (rows); i++)
    {
      if (!db_result_is_null (rows, i, "id"))
        add_text (step, rows, i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (step->targets); i++)
    {
      if (!put (db, &step->targets[i], step->touched, error))
        return FALSE;
    }
  return g_hash_table_size (step->words) == 0 || put_words (db, step, error);
}

/* Runs one step. @more (out) says that there may be another one to do. */
static gboolean
run_step (SearchFold *fold, const char *statement, gboolean *more, GError **error)
{
  gboolean done;
  Step step;

  step_init (&step, statement);
  done = db_transaction (fold->db, step_cb, &step, error);
  if (done && step.texts > 0)
    {
      g_autoptr (DbResult) tidied = NULL;

      metrics_count (fold->services->metrics, METRIC_SEARCH_TEXTS, step.texts);
      tidied = db_run (fold->db, "search_tidy",
                       (DbParam[]){ db_text (db_array_close (step.touched)), DB_END }, error);
      done = tidied != NULL;
    }
  *more = done && step.events >= STEP_MAX;
  step_clear (&step);
  return done;
}

static gboolean
ensure_connection (SearchFold *fold, GError **error)
{
  if (fold->db != NULL && !db_is_alive (fold->db))
    g_clear_pointer (&fold->db, db_free);
  if (fold->db == NULL)
    fold->db = db_open (db_pool_database (fold->services->pool), error);
  return fold->db != NULL;
}

static gboolean
is_stopping (SearchFold *fold)
{
  gboolean stopping;

  g_mutex_lock (&fold->mutex);
  stopping = fold->stopping;
  g_mutex_unlock (&fold->mutex);
  return stopping;
}

/* What is new comes before what is old. */
static gboolean
work (SearchFold *fold, GError **error)
{
  gboolean more_new, more_old;

  do
    {
      if (!run_step (fold, "search_take", &more_new, error))
        return FALSE;
      more_old = FALSE;
      if (!more_new && !run_step (fold, "search_take_old", &more_old, error))
        return FALSE;
    }
  while ((more_new || more_old) && !is_stopping (fold));
  return TRUE;
}

/* Waits until there is news and some time to gather more, or for a while. FALSE when it is time to
 * stop. */
static gboolean
wait_for_work (SearchFold *fold)
{
  gint64 now = g_get_monotonic_time ();
  gboolean stopping;

  g_mutex_lock (&fold->mutex);
  while (!fold->woken && !fold->stopping
         && g_cond_wait_until (&fold->wake, &fold->mutex, now + LOOK_ANYWAY_US))
    ;
  now = g_get_monotonic_time ();
  while (!fold->stopping && g_cond_wait_until (&fold->wake, &fold->mutex, now + LINGER_US))
    ;
  fold->woken = FALSE;
  stopping = fold->stopping;
  g_mutex_unlock (&fold->mutex);
  return !stopping;
}

static gpointer
fold_cb (gpointer data)
{
  SearchFold *fold = data;

  do
    {
      g_autoptr (GError) error = NULL;

      if (!ensure_connection (fold, &error) || !work (fold, &error))
        g_debug ("the search index tries again: %s", error->message);
    }
  while (wait_for_work (fold));
  return NULL;
}

SearchFold *
search_fold_new (const Services *services)
{
  SearchFold *fold = g_new0 (SearchFold, 1);

  fold->services = services;
  g_mutex_init (&fold->mutex);
  g_cond_init (&fold->wake);
  return fold;
}

gboolean
search_fold_start (SearchFold *fold, GError **error)
{
  g_autoptr (DbResult) begun = NULL;

  if (!ensure_connection (fold, error))
    return FALSE;
  begun = db_run (fold->db, "search_begin", (DbParam[]){ db_int (SEARCH_WORDS_VERSION), DB_END },
                  error);
  if (begun == NULL)
    return FALSE;
  fold->thread = g_thread_new ("search", fold_cb, fold);
  return TRUE;
}

void
search_fold_hear (const GPtrArray *events G_GNUC_UNUSED, gpointer data)
{
  SearchFold *fold = data;

  g_mutex_lock (&fold->mutex);
  if (!fold->woken)
    g_cond_signal (&fold->wake);
  fold->woken = TRUE;
  g_mutex_unlock (&fold->mutex);
}

void
search_fold_stop (SearchFold *fold)
{
  if (fold->thread == NULL)
    return;
  g_mutex_lock (&fold->mutex);
  fold->stopping = TRUE;
  g_cond_signal (&fold->wake);
  g_mutex_unlock (&fold->mutex);
  g_thread_join (g_steal_pointer (&fold->thread));
}

void
search_fold_free (SearchFold *fold)
{
  if (fold == NULL)
    return;
  g_clear_pointer (&fold->db, db_free);
  g_mutex_clear (&fold->mutex);
  g_cond_clear (&fold->wake);
  g_free (fold);
}
