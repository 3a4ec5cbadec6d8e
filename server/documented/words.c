/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Catalogues, read once. */
#include "documented/words.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define FOLDER "/deskbell/documented/words/"
#define ENGLISH "en"
#define PLURAL_RULE_REPEATS 100 /* as po-to-json.py counts */

/* Every language's texts, by its tag. */
static GOnce once = G_ONCE_INIT;

struct Words
{
  char *language;
  JsonObject *messages; /* text → translation, or its forms; NULL: as the sources say it */
  const char *plural; /* which form 0 to 199 things take, a digit each */
};

/* The language of the file @name (`bn.json`). */
static Words *
words_read (const char *name)
{
  g_autofree char *path = g_strconcat (FOLDER, name, NULL);
  g_autoptr (GBytes) file = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  Words *words = g_new0 (Words, 1);
  JsonObject *catalogue;
  gsize length;
  const char *json = g_bytes_get_data (file, &length);

  if (!json_parser_load_from_data (parser, json, (gssize) length, NULL))
    g_error ("%s is no catalogue", path);
  catalogue = json_node_get_object (json_parser_get_root (parser));
  words->language = g_strndup (name, strcspn (name, "."));
  words->messages = json_object_ref (json_object_get_object_member (catalogue, "messages"));
  words->plural = g_intern_string (json_object_get_string_member (catalogue, "plural"));
  return words;
}

static gpointer
read_all_cb (gpointer data G_GNUC_UNUSED)
{
  GHashTable *all = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) names
      = g_resources_enumerate_children (FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  Words *english = g_new0 (Words, 1);

  english->language = g_strdup (ENGLISH);
  g_hash_table_insert (all, english->language, english);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      Words *words = words_read (names[i]);

      g_hash_table_insert (all, words->language, words);
    }
  return all;
}

/* The texts for a tag like `bn-BD`; NULL when there are none. */
static const Words *
find_language (const char *tag)
{
  GHashTable *all = g_once (&once, read_all_cb, NULL);
  g_autofree char *language = g_ascii_strdown (tag, (gssize) strcspn (tag, "-_"));

  return g_hash_table_lookup (all, language);
}

/* What the browser asks for: `bn-BD,bn;q=0.9,en;q=0.8`; of equals the first. */
static const Words *
find_accepted (const char *header)
{
  g_auto (GStrv) ranges = g_strsplit (header, ",", -1);
  const Words *best = NULL;
  double best_weight = 0;

  for (guint i = 0; ranges[i] != NULL; i++)
    {
      const char *parameter = strstr (ranges[i], "q=");
      double weight = parameter != NULL ? g_ascii_strtod (parameter + 2, NULL) : 1;
      const Words *words;

      ranges[i][strcspn (ranges[i], ";")] = '\0';
      words = find_language (g_strstrip (ranges[i]));
      if (words != NULL && weight > best_weight)
        {
          best = words;
          best_weight = weight;
        }
    }
  return best;
}

const Words *
words_for (const Request *request)
{
  const char *header = request_header (request, "Accept-Language");
  const Actor *actor = request_actor (request);
  const Words *words = header != NULL ? find_accepted (header) : NULL;

  if (words == NULL && actor != NULL)
    words = find_language (actor->language);
  return words != NULL ? words : find_language (ENGLISH);
}

const char *
words_language (const Words *words)
{
  return words->language;
}

const char *
words_say (const Words *words, const char *text)
{
  if (words->messages == NULL || !json_object_has_member (words->messages, text))
    return text;
  return json_object_get_string_member (words->messages, text);
}

const char *
words_count (const Words *words, const char *one, const char *many, guint count)
{
  guint slot
      = count < 2 * PLURAL_RULE_REPEATS ? count : PLURAL_RULE_REPEATS + count % PLURAL_RULE_REPEATS;

  if (words->messages == NULL || !json_object_has_member (words->messages, one))
    return count == 1 ? one : many;
  return json_array_get_string_element (json_object_get_array_member (words->messages, one),
                                        (guint) (words->plural[slot] - '0'));
}

char *
words_number (const Words *words, gint64 count)
{
  static const gunichar bengali_zero = 0x9e6;
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  GString *text = g_string_new (NULL);

  for (const char *at = digits; *at != '\0'; at++)
    {
      if (g_ascii_isdigit (*at) && strcmp (words->language, "bn") == 0)
        g_string_append_unichar (text, bengali_zero + (gunichar) (*at - '0'));
      else
        g_string_append_c (text, *at);
    }
  return g_string_free (text, FALSE);
}

/* Of @list, names and values in turn, the value of the name of @length bytes at @name. */
static gboolean
find_value (va_list list, const char *name, gsize length, const char **value)
{
  for (const char *next = va_arg (list, const char *); next != NULL;
       next = va_arg (list, const char *))
    {
      *value = va_arg (list, const char *);
      if (strlen (next) == length && strncmp (next, name, length) == 0)
        return TRUE;
    }
  return FALSE;
}

char *
words_fill (const char *text, ...)
{
  GString *filled = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize plain = strcspn (text, "{");
      gsize length = strcspn (text + plain, "}");
      const char *value = NULL;
      gboolean found;
      va_list list;

      g_string_append_len (filled, text, (gssize) plain);
      text += plain;
      if (*text == '\0')
        break;
      va_start (list, text);
      found = find_value (list, text + 1, length - 1, &value);
      va_end (list);
      if (found)
        g_string_append (filled, value != NULL ? value : "");
      else
        g_string_append_len (filled, text, (gssize) (length + (text[length] != '\0')));
      text += length + (text[length] != '\0');
    }
  return g_string_free (filled, FALSE);
}
