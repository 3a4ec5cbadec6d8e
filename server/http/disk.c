/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The queue of what waits for a disk. */
#include "http/disk.h"

typedef struct
{
  DiskTask task;
  gpointer data;
} Piece;

void
disk_run (gpointer data, gpointer user_data G_GNUC_UNUSED)
{
  g_autofree Piece *piece = data;

  piece->task (piece->data);
}

void
disk_push (HttpServer *server, DiskTask task, gpointer data)
{
  Piece *piece = g_new (Piece, 1);

  *piece = (Piece){ task, data };
  g_thread_pool_push (server->disk, piece, NULL);
}
