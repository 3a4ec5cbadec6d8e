/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Draws status and priority shapes with cairo into 12 pixels. The colours that are too pale on a
 * light ground get a dark edge.
 */

#include "desk-mark.h"

#include <adwaita.h>
#include <math.h>

#define SIZE 12

#define MOST_POINTS 6
#define MOST_OUTLINES 4

/* The corners of an area, as many as are not all zero. */
typedef struct
{
  double points[MOST_POINTS][2];
} Outline;

typedef struct
{
  void (*trace) (cairo_t *cr); /* what has round parts */
  Outline outlines[MOST_OUTLINES]; /* what has not */
  const char *light;
  const char *dark;
  gboolean edged;
} Mark;

struct _DeskMark
{
  GtkWidget parent_instance;

  const Mark *mark;
};

G_DEFINE_FINAL_TYPE (DeskMark, desk_mark, GTK_TYPE_WIDGET)

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

static const Mark statuses[] = {
  [DESK_STATUS_OPEN] = { .trace = ring, .light = "#007BFF", .dark = "#5AA9FF" },
  [DESK_STATUS_ASSIGNED] = { .trace = ring_and_dot, .light = "#2196F3", .dark = "#5AA9FF" },
  [DESK_STATUS_IN_PROGRESS]
  = { .trace = half_disc, .light = "#FFC107", .dark = "#FFC107", .edged = TRUE },
  /* an hourglass */
  [DESK_STATUS_WAITING_ON_CUSTOMER]
  = { .outlines = { { { { 2, 1 }, { 10, 1 }, { 7, 6 }, { 10, 11 }, { 2, 11 }, { 5, 6 } } } },
      .light = "#FFC107",
      .dark = "#FFC107",
      .edged = TRUE },
  /* a tick */
  [DESK_STATUS_RESOLVED] = { .outlines = { { { { 0.8, 6.6 },
                                               { 2.4, 5 },
                                               { 4.7, 7.3 },
                                               { 9.8, 2 },
                                               { 11.4, 3.6 },
                                               { 4.7, 10.5 } } } },
                             .light = "#28A745",
                             .dark = "#4CC96A" },
  /* a bar */
  [DESK_STATUS_CLOSED] = { .outlines = { { { { 1, 4.5 }, { 11, 4.5 }, { 11, 7.5 }, { 1, 7.5 } } } },
                           .light = "#6C757D",
                           .dark = "#9AA3AB" },
};

static const Mark priorities[] = {
  /* an arrow down */
  [DESK_PRIORITY_LOW] = { .outlines = { { { { 5, 1 }, { 7, 1 }, { 7, 6 }, { 5, 6 } } },
                                        { { { 1.5, 6 }, { 10.5, 6 }, { 6, 11.3 } } } },
                          .light = "#6C757D",
                          .dark = "#9AA3AB" },
  /* a dash */
  [DESK_PRIORITY_NORMAL] = { .outlines = { { { { 2, 5 }, { 10, 5 }, { 10, 7 }, { 2, 7 } } } },
                             .light = "#007BFF",
                             .dark = "#5AA9FF" },
  /* an arrow up */
  [DESK_PRIORITY_HIGH] = { .outlines = { { { { 5, 6 }, { 7, 6 }, { 7, 11 }, { 5, 11 } } },
                                         { { { 1.5, 6 }, { 6, 0.7 }, { 10.5, 6 } } } },
                           .light = "#FFC107",
                           .dark = "#FFC107",
                           .edged = TRUE },
  /* two exclamation marks */
  [DESK_PRIORITY_URGENT]
  = { .outlines = { { { { 2.5, 0.5 }, { 5, 0.5 }, { 5, 7.5 }, { 2.5, 7.5 } } },
                    { { { 2.5, 9 }, { 5, 9 }, { 5, 11.5 }, { 2.5, 11.5 } } },
                    { { { 7, 0.5 }, { 9.5, 0.5 }, { 9.5, 7.5 }, { 7, 7.5 } } },
                    { { { 7, 9 }, { 9.5, 9 }, { 9.5, 11.5 }, { 7, 11.5 } } } },
      .light = "#DC3545",
      .dark = "#F66151" },
};

static void
trace_outline (cairo_t *cr, const Outline *outline)
{
  for (guint i = 0; i < MOST_POINTS; i++)
    if (outline->points[i][0] > 0)
      cairo_line_to (cr, outline->points[i][0], outline->points[i][1]);
  cairo_close_path (cr);
  cairo_new_sub_path (cr);
}

static void
trace_mark (cairo_t *cr, const Mark *mark)
{
  if (mark->trace != NULL)
    mark->trace (cr);
  for (guint i = 0; i < MOST_OUTLINES; i++)
    if (mark->outlines[i].points[0][0] > 0)
      trace_outline (cr, &mark->outlines[i]);
}

static void
set_mark (DeskMark *self, const Mark *mark)
{
  self->mark = mark;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_mark_set_status (DeskMark *self, DeskStatus status)
{
  set_mark (self, &statuses[status]);
}

void
desk_mark_set_priority (DeskMark *self, DeskPriority priority)
{
  set_mark (self, &priorities[priority]);
}

static void
pick_color (const Mark *mark, GdkRGBA *color)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gdk_rgba_parse (color, dark ? mark->dark : mark->light);
}

void
desk_mark_get_priority_color (DeskPriority priority, GdkRGBA *color)
{
  pick_color (&priorities[priority], color);
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

  if (self->mark == NULL)
    return;

  pick_color (self->mark, &color);
  cr = gtk_snapshot_append_cairo (snapshot,
                                  &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  cairo_translate (cr, floor ((width - SIZE) / 2.0), floor ((height - SIZE) / 2.0));
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  trace_mark (cr, self->mark);
  gdk_cairo_set_source_rgba (cr, &color);
  if (self->mark->edged && !dark)
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
