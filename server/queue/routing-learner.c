/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The learner's thread. It borrows a connection of the workers for single short statements, so that
 * reading many tickets is no long transaction, and training holds no connection at all. */
#include "queue/routing-learner.h"

#include "db/pool.h"
#include "queue/routing-figures.h"
#include "text/classifier.h"

#include <math.h>
#include <sys/resource.h>

#define LOOK_US (2 * G_USEC_PER_SEC) /* whether somebody asked */
#define LOOK_FOR_NEW 30 /* every so many looks, whether there is enough that is new */
#define NICENESS 19

#define PAGE 500
#define TICKETS_MAX 20000
#define DEPARTMENT_MIN 20 /* tickets; a department with fewer is not learnt yet */
#define HELD_OUT 10 /* one ticket in so many is never learnt from */
#define CORRECTION 2.0f /* as many tickets as one counts that somebody has moved */

struct RoutingLearner
{
  const Services *services;
  GThread *thread;
  GMutex mutex;
  GCond wake;
  gint stopping; /* atomic */
};

/* Runs one statement on a worker's connection. */
static DbResult *
run (RoutingLearner *learner, const char *name, const DbParam *params, GError **error)
{
  Db *db = db_pool_take (learner->services->pool, error);
  DbResult *rows = db != NULL ? db_run (db, name, params, error) : NULL;

  if (db != NULL)
    db_pool_give (learner->services->pool, db);
  return rows;
}

/* A ticket with what it says. */
typedef struct
{
  gint64 id;
  char *text, *department;
  float importance;
} Example;

static void
example_clear (gpointer data)
{
  Example *example = data;

  g_free (example->text);
  g_free (example->department);
}

/* Appends a page of examples below the ticket *@below, and moves that on; @more (out) says whether
 * there may be another. */
static gboolean
read_page (RoutingLearner *learner, GArray *examples, gint64 *below, gboolean *more, GError **error)
{
  g_autoptr (DbResult) rows = run (learner, "routing_lessons",
                                   (DbParam[]){ db_int (*below), db_int (PAGE), DB_END }, error);

  if (rows == NULL)
    return FALSE;
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      gboolean is_correction = db_result_bool (rows, row, "is_correction");
      Example example = { .id = db_result_int (rows, row, "ticket"),
                          .text = g_strdup (db_result_text (rows, row, "text")),
                          .department = g_strdup (db_result_text (rows, row, "department")),
                          .importance = is_correction ? CORRECTION : 1 };

      *below = example.id;
      g_array_append_val (examples, example);
    }
  *more = db_result_rows (rows) == PAGE && examples->len < TICKETS_MAX
          && g_atomic_int_get (&learner->stopping) == 0;
  return TRUE;
}

static GHashTable *
count_departments (const GArray *examples)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < examples->len; i++)
    {
      char *department = g_array_index (examples, Example, i).department;
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, department));

      g_hash_table_insert (counts, department, GUINT_TO_POINTER (count + 1));
    }
  return counts;
}

static gboolean
is_held_out (const Example *example)
{
  return example->id % HELD_OUT == 0;
}

/* What can be learnt: departments that have enough tickets, and of those what is not held out. */
static TextLessons *
make_lessons (const GArray *examples)
{
  TextLessons *lessons = text_lessons_new ();
  g_autoptr (GHashTable) counts = count_departments (examples);

  for (guint i = 0; i < examples->len; i++)
    {
      const Example *example = &g_array_index (examples, Example, i);
      gpointer count = g_hash_table_lookup (counts, example->department);

      if (GPOINTER_TO_UINT (count) >= DEPARTMENT_MIN && !is_held_out (example))
        text_lessons_add (lessons, example->text, example->department, example->importance);
    }
  return lessons;
}

static RoutingFigures
examine (const TextClassifier *classifier, const GArray *examples, double confidence)
{
  g_autoptr (RoutingTally) tally = routing_tally_new ();

  for (guint i = 0; i < examples->len; i++)
    {
      const Example *example = &g_array_index (examples, Example, i);
      TextGuess guess;

      if (!is_held_out (example))
        continue;
      guess = text_classifier_guess (classifier, example->text);
      routing_tally_add (tally, example->department, guess.label, guess.confidence >= confidence,
                         text_classifier_knows (classifier, example->department));
    }
  return routing_tally_figures (tally);
}

/* How the live model does on the same tickets; 0, which is to route nothing, when there is none.
 * FALSE with a problem. */
static gboolean
examine_live (RoutingLearner *learner, const GArray *examples, double confidence, double *gain,
              GError **error)
{
  g_autoptr (DbResult) rows = run (learner, "routing_model_bytes", (DbParam[]){ DB_END }, error);
  g_autoptr (TextClassifier) live = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guchar *data;
  gsize size;

  *gain = 0;
  if (rows == NULL)
    return FALSE;
  if (db_result_rows (rows) == 0)
    return TRUE;
  data = g_base64_decode (db_result_text (rows, 0, "bytes"), &size);
  bytes = g_bytes_new_take (data, size);
  live = text_classifier_load (bytes, NULL);
  if (live != NULL)
    *gain = examine (live, examples, confidence).gain;
  return TRUE;
}

