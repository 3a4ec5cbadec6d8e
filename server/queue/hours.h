/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Opening and closing: what business hours say of the moment is found here and written down, so
 * that whoever hands out or tells customers only reads it. */
#pragma once

#include "db/db.h"

/* At a start, before anybody asks: finds anew which departments are open. FALSE with a problem. */
gboolean hours_begin (Db *db, GError **error);

/* ClockJob: opens and closes every department whose time has come. @name is not used. */
gboolean hours_turn_due (Db *db, const char *name, GError **error);
