/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A browser cannot send a token for a picture or a download, so addresses of files are the
 * short-lived links of the API. */
#include "documented/file.h"

#include "ticket/attachment-link.h"
#include "ticket/attachments.h"

#include <string.h>

JsonObject *
file_first (JsonObject *message)
{
  JsonArray *files = json_object_get_array_member (message, "attachments");

  return json_array_get_length (files) > 0 ? json_array_get_object_element (files, 0) : NULL;
}

char *
file_link (const Request *request, JsonObject *file, gboolean thumbnail)
{
  AttachmentLink link = { .thumbnail = thumbnail };

  if (strcmp (shape_text (file, "state"), "ready") != 0)
    return NULL;
  link.attachment = json_object_get_int_member (file, "id");
  link.reader = request_actor (request)->user_id;
  link.expires = g_get_real_time () / G_USEC_PER_SEC + ATTACHMENT_LINK_SECONDS;
  return attachment_link_write (&link,
                                attachments_link_key (request_services (request)->attachments));
}

static void
add_file (GString *html, const Request *request, JsonObject *file)
{
  g_autofree char *link = file_link (request, file, FALSE);
  g_autofree char *picture = NULL;

  if (link == NULL)
    {
      html_add (html, "<li dir=\"auto\">%s</li>", shape_text (file, "name"));
      return;
    }
  html_add (html, "<li><a href=\"%s\" dir=\"auto\">", link);
  if (json_object_get_boolean_member (file, "thumbnail"))
    {
      picture = file_link (request, file, TRUE);
      html_add (html, "<img src=\"%s\" alt=\"\">", picture);
    }
  html_add (html, "%s</a></li>", shape_text (file, "name"));
}

void
file_add_all (GString *html, const Request *request, JsonObject *message)
{
  JsonArray *files = json_object_get_array_member (message, "attachments");

  if (json_array_get_length (files) == 0)
    return;
  g_string_append (html, "<ul class=\"files\">");
  for (guint i = 0; i < json_array_get_length (files); i++)
    add_file (html, request, json_array_get_object_element (files, i));
  g_string_append (html, "</ul>");
}
