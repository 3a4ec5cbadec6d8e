/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading a form piece by piece. What has come is searched for the line that ends a part; only as
 * many bytes are held back as could be the beginning of such a line. */
#include "http/form.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

#define BOUNDARY_MAX 70 /* RFC 2046 */
#define FILE_PART "file"

typedef enum
{
  FORM_PREAMBLE, /* before the first boundary */
  FORM_BOUNDARY, /* right behind one: another part, or the end */
  FORM_HEAD,
  FORM_BODY,
  FORM_EPILOGUE,
} FormState;

struct Form
{
  FormWrite write;
  gpointer data;
  char *mark; /* CRLF and the boundary: what ends a part */
  gsize mark_length;
  GString *rest; /* what has come and is not decided yet */
  FormState state;
  gsize lead; /* bytes at its beginning that still belong to the line above */
  guint parts;
  gboolean in_file; /* the part being read is the file */
  gboolean has_file;
  char *name;
  char *type;
};

gboolean
form_is_form (const char *content_type)
{
  return content_type != NULL && g_ascii_strncasecmp (content_type, "multipart/form-data", 19) == 0;
}

static void
refuse (GError **error)
{
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The body is not a readable form."));
}

Form *
form_new (const char *content_type, FormWrite write, gpointer data, GError **error)
{
  GHashTable *parameters = soup_header_parse_param_list (
      strchr (content_type, ';') != NULL ? strchr (content_type, ';') + 1 : "");
  const char *boundary = g_hash_table_lookup (parameters, "boundary");
  Form *form = NULL;

  if (boundary != NULL && *boundary != '\0' && strlen (boundary) <= BOUNDARY_MAX)
    {
      form = g_new0 (Form, 1);
      form->write = write;
      form->data = data;
      form->mark = g_strconcat ("\r\n--", boundary, NULL);
      form->mark_length = strlen (form->mark);
      /* The first boundary stands at the very beginning, as if behind a line. */
      form->rest = g_string_new ("\r\n");
    }
  else
    refuse (error);
  soup_header_free_param_list (parameters);
  return form;
}

void
form_free (Form *form)
{
  if (form == NULL)
    return;
  g_free (form->mark);
  g_string_free (form->rest, TRUE);
  g_free (form->name);
  g_free (form->type);
  g_free (form);
}

const char *
form_name (const Form *form)
{
  return form->name;
}

const char *
form_type (const Form *form)
{
  return form->type;
}

/* Notes that the part whose head says @disposition is the file. */
static gboolean
begin_file (Form *form, SoupMessageHeaders *headers, GHashTable *parameters, GError **error)
{
  if (form->has_file)
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("Send one file at a time."));
      return FALSE;
    }
  form->has_file = TRUE;
  form->in_file = TRUE;
  form->name = g_strdup (g_hash_table_lookup (parameters, "filename"));
  form->type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  return TRUE;
}

/* Reads the head of a part, an empty line at its end included. */
static gboolean
read_head (Form *form, const char *head, gsize length, GError **error)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_MULTIPART);
  GHashTable *parameters = NULL;
  char *disposition = NULL;
  gboolean read = FALSE;

  form->in_file = FALSE;
  /* libsoup looks for headers behind a first line. */
  if (memchr (head, '\0', length) == NULL && soup_headers_parse (head, (int) length, headers)
      && soup_message_headers_get_content_disposition (headers, &disposition, &parameters)
      && disposition != NULL && g_ascii_strcasecmp (disposition, "form-data") == 0)
    read = g_strcmp0 (g_hash_table_lookup (parameters, "name"), FILE_PART) != 0
           || begin_file (form, headers, parameters, error);
  if (!read && (error == NULL || *error == NULL))
    refuse (error);
  g_free (disposition);
  g_clear_pointer (&parameters, g_hash_table_unref);
  soup_message_headers_unref (headers);
  return read;
}

/* Takes the first @length bytes of what has come out of it. */
static void
take (Form *form, gsize length)
{
  g_string_erase (form->rest, 0, (gssize) length);
}

