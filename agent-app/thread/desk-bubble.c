/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A bubble and its honest state: a clock while it is only here, a tick when the server has it, two
 * when the customer's device has, two strong ones when the customer read it, and words with two
 * ways out when it was refused.
 */

#include "desk-bubble.h"

#include <glib/gi18n.h>

#include "desk-menu.h"
#include "desk-message-editor.h"
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
  GMenuModel *message_menu;
  GtkWidget *menu; /* only where there is something to choose */
  GtkWidget *editor;

  DeskMessage *message;
  gint64 me;
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
  AMEND,
  AMENDED,
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

/* What waits here to be sent has no author yet. */
static gboolean
is_ours (DeskBubble *self)
{
  gint64 author = desk_message_get_author_id (self->message);

  return desk_message_is_from_staff (self->message) && (author == 0 || author == self->me);
}

static const char *
name_author (DeskBubble *self)
{
  const char *name = desk_message_get_author_name (self->message);

  if (is_ours (self))
    return _ ("You");

  return name != NULL ? name : _ ("Visitor");
}

/* The end of the sentence stands in the one that it is put into. */
static char *
dup_sentence (const char *body)
{
  return g_strndup (body, strlen (body) - (g_str_has_suffix (body, ".") ? 1 : 0));
}

/* How far it got, and what stops it. */
static char *
word_state (DeskMessage *message)
{
  const char *word = word_delivery (desk_message_get_delivery (message));
  g_autofree char *failure = NULL;
  g_autofree char *sentence = NULL;

  if (desk_message_get_delivery (message) != DESK_DELIVERY_FAILED)
    return g_strdup (word);

  failure = word_failure (message);
  sentence = dup_sentence (failure);

  return g_strdup_printf ("%s. %s", word, sentence);
}

static void
describe (DeskBubble *self, const char *clock)
{
  DeskMessage *message = self->message;
  g_autofree char *body = dup_sentence (desk_message_get_summary (message));
  g_autofree char *state = word_state (message);
  g_autofree char *text = NULL;

  if (desk_message_is_system (message))
    text = g_strdup_printf ("%s, %s", body, clock);
  else if (desk_message_is_taken_back (message)
           || !(desk_message_is_internal (message) || desk_message_is_from_staff (message)))
    text = g_strdup_printf (_ ("%s, %s: %s"), name_author (self), clock, body);
  else if (desk_message_is_internal (message))
    /* TRANSLATORS: author, time, text, state */
    text = g_strdup_printf (_ ("Internal note by %s, %s: %s. %s."), name_author (self), clock, body,
                            state);
  else
    text = g_strdup_printf (_ ("%s, %s: %s. %s."), name_author (self), clock, body, state);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
update_author (DeskBubble *self)
{
  gboolean note = desk_message_is_internal (self->message);
  g_autofree char *words = NULL;

  if (note)
    /* TRANSLATORS: %s is who wrote the note */
    words = g_strdup_printf (_ ("Internal note · %s"), name_author (self));
  gtk_label_set_label (self->author, note ? words : name_author (self));
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

/* Whatever the server has, and may refuse to change: what was read, or is too old. */
static gboolean
is_changeable (DeskBubble *self)
{
  return desk_message_get_id (self->message) != 0 && is_ours (self)
         && !desk_message_is_system (self->message) && !desk_message_is_taken_back (self->message);
}

static void
add_menu (DeskBubble *self)
{
  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "view-more-symbolic");
  gtk_widget_set_tooltip_text (self->menu, _ ("Edit or take back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Edit or take back"), -1);
  gtk_widget_add_css_class (self->menu, "flat");
  gtk_widget_add_css_class (self->menu, "bubble-menu");
  desk_menu_attach (GTK_MENU_BUTTON (self->menu), self->message_menu);
  gtk_box_prepend (GTK_BOX (self->foot), self->menu);
  gtk_label_set_extra_menu (self->body, self->message_menu);
}

static void
update_menu (DeskBubble *self)
{
  gboolean changeable = is_changeable (self);
  gboolean read = desk_message_get_delivery (self->message) == DESK_DELIVERY_READ;

  if (changeable && self->menu == NULL)
    add_menu (self);
  if (self->menu == NULL)
    return;

  gtk_widget_set_visible (self->menu, changeable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.edit", changeable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.take-back", changeable && !read);
  gtk_label_set_extra_menu (self->body, changeable ? self->message_menu : NULL);
}

static void
save_cb (DeskMessageEditor *editor, const char *body, DeskBubble *self)
{
  (void) editor;
  g_signal_emit (self, signals[AMEND], 0, body);
}

static void
update_editor (DeskBubble *self)
{
  gboolean edited = is_changeable (self) && desk_message_get_edit (self->message) != NULL;

  if (edited && self->editor == NULL)
    {
      self->editor = desk_message_editor_new (self->message);
      g_signal_connect (self->editor, "save", G_CALLBACK (save_cb), self);
      gtk_box_insert_child_after (GTK_BOX (self->box), self->editor, GTK_WIDGET (self->body));
    }
  else if (!edited && self->editor != NULL)
    {
      gboolean had_focus = gtk_widget_get_focus_child (self->box) == self->editor;

      gtk_box_remove (GTK_BOX (self->box), g_steal_pointer (&self->editor));
      if (had_focus)
        g_signal_emit (self, signals[AMENDED], 0);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->body), !edited);
  gtk_widget_set_visible (self->foot, !edited && !desk_message_is_system (self->message));
  if (edited)
    gtk_widget_set_halign (self->box, GTK_ALIGN_FILL);
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
  gtk_widget_set_visible (self->edited, desk_message_is_edited (message));
  gtk_widget_set_visible (GTK_WIDGET (self->mark), ours && !desk_message_is_taken_back (message));
  gtk_image_set_from_icon_name (self->mark, mark_icons[delivery]);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mark), word_delivery (delivery));
  update_failure (self);
  update_held (self);
  update_menu (self);
  update_editor (self);
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
edit_action_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskMessage *message = DESK_BUBBLE (widget)->message;

  (void) name;
  (void) none;
  desk_message_keep_edit (message, desk_message_get_body (message));
}

static void
take_back_action_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  (void) name;
  (void) none;
  g_signal_emit (widget, signals[TAKE_BACK], 0);
}

static void
menu_action_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskBubble *self = DESK_BUBBLE (widget);

  (void) name;
  (void) none;
  if (self->menu != NULL && gtk_widget_get_visible (self->menu))
    gtk_menu_button_popup (GTK_MENU_BUTTON (self->menu));
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
  signals[AMEND] = g_signal_new ("amend", DESK_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[AMENDED] = g_signal_new ("amended", DESK_TYPE_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
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
  gtk_widget_class_bind_template_child (widget_class, DeskBubble, message_menu);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, unfold_cb);
  gtk_widget_class_install_action (widget_class, "message.edit", NULL, edit_action_cb);
  gtk_widget_class_install_action (widget_class, "message.take-back", NULL, take_back_action_cb);
  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "message.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "message.menu",
                                       NULL);
}

static void
desk_bubble_init (DeskBubble *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
desk_bubble_new (DeskMessage *message, gint64 me)
{
  DeskBubble *self = g_object_new (DESK_TYPE_BUBBLE, NULL);

  self->message = g_object_ref (message);
  self->me = me;
  g_signal_connect_object (message, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
