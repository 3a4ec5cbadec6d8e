/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Draws status and priority shapes with cairo into 12 pixels. The colours that are too pale on a
 * light ground get a dark edge.
 */

#include "desk-mark.h"

#include <adwaita.h>
#include <math.h>

#define SIZE 12

typedef struct
{
  const char *light;
  const char *dark;
  gboolean edged;
} Paint;

typedef void (*Draw) (cairo_t *cr);

struct _DeskMark
{
  GtkWidget parent_instance;

  Draw draw;
  const Paint *paint;
};

G_DEFINE_FINAL_TYPE (DeskMark, desk_mark, GTK_TYPE_WIDGET)

static const Paint status_paints[] = {
  [DESK_STATUS_OPEN] = { "#007BFF", "#5AA9FF", FALSE },
  [DESK_STATUS_ASSIGNED] = { "#2196F3", "#5AA9FF", FALSE },
  [DESK_STATUS_IN_PROGRESS] = { "#FFC107", "#FFC107", TRUE },
  [DESK_STATUS_WAITING_ON_CUSTOMER] = { "#FFC107", "#FFC107", TRUE },
  [DESK_STATUS_RESOLVED] = { "#28A745", "#4CC96A", FALSE },
  [DESK_STATUS_CLOSED] = { "#6C757D", "#9AA3AB", FALSE },
};

static const Paint priority_paints[] = {
  [DESK_PRIORITY_LOW] = { "#6C757D", "#9AA3AB", FALSE },
  [DESK_PRIORITY_NORMAL] = { "#007BFF", "#5AA9FF", FALSE },
  [DESK_PRIORITY_HIGH] = { "#FFC107", "#FFC107", TRUE },
  [DESK_PRIORITY_URGENT] = { "#DC3545", "#F66151", FALSE },
};

static void
ring (cairo_t *cr)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, 6, 6, 5.5, 0, 2 * G_PI);
  cairo_new_sub_path (cr);
  cairo_arc_negative (cr, 6, 6, 3.5, 2 * G_PI, 0);
}

static void
ring_and_dot (cairo_t *cr)
{
  ring (cr);
  cairo_new_sub_path (cr);
  cairo_arc (cr, 6, 6, 1.75, 0, 2 * G_PI);
}

static void
half_disc (cairo_t *cr)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, 6, 6, 5.5, 0, 2 * G_PI);
  cairo_new_sub_path (cr);
  cairo_move_to (cr, 6, 1.75);
  cairo_arc_negative (cr, 6, 6, 4.25, -G_PI / 2, G_PI / 2);
  cairo_close_path (cr);
}

static void
hourglass (cairo_t *cr)
{
  cairo_move_to (cr, 2, 1);
  cairo_line_to (cr, 10, 1);
  cairo_line_to (cr, 7, 6);
  cairo_line_to (cr, 10, 11);
  cairo_line_to (cr, 2, 11);
  cairo_line_to (cr, 5, 6);
  cairo_close_path (cr);
}

static void
tick (cairo_t *cr)
{
  cairo_move_to (cr, 0.8, 6.6);
  cairo_line_to (cr, 2.4, 5);
  cairo_line_to (cr, 4.7, 7.3);
  cairo_line_to (cr, 9.8, 2);
  cairo_line_to (cr, 11.4, 3.6);
  cairo_line_to (cr, 4.7, 10.5);
  cairo_close_path (cr);
}

static void
bar (cairo_t *cr)
{
  cairo_rectangle (cr, 1, 4.5, 10, 3);
}

static void
arrow_down (cairo_t *cr)
{
  cairo_rectangle (cr, 5, 1, 2, 6);
  cairo_move_to (cr, 1.5, 6);
  cairo_line_to (cr, 10.5, 6);
  cairo_line_to (cr, 6, 11.3);
  cairo_close_path (cr);
}

static void
dash (cairo_t *cr)
{
  cairo_rectangle (cr, 2, 5, 8, 2);
}

static void
arrow_up (cairo_t *cr)
{
  cairo_rectangle (cr, 5, 5, 2, 6);
  cairo_move_to (cr, 1.5, 6);
  cairo_line_to (cr, 6, 0.7);
  cairo_line_to (cr, 10.5, 6);
  cairo_close_path (cr);
}

static void
two_cries (cairo_t *cr)
{
  cairo_rectangle (cr, 2.5, 0.5, 2.5, 7);
  cairo_rectangle (cr, 2.5, 9, 2.5, 2.5);
  cairo_rectangle (cr, 7, 0.5, 2.5, 7);
  cairo_rectangle (cr, 7, 9, 2.5, 2.5);
}

static const Draw status_draws[] = {
  [DESK_STATUS_OPEN] = ring,
  [DESK_STATUS_ASSIGNED] = ring_and_dot,
  [DESK_STATUS_IN_PROGRESS] = half_disc,
  [DESK_STATUS_WAITING_ON_CUSTOMER] = hourglass,
  [DESK_STATUS_RESOLVED] = tick,
  [DESK_STATUS_CLOSED] = bar,
};

static const Draw priority_draws[] = {
  [DESK_PRIORITY_LOW] = arrow_down,
  [DESK_PRIORITY_NORMAL] = dash,
  [DESK_PRIORITY_HIGH] = arrow_up,
  [DESK_PRIORITY_URGENT] = two_cries,
};

static void
set_shape (DeskMark *self, Draw draw, const Paint *paint)
{
  self->draw = draw;
  self->paint = paint;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_mark_set_status (DeskMark *self, DeskStatus status)
{
  set_shape (self, status_draws[status], &status_paints[status]);
}

void
desk_mark_set_priority (DeskMark *self, DeskPriority priority)
{
  set_shape (self, priority_draws[priority], &priority_paints[priority]);
}

static void
pick_color (const Paint *paint, GdkRGBA *color)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gdk_rgba_parse (color, dark ? paint->dark : paint->light);
}

void
desk_mark_get_priority_color (DeskPriority priority, GdkRGBA *color)
{
  pick_color (&priority_paints[priority], color);
}

static void
desk_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DeskMark *self = DESK_MARK (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA color;
  cairo_t *cr;

  if (self->draw == NULL)
    return;

  pick_color (self->paint, &color);
  cr = gtk_snapshot_append_cairo (snapshot,
                                  &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  cairo_translate (cr, floor ((width - SIZE) / 2.0), floor ((height - SIZE) / 2.0));
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  self->draw (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  if (self->paint->edged && !dark)
    {
      cairo_fill_preserve (cr);
      cairo_set_source_rgb (cr, 0.2, 0.2, 0.2);
      cairo_set_line_width (cr, 1);
      cairo_stroke (cr);
    }
  else
    cairo_fill (cr);
  cairo_destroy (cr);
}

static void
desk_mark_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
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
desk_mark_class_init (DeskMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = desk_mark_snapshot;
  widget_class->measure = desk_mark_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
desk_mark_init (DeskMark *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
desk_mark_new (void)
{
  return g_object_new (DESK_TYPE_MARK, NULL);
}
