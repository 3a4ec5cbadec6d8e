/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The object is checked once and then only indexed: each reader looks at the bytes of its own
 * value. That keeps numbers as they were written (an integer beyond 64 bits is out of range, not
 * clamped) and shows U+0000, which a parser that makes C strings would cut off silently. */
#include "base/arguments-private.h"

#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

static void
note_free (gpointer data)
{
  ProblemField *note = data;

  g_free (note->field);
  g_free (note->code);
  g_free (note->detail);
  g_free (note);
}

/* Notes where the value of every member starts; of doubled names the last one counts. */
static void
index_members (Arguments *arguments)
{
  const char *at = json_skip_space (arguments->json);

  while (*at != '}')
    {
      GString *name;

      at = json_skip_space (at + 1);
      if (*at == '}')
        return;
      name = json_read_text (&at);
      /* Nothing has such a name; cut off it could be one that something has. */
      if (strlen (name->str) < name->len)
        g_string_assign (name, "\\u0000");
      at = json_skip_space (json_skip_space (at) + 1);
      g_hash_table_replace (arguments->values, g_string_free (name, FALSE), (gpointer) at);
      at = json_skip_space (json_skip_value (at));
    }
}

/* @json was checked and is an object. */
static Arguments *
index_object (const char *json, gsize length)
{
  Arguments *arguments = g_new0 (Arguments, 1);

  arguments->json = g_strndup (json, length);
  arguments->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  arguments->texts = g_ptr_array_new_with_free_func (g_free);
  arguments->notes = g_ptr_array_new_with_free_func (note_free);
  index_members (arguments);
  return arguments;
}

Arguments *
arguments_new (const char *json, gsize length, GError **error)
{
  if (!json_check (json, length, error))
    return NULL;
  if (*json_skip_space (json) != '{')
    {
      problem_set (error, PROBLEM_BAD_JSON, _ ("The JSON has to be an object."));
      return NULL;
    }
  return index_object (json, length);
}

void
arguments_free (Arguments *arguments)
{
  if (arguments == NULL)
    return;
  g_hash_table_unref (arguments->values);
  g_ptr_array_unref (arguments->texts);
  g_ptr_array_unref (arguments->notes);
  g_free (arguments->inside);
  g_free (arguments->json);
  g_free (arguments);
}

gboolean
arguments_mentions (Arguments *arguments, const char *name)
{
  return g_hash_table_contains (arguments->values, name);
}

void
arguments_rename (Arguments *arguments, const char *name, const char *called)
{
  gpointer value = g_hash_table_lookup (arguments->values, called);

  arguments->renamed = name;
  arguments->called = called;
  g_hash_table_remove (arguments->values, name);
  if (value != NULL)
    g_hash_table_insert (arguments->values, g_strdup (name), value);
}

static int
compare_names_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
arguments_names (const Arguments *arguments)
{
  guint count;
  char **names = (char **) g_hash_table_get_keys_as_array (arguments->values, &count);

  qsort (names, count, sizeof *names, compare_names_cb);
  for (guint i = 0; i < count; i++)
    names[i] = g_strdup (names[i]);
  return names;
}

/* The value of @name; NULL when it is absent or null. */
static const char *
find_value (Arguments *arguments, const char *name)
{
  const char *value = g_hash_table_lookup (arguments->values, name);

  return value != NULL && *value != 'n' ? value : NULL;
}

gboolean
arguments_has (Arguments *arguments, const char *name)
{
  return find_value (arguments, name) != NULL;
}

static gboolean
is_noted (const Arguments *arguments, const char *name)
{
  for (guint i = 0; i < arguments->notes->len; i++)
    {
      const ProblemField *note = g_ptr_array_index (arguments->notes, i);

      if (strcmp (note->field, name) == 0)
        return TRUE;
    }
  return FALSE;
}

void
arguments_refuse (Arguments *arguments, const char *name, const char *code, const char *detail)
{
  ProblemField *note;

  if (arguments->outer != NULL)
    {
      g_autofree char *path = g_strdup_printf ("%s.%s", arguments->inside, name);

      arguments_refuse (arguments->outer, path, code, detail);
      return;
    }
  if (g_strcmp0 (name, arguments->renamed) == 0)
    name = arguments->called;
  if (is_noted (arguments, name))
    return;
  note = g_new0 (ProblemField, 1);
  note->field = g_strdup (name);
  note->code = g_strdup (code);
  note->detail = g_strdup (detail);
  g_ptr_array_add (arguments->notes, note);
}

