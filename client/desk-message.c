/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A message and how far it got. System lines arrive as a code with values; they are worded here, in
 * the reader's language, because the server does not know who reads.
 */

#include "desk-message.h"

#include <glib/gi18n-lib.h>

#include "desk-json.h"
#include "desk-spans.h"
#include "desk-types.h"

struct _DeskMessage
{
  GObject parent_instance;

  gint64 ticket_id;
  gint64 id;
  gint64 seq;
  char *client_id;
  gboolean is_system;
  gboolean is_internal;
  gboolean is_edited;
  gboolean is_taken_back;
  gint64 author_id;
  char *author_name;
  char *author_role;
  char *body;
  char *markup;
  char *files; /* a line for each, NULL when there is none */
  char *edit;
  gint64 created_at;
  DeskDelivery delivery;
  gint64 due;
  DeskError error_code;
  char *error_detail;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskMessage, desk_message, G_TYPE_OBJECT)

static char *
word_warning (JsonObject *data)
{
  guint minutes = data != NULL ? (guint) desk_json_get_int (data, "minutes", 0) : 0;

  return g_strdup_printf (ngettext ("The customer was warned: this ends in %u minute",
                                    "The customer was warned: this ends in %u minutes", minutes),
                          minutes);
}

static char *
word_system_line (const char *code, JsonObject *data)
{
  const char *name = data != NULL ? desk_json_get_string (data, "name") : NULL;

  if (g_strcmp0 (code, "assigned") == 0 && name != NULL)
    return g_strdup_printf (_ ("%s has this ticket now"), name);
  if (g_strcmp0 (code, "assigned") == 0)
    return g_strdup (_ ("Somebody has this ticket now"));
  if (g_strcmp0 (code, "returned") == 0)
    return g_strdup (_ ("Back in the queue"));
  if (g_strcmp0 (code, "reminded") == 0)
    return g_strdup (_ ("The customer was asked for an answer"));
  if (g_strcmp0 (code, "warned") == 0)
    return word_warning (data);
  if (g_strcmp0 (code, "kept_open") == 0)
    return g_strdup (_ ("The customer is still here"));
  if (g_strcmp0 (code, "resolved") == 0 && data != NULL && desk_json_get_bool (data, "silent"))
    return g_strdup (_ ("Resolved, as the customer did not answer"));
  if (g_strcmp0 (code, "resolved") == 0)
    return g_strdup (_ ("Resolved"));
  if (g_strcmp0 (code, "closed") == 0)
    return g_strdup (_ ("Closed"));
  if (g_strcmp0 (code, "reopened") == 0)
    return g_strdup (_ ("Reopened"));
  if (g_strcmp0 (code, "merged") == 0 && data != NULL)
    /* Translators: %s is a ticket's number. */
    return g_strdup_printf (_ ("%s was merged into this ticket"),
                            desk_json_get_string (data, "ticket_number"));
  /* Other moves have the name of who made them, and are called by their status. */
  if (name != NULL && code != NULL)
    return g_strdup_printf ("%s · %s", desk_status_get_label (desk_status_parse (code)), name);

  return g_strdup (code);
}

static char *
word_file (JsonObject *file)
{
  const char *name = desk_json_get_string (file, "name");
  const char *state = desk_json_get_string (file, "state");
  g_autofree char *size = g_format_size ((guint64) desk_json_get_int (file, "size", 0));

  if (g_strcmp0 (state, "removed") == 0)
    return g_strdup_printf (_ ("%s: this file did not pass the virus check and was removed."),
                            name);
  if (g_strcmp0 (state, "held") == 0)
    return g_strdup_printf (_ ("%s: waits for the virus check"), name);

  /* TRANSLATORS: a file's name and size */
  return g_strdup_printf (_ ("File: %s (%s)"), name, size);
}

static void
take_files (DeskMessage *self, JsonObject *json)
{
  JsonArray *files = desk_json_get_array (json, "attachments");
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *old = g_steal_pointer (&self->files);
  g_autofree char *escaped = NULL;
  g_autofree char *text = g_steal_pointer (&self->markup);

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      g_autofree char *line = word_file (json_array_get_object_element (files, i));

      g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", line);
    }

  escaped = g_markup_escape_text (lines->str, -1);
  self->markup = g_strconcat (text, *text != '\0' && lines->len > 0 ? "\n" : "", escaped, NULL);
  if (lines->len > 0)
    self->files = g_strdup (lines->str);
}

static void
take_body (DeskMessage *self, JsonObject *json)
{
  const char *body = desk_json_get_string (json, "body");

  g_free (self->body);
  g_free (self->markup);
  if (self->is_system)
    {
      self->body = word_system_line (body, desk_json_get_object (json, "data"));
      self->markup = g_markup_escape_text (self->body != NULL ? self->body : "", -1);
    }
  else if (self->is_taken_back)
    {
      self->body = g_strdup (_ ("This message was taken back."));
      self->markup = g_markup_printf_escaped ("<i>%s</i>", self->body);
    }
  else
    {
      self->body = g_strdup (body != NULL ? body : "");
      self->markup = desk_spans_to_markup (desk_json_get_array (json, "spans"), self->body);
    }

  take_files (self, json);
}