/* How sure guesses have to be today, from 0 to 1. */
static gboolean
read_confidence (RoutingLearner *learner, double *confidence, GError **error)
{
  g_autoptr (DbResult) rows = run (learner, "routing_confidence", (DbParam[]){ DB_END }, error);

  if (rows == NULL)
    return FALSE;
  *confidence = db_result_real (rows, 0, "confidence");
  return TRUE;
}

static DbParam
share (double value)
{
  return isnan (value) ? db_null () : db_real (value);
}

/* A model that does as well takes the place of the live one too: it knows what is new. */
static gboolean
keep (RoutingLearner *learner, const TextLessons *lessons, const TextClassifier *classifier,
      const RoutingFigures *figures, double gain_before, GError **error)
{
  g_autoptr (GBytes) bytes = text_classifier_save (classifier);
  gboolean is_better = figures->gain > 0 && figures->gain >= gain_before;
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autofree char *encoded = g_base64_encode (data, size);
  g_autoptr (DbResult) kept
      = run (learner, "routing_model_add",
             (DbParam[]){ db_bool (is_better), db_int (text_lessons_count (lessons)),
                          db_int (text_lessons_count_labels (lessons)), db_int (figures->texts),
                          share (figures->accuracy), share (figures->coverage),
                          share (figures->accuracy_covered), share (figures->gain),
                          db_real (gain_before), db_text (encoded), DB_END },
             error);

  return kept != NULL;
}

/* @examples are all there are. Where too little is known nothing is made. */
static gboolean
learn_from (RoutingLearner *learner, const GArray *examples, GError **error)
{
  g_autoptr (TextLessons) lessons = make_lessons (examples);
  g_autoptr (TextClassifier) classifier = NULL;
  RoutingFigures figures;
  double confidence, gain_before;

  if (text_lessons_count_labels (lessons) < 2)
    return TRUE;
  classifier = text_classifier_train (lessons, &learner->stopping);
  if (classifier == NULL)
    return TRUE;
  if (!read_confidence (learner, &confidence, error)
      || !examine_live (learner, examples, confidence, &gain_before, error))
    return FALSE;
  figures = examine (classifier, examples, confidence);
  return keep (learner, lessons, classifier, &figures, gain_before, error);
}

static gboolean
learn (RoutingLearner *learner, GError **error)
{
  g_autoptr (GArray) examples = g_array_new (FALSE, FALSE, sizeof (Example));
  gint64 below = G_MAXINT64;
  gboolean more = TRUE;

  g_array_set_clear_func (examples, example_clear);
  while (more)
    {
      if (!read_page (learner, examples, &below, &more, error))
        return FALSE;
    }
  return learn_from (learner, examples, error);
}

static gboolean
look (RoutingLearner *learner, gboolean for_new, GError **error)
{
  g_autoptr (DbResult) begun
      = run (learner, "routing_learn_begin", (DbParam[]){ db_bool (for_new), DB_END }, error);
  g_autoptr (DbResult) ended = NULL;
  gboolean done;

  if (begun == NULL)
    return FALSE;
  if (!db_result_bool (begun, 0, "learns"))
    return TRUE;
  done = learn (learner, error);
  ended = run (learner, "routing_learn_end", (DbParam[]){ DB_END }, done ? error : NULL);
  return done && ended != NULL;
}

/* FALSE when it is time to stop. */
static gboolean
wait_a_while (RoutingLearner *learner)
{
  gint64 until = g_get_monotonic_time () + LOOK_US;
  gboolean stopping;

  g_mutex_lock (&learner->mutex);
  while (g_atomic_int_get (&learner->stopping) == 0
         && g_cond_wait_until (&learner->wake, &learner->mutex, until))
    ;
  stopping = g_atomic_int_get (&learner->stopping) != 0;
  g_mutex_unlock (&learner->mutex);
  return !stopping;
}

static gpointer
learn_cb (gpointer data)
{
  RoutingLearner *learner = data;
  guint looks = 0;

  /* On Linux this is the thread's own. */
  setpriority (PRIO_PROCESS, 0, NICENESS);
  while (wait_a_while (learner))
    {
      g_autoptr (GError) error = NULL;

      if (!look (learner, ++looks % LOOK_FOR_NEW == 0, &error))
        g_debug ("the routing learns later: %s", error->message);
    }
  return NULL;
}

RoutingLearner *
routing_learner_start (const Services *services)
{
  RoutingLearner *learner = g_new0 (RoutingLearner, 1);

  learner->services = services;
  g_mutex_init (&learner->mutex);
  g_cond_init (&learner->wake);
  learner->thread = g_thread_new ("learner", learn_cb, learner);
  return learner;
}

void
routing_learner_stop (RoutingLearner *learner)
{
  if (learner == NULL)
    return;
  g_mutex_lock (&learner->mutex);
  g_atomic_int_set (&learner->stopping, 1);
  g_cond_signal (&learner->wake);
  g_mutex_unlock (&learner->mutex);
  g_thread_join (learner->thread);
  g_mutex_clear (&learner->mutex);
  g_cond_clear (&learner->wake);
  g_free (learner);
}
