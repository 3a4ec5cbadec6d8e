/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Marking hits. The text is cut by the same scissors as the index, so a hit is marked exactly where
 * it was found: in any script, whatever the case or the accents. */
#include "ticket/search-spans.h"

#include "base/json.h"

#include <string.h>

#define ELLIPSIS "…"

/* How much of a stretch may stand before its first hit. */
#define LEAD_CHARACTERS 50

typedef struct
{
  gsize start, end; /* bytes */
} Range;

static int
compare_starts (gconstpointer a, gconstpointer b)
{
  const Range *x = a, *y = b;

  return (x->start > y->start) - (x->start < y->start);
}

/* Returns: (transfer full) (element-type Range): where the hits are, in order, none touching. */
static GArray *
find_hits (const char *text, const SearchQuery *query, gboolean names)
{
  g_autoptr (GArray) tokens = words_cut (text);
  GArray *hits = g_array_new (FALSE, FALSE, sizeof (Range));
  guint count = 0;

  for (guint i = 0; i < tokens->len; i++)
    {
      const Word *token = &g_array_index (tokens, Word, i);
      Range hit = { token->start, token->end };

      if (search_query_hits (query, token, names))
        g_array_append_val (hits, hit);
    }
  g_array_sort (hits, compare_starts);
  for (guint i = 0; i < hits->len; i++)
    {
      Range hit = g_array_index (hits, Range, i);
      Range *last = count > 0 ? &g_array_index (hits, Range, count - 1) : NULL;

      if (last != NULL && hit.start <= last->end)
        last->end = MAX (last->end, hit.end);
      else
        g_array_index (hits, Range, count++) = hit;
    }
  return g_array_set_size (hits, count);
}

/* The byte that lies @characters before or behind (negative: before) @at, within the text. */
static gsize
move (const char *text, gsize at, glong characters)
{
  const char *place = text + at;

  for (; characters < 0 && place > text; characters++)
    place = g_utf8_prev_char (place);
  for (; characters > 0 && *place != '\0'; characters--)
    place = g_utf8_next_char (place);
  return (gsize) (place - text);
}

/* Moves @at forward to the beginning of a word, when one is near. */
static gsize
skip_broken_word (const char *text, gsize at)
{
  const char *place = text + at;

  for (guint i = 0; i < LEAD_CHARACTERS / 2 && *place != '\0'; i++)
    {
      if (g_unichar_isspace (g_utf8_get_char (place)))
        return (gsize) (g_utf8_next_char (place) - text);
      place = g_utf8_next_char (place);
    }
  return at;
}

/* Moves @at back to the end of a word, when one is near. */
static gsize
drop_broken_word (const char *text, gsize at)
{
  const char *place = text + at;

  for (guint i = 0; i < LEAD_CHARACTERS / 2 && place > text; i++)
    {
      if (g_unichar_isspace (g_utf8_get_char (place)))
        return (gsize) (place - text);
      place = g_utf8_prev_char (place);
    }
  return at;
}

/* The stretch of at most @most characters that holds most hits; the first of those. */
static Range
choose_stretch (const char *text, const GArray *hits, guint most)
{
  gsize start = 0;
  guint best = 0;
  guint to = 0;
  Range chosen;

  for (guint from = 0; from < hits->len; from++)
    {
      gsize limit
          = move (text, g_array_index (hits, Range, from).start, (glong) most - LEAD_CHARACTERS);

      while (to < hits->len && g_array_index (hits, Range, to).end <= limit)
        to++;
      if (to > from && to - from > best)
        {
          best = to - from;
          start = g_array_index (hits, Range, from).start;
        }
    }
  chosen.start = move (text, start, -LEAD_CHARACTERS);
  if (chosen.start > 0)
    chosen.start = MIN (skip_broken_word (text, chosen.start), start);
  chosen.end = move (text, chosen.start, (glong) most);
  if (text[chosen.end] != '\0')
    chosen.end = drop_broken_word (text, chosen.end);
  return chosen;
}

/* Appends one span; white space of any kind and length is one space. */
static void
append_span (GString *json, const char *before, const char *text, gsize start, gsize end,
             const char *after, gboolean hit)
{
  g_autoptr (GString) piece = g_string_new (before);

  for (const char *at = text + start; at < text + end; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_isspace (c) && !g_unichar_iscntrl (c))
        g_string_append_unichar (piece, c);
      else if (piece->len == 0 || piece->str[piece->len - 1] != ' ')
        g_string_append_c (piece, ' ');
    }
  g_string_append (piece, after);
  if (piece->len == 0)
    return;
  if (json->str[json->len - 1] != '[')
    g_string_append_c (json, ',');
  g_string_append (json, "{\"t\":");
  json_append_text (json, piece->str);
  g_string_append_printf (json, ",\"hit\":%s}", hit ? "true" : "false");
}

void
search_append_spans (GString *json, const char *text, const SearchQuery *query, gboolean names,
                     guint most)
{
  g_autoptr (GArray) hits = NULL;
  Range stretch = { 0, 0 };
  gsize at;

  if (text == NULL)
    {
      g_string_append (json, "[]");
      return;
    }
  hits = find_hits (text, query, names);
  stretch.end = strlen (text);
  if (most > 0 && g_utf8_strlen (text, -1) > (glong) most)
    stretch = choose_stretch (text, hits, most);
  g_string_append_c (json, '[');
  at = stretch.start;
  for (guint i = 0; i < hits->len; i++)
    {
      Range hit = g_array_index (hits, Range, i);

      if (hit.start < stretch.start || hit.end > stretch.end)
        continue;
      append_span (json, at == stretch.start && at > 0 ? ELLIPSIS : "", text, at, hit.start, "",
                   FALSE);
      append_span (json, "", text, hit.start, hit.end, "", TRUE);
      at = hit.end;
    }
  append_span (json, at == stretch.start && at > 0 ? ELLIPSIS : "", text, at, stretch.end,
               text[stretch.end] != '\0' ? ELLIPSIS : "", FALSE);
  g_string_append_c (json, ']');
}