void
desk_message_confirm (DeskMessage *self, JsonObject *json)
{
  JsonObject *author = desk_json_get_object (json, "author");

  self->id = desk_json_get_int (json, "id", self->id);
  self->seq = desk_json_get_int (json, "seq", self->seq);
  self->is_system = g_strcmp0 (desk_json_get_string (json, "type"), "system") == 0;
  self->is_internal = desk_json_get_bool (json, "is_internal");
  self->is_taken_back = desk_json_get_string (json, "taken_back_at") != NULL;
  self->is_edited = !self->is_taken_back && desk_json_get_string (json, "edited_at") != NULL;
  self->created_at = desk_json_get_time (json, "created_at");
  if (author != NULL)
    {
      self->author_id = desk_json_get_int (author, "id", 0);
      g_free (self->author_name);
      self->author_name = g_strdup (desk_json_get_string (author, "name"));
      g_free (self->author_role);
      self->author_role = g_strdup (desk_json_get_string (author, "role"));
    }
  take_body (self, json);
  if (self->delivery != DESK_DELIVERY_READ && self->delivery != DESK_DELIVERY_DELIVERED)
    self->delivery = DESK_DELIVERY_SENT;

  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_message_acknowledge (DeskMessage *self, gint64 id, gint64 seq, gint64 created_at)
{
  self->id = id;
  self->seq = seq;
  if (created_at != 0)
    self->created_at = created_at;

  desk_message_set_delivery (self, DESK_DELIVERY_SENT);
}

void
desk_message_rename_author (DeskMessage *self, const char *name)
{
  g_free (self->author_name);
  self->author_name = g_strdup (name);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_message_fail (DeskMessage *self, DeskError code, const char *detail)
{
  self->error_code = code;
  g_free (self->error_detail);
  self->error_detail = g_strdup (detail);

  desk_message_set_delivery (self, DESK_DELIVERY_FAILED);
}

void
desk_message_keep_edit (DeskMessage *self, const char *text)
{
  gboolean changed = (self->edit != NULL) != (text != NULL);
  g_autofree char *old = g_steal_pointer (&self->edit);

  self->edit = g_strdup (text);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

const char *
desk_message_get_edit (DeskMessage *self)
{
  return self->edit;
}

void
desk_message_hold (DeskMessage *self, gint64 due)
{
  self->due = due;
  desk_message_set_delivery (self, DESK_DELIVERY_HELD);
}

gint64
desk_message_get_due (DeskMessage *self)
{
  return self->due;
}

void
desk_message_set_delivery (DeskMessage *self, DeskDelivery delivery)
{
  if (self->delivery == delivery)
    return;

  self->delivery = delivery;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
desk_message_finalize (GObject *object)
{
  DeskMessage *self = DESK_MESSAGE (object);

  g_free (self->client_id);
  g_free (self->author_name);
  g_free (self->author_role);
  g_free (self->body);
  g_free (self->markup);
  g_free (self->files);
  g_free (self->edit);
  g_free (self->error_detail);

  G_OBJECT_CLASS (desk_message_parent_class)->finalize (object);
}

static void
desk_message_class_init (DeskMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_message_finalize;

  signals[CHANGED] = g_signal_new ("changed", DESK_TYPE_MESSAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
desk_message_init (DeskMessage *self)
{
  self->delivery = DESK_DELIVERY_SENT;
}

DeskMessage *
desk_message_new_from_json (JsonObject *json)
{
  DeskMessage *self = g_object_new (DESK_TYPE_MESSAGE, NULL);

  self->ticket_id = desk_json_get_int (json, "ticket_id", 0);
  self->client_id = g_strdup (desk_json_get_string (json, "client_id"));
  desk_message_confirm (self, json);

  return self;
}

DeskMessage *
desk_message_new_draft (const char *client_id, gint64 ticket_id, const char *body,
                        gboolean is_internal, gint64 created_at)
{
  DeskMessage *self = g_object_new (DESK_TYPE_MESSAGE, NULL);

  self->client_id = g_strdup (client_id);
  self->ticket_id = ticket_id;
  self->body = g_strdup (body);
  self->markup = g_markup_escape_text (body, -1);
  self->is_internal = is_internal;
  self->author_role = g_strdup ("agent");
  self->created_at = created_at;
  self->delivery = DESK_DELIVERY_QUEUED;

  return self;
}

gint64
desk_message_get_id (DeskMessage *self)
{
  return self->id;
}

gint64
desk_message_get_seq (DeskMessage *self)
{
  return self->seq;
}

gint64
desk_message_get_ticket_id (DeskMessage *self)
{
  return self->ticket_id;
}

const char *
desk_message_get_client_id (DeskMessage *self)
{
  return self->client_id;
}

gboolean
desk_message_is_system (DeskMessage *self)
{
  return self->is_system;
}

gboolean
desk_message_is_internal (DeskMessage *self)
{
  return self->is_internal;
}

gboolean
desk_message_is_from_staff (DeskMessage *self)
{
  return g_strcmp0 (self->author_role, "agent") == 0 || g_strcmp0 (self->author_role, "admin") == 0;
}

gboolean
desk_message_is_edited (DeskMessage *self)
{
  return self->is_edited;
}

gboolean
desk_message_is_taken_back (DeskMessage *self)
{
  return self->is_taken_back;
}

gint64
desk_message_get_author_id (DeskMessage *self)
{
  return self->author_id;
}

const char *
desk_message_get_author_name (DeskMessage *self)
{
  return self->author_name;
}

const char *
desk_message_get_body (DeskMessage *self)
{
  return self->body;
}

const char *
desk_message_get_summary (DeskMessage *self)
{
  return self->files != NULL && *self->body == '\0' ? self->files : self->body;
}

const char *
desk_message_get_markup (DeskMessage *self)
{
  return self->markup;
}

gint64
desk_message_get_created_at (DeskMessage *self)
{
  return self->created_at;
}

DeskDelivery
desk_message_get_delivery (DeskMessage *self)
{
  return self->delivery;
}

DeskError
desk_message_get_error_code (DeskMessage *self)
{
  return self->error_code;
}

const char *
desk_message_get_error_detail (DeskMessage *self)
{
  return self->error_detail;
}
