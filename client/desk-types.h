/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The words of the protocol as enumerations: status, priority, channel, presence. Each has its
 * spelling on the wire and its label for people, so that no screen compares strings.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  DESK_STATUS_OPEN,
  DESK_STATUS_ASSIGNED,
  DESK_STATUS_IN_PROGRESS,
  DESK_STATUS_WAITING_ON_CUSTOMER,
  DESK_STATUS_RESOLVED,
  DESK_STATUS_CLOSED,
} DeskStatus;

#define DESK_N_STATUSES (DESK_STATUS_CLOSED + 1)

typedef enum
{
  DESK_PRIORITY_LOW,
  DESK_PRIORITY_NORMAL,
  DESK_PRIORITY_HIGH,
  DESK_PRIORITY_URGENT,
} DeskPriority;

typedef enum
{
  DESK_CHANNEL_CHAT,
  DESK_CHANNEL_PORTAL,
  DESK_CHANNEL_EMAIL,
  DESK_CHANNEL_API,
} DeskChannel;

typedef enum
{
  DESK_PRESENCE_OFFLINE,
  DESK_PRESENCE_AWAY,
  DESK_PRESENCE_ONLINE,
} DeskPresence;

/**
 * desk_status_parse:
 * @word: (nullable): a status as the protocol spells it
 *
 * Returns: the status; %DESK_STATUS_OPEN for a word of a newer server.
 */
DeskStatus desk_status_parse (const char *word);

const char *desk_status_to_string (DeskStatus status);

/** desk_status_get_label: Returns: (transfer none): the translated name of @status. */
const char *desk_status_get_label (DeskStatus status);

/** desk_status_is_active: Returns: whether somebody still has work with a ticket in @status. */
gboolean desk_status_is_active (DeskStatus status);

DeskPriority desk_priority_parse (const char *word);
const char *desk_priority_to_string (DeskPriority priority);
const char *desk_priority_get_label (DeskPriority priority);

DeskChannel desk_channel_parse (const char *word);
const char *desk_channel_to_string (DeskChannel channel);
const char *desk_channel_get_label (DeskChannel channel);

DeskPresence desk_presence_parse (const char *word);
const char *desk_presence_to_string (DeskPresence presence);
const char *desk_presence_get_label (DeskPresence presence);

/**
 * desk_category_get_label:
 * @category: (nullable): a category as the protocol spells it
 *
 * Returns: (transfer none): the translated name, or @category itself when a newer server added it.
 */
const char *desk_category_get_label (const char *category);

G_END_DECLS
