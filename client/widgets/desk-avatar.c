/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * An AdwAvatar with a channel glyph laid over its corner. Both are decoration for a screen reader:
 * the row around them says the name and the channel in words.
 */

#include "desk-avatar.h"

#define SIZE 32

struct _DeskAvatar
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *avatar;
  GtkWidget *glyph;
};

G_DEFINE_FINAL_TYPE (DeskAvatar, desk_avatar, GTK_TYPE_WIDGET)

static const char *const icons[] = {
  [DESK_CHANNEL_CHAT] = "deskbell-chat-symbolic",
  [DESK_CHANNEL_PORTAL] = "deskbell-portal-symbolic",
  [DESK_CHANNEL_EMAIL] = "mail-unread-symbolic",
  [DESK_CHANNEL_API] = "system-run-symbolic",
};

void
desk_avatar_set_person (DeskAvatar *self, const char *name)
{
  adw_avatar_set_text (ADW_AVATAR (self->avatar), name);
}

void
desk_avatar_set_channel (DeskAvatar *self, DeskChannel channel)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->glyph), icons[channel]);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), desk_channel_get_label (channel));
  gtk_widget_set_visible (self->glyph, TRUE);
}

static void
desk_avatar_dispose (GObject *object)
{
  DeskAvatar *self = DESK_AVATAR (object);

  g_clear_pointer (&self->overlay, gtk_widget_unparent);

  G_OBJECT_CLASS (desk_avatar_parent_class)->dispose (object);
}

static void
desk_avatar_class_init (DeskAvatarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_avatar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "deskavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
desk_avatar_init (DeskAvatar *self)
{
  self->overlay = gtk_overlay_new ();
  self->avatar = adw_avatar_new (SIZE, NULL, TRUE);
  self->glyph = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->glyph), 10);
  gtk_widget_set_halign (self->glyph, GTK_ALIGN_END);
  gtk_widget_set_valign (self->glyph, GTK_ALIGN_END);
  gtk_widget_set_visible (self->glyph, FALSE);
  gtk_widget_add_css_class (self->glyph, "channel");
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->avatar);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->glyph);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}
