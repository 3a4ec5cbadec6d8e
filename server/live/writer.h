/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The one writer of chat messages: a thread that takes whatever is queued (at most 64), writes it
 * in one transaction, and answers each message only after the commit. No timer lingers, so that
 * light load means a batch of one and no added delay. */
#pragma once

#include "base/actor.h"
#include "base/arguments.h"
#include "base/metrics.h"
#include "event/relay.h"

#include <glib.h>

struct Metrics;
struct Database;
struct Relay;

/* The longest text of a message, in characters. */
#define WRITER_BODY_MAX 16000

typedef struct Writer Writer;

typedef struct
{
  gint64 ticket_id;
  gint64 author_id;
  gboolean author_is_staff;
  char *client_id; /* never NULL: the server makes one where the sender did not */
  char *body;
  char *spans; /* JSON of the span tree */
  char *mentions; /* ids of colleagues as an array literal, `{}` for none */
  GArray *attachments; /* of gint64: the files it holds, each once */
  gboolean is_internal;
  gint64 seen_seq; /* -1: not said */
} WriterMessage;

typedef struct
{
  gboolean repeated; /* was there before: same answer again */
  gint64 ticket_id; /* where it is, which a late reply's ticket is not */
  gint64 message_id;
  gint64 seq; /* as the author counts */
  const char *created_at;
  const char *json; /* the message as its author sees it */
} WriterReceipt;

/* Called on the writer's thread, once for each message: @receipt after the commit, or @error. */
typedef void (*WriterDone) (const WriterReceipt *receipt, const GError *error, gpointer data);

/* All are borrowed. */
Writer *writer_new (struct Database *database, Relay *relay, Metrics *metrics);

/* Connects and starts the thread; FALSE when the database cannot be reached. */
gboolean writer_start (Writer *writer, GError **error);

/* Reads a message that @author sends to ticket @ticket_id: `body`, `client_id` (in its absence
 * @key, which may be NULL), `is_internal`, `mentions`, `attachments`, `seen_seq`. With attachments
 * the body may be absent or empty.
 * Returns: (transfer full): free with writer_message_free(), or hand to writer_put(); NULL with a
 * problem that names every wrong field of @arguments, also what others have noted. */
WriterMessage *writer_message_read (Arguments *arguments, const Actor *author, gint64 ticket_id,
                                    const char *key, GError **error);
void writer_message_free (WriterMessage *message);

/* The field `attachments`, each file once.
 * Returns: (transfer full) (element-type gint64): empty when absent. */
GArray *writer_read_attachments (Arguments *arguments);

/* @ids as an array literal.
 * Returns: (transfer full): free with g_free(). */
char *writer_list_ids (const GArray *ids);

/* The field `mentions`, each account once, as an array literal.
 * Returns: (transfer full): NULL when absent. */
char *writer_read_mentions (Arguments *arguments);

/* Queues @message (transfer full). From any thread. When the queue is full (the database is away or
 * too slow) @done is called at once with `unavailable`: nothing is ever dropped silently. */
void writer_put (Writer *writer, WriterMessage *message, WriterDone done, gpointer data);

/* Writes what is queued, then stops. */
void writer_stop (Writer *writer);
void writer_free (Writer *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WriterMessage, writer_message_free)
