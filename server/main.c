/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The program: its commands and their options. */
#include "account/account.h"
#include "base/log.h"
#include "base/problem.h"
#include "describe.h"
#include "queue/routing-command.h"
#include "serve.h"
#include "storage/rotation.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

typedef struct
{
  char *listen;
  char *data;
  char *proxies;
  gboolean demo;
  char *role, *name, *email;
  char *model;
  int confidence;
  char **rest; /* the command and what it works on */
} Options;

/* A command: what it is called, what it works on (or NULL), and what it does with the settings. */
typedef struct
{
  const char *name;
  const char *object;
  const char *summary;
  gboolean (*run) (const Config *config, const Options *options, GError **error);
} Command;

static gboolean
run_serve (const Config *config, const Options *options G_GNUC_UNUSED, GError **error)
{
  return serve (config, error);
}

static gboolean
run_migrate (const Config *config, const Options *options G_GNUC_UNUSED, GError **error)
{
  g_autoptr (Cluster) cluster = NULL;
  g_autoptr (Database) database = serve_open_database (config, &cluster, error);

  if (database == NULL)
    return FALSE;
  printf ("%s\n", _ ("The database is up to date."));
  return TRUE;
}

/* What is typed does not show from here on. FALSE, with nothing to restore, where there is no
 * terminal. */
static gboolean
hide_typing (struct termios *before)
{
  struct termios hidden;

  if (tcgetattr (STDIN_FILENO, before) != 0)
    return FALSE;
  hidden = *before;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  return tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

/* One line from standard input, so that the password stands in no list of processes. */
static char *
ask_password (void)
{
  char line[512] = "";
  struct termios before;
  gboolean is_hidden = hide_typing (&before);

  fprintf (stderr, "%s\n", _ ("Type the password and press Enter."));
  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  if (is_hidden)
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  line[strcspn (line, "\n")] = '\0';
  return g_strdup (line);
}

/* The server may be running: then its PostgreSQL is used, else one is started for the moment. */
static Database *
open_database (const Config *config, Cluster **cluster, GError **error)
{
  g_autoptr (GError) problem = NULL;
  Database *database = serve_open_database (config, cluster, &problem);
  g_autofree char *uri = NULL;

  if (database == NULL && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_BUSY))
    {
      uri = cluster_find_uri (config->data_dir);
      return database_new (uri);
    }
  if (database == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return database;
}

static gboolean
run_create_user (const Config *config, const Options *options, GError **error)
{
  g_autoptr (Cluster) cluster = NULL;
  g_autoptr (Database) database = NULL;
  g_autofree char *password = NULL;
  g_autoptr (Db) db = NULL;
  const char *name = options->name != NULL ? options->name : "";
  const char *email = options->email != NULL ? options->email : "";
  Role role;

  if (!role_from_name (options->role != NULL ? options->role : "agent", &role))
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("A role is customer, agent or admin."));
      return FALSE;
    }
  if (!account_check_person (name, email, error))
    return FALSE;
  database = open_database (config, &cluster, error);
  db = database != NULL ? db_open (database, error) : NULL;
  if (db == NULL)
    return FALSE;
  password = ask_password ();
  if (!account_create_user (db, role, name, email, password, error))
    return FALSE;
  printf (_ ("%s can sign in now.\n"), email);
  return TRUE;
}

static void
say_rotation (const Config *config, const Rotation *rotation)
{
  printf (ngettext ("%u file is under a new master key.\n",
                    "%u files are under a new master key.\n", rotation->resealed),
          rotation->resealed);
  if (rotation->under_way > 0)
    printf ("%s\n",
            _ ("Files were on their way in meanwhile. Before an old key goes, do this again."));
  printf (
      _ ("Keep a copy of %s in a safe place. A backup of the database needs the old keys in it.\n"),
      config->master_key_file);
}

static gboolean
run_rotate_key (const Config *config, const Options *options G_GNUC_UNUSED, GError **error)
{
  g_autoptr (Cluster) cluster = NULL;
  g_autoptr (Database) database = open_database (config, &cluster, error);
  g_autoptr (Db) db = database != NULL ? db_open (database, error) : NULL;
  g_autoptr (Storage) storage = db != NULL ? storage_new (config, error) : NULL;
  Rotation rotation;

  if (storage == NULL || !rotation_run (storage, db, &rotation, error))
    return FALSE;
  say_rotation (config, &rotation);
  if (rotation.failed > 0)
    problem_set (error, PROBLEM_INTERNAL,
                 ngettext ("%u file could not be opened and stays as it is; the log names it.",
                           "%u files could not be opened and stay as they are; the log names them.",
                           rotation.failed),
                 rotation.failed);
  return rotation.failed == 0;
}

/* Where a model is that nobody gave another place: in the server's own folder, which is made when
 * it is not there. */
static char *
find_model (const Config *config, const Options *options)
{
  if (options->model != NULL)
    return g_strdup (options->model);
  g_mkdir_with_parents (config->data_dir, geteuid () == 0 ? 0755 : 0700);
  return g_build_filename (config->data_dir, "routing.model", NULL);
}

static gboolean
run_train_routing (const Config *config, const Options *options, GError **error)
{
  g_autofree char *model = find_model (config, options);

  return routing_command_train (options->rest[1], model, error);
}

static gboolean
run_evaluate_routing (const Config *config, const Options *options, GError **error)
{
  g_autofree char *model = find_model (config, options);

  return routing_command_evaluate (options->rest[1], model, (guint) options->confidence, error);
}