void
arguments_refuse_count (Arguments *arguments, const char *name, const char *code,
                        const char *format, guint count)
{
  g_autofree char *detail = g_strdup_printf (format, count);

  arguments_refuse (arguments, name, code, detail);
}

const char *
arguments_want (Arguments *arguments, const char *name, ArgumentFlags flags)
{
  const char *value = find_value (arguments, name);

  if (value == NULL && (flags & ARGUMENT_REQUIRED) != 0)
    arguments_refuse (arguments, name, "required", _ ("This value is needed."));
  return value;
}

Arguments *
arguments_object (Arguments *arguments, const char *name, ArgumentFlags flags)
{
  const char *value = arguments_want (arguments, name, flags);
  Arguments *object;

  if (value != NULL && *value != '{')
    {
      arguments_refuse (arguments, name, "wrong_type", _ ("This has to be an object."));
      value = NULL;
    }
  object = value != NULL ? index_object (value, (gsize) (json_skip_value (value) - value))
                         : index_object ("{}", 2);
  object->outer = arguments;
  object->inside = g_strdup (name);
  return object;
}

/* Whether @text breaks lines: LF, VT, FF, CR, NEL, or one of Unicode's separators. */
static gboolean
has_line_break (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar letter = g_utf8_get_char (text);

      if ((letter >= '\n' && letter <= '\r') || letter == 0x85 || letter == 0x2028
          || letter == 0x2029)
        return TRUE;
    }
  return FALSE;
}

