/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Finds the PostgreSQL of this machine and runs its programs. PostgreSQL refuses to run as root, so
 * a server started by root gives the child to an unprivileged account between fork and exec. */

#include "db/postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEBIAN_FOLDER "/usr/lib/postgresql"
#define OLDEST_MAJOR 15

/* Whom the child runs as, looked up before the fork: nothing in there may allocate. */
typedef struct
{
  const char *name;
  uid_t uid;
  gid_t gid;
  gboolean switches;
  pid_t parent;
} Account;

static gboolean
find_account (Account *account, GError **error)
{
  *account = (Account){
    .name = g_get_user_name (), .uid = geteuid (), .gid = getegid (), .parent = getpid ()
  };
  if (account->uid != 0)
    return TRUE;
  /* Only the main thread asks for accounts, so the static buffer is no danger. */
  const struct passwd *entry = getpwnam ("postgres"); /* cppcheck-suppress getpwnamCalled */
  if (!entry)
    entry = getpwnam ("nobody"); /* cppcheck-suppress getpwnamCalled */
  if (!entry)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "PostgreSQL does not run as root, and there is neither a user "
                           "\"postgres\" nor \"nobody\" to run it as");
      return FALSE;
    }
  account->name = g_intern_string (entry->pw_name);
  account->uid = entry->pw_uid;
  account->gid = entry->pw_gid;
  account->switches = TRUE;
  return TRUE;
}

/* Runs between fork and exec: only system calls. The own session keeps the Ctrl-C of a terminal
 * from PostgreSQL: the server stops it when the last statement is through. PDEATHSIG comes after
 * the change of user, which would clear it. */
static void
become_account_cb (gpointer data)
{
  const Account *account = data;
  if (account->switches
      && (setgroups (0, NULL) != 0 || setresgid (account->gid, account->gid, account->gid) != 0
          || setresuid (account->uid, account->uid, account->uid) != 0))
    _exit (126);
  setsid ();
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl (PR_SET_PDEATHSIG, SIGINT) != 0
      || getppid () != account->parent)
    _exit (126);
}

static char **
make_argv (const Postgres *postgres, const char *program, const char *const *arguments)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_autofree char *path = g_build_filename (postgres->bindir, program, NULL);
  g_strv_builder_add (argv, path);
  g_strv_builder_addv (argv, (const char **) arguments);
  return g_strv_builder_end (argv);
}

/* PG* variables of whoever started us must not reach a cluster that is ours alone. */
static char **
make_environment (void)
{
  const char *const variables[]
      = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", NULL };
  return g_strdupv ((char **) variables);
}

static int
read_major (const char *bindir)
{
  g_autofree char *program = g_build_filename (bindir, "postgres", NULL);
  const char *const argv[] = { program, "--version", NULL };
  g_autofree char *output = NULL;
  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE)
      || !g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output,
                        NULL, NULL, NULL))
    return 0;
  const char *number = strpbrk (output, "0123456789");
  return number ? (int) g_ascii_strtoll (number, NULL, 10) : 0;
}

static Postgres *
postgres_new (const char *bindir, int major)
{
  Postgres *postgres = g_new0 (Postgres, 1);
  postgres->bindir = g_strdup (bindir);
  postgres->major = major;
  return postgres;
}

static gboolean
fits (int found, int wanted)
{
  return wanted ? found == wanted : found >= OLDEST_MAJOR;
}

static Postgres *
find_in_debian_folders (int wanted)
{
  g_autoptr (GDir) folder = g_dir_open (DEBIAN_FOLDER, 0, NULL);
  g_autoptr (Postgres) best = NULL;
  const char *name;
  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree char *bindir = g_build_filename (DEBIAN_FOLDER, name, "bin", NULL);
      int major = read_major (bindir);
      if (!fits (major, wanted) || (best && best->major >= major))
        continue;
      g_clear_pointer (&best, postgres_free);
      best = postgres_new (bindir, major);
    }
  return g_steal_pointer (&best);
}

