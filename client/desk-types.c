/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The words of the protocol: one table for each enumeration holds the spelling on the wire and the
 * label for people.
 */

#include "desk-types.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char *word;
  const char *label;
} Word;

static const Word statuses[] = {
  [DESK_STATUS_OPEN] = { "open", N_ ("Open") },
  [DESK_STATUS_ASSIGNED] = { "assigned", N_ ("Assigned") },
  [DESK_STATUS_IN_PROGRESS] = { "in_progress", N_ ("In Progress") },
  [DESK_STATUS_WAITING_ON_CUSTOMER] = { "waiting_on_customer", N_ ("Waiting on Customer") },
  [DESK_STATUS_RESOLVED] = { "resolved", N_ ("Resolved") },
  [DESK_STATUS_CLOSED] = { "closed", N_ ("Closed") },
};

static const Word priorities[] = {
  [DESK_PRIORITY_LOW] = { "low", N_ ("Low") },
  [DESK_PRIORITY_NORMAL] = { "normal", N_ ("Normal") },
  [DESK_PRIORITY_HIGH] = { "high", N_ ("High") },
  [DESK_PRIORITY_URGENT] = { "urgent", N_ ("Urgent") },
};

static const Word channels[] = {
  [DESK_CHANNEL_CHAT] = { "chat", N_ ("Chat") },
  [DESK_CHANNEL_PORTAL] = { "portal", N_ ("Portal") },
  [DESK_CHANNEL_EMAIL] = { "email", N_ ("E-mail") },
  [DESK_CHANNEL_API] = { "api", N_ ("API") },
};

static const Word presences[] = {
  [DESK_PRESENCE_OFFLINE] = { "offline", N_ ("Offline") },
  [DESK_PRESENCE_AWAY] = { "away", N_ ("Away") },
  [DESK_PRESENCE_ONLINE] = { "online", N_ ("Online") },
};

static const Word categories[] = {
  { "technical", N_ ("Technical") },   { "billing", N_ ("Billing") },
  { "account", N_ ("Account") },       { "feature_request", N_ ("Feature Request") },
  { "bug_report", N_ ("Bug Report") }, { "general", N_ ("General") },
  { "other", N_ ("Other") },
};

static int
find_word (const Word *words, gsize n_words, const char *word, int fallback)
{
  for (gsize i = 0; i < n_words; i++)
    if (g_strcmp0 (words[i].word, word) == 0)
      return (int) i;

  return fallback;
}

DeskStatus
desk_status_parse (const char *word)
{
  return find_word (statuses, G_N_ELEMENTS (statuses), word, DESK_STATUS_OPEN);
}

const char *
desk_status_to_string (DeskStatus status)
{
  return statuses[status].word;
}

const char *
desk_status_get_label (DeskStatus status)
{
  return _ (statuses[status].label);
}

gboolean
desk_status_is_active (DeskStatus status)
{
  return status != DESK_STATUS_RESOLVED && status != DESK_STATUS_CLOSED;
}

DeskPriority
desk_priority_parse (const char *word)
{
  return find_word (priorities, G_N_ELEMENTS (priorities), word, DESK_PRIORITY_NORMAL);
}

const char *
desk_priority_to_string (DeskPriority priority)
{
  return priorities[priority].word;
}

const char *
desk_priority_get_label (DeskPriority priority)
{
  return _ (priorities[priority].label);
}

DeskChannel
desk_channel_parse (const char *word)
{
  return find_word (channels, G_N_ELEMENTS (channels), word, DESK_CHANNEL_API);
}

const char *
desk_channel_to_string (DeskChannel channel)
{
  return channels[channel].word;
}

const char *
desk_channel_get_label (DeskChannel channel)
{
  return _ (channels[channel].label);
}

DeskPresence
desk_presence_parse (const char *word)
{
  return find_word (presences, G_N_ELEMENTS (presences), word, DESK_PRESENCE_OFFLINE);
}

const char *
desk_presence_to_string (DeskPresence presence)
{
  return presences[presence].word;
}

const char *
desk_presence_get_label (DeskPresence presence)
{
  return _ (presences[presence].label);
}

const char *
desk_category_get_label (const char *category)
{
  int index = find_word (categories, G_N_ELEMENTS (categories), category, -1);

  return index >= 0 ? _ (categories[index].label) : category;
}
