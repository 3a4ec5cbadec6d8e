/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the forms in pages send: read as arguments, done by the same steps as JSON, and answered by
 * leading on to a page. */
#include "base/ids.h"
#include "base/json.h"
#include "base/problem.h"
#include "documented/frame.h"
#include "documented/handlers.h"
#include "documented/pages.h"
#include "documented/send.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

/* Browsers end lines with CR LF. */
static char *
join_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  return g_strjoinv ("\n", lines);
}

Arguments *
form_read (const Request *request, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (request_body (request), &length);
  g_autofree char *body = g_strndup (bytes != NULL ? bytes : "", length);
  g_autoptr (GHashTable) fields = NULL;
  g_autoptr (GString) json = g_string_new ("{");
  GHashTableIter iter;
  gpointer name, value;

  if (strlen (body) != length || strstr (body, "%00") != NULL)
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("The form cannot be read."));
      return NULL;
    }
  fields = soup_form_decode (body);
  g_hash_table_iter_init (&iter, fields);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *text = join_lines (value);

      if (json->len > 1)
        g_string_append_c (json, ',');
      json_append_text (json, name);
      g_string_append_c (json, ':');
      json_append_text (json, text);
    }
  g_string_append_c (json, '}');
  return arguments_new (json->str, json->len, error);
}

/* Which of the forms of a page it was. */
static const char *
read_action (Arguments *arguments, const char *const *actions, GError **error)
{
  const char *action = arguments_choice (arguments, "action", actions, ARGUMENT_REQUIRED);

  return arguments_check (arguments, error) ? action : NULL;
}

/* Back to the ticket, in the chat if that is where the form stood. */
static Reply *
lead_to_ticket (const Request *request)
{
  gint64 id = request_path_id (request, "id");
  g_autofree char *address
      = g_str_has_prefix (request_path (request), "/customerservices/chat/")
            ? g_strdup_printf ("/customerservices/chat?conversation=%" G_GINT64_FORMAT, id)
            : g_strdup_printf ("/customerservices/tickets/%" G_GINT64_FORMAT, id);

  return frame_lead (address);
}

/* SendAnswer. */
static Reply *
answer_ticket (const WriterReceipt *receipt G_GNUC_UNUSED, const Request *request)
{
  return lead_to_ticket (request);
}

/* Sends the field `message`, a note where the box is ticked. */
static Reply *
send_form (const Request *request, Arguments *arguments, SendAnswer answer, GError **error)
{
  g_autoptr (GString) json = g_string_new ("{\"message\":");
  g_autoptr (Arguments) message = NULL;

  json_append_text (json, arguments_text (arguments, "message", WRITER_BODY_MAX,
                                          ARGUMENT_REQUIRED | ARGUMENT_MULTILINE));
  if (!arguments_check (arguments, error))
    return NULL;
  g_string_append_printf (json, ",\"is_internal\":%s}",
                          arguments_has (arguments, "is_internal") ? "true" : "false");
  message = arguments_new (json->str, json->len, error);
  return message != NULL ? send_arguments (request, message, "message", answer, error) : NULL;
}

/* Gives the ticket to the agent whose number the field `assigned_to` holds; none is the queue. */
static gboolean
assign (Db *db, const Request *request, Arguments *arguments, GError **error)
{
  const char *number = arguments_text (arguments, "assigned_to", 20, ARGUMENT_REQUIRED);
  gint64 agent = 0;

  if (number != NULL && strcmp (number, "unassigned") != 0
      && !g_ascii_string_to_signed (number, 10, 1, G_MAXINT64, &agent, NULL))
    arguments_refuse (arguments, "assigned_to", "bad_format", _ ("An agent's id, or null."));
  if (!arguments_check (arguments, error))
    return FALSE;
  if (!actor_may (request_actor (request), PERMISSION_ASSIGN_TICKETS))
    {
      actor_refuse (request_actor (request), error);
      return FALSE;
    }
  return ticket_assign (db, request_actor (request), request_path_id (request, "id"), agent, error);
}

Reply *
documented_ticket_form (Db *db, const Request *request, GError **error)
{
  static const char *const actions[] = { "message", "status", "assign", "read", NULL };
  g_autoptr (Arguments) arguments = form_read (request, error);
  const char *action = arguments != NULL ? read_action (arguments, actions, error) : NULL;
  gboolean done;

  if (action == NULL)
    return NULL;
  if (strcmp (action, "message") == 0)
    return send_form (request, arguments, answer_ticket, error);
  if (strcmp (action, "status") == 0)
    done = step_status (db, request, arguments, error);
  else if (strcmp (action, "assign") == 0)
    done = assign (db, request, arguments, error);
  else
    done = step_read (db, request, error);
  return done ? lead_to_ticket (request) : NULL;
}

/* Back to a conversation, which a late message may have begun. */
static Reply *
lead_to_conversation (gint64 id)
{
  g_autofree char *code = id_to_code (id);
  g_autofree char *address = g_strdup_printf ("/support/conversation/%s/", code);

  return frame_lead (address);
}

/* SendAnswer. */
static Reply *
answer_conversation (const WriterReceipt *receipt, const Request *request G_GNUC_UNUSED)
{
  return lead_to_conversation (receipt->ticket_id);
}

Reply *
documented_conversation_form (Db *db, const Request *request, GError **error)
{
  static const char *const actions[] = { "message", "close", NULL };
  g_autoptr (Arguments) arguments = form_read (request, error);
  const char *action = arguments != NULL ? read_action (arguments, actions, error) : NULL;

  if (action == NULL)
    return NULL;
  if (strcmp (action, "message") == 0)
    return send_form (request, arguments, answer_conversation, error);
  return step_close (db, request, error) ? lead_to_conversation (request_path_id (request, "id"))
                                         : NULL;
}
