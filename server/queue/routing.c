/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What was learnt says for whom a ticket is; where that is not sure enough, the keywords do; else
 * it stays in the default department. Keywords, settings and which model is the live one are read
 * each time, so a change holds from the next ticket on; a model itself is loaded once. */
#include "queue/routing.h"

#include "base/json.h"
#include "queue/keywords.h"
#include "text/classifier.h"

#define BATCH 64
#define REASONS 5

struct Routing
{
  TextClassifier *classifier; /* NULL for none */
  gint64 model; /* its id; also of one that this server cannot read */
};

Routing *
routing_new (void)
{
  return g_new0 (Routing, 1);
}

void
routing_free (Routing *routing)
{
  g_clear_pointer (&routing->classifier, text_classifier_free);
  g_free (routing);
}

/* What holds at this moment. */
typedef struct
{
  GHashTable *departments; /* of gint64: those in use */
  Keywords *keywords;
  double confidence; /* from 0 to 1 */
  gint64 model; /* the live one, or 0 */
} Book;

static void
book_clear (Book *book)
{
  g_hash_table_unref (book->departments);
  keywords_free (book->keywords);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

static gboolean
read_book (Db *db, Book *book, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "routing_book", (DbParam[]){ DB_END }, error);

  if (rows == NULL)
    return FALSE;
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      gint64 department = db_result_int (rows, row, "department");
      const char *word = db_result_text (rows, row, "word");

      g_hash_table_add (book->departments, g_memdup2 (&department, sizeof department));
      if (word != NULL)
        keywords_add (book->keywords, department, word);
      book->confidence = (double) db_result_int (rows, row, "confidence") / 100;
      book->model = db_result_int (rows, row, "model");
    }
  return TRUE;
}

/* Takes the live model if that is another one than before. One that this server cannot read is as
 * good as none. */
static gboolean
renew_model (Routing *routing, Db *db, gint64 live, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) problem = NULL;
  guchar *data;
  gsize size;

  if (routing->model == live)
    return TRUE;
  rows = db_run (db, "routing_model_bytes", (DbParam[]){ DB_END }, error);
  if (rows == NULL)
    return FALSE;
  g_clear_pointer (&routing->classifier, text_classifier_free);
  routing->model = 0;
  if (db_result_rows (rows) == 0)
    return TRUE;
  routing->model = db_result_int (rows, 0, "id");
  data = g_base64_decode (db_result_text (rows, 0, "bytes"), &size);
  bytes = g_bytes_new_take (data, size);
  routing->classifier = text_classifier_load (bytes, &problem);
  if (routing->classifier == NULL)
    g_warning ("routing model %" G_GINT64_FORMAT ": %s", routing->model, problem->message);
  return TRUE;
}

/* Where a ticket belongs, and why. */
typedef struct
{
  const char *way; /* as ticket.routed_by has it */
  gint64 guess; /* what it seems to be, or 0 */
  double confidence;
  GString *reasons; /* JSON */
} Decision;

static void
add_reason (GString *reasons, const char *words, double weight)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (reasons, reasons->len > 1 ? ",{\"words\":" : "{\"words\":");
  json_append_text (reasons, words);
  g_string_append_printf (reasons, ",\"weight\":%s}",
                          g_ascii_formatd (number, sizeof number, "%.4f", weight));
}

/* Returns: whether the model is sure. */
static gboolean
ask_model (const Routing *routing, const Book *book, const char *text, Decision *decision)
{
  g_autoptr (GArray) reasons = NULL;
  TextGuess guess;

  if (routing->classifier == NULL)
    return FALSE;
  guess = text_classifier_guess (routing->classifier, text);
  decision->guess = g_ascii_strtoll (guess.label, NULL, 10);
  decision->confidence = guess.confidence;
  reasons = text_classifier_reasons (routing->classifier, text, guess.class, REASONS);
  for (guint i = 0; i < reasons->len; i++)
    {
      const TextReason *reason = &g_array_index (reasons, TextReason, i);

      add_reason (decision->reasons, reason->words, reason->weight);
    }
  return guess.confidence >= book->confidence
         && g_hash_table_contains (book->departments, &decision->guess);
}

/* Returns: whether the keywords are sure. Then they are the reasons; also when they are all that
 * there is to say. */
