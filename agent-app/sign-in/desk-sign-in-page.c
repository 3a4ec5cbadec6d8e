/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in. The address is asked while it is typed, so that a person learns of a wrong one before
 * they type a password; what went wrong is said in place and everything typed stays.
 */

#include "desk-sign-in-page.h"

#include <glib/gi18n.h>

#include "desk-browser.h"
#include "desk-error.h"

#define CHECK_AFTER_MS 400
#define CHECK_AGAIN_S 5

struct _DeskSignInPage
{
  GtkWidget parent_instance;

  AdwEntryRow *server;
  AdwEntryRow *email;
  AdwPasswordEntryRow *password;
  AdwEntryRow *code;
  AdwPreferencesGroup *first_step;
  AdwPreferencesGroup *second_step;
  GtkButton *reset;
  GtkButton *again;
  GtkImage *server_mark;
  GtkLabel *server_state;
  GtkLabel *reason;
  GtkLabel *error;
  GtkButton *button;
  GtkLabel *browser_state;
  GtkButton *browser_button;

  DeskSession *session;
  DeskBrowser *browser; /* waits for the browser; NULL: nobody does */
  GCancellable *check;
  guint check_source;
  gboolean busy;
};

enum
{
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskSignInPage, desk_sign_in_page, GTK_TYPE_WIDGET)

static const char *
text_of (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* The browser is waited for, or is it no more. */
static void
update_browser (DeskSignInPage *self)
{
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));
  gboolean waits = self->browser != NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->browser_button),
                            waits || (!self->busy && server != NULL));
  gtk_button_set_label (self->browser_button, waits ? _ ("Cancel") : _ ("Sign In with Browser"));
  gtk_widget_set_visible (GTK_WIDGET (self->browser_state), waits);
}

static void
update_button (DeskSignInPage *self)
{
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));
  gboolean whole
      = gtk_widget_get_visible (GTK_WIDGET (self->second_step))
            ? *text_of (self->code) != '\0'
            : server != NULL && *text_of (self->email) != '\0' && *text_of (self->password) != '\0';

  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !self->busy && whole);
  gtk_button_set_label (self->button, self->busy ? _ ("Signing In…") : _ ("Sign In"));
  update_browser (self);
}

static void
stop_browser (DeskSignInPage *self)
{
  g_clear_object (&self->browser);
  update_browser (self);
}

static void
show_server_state (DeskSignInPage *self, const char *icon, const char *sentence, gboolean good)
{
  gtk_image_set_from_icon_name (self->server_mark, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->server_mark), icon != NULL);
  gtk_label_set_label (self->server_state, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->server_state),
                          sentence != NULL
                              && gtk_widget_get_visible (GTK_WIDGET (self->first_step)));
  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->server_state), "problem");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->server_state), "problem");
}

static gboolean check_cb (gpointer user_data);

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = desk_session_check_server_finish (DESK_SESSION (source), result, &error);
  g_autofree char *sentence = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (name != NULL)
    {
      /* TRANSLATORS: %s is the name of a business */
      sentence = g_strdup_printf (_ ("This is the desk of %s."), name);
      show_server_state (self, "deskbell-tick-symbolic", *name != '\0' ? sentence : NULL, TRUE);
      return;
    }

  sentence = g_strdup_printf (_ ("%s did not answer. Check the address or your network."),
                              text_of (self->server));
  show_server_state (self, "dialog-warning-symbolic", sentence, FALSE);
  if (self->check_source == 0)
    self->check_source = g_timeout_add_seconds (CHECK_AGAIN_S, check_cb, self);
}

