/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A timing wheel with slots of one second. Thousands of sockets each have a deadline that is pushed
 * away by every frame; setting one, dropping one and the passing of a second cost nothing for all
 * the others. */
#pragma once

#include <glib.h>

typedef struct Wheel Wheel;
typedef struct WheelTimer WheelTimer;

/* Part of whatever has a deadline; starts as zeroes. */
struct WheelTimer
{
  WheelTimer *next;
  WheelTimer **link; /* what points here; NULL while not set */
  gint64 due;
  gpointer owner;
};

typedef void (*WheelDue) (gpointer owner, gpointer data);

/* @second: now, on any clock that never goes back. */
Wheel *wheel_new (gint64 second);

/* Has @timer call for @owner at @second, instead of whenever it was set to before. What is due
 * already comes with the next second. */
void wheel_set (Wheel *wheel, WheelTimer *timer, gint64 second, gpointer owner);

/* Does nothing when @timer is not set. */
void wheel_drop (WheelTimer *timer);

/* Turns to @second and calls @due once for each timer on the way, which is no longer set then. @due
 * may set and drop timers. */
void wheel_turn (Wheel *wheel, gint64 second, WheelDue due, gpointer data);
void wheel_free (Wheel *wheel);
