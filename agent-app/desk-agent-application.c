/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The process. A start shows the last state of the last account at once and only then looks for
 * the keyring and the network; whoever has to sign in again finds their texts still there.
 */

#include "desk-agent-application.h"

#include <glib/gi18n.h>

#include "desk-agent-actions.h"
#include "desk-agent-window.h"
#include "desk-client-commands.h"
#include "desk-error.h"
#include "desk-idle.h"
#include "desk-leave.h"
#include "desk-notifier.h"
#include "desk-reply-window.h"
#include "desk-settings-window.h"
#include "desk-sign-out.h"

/* A window that is not drawn, on another workspace for example, goes on after this time. */
#define LATEST_MS 1000

struct _DeskAgentApplication
{
  AdwApplication parent_instance;

  DeskAgentWindow *window;
  DeskSession *session;
  DeskClient *client;
  DeskNotifier *notifier;
  DeskIdle *idle;
  GSettings *settings;
  guint drawn_source;
  gboolean restore_due;

  /* Filled by the command line. */
  char *server;
  char *email;
  char *password_file;
};

G_DEFINE_FINAL_TYPE (DeskAgentApplication, desk_agent_application, ADW_TYPE_APPLICATION)

static void
show_sign_in (DeskAgentApplication *self, const char *reason)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *email = g_settings_get_string (self->settings, "email");

  desk_sign_in_page_prepare (desk_agent_window_show_sign_in (self->window), server, email, reason);
}

static gboolean
is_open (DeskTicket *ticket, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  return self->window != NULL && gtk_window_is_active (GTK_WINDOW (self->window))
         && desk_agent_window_get_ticket (self->window) == ticket;
}

static char *
build_cache_path (const char *server, const char *email)
{
  g_autofree char *account = g_strdup_printf ("%s\n%s", server, email);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, account, -1);
  g_autofree char *name = g_strconcat (sum, ".db", NULL);

  return g_build_filename (g_get_user_data_dir (), "deskbell", name, NULL);
}

static void
session_ended_cb (DeskSession *session, DeskAgentApplication *self)
{
  (void) session;
  show_sign_in (self, _ ("Your session has ended. Everything you wrote is kept."));
}

static void
close_desk (DeskAgentApplication *self)
{
  self->restore_due = FALSE;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->client != NULL)
    desk_client_disconnect (self->client);
  g_clear_pointer (&self->idle, desk_idle_free);
  g_clear_object (&self->notifier);
  g_clear_object (&self->client);
  g_clear_object (&self->session);
}

static DeskCache *
open_cache (const char *server, const char *email)
{
  g_autofree char *path = build_cache_path (server, email);
  g_autoptr (GError) error = NULL;
  DeskCache *cache = desk_cache_open (path, &error);

  if (cache == NULL)
    {
      g_warning ("No cache, nothing is kept over a restart: %s", error->message);
      cache = desk_cache_open (":memory:", NULL);
    }

  return cache;
}

static void
open_desk (DeskAgentApplication *self, DeskSession *session, DeskCache *cache)
{
  close_desk (self);
  self->session = g_object_ref (session);
  self->client = desk_client_new (session, cache);
  self->notifier = desk_notifier_new (G_APPLICATION (self), self->client, is_open, self);
  self->idle = desk_idle_new (self->client);
  g_signal_connect (session, "ended", G_CALLBACK (session_ended_cb), self);
  desk_agent_window_show_desk (self->window, self->client);
}

typedef struct
{
  DeskAgentApplication *application;
  DeskCache *cache;
  gint64 ticket_id;
} Entry;

static void
returned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Entry *entry = user_data;
  g_autoptr (DeskAgentApplication) self = entry->application;
  g_autoptr (DeskCache) cache = entry->cache;
  gboolean whole = desk_return_finish (DESK_SESSION (source), result, NULL);

  if (self->window == NULL)
    return;

  open_desk (self, DESK_SESSION (source), cache);
  desk_client_connect (self->client);
  if (entry->ticket_id != 0)
    desk_agent_window_open_ticket (self->window, entry->ticket_id);
  if (!whole)
    desk_agent_window_say (self->window,
                           _ ("What you had not sent is still locked: the keyring did "
                              "not open. It is kept."));
}

