/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Starting the rooms in the order in which they need each other, and stopping them in the reverse
 * one. */
#include "serve.h"

#include "account/account.h"
#include "base/metrics.h"
#include "clock.h"
#include "db/migrate.h"
#include "db/pool.h"
#include "demo/demo.h"
#include "documented/pages.h"
#include "event/relay.h"
#include "http/assets.h"
#include "http/origins.h"
#include "http/server.h"
#include "live/live.h"
#include "live/writer.h"
#include "queue/dispatcher.h"
#include "queue/position.h"
#include "queue/routing-learner.h"
#include "routes.h"
#include "site/origins.h"
#include "storage/storage.h"
#include "ticket/attachments.h"
#include "ticket/search-fold.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  Cluster *cluster;
  Database *database;
  Services services;
  HttpServer *http;
  SearchFold *search;
  RoutingLearner *learner;
  Clock *clock;
} Rooms;

/* Progress is for the person at the terminal; the log goes to standard error. */
static void
say (const char *sentence)
{
  printf ("%s\n", sentence);
  fflush (stdout);
}

Database *
serve_open_database (const Config *config, Cluster **cluster, GError **error)
{
  g_autoptr (Cluster) embedded = NULL;
  const char *conninfo = config->database_url;
  guint applied;

  *cluster = NULL;
  if (conninfo == NULL)
    {
      embedded = cluster_open (config->data_dir, error);
      if (embedded == NULL || !cluster_start (embedded, error))
        return NULL;
      conninfo = cluster_uri (embedded);
    }
  if (!migrate (conninfo, &applied, error))
    return NULL;
  if (applied > 0)
    g_info ("the database got %u schema files", applied);
  *cluster = g_steal_pointer (&embedded);
  return database_new (conninfo);
}

static gboolean
load_demo (DbPool *pool, GError **error)
{
  Db *db = db_pool_take (pool, error);
  gboolean loaded = FALSE;
  gboolean done;

  if (db == NULL)
    return FALSE;
  done = demo_load (db, &loaded, error);
  db_pool_give (pool, db);
  if (loaded)
    say (_ ("Loaded the demo shop: admin@example.com and agent1@example.com to agent5@example.com, "
            "password “deskbell-demo”."));
  return done;
}

/* On a server without admin: says how the first one gets in. In the link the code stands behind the
 * #, which no browser sends: so it is in nobody's log. */
static gboolean
offer_setup (DbPool *pool, const char *url, GError **error)
{
  g_autoptr (GError) problem = NULL;
  Db *db = db_pool_take (pool, error);
  g_autofree char *code = NULL;

  if (db == NULL)
    return FALSE;
  code = account_setup_code (db, &problem);
  db_pool_give (pool, db);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (code != NULL)
    {
      printf (_ ("Nobody can sign in yet. Whoever opens this link makes the first admin, once:\n"
                 "\n"
                 "    %s/setup/#code=%s\n"
                 "\n"
                 "The code on its own is %s.\n"),
              url, code, code);
      fflush (stdout);
    }
  return TRUE;
}

static gboolean
open_database (Rooms *rooms, const Config *config, GError **error)
{
  say (_ ("Starting the database…"));
  rooms->database = serve_open_database (config, &rooms->cluster, error);
  return rooms->database != NULL;
}

static gboolean
prepare_rooms (Rooms *rooms, const Config *config, GError **error)
{
  Services *services = &rooms->services;

  services->config = config;
  services->metrics = metrics_new ();
  services->assets = assets_new (config->demo);
  services->origins = origins_new ();
  services->position_to_json = position_to_json;
  services->problem_page = page_of_problem;
  services->pool = db_pool_new (rooms->database, config->workers);
  services->accounts = accounts_new (config->data_dir, error);
  services->storage = services->accounts != NULL ? storage_new (config, error) : NULL;
  if (services->storage == NULL || (config->demo && !load_demo (services->pool, error)))
    return FALSE;
  services->attachments = attachments_new (services);
  services->relay = relay_new (rooms->database, services->metrics);
  services->writer = writer_new (rooms->database, services->relay, services->metrics);
  relay_add_listener (services->relay, accounts_hear, services);
  relay_add_listener (services->relay, site_hear_origins, services);
  services->live = live_new (services, live_commands, accounts_authenticate);
  services->dispatcher = dispatcher_new (services);
  live_set_presence (services->live, dispatcher_hear_socket, services->dispatcher);
  relay_add_listener (services->relay, dispatcher_hear, services->dispatcher);
  rooms->search = search_fold_new (services);
  relay_add_listener (services->relay, search_fold_hear, rooms->search);
  http_server_set_upgrade (rooms->http, "/api/v1/live", live_upgrade, services->live);
  return TRUE;
}

