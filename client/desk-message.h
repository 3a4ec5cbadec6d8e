/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One message, from the moment it is written here or arrives from the server. A message of our own
 * stays the same object while it goes from queued to sent to read, so that its bubble never jumps.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "desk-error.h"

G_BEGIN_DECLS

typedef enum
{
  DESK_DELIVERY_HELD, /* written, can be taken back for some seconds */
  DESK_DELIVERY_QUEUED, /* kept here, not yet acknowledged */
  DESK_DELIVERY_SENT, /* durable on the server */
  DESK_DELIVERY_DELIVERED, /* a device of the other side has it */
  DESK_DELIVERY_READ, /* the other side has read it */
  DESK_DELIVERY_FAILED, /* refused; kept here until somebody decides */
} DeskDelivery;

#define DESK_TYPE_MESSAGE (desk_message_get_type ())

G_DECLARE_FINAL_TYPE (DeskMessage, desk_message, DESK, MESSAGE, GObject)

/** desk_message_new_from_json: Returns: (transfer full): a message as the server sent it. */
DeskMessage *desk_message_new_from_json (JsonObject *json);

/**
 * desk_message_new_draft:
 * @created_at: microseconds since 1970, UTC
 *
 * Returns: (transfer full): a message of our own that is not on the server yet.
 */
DeskMessage *desk_message_new_draft (const char *client_id, gint64 ticket_id, const char *body,
                                     gboolean is_internal, gint64 created_at);

/** desk_message_confirm: takes what the server says about this message; it is sent from here on. */
void desk_message_confirm (DeskMessage *self, JsonObject *json);

/** desk_message_acknowledge: the server has it as number @seq, its event is still under way. */
void desk_message_acknowledge (DeskMessage *self, gint64 id, gint64 seq, gint64 created_at);

/** desk_message_rename_author: its author is called @name now. */
void desk_message_rename_author (DeskMessage *self, const char *name);

/**
 * desk_message_fail:
 * @code: why the server refused it
 * @detail: (nullable): what it said; for %DESK_ERROR_STALE the name of who wrote meanwhile
 */
void desk_message_fail (DeskMessage *self, DeskError code, const char *detail);

/** desk_message_keep_edit: @text: (nullable): what shall stand here instead, as far as written. */
void desk_message_keep_edit (DeskMessage *self, const char *text);
/** desk_message_get_edit: Returns: (nullable): that text, %NULL when nobody edits. */
const char *desk_message_get_edit (DeskMessage *self);

/** desk_message_hold: it can be taken back until @due, in monotonic microseconds. */
void desk_message_hold (DeskMessage *self, gint64 due);
/** desk_message_get_due: Returns: when it goes out, while it is held. */
gint64 desk_message_get_due (DeskMessage *self);

/** desk_message_set_delivery: moves between queued, sent, delivered and read. */
void desk_message_set_delivery (DeskMessage *self, DeskDelivery delivery);

/** desk_message_get_id: Returns: 0 while the server does not have it. */
gint64 desk_message_get_id (DeskMessage *self);
/** desk_message_get_seq: Returns: 0 while the server has not numbered it. */
gint64 desk_message_get_seq (DeskMessage *self);
gint64 desk_message_get_ticket_id (DeskMessage *self);
const char *desk_message_get_client_id (DeskMessage *self);
gboolean desk_message_is_system (DeskMessage *self);
gboolean desk_message_is_internal (DeskMessage *self);
/** desk_message_is_from_staff: Returns: whether it stands on the staff side of the thread. */
gboolean desk_message_is_from_staff (DeskMessage *self);
/** desk_message_is_edited: Returns: whether its author changed the words later. */
gboolean desk_message_is_edited (DeskMessage *self);
/** desk_message_is_taken_back: Returns: whether it has no words any more; the body says so. */
gboolean desk_message_is_taken_back (DeskMessage *self);
gint64 desk_message_get_author_id (DeskMessage *self);
const char *desk_message_get_author_name (DeskMessage *self);
/** desk_message_get_body: Returns: (transfer none): what the person wrote, as they wrote it. */
const char *desk_message_get_body (DeskMessage *self);
/** desk_message_get_summary: Returns: (transfer none): the body, or its files instead. */
const char *desk_message_get_summary (DeskMessage *self);
/** desk_message_get_markup: Returns: (transfer none): what a label shows, as Pango markup. */
const char *desk_message_get_markup (DeskMessage *self);
/** desk_message_get_created_at: Returns: microseconds since 1970, UTC. */
gint64 desk_message_get_created_at (DeskMessage *self);
DeskDelivery desk_message_get_delivery (DeskMessage *self);
DeskError desk_message_get_error_code (DeskMessage *self);
const char *desk_message_get_error_detail (DeskMessage *self);

G_END_DECLS
