/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deskbell-load: one process that plays a shop's customers and agents against a server on this
 * machine and prints what it measured as one JSON object. The benches next door call it.
 */

#include "idle.h"
#include "options.h"
#include "rest.h"
#include "talk.h"

#include <gio/gio.h>
#include <sys/resource.h>

static void
add_number (GString *json, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (json, "%s\"%s\": %s", json->len > 0 ? ", " : "", name,
                          g_ascii_formatd (text, sizeof text, "%.3f", value));
}

static void
add_latency (GString *json, const char *name, const Histogram *histogram)
{
  static const double percents[] = { 50, 95, 99, 100 };

  for (gsize i = 0; i < G_N_ELEMENTS (percents); i++)
    {
      g_autofree char *member = g_strdup_printf ("%s_p%.0f_ms", name, percents[i]);

      add_number (json, member, histogram_percentile (histogram, percents[i]));
    }
}

static gboolean
measure_idle (Loop *loop, const Options *options, Idle **idle, GString *json, GError **error)
{
  IdleFigures figures = { 0 };

  *idle = idle_new (loop, options, &figures, error);
  if (*idle == NULL)
    return FALSE;

  add_number (json, "accepts_per_s", figures.accepts_per_second);
  add_number (json, "welcomes_per_s", figures.welcomes_per_second);
  add_number (json, "bytes_per_idle_socket", figures.memory_per_socket);
  return TRUE;
}

static gboolean
measure_at_rate (Talk *talk, GString *json, GError **error)
{
  g_autofree LedgerFigures *figures = g_new0 (LedgerFigures, 1);

  if (!talk_at_rate (talk, figures, error))
    return FALSE;

  add_latency (json, "delivery", &figures->delivery);
  add_latency (json, "ack", &figures->ack);
  return TRUE;
}

static gboolean
measure_at_full_speed (Talk *talk, GString *json, GError **error)
{
  g_autofree LedgerFigures *figures = g_new0 (LedgerFigures, 1);
  double per_second = 0;

  if (!talk_at_full_speed (talk, figures, &per_second, error))
    return FALSE;

  add_number (json, "messages_per_s", per_second);
  add_latency (json, "full_delivery", &figures->delivery);
  return TRUE;
}

static gboolean
run_live (Loop *loop, const Options *options, GString *json, GError **error)
{
  g_autoptr (Idle) idle = NULL;
  g_autoptr (Talk) talk = NULL;

  if (options->idle_count > 0 && !measure_idle (loop, options, &idle, json, error))
    return FALSE;

  talk = talk_new (loop, options, error);
  return talk != NULL && (options->rate == 0 || measure_at_rate (talk, json, error))
         && (options->window == 0 || measure_at_full_speed (talk, json, error))
         && (idle == NULL || idle_check (idle, error));
}

static gboolean
run_rest (Loop *loop, const Options *options, GString *json, GError **error)
{
  g_autofree RestFigures *figures = g_new0 (RestFigures, 1);
  gboolean gets = g_str_equal (options->scenario, "get");

  if (gets ? !rest_get (loop, options, figures, error)
           : !rest_post_messages (loop, options, figures, error))
    return FALSE;

  add_number (json, "per_s", figures->per_second);
  add_latency (json, "answer", &figures->latency);
  return TRUE;
}

static void
allow_many_sockets (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  Options options = { 0 };
  Loop loop = { .epoll_fd = -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  gboolean ok;

  allow_many_sockets ();
  ok = options_parse (&options, argc, argv, &error) && loop_init (&loop, &error);
  if (ok)
    {
      ok = g_str_equal (options.scenario, "live") ? run_live (&loop, &options, json, &error)
                                                  : run_rest (&loop, &options, json, &error);
      loop_clear (&loop);
    }
  options_clear (&options);

  if (!ok)
    {
      g_printerr ("deskbell-load: %s\n", error->message);
      return 1;
    }
  g_print ("{%s}\n", json->str);
  return 0;
}
