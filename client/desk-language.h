/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Languages by the name that the reader knows them by.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * desk_language_describe:
 * @tag: (nullable): a language tag such as "en" or "pt-BR"
 *
 * Returns: (transfer full) (nullable): such as "English" or "Portuguese (BR)", in the language of
 *   the app; the tag itself for a language that has no name here, NULL for NULL.
 */
char *desk_language_describe (const char *tag);

G_END_DECLS
