/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Life of the embedded PostgreSQL: made once, started with the server, watched, stopped with it.
 * Everything happens on the main thread: PostgreSQL is told of our death through the thread that
 * forked it, and the main thread is the one that lives as long as we do. */

#include "db/cluster.h"

#include "db/outage.h"
#include "db/postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <libpq-fe.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT "5432"
#define SOCKET_NAME "/.s.PGSQL." PORT
#define SOCKET_PATH_MAX 107 /* bytes, by the kernel's sockaddr_un */
#define POLL_US (10 * 1000)
#define ANSWER_S 60 /* until it takes connections; not counted while it recovers */
#define STOP_S 60
#define START_TRIES 6 /* orphans of a killed postmaster need a moment to go */
#define FIRST_PAUSE_MS 100
#define LONGEST_PAUSE_MS 10000
#define SETTLED_S 30 /* a crash after so long counts as the first one again */
#define LOG_TAIL 600 /* bytes */
#define BUFFERS_LEAST_MB 128
#define BUFFERS_MOST_MB 1024

struct _Cluster
{
  Postgres *postgres;
  char *data_dir;
  char *db_dir;
  char *log_path;
  char *socket_dir;
  char *uri;
  gboolean socket_is_outside;
  int lock_fd;
  GPid pid;
  guint watch;
  guint restart;
  guint pause_ms;
  gint64 started_at;
  Outage outage; /* from a crash until it has settled again */
};

/* Opening */

/* PostgreSQL's account must be able to walk through the folder, so it cannot be 0700 for root; what
 * is in there guards itself. */
static gboolean
make_data_dir (const char *data_dir, GError **error)
{
  mode_t mode = geteuid () == 0 ? 0711 : 0700;
  struct stat found;
  if (g_mkdir_with_parents (data_dir, (int) mode) != 0 || stat (data_dir, &found) != 0
      || ((found.st_mode & mode) != mode && chmod (data_dir, found.st_mode | mode) != 0))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "cannot use %s as data folder: %s", data_dir, g_strerror (errno));
      return FALSE;
    }
  return postgres_check_reach (data_dir, error);
}

/* The lock goes with the process, however that ends, so a killed server never blocks the next. */
static gboolean
take_lock (Cluster *cluster, GError **error)
{
  g_autofree char *path = g_build_filename (cluster->data_dir, "lock", NULL);
  cluster->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (cluster->lock_fd >= 0 && flock (cluster->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (cluster->lock_fd >= 0 && errno == EWOULDBLOCK)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "another server is running on %s",
                 cluster->data_dir);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot lock %s: %s", path,
                 g_strerror (errno));
  return FALSE;
}

static gboolean
fits_socket (const char *dir)
{
  return strlen (dir) + strlen (SOCKET_NAME) < SOCKET_PATH_MAX;
}

/* A long data folder gets a socket folder elsewhere, always the same one: a killed server leaves
 * nothing that the next start would not use again. */
static char *
name_outside_socket_dir (const char *data_dir)
{
  const char *base = geteuid () == 0 ? "/run" : g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data_dir, -1);
  g_autofree char *name = g_strdup_printf ("deskbell-%u-%.16s", (guint) geteuid (), digest);
  if (base && g_file_test (base, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *dir = g_build_filename (base, name, NULL);
      if (fits_socket (dir))
        return g_steal_pointer (&dir);
    }
  return g_build_filename ("/tmp", name, NULL);
}

static char *
name_socket_dir (const char *data_dir, gboolean *is_outside)
{
  g_autofree char *dir = g_build_filename (data_dir, "run", NULL);
  *is_outside = !fits_socket (dir);
  return *is_outside ? name_outside_socket_dir (data_dir) : g_steal_pointer (&dir);
}

static char *
make_uri (const char *socket_dir)
{
  g_autofree char *host = g_uri_escape_string (socket_dir, NULL, FALSE);
  return g_strdup_printf ("postgresql://deskbell@/postgres?host=%s&port=" PORT, host);
}

