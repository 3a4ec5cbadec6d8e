/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A nested object whose members nobody knows beforehand, such as what another system says of a
 * customer. It is checked member by member and handed on as JSON text, for the database to keep. */
#include "base/arguments-private.h"

#include "base/json.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define NAME_MAX_CHARACTERS 64
#define NUMBER_MAX 32

/* A finite number that no reader of JSON has to round to nothing or to infinity. */
static gboolean
accept_number (Arguments *arguments, const char *field, const char *value)
{
  gsize length = (gsize) (json_skip_value (value) - value);
  g_autofree char *number = g_strndup (value, length);

  if (length <= NUMBER_MAX && isfinite (g_ascii_strtod (number, NULL)))
    return TRUE;
  arguments_refuse (arguments, field, "out_of_range", _ ("A number of at most 32 characters."));
  return FALSE;
}

static gboolean
accept_value (Arguments *arguments, const char *field, const char *value, guint max_text)
{
  g_autoptr (GString) text = NULL;

  if (*value == '{' || *value == '[')
    {
      arguments_refuse (arguments, field, "wrong_type",
                        _ ("This has to be text, a number, true, false or null."));
      return FALSE;
    }
  if (*value == '-' || g_ascii_isdigit (*value))
    return accept_number (arguments, field, value);
  if (*value != '"')
    return TRUE;
  text = json_read_text (&value);
  return text->len == 0
         || arguments_accept_text (arguments, field, text, max_text, ARGUMENT_MULTILINE);
}

/* Appends the member at @at if it fits, and moves @at behind it. */
static gboolean
take_member (Arguments *arguments, const char *object, guint max_text, const char **at,
             GString *json)
{
  g_autoptr (GString) name = json_read_text (at);
  g_autofree char *field = NULL;
  const char *value = json_skip_space (json_skip_space (*at) + 1);

  if (strlen (name->str) < name->len || name->len == 0
      || g_utf8_strlen (name->str, -1) > NAME_MAX_CHARACTERS)
    {
      arguments_refuse (arguments, object, "bad_format",
                        _ ("Names have 1 to 64 characters, and no U+0000."));
      return FALSE;
    }
  field = g_strdup_printf ("%s.%s", object, name->str);
  if (!accept_value (arguments, field, value, max_text))
    return FALSE;
  *at = json_skip_value (value);
  if (json->len > 1)
    g_string_append_c (json, ',');
  json_append_text (json, name->str);
  g_string_append_c (json, ':');
  g_string_append_len (json, value, *at - value);
  return TRUE;
}

char *
arguments_scalars (Arguments *arguments, const char *name, guint max, guint max_text,
                   ArgumentFlags flags)
{
  const char *at = arguments_want (arguments, name, flags);
  g_autoptr (GString) json = g_string_new ("{");

  if (at == NULL)
    return NULL;
  if (*at != '{')
    {
      arguments_refuse (arguments, name, "wrong_type", _ ("This has to be an object."));
      return NULL;
    }
  at = json_skip_space (at + 1);
  for (guint count = 0; *at != '}'; count++)
    {
      if (count == max)
        {
          arguments_refuse_count (arguments, name, "too_long",
                                  ngettext ("At most %u entry.", "At most %u entries.", max), max);
          return NULL;
        }
      if (!take_member (arguments, name, max_text, &at, json))
        return NULL;
      at = json_skip_space (at);
      if (*at == ',')
        at = json_skip_space (at + 1);
    }
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}
