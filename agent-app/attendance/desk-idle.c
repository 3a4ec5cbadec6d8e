/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Every desktop tells logind of these, so that one service is enough. Where there is none (a
 * sandbox, another system) nobody is ever idle: the socket alone says who is there.
 */

#include "desk-idle.h"

#include "desk-client-commands.h"

#define SERVICE "org.freedesktop.login1"
#define MANAGER SERVICE ".Manager"
#define SESSION SERVICE ".Session"

struct _DeskIdle
{
  DeskClient *client;
  GCancellable *cancellable;
  GDBusProxy *manager;
  GDBusProxy *session;
  gboolean sleeps;
};

static gboolean
hints (DeskIdle *self, const char *property)
{
  g_autoptr (GVariant) value
      = self->session != NULL ? g_dbus_proxy_get_cached_property (self->session, property) : NULL;

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
         && g_variant_get_boolean (value);
}

static void
report (DeskIdle *self)
{
  const char *why = NULL;

  if (self->sleeps)
    why = "suspend";
  else if (hints (self, "LockedHint"))
    why = "lock";
  else if (hints (self, "IdleHint"))
    why = "idle";
  desk_client_report_idle (self->client, why);
}

static void
signal_cb (GDBusProxy *proxy, const char *sender, const char *name, GVariant *arguments,
           DeskIdle *self)
{
  (void) proxy;
  (void) sender;
  if (g_strcmp0 (name, "PrepareForSleep") != 0
      || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (arguments, "(b)", &self->sleeps);
  report (self);
}

static void
properties_cb (DeskIdle *self)
{
  report (self);
}

static void
session_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DeskIdle *self = user_data;
  g_autoptr (GError) error = NULL;
  GDBusProxy *session = g_dbus_proxy_new_for_bus_finish (result, &error);

  (void) source;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (session == NULL)
    {
      g_info ("Nobody says whether this computer is idle: %s", error->message);
      return;
    }

  self->session = session;
  g_signal_connect_swapped (session, "g-properties-changed", G_CALLBACK (properties_cb), self);
  report (self);
}

static void
manager_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DeskIdle *self = user_data;
  g_autoptr (GError) error = NULL;
  GDBusProxy *manager = g_dbus_proxy_new_for_bus_finish (result, &error);

  (void) source;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (manager == NULL)
    {
      g_info ("Nobody says when this computer sleeps: %s", error->message);
      return;
    }

  self->manager = manager;
  g_signal_connect (manager, "g-signal", G_CALLBACK (signal_cb), self);
}

DeskIdle *
desk_idle_new (DeskClient *client)
{
  const GDBusProxyFlags flags = G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START;
  DeskIdle *self = g_new0 (DeskIdle, 1);

  self->client = g_object_ref (client);
  self->cancellable = g_cancellable_new ();
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SYSTEM, flags, NULL, SERVICE, "/org/freedesktop/login1",
                            MANAGER, self->cancellable, manager_cb, self);
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SYSTEM, flags, NULL, SERVICE,
                            "/org/freedesktop/login1/session/auto", SESSION, self->cancellable,
                            session_cb, self);

  return self;
}

static void
forget (GDBusProxy **proxy, DeskIdle *self)
{
  if (*proxy != NULL)
    g_signal_handlers_disconnect_by_data (*proxy, self);
  g_clear_object (proxy);
}

void
desk_idle_free (DeskIdle *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  forget (&self->manager, self);
  forget (&self->session, self);
  g_object_unref (self->client);
  g_free (self);
}
