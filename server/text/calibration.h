/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How far a guess can be trusted: an honest probability that it is right, learnt from guesses about
 * texts that the guesser had not seen. Pure. */
#pragma once

#include <glib.h>

/* What is known about a guess before it is known whether it is right. */
#define CALIBRATION_SIGNS 3

typedef struct
{
  double signs[CALIBRATION_SIGNS];
  gboolean is_right;
} CalibrationGuess;

/* The probability is the logistic function of a sum. */
typedef struct
{
  double constant;
  double slopes[CALIBRATION_SIGNS];
} Calibration;

/**
 * calibration_fit:
 * @guesses: guesses about texts that the guesser had not learnt from
 * @count: how many; of none nothing can be learnt and each is as good as a coin
 *
 * Logistic regression by Newton's method, with a small penalty on the slopes so that it has a
 * solution where the signs separate right and wrong completely, and with the targets of Platt,
 * which are never quite 0 or 1.
 *
 * Source: Platt, Probabilistic Outputs for Support Vector Machines, 1999; Lin, Lin and Weng, A note
 * on Platt's probabilistic outputs for support vector machines, Machine Learning 68, 2007.
 */
Calibration calibration_fit (const CalibrationGuess *guesses, guint count);

/* The probability, between 0 and 1, that a guess with these @signs is right. */
double calibration_confidence (const Calibration *calibration, const double *signs);