/* How many bytes at the end of what has come could be the beginning of the mark. */
static gsize
undecided (const Form *form)
{
  gsize length = MIN (form->rest->len, form->mark_length - 1);

  while (length > 0 && memcmp (form->rest->str + form->rest->len - length, form->mark, length) != 0)
    length--;
  return length;
}

/* Content up to the next mark, which is the file's, or is skipped. */
static gboolean
read_content (Form *form, gboolean *progress, GError **error)
{
  const char *mark = memmem (form->rest->str, form->rest->len, form->mark, form->mark_length);
  gsize length
      = mark != NULL ? (gsize) (mark - form->rest->str) : form->rest->len - undecided (form);

  if (length > form->lead && form->state == FORM_BODY && form->in_file
      && !form->write (form->rest->str + form->lead, length - form->lead, form->data, error))
    return FALSE;
  if (length > 0 || mark != NULL)
    form->lead = 0;
  take (form, length);
  *progress = mark != NULL;
  if (mark != NULL)
    {
      take (form, form->mark_length);
      form->state = FORM_BOUNDARY;
    }
  return TRUE;
}

/* What follows a boundary: two hyphens at the end of the form, else the end of the line. */
static gboolean
read_boundary (Form *form, gboolean *progress, GError **error)
{
  const char *end = memmem (form->rest->str, form->rest->len, "\r\n", 2);

  if (form->rest->len >= 2 && strncmp (form->rest->str, "--", 2) == 0)
    {
      form->state = FORM_EPILOGUE;
      return TRUE;
    }
  if (end == NULL && form->rest->len < FORM_HEAD_MAX)
    {
      *progress = FALSE;
      return TRUE;
    }
  /* Only spaces may stand there. */
  if (end == NULL || strspn (form->rest->str, " \t") != (gsize) (end - form->rest->str)
      || ++form->parts > FORM_PARTS_MAX)
    {
      refuse (error);
      return FALSE;
    }
  /* The line's end stays: an empty head is one line's end more. */
  take (form, (gsize) (end - form->rest->str));
  form->state = FORM_HEAD;
  return TRUE;
}

static gboolean
read_part_head (Form *form, gboolean *progress, GError **error)
{
  const char *end = memmem (form->rest->str, form->rest->len, "\r\n\r\n", 4);
  gsize length;

  if (end == NULL)
    {
      *progress = FALSE;
      if (form->rest->len <= FORM_HEAD_MAX)
        return TRUE;
      refuse (error);
      return FALSE;
    }
  length = (gsize) (end - form->rest->str) + 4;
  if (length > FORM_HEAD_MAX || !read_head (form, form->rest->str, length, error))
    {
      if (error != NULL && *error == NULL)
        refuse (error);
      return FALSE;
    }
  /* The line's end before the content belongs to it: an empty part is a mark right away. */
  take (form, length - 2);
  form->lead = 2;
  form->state = FORM_BODY;
  return TRUE;
}

gboolean
form_feed (Form *form, const char *bytes, gsize length, GError **error)
{
  gboolean progress = TRUE;
  gboolean fits = TRUE;

  g_string_append_len (form->rest, bytes, (gssize) length);
  while (fits && progress)
    {
      switch (form->state)
        {
        case FORM_PREAMBLE:
        case FORM_BODY:
          fits = read_content (form, &progress, error);
          break;
        case FORM_BOUNDARY:
          fits = read_boundary (form, &progress, error);
          break;
        case FORM_HEAD:
          fits = read_part_head (form, &progress, error);
          break;
        case FORM_EPILOGUE:
          g_string_truncate (form->rest, 0);
          progress = FALSE;
          break;
        }
    }
  return fits;
}

gboolean
form_end (Form *form, GError **error)
{
  GError *problem = NULL;

  if (form->state == FORM_EPILOGUE && form->has_file)
    return TRUE;
  if (form->state != FORM_EPILOGUE)
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("The form ended too early."));
      return FALSE;
    }
  problem_set (&problem, PROBLEM_VALIDATION_FAILED, _ ("There is no file in the form."));
  problem_add_field (problem, FILE_PART, "required", _ ("There is no file in the form."));
  g_propagate_error (error, problem);
  return FALSE;
}
