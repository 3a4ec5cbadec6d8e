/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Customer and ticket facts, each a row that a screen reader reads as title and value.
 */

#include "desk-customer-pane.h"

#include <glib/gi18n.h>

#include "desk-avatar.h"
#include "desk-language.h"

typedef enum
{
  FACT_NUMBER,
  FACT_STATUS,
  FACT_PRIORITY,
  FACT_CATEGORY,
  FACT_CHANNEL,
  FACT_DEPARTMENT,
  FACT_ASSIGNEE,
  FACT_LANGUAGE,
  FACT_CREATED,
  N_FACTS
} Fact;

struct _DeskCustomerPane
{
  GtkWidget parent_instance;

  AdwHeaderBar *header;
  GtkWidget *content;
  DeskAvatar *avatar;
  GtkLabel *name;
  GtkLabel *email;
  GtkWidget *vip;
  AdwPreferencesGroup *facts;

  AdwActionRow *rows[N_FACTS];
  DeskTicket *ticket;
};

G_DEFINE_FINAL_TYPE (DeskCustomerPane, desk_customer_pane, GTK_TYPE_WIDGET)

static const char *const titles[] = {
  [FACT_NUMBER] = N_ ("Number"),        [FACT_STATUS] = N_ ("Status"),
  [FACT_PRIORITY] = N_ ("Priority"),    [FACT_CATEGORY] = N_ ("Category"),
  [FACT_CHANNEL] = N_ ("Channel"),      [FACT_DEPARTMENT] = N_ ("Department"),
  [FACT_ASSIGNEE] = N_ ("Assigned to"), [FACT_LANGUAGE] = N_ ("Language"),
  [FACT_CREATED] = N_ ("Opened"),
};

static void
set_fact (DeskCustomerPane *self, Fact fact, const char *value)
{
  g_autofree char *escaped = g_markup_escape_text (value != NULL ? value : "", -1);

  adw_action_row_set_subtitle (self->rows[fact], escaped);
  gtk_widget_set_visible (GTK_WIDGET (self->rows[fact]), value != NULL && *value != '\0');
}

static char *
describe_moment (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  /* TRANSLATORS: a date with the time of day, see strftime */
  return g_date_time_format (local, _ ("%-d %B %Y, %H:%M"));
}

static void
update (DeskCustomerPane *self)
{
  DeskTicket *ticket = self->ticket;
  const char *category = desk_ticket_get_category (ticket);
  const char *assignee = desk_ticket_get_assignee_name (ticket);
  g_autofree char *opened = describe_moment (desk_ticket_get_created_at (ticket));
  g_autofree char *language = desk_language_describe (desk_ticket_get_language (ticket));
  g_autofree char *whose = NULL;

  if (assignee != NULL)
    whose = g_strdup_printf ("%s · %s", assignee,
                             desk_presence_get_label (desk_ticket_get_assignee_presence (ticket)));

  desk_avatar_set_person (self->avatar, desk_ticket_get_customer_name (ticket));
  gtk_label_set_label (self->name, desk_ticket_get_customer_name (ticket));
  gtk_label_set_label (self->email, desk_ticket_get_customer_email (ticket) != NULL
                                        ? desk_ticket_get_customer_email (ticket)
                                        : _ ("No e-mail address"));
  gtk_widget_set_visible (self->vip, desk_ticket_is_vip (ticket));
  set_fact (self, FACT_NUMBER, desk_ticket_get_number (ticket));
  set_fact (self, FACT_STATUS, desk_status_get_label (desk_ticket_get_status (ticket)));
  set_fact (self, FACT_PRIORITY, desk_priority_get_label (desk_ticket_get_priority (ticket)));
  set_fact (self, FACT_CATEGORY, category != NULL ? desk_category_get_label (category) : NULL);
  set_fact (self, FACT_CHANNEL, desk_channel_get_label (desk_ticket_get_channel (ticket)));
  set_fact (self, FACT_DEPARTMENT, desk_ticket_get_department (ticket));
  set_fact (self, FACT_ASSIGNEE, whose != NULL ? whose : _ ("Nobody yet"));
  set_fact (self, FACT_LANGUAGE, language);
  set_fact (self, FACT_CREATED, opened);
}

/* With the first ticket that is shown: a start does not wait for them. */
static void
add_facts (DeskCustomerPane *self)
{
  for (guint i = 0; i < N_FACTS; i++)
    {
      self->rows[i] = ADW_ACTION_ROW (adw_action_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), _ (titles[i]));
      gtk_widget_add_css_class (GTK_WIDGET (self->rows[i]), "fact");
      adw_preferences_group_add (self->facts, GTK_WIDGET (self->rows[i]));
    }
}

void
desk_customer_pane_show (DeskCustomerPane *self, DeskTicket *ticket)
{
  if (self->ticket != NULL)
    g_signal_handlers_disconnect_by_data (self->ticket, self);
  g_set_object (&self->ticket, ticket);
  gtk_widget_set_visible (self->content, ticket != NULL);
  if (ticket == NULL)
    return;

  if (self->rows[0] == NULL)
    add_facts (self);
  g_signal_connect_object (ticket, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

gboolean
desk_customer_pane_focus (DeskCustomerPane *self)
{
  if (self->ticket == NULL || !gtk_widget_grab_focus (GTK_WIDGET (self->email)))
    return FALSE;

  /* A label selects all of its text with the focus, and keeps it selected without. */
  gtk_label_select_region (self->email, 0, 0);

  return TRUE;
}

void
desk_customer_pane_set_last (DeskCustomerPane *self, gboolean last)
{
  adw_header_bar_set_show_end_title_buttons (self->header, last);
}

static void
desk_customer_pane_dispose (GObject *object)
{
  DeskCustomerPane *self = DESK_CUSTOMER_PANE (object);
  GtkWidget *child;

  if (self->ticket != NULL)
    g_signal_handlers_disconnect_by_data (self->ticket, self);
  g_clear_object (&self->ticket);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (desk_customer_pane_parent_class)->dispose (object);
}

static void
desk_customer_pane_class_init (DeskCustomerPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_customer_pane_dispose;
  g_type_ensure (DESK_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/customer/desk-customer-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, header);
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, content);
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, avatar);
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, name);
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, email);
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, vip);
  gtk_widget_class_bind_template_child (widget_class, DeskCustomerPane, facts);
}

static void
desk_customer_pane_init (DeskCustomerPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
