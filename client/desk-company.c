/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Guests come by a frame and go by another one, by their message, or by falling silent. Whoever
 * comes to a ticket that is open here cannot know of us yet: they are told at once, everybody else
 * every now and then.
 */

#include "desk-company.h"

#include <glib/gi18n-lib.h>

#include "desk-json.h"

#define TYPING_LASTS_S 6
#define TYPING_EVERY_US (3 * G_USEC_PER_SEC)
#define VIEWING_LASTS_S 30
#define VIEWING_EVERY_S 20

typedef struct
{
  DeskCompany *company;
  gint64 ticket_id;
  gint64 user_id;
  char *name;
  gboolean is_staff;
  gboolean is_typing; /* otherwise viewing */
  guint source; /* of the end */
} Guest;

struct _DeskCompany
{
  DeskStore *store;
  DeskLive *live;
  GPtrArray *guests;
  gint64 typing_ticket;
  gint64 typing_said_at; /* monotonic */
  gint64 viewing_ticket;
  guint viewing_source;
};

static void
guest_free (gpointer data)
{
  Guest *guest = data;

  g_source_remove (guest->source);
  g_free (guest->name);
  g_free (guest);
}

static Guest *
find_guest (DeskCompany *self, gint64 ticket_id, gint64 user_id, gboolean is_typing)
{
  for (guint i = 0; i < self->guests->len; i++)
    {
      Guest *guest = g_ptr_array_index (self->guests, i);

      if (guest->ticket_id == ticket_id && guest->user_id == user_id
          && guest->is_typing == is_typing)
        return guest;
    }

  return NULL;
}

/* A colleague who replies is the more important news. */
static void
update_ticket (DeskCompany *self, gint64 ticket_id)
{
  DeskTicket *ticket = desk_store_find_ticket (self->store, ticket_id);
  g_autoptr (GPtrArray) viewers = g_ptr_array_new ();
  const Guest *typing = NULL;

  if (ticket == NULL)
    return;

  for (guint i = 0; i < self->guests->len; i++)
    {
      const Guest *guest = g_ptr_array_index (self->guests, i);

      if (guest->ticket_id != ticket_id)
        continue;
      if (!guest->is_typing)
        g_ptr_array_add (viewers, guest->name);
      else if (typing == NULL || guest->is_staff)
        typing = guest;
    }

  g_ptr_array_add (viewers, NULL);
  desk_ticket_set_typing (ticket, typing != NULL ? typing->name : NULL,
                          typing != NULL && typing->is_staff);
  desk_ticket_set_viewers (ticket, (const char *const *) viewers->pdata);
}

static void
remove_guest (DeskCompany *self, Guest *guest)
{
  gint64 ticket_id = guest->ticket_id;

  g_ptr_array_remove (self->guests, guest);
  update_ticket (self, ticket_id);
}

static gboolean
silent_cb (gpointer user_data)
{
  Guest *guest = user_data;

  remove_guest (guest->company, guest);

  return G_SOURCE_REMOVE;
}

static void
say (DeskCompany *self, const char *type, gint64 ticket_id, gboolean on)
{
  g_autoptr (JsonObject) frame = json_object_new ();

  json_object_set_string_member (frame, "type", type);
  json_object_set_int_member (frame, "ticket", ticket_id);
  json_object_set_boolean_member (frame, "on", on);
  desk_live_send (self->live, frame);
}

static void
add_guest (DeskCompany *self, gint64 ticket_id, JsonObject *user, gboolean is_typing)
{
  gint64 user_id = desk_json_get_int (user, "id", 0);
  const char *name = desk_json_get_string (user, "name");
  Guest *guest = find_guest (self, ticket_id, user_id, is_typing);
  guint lasts_s = is_typing ? TYPING_LASTS_S : VIEWING_LASTS_S;

  if (guest != NULL)
    {
      g_source_remove (guest->source);
      guest->source = g_timeout_add_seconds (lasts_s, silent_cb, guest);
      return;
    }

  guest = g_new0 (Guest, 1);
  guest->company = self;
  guest->ticket_id = ticket_id;
  guest->user_id = user_id;
  guest->name = g_strdup (name != NULL ? name : _ ("Visitor"));
  guest->is_staff = g_strcmp0 (desk_json_get_string (user, "role"), "customer") != 0;
  guest->is_typing = is_typing;
  guest->source = g_timeout_add_seconds (lasts_s, silent_cb, guest);
  g_ptr_array_add (self->guests, guest);
  update_ticket (self, ticket_id);
  if (!is_typing && ticket_id == self->viewing_ticket)
    say (self, "viewing", ticket_id, TRUE);
}