static void
signed_in_cb (DeskAgentWindow *window, DeskSession *session, DeskAgentApplication *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *email = g_settings_get_string (self->settings, "email");
  gboolean same = g_strcmp0 (server, desk_session_get_server (session)) == 0
                  && g_strcmp0 (email, desk_session_get_email (session)) == 0;
  DeskTicket *open = desk_agent_window_get_ticket (window);
  Entry *entry;

  g_settings_set_string (self->settings, "server", desk_session_get_server (session));
  g_settings_set_string (self->settings, "email", desk_session_get_email (session));

  entry = g_new0 (Entry, 1);
  entry->application = g_object_ref (self);
  entry->cache = open_cache (desk_session_get_server (session), desk_session_get_email (session));
  /* Whoever was asked to sign in again goes on where they were. */
  entry->ticket_id = same && open != NULL ? desk_ticket_get_id (open) : 0;
  desk_return_async (session, entry->cache, returned_cb, entry);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskAgentApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = desk_session_sign_in_finish (DESK_SESSION (source), result, &error);

  if (self->client == NULL || DESK_SESSION (source) != self->session)
    return;

  if (good || desk_error_is_passing (error))
    desk_client_connect (self->client);
  else
    show_sign_in (self, NULL);
}

/* Shows the last state; keyring and network are asked when it is on the screen. */
static void
open_last_desk (DeskAgentApplication *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *email = g_settings_get_string (self->settings, "email");
  g_autoptr (DeskSession) session = NULL;
  g_autoptr (DeskCache) cache = NULL;

  if (*server == '\0' || *email == '\0')
    {
      show_sign_in (self, NULL);
      return;
    }

  session = desk_session_new ();
  cache = open_cache (server, email);
  open_desk (self, session, cache);
  self->restore_due = TRUE;
}

/* The account of the command line, for demonstrations and tests: no password stands in a list of
 * processes, it is read from a file. */
static void
sign_in_by_options (DeskAgentApplication *self)
{
  DeskSignInPage *page = desk_agent_window_show_sign_in (self->window);
  g_autofree char *password = NULL;
  g_autoptr (GError) error = NULL;

  desk_sign_in_page_prepare (page, self->server, self->email, NULL);
  if (self->password_file == NULL)
    return;

  if (!g_file_get_contents (self->password_file, &password, NULL, &error))
    g_warning ("The password cannot be read: %s", error->message);
  else
    desk_sign_in_page_sign_in (page, g_strchomp (password));
}

static gboolean
is_other_account (DeskAgentApplication *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *email = g_settings_get_string (self->settings, "email");
  g_autofree char *wanted
      = self->server != NULL ? desk_session_normalize_server (self->server) : NULL;

  return (wanted != NULL && g_strcmp0 (wanted, server) != 0)
         || (self->email != NULL && g_strcmp0 (self->email, email) != 0);
}

/* What the first frame does not show: the connection, and the icon, for which X11 reads a whole
 * icon theme. */
static void
go_on (DeskAgentApplication *self)
{
  gtk_window_set_default_icon_name ("io.github.deskbell.Agent");
  if (self->restore_due)
    {
      g_autofree char *server = g_settings_get_string (self->settings, "server");
      g_autofree char *email = g_settings_get_string (self->settings, "email");

      self->restore_due = FALSE;
      desk_session_restore_async (self->session, server, email, restored_cb, g_object_ref (self));
    }
}

static gboolean
not_drawn_cb (gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  self->drawn_source = 0;
  go_on (self);

  return G_SOURCE_REMOVE;
}

