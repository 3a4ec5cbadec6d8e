/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Rows are hidden, not removed: the list is bound to its model. Whether a run was opened is known
 * by its first bubble, which is still the same when another line follows.
 */

#include "desk-fold.h"

#include "desk-bubble.h"

/* What stands in a row without being a nuisance. */
#define MOST_LINES 3

static DeskBubble *
get_bubble (GtkListBox *messages, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (messages, index);

  return row != NULL ? DESK_BUBBLE (row) : NULL;
}

static void
fold_run (GtkListBox *messages, int first, int n)
{
  gboolean open = n <= MOST_LINES || desk_bubble_is_opened (get_bubble (messages, first));

  for (int i = first; i < first + n; i++)
    {
      DeskBubble *bubble = get_bubble (messages, i);
      gboolean last = i == first + n - 1;

      gtk_widget_set_visible (GTK_WIDGET (bubble), open || last);
      desk_bubble_set_folded (bubble, last && !open ? (guint) n - 1 : 0);
    }
}

void
desk_fold_update (GtkListBox *messages)
{
  int first = 0;
  int i = 0;

  for (DeskBubble *bubble; (bubble = get_bubble (messages, i)) != NULL; i++)
    if (!desk_message_is_system (desk_bubble_get_message (bubble)))
      {
        fold_run (messages, first, i - first);
        first = i + 1;
      }
  fold_run (messages, first, i - first);
}

void
desk_fold_open (GtkListBox *messages, GtkWidget *bubble)
{
  int i = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (bubble));

  while (i > 0 && desk_message_is_system (desk_bubble_get_message (get_bubble (messages, i - 1))))
    i--;
  desk_bubble_set_opened (get_bubble (messages, i));
  desk_fold_update (messages);
}
