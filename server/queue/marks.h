/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where in each lane the first waiting ticket was last seen. The next look begins there, so that
 * the dead entries of tickets that left cost nothing, of which an old snapshot somewhere can keep
 * any number in the index. A ticket that may stand before the mark is looked at by its id: so
 * nobody is passed. Belongs to one thread. */
#pragma once

#include "db/db.h"

typedef struct Marks Marks;

Marks *marks_new (void);

/* Something about @ticket_id has changed, so it may stand anywhere. */
void marks_call (Marks *marks, gint64 ticket_id);

/* The next look begins at the beginning of every lane. */
void marks_forget (Marks *marks);

/* What the next look needs, each a closed PostgreSQL array (transfer full): lanes with a mark,
 * the rank of each in microseconds since 1970, and the tickets to be looked at by id. */
typedef struct
{
  GString *lanes, *ranks, *called;
} MarksView;

void marks_view (const Marks *marks, MarksView *view);
void marks_view_clear (MarksView *view);

/* How many tickets are to be looked at by id. */
guint marks_count_called (const Marks *marks);

/* A look saw a waiting ticket of rank @rank in @lane; @scanned says that it has seen the whole lane
 * from its mark on, and not only what was called. */
void marks_see (Marks *marks, gint64 lane, gint64 rank, gboolean scanned);

/* The look is over: what was seen are the new marks, and nothing is called any more. */
void marks_settle (Marks *marks);

void marks_free (Marks *marks);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MarksView, marks_view_clear)
