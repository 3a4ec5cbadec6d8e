/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The height of new content is known in the middle of a layout, where a viewport does not hear of
 * another value any more. So the value is set right after that layout and a second one is asked
 * for, in the same frame: nobody sees the content jump.
 */

#include "desk-place.h"

#define AT_END 40.0

/* So far before the top older messages are asked for. */
#define AHEAD 400.0

struct _DeskPlace
{
  GObject parent_instance;

  GtkWidget *window; /* weak */
  GtkAdjustment *adjustment;
  GdkFrameClock *clock; /* while a value waits to be set */
  double upper;
  double grown; /* above the reader, not yet made good */
  gboolean at_end;
  gboolean held;
};

enum
{
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskPlace, desk_place, G_TYPE_OBJECT)

static void
forget_clock (DeskPlace *self)
{
  if (self->clock != NULL)
    g_signal_handlers_disconnect_by_data (self->clock, self);
  g_clear_object (&self->clock);
}

static void
settle (DeskPlace *self)
{
  double value = gtk_adjustment_get_value (self->adjustment) + self->grown;

  forget_clock (self);
  self->grown = 0;
  gtk_adjustment_set_value (self->adjustment,
                            self->at_end ? gtk_adjustment_get_upper (self->adjustment) : value);
  g_signal_emit (self, signals[MOVED], 0);
}

static void
plan_settling (DeskPlace *self)
{
  GdkFrameClock *clock = self->window != NULL ? gtk_widget_get_frame_clock (self->window) : NULL;

  if (self->clock != NULL || clock == NULL)
    return;

  self->clock = g_object_ref (clock);
  g_signal_connect_data (clock, "layout", G_CALLBACK (settle), self, NULL,
                         G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

static void
size_changed_cb (DeskPlace *self)
{
  double upper = gtk_adjustment_get_upper (self->adjustment);
  double grown = upper - self->upper;

  self->upper = upper;
  if (self->held && grown > 0)
    {
      self->grown += grown;
      self->held = FALSE;
    }
  if (self->at_end || self->grown > 0)
    plan_settling (self);
}

static void
value_changed_cb (DeskPlace *self)
{
  double end = gtk_adjustment_get_upper (self->adjustment)
               - gtk_adjustment_get_page_size (self->adjustment);

  if (self->clock != NULL)
    return;

  self->at_end = gtk_adjustment_get_value (self->adjustment) >= end - AT_END;
  g_signal_emit (self, signals[MOVED], 0);
}

void
desk_place_go_to_end (DeskPlace *self)
{
  self->at_end = TRUE;
  self->grown = 0;
  self->held = FALSE;
  plan_settling (self);
}

void
desk_place_hold (DeskPlace *self)
{
  self->held = !self->at_end;
}

gboolean
desk_place_is_at_end (DeskPlace *self)
{
  return self->at_end;
}

gboolean
desk_place_is_near_top (DeskPlace *self)
{
  double end = gtk_adjustment_get_upper (self->adjustment)
               - gtk_adjustment_get_page_size (self->adjustment);

  return self->clock == NULL && end > 1.0 && gtk_adjustment_get_value (self->adjustment) < AHEAD;
}

static void
desk_place_dispose (GObject *object)
{
  DeskPlace *self = DESK_PLACE (object);

  forget_clock (self);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (desk_place_parent_class)->dispose (object);
}

static void
desk_place_class_init (DeskPlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_place_dispose;
  signals[MOVED] = g_signal_new ("moved", DESK_TYPE_PLACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
desk_place_init (DeskPlace *self)
{
  self->at_end = TRUE;
}

DeskPlace *
desk_place_new (GtkScrolledWindow *window)
{
  DeskPlace *self = g_object_new (DESK_TYPE_PLACE, NULL);

  g_set_weak_pointer (&self->window, GTK_WIDGET (window));
  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (window));
  g_signal_connect_object (self->adjustment, "notify::upper", G_CALLBACK (size_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adjustment, "notify::page-size", G_CALLBACK (size_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}
