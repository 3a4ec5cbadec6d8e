/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Customers write in whatever their browser speaks; agents read its name, not its tag.
 */

#include "desk-language.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *code;
  const char *name;
} languages[] = {
  { "ar", N_ ("Arabic") },  { "bn", N_ ("Bengali") },    { "de", N_ ("German") },
  { "en", N_ ("English") }, { "es", N_ ("Spanish") },    { "fr", N_ ("French") },
  { "hi", N_ ("Hindi") },   { "it", N_ ("Italian") },    { "ja", N_ ("Japanese") },
  { "pl", N_ ("Polish") },  { "pt", N_ ("Portuguese") }, { "ru", N_ ("Russian") },
  { "tr", N_ ("Turkish") }, { "ur", N_ ("Urdu") },       { "zh", N_ ("Chinese") },
};

char *
desk_language_describe (const char *tag)
{
  gsize length;

  if (tag == NULL)
    return NULL;

  length = strcspn (tag, "-_");
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      if (length != strlen (languages[i].code)
          || g_ascii_strncasecmp (tag, languages[i].code, length) != 0)
        continue;
      if (tag[length] == '\0')
        return g_strdup (_ (languages[i].name));

      /* TRANSLATORS: a language and the country or script it is meant for: "Portuguese (BR)" */
      return g_strdup_printf (_ ("%s (%s)"), _ (languages[i].name), tag + length + 1);
    }

  return g_strdup (tag);
}
