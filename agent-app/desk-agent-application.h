/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The agent app as a process: its options, its account, its one window.
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DESK_TYPE_AGENT_APPLICATION (desk_agent_application_get_type ())

G_DECLARE_FINAL_TYPE (DeskAgentApplication, desk_agent_application, DESK, AGENT_APPLICATION,
                      AdwApplication)

DeskAgentApplication *desk_agent_application_new (void);

G_END_DECLS
