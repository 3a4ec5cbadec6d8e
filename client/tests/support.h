/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the client's tests share: tickets, messages and frames in few words, a cache that keeps
 * nothing, waiting for a condition, and a small stand-in server in the same process.
 */

#pragma once

#include "desk-client.h"
#include "desk-moves.h"
#include "desk-json.h"

G_BEGIN_DECLS

/** parse: Returns: (transfer full): @text, with ' read as ", as an object. */
JsonObject *parse (const char *text);

/** make_ticket: Returns: (transfer full): a whole ticket of the protocol. */
JsonObject *make_ticket (gint64 id, gint64 revision, gint64 assignee, gint64 minute);

/** make_message: Returns: (transfer full): a customer's message, or agent 3's with a client id. */
JsonObject *make_message (gint64 ticket, gint64 seq, const char *client_id);

/** make_event: Returns: (transfer full): an event frame about @ticket with @data. */
JsonObject *make_event (gint64 id, const char *kind, gint64 ticket, JsonObject *data);

/** make_message_event: Returns: (transfer full): the event of make_message(). */
JsonObject *make_message_event (gint64 id, gint64 ticket, gint64 seq, const char *client_id);

/** make_store: Returns: (transfer full): a store over a cache that keeps nothing. */
DeskStore *make_store (void);

/** Folder: the path of a folder that goes, with the files in it, when it is freed. */
typedef char Folder;

/** folder_new: Returns: (transfer full): a new, empty one. */
Folder *folder_new (void);
void folder_free (Folder *folder);

typedef gboolean (*Condition) (gpointer user_data);

/** wait_for: runs the main loop until @condition holds; fails the test after ten seconds. */
void wait_for (const char *what, Condition condition, gpointer user_data);

/**
 * Stand:
 *
 * A server of this process that answers like the protocol says, and remembers what it heard.
 */
typedef struct
{
  SoupServer *server;
  char *address;
  SoupWebsocketConnection *socket;
  GPtrArray *heard; /* JsonObject, frames */
  GPtrArray *bearers; /* char *, of each request but the socket's */
  GPtrArray *commands; /* char *, method and path of what changes something */
  guint n_connections;
  guint n_refreshes;
  gboolean token_expired; /* answers the next call with token_expired */
  gboolean refuse_refresh;
  gboolean two_steps; /* asks for the code 123456 at sign-in */
  gboolean refuse_sign_in; /* for the next half minute */
  const char *refused; /* answers 403 to paths that hold this */
  guint n_unavailable; /* answers so many calls with 503 */
  gboolean resumed;
  gboolean mute; /* answers no message */
} Stand;

Stand *stand_new (void);
void stand_free (Stand *stand);
void stand_say (Stand *stand, const char *frame);
void stand_hang_up (Stand *stand);

/** stand_count: Returns: how many frames of @type were heard. */
guint stand_count (Stand *stand, const char *type);

/** sign_in: Returns: (transfer full): a session signed in at @stand. */
DeskSession *sign_in (Stand *stand);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stand, stand_free)

G_END_DECLS
