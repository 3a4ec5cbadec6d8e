/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How somebody who answers customers is shown to them, as bodies say it. */
#pragma once

#include "base/arguments.h"

/* By language, as JSON objects; NULL where a body says nothing. */
typedef struct
{
  char *names, *bios;
} AgentProfile;

/* Reads the arguments `display_names` and `bios`, noting what does not fit; null takes all away. */
void agent_profile_read (Arguments *arguments, AgentProfile *profile);
void agent_profile_clear (AgentProfile *profile);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AgentProfile, agent_profile_clear)