static Postgres *
find_by_pg_config (int wanted)
{
  g_autofree char *bindir = NULL;
  if (!g_spawn_command_line_sync ("pg_config --bindir", &bindir, NULL, NULL, NULL))
    return NULL;
  int major = read_major (g_strstrip (bindir));
  return fits (major, wanted) ? postgres_new (bindir, major) : NULL;
}

Postgres *
postgres_find (int major, GError **error)
{
  Postgres *postgres = find_in_debian_folders (major);
  if (!postgres)
    postgres = find_by_pg_config (major);
  if (!postgres && major)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "the data was made by PostgreSQL %d, which is not installed: install "
                 "postgresql-%d, or move the data to a newer version with pg_upgrade",
                 major, major);
  else if (!postgres)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "no PostgreSQL %d or newer is installed: install postgresql-%d, or name a "
                 "database in DESKBELL_DATABASE_URL",
                 OLDEST_MAJOR, OLDEST_MAJOR);
  return postgres;
}

void
postgres_free (Postgres *postgres)
{
  g_free (postgres->bindir);
  g_free (postgres);
}

gboolean
postgres_run (const Postgres *postgres, const char *program, const char *const *arguments,
              GError **error)
{
  Account account;
  if (!find_account (&account, error))
    return FALSE;
  g_auto (GStrv) argv = make_argv (postgres, program, arguments);
  g_auto (GStrv) environment = make_environment ();
  g_autofree char *output = NULL;
  int status = 0;
  if (!g_spawn_sync ("/", argv, environment, G_SPAWN_STDOUT_TO_DEV_NULL, become_account_cb,
                     &account, NULL, &output, &status, error))
    return FALSE;
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s failed: %s", program, g_strstrip (output));
  return FALSE;
}

GPid
postgres_spawn (const Postgres *postgres, const char *program, const char *const *arguments,
                const char *log_path, GError **error)
{
  Account account;
  g_return_val_if_fail (gettid () == getpid (), 0);
  if (!find_account (&account, error))
    return 0;
  g_auto (GStrv) argv = make_argv (postgres, program, arguments);
  g_auto (GStrv) environment = make_environment ();
  int log_fd = open (log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (log_fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot open %s: %s", log_path,
                   g_strerror (errno));
      return 0;
    }
  GPid pid = 0;
  g_spawn_async_with_pipes_and_fds ("/", (const char *const *) argv,
                                    (const char *const *) environment, G_SPAWN_DO_NOT_REAP_CHILD,
                                    become_account_cb, &account, -1, log_fd, log_fd, NULL, NULL, 0,
                                    &pid, NULL, NULL, NULL, error);
  close (log_fd);
  return pid;
}

gboolean
postgres_make_folder (const char *path, GError **error)
{
  Account account;
  struct stat found;
  if (!find_account (&account, error))
    return FALSE;
  gboolean is_new = mkdir (path, 0700) == 0;
  if ((!is_new && errno != EEXIST)
      || (is_new && account.switches && lchown (path, account.uid, account.gid) != 0)
      || lstat (path, &found) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot make %s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  if (S_ISDIR (found.st_mode) && found.st_uid == account.uid)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "%s is not a folder of the user \"%s\"", path, account.name);
  return FALSE;
}

static gboolean
may_enter (const Account *account, const char *path)
{
  struct stat found;
  if (stat (path, &found) != 0)
    return FALSE;
  if (found.st_uid == account->uid)
    return (found.st_mode & S_IXUSR) != 0;
  if (found.st_gid == account->gid)
    return (found.st_mode & S_IXGRP) != 0;
  return (found.st_mode & S_IXOTH) != 0;
}

gboolean
postgres_check_reach (const char *path, GError **error)
{
  Account account;
  if (!find_account (&account, error))
    return FALSE;
  if (!account.switches)
    return TRUE;
  g_autofree char *step = g_strdup (path);
  while (may_enter (&account, step))
    {
      if (strcmp (step, "/") == 0)
        return TRUE;
      char *parent = g_path_get_dirname (step);
      g_free (step);
      step = parent;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "PostgreSQL runs as the user \"%s\", who cannot enter %s: choose a data folder "
               "elsewhere, such as /var/lib/deskbell",
               account.name, step);
  return FALSE;
}
