/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Writing uploads down as they come. */
#include "http/spool.h"

#include "base/problem.h"
#include "http/form.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* What a form may have besides its file. */
#define FRAME_MAX (64 * 1024)
#define MEGABYTE (1024 * 1024)

struct Spool
{
  int fd;
  guint64 most;
  guint64 fed; /* bytes of the body */
  guint64 size; /* bytes of the file */
  Form *form; /* NULL: the body is the file */
  char *name;
  char *type;
  RequestFile file;
};

void
spool_refuse_size (const Spool *spool, GError **error)
{
  const char *name = spool->form != NULL ? form_name (spool->form) : spool->name;
  guint64 megabytes = spool->most / MEGABYTE;
  GError *problem = NULL;
  g_autofree char *members = g_strdup_printf ("\"limit\":%" G_GUINT64_FORMAT, spool->most);

  if (name != NULL && g_utf8_validate (name, -1, NULL))
    problem_set (&problem, PROBLEM_FILE_TOO_LARGE,
                 _ ("“%s” is larger than %u MB and was not attached. Your text is kept."), name,
                 (guint) megabytes);
  else
    problem_set (&problem, PROBLEM_FILE_TOO_LARGE,
                 _ ("The file is larger than %u MB and was not attached. Your text is kept."),
                 (guint) megabytes);
  problem_set_members (problem, members);
  g_propagate_error (error, problem);
}

static gboolean
write_down (const char *bytes, gsize length, gpointer data, GError **error)
{
  Spool *spool = data;

  spool->size += length;
  if (spool->size > spool->most)
    {
      spool_refuse_size (spool, error);
      return FALSE;
    }
  while (length > 0)
    {
      gssize written = write (spool->fd, bytes, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          g_warning ("an upload cannot be written: %s", g_strerror (errno));
          problem_set (error, PROBLEM_UNAVAILABLE,
                       _ ("The server has no room for this file at the moment."));
          return FALSE;
        }
      bytes += written;
      length -= (gsize) written;
    }
  return TRUE;
}

Spool *
spool_new (int fd, const char *content_type, const char *name, guint64 most, GError **error)
{
  g_autoptr (Spool) spool = g_new0 (Spool, 1);

  spool->fd = fd;
  spool->most = most;
  spool->name = g_strdup (name);
  spool->type = g_strdup (content_type);
  if (form_is_form (content_type))
    {
      spool->form = form_new (content_type, write_down, spool, error);
      if (spool->form == NULL)
        return NULL;
    }
  return g_steal_pointer (&spool);
}

guint64
spool_body_max (const Spool *spool)
{
  return spool->most + (spool->form != NULL ? FRAME_MAX : 0);
}

gboolean
spool_feed (Spool *spool, const char *bytes, gsize length, GError **error)
{
  spool->fed += length;
  if (spool->fed > spool_body_max (spool))
    {
      spool_refuse_size (spool, error);
      return FALSE;
    }
  if (spool->form != NULL)
    return form_feed (spool->form, bytes, length, error);
  return write_down (bytes, length, spool, error);
}

gboolean
spool_end (Spool *spool, GError **error)
{
  return spool->form == NULL || form_end (spool->form, error);
}

const RequestFile *
spool_file (Spool *spool)
{
  spool->file
      = (RequestFile){ .fd = spool->fd,
                       .size = spool->size,
                       .name = spool->form != NULL ? form_name (spool->form) : spool->name,
                       .type = spool->form != NULL ? form_type (spool->form) : spool->type };
  return &spool->file;
}

void
spool_free (Spool *spool)
{
  if (spool == NULL)
    return;
  close (spool->fd);
  form_free (spool->form);
  g_free (spool->name);
  g_free (spool->type);
  g_free (spool);
}
