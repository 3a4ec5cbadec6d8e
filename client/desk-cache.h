/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The SQLite file of one account: named statements with typed parameters, prepared once. What the
 * statements mean is known by the objects that keep something here, not by the cache.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DESK_TYPE_CACHE (desk_cache_get_type ())

G_DECLARE_FINAL_TYPE (DeskCache, desk_cache, DESK, CACHE, GObject)

typedef struct _DeskCacheRow DeskCacheRow;

/**
 * DeskCacheRowFunc:
 * @row: one row of the answer, valid during the call
 */
typedef void (*DeskCacheRowFunc) (const DeskCacheRow *row, gpointer user_data);

/**
 * desk_cache_open:
 * @path: the file, made when absent, readable by its owner only; ":memory:" keeps nothing
 *
 * A file that is damaged or of a newer version is put aside and a fresh one is made.
 *
 * Returns: (transfer full): the cache; %NULL with %DESK_ERROR_CACHE when there can be none.
 */
DeskCache *desk_cache_open (const char *path, GError **error);

/**
 * desk_cache_run:
 * @name: a statement of cache.sql
 * @types: one letter for each parameter: `i` gint64, `s` nullable const char *,
 *   `b` GBytes *
 *
 * Failures are logged, not returned: without its cache an app goes on, it only starts slower.
 */
void desk_cache_run (DeskCache *self, const char *name, const char *types, ...);

/** desk_cache_query: like desk_cache_run(), calling @func for each row of the answer. */
void desk_cache_query (DeskCache *self, const char *name, DeskCacheRowFunc func, gpointer user_data,
                       const char *types, ...);

gint64 desk_cache_row_get_int (const DeskCacheRow *row, int column);

/** desk_cache_row_get_text: Returns: (nullable): valid during the call. */
const char *desk_cache_row_get_text (const DeskCacheRow *row, int column);

/** desk_cache_row_get_bytes: Returns: (transfer full): a copy. */
GBytes *desk_cache_row_get_bytes (const DeskCacheRow *row, int column);

/** desk_cache_keep: keeps @value under @name, one value for each name. */
void desk_cache_keep (DeskCache *self, const char *name, const char *value);

/** desk_cache_recall: Returns: (transfer full) (nullable): what was kept under @name. */
char *desk_cache_recall (DeskCache *self, const char *name);

/**
 * desk_cache_wipe:
 *
 * Forgets all copies of customers' data, also in the file's log and in a file that was put aside;
 * outbox and drafts stay.
 */
void desk_cache_wipe (DeskCache *self);

/** desk_cache_close: keeps and knows nothing from here on, whoever still holds the cache. */
void desk_cache_close (DeskCache *self);

G_END_DECLS
