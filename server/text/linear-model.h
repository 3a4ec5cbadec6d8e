/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Linear classifiers over sparse rows: for each class one support vector machine that tells it from
 * all others. Pure. */
#pragma once

#include <glib.h>

/* One value of a row. */
typedef struct
{
  guint32 feature;
  float value;
} LinearEntry;

/* Rows to learn from. */
typedef struct
{
  guint rows, features, classes;
  const gsize *starts; /* where each row begins in @entries; one more for the end */
  const LinearEntry *entries;
  const guint *labels; /* the class of each row */
  const float *importance; /* how much each row counts; NULL for 1 */
} LinearData;

/* Weights of all classes. Those of one feature lie together, since a row asks for all classes of
 * few features. */
typedef struct
{
  guint features, classes;
  guint stride; /* floats from a feature to the next; those behind the classes are 0 */
  float *weights; /* the row behind the last feature is the constant of each class */
} LinearModel;

/**
 * linear_model_train:
 * @data: at least one row
 * @cost: what a row on the wrong side costs, against the size of the weights; about 1
 * @rounds: how often every row is gone through at most
 * @cancel: (nullable): stops early when it becomes other than 0
 *
 * One against all others, with L2 penalty and squared hinge loss, solved in the dual by coordinate
 * descent, all classes side by side. The order of the rows is shuffled by a fixed seed: the
 * same data give the same model.
 *
 * Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, A Dual Coordinate Descent Method for
 * Large-scale Linear SVM, ICML 2008, algorithm 1 with L2-SVM.
 *
 * Returns: (transfer full): free with linear_model_free(); NULL when cancelled
 */
LinearModel *linear_model_train (const LinearData *data, double cost, guint rounds,
                                 const gint *cancel);

/* An empty model. Returns: (transfer full) */
LinearModel *linear_model_new (guint features, guint classes);

/* The weights of @feature; @feature == model->features gives the constants. */
float *linear_model_weights (const LinearModel *model, guint feature);

/* How far a row of @count @entries stands on the side of each class: @margins has model->stride
 * places. 1 is a typical row of the class, -1 one of another. */
void linear_model_margins (const LinearModel *model, const LinearEntry *entries, guint count,
                           float *margins);

void linear_model_free (LinearModel *model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinearModel, linear_model_free)
