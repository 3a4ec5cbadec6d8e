/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The width class of the window. Folding during an allocation would ask for another one from inside
 * it, so the change is announced in an idle; until then the child is allocated at least what it
 * needs and the surplus is clipped.
 */

#include "desk-adaptive.h"

#define NARROWEST 360
#define MEDIUM_FROM 720
#define WIDE_FROM 1240

struct _DeskAdaptive
{
  GtkWidget parent_instance;

  GtkWidget *child;
  DeskWidth width;
  guint source;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskAdaptive, desk_adaptive, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static DeskWidth
classify (int width)
{
  if (width >= WIDE_FROM)
    return DESK_WIDTH_WIDE;

  return width >= MEDIUM_FROM ? DESK_WIDTH_MEDIUM : DESK_WIDTH_NARROW;
}

static gboolean
announce_cb (gpointer user_data)
{
  DeskAdaptive *self = user_data;
  DeskWidth width = classify (gtk_widget_get_width (GTK_WIDGET (self)));

  self->source = 0;
  if (width != self->width)
    {
      self->width = width;
      g_signal_emit (self, signals[CHANGED], 0);
    }

  return G_SOURCE_REMOVE;
}

static void
desk_adaptive_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  DeskAdaptive *self = DESK_ADAPTIVE (widget);
  int needed_width = 0;
  int needed_height = 0;

  if (classify (width) != self->width && self->source == 0)
    self->source = g_idle_add_full (GTK_PRIORITY_RESIZE, announce_cb, self, NULL);
  if (self->child == NULL)
    return;

  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &needed_width, NULL, NULL, NULL);
  width = MAX (width, needed_width);
  gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, width, &needed_height, NULL, NULL,
                      NULL);
  gtk_widget_allocate (self->child, width, MAX (height, needed_height), baseline, NULL);
}

static void
desk_adaptive_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  DeskAdaptive *self = DESK_ADAPTIVE (widget);

  *minimum = 0;
  *natural = 0;
  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation,
                        orientation == GTK_ORIENTATION_VERTICAL ? -1 : for_size, minimum, natural,
                        NULL, NULL);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = NARROWEST;
  else
    *minimum = MIN (*minimum, NARROWEST);
  *natural = MAX (*natural, *minimum);
  *minimum_baseline = -1;
  *natural_baseline = -1;
}

static void
desk_adaptive_dispose (GObject *object)
{
  DeskAdaptive *self = DESK_ADAPTIVE (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (desk_adaptive_parent_class)->dispose (object);
}

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  (void) builder;
  (void) type;
  g_return_if_fail (GTK_IS_WIDGET (child));
  desk_adaptive_set_child (DESK_ADAPTIVE (buildable), GTK_WIDGET (child));
}

static void
buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = add_child;
}

static void
desk_adaptive_class_init (DeskAdaptiveClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_adaptive_dispose;
  widget_class->size_allocate = desk_adaptive_size_allocate;
  widget_class->measure = desk_adaptive_measure;
  signals[CHANGED] = g_signal_new ("changed", DESK_TYPE_ADAPTIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
desk_adaptive_init (DeskAdaptive *self)
{
  self->width = DESK_WIDTH_WIDE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

DeskWidth
desk_adaptive_get_width (DeskAdaptive *self)
{
  return self->width;
}

void
desk_adaptive_set_child (DeskAdaptive *self, GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}
