/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Files of messages: their addresses for whoever reads them, and sending one from a documented
 * path. */
#pragma once

#include "documented/html.h"
#include "documented/shape.h"

/* The first file of @message, as /api/v1 says it; NULL when it has none. */
JsonObject *file_first (JsonObject *message);

/* Where the asker of @request may open @file without a token for five minutes, or its @thumbnail.
 * Returns: (transfer full): NULL while it waits for the virus check, and when it is gone. */
char *file_link (const Request *request, JsonObject *file, gboolean thumbnail);

/* Adds the files of @message as links, pictures by their thumbnails. */
void file_add_all (GString *html, const Request *request, JsonObject *message);
