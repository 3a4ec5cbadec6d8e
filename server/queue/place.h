/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How long somebody at a place in the queue will probably wait, as an honest range. Pure. */
#pragma once

#include <glib.h>

/* Fewer hand-overs than this are nothing to estimate from. */
#define PLACE_HANDOVERS_MIN 3

/* No promise reaches further than a day. */
#define PLACE_WAIT_MAX (24 * 60 * 60)

/* Seconds; eight of ten people at this place wait at least @low and at most @high. */
typedef struct
{
  guint low;
  guint high;
} PlaceWait;

/**
 * place_quantile:
 * @place: place in the lane, the head is 1
 * @handovers: tickets of the lane that were handed over after waiting
 * @seconds: for how long somebody was waiting meanwhile
 * @share: between 0 and 1, exclusive
 *
 * While somebody waits, a lane hands tickets over at random moments with some unknown rate (a
 * Poisson process). Having seen @handovers in @seconds, with the Jeffreys prior for the rate,
 * the time until the @place'th next one divided by @seconds has a beta prime distribution with
 * the parameters @place and @handovers + ½. So few observations give a wide range and many give
 * a narrow one, which then is the gamma distribution of a known rate.
 *
 * Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6 (the rate's posterior is a
 * gamma distribution); Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2,
 * 2nd ed., chapter 27 (a ratio of gamma variables is beta prime).
 *
 * Returns: the time in seconds within which a share of @share is served
 */
double place_quantile (guint place, guint handovers, double seconds, double share);

/**
 * place_wait:
 * @place: place in the lane, the head is 1
 * @handovers: tickets of the lane that were handed over after waiting
 * @seconds: for how long somebody was waiting meanwhile
 * @agents: how many are there to take one
 * @wait: (out): the range from the 10 % to the 90 % quantile, rounded to the nearest steps that
 *   people use, so that it does not flicker; rounded outwards it would hold for nearly nine of ten
 *
 * Returns: %FALSE when there is nothing to estimate from: too few hand-overs, or nobody is there
 */
gboolean place_wait (guint place, guint handovers, double seconds, guint agents, PlaceWait *wait);