static gboolean
make_socket_dir (Cluster *cluster, GError **error)
{
  cluster->socket_dir = name_socket_dir (cluster->data_dir, &cluster->socket_is_outside);
  if (!postgres_make_folder (cluster->socket_dir, error))
    return FALSE;
  cluster->uri = make_uri (cluster->socket_dir);
  return TRUE;
}

/* Returns 0 when there is no cluster yet. */
static int
read_data_version (const Cluster *cluster)
{
  g_autofree char *path = g_build_filename (cluster->db_dir, "PG_VERSION", NULL);
  g_autofree char *version = NULL;
  if (!g_file_get_contents (path, &version, NULL, NULL))
    return 0;
  return (int) g_ascii_strtoll (version, NULL, 10);
}

/* initdb cleans up after itself unless it is killed; PG_VERSION, its first file, would then make
 * half a cluster look like a whole one. Hence the other name until it is done. */
static gboolean
create_data (Cluster *cluster, GError **error)
{
  g_autofree char *unfinished = g_build_filename (cluster->data_dir, "db.new", NULL);
  const char *const remove[] = { "rm", "-rf", "--", unfinished, NULL };
  const char *const arguments[] = { "--pgdata",
                                    unfinished,
                                    "--username=deskbell",
                                    "--auth-local=trust",
                                    "--auth-host=reject",
                                    "--encoding=UTF8",
                                    "--locale=C.UTF-8",
                                    "--data-checksums",
                                    "--no-instructions",
                                    "--no-sync",
                                    NULL };
  if (!g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                     NULL, error)
      || !postgres_make_folder (unfinished, error)
      || !postgres_run (cluster->postgres, "initdb", arguments, error))
    return FALSE;
  if (rename (unfinished, cluster->db_dir) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot rename %s: %s", unfinished,
               g_strerror (errno));
  return FALSE;
}

Cluster *
cluster_open (const char *data_dir, GError **error)
{
  g_autoptr (Cluster) cluster = g_new0 (Cluster, 1);
  cluster->lock_fd = -1;
  cluster->pause_ms = FIRST_PAUSE_MS;
  cluster->data_dir = g_canonicalize_filename (data_dir, NULL);
  cluster->db_dir = g_build_filename (cluster->data_dir, "db", NULL);
  cluster->log_path = g_build_filename (cluster->data_dir, "postgresql.log", NULL);
  if (!make_data_dir (cluster->data_dir, error) || !take_lock (cluster, error))
    return NULL;
  int version = read_data_version (cluster);
  cluster->postgres = postgres_find (version, error);
  if (!cluster->postgres || !make_socket_dir (cluster, error))
    return NULL;
  if (!version)
    {
      g_info ("creating a PostgreSQL %d cluster in %s", cluster->postgres->major, cluster->db_dir);
      if (!create_data (cluster, error))
        return NULL;
    }
  return g_steal_pointer (&cluster);
}

/* Stopping what a killed server left */

/* Returns the process that postmaster.pid names when it works on our data (after a reboot the
 * number may belong to anybody), else 0. */
static pid_t
find_leftover (const Cluster *cluster)
{
  g_autofree char *path = g_build_filename (cluster->db_dir, "postmaster.pid", NULL);
  g_autofree char *content = NULL;
  if (!g_file_get_contents (path, &content, NULL, NULL))
    return 0;
  pid_t pid = (pid_t) g_ascii_strtoll (content, NULL, 10);
  if (pid <= 1)
    return 0;
  g_autofree char *link = g_strdup_printf ("/proc/%d/cwd", pid);
  g_autofree char *folder = g_file_read_link (link, NULL);
  struct stat theirs;
  struct stat ours;
  if (!folder || stat (link, &theirs) != 0 || stat (cluster->db_dir, &ours) != 0)
    return 0;
  return theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino ? pid : 0;
}