static void
drawn_cb (GdkFrameClock *clock, DeskAgentApplication *self)
{
  g_signal_handlers_disconnect_by_func (clock, drawn_cb, self);
  if (self->drawn_source == 0)
    return;

  g_clear_handle_id (&self->drawn_source, g_source_remove);
  go_on (self);
}

static void
open_window (DeskAgentApplication *self)
{
  self->window = desk_agent_window_new (GTK_APPLICATION (self));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  g_signal_connect (self->window, "signed-in", G_CALLBACK (signed_in_cb), self);
  if (is_other_account (self))
    sign_in_by_options (self);
  else
    open_last_desk (self);

  gtk_widget_realize (GTK_WIDGET (self->window));
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                           G_CALLBACK (drawn_cb), self, 0);
  self->drawn_source = g_timeout_add (LATEST_MS, not_drawn_cb, self);
}

static void
desk_agent_application_activate (GApplication *application)
{
  DeskAgentApplication *self = DESK_AGENT_APPLICATION (application);

  if (self->window == NULL)
    open_window (self);

  gtk_window_present (GTK_WINDOW (self->window));
}

static DeskTicket *
find_ticket (DeskAgentApplication *self, GVariant *id)
{
  if (self->client == NULL)
    return NULL;

  return desk_store_find_ticket (desk_client_get_store (self->client), g_variant_get_int64 (id));
}

static void
open_ticket_cb (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  g_application_activate (G_APPLICATION (self));
  desk_agent_window_open_ticket (self->window, g_variant_get_int64 (id));
}

/* A draft has one owner: what the desk has open is answered there. */
static void
reply_ticket_cb (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  DeskAgentApplication *self = user_data;
  DeskTicket *ticket = find_ticket (self, id);

  if (ticket == NULL || ticket == desk_agent_window_get_ticket (self->window))
    open_ticket_cb (action, id, user_data);
  else
    gtk_window_present (
        GTK_WINDOW (desk_reply_window_new (GTK_APPLICATION (self), self->client, ticket)));
}

static void
claim_ticket_cb (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  if (self->client == NULL)
    return;

  desk_client_assign (self->client, g_variant_get_int64 (id),
                      desk_store_get_me (desk_client_get_store (self->client)));
  open_ticket_cb (action, id, user_data);
}

static void
join_standby_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  (void) none;
  if (self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "standby.join", NULL);
}

static void
decline_ticket_cb (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  if (self->client != NULL && self->window != NULL)
    desk_agent_window_decline (self->window, g_variant_get_int64 (id));
}

static void
accept_ticket_cb (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  g_application_activate (G_APPLICATION (self));
  if (self->client != NULL)
    desk_agent_window_accept (self->window, g_variant_get_int64 (id));
}

static void
test_cb (DeskAgentApplication *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Ada Roy"));

  g_notification_set_body (notification, _ ("This is how a message from a customer looks."));
  g_application_send_notification (G_APPLICATION (self), "test", notification);
}

static void
settings_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskAgentApplication *self = user_data;
  GtkWidget *window = desk_settings_window_new (GTK_WINDOW (self->window));

  (void) action;
  (void) none;
  g_signal_connect_object (window, "test", G_CALLBACK (test_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  (void) action;
  (void) none;
  desk_agent_actions_show (GTK_WINDOW (DESK_AGENT_APPLICATION (user_data)->window));
}

static void
about_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  (void) none;
  adw_show_about_window (GTK_WINDOW (self->window), "application-name", "Deskbell",
                         "application-icon", "io.github.deskbell.Agent", "version", VERSION,
                         "developer-name", _ ("The Deskbell developers"), "license-type",
                         GTK_LICENSE_AGPL_3_0, "comments",
                         _ ("Answer your customers from your own server."), NULL);
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskAgentApplication) self = user_data;

  if (!desk_sign_out_finish (DESK_CLIENT (source), result) || self->window == NULL)
    return;

  g_settings_reset (self->settings, "email");
  close_desk (self);
  show_sign_in (self, NULL);
}

