/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A failed fetch. The button keeps its place and the focus while it is tried again, so that a
 * keyboard does not fall out of the row.
 */

#include "desk-problem-row.h"

#include <glib/gi18n.h>

struct _DeskProblemRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *sentence;
  GtkButton *retry;

  char *details;
  gboolean trying;
};

enum
{
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskProblemRow, desk_problem_row, GTK_TYPE_WIDGET)

static char *
write_details (const char *sentence, const GError *problem)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);

  return g_strdup_printf ("%s\n%s\n%s", time, sentence, problem != NULL ? problem->message : "");
}

void
desk_problem_row_show (DeskProblemRow *self, const char *sentence, const GError *problem)
{
  gtk_widget_set_visible (GTK_WIDGET (self), sentence != NULL);
  if (sentence == NULL)
    return;

  g_free (self->details);
  self->details = write_details (sentence, problem);
  self->trying = FALSE;
  gtk_button_set_label (self->retry, _ ("Retry"));
  gtk_label_set_label (self->sentence, sentence);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sentence),
                               problem != NULL ? problem->message : NULL);
}

static void
retry_cb (GtkButton *button, DeskProblemRow *self)
{
  (void) button;
  if (self->trying)
    return;

  self->trying = TRUE;
  gtk_button_set_label (self->retry, _ ("Trying…"));
  g_signal_emit (self, signals[RETRY], 0);
}

static void
copy_cb (GtkButton *button, DeskProblemRow *self)
{
  (void) button;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->details);
}

static void
desk_problem_row_dispose (GObject *object)
{
  DeskProblemRow *self = DESK_PROBLEM_ROW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->details, g_free);

  G_OBJECT_CLASS (desk_problem_row_parent_class)->dispose (object);
}

static void
desk_problem_row_class_init (DeskProblemRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_problem_row_dispose;
  signals[RETRY] = g_signal_new ("retry", DESK_TYPE_PROBLEM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/problem/desk-problem-row.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskProblemRow, box);
  gtk_widget_class_bind_template_child (widget_class, DeskProblemRow, sentence);
  gtk_widget_class_bind_template_child (widget_class, DeskProblemRow, retry);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
desk_problem_row_init (DeskProblemRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
