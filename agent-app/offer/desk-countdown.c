/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The ring is drawn anew with each frame of the display, the number once a second.
 */

#include "desk-countdown.h"

#include <adwaita.h>
#include <math.h>

#define SIZE 36
#define THICKNESS 4.0
#define HURRY_US (5 * G_USEC_PER_SEC)

struct _DeskCountdown
{
  GtkWidget parent_instance;

  gint64 ends_at;
  gint64 lasts;
  guint tick; /* while the ring empties */
  guint second; /* while the number does */
};

G_DEFINE_FINAL_TYPE (DeskCountdown, desk_countdown, GTK_TYPE_WIDGET)

static gint64
get_left (DeskCountdown *self)
{
  return CLAMP (self->ends_at - g_get_monotonic_time (), 0, self->lasts);
}

/* Amber and red are filled with, and stand beside a shape that says the same. */
static void
pick_color (DeskCountdown *self, GdkRGBA *color)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  if (get_left (self) > HURRY_US)
    gdk_rgba_parse (color, dark ? "#5AA9FF" : "#007BFF");
  else
    gdk_rgba_parse (color, dark ? "#F66151" : "#DC3545");
}

static void
draw_arc (cairo_t *cr, double share, const GdkRGBA *color)
{
  double middle = SIZE / 2.0;

  gdk_cairo_set_source_rgba (cr, color);
  cairo_new_path (cr);
  cairo_arc (cr, middle, middle, middle - THICKNESS / 2, -G_PI / 2, -G_PI / 2 + 2 * G_PI * share);
  cairo_stroke (cr);
}

static void
draw_ring (DeskCountdown *self, GtkSnapshot *snapshot)
{
  GdkRGBA color;
  GdkRGBA rest;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, SIZE, SIZE));

  pick_color (self, &color);
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &rest);
  rest.alpha *= 0.15F;
  cairo_set_line_width (cr, THICKNESS);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  draw_arc (cr, 1, &rest);
  draw_arc (cr, (double) get_left (self) / (double) self->lasts, &color);
  cairo_destroy (cr);
}

static void
draw_number (DeskCountdown *self, GtkSnapshot *snapshot)
{
  gint64 seconds = (get_left (self) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width;
  int height;

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (GTK_WIDGET (self)),
                              floor ((SIZE - width) / 2.0), floor ((SIZE - height) / 2.0), layout);
}

static void
desk_countdown_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DeskCountdown *self = DESK_COUNTDOWN (widget);

  if (self->ends_at == 0)
    return;

  if (self->tick != 0)
    draw_ring (self, snapshot);
  else
    draw_number (self, snapshot);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  (void) clock;
  (void) user_data;
  gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

static gboolean
second_cb (gpointer user_data)
{
  gtk_widget_queue_draw (user_data);

  return G_SOURCE_CONTINUE;
}

static void
stop (DeskCountdown *self)
{
  g_clear_handle_id (&self->second, g_source_remove);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

static gboolean
has_animations (DeskCountdown *self)
{
  gboolean animations;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations,
                NULL);

  return animations;
}

void
desk_countdown_set (DeskCountdown *self, gint64 ends_at, gint64 lasts)
{
  stop (self);
  self->ends_at = ends_at;
  self->lasts = MAX (lasts, 1);
  gtk_widget_set_visible (GTK_WIDGET (self), ends_at != 0);
  if (ends_at != 0 && has_animations (self))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  else if (ends_at != 0)
    self->second = g_timeout_add_seconds (1, second_cb, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
desk_countdown_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  (void) widget;
  (void) orientation;
  (void) for_size;
  *minimum = SIZE;
  *natural = SIZE;
  *minimum_baseline = -1;
  *natural_baseline = -1;
}

static void
desk_countdown_dispose (GObject *object)
{
  stop (DESK_COUNTDOWN (object));

  G_OBJECT_CLASS (desk_countdown_parent_class)->dispose (object);
}

static void
desk_countdown_class_init (DeskCountdownClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_countdown_dispose;
  widget_class->snapshot = desk_countdown_snapshot;
  widget_class->measure = desk_countdown_measure;
  gtk_widget_class_set_css_name (widget_class, "countdown");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
desk_countdown_init (DeskCountdown *self)
{
  (void) self;
}

GtkWidget *
desk_countdown_new (void)
{
  return g_object_new (DESK_TYPE_COUNTDOWN, NULL);
}