static void
frame_cb (DeskLive *live, JsonObject *frame, gpointer user_data)
{
  DeskCompany *self = user_data;
  const char *type = desk_json_get_string (frame, "type");
  JsonObject *user = desk_json_get_object (frame, "user");
  gint64 ticket_id = desk_json_get_int (frame, "ticket", 0);
  gboolean is_typing = g_strcmp0 (type, "typing") == 0;
  Guest *guest;

  (void) live;
  if ((!is_typing && g_strcmp0 (type, "viewing") != 0) || user == NULL
      || desk_store_find_ticket (self->store, ticket_id) == NULL
      || desk_json_get_int (user, "id", 0) == desk_store_get_me (self->store))
    return;

  if (desk_json_get_bool (frame, "on"))
    {
      add_guest (self, ticket_id, user, is_typing);
      return;
    }

  guest = find_guest (self, ticket_id, desk_json_get_int (user, "id", 0), is_typing);
  if (guest != NULL)
    remove_guest (self, guest);
}

/* Whoever sent a message has written it. */
static void
message_arrived_cb (DeskStore *store, DeskTicket *ticket, DeskMessage *message, gpointer user_data)
{
  DeskCompany *self = user_data;
  Guest *guest
      = find_guest (self, desk_ticket_get_id (ticket), desk_message_get_author_id (message), TRUE);

  (void) store;
  if (guest != NULL)
    remove_guest (self, guest);
}

static void
welcome_cb (DeskLive *live, gboolean resumed, gpointer user_data)
{
  DeskCompany *self = user_data;

  (void) live;
  (void) resumed;
  if (self->viewing_ticket != 0)
    say (self, "viewing", self->viewing_ticket, TRUE);
}

void
desk_company_say_typing (DeskCompany *self, gint64 ticket_id, gboolean on)
{
  gint64 now = g_get_monotonic_time ();
  gboolean said = self->typing_ticket == ticket_id && self->typing_said_at != 0;

  if (on ? said && now - self->typing_said_at < TYPING_EVERY_US : !said)
    return;

  self->typing_ticket = ticket_id;
  self->typing_said_at = on ? now : 0;
  say (self, "typing", ticket_id, on);
}

gboolean
desk_company_is_typing (DeskCompany *self)
{
  return self->typing_said_at != 0
         && g_get_monotonic_time () - self->typing_said_at < TYPING_LASTS_S * G_USEC_PER_SEC;
}

static gboolean
view_on_cb (gpointer user_data)
{
  DeskCompany *self = user_data;

  say (self, "viewing", self->viewing_ticket, TRUE);

  return G_SOURCE_CONTINUE;
}

void
desk_company_say_viewing (DeskCompany *self, gint64 ticket_id)
{
  if (ticket_id == self->viewing_ticket)
    return;

  g_clear_handle_id (&self->viewing_source, g_source_remove);
  if (ticket_id != 0)
    {
      say (self, "viewing", ticket_id, TRUE);
      self->viewing_source = g_timeout_add_seconds (VIEWING_EVERY_S, view_on_cb, self);
    }
  else
    say (self, "viewing", self->viewing_ticket, FALSE);
  self->viewing_ticket = ticket_id;
}

DeskCompany *
desk_company_new (DeskStore *store, DeskLive *live)
{
  DeskCompany *self = g_new0 (DeskCompany, 1);

  self->store = g_object_ref (store);
  self->live = g_object_ref (live);
  self->guests = g_ptr_array_new_with_free_func (guest_free);
  g_signal_connect (live, "frame", G_CALLBACK (frame_cb), self);
  g_signal_connect (live, "welcome", G_CALLBACK (welcome_cb), self);
  g_signal_connect (store, "message-arrived", G_CALLBACK (message_arrived_cb), self);

  return self;
}

void
desk_company_free (DeskCompany *self)
{
  g_signal_handlers_disconnect_by_data (self->live, self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_handle_id (&self->viewing_source, g_source_remove);
  g_ptr_array_unref (self->guests);
  g_object_unref (self->live);
  g_object_unref (self->store);
  g_free (self);
}
