/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Initials with a channel glyph laid over their corner. Both are decoration for a screen reader: the
 * row around them says the name and the channel in words. It is a label in the clothes of AdwAvatar,
 * which would fit each pair of initials with a font size of its own: finding and measuring fonts was
 * the dearest part of a start.
 */

#include "desk-avatar.h"

#define SIZE 32

/* How many Adwaita has for avatars. */
#define COLORS 14

struct _DeskAvatar
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *avatar;
  GtkWidget *glyph;
  DeskChannel channel;
};

G_DEFINE_FINAL_TYPE (DeskAvatar, desk_avatar, GTK_TYPE_WIDGET)

static const char *const icons[] = {
  [DESK_CHANNEL_CHAT] = "deskbell-chat-symbolic",
  [DESK_CHANNEL_PORTAL] = "deskbell-portal-symbolic",
  [DESK_CHANNEL_EMAIL] = "mail-unread-symbolic",
  [DESK_CHANNEL_API] = "system-run-symbolic",
};

static char *
extract_initials (const char *name)
{
  g_autofree char *composed = g_utf8_normalize (name, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char *upper = g_utf8_strup (composed != NULL ? composed : "", -1);
  const char *text = g_strstrip (upper);
  const char *last = strrchr (text, ' ');
  GString *initials = g_string_new (NULL);

  if (*text != '\0')
    g_string_append_unichar (initials, g_utf8_get_char (text));
  if (last != NULL)
    g_string_append_unichar (initials, g_utf8_get_char (last + 1));

  return g_string_free (initials, FALSE);
}

void
desk_avatar_set_person (DeskAvatar *self, const char *name)
{
  g_autofree char *initials = extract_initials (name);
  g_autofree char *color = g_strdup_printf ("color%u", g_str_hash (name) % COLORS + 1);
  const char *classes[] = { "caption-heading", color, NULL };

  gtk_label_set_label (GTK_LABEL (self->avatar), initials);
  gtk_widget_set_css_classes (self->avatar, classes);
}

void
desk_avatar_set_channel (DeskAvatar *self, DeskChannel channel)
{
  self->channel = channel;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->glyph), icons[channel]);
  gtk_widget_set_visible (self->glyph, TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

/* Setting a text would ask the display where the pointer is, once for each row. */
static gboolean
desk_avatar_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard,
                           GtkTooltip *tooltip)
{
  (void) x;
  (void) y;
  (void) by_keyboard;
  gtk_tooltip_set_text (tooltip, desk_channel_get_label (DESK_AVATAR (widget)->channel));

  return TRUE;
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
  widget_class->query_tooltip = desk_avatar_query_tooltip;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "deskavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
desk_avatar_init (DeskAvatar *self)
{
  self->overlay = gtk_overlay_new ();
  self->avatar = g_object_new (GTK_TYPE_LABEL, "css-name", "avatar", "accessible-role",
                               GTK_ACCESSIBLE_ROLE_PRESENTATION, "width-request", SIZE,
                               "height-request", SIZE, NULL);
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
