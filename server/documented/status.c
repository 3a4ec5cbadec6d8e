/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The one table of words. */
#include "documented/status.h"

#include <string.h>

typedef struct
{
  const char *ours;
  const char *called[VOCABULARIES];
} Status;

static const Status statuses[] = {
  { "open", { "open", "open" } },
  { "assigned", { "open", "open" } },
  { "in_progress", { "in_progress", "open" } },
  { "waiting_on_customer", { "in_progress", "pending" } },
  { "resolved", { "resolved", "resolved" } },
  { "closed", { "closed", "closed" } },
};

const char *const documented_ticket_statuses[]
    = { "open", "in_progress", "resolved", "closed", NULL };

const char *
documented_status (Vocabulary vocabulary, const char *status)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (strcmp (statuses[i].ours, status) == 0)
        return statuses[i].called[vocabulary];
    }
  g_return_val_if_reached (status);
}

char *
documented_status_filter (Vocabulary vocabulary, const char *word)
{
  GString *filter = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (strcmp (statuses[i].called[vocabulary], word) == 0)
        g_string_append_printf (filter, "%s%s", filter->len > 0 ? "," : "", statuses[i].ours);
    }
  if (filter->len == 0)
    g_string_append (filter, word);
  return g_string_free (filter, FALSE);
}