static gboolean
check_cb (gpointer user_data)
{
  DeskSignInPage *self = user_data;
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));

  self->check_source = 0;
  if (server != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    desk_session_check_server_async (self->session, server, self->check, checked_cb,
                                     g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
server_changed_cb (GtkEditable *row, DeskSignInPage *self)
{
  (void) row;
  g_cancellable_cancel (self->check);
  g_object_unref (self->check);
  self->check = g_cancellable_new ();
  g_clear_handle_id (&self->check_source, g_source_remove);
  self->check_source = g_timeout_add (CHECK_AFTER_MS, check_cb, self);
  show_server_state (self, NULL, NULL, TRUE);
  update_button (self);
  stop_browser (self);
}

static void
field_changed_cb (GtkEditable *row, DeskSignInPage *self)
{
  (void) row;
  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->reset), FALSE);
  update_button (self);
}

/* Shows the fields of the first step or of the second one. */
static void
show_step (DeskSignInPage *self, gboolean second)
{
  gtk_widget_set_visible (GTK_WIDGET (self->first_step), !second);
  gtk_widget_set_visible (GTK_WIDGET (self->second_step), second);
  gtk_widget_set_visible (GTK_WIDGET (self->again), second);
  gtk_widget_set_visible (GTK_WIDGET (self->browser_button), !second);
  gtk_widget_set_visible (GTK_WIDGET (self->server_state),
                          !second && *gtk_label_get_label (self->server_state) != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->reset), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  gtk_widget_grab_focus (second ? GTK_WIDGET (self->code) : GTK_WIDGET (self->password));
  update_button (self);
}

static void
again_cb (GtkButton *button, DeskSignInPage *self)
{
  (void) button;
  show_step (self, FALSE);
}

static void
reset_cb (GtkButton *button, DeskSignInPage *self)
{
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));
  g_autofree char *page = g_strconcat (server, "/account/#forgotten", NULL);

  (void) button;
  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), page, GDK_CURRENT_TIME);
}

/* The moment when signing in is possible again, to the minute and never too early. */
static char *
word_wait (DeskSignInPage *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  guint wait = desk_session_get_wait (self->session);
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, wait + 59);
  /* TRANSLATORS: the format of a time, see man strftime */
  g_autofree char *time = g_date_time_format (then, _ ("%H:%M"));

  if (wait == 0)
    return g_strdup (_ ("Too many tries. You can sign in again in a few minutes."));
  return g_strdup_printf (_ ("Too many tries. You can sign in again at %s."), time);
}

static char *
word_error (DeskSignInPage *self, const GError *error)
{
  switch ((DeskError) error->code)
    {
    case DESK_ERROR_WRONG_CREDENTIALS:
      if (gtk_widget_get_visible (GTK_WIDGET (self->second_step)))
        return g_strdup (_ ("This code is not right, or was used before. Wait for the next one."));
      return g_strdup (_ ("Wrong e-mail or password."));
    case DESK_ERROR_UNAUTHENTICATED:
      return g_strdup (_ ("This sign-in has taken too long. Begin it again."));
    case DESK_ERROR_RATE_LIMITED:
      return word_wait (self);
    case DESK_ERROR_UNREACHABLE:
    case DESK_ERROR_BAD_ANSWER:
      return g_strdup_printf (_ ("%s did not answer. Check the address or your network."),
                              text_of (self->server));
    default:
      return g_strdup (error->message);
    }
}

/* What went wrong stands below the fields, in which everything stays. */
static void
show_error (DeskSignInPage *self, const GError *error)
{
  g_autofree char *sentence = word_error (self, error);
  gboolean second = gtk_widget_get_visible (GTK_WIDGET (self->second_step));

  if (g_error_matches (error, DESK_ERROR, DESK_ERROR_UNAUTHENTICATED))
    {
      second = FALSE;
      show_step (self, FALSE);
    }
  gtk_label_set_label (self->error, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->error), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->reset),
                          !second
                              && g_error_matches (error, DESK_ERROR, DESK_ERROR_WRONG_CREDENTIALS));
  gtk_widget_grab_focus (second ? GTK_WIDGET (self->code) : GTK_WIDGET (self->password));
  update_button (self);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (desk_session_sign_in_finish (DESK_SESSION (source), result, &error))
    {
      g_autoptr (DeskSession) session = g_steal_pointer (&self->session);

      self->session = desk_session_new ();
      gtk_editable_set_text (GTK_EDITABLE (self->password), "");
      g_signal_emit (self, signals[SIGNED_IN], 0, session);
      return;
    }

  if (g_error_matches (error, DESK_ERROR, DESK_ERROR_SECOND_STEP))
    {
      show_step (self, TRUE);
      return;
    }

  show_error (self, error);
}

