/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The books of a talk: which message was due when, is acknowledged, was seen by whom. Frames are
 * searched for a client id of this run instead of being parsed, so that the client takes little of
 * the processor time that it shares with the server.
 */

#include "ledger.h"

#include "loop.h"

#include <string.h>

/* Messages of one writer that can be under way at once. */
#define ENTRIES 1024

typedef struct
{
  guint number;
  gboolean acked;
  guint32 seen_by;
  gint64 due;
} Entry;

typedef struct
{
  guint sent;
  guint unacked;
  Entry entries[ENTRIES];
} Writer;

struct _Ledger
{
  char *run;
  Writer *writers;
  guint n_writers;
  guint n_readers;
  guint under_way;
  LedgerFigures *figures;
  gint64 measured_from;
};

Ledger *
ledger_new (guint n_writers, guint n_readers)
{
  Ledger *ledger = g_new0 (Ledger, 1);

  g_assert (n_readers > 0 && n_readers <= LEDGER_READERS_MAX);
  ledger->run = g_strdup_printf ("%" G_GINT64_MODIFIER "x-", g_get_real_time ());
  ledger->writers = g_new0 (Writer, n_writers);
  ledger->n_writers = n_writers;
  ledger->n_readers = n_readers;
  return ledger;
}

void
ledger_free (Ledger *ledger)
{
  g_free (ledger->run);
  g_free (ledger->writers);
  g_free (ledger);
}

void
ledger_measure (Ledger *ledger, LedgerFigures *figures, gint64 from)
{
  if (figures != NULL)
    *figures = (LedgerFigures){ 0 };
  ledger->figures = figures;
  ledger->measured_from = from;
}

static gboolean
is_under_way (const Ledger *ledger, const Entry *entry)
{
  guint32 all = (guint32) ((G_GUINT64_CONSTANT (1) << ledger->n_readers) - 1);

  return entry->due != 0 && (!entry->acked || entry->seen_by != all);
}

gboolean
ledger_has_room (const Ledger *ledger, guint writer)
{
  const Writer *self = &ledger->writers[writer];

  return !is_under_way (ledger, &self->entries[self->sent % ENTRIES]);
}

char *
ledger_send (Ledger *ledger, guint writer, gint64 due)
{
  Writer *self = &ledger->writers[writer];
  guint number = self->sent++;

  self->entries[number % ENTRIES] = (Entry){ .number = number, .due = due };
  self->unacked++;
  ledger->under_way++;
  return g_strdup_printf ("%s%u-%u", ledger->run, writer, number);
}

guint
ledger_unacked (const Ledger *ledger, guint writer)
{
  return ledger->writers[writer].unacked;
}

guint
ledger_under_way (const Ledger *ledger)
{
  return ledger->under_way;
}

/* Reads a decimal number; the text is not terminated. Returns NULL when there is none. */
static const char *
read_number (const char *text, const char *end, guint *number)
{
  const char *start = text;

  for (*number = 0; text < end && g_ascii_isdigit (*text); text++)
    *number = *number * 10 + (guint) (*text - '0');
  return text > start ? text : NULL;
}

/* Returns NULL when the frame is about none of the messages under way. */
static Entry *
find_entry (Ledger *ledger, const char *text, gsize length, guint *writer)
{
  gsize run_length = strlen (ledger->run);
  const char *end = text + length;
  const char *id = memmem (text, length, ledger->run, run_length);
  guint number = 0;

  if (id == NULL || (id = read_number (id + run_length, end, writer)) == NULL || id == end
      || *id != '-' || read_number (id + 1, end, &number) == NULL || *writer >= ledger->n_writers)
    return NULL;

  Entry *entry = &ledger->writers[*writer].entries[number % ENTRIES];
  return entry->due != 0 && entry->number == number ? entry : NULL;
}

static void
add_latency (const Ledger *ledger, const Entry *entry, Histogram *histogram)
{
  if (entry->due >= ledger->measured_from)
    histogram_add (histogram, loop_now () - entry->due);
}

/* Called when one of the two things happened that a finished message needs. */
static void
count_if_finished (const Ledger *ledger, const Entry *entry, guint own_reader)
{
  if (entry->acked && (entry->seen_by & (1u << own_reader)))
    ledger->figures->finished++;
}

gboolean
ledger_take_ack (Ledger *ledger, guint writer, const char *text, gsize length)
{
  guint found = 0;
  Entry *entry = find_entry (ledger, text, length, &found);

  if (entry == NULL || found != writer || entry->acked)
    return FALSE;

  entry->acked = TRUE;
  ledger->writers[writer].unacked--;
  ledger->under_way -= !is_under_way (ledger, entry);
  if (ledger->figures != NULL)
    {
      add_latency (ledger, entry, &ledger->figures->ack);
      count_if_finished (ledger, entry, writer % ledger->n_readers);
    }
  return TRUE;
}

guint
ledger_take_delivery (Ledger *ledger, guint reader, const char *text, gsize length, guint *writer)
{
  Entry *entry = find_entry (ledger, text, length, writer);
  guint32 bit = 1u << reader;

  if (entry == NULL)
    return 0;
  if (entry->seen_by & bit)
    return 2;

  entry->seen_by |= bit;
  ledger->under_way -= !is_under_way (ledger, entry);
  if (ledger->figures != NULL && *writer % ledger->n_readers == reader)
    {
      add_latency (ledger, entry, &ledger->figures->delivery);
      count_if_finished (ledger, entry, reader);
    }
  return 1;
}
