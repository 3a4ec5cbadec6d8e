/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What operators and their monitoring ask. */
#pragma once

#include "http/request.h"

/* GET /healthz: the process lives and answers. */
Reply *health_live (Db *db, const Request *request, GError **error);

/* GET /readyz: the database answers too; 503 otherwise. */
Reply *health_ready (Db *db, const Request *request, GError **error);

/* GET /metrics: Prometheus text. */
Reply *health_metrics (Db *db, const Request *request, GError **error);
