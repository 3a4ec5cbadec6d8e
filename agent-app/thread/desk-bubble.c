/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A bubble and its honest state: a clock while it is only here, a tick when the server has it, two
 * when the customer's device has, two strong ones when the customer read it, and words with two
 * ways out when it was refused.
 */

#include "desk-bubble.h"

#include <glib/gi18n.h>

#include "desk-time-label.h"

#define DRAIN_EVERY_MS 200

struct _DeskBubble
{
  GtkListBoxRow parent_instance;

  GtkWidget *box;
  GtkButton *fold;
  GtkWidget *author_box;
  GtkWidget *lock;
  GtkLabel *author;
  GtkLabel *body;
  GtkWidget *foot;
  GtkWidget *edited;
  GtkLabel *clock;
  GtkImage *mark;
  GtkWidget *failure;
  GtkLabel *failure_words;
  GtkButton *retry;
  GtkButton *edit;
  GtkWidget *held;
  GtkLabel *held_words;
  GtkProgressBar *drain;

  DeskMessage *message;
  gint64 held_for;
  guint drain_source;
  gboolean grouped;
  gboolean opened;
};

enum
{
  RETRY,
  EDIT,
  TAKE_BACK,
  UNFOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskBubble, desk_bubble, GTK_TYPE_LIST_BOX_ROW)

static const char *const mark_icons[] = {
  [DESK_DELIVERY_HELD] = "deskbell-waiting-symbolic",
  [DESK_DELIVERY_QUEUED] = "deskbell-waiting-symbolic",
  [DESK_DELIVERY_SENT] = "deskbell-tick-symbolic",
  [DESK_DELIVERY_DELIVERED] = "deskbell-delivered-symbolic",
  [DESK_DELIVERY_READ] = "deskbell-ticks-symbolic",
  [DESK_DELIVERY_FAILED] = "dialog-warning-symbolic",
};

static const char *
word_delivery (DeskDelivery delivery)
{
  switch (delivery)
    {
    case DESK_DELIVERY_HELD:
      return _ ("Can be taken back");
    case DESK_DELIVERY_QUEUED:
      return _ ("Waits to be sent");
    case DESK_DELIVERY_DELIVERED:
      return _ ("Delivered");
    case DESK_DELIVERY_READ:
      return _ ("Read");
    case DESK_DELIVERY_FAILED:
      return _ ("Not sent");
    case DESK_DELIVERY_SENT:
    default:
      return _ ("Sent");
    }
}

static char *
word_failure (DeskMessage *message)
{
  const char *detail = desk_message_get_error_detail (message);

  switch (desk_message_get_error_code (message))
    {
    case DESK_ERROR_STALE:
      return g_strdup_printf (_ ("%s wrote meanwhile. Your reply is kept."),
                              detail != NULL ? detail : _ ("Somebody"));
    case DESK_ERROR_CONFLICT:
      return g_strdup (_ ("This ticket is closed. Reopen it to change it."));
    case DESK_ERROR_FORBIDDEN:
      return g_strdup (_ ("Your role does not allow this. Your message is saved here."));
    default:
      return g_strdup (_ ("Your message was not sent. It is saved here."));
    }
}

static const char *
name_author (DeskMessage *message)
{
  const char *name = desk_message_get_author_name (message);

  if (name != NULL)
    return name;

  return desk_message_is_from_staff (message) ? _ ("You") : _ ("Visitor");
}

