/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Accounts: passwords, tokens, and today's rights of whoever holds one. A token only names a
 * session; what its account may do is read from the database once and kept until an event says that
 * it changed. */
#pragma once

#include "base/actor.h"
#include "base/services.h"
#include "db/db.h"
#include "event/event.h"

typedef struct Accounts Accounts;

/**
 * accounts_new:
 * @data_dir: the server's data folder
 * @error: (out): a message for a person
 *
 * Reads the keys `secrets/token.key` and `secrets/second-factor.key`, or makes them when there are
 * none.
 *
 * Returns: (transfer full): free with accounts_free(); or %NULL
 */
Accounts *accounts_new (const char *data_dir, GError **error);

/**
 * accounts_free:
 * @accounts: (transfer full) (nullable): sign-ins that still run are finished first
 */
void accounts_free (Accounts *accounts);

/**
 * accounts_authenticate:
 * @db: (nullable): used when the session is not known in memory; %NULL borrows a connection then
 * @services: the running server
 * @token: an access or visitor token as it came
 * @error: (out): `unauthenticated`, `token_expired`, or `unavailable` without a database
 *
 * An HttpAuthenticate. `token_expired` is said of good tokens only.
 *
 * Returns: (transfer full): the actor with today's rights, or %NULL
 */
Actor *accounts_authenticate (Db *db, const Services *services, const char *token, GError **error);

/**
 * accounts_hear:
 * @events: (element-type Event): what was committed
 * @data: the Services
 *
 * A RelayListener: forgets the rights that `account.changed` and `session.revoked` name
 * (AUDIENCE_SERVER, data `{"user_id":…,"session_id":…|null}`), then has their live sockets looked
 * at again.
 */
void accounts_hear (const GPtrArray *events, gpointer data);

/**
 * account_check_person:
 * @name: 1 to 200 characters
 * @email: an e-mail address of at most 254 characters
 * @error: (out): `validation_failed`, a message for a person
 *
 * Returns: whether somebody can have this name and address, as far as that shows without a database
 */
gboolean account_check_person (const char *name, const char *email, GError **error);

/**
 * account_create_user:
 * @db: a connection
 * @role: staff also gets a capacity and the default department
 * @name: 1 to 200 characters
 * @email: nobody else's, at most 254 characters
 * @password: 8 to 200 characters
 * @error: (out): `validation_failed`, or `conflict` when the address is taken
 *
 * Makes an account that can sign in at once.
 *
 * Returns: whether it was made
 */
gboolean account_create_user (Db *db, Role role, const char *name, const char *email,
                              const char *password, GError **error);

/**
 * account_setup_code:
 * @db: a connection
 * @error: (out): a problem of the database
 *
 * Makes the one-time code with which `POST /auth/setup` creates the first admin. The code made
 * before is void from then on.
 *
 * Returns: (transfer full): the code, or %NULL without @error when there is an admin already
 */
char *account_setup_code (Db *db, GError **error);

/**
 * password_hash:
 * @password: UTF-8; the same letters give the same password however they were composed
 * @error: (out): `unavailable` when there is no memory for it
 *
 * Takes a tenth of a second and 64 MiB. Handlers come here by way of side-room.h.
 *
 * Returns: (transfer full): an argon2id hash in libsodium's text form, or %NULL
 */
char *password_hash (const char *password, GError **error);

/**
 * password_matches:
 * @hash: (nullable): the account's hash; %NULL takes the same time, so that unknown accounts do
 *   not show
 * @password: what was typed
 *
 * Returns: whether @password belongs to @hash
 */
gboolean password_matches (const char *hash, const char *password);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Accounts, accounts_free)
