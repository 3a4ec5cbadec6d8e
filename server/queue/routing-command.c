/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Trying the routing on a file. */
#include "queue/routing-command.h"

#include "base/problem.h"
#include "queue/routing-figures.h"
#include "queue/routing-table.h"
#include "text/classifier.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

static gboolean
check_labels (const TextLessons *lessons, const char *csv, GError **error)
{
  guint labels = text_lessons_count_labels (lessons);

  if (labels >= 2 && labels <= TEXT_CLASSIFIER_LABELS_MAX)
    return TRUE;
  problem_set (error, PROBLEM_INTERNAL, _ ("%s: there is something to learn from 2 to %u labels."),
               csv, TEXT_CLASSIFIER_LABELS_MAX);
  return FALSE;
}

static gboolean
write_model (const TextClassifier *classifier, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = text_classifier_save (classifier);
  g_autoptr (GError) problem = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (g_file_set_contents (path, data, (gssize) size, &problem))
    return TRUE;
  problem_set (error, PROBLEM_INTERNAL, "%s", problem->message);
  return FALSE;
}

static TextClassifier *
read_model (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) bytes = NULL;
  TextClassifier *classifier;
  char *data;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &problem))
    {
      problem_set (error, PROBLEM_INTERNAL, "%s", problem->message);
      return NULL;
    }
  bytes = g_bytes_new_take (data, size);
  classifier = text_classifier_load (bytes, error);
  if (classifier == NULL)
    g_prefix_error (error, "%s: ", path);
  return classifier;
}

static double
seconds_since (gint64 began)
{
  return (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
}

gboolean
routing_command_train (const char *csv, const char *path, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (RoutingTable) table = routing_table_read (csv, error);
  g_autoptr (TextLessons) lessons = text_lessons_new ();
  g_autoptr (TextClassifier) classifier = NULL;

  if (table == NULL)
    return FALSE;
  for (guint i = 0; i < table->texts->len; i++)
    text_lessons_add (lessons, g_ptr_array_index (table->texts, i),
                      g_ptr_array_index (table->labels, i), 1);
  if (!check_labels (lessons, csv, error))
    return FALSE;
  classifier = text_classifier_train (lessons, NULL);
  if (!write_model (classifier, path, error))
    return FALSE;
  printf ("texts %u\nlabels %u\nseconds %.1f\nprocessor_seconds %.1f\nmodel %s\n",
          text_lessons_count (lessons), text_lessons_count_labels (lessons), seconds_since (began),
          (double) clock () / CLOCKS_PER_SEC, path);
  return TRUE;
}

static void
print_share (const char *name, double share)
{
  if (!isnan (share))
    printf ("%s %.4f\n", name, share);
}

gboolean
routing_command_evaluate (const char *csv, const char *path, guint confidence, GError **error)
{
  g_autoptr (TextClassifier) classifier = read_model (path, error);
  g_autoptr (RoutingTable) table = classifier != NULL ? routing_table_read (csv, error) : NULL;
  g_autoptr (RoutingTally) tally = routing_tally_new ();
  RoutingFigures figures;
  gint64 began;

  if (table == NULL)
    return FALSE;
  began = g_get_monotonic_time ();
  for (guint i = 0; i < table->texts->len; i++)
    {
      const char *label = g_ptr_array_index (table->labels, i);
      TextGuess guess = text_classifier_guess (classifier, g_ptr_array_index (table->texts, i));

      routing_tally_add (tally, label, guess.label, guess.confidence * 100 >= confidence,
                         text_classifier_knows (classifier, label));
    }
  figures = routing_tally_figures (tally);
  print_share ("accuracy", figures.accuracy);
  print_share ("macro_f1", figures.macro_f1);
  print_share ("coverage", figures.coverage);
  print_share ("accuracy_covered", figures.accuracy_covered);
  print_share ("unseen_refused", figures.unseen_refused);
  printf ("texts %u\nmilliseconds_a_text %.3f\n", figures.texts,
          seconds_since (began) * 1000 / figures.texts);
  return TRUE;
}
