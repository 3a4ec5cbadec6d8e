/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A bounded memory of pairs of ids, in two generations: what nobody asked for or put lately is
 * forgotten a whole generation at a time. */
#pragma once

#include <glib.h>

typedef struct Recent Recent;

/* A generation ends by itself with @size pairs, so at most twice as many are ever kept. */
Recent *recent_new (guint size);
void recent_put (Recent *recent, gint64 key, gint64 value);

/* Whether @key is remembered; @value may be NULL. */
gboolean recent_get (Recent *recent, gint64 key, gint64 *value);

/* Ends the generation: what was not put since the end before is forgotten. */
void recent_age (Recent *recent);
void recent_free (Recent *recent);
