/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deskbell-thumbnail EDGE: the child that decodes pictures of strangers. It reads the picture from
 * descriptor 3, writes a JPEG to descriptor 4, and prints the picture's width and height. Once its
 * decoder is loaded it gives up everything but computing: from then on the kernel ends it when it
 * opens a file or a socket, starts a program, or takes too much memory or time. */
#include "storage/sandbox.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOURCE_FD 3
#define TARGET_FD 4
#define CHUNK_BYTES (64 * 1024)
#define PIXELS_MAX (100 * 1000 * 1000)
#define SIDE_MAX G_MAXUINT16
#define QUALITY "82"

static const SandboxLimits limits = {
  .memory_bytes = 512 * 1024 * 1024, .cpu_s = 5, .wall_s = 20, .file_bytes = 4 * 1024 * 1024
};

typedef struct
{
  guint edge;
  int width, height; /* as the file says, before it is turned */
} Job;

/* Ends here: the picture is not to be drawn. Without exit handlers, since they may need what was
 * given up. */
static G_NORETURN void
refuse (void)
{
  _exit (EXIT_FAILURE);
}

/* Reading */

/* Only what has few, well-tried decoders: gdk-pixbuf by itself would try anything. */
static const char *
find_type (void)
{
  guint8 head[12] = { 0 };

  if (pread (SOURCE_FD, head, sizeof head, 0) < (gssize) sizeof head)
    refuse ();
  if (memcmp (head, "\x89PNG\r\n\x1a\n", 8) == 0)
    return "image/png";
  if (memcmp (head, "\xff\xd8\xff", 3) == 0)
    return "image/jpeg";
  if (memcmp (head, "GIF8", 4) == 0)
    return "image/gif";
  if (memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBP", 4) == 0)
    return "image/webp";
  refuse ();
}

/* Comes before the picture is decoded; a JPEG is then decoded at about the size that is asked. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, Job *job)
{
  int side = MAX (width, height);

  if (width <= 0 || height <= 0 || side > SIDE_MAX || (gint64) width * height > PIXELS_MAX)
    refuse ();
  job->width = width;
  job->height = height;
  if (side > (int) job->edge)
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) ((gint64) width * job->edge / side)),
                                MAX (1, (int) ((gint64) height * job->edge / side)));
}

static void
feed (GdkPixbufLoader *loader)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  off_t offset = 0;
  gssize length;

  while ((length = pread (SOURCE_FD, chunk, CHUNK_BYTES, offset)) > 0)
    {
      if (!gdk_pixbuf_loader_write (loader, chunk, (gsize) length, NULL))
        refuse ();
      offset += length;
    }
  if (length < 0 || !gdk_pixbuf_loader_close (loader, NULL))
    refuse ();
}

/* Writing */

static gboolean
write_cb (const char *bytes, gsize length, GError **error, gpointer data)
{
  const int *fd = data;

  while (*fd >= 0 && length > 0)
    {
      gssize step = write (*fd, bytes, length);

      if (step < 0)
        {
          g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno), "write");
          return FALSE;
        }
      bytes += step;
      length -= (gsize) step;
    }
  return TRUE;
}

/* @fd: where to, -1: nowhere. */
static gboolean
save (GdkPixbuf *pixbuf, int fd)
{
  return gdk_pixbuf_save_to_callback (pixbuf, write_cb, &fd, "jpeg", NULL, "quality", QUALITY,
                                      NULL);
}

/* The encoder looks around when it is used for the first time; later it may not. */
static void
warm_encoder (void)
{
  g_autoptr (GdkPixbuf) dot = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 1, 1);

  gdk_pixbuf_fill (dot, 0);
  if (!save (dot, -1))
    refuse ();
}

/* Turned upright, as the camera held it, and on white where it is transparent. */
static GdkPixbuf *
finish (GdkPixbuf *decoded)
{
  g_autoptr (GdkPixbuf) upright = gdk_pixbuf_apply_embedded_orientation (decoded);

  if (upright == NULL || !gdk_pixbuf_get_has_alpha (upright))
    return g_steal_pointer (&upright);
  return gdk_pixbuf_composite_color_simple (upright, gdk_pixbuf_get_width (upright),
                                            gdk_pixbuf_get_height (upright), GDK_INTERP_NEAREST,
                                            255, 8, 0xffffff, 0xffffff);
}

/* EXIF's orientations from 5 on lie on their side. */
static gboolean
lies_on_side (GdkPixbuf *decoded)
{
  const char *orientation = gdk_pixbuf_get_option (decoded, "orientation");

  return orientation != NULL && atoi (orientation) >= 5;
}

static void
draw (GdkPixbufLoader *loader, Job *job)
{
  g_autoptr (GdkPixbuf) thumbnail = NULL;
  GdkPixbuf *decoded;
  char line[32];
  gboolean turned;
  int length;

  feed (loader);
  decoded = gdk_pixbuf_loader_get_pixbuf (loader);
  if (decoded == NULL)
    refuse ();
  turned = lies_on_side (decoded);
  thumbnail = finish (decoded);
  if (thumbnail == NULL || !save (thumbnail, TARGET_FD))
    refuse ();
  length = snprintf (line, sizeof line, "%d %d\n", turned ? job->height : job->width,
                     turned ? job->width : job->height);
  if (write (STDOUT_FILENO, line, (gsize) length) != length)
    refuse ();
}

/* What a decoder says of a picture interests nobody, and to say it would take more than we have. */
static GLogWriterOutput
be_silent_cb (GLogLevelFlags level G_GNUC_UNUSED, const GLogField *fields G_GNUC_UNUSED,
              gsize count G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  return G_LOG_WRITER_HANDLED;
}

int
main (int argc, char **argv)
{
  GdkPixbufLoader *loader;
  Job job = { 0 };

  job.edge = argc == 2 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 0;
  if (job.edge == 0 || job.edge > 4096)
    {
      fprintf (stderr, "usage: %s EDGE 3<PICTURE 4>THUMBNAIL\n", argv[0]);
      return EXIT_FAILURE;
    }
  g_log_set_writer_func (be_silent_cb, NULL, NULL);
  sandbox_limit (&limits);
  loader = gdk_pixbuf_loader_new_with_mime_type (find_type (), NULL);
  if (loader == NULL)
    refuse ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &job);
  warm_encoder ();
  sandbox_enter ();
  draw (loader, &job);
  _exit (EXIT_SUCCESS);
}
