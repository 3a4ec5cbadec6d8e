/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Other forms of words, and what a slip was meant to be. The database offers what looks alike;
 * which of that is near enough is counted here. */
#include "ticket/search-forms.h"

#include "base/json.h"

#include <string.h>

/* How long a word must be to be taken for another one that differs in one place, in two. */
#define ONE_SLIP_MIN 4
#define TWO_SLIPS_MIN 8
#define CORRECTIONS_MAX 3

static guint
slips_allowed (const char *word)
{
  glong length = g_utf8_strlen (word, -1);

  return (length >= ONE_SLIP_MIN) + (length >= TWO_SLIPS_MIN);
}

/* In how few places a word of @forms differs from @word; one more than @most when there is none so
 * near. */
static guint
find_nearest (const DbResult *forms, const char *word, guint most)
{
  guint nearest = most + 1;

  for (guint i = 0; i < db_result_rows (forms); i++)
    nearest = MIN (nearest, search_distance (word, db_result_text (forms, i, "form"), most));
  return nearest;
}

/* Takes word @place for those of @forms that differ from it in @nearest places, most used first. */
static void
correct (SearchQuery *query, const DbResult *forms, guint nearest, guint place, const char *word,
         GString *corrections)
{
  g_autoptr (GString) read_as = g_string_new (NULL);
  guint count = 0;

  for (guint i = 0; i < db_result_rows (forms) && count < CORRECTIONS_MAX; i++)
    {
      const char *form = db_result_text (forms, i, "form");

      if (search_distance (word, form, nearest) > nearest)
        continue;
      search_query_add_form (query, place, form);
      g_string_append (read_as, count++ > 0 ? "," : "");
      json_append_text (read_as, form);
    }
  g_string_append (corrections, corrections->len > 0 ? ",{\"word\":" : "{\"word\":");
  json_append_text (corrections, word);
  g_string_append_printf (corrections, ",\"read_as\":[%s]}", read_as->str);
}

/* Looks for one slip before it looks for two: the more there may be, the more words look alike. */
static gboolean
correct_slips (Db *db, SearchQuery *query, guint place, const char *word, GString *corrections,
               GError **error)
{
  for (guint slips = 1; slips <= slips_allowed (word); slips++)
    {
      g_autoptr (DbResult) forms
          = db_run (db, "search_slips", (DbParam[]){ db_text (word), db_int (slips), DB_END },
                    error);
      guint nearest;

      if (forms == NULL)
        return FALSE;
      nearest = find_nearest (forms, word, slips);
      if (nearest <= slips)
        {
          correct (query, forms, nearest, place, word, corrections);
          return TRUE;
        }
    }
  return TRUE;
}

static DbResult *
find_forms (Db *db, const SearchQuery *query, const GPtrArray *words, GError **error)
{
  g_autoptr (GString) array = db_array_new ();

  for (guint i = 0; i < words->len; i++)
    db_array_add_text (array, g_ptr_array_index (words, i));
  return db_run (db, "search_forms",
                 (DbParam[]){ db_text (db_array_close (array)),
                              db_bool (search_query_is_unfinished (query)), DB_END },
                 error);
}

gboolean
search_add_forms (Db *db, SearchQuery *query, GString *corrections, GError **error)
{
  g_autoptr (GPtrArray) words = search_query_words (query);
  g_autoptr (DbResult) forms = NULL;

  if (words->len == 0)
    return TRUE;
  forms = find_forms (db, query, words, error);
  if (forms == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (forms); i++)
    {
      guint place = (guint) db_result_int (forms, i, "place") - 1;

      if (!db_result_is_null (forms, i, "form"))
        search_query_add_form (query, place, db_result_text (forms, i, "form"));
      else if (!correct_slips (db, query, place, g_ptr_array_index (words, place), corrections,
                               error))
        return FALSE;
    }
  return TRUE;
}
