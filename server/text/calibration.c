/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Logistic regression of few variables. */
#include "text/calibration.h"

#include <math.h>
#include <string.h>

#define SIZE (CALIBRATION_SIGNS + 1)
#define ROUNDS 50
#define ENOUGH 1e-9
#define PENALTY 1e-3

/* Longer steps than this leave where the quadratic model of Newton's method holds. */
#define STEP_MAX 4.0

static double
logistic (double sum)
{
  return 1 / (1 + exp (-sum));
}

static double
sum_up (const double *slopes, const double *signs)
{
  double sum = slopes[0];

  for (guint i = 0; i < CALIBRATION_SIGNS; i++)
    sum += slopes[i + 1] * signs[i];
  return sum;
}

double
calibration_confidence (const Calibration *calibration, const double *signs)
{
  double slopes[SIZE] = { calibration->constant };

  memcpy (slopes + 1, calibration->slopes, sizeof calibration->slopes);
  return logistic (sum_up (slopes, signs));
}

/* Solves @matrix · x = @vector by Gauss with pivots; x takes the place of @vector. The matrix is
 * symmetric and, by the penalty, never singular. */
static void
solve (double matrix[SIZE][SIZE], double *vector)
{
  for (guint column = 0; column < SIZE; column++)
    {
      guint pivot = column;

      for (guint row = column + 1; row < SIZE; row++)
        {
          if (fabs (matrix[row][column]) > fabs (matrix[pivot][column]))
            pivot = row;
        }
      for (guint i = 0; i < SIZE && pivot != column; i++)
        {
          double was = matrix[column][i];

          matrix[column][i] = matrix[pivot][i];
          matrix[pivot][i] = was;
        }
      if (pivot != column)
        {
          double was = vector[column];

          vector[column] = vector[pivot];
          vector[pivot] = was;
        }
      for (guint row = 0; row < SIZE; row++)
        {
          double share = row != column ? matrix[row][column] / matrix[column][column] : 0;

          for (guint i = column; i < SIZE && share != 0; i++)
            matrix[row][i] -= share * matrix[column][i];
          vector[row] -= share * vector[column];
        }
    }
  for (guint i = 0; i < SIZE; i++)
    vector[i] /= matrix[i][i];
}

typedef struct
{
  double gradient[SIZE];
  double curvature[SIZE][SIZE];
} Slope;

static void
add_guess (Slope *slope, const double *slopes, const CalibrationGuess *guess, double target)
{
  double inputs[SIZE] = { 1 };
  double probability = logistic (sum_up (slopes, guess->signs));
  double weight = MAX (probability * (1 - probability), 1e-12);

  memcpy (inputs + 1, guess->signs, sizeof guess->signs);
  for (guint i = 0; i < SIZE; i++)
    {
      slope->gradient[i] += (target - probability) * inputs[i];
      for (guint j = 0; j < SIZE; j++)
        slope->curvature[i][j] += weight * inputs[i] * inputs[j];
    }
}

/* One step of Newton's method. Returns: how far it went. */
static double
improve (double *slopes, const CalibrationGuess *guesses, guint count, const double *targets)
{
  Slope slope = { { 0 }, { { 0 } } };
  double length = 0;

  for (guint i = 0; i < count; i++)
    add_guess (&slope, slopes, &guesses[i], targets[guesses[i].is_right != FALSE]);
  for (guint i = 0; i < SIZE; i++)
    {
      slope.gradient[i] -= PENALTY * slopes[i];
      slope.curvature[i][i] += PENALTY;
    }
  solve (slope.curvature, slope.gradient);
  for (guint i = 0; i < SIZE; i++)
    length = MAX (length, fabs (slope.gradient[i]));
  for (guint i = 0; i < SIZE; i++)
    slopes[i] += slope.gradient[i] * MIN (1, STEP_MAX / MAX (length, ENOUGH));
  return length;
}

Calibration
calibration_fit (const CalibrationGuess *guesses, guint count)
{
  Calibration calibration;
  double slopes[SIZE] = { 0 };
  guint right = 0;
  double targets[2];

  for (guint i = 0; i < count; i++)
    right += guesses[i].is_right != FALSE;
  targets[0] = 1.0 / (count - right + 2);
  targets[1] = (right + 1.0) / (right + 2.0);
  for (guint round = 0; round < ROUNDS && count > 0; round++)
    {
      if (improve (slopes, guesses, count, targets) < ENOUGH)
        break;
    }
  calibration.constant = slopes[0];
  memcpy (calibration.slopes, slopes + 1, sizeof calibration.slopes);
  return calibration;
}
