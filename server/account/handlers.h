/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The RouteHandlers of accounts, for the table in routes.c. Those of sign-in and set-up hash a
 * password: they need no connection (ROUTE_NO_DATABASE) and count as credentials
 * (ROUTE_CREDENTIALS). */
#pragma once

#include "http/route.h"

/* POST /auth/login, public, without a connection. */
Reply *account_login (Db *db, const Request *request, GError **error);

/* POST /auth/challenge, public, without a connection. */
Reply *account_challenge (Db *db, const Request *request, GError **error);

/* POST /auth/refresh, public. */
Reply *account_refresh (Db *db, const Request *request, GError **error);

/* POST /auth/logout, signed in. */
Reply *account_logout (Db *db, const Request *request, GError **error);

/* POST /auth/setup, public, without a connection. */
Reply *account_setup (Db *db, const Request *request, GError **error);

/* POST /auth/password/forgotten, public; POST /auth/password/reset, public, and PUT /me/password,
 * signed in, without a connection. */
Reply *password_forgotten (Db *db, const Request *request, GError **error);
Reply *password_reset (Db *db, const Request *request, GError **error);
Reply *me_put_password (Db *db, const Request *request, GError **error);

/* An admin's: GET and POST /invitations, POST …/{id}/resend, DELETE /invitations/{id}. */
Reply *invitation_list (Db *db, const Request *request, GError **error);
Reply *invitation_post (Db *db, const Request *request, GError **error);
Reply *invitation_resend (Db *db, const Request *request, GError **error);
Reply *invitation_delete (Db *db, const Request *request, GError **error);

/* POST /auth/invitation and /auth/invitation/accept, public, without a connection. */
Reply *invitation_look (Db *db, const Request *request, GError **error);
Reply *invitation_accept (Db *db, const Request *request, GError **error);

/* GET and DELETE /me/sessions, DELETE /me/sessions/{id}, signed in. */
Reply *me_sessions (Db *db, const Request *request, GError **error);
Reply *me_sessions_delete (Db *db, const Request *request, GError **error);
Reply *me_session_delete (Db *db, const Request *request, GError **error);

/* POST /visitors, public. */
Reply *visitor_create (Db *db, const Request *request, GError **error);

/* POST /visitors/identify, public: whom a host site vouches for. */
Reply *visitor_identify (Db *db, const Request *request, GError **error);

/* POST /me/visitor, signed in: the visitor whom a token names is who asks. */
Reply *visitor_join (Db *db, const Request *request, GError **error);

/* Admins': GET and POST /settings/identity, DELETE /settings/identity/{id}. */
Reply *identity_signers_get (Db *db, const Request *request, GError **error);
Reply *identity_signer_post (Db *db, const Request *request, GError **error);
Reply *identity_signer_delete (Db *db, const Request *request, GError **error);

/* Staff's: GET and POST /blocks, DELETE /blocks/{id}. */
Reply *block_list (Db *db, const Request *request, GError **error);
Reply *block_post (Db *db, const Request *request, GError **error);
Reply *block_delete (Db *db, const Request *request, GError **error);

/* GET /me, signed in. */
Reply *me_get (Db *db, const Request *request, GError **error);

/* GET and POST /me/second-factor, POST …/confirm, …/recovery-codes, …/turn-off: signed in; those
 * that ask for the password are without a connection. */
Reply *second_factor_get (Db *db, const Request *request, GError **error);
Reply *second_factor_post (Db *db, const Request *request, GError **error);
Reply *second_factor_confirm (Db *db, const Request *request, GError **error);
Reply *second_factor_renew_codes (Db *db, const Request *request, GError **error);
Reply *second_factor_turn_off (Db *db, const Request *request, GError **error);

/* Staff's: GET and POST /me/api-keys, DELETE /me/api-keys/{id}. */
Reply *me_api_keys (Db *db, const Request *request, GError **error);
Reply *me_api_key_post (Db *db, const Request *request, GError **error);
Reply *me_api_key_delete (Db *db, const Request *request, GError **error);

/* DELETE /agents/{id}/second-factor, an admin's. */
Reply *agent_delete_second_factor (Db *db, const Request *request, GError **error);

/* Admins': GET /roles, PUT /roles/{customer,agent,admin}/permissions. */
Reply *role_list (Db *db, const Request *request, GError **error);
Reply *role_put_customer (Db *db, const Request *request, GError **error);
Reply *role_put_agent (Db *db, const Request *request, GError **error);
Reply *role_put_admin (Db *db, const Request *request, GError **error);

/* Staff's: GET and POST /customers, GET and PATCH /customers/{id}. */
Reply *customer_list (Db *db, const Request *request, GError **error);
Reply *customer_post (Db *db, const Request *request, GError **error);
Reply *customer_get (Db *db, const Request *request, GError **error);
Reply *customer_patch (Db *db, const Request *request, GError **error);

/* GET /customers/{id}/tickets: those of one customer, newest message first. */
Reply *customer_tickets (Db *db, const Request *request, GError **error);

/* GET and POST /customers/{id}/notes, DELETE /customers/{id}/notes/{note}. */
Reply *customer_notes (Db *db, const Request *request, GError **error);
Reply *customer_note_post (Db *db, const Request *request, GError **error);
Reply *customer_note_delete (Db *db, const Request *request, GError **error);

/* Admins': GET and POST /settings/identity-providers, PATCH and DELETE below `/{id}`, and POST
 * `/{id}/test`, which asks the provider. */
Reply *provider_list (Db *db, const Request *request, GError **error);
Reply *provider_post (Db *db, const Request *request, GError **error);
Reply *provider_patch (Db *db, const Request *request, GError **error);
Reply *provider_delete (Db *db, const Request *request, GError **error);
Reply *provider_test (Db *db, const Request *request, GError **error);

/* Signed in: GET /me/identities, DELETE /me/identities/{id}. */
Reply *linked_identity_list (Db *db, const Request *request, GError **error);
Reply *linked_identity_delete (Db *db, const Request *request, GError **error);

/* POST /auth/code, public: what a browser brought an app becomes a session. */
Reply *app_code_exchange (Db *db, const Request *request, GError **error);
