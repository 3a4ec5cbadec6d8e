/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Parts that several pages of the customer service have. */
#pragma once

#include "documented/frame.h"

/* Adds the figures of the `stats` block as cards. */
void desk_add_figures (Frame *frame, JsonObject *stats);

/* Adds the form that sends a message to @address; staff may make it a note. */
void desk_add_reply (Frame *frame, const char *address);

/* Whether a menu offers @status, as the pages call it. */
typedef gboolean (*DeskIsOffered) (const char *status, gconstpointer data);

/* Opens a menu; @all (nullable) is the entry that chooses nothing. */
void desk_open_menu (Frame *frame, const char *name, const char *label, const char *all);

/* Adds one entry of a menu, chosen if @value is @chosen (nullable). */
void desk_add_option (Frame *frame, const char *value, const char *text, const char *chosen);

/* Adds the statuses for which @is_offered (NULL: all) answers TRUE. */
void desk_add_status_options (Frame *frame, const char *chosen, DeskIsOffered is_offered,
                              gconstpointer data);

/* Adds nobody and everybody in @list (`{agents}`) as entries. */
void desk_add_agent_options (Frame *frame, JsonObject *list, const char *chosen);

void desk_close_menu (Frame *frame);

/* Returns: (transfer none): what an entry of a list of words is called in the reader's language. */
const char *desk_title_of (const Frame *frame, JsonObject *entry);

/* Returns: (transfer none): the title of the category @name of @list (`{categories}`). */
const char *desk_category_of (const Frame *frame, JsonObject *list, const char *name);
