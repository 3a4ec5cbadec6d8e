/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How well a classifier did on texts whose labels are known. Pure. */
#pragma once

#include <glib.h>

typedef struct RoutingTally RoutingTally;

RoutingTally *routing_tally_new (void);

/* One text: what it is, what was guessed, whether the guess was sure enough to be followed, and
 * whether @truth is a label that the classifier could have guessed. */
void routing_tally_add (RoutingTally *tally, const char *truth, const char *guess, gboolean is_sure,
                        gboolean is_known);
void routing_tally_free (RoutingTally *tally);

/* Shares of 1; NAN where there is nothing to have a share of. */
typedef struct
{
  guint texts;
  double accuracy; /* the guess is right, sure or not */
  double macro_f1; /* the mean over all labels of the harmonic mean of precision and recall */
  double coverage; /* the guess is sure enough to be followed */
  double accuracy_covered; /* of those that are followed, how many are right */
  double unseen_refused; /* of texts of labels that it cannot know, how many are not followed */
  double gain; /* rightly followed less wrongly followed */
} RoutingFigures;

RoutingFigures routing_tally_figures (const RoutingTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoutingTally, routing_tally_free)
