/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The side room where passwords are hashed. A hash costs a tenth of a second and 64 MiB, so two
 * threads of their own do that work: an office that signs in at nine neither fills the memory nor
 * keeps HTTP workers and connections from everybody else. */
#pragma once

#include "http/request.h"

typedef struct Hashing Hashing;

/* A handler that hashes. It has no connection while it does; db_pool_run() gives one for a
 * statement. Returns: (transfer full): the reply, or NULL with @error. */
typedef Reply *(*HashingHandler) (const Request *request, GError **error);

Hashing *hashing_new (void);

/* Finishes what was begun. */
void hashing_free (Hashing *hashing);

/* Answers @request by @handler in the side room.
 * Returns: %REPLY_LATER, or NULL with `unavailable` when too many wait there already. */
Reply *hashing_answer (Hashing *hashing, const Request *request, HashingHandler handler,
                       GError **error);