static gboolean
stop_leftover (const Cluster *cluster, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + STOP_S * G_USEC_PER_SEC;
  pid_t pid = find_leftover (cluster);
  if (!pid)
    return TRUE;
  g_info ("stopping PostgreSQL %d, left by a server that was killed", pid);
  kill (pid, SIGINT);
  while (find_leftover (cluster) == pid)
    {
      if (g_get_monotonic_time () > deadline)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                       "PostgreSQL %d still works on %s and does not stop", pid, cluster->db_dir);
          return FALSE;
        }
      g_usleep (POLL_US);
    }
  return TRUE;
}

/* Starting */

/* What this machine has, or the container that we are in. */
static guint64
read_memory_mb (void)
{
  guint64 memory = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE);
  g_autofree char *text = NULL;
  if (g_file_get_contents ("/sys/fs/cgroup/memory.max", &text, NULL, NULL))
    {
      guint64 limit = g_ascii_strtoull (text, NULL, 10); /* "max" is none */
      if (limit > 0)
        memory = MIN (memory, limit);
    }
  return memory >> 20;
}

/* PostgreSQL's manual advises a quarter of the memory of a machine of its own; we share ours. */
static char *
say_shared_buffers (void)
{
  guint64 buffers = CLAMP (read_memory_mb () / 8, BUFFERS_LEAST_MB, BUFFERS_MOST_MB);
  return g_strdup_printf ("--shared-buffers=%" G_GUINT64_FORMAT "MB", buffers);
}

/* Failed statements are the server's to log: PostgreSQL would write people's data with them. */
static gboolean
launch (Cluster *cluster, GError **error)
{
  g_autofree char *shared_buffers = say_shared_buffers ();
  const char *const arguments[] = { "-D",
                                    cluster->db_dir,
                                    "-k",
                                    cluster->socket_dir,
                                    "--listen-addresses=",
                                    ("--port=" PORT),
                                    "--unix-socket-permissions=0700",
                                    "--max-connections=64",
                                    shared_buffers,
                                    "--work-mem=8MB",
                                    "--maintenance-work-mem=64MB",
                                    "--jit=off",
                                    "--timezone=UTC",
                                    "--log-timezone=UTC",
                                    "--log-checkpoints=off",
                                    "--log-min-messages=log",
                                    NULL };
  cluster->pid
      = postgres_spawn (cluster->postgres, "postgres", arguments, cluster->log_path, error);
  cluster->started_at = g_get_monotonic_time ();
  return cluster->pid != 0;
}

static void
set_error_from_log (const Cluster *cluster, GError **error)
{
  g_autofree char *log = NULL;
  gsize length = 0;
  if (!g_file_get_contents (cluster->log_path, &log, &length, NULL))
    log = g_strdup ("");
  const char *tail = log;
  const char *cut = length > LOG_TAIL ? strchr (log + length - LOG_TAIL, '\n') : NULL;
  if (cut)
    tail = cut + 1;
  g_autofree char *text = g_utf8_make_valid (tail, -1);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "PostgreSQL does not start; the end of %s:\n%s", cluster->log_path,
               g_strchomp (text));
}

/* Returns FALSE when the child ended, or gave no sign of life for too long. */
static gboolean
await_answer (Cluster *cluster)
{
  gint64 deadline = g_get_monotonic_time () + ANSWER_S * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < deadline)
    {
      if (waitpid (cluster->pid, NULL, WNOHANG) == cluster->pid)
        {
          cluster->pid = 0;
          return FALSE;
        }
      PGPing answer = PQping (cluster->uri);
      if (answer == PQPING_OK)
        return TRUE;
      if (answer == PQPING_REJECT)
        deadline = g_get_monotonic_time () + ANSWER_S * G_USEC_PER_SEC;
      g_usleep (POLL_US);
    }
  return FALSE;
}

static void
lengthen_pause (Cluster *cluster)
{
  cluster->pause_ms = MIN (cluster->pause_ms * 2, LONGEST_PAUSE_MS);
}

static void ended_cb (GPid pid, int status, gpointer data);

