/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Keeping the list of http/origins.h as the database has it. */
#pragma once

#include "base/services.h"
#include "db/db.h"
#include "event/event.h"

/* Reads the list; FALSE with a problem of the database. */
gboolean site_load_origins (Db *db, const Services *services, GError **error);

/* A RelayListener; @data is the Services. */
void site_hear_origins (const GPtrArray *events, gpointer data);
