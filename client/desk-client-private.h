/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What desk-client.c and desk-client-commands.c share.
 */

#pragma once

#include "desk-attendance.h"
#include "desk-client.h"
#include "desk-company.h"
#include "desk-load.h"
#include "desk-moves.h"
#include "desk-offers.h"

G_BEGIN_DECLS

struct _DeskClient
{
  GObject parent_instance;

  DeskSession *session;
  DeskLive *live;
  DeskStore *store;
  DeskOutbox *outbox;
  DeskSync *sync;
  DeskLoad *load;
  DeskCompany *company;
  DeskMoves *moves;
  DeskAttendance *attendance;
  DeskOffers *offers;
  GHashTable *claimed; /* gint64 *, tickets that this desk asked for */
  GNetworkMonitor *network;
  char *my_name;
  JsonArray *permissions;
  guint chat_limit;
  gint64 offline_since;
  gboolean broke; /* the last try to connect failed */
  gint64 read_ticket; /* what was read last, and how far */
  gint64 read_seq;
};

G_END_DECLS