static gboolean
run_routes (const Config *config G_GNUC_UNUSED, const Options *options G_GNUC_UNUSED,
            GError **error G_GNUC_UNUSED)
{
  g_autofree char *routes = describe_routes ();

  printf ("%s\n", routes);
  return TRUE;
}

static gboolean
run_version (const Config *config G_GNUC_UNUSED, const Options *options G_GNUC_UNUSED,
             GError **error G_GNUC_UNUSED)
{
  printf ("deskbell-server %s\n", DESKBELL_VERSION);
  return TRUE;
}

static const Command commands[] = {
  { "serve", NULL, N_ ("serve customers and agents (when no command is given)"), run_serve },
  { "migrate", NULL, N_ ("bring the database up to date"), run_migrate },
  { "create-user", NULL, N_ ("make an account; the password is read from standard input"),
    run_create_user },
  { "rotate-key", NULL, N_ ("make a new master key for attachments; the files stay as they are"),
    run_rotate_key },
  { "train-routing", "FILE.csv",
    N_ ("learn from labelled texts (columns text,label) which department a ticket is for"),
    run_train_routing },
  { "evaluate-routing", "FILE.csv", N_ ("say how well that was learnt, by other labelled texts"),
    run_evaluate_routing },
  { "routes", NULL, N_ ("list every path and frame that is answered, as JSON"), run_routes },
  { "version", NULL, N_ ("say which version this is"), run_version },
};

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (commands[i].name, name) == 0)
        return &commands[i];
    }
  return NULL;
}

static char *
describe_commands (void)
{
  GString *text = g_string_new (_ ("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "\n  %-16s %s", commands[i].name, _ (commands[i].summary));
  return g_string_free (text, FALSE);
}

static gboolean
parse (int argc, char **argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen, N_ ("Address and port to serve on"),
      "ADDRESS:PORT" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data,
      N_ ("Folder for the database, keys and files"), "DIR" },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo,
      N_ ("Fill an empty database with a demo shop"), NULL },
    { "behind-proxy", 0, 0, G_OPTION_ARG_STRING, &options->proxies,
      N_ ("Addresses of the trusted proxies in front, with commas"), "ADDRESSES" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &options->role,
      N_ ("create-user: customer, agent or admin"), "ROLE" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, N_ ("create-user: the person's name"),
      "NAME" },
    { "email", 0, 0, G_OPTION_ARG_STRING, &options->email, N_ ("create-user: the e-mail address"),
      "ADDRESS" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &options->model,
      N_ ("train-routing, evaluate-routing: the model; routing.model in the folder unless given"),
      "FILE" },
    { "confidence", 0, 0, G_OPTION_ARG_INT, &options->confidence,
      N_ ("evaluate-routing: how sure a guess must be, in percent; 50 unless given"), "PERCENT" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->rest, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("[COMMAND]"));
  g_autofree char *description = describe_commands ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (context, description);
  return g_option_context_parse (context, &argc, &argv, error);
}

static void
options_clear (Options *options)
{
  g_free (options->listen);
  g_free (options->data);
  g_free (options->proxies);
  g_free (options->role);
  g_free (options->name);
  g_free (options->email);
  g_free (options->model);
  g_strfreev (options->rest);
}

/* What can only be a slip is said before anything is made. */
static gboolean
check_options (const Command *command, const Options *options, GError **error)
{
  guint words = options->rest != NULL ? g_strv_length (options->rest) : 0;
  guint most = command->object != NULL ? 2 : 1;

  if (options->data != NULL && *options->data == '\0')
    problem_set (error, PROBLEM_INTERNAL, _ ("--data needs a folder."));
  else if (words > most)
    problem_set (error, PROBLEM_INTERNAL,
                 _ ("“%s” is one word too many. See deskbell-server --help."), options->rest[most]);
  else if (words < most && command->object != NULL)
    problem_set (error, PROBLEM_INTERNAL, _ ("%s needs a file, as in: deskbell-server %s %s"),
                 command->name, command->name, command->object);
  else if (options->confidence < 0 || options->confidence > 100)
    problem_set (error, PROBLEM_INTERNAL, _ ("--confidence is a number from 0 to 100."));
  else
    return TRUE;
  return FALSE;
}

static gboolean
run (const Options *options, GError **error)
{
  const char *name = options->rest != NULL ? options->rest[0] : "serve";
  const Command *command = find_command (name);
  g_auto (GStrv) proxies = options->proxies != NULL ? g_strsplit (options->proxies, ",", -1) : NULL;
  Config given = { .data_dir = options->data, .demo = options->demo, .trusted_proxies = proxies };
  g_autoptr (Config) config = NULL;
  gboolean done;

  if (command == NULL)
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("There is no command “%s”. See deskbell-server --help."), name);
      return FALSE;
    }
  if (!check_options (command, options, error))
    return FALSE;
  if (options->listen != NULL && !config_set_listen (&given, options->listen, error))
    return FALSE;
  config = config_load (&given, error);
  g_free (given.host);
  if (config == NULL)
    return FALSE;
  log_start (config->log_level);
  done = command->run (config, options, error);
  return done;
}

/* A socket is a descriptor: the usual soft limit of 1,024 is for programs that use select(). */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { .confidence = 50 };
  gboolean done;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* A peer that went away is an error of one write, not the end of the process. */
  signal (SIGPIPE, SIG_IGN);
  raise_descriptor_limit ();
  if (sodium_init () < 0)
    g_error ("no source of randomness");

  done = parse (argc, argv, &options, &error) && run (&options, &error);
  if (!done)
    fprintf (stderr, "deskbell-server: %s\n", error->message);
  options_clear (&options);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
