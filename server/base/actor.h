/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who acts: the account behind a request or a socket, with today's rights. Account fills it,
 * everybody else only reads it. */
#pragma once

#include <glib.h>

typedef enum
{
  ROLE_CUSTOMER,
  ROLE_AGENT,
  ROLE_ADMIN,
} Role;

/* The nine permissions of the protocol, as bits; PERMISSION_NONE marks public routes,
 * PERMISSION_SIGNED_IN those that only need an account, PERMISSION_STAFF and PERMISSION_ADMIN those
 * that need a role. */
typedef enum
{
  PERMISSION_NONE = 0,
  PERMISSION_VIEW_TICKETS = 1 << 0,
  PERMISSION_CREATE_TICKETS = 1 << 1,
  PERMISSION_EDIT_TICKETS = 1 << 2,
  PERMISSION_CLOSE_TICKETS = 1 << 3,
  PERMISSION_ASSIGN_TICKETS = 1 << 4,
  PERMISSION_DELETE_TICKETS = 1 << 5,
  PERMISSION_VIEW_CHAT = 1 << 6,
  PERMISSION_SEND_MESSAGES = 1 << 7,
  PERMISSION_VIEW_CHAT_HISTORY = 1 << 8,
  PERMISSION_SIGNED_IN = 1 << 9,
  PERMISSION_STAFF = 1 << 10,
  PERMISSION_ADMIN = 1 << 11,
} Permission;

typedef struct
{
  gint64 user_id;
  Role role;
  guint permissions; /* bits of Permission */
  char *name;
  char *language;
  char *session_id;
  gboolean is_blocked; /* a customer who may read but not write */
  gboolean is_key; /* a program, by an API key */
  gint64 expires_at; /* when the token ends, seconds since 1970 */
} Actor;

/* Returns: (transfer full): a copy; free with actor_free(). */
Actor *actor_copy (const Actor *actor);
void actor_free (Actor *actor);

/* Whether @actor (NULL is nobody) holds every bit of @permissions. */
gboolean actor_may (const Actor *actor, guint permissions);

/* Sets why @actor may not do something: `blocked`, or `forbidden`. */
void actor_refuse (const Actor *actor, GError **error);

/* Whether @actor answers customers (agents and admins). */
gboolean actor_is_staff (const Actor *actor);

/* `customer`, `agent` or `admin`, and back; FALSE when @name is no role. */
const char *role_name (Role role);
gboolean role_from_name (const char *name, Role *role);

/* The bit of `view_tickets` and the others; 0 when @name is no permission. */
guint permission_from_name (const char *name);
const char *permission_name (guint bit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Actor, actor_free)