static void
describe (DeskBubble *self, const char *clock)
{
  DeskMessage *message = self->message;
  const char *body = desk_message_get_body (message);
  g_autofree char *text = NULL;

  if (desk_message_is_system (message) || desk_message_is_taken_back (message))
    text = g_strdup_printf ("%s, %s", body, clock);
  else if (desk_message_is_internal (message))
    /* TRANSLATORS: author, time, text, state */
    text = g_strdup_printf (_ ("Internal note by %s, %s: %s. %s."), name_author (message), clock,
                            body, word_delivery (desk_message_get_delivery (message)));
  else if (desk_message_is_from_staff (message))
    text = g_strdup_printf (_ ("%s, %s: %s. %s."), name_author (message), clock, body,
                            word_delivery (desk_message_get_delivery (message)));
  else
    text = g_strdup_printf (_ ("%s, %s: %s"), name_author (message), clock, body);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
update_author (DeskBubble *self)
{
  gboolean note = desk_message_is_internal (self->message);
  g_autofree char *words = NULL;

  if (note)
    /* TRANSLATORS: %s is who wrote the note */
    words = g_strdup_printf (_ ("Internal note · %s"), name_author (self->message));
  gtk_label_set_label (self->author, note ? words : name_author (self->message));
  gtk_widget_set_visible (self->lock, note);
  gtk_widget_set_visible (self->author_box,
                          !desk_message_is_system (self->message) && (note || !self->grouped));
}

static void
update_shape (DeskBubble *self)
{
  DeskMessage *message = self->message;
  const char *shape;
  GtkAlign align;

  if (desk_message_is_system (message))
    {
      shape = "system";
      align = GTK_ALIGN_CENTER;
    }
  else if (desk_message_is_internal (message))
    {
      shape = "note";
      align = GTK_ALIGN_FILL;
    }
  else
    {
      shape = desk_message_is_from_staff (message) ? "staff" : "customer";
      align = desk_message_is_from_staff (message) ? GTK_ALIGN_END : GTK_ALIGN_START;
    }

  gtk_widget_set_css_classes (self->box,
                              (const char *[]){
                                  "bubble", shape,
                                  desk_message_is_taken_back (message) ? "gone" : NULL, NULL });
  gtk_widget_set_halign (self->box, align);
  gtk_label_set_xalign (self->body, desk_message_is_system (message) ? 0.5F : 0.0F);
}

static void
update_failure (DeskBubble *self)
{
  gboolean failed = desk_message_get_delivery (self->message) == DESK_DELIVERY_FAILED;
  gboolean stale = desk_message_get_error_code (self->message) == DESK_ERROR_STALE;
  g_autofree char *words = word_failure (self->message);

  gtk_widget_set_visible (self->failure, failed);
  if (!failed)
    return;

  gtk_label_set_label (self->failure_words, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->failure_words),
                               stale ? NULL : desk_message_get_error_detail (self->message));
  gtk_button_set_label (self->retry, stale ? _ ("Send Anyway") : _ ("Retry"));
  gtk_button_set_label (self->edit, stale ? _ ("Review") : _ ("Edit"));
  /* The safe way stands first. */
  gtk_box_reorder_child_after (GTK_BOX (gtk_widget_get_parent (GTK_WIDGET (self->retry))),
                               GTK_WIDGET (self->retry), stale ? GTK_WIDGET (self->edit) : NULL);
}

static gboolean
drain_cb (gpointer user_data)
{
  DeskBubble *self = user_data;
  gint64 left = MAX (desk_message_get_due (self->message) - g_get_monotonic_time (), 0);
  int seconds = (int) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  g_autofree char *words
      = g_strdup_printf (ngettext ("Sending in %d s.", "Sending in %d s.", seconds), seconds);

  gtk_label_set_label (self->held_words, words);
  gtk_progress_bar_set_fraction (self->drain, (double) left / (double) MAX (self->held_for, 1));

  return G_SOURCE_CONTINUE;
}

static void
update_held (DeskBubble *self)
{
  gboolean held = desk_message_get_delivery (self->message) == DESK_DELIVERY_HELD;

  gtk_widget_set_visible (self->held, held);
  if (!held)
    {
      g_clear_handle_id (&self->drain_source, g_source_remove);
      return;
    }

  if (self->drain_source == 0)
    {
      self->held_for = desk_message_get_due (self->message) - g_get_monotonic_time ();
      self->drain_source = g_timeout_add (DRAIN_EVERY_MS, drain_cb, self);
    }
  drain_cb (self);
}

