/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Says what the server answers to, so that tests and tools look at every path and frame there is,
 * also at those that come later. */
#pragma once

/* THE table of paths, and every frame of the live socket, as JSON:
 * `{"routes": [{"method", "path", "permissions": ["view_tickets"]}], "frames": [{"type",
 * "permissions"}]}`. What is open to everybody has no permissions.
 * Returns: (transfer full). */
char *describe_routes (void);
