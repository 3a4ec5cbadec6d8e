/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * clamd's INSTREAM: the file goes over in chunks, each behind its length; an empty one is the end;
 * then comes a sentence. See clamd(8). */
#include "storage/scan.h"

#include "base/problem.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES (64 * 1024)
#define CHUNK_HEAD 4
#define ANSWER_BYTES 1024
#define TIMEOUT_S 120 /* without any progress; a thorough look at a large archive takes long */

static const char command[] = "zINSTREAM";

static const char *
find_path (const char *address)
{
  return g_str_has_prefix (address, "unix:/") ? address + strlen ("unix:") : NULL;
}

static GSocketConnection *
connect_to (const char *address, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const char *path = find_path (address);

  g_socket_client_set_timeout (client, TIMEOUT_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  if (path != NULL)
    {
      g_autoptr (GSocketAddress) target = g_unix_socket_address_new (path);

      return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (target), NULL, error);
    }
  return g_socket_client_connect_to_host (client, address, 3310, NULL, error);
}

/* clamd may answer before the end: when the file is longer than it takes. */
static gboolean
has_answered (GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  return g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) != 0;
}

static gboolean
send_file (GSocketConnection *connection, int fd, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autofree guint8 *chunk = g_malloc (CHUNK_HEAD + CHUNK_BYTES);
  off_t offset = 0;
  gssize length = -1;

  if (!g_output_stream_write_all (output, command, sizeof command, NULL, NULL, error))
    return FALSE;
  while (length != 0 && !has_answered (connection))
    {
      guint32 head;

      length = pread (fd, chunk + CHUNK_HEAD, CHUNK_BYTES, offset);
      if (length < 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the file cannot be read");
          return FALSE;
        }
      head = g_htonl ((guint32) length);
      memcpy (chunk, &head, CHUNK_HEAD);
      if (!g_output_stream_write_all (output, chunk, CHUNK_HEAD + (gsize) length, NULL, NULL,
                                      error))
        return FALSE;
      offset += length;
    }
  return TRUE;
}

static gboolean
read_answer (GSocketConnection *connection, char *answer, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  gsize length;

  if (!g_input_stream_read_all (input, answer, ANSWER_BYTES - 1, &length, NULL, error)
      && length == 0)
    return FALSE;
  g_clear_error (error);
  answer[length] = '\0';
  return TRUE;
}

/* Gets clamd's sentence: `stream: OK`. A connection that broke while sending may still have left
 * one. */
static gboolean
ask (const char *address, int fd, char *answer, GError **error)
{
  g_autoptr (GSocketConnection) connection = connect_to (address, error);
  g_autoptr (GError) problem = NULL;

  if (connection == NULL)
    return FALSE;
  if (send_file (connection, fd, error))
    return read_answer (connection, answer, error);
  if (!read_answer (connection, answer, &problem))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

/* What stands between the two ends of @answer. Returns: (transfer full): NULL when it has not both.
 * */
static char *
read_between (const char *answer, const char *start, const char *end)
{
  gsize ends = strlen (start) + strlen (end);

  if (strlen (answer) < ends || !g_str_has_prefix (answer, start)
      || !g_str_has_suffix (answer, end))
    return NULL;
  return g_utf8_make_valid (answer + strlen (start), (gssize) (strlen (answer) - ends));
}

ScanVerdict
scan_judge (const char *answer, char **found, GError **error)
{
  g_autofree char *name = read_between (answer, "stream: ", " FOUND");

  if (found != NULL)
    *found = NULL;
  if (strcmp (answer, "stream: OK") == 0)
    return SCAN_CLEAN;
  if (name != NULL)
    {
      if (found != NULL)
        *found = g_steal_pointer (&name);
      return SCAN_INFECTED;
    }
  if (strstr (answer, "size limit exceeded") != NULL)
    problem_set (error, PROBLEM_PAYLOAD_TOO_LARGE,
                 _ ("This file is too large for the virus scanner."));
  else
    problem_set (error, PROBLEM_UNAVAILABLE, _ ("The virus scanner is not there at the moment."));
  return SCAN_FAILED;
}

ScanVerdict
scan_file (const char *address, int fd, char **found, GError **error)
{
  g_autoptr (GError) problem = NULL;
  char answer[ANSWER_BYTES];

  if (found != NULL)
    *found = NULL;
  if (ask (address, fd, answer, &problem))
    {
      ScanVerdict verdict = scan_judge (answer, found, error);

      if (verdict == SCAN_FAILED)
        g_warning ("the virus scanner at %s says: %s", address, answer);
      return verdict;
    }
  g_warning ("the virus scanner at %s: %s", address, problem->message);
  problem_set (error, PROBLEM_UNAVAILABLE, _ ("The virus scanner is not there at the moment."));
  return SCAN_FAILED;
}
