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

static gboolean
is_for (const DbResult *forms, guint row, guint place)
{
  return (guint) db_result_int (forms, row, "place") == place;
}

/* In how few places a word of @forms differs from word @place; one more than is allowed when there
 * is none so near. */
static guint
find_nearest (const DbResult *forms, guint place, const char *word)
{
  guint allowed = slips_allowed (word);
  guint nearest = allowed + 1;

  for (guint i = 0; i < db_result_rows (forms); i++)
    {
      if (is_for (forms, i, place))
        nearest = MIN (nearest, search_distance (word, db_result_text (forms, i, "form"), allowed));
    }
  return nearest;
}

/* Takes word @place for those of @forms that are nearest to it, most used first. */
static void
correct (SearchQuery *query, const DbResult *forms, guint place, const char *word,
         GString *corrections)
{
  g_autoptr (GString) read_as = g_string_new (NULL);
  guint nearest = find_nearest (forms, place, word);
  guint count = 0;

  if (nearest > slips_allowed (word))
    return;
  for (guint i = 0; i < db_result_rows (forms) && count < CORRECTIONS_MAX; i++)
    {
      const char *form = db_result_text (forms, i, "form");

      if (!is_for (forms, i, place) || search_distance (word, form, nearest) > nearest)
        continue;
      search_query_add_form (query, place - 1, form);
      g_string_append (read_as, count++ > 0 ? "," : "");
      json_append_text (read_as, form);
    }
  g_string_append (corrections, corrections->len > 0 ? ",{\"word\":" : "{\"word\":");
  json_append_text (corrections, word);
  g_string_append_printf (corrections, ",\"read_as\":[%s]}", read_as->str);
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
  guint corrected = 0;

  if (words->len == 0)
    return TRUE;
  forms = find_forms (db, query, words, error);
  if (forms == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (forms); i++)
    {
      guint place = (guint) db_result_int (forms, i, "place");

      if (strcmp (db_result_text (forms, i, "how"), "slip") != 0)
        search_query_add_form (query, place - 1, db_result_text (forms, i, "form"));
      else if (place != corrected)
        {
          correct (query, forms, place, g_ptr_array_index (words, place - 1), corrections);
          corrected = place;
        }
    }
  return TRUE;
}