/* After the relay has started, so that no change is missed. */
static gboolean
load_origins (const Services *services, GError **error)
{
  Db *db = db_pool_take (services->pool, error);
  gboolean loaded;

  if (db == NULL)
    return FALSE;
  loaded = site_load_origins (db, services, error);
  db_pool_give (services->pool, db);
  return loaded;
}

static gboolean
start_rooms (Rooms *rooms, GError **error)
{
  Services *services = &rooms->services;

  if (!relay_start (services->relay, error) || !load_origins (services, error)
      || !writer_start (services->writer, error) || !live_start (services->live, error)
      || !dispatcher_start (services->dispatcher, error)
      || !search_fold_start (rooms->search, error))
    return FALSE;
  rooms->clock = clock_start (services);
  rooms->learner = routing_learner_start (services);
  attachments_start (services->attachments);
  return http_server_start (rooms->http, error);
}

/* Whoever may still call another room stops before it. */
static void
stop_rooms (Rooms *rooms)
{
  Services *services = &rooms->services;

  if (rooms->http != NULL)
    http_server_stop (rooms->http);
  clock_stop (rooms->clock);
  routing_learner_stop (rooms->learner);
  if (services->attachments != NULL)
    attachments_stop (services->attachments);
  if (services->live != NULL)
    live_stop (services->live);
  if (services->writer != NULL)
    writer_stop (services->writer);
  if (services->dispatcher != NULL)
    dispatcher_stop (services->dispatcher);
  if (services->relay != NULL)
    relay_stop (services->relay);
  if (rooms->search != NULL)
    search_fold_stop (rooms->search);
}

static void
free_rooms (Rooms *rooms)
{
  Services *services = &rooms->services;

  g_clear_pointer (&rooms->http, http_server_free);
  g_clear_pointer (&rooms->search, search_fold_free);
  g_clear_pointer (&services->attachments, attachments_free);
  g_clear_pointer (&services->storage, storage_free);
  g_clear_pointer (&services->dispatcher, dispatcher_free);
  g_clear_pointer (&services->live, live_free);
  g_clear_pointer (&services->writer, writer_free);
  g_clear_pointer (&services->relay, relay_free);
  g_clear_pointer (&services->accounts, accounts_free);
  g_clear_pointer (&services->pool, db_pool_free);
  g_clear_pointer (&services->assets, assets_free);
  g_clear_pointer (&services->origins, origins_free);
  g_clear_pointer (&services->metrics, metrics_free);
  g_clear_pointer (&rooms->database, database_free);
  g_clear_pointer (&rooms->cluster, cluster_free);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

/* Whoever starts us with nohup wants us to outlive the terminal. */
static gboolean
may_hang_up (void)
{
  struct sigaction action;

  return sigaction (SIGHUP, NULL, &action) != 0 || action.sa_handler != SIG_IGN;
}

/* Who reads that it is ready may stop it at once: so signals are heeded from before that line. */
static void
serve_until_signal (const char *url)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint interrupt = g_unix_signal_add (SIGINT, quit_cb, loop);
  guint terminate = g_unix_signal_add (SIGTERM, quit_cb, loop);
  guint hang_up = may_hang_up () ? g_unix_signal_add (SIGHUP, quit_cb, loop) : 0;

  printf ("ready %s\n", url);
  fflush (stdout);
  g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  g_clear_handle_id (&hang_up, g_source_remove);
}

/* An IPv6 address stands in brackets, or its colons would be taken for the port's. */
static char *
make_url (const char *host, guint16 port)
{
  gboolean has_colons = strchr (host, ':') != NULL;

  return g_strdup_printf ("http://%s%s%s:%u", has_colons ? "[" : "", host, has_colons ? "]" : "",
                          port);
}

gboolean
serve (const Config *config, GError **error)
{
  Rooms rooms = { 0 };
  g_autofree char *url = NULL;
  gboolean done = FALSE;

  rooms.http = http_server_new (&rooms.services, routes, accounts_authenticate);
  if (http_server_bind (rooms.http, config->host, config->port, error))
    {
      url = make_url (config->host, http_server_port (rooms.http));
      rooms.services.url = config->public_url != NULL ? config->public_url : url;
      done = open_database (&rooms, config, error) && prepare_rooms (&rooms, config, error)
             && start_rooms (&rooms, error)
             && offer_setup (rooms.services.pool, rooms.services.url, error);
    }
  if (done)
    {
      serve_until_signal (url);
      g_info ("stopping");
    }
  stop_rooms (&rooms);
  free_rooms (&rooms);
  return done;
}
