/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The room's lines in the route table. */
#pragma once

#include "http/request.h"

/* GET /api/v1/widget/config: how the widget looks, in the language of `?language=` or of the
 * browser. */
Reply *widget_config (Db *db, const Request *request, GError **error);