/* Closing what is open writes what was begun there. */
static void
close_tickets (DeskAgentApplication *self)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  desk_agent_window_close_ticket (self->window);
  for (GList *window = windows; window != NULL; window = window->next)
    if (window->data != self->window)
      gtk_window_close (window->data);
}

static void
sign_out_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  (void) none;
  if (self->client == NULL || self->window == NULL)
    return;

  close_tickets (self);
  desk_sign_out_async (GTK_WINDOW (self->window), self->client, signed_out_cb, g_object_ref (self));
}

static void
quit_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskAgentApplication *self = user_data;

  (void) action;
  (void) none;
  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  else
    g_application_quit (G_APPLICATION (self));
}

static void
desk_agent_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "open-ticket", .activate = open_ticket_cb, .parameter_type = "x" },
    { .name = "reply-ticket", .activate = reply_ticket_cb, .parameter_type = "x" },
    { .name = "claim-ticket", .activate = claim_ticket_cb, .parameter_type = "x" },
    { .name = "accept-ticket", .activate = accept_ticket_cb, .parameter_type = "x" },
    { .name = "decline-ticket", .activate = decline_ticket_cb, .parameter_type = "x" },
    { .name = "join-standby", .activate = join_standby_cb },
    { .name = "settings", .activate = settings_cb },
    { .name = "shortcuts", .activate = shortcuts_cb },
    { .name = "about", .activate = about_cb },
    { .name = "sign-out", .activate = sign_out_cb },
    { .name = "quit", .activate = quit_cb },
  };
  DeskAgentApplication *self = DESK_AGENT_APPLICATION (application);
  g_autoptr (GAction) quiet = NULL;

  G_APPLICATION_CLASS (desk_agent_application_parent_class)->startup (application);
  self->settings = g_settings_new ("io.github.deskbell.Agent");
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  quiet = g_settings_create_action (self->settings, "do-not-disturb");
  g_action_map_add_action (G_ACTION_MAP (self), quiet);
  desk_agent_actions_install (GTK_APPLICATION (self));
}

static void
desk_agent_application_shutdown (GApplication *application)
{
  DeskAgentApplication *self = DESK_AGENT_APPLICATION (application);

  g_clear_handle_id (&self->drawn_source, g_source_remove);
  close_desk (self);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (desk_agent_application_parent_class)->shutdown (application);
}

static int
desk_agent_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  DeskAgentApplication *self = DESK_AGENT_APPLICATION (application);

  g_variant_dict_lookup (options, "server", "s", &self->server);
  g_variant_dict_lookup (options, "email", "s", &self->email);
  g_variant_dict_lookup (options, "password-file", "^ay", &self->password_file);
  if (g_variant_dict_contains (options, "new-instance"))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
desk_agent_application_finalize (GObject *object)
{
  DeskAgentApplication *self = DESK_AGENT_APPLICATION (object);

  g_free (self->server);
  g_free (self->email);
  g_free (self->password_file);

  G_OBJECT_CLASS (desk_agent_application_parent_class)->finalize (object);
}

static void
desk_agent_application_class_init (DeskAgentApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = desk_agent_application_finalize;
  application_class->activate = desk_agent_application_activate;
  application_class->startup = desk_agent_application_startup;
  application_class->shutdown = desk_agent_application_shutdown;
  application_class->handle_local_options = desk_agent_application_handle_local_options;
}

static void
desk_agent_application_init (DeskAgentApplication *self)
{
  static const GOptionEntry options[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Address of the server"), N_ ("URL") },
    { "email", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Account to sign in with"), N_ ("EMAIL") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      N_ ("Sign in with the password in this file"), N_ ("FILE") },
    { "new-instance", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Start beside an app that runs already"),
      NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

DeskAgentApplication *
desk_agent_application_new (void)
{
  return g_object_new (DESK_TYPE_AGENT_APPLICATION, "application-id", "io.github.deskbell.Agent",
                       NULL);
}
