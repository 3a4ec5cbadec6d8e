/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Stands in for a decoder that a picture has taken over: preloaded into deskbell-thumbnail, it
 * takes the place of the function that decodes, and does what INTRUDE names. When it is let, it
 * says so on standard output. */
#include <gdk-pixbuf/gdk-pixbuf.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
take_memory (void)
{
  for (gsize taken = 0; taken < 1024; taken++)
    {
      char *megabyte = malloc (1024 * 1024);

      if (megabyte == NULL)
        _exit (EXIT_FAILURE);
      memset (megabyte, 1, 1024 * 1024);
    }
}

static void
take_time (void)
{
  for (volatile guint64 turns = 0; turns < G_MAXUINT64;)
    turns++;
}

/* Returns a descriptor if it got one. */
static int
intrude (const char *what)
{
  char *const arguments[] = { "true", NULL };

  if (g_strcmp0 (what, "read") == 0)
    return open ("/etc/passwd", O_RDONLY);
  if (g_strcmp0 (what, "write") == 0)
    return open ("/tmp/deskbell-intruder", O_WRONLY | O_CREAT, 0600);
  if (g_strcmp0 (what, "network") == 0)
    return socket (AF_INET, SOCK_STREAM, 0);
  if (g_strcmp0 (what, "program") == 0)
    execv ("/bin/true", arguments);
  if (g_strcmp0 (what, "child") == 0)
    fork ();
  if (g_strcmp0 (what, "memory") == 0)
    take_memory ();
  if (g_strcmp0 (what, "time") == 0)
    take_time ();
  return -1;
}

gboolean
gdk_pixbuf_loader_write (GdkPixbufLoader *loader G_GNUC_UNUSED, const guchar *bytes G_GNUC_UNUSED,
                         gsize count G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  int got = intrude (getenv ("INTRUDE"));

  if (got >= 0)
    close (got);
  _exit (write (STDOUT_FILENO, "let\n", 4) == 4 ? EXIT_SUCCESS : EXIT_FAILURE);
}
