/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The commands `train-routing` and `evaluate-routing`: what the server learns from its own tickets,
 * tried on a file. They need no database and change nothing of a site. */
#pragma once

#include <glib.h>

/* Trains on @csv and writes the model to @path. FALSE with a problem. */
gboolean routing_command_train (const char *csv, const char *path, GError **error);

/* Lets the model of @path guess the labels of @csv and prints how well it did; guesses below
 * @confidence percent are not followed. FALSE with a problem. */
gboolean routing_command_evaluate (const char *csv, const char *path, guint confidence,
                                   GError **error);
