/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Steps that several handlers share: the room's own, and those above it that say the same in other
 * words. */
#pragma once

#include "http/request.h"

/* Characters of a subject, and of the names of categories and priorities. */
#define TICKET_SUBJECT_MAX 200
#define TICKET_WORD_MAX 40

/* The fixed words of a ticket, NULL-terminated. Categories and priorities are lists in the
 * database. */
extern const char *const ticket_statuses[];
extern const char *const ticket_channels[];

/* A priority's name as the database has it: `medium` is read as `normal`. NULL stays NULL. */
const char *ticket_priority_word (const char *word);

/* The ticket as @actor may see it.
 * Returns: (transfer full): NULL with `not_found`. */
char *ticket_json (Db *db, const Actor *actor, gint64 ticket_id, GError **error);

/* Answers @status with `{ticket}` as the request's actor may see it.
 * Returns: (transfer full): NULL with `not_found`. */
Reply *ticket_reply (Db *db, const Request *request, gint64 ticket_id, guint status,
                     GError **error);

/* Makes the ticket that @arguments describe, as POST /tickets does, and answers with it.
 * Returns: (transfer full): NULL with a problem. */
Reply *ticket_create_from (Db *db, const Request *request, Arguments *arguments, GError **error);

/* Gives the ticket @status for @actor, if that one sees the ticket and may.
 * FALSE with a problem; an `illegal_transition` says where the ticket can move. */
gboolean ticket_set_status (Db *db, const Actor *actor, gint64 ticket_id, const char *status,
                            GError **error);

/* Gives the ticket to @agent, or back to the queue when that is 0; @actor holds assign_tickets.
 * FALSE with a problem. */
gboolean ticket_assign (Db *db, const Actor *actor, gint64 ticket_id, gint64 agent, GError **error);

/* Whether @actor may give a ticket that it sees this status: resolving and closing need
 * close_tickets, the rest edit_tickets; customers end and reopen their own. */
gboolean ticket_may_set_status (const Actor *actor, const char *status);

/* What an @outcome other than `done` of the schema's functions means, as
 * schema/0006-ticket-changes.sql names them.
 * Returns: (transfer full) */
GError *ticket_problem (const char *outcome);

/* Notes the argument whose value an `unknown_…` @outcome says is not there. */
void ticket_note_unknown (Arguments *arguments, const char *outcome);

/* Sets @error to ticket_problem(). An `illegal_transition` of @ticket_id says where that can
 * move. */
void ticket_refuse (Db *db, gint64 ticket_id, const char *outcome, GError **error);

/* As reply_outcome() for a statement that changed the request's ticket `{id}`, in the words of
 * ticket_refuse(). @rows is freed.
 * Returns: (transfer full): NULL with a problem. */
Reply *ticket_reply_outcome (Db *db, const Request *request, DbResult *rows, guint status,
                             GError **error);

/* The messages next to a place, as message_list_staff and its sister give them. @after or @before
 * is negative when not given.
 * Returns: (transfer full): a JSON object; NULL with `not_found`. */
char *message_page (Db *db, const Actor *actor, gint64 ticket_id, gint64 after, gint64 before,
                    gint64 limit, GError **error);
