/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * REST load: keep-alive connections that each ask again as soon as they are answered.
 */

#include "rest.h"

#include "http.h"

#include <gio/gio.h>

typedef struct _Rest Rest;

typedef struct
{
  Http http;
  Rest *rest;
  gint64 asked_at;
} Client;

struct _Rest
{
  const Options *options;
  guint wanted_status;
  void (*ask) (Rest *rest, Http *http);
  const char *run;
  guint64 asked;
  gboolean measuring;
  guint64 n_measured;
  RestFigures *figures;
  char *failure;
};

static void
ask_for_path (Rest *rest, Http *http)
{
  http_ask (http, rest->options->path, rest->options->agents[0], NULL);
}

static void
post_message (Rest *rest, Http *http)
{
  guint n_customers = g_strv_length (rest->options->customers);
  g_auto (GStrv) customer
      = g_strsplit (rest->options->customers[rest->asked % n_customers], " ", 2);
  g_autofree char *path = g_strdup_printf ("/api/v1/tickets/%s/messages", customer[1]);
  g_autofree char *body
      = g_strdup_printf ("{\"client_id\":\"%s-%" G_GUINT64_FORMAT
                         "\",\"body\":\"Hello, is there any "
                         "**news** about my order? It was promised for Tuesday and nothing came. "
                         "(%" G_GUINT64_FORMAT ")\"}",
                         rest->run, rest->asked, rest->asked);

  http_ask (http, path, customer[0], body);
}

static void
ask_next (Client *client)
{
  client->asked_at = loop_now ();
  client->rest->asked++;
  client->rest->ask (client->rest, &client->http);
}

static void
answered_cb (Http *http, guint status, const char *body)
{
  Client *client = (Client *) http;
  Rest *rest = client->rest;

  if (status != rest->wanted_status)
    {
      if (rest->failure == NULL)
        rest->failure = g_strdup_printf ("Answered by %u instead of %u: %s", status,
                                         rest->wanted_status, body);
      return;
    }

  if (rest->measuring)
    {
      rest->n_measured++;
      histogram_add (&rest->figures->latency, loop_now () - client->asked_at);
    }
  ask_next (client);
}

static void
turn_for (Rest *rest, Loop *loop, double seconds)
{
  gint64 until = loop_now () + (gint64) (seconds * G_USEC_PER_SEC);

  while (loop_now () < until && rest->failure == NULL)
    loop_turn (loop, until);
}

/* Returns how many of the clients were opened. */
static guint
open_clients (Rest *rest, Loop *loop, Client *clients, GError **error)
{
  for (guint i = 0; i < rest->options->connections; i++)
    {
      Client *client = &clients[i];

      client->rest = rest;
      client->http.answered_cb = answered_cb;
      if (!http_open (&client->http, loop, rest->options->port, error))
        return i;
      ask_next (client);
    }
  return rest->options->connections;
}

static gboolean
measure (Rest *rest, Loop *loop, GError **error)
{
  turn_for (rest, loop, rest->options->warm_up);

  gint64 start = loop_now ();

  rest->measuring = TRUE;
  turn_for (rest, loop, rest->options->seconds);
  rest->figures->per_second
      = (double) rest->n_measured * G_USEC_PER_SEC / (double) (loop_now () - start);
  if (rest->failure != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, rest->failure);
  return rest->failure == NULL;
}

static gboolean
run (Rest *rest, Loop *loop, GError **error)
{
  g_autofree Client *clients = g_new0 (Client, rest->options->connections);
  g_autofree char *run_name = g_strdup_printf ("%" G_GINT64_MODIFIER "x", g_get_real_time ());

  rest->run = run_name;

  guint opened = open_clients (rest, loop, clients, error);
  gboolean ok = opened == rest->options->connections && measure (rest, loop, error);

  for (guint i = 0; i < opened; i++)
    http_clear (&clients[i].http);
  g_clear_pointer (&rest->failure, g_free);
  return ok;
}

gboolean
rest_get (Loop *loop, const Options *options, RestFigures *figures, GError **error)
{
  Rest rest = { .options = options, .figures = figures, .wanted_status = 200, .ask = ask_for_path };

  return run (&rest, loop, error);
}

gboolean
rest_post_messages (Loop *loop, const Options *options, RestFigures *figures, GError **error)
{
  Rest rest = { .options = options, .figures = figures, .wanted_status = 201, .ask = post_message };

  return run (&rest, loop, error);
}