static void
sign_in_cb (GtkWidget *widget, DeskSignInPage *self)
{
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));

  (void) widget;
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->button)))
    return;

  g_clear_object (&self->browser);
  self->busy = TRUE;
  update_button (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->second_step)))
    desk_session_answer_async (self->session, text_of (self->code), signed_in_cb,
                               g_object_ref (self));
  else
    desk_session_sign_in_async (self->session, server, text_of (self->email),
                                text_of (self->password), signed_in_cb, g_object_ref (self));
}

static void
answered_cb (DeskBrowser *browser, const char *code, DeskSignInPage *self)
{
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));

  self->busy = TRUE;
  desk_session_exchange_async (self->session, server, code, desk_browser_get_verifier (browser),
                               signed_in_cb, g_object_ref (self));
  g_clear_object (&self->browser);
  update_button (self);
  gtk_window_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
}

static void
refuse_browser (DeskSignInPage *self, const char *sentence)
{
  stop_browser (self);
  gtk_label_set_label (self->error, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->error), TRUE);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) || self->browser == NULL)
    return;

  g_warning ("%s", error->message);
  refuse_browser (self, _ ("No browser could be opened."));
}

static void
browser_cb (GtkWidget *widget, DeskSignInPage *self)
{
  g_autofree char *server = desk_session_normalize_server (text_of (self->server));
  g_autoptr (GError) error = NULL;

  (void) widget;
  if (self->browser != NULL)
    {
      stop_browser (self);
      return;
    }

  self->browser = desk_browser_new (server, &error);
  if (self->browser == NULL)
    {
      g_warning ("%s", error->message);
      refuse_browser (self, _ ("This computer did not let the app wait for the browser."));
      return;
    }

  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
  g_signal_connect_object (self->browser, "answered", G_CALLBACK (answered_cb), self, 0);
  update_browser (self);
  gtk_show_uri_full (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                     desk_browser_get_address (self->browser), GDK_CURRENT_TIME, NULL, opened_cb,
                     g_object_ref (self));
}

void
desk_sign_in_page_prepare (DeskSignInPage *self, const char *server, const char *email,
                           const char *reason)
{
  if (server != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->server), server);
  if (email != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->email), email);
  gtk_label_set_label (self->reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), reason != NULL);

  if (*text_of (self->server) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->server));
  else if (*text_of (self->email) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->email));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

void
desk_sign_in_page_sign_in (DeskSignInPage *self, const char *password)
{
  gtk_editable_set_text (GTK_EDITABLE (self->password), password);
  sign_in_cb (GTK_WIDGET (self), self);
}

static void
desk_sign_in_page_dispose (GObject *object)
{
  DeskSignInPage *self = DESK_SIGN_IN_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->check_source, g_source_remove);
  if (self->check != NULL)
    g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
  g_clear_object (&self->browser);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (desk_sign_in_page_parent_class)->dispose (object);
}

static void
desk_sign_in_page_class_init (DeskSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_sign_in_page_dispose;
  signals[SIGNED_IN] = g_signal_new ("signed-in", DESK_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, DESK_TYPE_SESSION);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/sign-in/desk-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, server);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, email);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, password);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, code);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, first_step);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, second_step);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, reset);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, again);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, server_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, server_state);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, reason);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, error);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, button);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, browser_state);
  gtk_widget_class_bind_template_child (widget_class, DeskSignInPage, browser_button);
  gtk_widget_class_bind_template_callback (widget_class, server_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, field_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, browser_cb);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
desk_sign_in_page_init (DeskSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->session = desk_session_new ();
  self->check = g_cancellable_new ();
}
