/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who hears an event: each audience held against each kind of account. */
#include "live/hub.h"
#include "live/private.h"

#define TICKET 42
#define CUSTOMER 17
#define AGENT 2

/* In the order of Audience: 1 for whoever hears it. */
typedef struct
{
  const char *who;
  Role role;
  gint64 user_id;
  guint permissions;
  const char *topics[2];
  gboolean hears[5];
} Listener;

static const Listener listeners[] = {
  { "an agent", ROLE_AGENT, AGENT, PERMISSION_VIEW_TICKETS, { "tickets" }, { 1, 1, 1, 1, 0 } },
  { "an admin", ROLE_ADMIN, 1, PERMISSION_VIEW_TICKETS, { "tickets" }, { 1, 1, 1, 0, 0 } },
  { "an agent who watches it",
    ROLE_AGENT,
    AGENT,
    PERMISSION_VIEW_TICKETS,
    { "ticket:42" },
    { 1, 1, 1, 1, 0 } },
  { "an agent who watches another",
    ROLE_AGENT,
    AGENT,
    PERMISSION_VIEW_TICKETS,
    { "ticket:4" },
    { 0, 0, 1, 1, 0 } },
  { "an agent who may not see tickets",
    ROLE_AGENT,
    AGENT,
    PERMISSION_VIEW_CHAT,
    { "tickets" },
    { 0, 0, 1, 0, 0 } },
  { "its customer", ROLE_CUSTOMER, CUSTOMER, PERMISSION_VIEW_TICKETS, { 0 }, { 0, 1, 1, 0, 0 } },
  { "its customer, asking for more",
    ROLE_CUSTOMER,
    CUSTOMER,
    PERMISSION_VIEW_TICKETS,
    { "tickets" },
    { 0, 1, 1, 0, 0 } },
  { "another customer",
    ROLE_CUSTOMER,
    18,
    PERMISSION_VIEW_TICKETS,
    { "ticket:42" },
    { 0, 0, 1, 0, 0 } },
};

static void
check_listener (const Listener *listener)
{
  Actor actor = { .user_id = listener->user_id,
                  .role = listener->role,
                  .permissions = listener->permissions };
  LiveSocket socket = { .actor = &actor };

  g_assert_null (topics_replace (&socket.topics, listener->topics));
  for (Audience audience = AUDIENCE_STAFF; audience <= AUDIENCE_SERVER; audience++)
    {
      const Event event = { .kind = (char *) "ticket.updated",
                            .audience = audience,
                            .ticket_id = TICKET,
                            .customer_id = CUSTOMER,
                            .user_id = AGENT };

      g_test_message ("%s, audience %u", listener->who, audience);
      g_assert_cmpint (hub_hears (&socket, &event), ==, listener->hears[audience]);
    }
  topics_clear (&socket.topics);
}

static void
test_each_account_hears_what_it_may (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    check_listener (&listeners[i]);
}

static void
test_presence_is_a_topic_of_staff_only (void)
{
  const Event event = { .kind = (char *) "presence.changed", .audience = AUDIENCE_EVERYONE };
  Actor agent = { .role = ROLE_AGENT };
  Actor customer = { .role = ROLE_CUSTOMER };
  LiveSocket desk = { .actor = &agent };
  const LiveSocket widget = { .actor = &customer };

  g_assert_false (hub_hears (&desk, &event));
  g_assert_true (hub_hears (&widget, &event));
  g_assert_null (topics_replace (&desk.topics, (const char *[]){ "presence", NULL }));
  g_assert_true (hub_hears (&desk, &event));
  topics_clear (&desk.topics);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hub/audiences", test_each_account_hears_what_it_may);
  g_test_add_func ("/hub/presence", test_presence_is_a_topic_of_staff_only);
  return g_test_run ();
}
