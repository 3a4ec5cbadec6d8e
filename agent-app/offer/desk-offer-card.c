/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Chats that the dispatcher gave to this desk and nobody has looked at yet, the oldest on top. The
 * card goes away by itself when the ticket is no longer new here or no longer ours.
 */

#include "desk-offer-card.h"

#include <glib/gi18n.h>

#include "desk-avatar.h"
#include "desk-time-label.h"

struct _DeskOfferCard
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  DeskAvatar *avatar;
  GtkLabel *title;
  GtkLabel *subject;
  GtkLabel *more;

  GPtrArray *tickets;
  guint ticker; /* while something is offered */
};

G_DEFINE_FINAL_TYPE (DeskOfferCard, desk_offer_card, GTK_TYPE_WIDGET)

static char *
describe_wait (DeskTicket *ticket)
{
  gint64 since = desk_ticket_get_created_at (ticket);
  guint seconds = (guint) (MAX (0, g_get_real_time () - since) / G_USEC_PER_SEC);
  g_autofree char *clock = NULL;

  if (seconds < 60)
    return g_strdup_printf (_ ("Waiting for %u s"), seconds);
  if (seconds < 60 * 60)
    return g_strdup_printf (_ ("Waiting for %u min"), seconds / 60);
  clock = desk_time_describe_clock (since);

  return g_strdup_printf (_ ("Since %s"), clock);
}

static void
update_wait (DeskOfferCard *self)
{
  guint n_others = self->tickets->len - 1;
  g_autofree char *wait = describe_wait (desk_offer_card_get_ticket (self));
  g_autofree char *others
      = g_strdup_printf (ngettext ("%u more chat waits", "%u more chats wait", n_others), n_others);
  g_autofree char *both = g_strdup_printf ("%s · %s", wait, others);

  gtk_label_set_label (self->more, n_others > 0 ? both : wait);
}

static gboolean
tick_cb (gpointer user_data)
{
  update_wait (user_data);

  return G_SOURCE_CONTINUE;
}

static void
update (DeskOfferCard *self)
{
  DeskTicket *ticket = desk_offer_card_get_ticket (self);
  g_autofree char *title = NULL;

  if (ticket != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, ticket != NULL);
  if (ticket == NULL)
    {
      g_clear_handle_id (&self->ticker, g_source_remove);
      return;
    }

  if (self->ticker == 0)
    self->ticker = g_timeout_add_seconds (1, tick_cb, self);
  title = g_strdup_printf (desk_ticket_is_vip (ticket) ? _ ("New chat from %s (VIP)")
                                                       : _ ("New chat from %s"),
                           desk_ticket_get_customer_name (ticket));
  desk_avatar_set_person (self->avatar, desk_ticket_get_customer_name (ticket));
  desk_avatar_set_channel (self->avatar, desk_ticket_get_channel (ticket));
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->subject, desk_ticket_get_subject (ticket));
  update_wait (self);
}

/* A revealer measures what it hides; nothing to show means nothing to measure. */
static void
revealed_cb (DeskOfferCard *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          gtk_revealer_get_reveal_child (self->revealer)
                              || gtk_revealer_get_child_revealed (self->revealer));
}

void
desk_offer_card_add (DeskOfferCard *self, DeskTicket *ticket)
{
  if (!g_ptr_array_find (self->tickets, ticket, NULL))
    g_ptr_array_add (self->tickets, g_object_ref (ticket));
  update (self);
}

void
desk_offer_card_remove (DeskOfferCard *self, DeskTicket *ticket)
{
  if (g_ptr_array_remove (self->tickets, ticket))
    update (self);
}

DeskTicket *
desk_offer_card_get_ticket (DeskOfferCard *self)
{
  return self->tickets->len > 0 ? g_ptr_array_index (self->tickets, 0) : NULL;
}

static void
desk_offer_card_dispose (GObject *object)
{
  DeskOfferCard *self = DESK_OFFER_CARD (object);
  GtkWidget *child;

  g_clear_handle_id (&self->ticker, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->tickets, g_ptr_array_unref);

  G_OBJECT_CLASS (desk_offer_card_parent_class)->dispose (object);
}

static void
desk_offer_card_class_init (DeskOfferCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_offer_card_dispose;
  g_type_ensure (DESK_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/offer/desk-offer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, revealer);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, title);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, subject);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, more);
}

static void
desk_offer_card_init (DeskOfferCard *self)
{
  self->tickets = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->revealer, "notify::child-revealed", G_CALLBACK (revealed_cb), self,
                           G_CONNECT_SWAPPED);
  revealed_cb (self);
}

GtkWidget *
desk_offer_card_new (void)
{
  return g_object_new (DESK_TYPE_OFFER_CARD, NULL);
}
