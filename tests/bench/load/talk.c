/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Customers who write and agents who read. Every agent hears every ticket; one of them is the own
 * agent of a message, whose socket ends its measurement. All of them must hold each message exactly
 * once, or there are no figures at all: a fast server that loses messages has no speed.
 */

#include "talk.h"

#include "ws.h"

#include <gio/gio.h>
#include <string.h>

#define OPEN_TIMEOUT (20 * G_USEC_PER_SEC)
#define DRAIN_TIMEOUT (20 * G_USEC_PER_SEC)
#define HELLO "{\"type\":\"hello\"}"
#define MESSAGE                                                                                   \
  "{\"type\":\"message\",\"client_id\":\"%s\",\"ticket\":%" G_GINT64_FORMAT ",\"body\":\"Hello, " \
  "is there any **news** about my order? It was promised for Tuesday and nothing came.\"}"
#define SHOWN_OF_A_FRAME 400

/* A customer or an agent at a live socket. */
typedef struct
{
  Ws ws;
  Talk *talk;
  guint index;
  gint64 ticket;
  gboolean welcome;
} Person;

struct _Talk
{
  Loop *loop;
  const Options *options;
  Ledger *ledger;
  Person *customers;
  guint n_customers;
  Person *agents;
  guint n_agents;
  guint n_welcome;
  guint window;
  char *failure;
};

static void
fail (Talk *talk, const char *what)
{
  if (talk->failure == NULL)
    talk->failure = g_strdup (what);
}

static void
fail_at_frame (Talk *talk, const char *what, const char *text, gsize length)
{
  g_autofree char *failure
      = g_strdup_printf ("%s: %.*s", what, (int) MIN (length, SHOWN_OF_A_FRAME), text);

  fail (talk, failure);
}

/* Returns whether all is well; else the failure moves into @error. */
static gboolean
is_well (Talk *talk, GError **error)
{
  if (talk->failure != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, talk->failure);
  return talk->failure == NULL;
}

static gboolean
holds (const char *text, gsize length, const char *word)
{
  return memmem (text, length, word, strlen (word)) != NULL;
}

static void
send_message (Person *customer, gint64 due)
{
  Talk *talk = customer->talk;

  if (!ledger_has_room (talk->ledger, customer->index))
    {
      fail (talk, "The server does not keep up: old messages stay under way");
      return;
    }

  g_autofree char *id = ledger_send (talk->ledger, customer->index, due);
  g_autofree char *frame = g_strdup_printf (MESSAGE, id, customer->ticket);

  ws_send (&customer->ws, frame, strlen (frame));
}

static void
fill_window (Person *customer)
{
  Talk *talk = customer->talk;

  while (ledger_unacked (talk->ledger, customer->index) < talk->window
         && ledger_has_room (talk->ledger, customer->index))
    send_message (customer, loop_now ());
}

static void
take_welcome (Person *person, const char *text, gsize length)
{
  if (person->welcome || !holds (text, length, "\"welcome\""))
    return;

  person->welcome = TRUE;
  person->talk->n_welcome++;
}

static void
customer_text_cb (Ws *ws, const char *text, gsize length)
{
  Person *customer = (Person *) ws;
  Talk *talk = customer->talk;

  if (holds (text, length, "\"refused\""))
    fail_at_frame (talk, "Refused", text, length);
  else if (!holds (text, length, "\"ack\""))
    take_welcome (customer, text, length);
  else if (ledger_take_ack (talk->ledger, customer->index, text, length))
    fill_window (customer);
  else
    fail_at_frame (talk, "An acknowledgement of nothing", text, length);
}

static void
agent_text_cb (Ws *ws, const char *text, gsize length)
{
  Person *agent = (Person *) ws;
  Talk *talk = agent->talk;
  guint writer = 0;

  if (!holds (text, length, "\"message.created\""))
    {
      take_welcome (agent, text, length);
      return;
    }

  guint times = ledger_take_delivery (talk->ledger, agent->index, text, length, &writer);

  if (times > 1)
    fail_at_frame (talk, "A message came twice", text, length);
  else if (times == 1)
    {
      /* A customer whose ledger was full may go on. */
      fill_window (&talk->customers[writer]);
      stream_flush (&talk->customers[writer].ws.stream);
    }
}

static void
opened_cb (Ws *ws)
{
  ws_send (ws, HELLO, strlen (HELLO));
}

static void
closed_cb (Ws *ws, const char *reason)
{
  Person *person = (Person *) ws;

  fail_at_frame (person->talk, "A socket", reason, strlen (reason));
}

static const WsHandlers customer_handlers = { opened_cb, customer_text_cb, closed_cb };
static const WsHandlers agent_handlers = { opened_cb, agent_text_cb, closed_cb };

