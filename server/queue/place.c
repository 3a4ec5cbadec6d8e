/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Quantiles of the beta prime distribution by bisection of the regularised incomplete beta
 * function. Bisection, because it always ends and its error is known; the figures are rounded to
 * tens of seconds anyway. */
#include "queue/place.h"

#include <math.h>

#define LOW_SHARE 0.1
#define HIGH_SHARE 0.9
#define BISECTIONS 40

/* Lentz's method needs about the root of the larger parameter; this is room for a million. */
#define FRACTION_TERMS 2000
#define FRACTION_PRECISION 1e-9

typedef struct
{
  double a;
  double b;
  double log_scale; /* ln Γ(a + b) − ln Γ(a) − ln Γ(b) */
} Beta;

static Beta
beta_new (double a, double b)
{
  int sign;

  return (Beta){ a, b, lgamma_r (a + b, &sign) - lgamma_r (a, &sign) - lgamma_r (b, &sign) };
}

static double
away_from_zero (double value)
{
  return fabs (value) < 1e-300 ? 1e-300 : value;
}

/* The continued fraction of DLMF 8.17.22, evaluated by Lentz's method; converges fast below (a +
 * 1) / (a + b + 2). */
static double
beta_fraction (double a, double b, double x)
{
  double c = 1;
  double d = 1 / away_from_zero (1 - (a + b) * x / (a + 1));
  double value = d;

  for (guint m = 1; m <= FRACTION_TERMS; m++)
    {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      double step;

      d = 1 / away_from_zero (1 + even * d);
      c = away_from_zero (1 + even / c);
      value *= c * d;
      d = 1 / away_from_zero (1 + odd * d);
      c = away_from_zero (1 + odd / c);
      step = c * d;
      value *= step;
      if (fabs (step - 1) < FRACTION_PRECISION)
        break;
    }
  return value;
}

/* The share of a beta distribution below @x. */
static double
beta_below (const Beta *beta, double x)
{
  double scale = exp (beta->log_scale + beta->a * log (x) + beta->b * log1p (-x));

  if (x < (beta->a + 1) / (beta->a + beta->b + 2))
    return scale * beta_fraction (beta->a, beta->b, x) / beta->a;
  return 1 - scale * beta_fraction (beta->b, beta->a, 1 - x) / beta->b;
}

double
place_quantile (guint place, guint handovers, double seconds, double share)
{
  Beta beta = beta_new (place, handovers + 0.5);
  double low = 0;
  double high = 1;
  double x;

  for (guint i = 0; i < BISECTIONS; i++)
    {
      double middle = (low + high) / 2;

      if (beta_below (&beta, middle) < share)
        low = middle;
      else
        high = middle;
    }
  x = (low + high) / 2;
  return seconds * x / (1 - x);
}

/* As coarse as people speak: tens of seconds, then half minutes, five minutes, quarters of an
 * hour. */
static guint
step_of (double seconds)
{
  if (seconds < 60)
    return 10;
  if (seconds < 10 * 60)
    return 30;
  return seconds < 60 * 60 ? 5 * 60 : 15 * 60;
}

gboolean
place_wait (guint place, guint handovers, double seconds, guint agents, PlaceWait *wait)
{
  double low;
  double high;

  if (place == 0 || handovers < PLACE_HANDOVERS_MIN || agents == 0 || !(seconds > 0))
    return FALSE;
  low = MIN (place_quantile (place, handovers, seconds, LOW_SHARE), PLACE_WAIT_MAX);
  high = MIN (place_quantile (place, handovers, seconds, HIGH_SHARE), PLACE_WAIT_MAX);
  wait->low = (guint) round (low / step_of (low)) * step_of (low);
  wait->high = MAX ((guint) round (high / step_of (high)), 1) * step_of (high);
  return TRUE;
}