/* Whether nobody would see anything: nothing at all, or spaces only. */
static gboolean
is_blank (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

gboolean
arguments_accept_text (Arguments *arguments, const char *name, const GString *text, guint max,
                       ArgumentFlags flags)
{
  if (strlen (text->str) < text->len)
    arguments_refuse (arguments, name, "not_allowed", _ ("Text cannot hold U+0000."));
  else if (g_utf8_strlen (text->str, (gssize) text->len) > (glong) max)
    arguments_refuse_count (arguments, name, "too_long",
                            ngettext ("At most %u character.", "At most %u characters.", max), max);
  else if ((flags & ARGUMENT_MULTILINE) == 0 && has_line_break (text->str))
    arguments_refuse (arguments, name, "not_allowed", _ ("Only one line of text."));
  else if ((flags & ARGUMENT_EMPTY) == 0 && is_blank (text->str))
    arguments_refuse (arguments, name, "too_short", _ ("At least one character."));
  else
    return TRUE;
  return FALSE;
}

/* The text at @value if it is acceptable; it belongs to @arguments. */
static const char *
read_text (Arguments *arguments, const char *name, const char *value, guint max,
           ArgumentFlags flags)
{
  GString *text;

  if (*value != '"')
    {
      arguments_refuse (arguments, name, "wrong_type", _ ("This has to be text."));
      return NULL;
    }
  text = json_read_text (&value);
  if (!arguments_accept_text (arguments, name, text, max, flags))
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  if (is_blank (text->str))
    g_string_truncate (text, 0);
  g_ptr_array_add (arguments->texts, g_string_free (text, FALSE));
  return g_ptr_array_index (arguments->texts, arguments->texts->len - 1);
}

const char *
arguments_text (Arguments *arguments, const char *name, guint max, ArgumentFlags flags)
{
  const char *value = arguments_want (arguments, name, flags);

  return value != NULL ? read_text (arguments, name, value, max, flags) : NULL;
}

/* The integer at @value if it is acceptable. */
static gboolean
read_int (Arguments *arguments, const char *name, const char *value, gint64 min, gint64 max,
          gint64 *result)
{
  g_autofree char *number = g_strndup (value, (gsize) (json_skip_value (value) - value));
  g_autofree char *detail = NULL;
  g_autoptr (GError) problem = NULL;

  if (g_ascii_string_to_signed (number, 10, min, max, result, &problem))
    return TRUE;
  if (!g_error_matches (problem, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS))
    {
      arguments_refuse (arguments, name, "wrong_type", _ ("This has to be a whole number."));
      return FALSE;
    }
  detail = g_strdup_printf (_ ("From %" PRId64 " to %" PRId64 "."), min, max);
  arguments_refuse (arguments, name, "out_of_range", detail);
  return FALSE;
}

gint64
arguments_int (Arguments *arguments, const char *name, gint64 min, gint64 max, gint64 fallback,
               ArgumentFlags flags)
{
  const char *value = arguments_want (arguments, name, flags);
  gint64 result;

  if (value != NULL && read_int (arguments, name, value, min, max, &result))
    return result;
  return fallback;
}

gboolean
arguments_bool (Arguments *arguments, const char *name, gboolean fallback)
{
  const char *value = find_value (arguments, name);

  if (value == NULL)
    return fallback;
  if (*value == 't' || *value == 'f')
    return *value == 't';
  arguments_refuse (arguments, name, "wrong_type", _ ("This has to be true or false."));
  return fallback;
}

const char *
arguments_choice (Arguments *arguments, const char *name, const char *const *choices,
                  ArgumentFlags flags)
{
  const char *value = arguments_want (arguments, name, flags);
  g_autofree char *all = NULL;
  g_autofree char *detail = NULL;

  if (value == NULL)
    return NULL;
  if (*value != '"')
    {
      arguments_refuse (arguments, name, "wrong_type", _ ("This has to be text."));
      return NULL;
    }
  g_autoptr (GString) text = json_read_text (&value);
  for (guint i = 0; choices[i] != NULL; i++)
    {
      if (strlen (choices[i]) == text->len && memcmp (choices[i], text->str, text->len) == 0)
        return choices[i];
    }
  all = g_strjoinv (", ", (char **) choices);
  /* Translators: %s is a list of the technical values that are accepted. */
  detail = g_strdup_printf (_ ("One of: %s."), all);
  arguments_refuse (arguments, name, "not_allowed", detail);
  return NULL;
}

/* The first entry of the list @name, or NULL when it has none; step on with next_entry(). */
static const char *
first_entry (Arguments *arguments, const char *name, const char *wrong_type)
{
  const char *at = find_value (arguments, name);

  if (at == NULL)
    return NULL;
  if (*at != '[')
    {
      arguments_refuse (arguments, name, "wrong_type", wrong_type);
      return NULL;
    }
  at = json_skip_space (at + 1);
  return *at != ']' ? at : NULL;
}

/* The entry after the one at @at, the @count th; NULL at the end, and when there are more than
 * @max. */
static const char *
next_entry (Arguments *arguments, const char *name, const char *at, guint count, guint max)
{
  at = json_skip_space (json_skip_value (at));
  if (*at == ']')
    return NULL;
  if (count < max)
    return json_skip_space (at + 1);
  arguments_refuse_count (arguments, name, "too_long",
                          ngettext ("At most %u entry.", "At most %u entries.", max), max);
  return NULL;
}

char **
arguments_texts (Arguments *arguments, const char *name, guint max, guint max_text)
{
  const char *at = first_entry (arguments, name, _ ("This has to be a list of texts."));
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint count = 1; at != NULL; count++)
    {
      const char *text = read_text (arguments, name, at, max_text, ARGUMENT_OPTIONAL);

      if (text == NULL)
        break;
      g_strv_builder_add (texts, text);
      at = next_entry (arguments, name, at, count, max);
    }
  return g_strv_builder_end (texts);
}

GArray *
arguments_ints (Arguments *arguments, const char *name, guint max, gint64 min, gint64 max_value)
{
  const char *at = first_entry (arguments, name, _ ("This has to be a list of whole numbers."));
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint count = 1; at != NULL; count++)
    {
      gint64 number;

      if (!read_int (arguments, name, at, min, max_value, &number))
        break;
      g_array_append_val (numbers, number);
      at = next_entry (arguments, name, at, count, max);
    }
  return numbers;
}

gboolean
arguments_check (Arguments *arguments, GError **error)
{
  guint count = arguments->notes->len;
  GError *problem = NULL;

  if (count == 0)
    return TRUE;
  problem_set (&problem, PROBLEM_VALIDATION_FAILED,
               ngettext ("One field needs another value.", "%u fields need another value.", count),
               count);
  for (guint i = 0; i < count; i++)
    {
      const ProblemField *note = g_ptr_array_index (arguments->notes, i);

      problem_add_field (problem, note->field, note->code, note->detail);
    }
  g_propagate_error (error, problem);
  return FALSE;
}