static gboolean
ask_keywords (const Book *book, const char *text, Decision *decision)
{
  g_auto (KeywordGuess) guess = { 0 };
  gboolean is_sure;

  keywords_guess (book->keywords, text, &guess);
  is_sure = guess.department > 0 && guess.confidence >= book->confidence;
  if (!is_sure && (guess.department == 0 || decision->guess > 0))
    return FALSE;
  decision->guess = guess.department;
  decision->confidence = guess.confidence;
  g_string_assign (decision->reasons, "[");
  for (guint i = 0; i < guess.found->len; i++)
    add_reason (decision->reasons, g_ptr_array_index (guess.found, i), 1);
  return is_sure;
}

static void
decide (const Routing *routing, const Book *book, const char *text, Decision *decision)
{
  *decision = (Decision){ .way = "default", .reasons = g_string_new ("[") };
  if (ask_model (routing, book, text, decision))
    decision->way = "text";
  else if (ask_keywords (book, text, decision))
    decision->way = "keywords";
  g_string_append_c (decision->reasons, ']');
}

/* Decisions as arrays for tickets_sort(). */
typedef struct
{
  GString *tickets, *homes, *ways, *guesses, *confidences, *reasons;
} Sheet;

static void
sheet_clear (Sheet *sheet)
{
  g_string_free (sheet->tickets, TRUE);
  g_string_free (sheet->homes, TRUE);
  g_string_free (sheet->ways, TRUE);
  g_string_free (sheet->guesses, TRUE);
  g_string_free (sheet->confidences, TRUE);
  g_string_free (sheet->reasons, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sheet, sheet_clear)

static void
add_id (GString *array, gint64 id)
{
  g_autofree char *text = id > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, id) : NULL;

  db_array_add_text (array, text);
}

static void
write_decision (Sheet *sheet, gint64 ticket, const Decision *decision)
{
  gboolean is_sure = !g_str_equal (decision->way, "default");
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  db_array_add_int (sheet->tickets, ticket);
  add_id (sheet->homes, is_sure ? decision->guess : 0);
  db_array_add_text (sheet->ways, decision->way);
  add_id (sheet->guesses, decision->guess);
  db_array_add_text (sheet->confidences,
                     g_ascii_formatd (number, sizeof number, "%.6f", decision->confidence));
  db_array_add_text (sheet->reasons, decision->reasons->str);
}

static gboolean
apply (Db *db, Sheet *sheet, gint64 model, GArray *sorted, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "tickets_sort",
                (DbParam[]){ db_text (db_array_close (sheet->tickets)),
                             db_text (db_array_close (sheet->homes)),
                             db_text (db_array_close (sheet->ways)),
                             db_text (db_array_close (sheet->guesses)),
                             db_text (db_array_close (sheet->confidences)),
                             db_text (db_array_close (sheet->reasons)),
                             model > 0 ? db_int (model) : db_null (), DB_END },
                error);

  if (rows == NULL)
    return FALSE;
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      gint64 ticket = db_result_int (rows, row, "ticket");

      g_array_append_val (sorted, ticket);
    }
  return TRUE;
}

/* @unsorted: tickets with their texts. */
static gboolean
sort_batch (Routing *routing, Db *db, const DbResult *unsorted, GArray *sorted, GError **error)
{
  g_auto (Book) book = { g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
                         keywords_new (), 0, 0 };
  g_auto (Sheet) sheet = { db_array_new (), db_array_new (), db_array_new (),
                           db_array_new (), db_array_new (), db_array_new () };

  if (!read_book (db, &book, error) || !renew_model (routing, db, book.model, error))
    return FALSE;
  for (guint row = 0; row < db_result_rows (unsorted); row++)
    {
      Decision decision;

      decide (routing, &book, db_result_text (unsorted, row, "text"), &decision);
      write_decision (&sheet, db_result_int (unsorted, row, "ticket"), &decision);
      g_string_free (decision.reasons, TRUE);
    }
  return apply (db, &sheet, routing->classifier != NULL ? routing->model : 0, sorted, error);
}

gboolean
routing_sort (Routing *routing, Db *db, GArray *sorted, GError **error)
{
  guint before;

  do
    {
      g_autoptr (DbResult) unsorted
          = db_run (db, "routing_unsorted", (DbParam[]){ db_int (BATCH), DB_END }, error);

      if (unsorted == NULL)
        return FALSE;
      if (db_result_rows (unsorted) == 0)
        return TRUE;
      before = sorted->len;
      if (!sort_batch (routing, db, unsorted, sorted, error))
        return FALSE;
    }
  while (sorted->len > before);
  return TRUE;
}