/* Lines hold a token and, for customers, a ticket. */
static gboolean
open_people (Talk *talk, GStrv lines, const WsHandlers *handlers, Person *people, guint *n_opened,
             GError **error)
{
  for (char **line = lines; *line != NULL; line++, (*n_opened)++)
    {
      Person *person = &people[*n_opened];
      g_auto (GStrv) words = g_strsplit (*line, " ", 2);

      person->talk = talk;
      person->index = *n_opened;
      person->ticket = words[1] != NULL ? g_ascii_strtoll (words[1], NULL, 10) : 0;
      if (!ws_open (&person->ws, talk->loop, talk->options->port, words[0], handlers, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
await_welcomes (Talk *talk, GError **error)
{
  guint wanted = talk->n_customers + talk->n_agents;
  gint64 deadline = loop_now () + OPEN_TIMEOUT;

  while (talk->n_welcome < wanted && talk->failure == NULL && loop_now () < deadline)
    loop_turn (talk->loop, deadline);
  if (talk->n_welcome < wanted)
    fail (talk, "Not everybody was welcomed in time");
  return is_well (talk, error);
}

Talk *
talk_new (Loop *loop, const Options *options, GError **error)
{
  g_autoptr (Talk) talk = g_new0 (Talk, 1);
  guint n_customers = g_strv_length (options->customers);
  guint n_agents = g_strv_length (options->agents);

  talk->loop = loop;
  talk->options = options;
  if (n_customers == 0 || n_agents == 0 || n_agents > LEDGER_READERS_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "A talk needs customers and 1 to %d agents", LEDGER_READERS_MAX);
      return NULL;
    }

  talk->ledger = ledger_new (n_customers, n_agents);
  talk->customers = g_new0 (Person, n_customers);
  talk->agents = g_new0 (Person, n_agents);
  if (!open_people (talk, options->customers, &customer_handlers, talk->customers,
                    &talk->n_customers, error)
      || !open_people (talk, options->agents, &agent_handlers, talk->agents, &talk->n_agents, error)
      || !await_welcomes (talk, error))
    return NULL;
  return g_steal_pointer (&talk);
}

void
talk_free (Talk *talk)
{
  for (guint i = 0; i < talk->n_customers; i++)
    ws_clear (&talk->customers[i].ws);
  for (guint i = 0; i < talk->n_agents; i++)
    ws_clear (&talk->agents[i].ws);
  g_clear_pointer (&talk->ledger, ledger_free);
  g_free (talk->customers);
  g_free (talk->agents);
  g_free (talk->failure);
  g_free (talk);
}

static void
turn_for (Talk *talk, double seconds)
{
  gint64 until = loop_now () + (gint64) (seconds * G_USEC_PER_SEC);

  while (loop_now () < until && talk->failure == NULL)
    loop_turn (talk->loop, until);
}

/* Waits until everybody has everything. */
static gboolean
drain (Talk *talk, GError **error)
{
  gint64 deadline = loop_now () + DRAIN_TIMEOUT;

  talk->window = 0;
  while (ledger_under_way (talk->ledger) > 0 && talk->failure == NULL && loop_now () < deadline)
    loop_turn (talk->loop, deadline);
  ledger_measure (talk->ledger, NULL, 0);
  if (ledger_under_way (talk->ledger) > 0)
    fail (talk, "Messages are missing");
  return is_well (talk, error);
}

gboolean
talk_at_rate (Talk *talk, LedgerFigures *figures, GError **error)
{
  const Options *options = talk->options;
  gint64 start = loop_now ();
  guint64 count = (guint64) ((options->warm_up + options->seconds) * options->rate);

  ledger_measure (talk->ledger, figures, start + (gint64) (options->warm_up * G_USEC_PER_SEC));
  for (guint64 i = 0; i < count && talk->failure == NULL; i++)
    {
      gint64 due = start + (gint64) (i * G_USEC_PER_SEC / options->rate);
      Person *customer = &talk->customers[i % talk->n_customers];

      while (loop_now () < due)
        loop_turn (talk->loop, due);
      send_message (customer, due);
      stream_flush (&customer->ws.stream);
    }
  return drain (talk, error);
}

gboolean
talk_at_full_speed (Talk *talk, LedgerFigures *figures, double *per_second, GError **error)
{
  talk->window = talk->options->window;
  for (guint i = 0; i < talk->n_customers; i++)
    {
      fill_window (&talk->customers[i]);
      stream_flush (&talk->customers[i].ws.stream);
    }
  turn_for (talk, talk->options->warm_up);

  gint64 start = loop_now ();

  ledger_measure (talk->ledger, figures, start);
  turn_for (talk, talk->options->seconds);
  *per_second = (double) figures->finished * G_USEC_PER_SEC / (double) (loop_now () - start);
  return drain (talk, error);
}
