/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Checking them. */
#include "base/fields.h"

#include <glib/gi18n.h>

/* The expression of HTML's specification, section "E-mail state", with letters of every script. */
#define EMAIL_LETTER "\\p{L}\\p{M}\\p{N}"
#define EMAIL_LABEL "[" EMAIL_LETTER "](?:[" EMAIL_LETTER "-]{0,61}[" EMAIL_LETTER "])?"
#define EMAIL_PATTERN \
  "\\A[" EMAIL_LETTER ".!#$%&'*+/=?^_`{|}~-]{1,64}@" EMAIL_LABEL "(?:\\." EMAIL_LABEL ")*\\z"

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
