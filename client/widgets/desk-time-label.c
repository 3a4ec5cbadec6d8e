/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A label that says how long ago something was. It asks again every half minute, and only while it
 * is on the screen.
 */

#include "desk-time-label.h"

#include <glib/gi18n-lib.h>

#define MINUTE ((gint64) 60 * G_USEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define REFRESH_S 30

struct _DeskTimeLabel
{
  GtkWidget parent_instance;

  GtkWidget *label;
  gint64 time;
  guint source;
};

G_DEFINE_FINAL_TYPE (DeskTimeLabel, desk_time_label, GTK_TYPE_WIDGET)

static GDateTime *
read_local (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);

  return g_date_time_to_local (utc);
}

char *
desk_time_describe_age (gint64 time, gint64 now)
{
  gint64 age = now - time;
  g_autoptr (GDateTime) local = NULL;

  if (age < MINUTE)
    return g_strdup (_ ("now"));
  if (age < HOUR)
    return g_strdup_printf (_ ("%d min"), (int) (age / MINUTE));
  if (age < DAY)
    return g_strdup_printf (_ ("%d h"), (int) (age / HOUR));
  if (age < 7 * DAY)
    return g_strdup_printf (_ ("%d d"), (int) (age / DAY));

  local = read_local (time);

  /* TRANSLATORS: a short date without the year, see strftime */
  return g_date_time_format (local, _ ("%-d %b"));
}

char *
desk_time_describe_clock (gint64 time)
{
  g_autoptr (GDateTime) local = read_local (time);

  /* TRANSLATORS: a time of day, see strftime */
  return g_date_time_format (local, _ ("%H:%M"));
}

gboolean
desk_time_is_same_day (gint64 a, gint64 b)
{
  g_autoptr (GDateTime) first = read_local (a);
  g_autoptr (GDateTime) second = read_local (b);

  return g_date_time_get_year (first) == g_date_time_get_year (second)
         && g_date_time_get_day_of_year (first) == g_date_time_get_day_of_year (second);
}

char *
desk_time_describe_day (gint64 time, gint64 now)
{
  g_autoptr (GDateTime) local = read_local (time);

  if (desk_time_is_same_day (time, now))
    return g_strdup (_ ("Today"));
  if (desk_time_is_same_day (time, now - DAY))
    return g_strdup (_ ("Yesterday"));

  /* TRANSLATORS: a date with its weekday, see strftime */
  return g_date_time_format (local, _ ("%A, %-d %B"));
}

static void
update (DeskTimeLabel *self)
{
  g_autofree char *age
      = self->time != 0 ? desk_time_describe_age (self->time, g_get_real_time ()) : NULL;

  gtk_label_set_label (GTK_LABEL (self->label), age != NULL ? age : "");
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), age != NULL);
}

/* Setting a text would ask the display where the pointer is, once for each row. */
static gboolean
desk_time_label_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard,
                               GtkTooltip *tooltip)
{
  g_autoptr (GDateTime) local = read_local (DESK_TIME_LABEL (widget)->time);
  g_autofree char *exact = g_date_time_format (local, "%c");

  (void) x;
  (void) y;
  (void) by_keyboard;
  gtk_tooltip_set_text (tooltip, exact);

  return TRUE;
}

static gboolean
refresh_cb (gpointer user_data)
{
  update (user_data);

  return G_SOURCE_CONTINUE;
}

void
desk_time_label_set_time (DeskTimeLabel *self, gint64 time)
{
  if (self->time == time)
    return;

  self->time = time;
  update (self);
}

static void
desk_time_label_map (GtkWidget *widget)
{
  DeskTimeLabel *self = DESK_TIME_LABEL (widget);

  GTK_WIDGET_CLASS (desk_time_label_parent_class)->map (widget);
  update (self);
  self->source = g_timeout_add_seconds (REFRESH_S, refresh_cb, self);
}

static void
desk_time_label_unmap (GtkWidget *widget)
{
  DeskTimeLabel *self = DESK_TIME_LABEL (widget);

  g_clear_handle_id (&self->source, g_source_remove);
  GTK_WIDGET_CLASS (desk_time_label_parent_class)->unmap (widget);
}

static void
desk_time_label_dispose (GObject *object)
{
  DeskTimeLabel *self = DESK_TIME_LABEL (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (desk_time_label_parent_class)->dispose (object);
}

static void
desk_time_label_class_init (DeskTimeLabelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_time_label_dispose;
  widget_class->map = desk_time_label_map;
  widget_class->unmap = desk_time_label_unmap;
  widget_class->query_tooltip = desk_time_label_query_tooltip;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "desktime");
}

static void
desk_time_label_init (DeskTimeLabel *self)
{
  self->label = gtk_label_new (NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}
