/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whatever stands between double braces on one line is a variable, also one that is misspelt: what
 * is not filled has to be seen before it is sent. */
#include "ticket/variables.h"

#include <string.h>

#define VARIABLE "\\{\\{[ \\t]*([^{}\\r\\n]{1,64}?)[ \\t]*\\}\\}"

typedef struct
{
  VariableLookup lookup;
  gpointer data;
  GPtrArray *unfilled;
} Filling;

static void
append_plain (GString *text, const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (strchr ("\\`*_[]<~", *value) != NULL)
        g_string_append_c (text, '\\');
      g_string_append_c (text, *value);
    }
}

static gboolean
fill_one_cb (const GMatchInfo *match, GString *text, gpointer data)
{
  const Filling *filling = data;
  g_autofree char *name = g_match_info_fetch (match, 1);
  const char *value = filling->lookup (name, filling->data);

  if (value != NULL)
    append_plain (text, value);
  else
    {
      g_autofree char *whole = g_match_info_fetch (match, 0);

      g_string_append (text, whole);
      if (!g_ptr_array_find_with_equal_func (filling->unfilled, name, g_str_equal, NULL))
        g_ptr_array_add (filling->unfilled, g_steal_pointer (&name));
    }
  return FALSE;
}

char *
variables_fill (const char *text, VariableLookup lookup, gpointer data, GPtrArray *unfilled)
{
  g_autoptr (GRegex) variable = g_regex_new (VARIABLE, 0, 0, NULL);
  Filling filling = { lookup, data, unfilled };

  return g_regex_replace_eval (variable, text, -1, 0, 0, fill_one_cb, &filling, NULL);
}
