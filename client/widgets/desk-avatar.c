/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Initials with a channel glyph laid over their corner. Both are decoration for a screen reader:
 * the row around them says the name and the channel in words. It is a label in the clothes of
 * AdwAvatar, which would fit each pair of initials with a font size of its own: finding and
 * measuring fonts was the dearest part of a start.
 */

#include "desk-avatar.h"

#define SIZE 32
#define ROOM_FOR_TWO 24 /* letters */
#define ROOM_FOR_TITLE 48

/* How many Adwaita has for avatars. */
#define COLORS 14

struct _DeskAvatar
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *avatar;
  GtkWidget *glyph;
  DeskChannel channel;
  char *name;
  int size;
};

enum
{
  PROP_0,
  PROP_SIZE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (DeskAvatar, desk_avatar, GTK_TYPE_WIDGET)

static const char *const icons[] = {
  [DESK_CHANNEL_CHAT] = "deskbell-chat-symbolic",
  [DESK_CHANNEL_PORTAL] = "deskbell-portal-symbolic",
  [DESK_CHANNEL_EMAIL] = "mail-unread-symbolic",
  [DESK_CHANNEL_API] = "system-run-symbolic",
};

static char *
extract_initials (const char *name, int size)
{
  g_autofree char *composed = g_utf8_normalize (name, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char *upper = g_utf8_strup (composed != NULL ? composed : "", -1);
  const char *text = g_strstrip (upper);
  const char *last = strrchr (text, ' ');
  GString *initials = g_string_new (NULL);

  if (*text != '\0')
    g_string_append_unichar (initials, g_utf8_get_char (text));
  if (last != NULL && size >= ROOM_FOR_TWO)
    g_string_append_unichar (initials, g_utf8_get_char (last + 1));

  return g_string_free (initials, FALSE);
}

static void
update (DeskAvatar *self)
{
  const char *name = self->name != NULL ? self->name : "";
  g_autofree char *initials = extract_initials (name, self->size);
  g_autofree char *color = g_strdup_printf ("color%u", g_str_hash (name) % COLORS + 1);
  const char *classes[]
      = { self->size >= ROOM_FOR_TITLE ? "title-2" : "caption-heading", color, NULL };

  gtk_label_set_label (GTK_LABEL (self->avatar), initials);
  gtk_widget_set_css_classes (self->avatar, classes);
  gtk_widget_set_size_request (self->avatar, self->size, self->size);
}

void
desk_avatar_set_person (DeskAvatar *self, const char *name)
{
  if (g_strcmp0 (self->name, name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name);
  update (self);
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
desk_avatar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  DeskAvatar *self = DESK_AVATAR (object);

  if (id != PROP_SIZE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }

  self->size = g_value_get_int (value);
  update (self);
}

static void
desk_avatar_dispose (GObject *object)
{
  DeskAvatar *self = DESK_AVATAR (object);

  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (desk_avatar_parent_class)->dispose (object);
}

static void
desk_avatar_class_init (DeskAvatarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_avatar_dispose;
  G_OBJECT_CLASS (klass)->set_property = desk_avatar_set_property;
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 1, G_MAXINT, SIZE,
                                            G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  widget_class->query_tooltip = desk_avatar_query_tooltip;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "deskavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
desk_avatar_init (DeskAvatar *self)
{
  self->overlay = gtk_overlay_new ();
  self->size = SIZE;
  self->avatar = g_object_new (GTK_TYPE_LABEL, "css-name", "avatar", "accessible-role",
                               GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
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
  update (self);
}
