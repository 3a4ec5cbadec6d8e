/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Dual coordinate descent for many classes at once. */
#include "text/linear-model.h"

#include <string.h>

/* Four classes that the processor takes in one step, wherever they begin. */
typedef float Lanes __attribute__ ((vector_size (16), aligned (4), may_alias));

#define LANES (sizeof (Lanes) / sizeof (float))
#define SEED 20261122

/* Nothing moves any more when no step violates optimality by more than this. */
#define TOLERANCE 0.05f

LinearModel *
linear_model_new (guint features, guint classes)
{
  LinearModel *model = g_new0 (LinearModel, 1);
  gsize size;

  model->features = features;
  model->classes = classes;
  model->stride = (classes + LANES - 1) / LANES * LANES;
  size = ((gsize) features + 1) * model->stride * sizeof (float);
  model->weights = g_aligned_alloc0 (1, size, sizeof (Lanes));
  return model;
}

void
linear_model_free (LinearModel *model)
{
  g_aligned_free (model->weights);
  g_free (model);
}

float *
linear_model_weights (const LinearModel *model, guint feature)
{
  return model->weights + (gsize) feature * model->stride;
}

void
linear_model_margins (const LinearModel *model, const LinearEntry *entries, guint count,
                      float *margins)
{
  memcpy (margins, linear_model_weights (model, model->features), model->stride * sizeof (float));
  for (guint i = 0; i < count; i++)
    {
      const float *weights = linear_model_weights (model, entries[i].feature);

      for (guint k = 0; k < model->stride; k += LANES)
        *(Lanes *) (margins + k) += entries[i].value * *(const Lanes *) (weights + k);
    }
}

/* Everything that the descent moves. */
typedef struct
{
  const LinearData *data;
  LinearModel *model;
  float *duals; /* of each row and class: 0 or more */
  float *squares; /* x·x of each row, the constant's 1 among it */
  float *margins; /* of the row at hand */
  float *steps; /* what is added to each class's weights, in units of the row */
  double cost;
  float violation; /* the greatest one of this round */
} Descent;

static float
row_importance (const LinearData *data, guint row)
{
  return data->importance != NULL ? data->importance[row] : 1;
}

/* Moves the dual of @row and class @k to its minimum. Returns: whether that changes weights. */
static gboolean
step_class (Descent *descent, guint row, guint k, float diagonal)
{
  float sign = descent->data->labels[row] == k ? 1 : -1;
  float *dual = descent->duals + (gsize) row * descent->model->stride + k;
  float gradient = sign * descent->margins[k] - 1 + *dual * diagonal;
  float projected = *dual > 0 ? gradient : MIN (gradient, 0);
  float before = *dual;

  descent->steps[k] = 0;
  if (projected == 0)
    return FALSE;
  descent->violation = MAX (descent->violation, ABS (projected));
  *dual = MAX (before - gradient / (descent->squares[row] + diagonal), 0);
  descent->steps[k] = (*dual - before) * sign;
  return descent->steps[k] != 0;
}

static void
add_steps (Descent *descent, guint feature, float value, guint first, guint end)
{
  float *weights = linear_model_weights (descent->model, feature);

  for (guint k = first; k < end; k += LANES)
    *(Lanes *) (weights + k) += value * *(const Lanes *) (descent->steps + k);
}

/* Most rows are well on the right side of most classes: only the stretch of classes that moved is
 * written. */
static void
step_row (Descent *descent, guint row)
{
  const LinearData *data = descent->data;
  const LinearEntry *entries = data->entries + data->starts[row];
  guint count = (guint) (data->starts[row + 1] - data->starts[row]);
  float diagonal = (float) (0.5 / (descent->cost * row_importance (data, row)));
  guint first = G_MAXUINT, last = 0;

  linear_model_margins (descent->model, entries, count, descent->margins);
  for (guint k = 0; k < data->classes; k++)
    {
      if (!step_class (descent, row, k, diagonal))
        continue;
      first = MIN (first, k);
      last = k;
    }
  if (first == G_MAXUINT)
    return;
  first -= first % LANES;
  for (guint i = 0; i < count; i++)
    add_steps (descent, entries[i].feature, entries[i].value, first, last + 1);
  add_steps (descent, data->features, 1, first, last + 1);
}

static guint *
number_rows (guint rows)
{
  guint *order = g_new (guint, rows);

  for (guint i = 0; i < rows; i++)
    order[i] = i;
  return order;
}

static void
shuffle (guint *order, guint count, GRand *dice)
{
  for (guint i = count; i > 1; i--)
    {
      guint j = (guint) g_rand_int_range (dice, 0, (gint32) i);
      guint was = order[i - 1];

      order[i - 1] = order[j];
      order[j] = was;
    }
}

static float *
square_rows (const LinearData *data)
{
  float *squares = g_new (float, data->rows);

  for (guint row = 0; row < data->rows; row++)
    {
      squares[row] = 1;
      for (gsize i = data->starts[row]; i < data->starts[row + 1]; i++)
        squares[row] += data->entries[i].value * data->entries[i].value;
    }
  return squares;
}

/* Returns: FALSE when it was cancelled. */
static gboolean
descend (Descent *descent, guint rounds, const gint *cancel)
{
  guint rows = descent->data->rows;
  g_autofree guint *order = number_rows (rows);
  g_autoptr (GRand) dice = g_rand_new_with_seed (SEED);

  for (guint round = 0; round < rounds; round++)
    {
      descent->violation = 0;
      shuffle (order, rows, dice);
      for (guint i = 0; i < rows; i++)
        {
          if (i % 256 == 0 && cancel != NULL && g_atomic_int_get (cancel) != 0)
            return FALSE;
          step_row (descent, order[i]);
        }
      if (descent->violation < TOLERANCE)
        break;
    }
  return TRUE;
}

LinearModel *
linear_model_train (const LinearData *data, double cost, guint rounds, const gint *cancel)
{
  g_autoptr (LinearModel) model = linear_model_new (data->features, data->classes);
  g_autofree float *duals = g_new0 (float, (gsize) data->rows * model->stride);
  g_autofree float *squares = square_rows (data);
  float *work = g_aligned_alloc0 (2, model->stride * sizeof (float), sizeof (Lanes));
  Descent descent = { .data = data,
                      .model = model,
                      .duals = duals,
                      .squares = squares,
                      .margins = work,
                      .steps = work + model->stride,
                      .cost = cost };
  gboolean done = descend (&descent, rounds, cancel);

  g_aligned_free (work);
  return done ? g_steal_pointer (&model) : NULL;
}
