/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The RouteHandlers and LiveCommands of the queue, for the tables in routes.c. */
#pragma once

#include "http/route.h"

/* GET /agents, staff. */
Reply *agents_list (Db *db, const Request *request, GError **error);

/* PATCH /agents/{id}, admins. */
Reply *agent_patch (Db *db, const Request *request, GError **error);

/* PATCH /me/profile, staff; GET /agents/{id}/profile, signed in. */
Reply *agent_profile_patch_own (Db *db, const Request *request, GError **error);
Reply *agent_profile_get (Db *db, const Request *request, GError **error);

/* GET /departments, signed in; the rest admins. */
Reply *departments_list (Db *db, const Request *request, GError **error);
Reply *department_post (Db *db, const Request *request, GError **error);
Reply *department_patch (Db *db, const Request *request, GError **error);
Reply *department_delete (Db *db, const Request *request, GError **error);

/* GET /departments/{id}/hours, staff; PUT admins. */
Reply *department_hours_get (Db *db, const Request *request, GError **error);
Reply *department_hours_put (Db *db, const Request *request, GError **error);

/* GET /standby, staff; PUT /departments/{id}/standby, and POST call and release below it, admins;
 * PUT /me/standby, staff. */
Reply *standby_list (Db *db, const Request *request, GError **error);
Reply *standby_put (Db *db, const Request *request, GError **error);
Reply *standby_post_call (Db *db, const Request *request, GError **error);
Reply *standby_post_release (Db *db, const Request *request, GError **error);
Reply *standby_put_own (Db *db, const Request *request, GError **error);

/* GET /skills, staff; the rest admins. */
Reply *skill_list (Db *db, const Request *request, GError **error);
Reply *skill_post (Db *db, const Request *request, GError **error);
Reply *skill_patch (Db *db, const Request *request, GError **error);
Reply *skill_delete (Db *db, const Request *request, GError **error);

/* GET /tickets/{id}/routing, staff: why the ticket is in its department. */
Reply *ticket_routing_get (Db *db, const Request *request, GError **error);

/* GET /routing and POST /routing/learn, admins: what was learnt. */
Reply *routing_get (Db *db, const Request *request, GError **error);
Reply *routing_post_learn (Db *db, const Request *request, GError **error);

/* GET and PATCH /settings/routing, GET and PUT /departments/{id}/keywords, PUT
 * /categories/{id}/department, admins. */
Reply *routing_settings_get (Db *db, const Request *request, GError **error);
Reply *routing_settings_patch (Db *db, const Request *request, GError **error);
Reply *department_keywords_get (Db *db, const Request *request, GError **error);
Reply *department_keywords_put (Db *db, const Request *request, GError **error);
Reply *category_department_put (Db *db, const Request *request, GError **error);

/* GET and PATCH /settings/queue, admins. */
Reply *queue_settings_get (Db *db, const Request *request, GError **error);
Reply *queue_settings_patch (Db *db, const Request *request, GError **error);

/* GET and PUT /departments/{id}/timeouts, admins. */
Reply *timeouts_get (Db *db, const Request *request, GError **error);
Reply *timeouts_put (Db *db, const Request *request, GError **error);

/* POST /tickets/{id}/keep-open, its customers. */
Reply *timeout_post_keep_open (Db *db, const Request *request, GError **error);

/* PUT /me/presence, staff. */
Reply *presence_put (Db *db, const Request *request, GError **error);

/* GET /offers; POST /tickets/{id}/accept and /decline, staff. */
Reply *offer_list (Db *db, const Request *request, GError **error);
Reply *offer_post_accept (Db *db, const Request *request, GError **error);
Reply *offer_post_decline (Db *db, const Request *request, GError **error);

/* GET /tickets/{id}/position, whoever may see the ticket. */
Reply *position_get (Db *db, const Request *request, GError **error);

/* LiveCommands `presence {state, …}`, `idle {on, …}`, `accept {ticket}`, `decline {ticket}`: they
 * answer no frame, the events tell everybody. NULL, with a problem when it was refused. */
char *presence_command (Db *db, const Services *services, const Actor *actor, const char *device,
                        const char *frame, gsize length, GError **error);
char *presence_idle_command (Db *db, const Services *services, const Actor *actor,
                             const char *device, const char *frame, gsize length, GError **error);
char *offer_accept_command (Db *db, const Services *services, const Actor *actor,
                            const char *device, const char *frame, gsize length, GError **error);
char *offer_decline_command (Db *db, const Services *services, const Actor *actor,
                             const char *device, const char *frame, gsize length, GError **error);
