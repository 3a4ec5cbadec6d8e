/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What could not be loaded, said in the place where it would stand, with a way to try again.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define DESK_TYPE_PROBLEM_ROW (desk_problem_row_get_type ())

/** DeskProblemRow: signal `retry`. */
G_DECLARE_FINAL_TYPE (DeskProblemRow, desk_problem_row, DESK, PROBLEM_ROW, GtkWidget)

/**
 * desk_problem_row_show:
 * @sentence: (nullable): what is missing; %NULL hides the row
 * @problem: (nullable): why, for whoever has to look into it
 */
void desk_problem_row_show (DeskProblemRow *self, const char *sentence, const GError *problem);

G_END_DECLS
