/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Parts that several pages of the customer service have. */
#pragma once

#include "documented/frame.h"

/* Adds the figures of the `stats` block as cards. */
void desk_add_figures (Frame *frame, JsonObject *stats);

/* Adds the form that sends a message to @address; staff may make it a note. */
void desk_add_reply (Frame *frame, const char *address);
