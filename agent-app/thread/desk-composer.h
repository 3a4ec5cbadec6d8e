/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where a reply or a note is written. Text and mode are a draft of the ticket, kept on disk while
 * they are typed.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_COMPOSER (desk_composer_get_type ())

G_DECLARE_FINAL_TYPE (DeskComposer, desk_composer, DESK, COMPOSER, GtkWidget)

/** desk_composer_show: writes for @ticket from here on, with what was begun for it. */
void desk_composer_show (DeskComposer *self, DeskClient *client, DeskTicket *ticket);

/** desk_composer_set_note: whether a note is written; the text stays. */
void desk_composer_set_note (DeskComposer *self, gboolean is_note);

/** desk_composer_send: Returns: (transfer none) (nullable): what is sent, if there is anything. */
DeskMessage *desk_composer_send (DeskComposer *self);

/** desk_composer_take_back: @message, which is not on the server, is a draft again. */
void desk_composer_take_back (DeskComposer *self, DeskMessage *message);

/** desk_composer_restore: @body is a draft again, before what is written already. */
void desk_composer_restore (DeskComposer *self, const char *body, gboolean is_note);

/** desk_composer_mark: puts @mark, such as "**", around what is selected. */
void desk_composer_mark (DeskComposer *self, const char *mark);

/** desk_composer_focus: puts the cursor into the text. */
void desk_composer_focus (DeskComposer *self);

G_END_DECLS
