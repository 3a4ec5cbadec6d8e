/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Roles and permissions by name, and questions about an actor. */
#include "base/actor.h"

#include "base/problem.h"

#include <glib/gi18n.h>

static const char *const role_names[] = { "customer", "agent", "admin" };

/* In the order of the bits of Permission. */
static const char *const permission_names[]
    = { "view_tickets",   "create_tickets", "edit_tickets",  "close_tickets",    "assign_tickets",
        "delete_tickets", "view_chat",      "send_messages", "view_chat_history" };

Actor *
actor_copy (const Actor *actor)
{
  Actor *copy = g_new (Actor, 1);

  *copy = *actor;
  copy->name = g_strdup (actor->name);
  copy->language = g_strdup (actor->language);
  copy->session_id = g_strdup (actor->session_id);
  return copy;
}

void
actor_free (Actor *actor)
{
  if (actor == NULL)
    return;
  g_free (actor->name);
  g_free (actor->language);
  g_free (actor->session_id);
  g_free (actor);
}

gboolean
actor_may (const Actor *actor, guint permissions)
{
  guint held;

  if (permissions == PERMISSION_NONE)
    return TRUE;
  if (actor == NULL)
    return FALSE;
  held = actor->permissions | PERMISSION_SIGNED_IN;
  if (actor_is_staff (actor))
    held |= PERMISSION_STAFF;
  if (actor->role == ROLE_ADMIN)
    held |= PERMISSION_ADMIN;
  return (held & permissions) == permissions;
}

void
actor_refuse (const Actor *actor, GError **error)
{
  if (actor != NULL && actor->is_blocked)
    problem_set (error, PROBLEM_BLOCKED, _ ("You can't write here at the moment."));
  else
    problem_set (error, PROBLEM_FORBIDDEN, _ ("Your role does not permit this."));
}

gboolean
actor_is_staff (const Actor *actor)
{
  return actor->role != ROLE_CUSTOMER;
}

const char *
role_name (Role role)
{
  return role_names[role];
}

gboolean
role_from_name (const char *name, Role *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (role_names); i++)
    {
      if (g_strcmp0 (name, role_names[i]) == 0)
        {
          *role = i;
          return TRUE;
        }
    }
  return FALSE;
}

guint
permission_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (permission_names); i++)
    {
      if (g_strcmp0 (name, permission_names[i]) == 0)
        return 1u << i;
    }
  return 0;
}

const char *
permission_name (guint bit)
{
  for (guint i = 0; i < G_N_ELEMENTS (permission_names); i++)
    {
      if (bit == 1u << i)
        return permission_names[i];
    }
  return NULL;
}
