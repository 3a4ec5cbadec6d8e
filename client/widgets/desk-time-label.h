/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A label that says how long ago something was and keeps saying it right; the exact time is in its
 * tooltip.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define DESK_TYPE_TIME_LABEL (desk_time_label_get_type ())

G_DECLARE_FINAL_TYPE (DeskTimeLabel, desk_time_label, DESK, TIME_LABEL, GtkWidget)

/** desk_time_label_set_time: @time: microseconds since 1970, UTC; 0 shows nothing. */
void desk_time_label_set_time (DeskTimeLabel *self, gint64 time);

/**
 * desk_time_describe_age:
 * @time: microseconds since 1970, UTC
 * @now: the same
 *
 * Returns: (transfer full): a short age such as "now", "5 min", "2 h", "3 d", or a date.
 */
char *desk_time_describe_age (gint64 time, gint64 now);

/** desk_time_describe_clock: Returns: (transfer full): the time of day, in the reader's zone. */
char *desk_time_describe_clock (gint64 time);

/** desk_time_describe_day: Returns: (transfer full): "Today", "Yesterday", or a date. */
char *desk_time_describe_day (gint64 time, gint64 now);

/** desk_time_is_same_day: Returns: whether both are one day in the reader's zone. */
gboolean desk_time_is_same_day (gint64 a, gint64 b);

G_END_DECLS
