/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Commands change nothing here; their events do.
 */

#include "desk-client-commands.h"

#include <glib/gi18n-lib.h>

#include "desk-client-private.h"

static void
say_failed (DeskClient *self, const GError *error)
{
  const char *sentence;

  if (g_error_matches (error, DESK_ERROR, DESK_ERROR_UNREACHABLE))
    sentence = _ ("The server did not answer. Nothing was changed.");
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_FORBIDDEN))
    sentence = _ ("Your role does not allow this. Nothing was changed.");
  else
    sentence = error->message;

  g_signal_emit_by_name (self, "failed", sentence);
}

typedef struct
{
  DeskClient *client;
  gint64 claimed; /* a ticket that somebody at this desk asked for */
  DeskMessage *message; /* that is changed */
  char *body; /* of it, afterwards; of one that is taken back, before */
  gboolean takes_back;
} Command;

static Command *
command_new (DeskClient *client)
{
  Command *command = g_new0 (Command, 1);

  command->client = g_object_ref (client);

  return command;
}

static void
command_free (Command *command)
{
  g_object_unref (command->client);
  g_clear_object (&command->message);
  g_free (command->body);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

static void
commanded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_session_call_finish (DESK_SESSION (source), result, &error);

  if (answer == NULL)
    {
      g_hash_table_remove (command->client->claimed, &command->claimed);
      say_failed (command->client, error);
    }
  else if (command->takes_back)
    g_signal_emit_by_name (command->client, "taken-back", command->message, command->body);
  /* Who went on writing while the answer was under way has more to say. */
  else if (command->message != NULL
           && g_strcmp0 (desk_message_get_edit (command->message), command->body) == 0)
    desk_message_keep_edit (command->message, NULL);
}

static void
claim (Command *command, gint64 ticket_id)
{
  command->claimed = ticket_id;
  g_hash_table_add (command->client->claimed, g_memdup2 (&ticket_id, sizeof ticket_id));
}

static void
change_ticket (Command *command, const char *method, gint64 ticket_id, const char *what,
               JsonObject *body)
{
  g_autofree char *path = g_strdup_printf ("/tickets/%" G_GINT64_FORMAT "/%s", ticket_id, what);

  desk_session_call_async (command->client->session, method, path, body, NULL, commanded_cb,
                           command);
}

/* Of several who take it at once one gets it, and the others hear who. */
static void
take_free (DeskClient *self, gint64 ticket_id)
{
  g_autoptr (JsonObject) body = json_object_new ();
  Command *command = command_new (self);

  claim (command, ticket_id);
  change_ticket (command, "POST", ticket_id, "claim", body);
}

static gboolean
is_free (DeskClient *self, gint64 ticket_id)
{
  DeskTicket *ticket = desk_store_find_ticket (self->store, ticket_id);

  return ticket != NULL && desk_ticket_get_assignee_id (ticket) == 0;
}

void
desk_client_assign (DeskClient *self, gint64 ticket_id, gint64 agent_id)
{
  g_autoptr (JsonObject) body = json_object_new ();
  gboolean for_me = agent_id == desk_store_get_me (self->store);
  Command *command;

  if (for_me && is_free (self, ticket_id))
    {
      take_free (self, ticket_id);
      return;
    }

  command = command_new (self);
  if (for_me)
    claim (command, ticket_id);
  if (agent_id != 0)
    json_object_set_int_member (body, "assigned_to", agent_id);
  else
    json_object_set_null_member (body, "assigned_to");
  change_ticket (command, "PUT", ticket_id, "assign", body);
}

void
desk_client_set_presence (DeskClient *self, DeskPresence presence, guint minutes,
                          gboolean hands_over)
{
  desk_attendance_choose (self->attendance, presence, minutes, hands_over);
  g_signal_emit_by_name (self, "changed");
}

void
desk_client_report_idle (DeskClient *self, const char *why)
{
  desk_attendance_report (self->attendance, why);
}

DeskOffer *
desk_client_find_offer (DeskClient *self, gint64 ticket_id)
{
  return desk_offers_find (self->offers, ticket_id);
}

/* Who accepts what nobody has to answer has it already. */
void
desk_client_accept (DeskClient *self, gint64 ticket_id)
{
  g_autoptr (JsonObject) body = json_object_new ();
  Command *command;

  if (desk_offers_find (self->offers, ticket_id) == NULL)
    return;

  command = command_new (self);
  claim (command, ticket_id);
  change_ticket (command, "POST", ticket_id, "accept", body);
}

void
desk_client_decline (DeskClient *self, gint64 ticket_id)
{
  g_autoptr (JsonObject) body = json_object_new ();

  if (desk_offers_find (self->offers, ticket_id) != NULL)
    change_ticket (command_new (self), "POST", ticket_id, "decline", body);
  else
    desk_client_assign (self, ticket_id, 0);
}

void
desk_client_set_status (DeskClient *self, gint64 ticket_id, DeskStatus status)
{
  g_autoptr (JsonObject) body = json_object_new ();
  Command *command = command_new (self);

  if (status == DESK_STATUS_IN_PROGRESS)
    claim (command, ticket_id);
  json_object_set_string_member (body, "status", desk_status_to_string (status));
  change_ticket (command, "PUT", ticket_id, "status", body);
}

static void
change_message (Command *command, const char *method, DeskMessage *message, const char *body,
                JsonObject *json)
{
  g_autofree char *path
      = g_strdup_printf ("/messages/%" G_GINT64_FORMAT, desk_message_get_id (message));

  command->message = g_object_ref (message);
  command->body = g_strdup (body);
  desk_session_call_async (command->client->session, method, path, json, NULL, commanded_cb,
                           command);
}

void
desk_client_edit_message (DeskClient *self, DeskMessage *message, const char *body)
{
  g_autoptr (JsonObject) json = json_object_new ();

  json_object_set_string_member (json, "body", body);
  change_message (command_new (self), "PATCH", message, body, json);
}

void
desk_client_take_back_message (DeskClient *self, DeskMessage *message)
{
  Command *command = command_new (self);

  command->takes_back = TRUE;
  change_message (command, "DELETE", message, desk_message_get_body (message), NULL);
}
