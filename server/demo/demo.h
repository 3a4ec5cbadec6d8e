/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Demo data: a bookshop with an admin, five agents, customers and 200 tickets, for a first look. */
#pragma once

#include "db/db.h"

/* Fills an empty database; does nothing on one that has accounts. @loaded (nullable) tells which.
 * Every demo account has the password `deskbell-demo`, so the server refuses it on any address but
 * loopback. */
gboolean demo_load (Db *db, gboolean *loaded, GError **error);
