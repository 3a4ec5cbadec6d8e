/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Chats that this desk is asked to take, with the time that is left, and those that it was given
 * and nobody has looked at yet. What ends first stands on top, then the oldest.
 */

#include "desk-offer-card.h"

#include <glib/gi18n.h>

#include "desk-avatar.h"
#include "desk-countdown.h"
#include "desk-time-label.h"

struct _DeskOfferCard
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  DeskAvatar *avatar;
  GtkLabel *title;
  GtkLabel *subject;
  GtkLabel *more;
  DeskCountdown *countdown;
  GtkWidget *accept;

  GPtrArray *offers; /* DeskOffer */
  guint ticker; /* while something is offered */
};

G_DEFINE_FINAL_TYPE (DeskOfferCard, desk_offer_card, GTK_TYPE_WIDGET)

static char *
describe_wait (const DeskOffer *offer)
{
  guint seconds = (guint) (MAX (0, g_get_real_time () - offer->waiting_since) / G_USEC_PER_SEC);
  g_autofree char *clock = NULL;

  if (seconds < 60)
    return g_strdup_printf (_ ("Waiting for %u s"), seconds);
  if (seconds < 60 * 60)
    return g_strdup_printf (_ ("Waiting for %u min"), seconds / 60);
  clock = desk_time_describe_clock (offer->waiting_since);

  return g_strdup_printf (_ ("Since %s"), clock);
}

static void
update_wait (DeskOfferCard *self)
{
  guint n_others = self->offers->len - 1;
  g_autofree char *wait = describe_wait (desk_offer_card_get (self));
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
show (DeskOfferCard *self, const DeskOffer *offer)
{
  g_autofree char *title
      = g_strdup_printf (offer->is_vip ? _ ("New chat from %s (VIP)") : _ ("New chat from %s"),
                         offer->customer);

  desk_avatar_set_person (self->avatar, offer->customer);
  desk_avatar_set_channel (self->avatar, offer->channel);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->subject, offer->subject);
  gtk_widget_set_tooltip_text (self->accept, desk_offer_is_given (offer)
                                                 ? _ ("Open this chat (F8)")
                                                 : _ ("Take this chat (F8)"));
  desk_countdown_set (self->countdown, offer->ends_at, offer->lasts);
  update_wait (self);
}

static void
update (DeskOfferCard *self)
{
  const DeskOffer *offer = desk_offer_card_get (self);

  if (offer != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, offer != NULL);
  if (offer == NULL)
    {
      desk_countdown_set (self->countdown, 0, 0);
      g_clear_handle_id (&self->ticker, g_source_remove);
      return;
    }

  if (self->ticker == 0)
    self->ticker = g_timeout_add_seconds (1, tick_cb, self);
  show (self, offer);
}

/* A revealer measures what it hides; nothing to show means nothing to measure. */
static void
revealed_cb (DeskOfferCard *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          gtk_revealer_get_reveal_child (self->revealer)
                              || gtk_revealer_get_child_revealed (self->revealer));
}

/* What was given has no end to wait for. */
static int
compare_ends_cb (gconstpointer a, gconstpointer b)
{
  const DeskOffer *one = *(const DeskOffer *const *) a;
  const DeskOffer *other = *(const DeskOffer *const *) b;
  gint64 first = desk_offer_is_given (one) ? G_MAXINT64 : one->ends_at;
  gint64 second = desk_offer_is_given (other) ? G_MAXINT64 : other->ends_at;

  if (first != second)
    return first < second ? -1 : 1;
  if (one->waiting_since != other->waiting_since)
    return one->waiting_since < other->waiting_since ? -1 : 1;
  return one->ticket_id < other->ticket_id ? -1 : one->ticket_id > other->ticket_id;
}

const DeskOffer *
desk_offer_card_find (DeskOfferCard *self, gint64 ticket_id)
{
  for (guint i = 0; i < self->offers->len; i++)
    {
      const DeskOffer *offer = g_ptr_array_index (self->offers, i);

      if (offer->ticket_id == ticket_id)
        return offer;
    }

  return NULL;
}

void
desk_offer_card_add (DeskOfferCard *self, DeskOffer *offer)
{
  const DeskOffer *known = desk_offer_card_find (self, offer->ticket_id);

  if (known != NULL)
    g_ptr_array_remove (self->offers, (gpointer) known);
  g_ptr_array_add (self->offers, desk_offer_ref (offer));
  g_ptr_array_sort (self->offers, compare_ends_cb);
  update (self);
}

gboolean
desk_offer_card_remove (DeskOfferCard *self, gint64 ticket_id)
{
  const DeskOffer *known = desk_offer_card_find (self, ticket_id);

  if (known == NULL)
    return FALSE;

  g_ptr_array_remove (self->offers, (gpointer) known);
  update (self);

  return TRUE;
}

const DeskOffer *
desk_offer_card_get (DeskOfferCard *self)
{
  return self->offers->len > 0 ? g_ptr_array_index (self->offers, 0) : NULL;
}

void
desk_offer_card_clear (DeskOfferCard *self)
{
  g_ptr_array_set_size (self->offers, 0);
  update (self);
}

static void
desk_offer_card_dispose (GObject *object)
{
  DeskOfferCard *self = DESK_OFFER_CARD (object);
  GtkWidget *child;

  g_clear_handle_id (&self->ticker, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->offers, g_ptr_array_unref);

  G_OBJECT_CLASS (desk_offer_card_parent_class)->dispose (object);
}

static void
desk_offer_card_class_init (DeskOfferCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_offer_card_dispose;
  g_type_ensure (DESK_TYPE_AVATAR);
  g_type_ensure (DESK_TYPE_COUNTDOWN);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/offer/desk-offer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, revealer);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, title);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, subject);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, more);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, countdown);
  gtk_widget_class_bind_template_child (widget_class, DeskOfferCard, accept);
}

static void
desk_offer_card_init (DeskOfferCard *self)
{
  self->offers = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_offer_unref);
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