static void
update (DeskBubble *self)
{
  DeskMessage *message = self->message;
  DeskDelivery delivery = desk_message_get_delivery (message);
  g_autofree char *clock = desk_time_describe_clock (desk_message_get_created_at (message));
  gboolean ours = desk_message_is_from_staff (message);

  update_shape (self);
  update_author (self);
  gtk_label_set_markup (self->body, desk_message_get_markup (message));
  gtk_label_set_label (self->clock, clock);
  gtk_widget_set_visible (self->foot, !desk_message_is_system (message));
  gtk_widget_set_visible (self->edited, desk_message_is_edited (message));
  gtk_widget_set_visible (GTK_WIDGET (self->mark), ours && !desk_message_is_taken_back (message));
  gtk_image_set_from_icon_name (self->mark, mark_icons[delivery]);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mark), word_delivery (delivery));
  update_failure (self);
  update_held (self);
  describe (self, clock);
}

void
desk_bubble_set_grouped (DeskBubble *self, gboolean grouped)
{
  self->grouped = grouped;
  if (grouped)
    gtk_widget_add_css_class (GTK_WIDGET (self), "grouped");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "grouped");
  update_author (self);
}

void
desk_bubble_set_folded (DeskBubble *self, guint n)
{
  g_autofree char *words
      = g_strdup_printf (ngettext ("Show %u earlier change", "Show %u earlier changes", n), n);

  if (n > 0)
    gtk_button_set_label (self->fold, words);
  gtk_widget_set_visible (GTK_WIDGET (self->fold), n > 0);
}

void
desk_bubble_set_opened (DeskBubble *self)
{
  self->opened = TRUE;
}

gboolean
desk_bubble_is_opened (DeskBubble *self)
{
  return self->opened;
}

DeskMessage *
desk_bubble_get_message (DeskBubble *self)
{
  return self->message;
}

static void
retry_cb (GtkButton *button, DeskBubble *self)
{
  (void) button;
  g_signal_emit (self, signals[RETRY], 0);
}

static void
edit_cb (GtkButton *button, DeskBubble *self)
{
  (void) button;
  g_signal_emit (self, signals[EDIT], 0);
}

static void
take_back_cb (GtkButton *button, DeskBubble *self)
{
  (void) button;
  g_signal_emit (self, signals[TAKE_BACK], 0);
}

static void
unfold_cb (GtkButton *button, DeskBubble *self)
{
  (void) button;
  g_signal_emit (self, signals[UNFOLD], 0);
}

static void
desk_bubble_dispose (GObject *object)
{
  DeskBubble *self = DESK_BUBBLE (object);

  g_clear_handle_id (&self->drain_source, g_source_remove);
  g_clear_object (&self->message);

  G_OBJECT_CLASS (desk_bubble_parent_class)->dispose (object);
}

static void
desk_bubble_class_init (DeskBubbleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_bubble_dispose;
  signals[RETRY] = g_signal_new ("retry", DESK_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[EDIT] = g_signal_new ("edit", DESK_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[TAKE_BACK] = g_signal_new ("take-back", DESK_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  signals[UNFOLD] = g_signal_new ("unfold", DESK_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/deskbell/Agent/thread/desk-bubble.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, box);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, fold);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, author_box);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, lock);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, author);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, body);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, foot);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, edited);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, clock);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, mark);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, failure);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, failure_words);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, retry);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, edit);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, held);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, held_words);
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, drain);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, unfold_cb);
}

static void
desk_bubble_init (DeskBubble *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
desk_bubble_new (DeskMessage *message)
{
  DeskBubble *self = g_object_new (DESK_TYPE_BUBBLE, NULL);

  self->message = g_object_ref (message);
  g_signal_connect_object (message, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
