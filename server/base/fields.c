/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Checking them. */
#include "base/fields.h"

#include "base/json.h"

#include <glib/gi18n.h>

/* The expression of HTML's specification, section "E-mail state", with letters of every script. */
#define EMAIL_LETTER "\\p{L}\\p{M}\\p{N}"
#define EMAIL_LABEL "[" EMAIL_LETTER "](?:[" EMAIL_LETTER "-]{0,61}[" EMAIL_LETTER "])?"
#define EMAIL_PATTERN \
  "\\A[" EMAIL_LETTER ".!#$%&'*+/=?^_`{|}~-]{1,64}@" EMAIL_LABEL "(?:\\." EMAIL_LABEL ")*\\z"

#define COLOR_PATTERN "\\A#[0-9A-Fa-f]{6}\\z"
#define COLOR_LENGTH 7

/* GLib reads other forms of ISO 8601 too, some of them without a zone. */
#define TIME_PATTERN                                                              \
  "\\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?" \
  "(?:[Zz]|[+-][0-9]{2}:[0-9]{2})\\z"

#define LANGUAGE_PATTERN "\\A[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*\\z"

gboolean
field_email_is_fit (const char *email)
{
  return g_utf8_validate (email, -1, NULL) && g_utf8_strlen (email, -1) <= FIELD_EMAIL_MAX
         && g_regex_match_simple (EMAIL_PATTERN, email, 0, 0);
}

gboolean
field_language_is_fit (const char *language)
{
  return g_regex_match_simple (LANGUAGE_PATTERN, language, 0, 0);
}

const char *
field_email (Arguments *arguments, ArgumentFlags flags)
{
  const char *email = arguments_text (arguments, "email", FIELD_EMAIL_MAX, flags);

  if (email == NULL || field_email_is_fit (email))
    return email;
  arguments_refuse (arguments, "email", "bad_format", _ ("Write it like name@example.com."));
  return NULL;
}

const char *
field_language (Arguments *arguments)
{
  const char *language
      = arguments_text (arguments, "language", FIELD_LANGUAGE_MAX, ARGUMENT_OPTIONAL);

  if (language == NULL || field_language_is_fit (language))
    return language;
  arguments_refuse (arguments, "language", "bad_format", _ ("Write it like en or bn-BD."));
  return NULL;
}

/* Appends the text in @language as a member of an object. */
static void
append_translation (GString *json, Arguments *texts, const char *language, guint max_text,
                    ArgumentFlags flags)
{
  const char *text = arguments_text (texts, language, max_text, flags | ARGUMENT_REQUIRED);

  if (!field_language_is_fit (language))
    arguments_refuse (texts, language, "bad_format", _ ("Name each language like en or bn-BD."));
  g_string_append_c (json, json->len > 1 ? ',' : ' ');
  json_append_text (json, language);
  g_string_append_c (json, ':');
  json_append_text (json, text);
}

char *
field_translations (Arguments *arguments, const char *name, guint max_text, const char *needed,
                    ArgumentFlags flags)
{
  g_autoptr (Arguments) texts = arguments_object (arguments, name, flags);
  g_auto (GStrv) languages = arguments_names (texts);
  GString *json;

  if (!arguments_has (arguments, name))
    return NULL;
  if (g_strv_length (languages) > FIELD_TRANSLATIONS_MAX)
    arguments_refuse (arguments, name, "too_long", _ ("These are too many languages."));
  if (needed != NULL && !arguments_has (texts, needed))
    {
      g_autofree char *detail = g_strdup_printf (_ ("The language “%s” is needed."), needed);

      arguments_refuse (arguments, name, "required", detail);
    }
  else if (languages[0] == NULL)
    arguments_refuse (arguments, name, "required", _ ("At least one language is needed."));
  json = g_string_new ("{");
  for (guint i = 0; languages[i] != NULL; i++)
    append_translation (json, texts, languages[i], max_text, flags);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

const char *
field_color (Arguments *arguments, const char *name)
{
  const char *color = arguments_text (arguments, name, COLOR_LENGTH, ARGUMENT_OPTIONAL);

  if (color == NULL || g_regex_match_simple (COLOR_PATTERN, color, 0, 0))
    return color;
  arguments_refuse (arguments, name, "bad_format", _ ("Write it like #0067A5."));
  return NULL;
}

const char *
field_new_password (Arguments *arguments)
{
  const char *password
      = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_REQUIRED);

  if (password == NULL || g_utf8_strlen (password, -1) >= FIELD_PASSWORD_MIN)
    return password;
  arguments_refuse (arguments, "password", "too_short", _ ("At least 8 characters."));
  return NULL;
}

gboolean
field_read_time (const char *text, gint64 *time)
{
  g_autoptr (GDateTime) moment = g_regex_match_simple (TIME_PATTERN, text, 0, 0)
                                     ? g_date_time_new_from_iso8601 (text, NULL)
                                     : NULL;

  if (moment == NULL)
    return FALSE;
  *time = g_date_time_to_unix (moment) * G_USEC_PER_SEC + g_date_time_get_microsecond (moment);
  return TRUE;
}

gint64
field_time (Arguments *arguments, const char *name, ArgumentFlags flags)
{
  const char *text = arguments_text (arguments, name, FIELD_TIME_MAX, flags);
  gint64 time;

  if (text == NULL)
    return 0;
  if (field_read_time (text, &time))
    return time;
  arguments_refuse (arguments, name, "bad_format",
                    _ ("A time with its zone, like 2026-01-31T09:30:00Z."));
  return 0;
}