static gboolean
restart_cb (gpointer data)
{
  Cluster *cluster = data;
  g_autoptr (GError) error = NULL;
  if (!launch (cluster, &error))
    {
      if (outage_fail (&cluster->outage, g_get_monotonic_time (), g_get_monotonic_time ()))
        g_warning ("PostgreSQL could not be started again: %s", error->message);
      return G_SOURCE_CONTINUE;
    }
  cluster->restart = 0;
  cluster->watch = g_child_watch_add (cluster->pid, ended_cb, cluster);
  return G_SOURCE_REMOVE;
}

static void
ended_cb (GPid pid, int status, gpointer data)
{
  Cluster *cluster = data;
  g_autoptr (GError) reason = NULL;
  gint64 now = g_get_monotonic_time ();
  g_spawn_check_wait_status (status, &reason);
  if (now - cluster->started_at > SETTLED_S * G_USEC_PER_SEC)
    {
      cluster->pause_ms = FIRST_PAUSE_MS;
      outage_end (&cluster->outage, now);
    }
  if (outage_fail (&cluster->outage, now, now))
    g_warning ("PostgreSQL %d ended (%s); starting it again in %u ms", pid,
               reason ? reason->message : "it was asked to", cluster->pause_ms);
  cluster->pid = 0;
  cluster->watch = 0;
  cluster->restart = g_timeout_add (cluster->pause_ms, restart_cb, cluster);
  lengthen_pause (cluster);
}

gboolean
cluster_start (Cluster *cluster, GError **error)
{
  if (!stop_leftover (cluster, error))
    return FALSE;
  for (int tries = 0; tries < START_TRIES; tries++)
    {
      if (!launch (cluster, error))
        return FALSE;
      if (await_answer (cluster))
        {
          cluster->pause_ms = FIRST_PAUSE_MS;
          cluster->watch = g_child_watch_add (cluster->pid, ended_cb, cluster);
          return TRUE;
        }
      cluster_stop (cluster);
      g_usleep (cluster->pause_ms * 1000);
      lengthen_pause (cluster);
    }
  set_error_from_log (cluster, error);
  return FALSE;
}

const char *
cluster_uri (const Cluster *cluster)
{
  return cluster->uri;
}

char *
cluster_find_uri (const char *data_dir)
{
  g_autofree char *folder = g_canonicalize_filename (data_dir, NULL);
  gboolean is_outside;
  g_autofree char *socket_dir = name_socket_dir (folder, &is_outside);
  return make_uri (socket_dir);
}

/* Stopping */

static gboolean
await_end (Cluster *cluster)
{
  gint64 deadline = g_get_monotonic_time () + STOP_S * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < deadline)
    {
      if (waitpid (cluster->pid, NULL, WNOHANG) != 0)
        return TRUE;
      g_usleep (POLL_US);
    }
  return FALSE;
}

void
cluster_stop (Cluster *cluster)
{
  g_clear_handle_id (&cluster->restart, g_source_remove);
  g_clear_handle_id (&cluster->watch, g_source_remove);
  if (!cluster->pid)
    return;
  kill (cluster->pid, SIGINT);
  if (!await_end (cluster))
    {
      g_warning ("PostgreSQL %d takes too long to stop; it will recover at the next start",
                 cluster->pid);
      kill (cluster->pid, SIGQUIT);
      waitpid (cluster->pid, NULL, 0);
    }
  cluster->pid = 0;
}

void
cluster_free (Cluster *cluster)
{
  cluster_stop (cluster);
  if (cluster->socket_is_outside)
    rmdir (cluster->socket_dir);
  if (cluster->lock_fd >= 0)
    close (cluster->lock_fd);
  g_clear_pointer (&cluster->postgres, postgres_free);
  g_free (cluster->data_dir);
  g_free (cluster->db_dir);
  g_free (cluster->log_path);
  g_free (cluster->socket_dir);
  g_free (cluster->uri);
  g_free (cluster);
}
