/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a classifier is made of, for the files that train, ask and keep one. */
#pragma once

#include "text/calibration.h"
#include "text/classifier.h"
#include "text/vocabulary.h"

/* The most places that weights may take, 16 MiB: with many labels fewer features are known. */
#define TEXT_CLASSIFIER_WEIGHTS_MAX (1u << 22)

struct TextClassifier
{
  TextVocabulary *vocabulary;
  LinearModel *model;
  Calibration calibration;
  GPtrArray *labels; /* of char *, by class */
};

/* The best class for a row, and the signs by which its calibration judges it. */
guint text_classifier_choose (const LinearModel *model, const LinearEntry *entries, guint count,
                              double *signs);
