/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Comparing origins. A browser writes them in one way only, so that text is compared with text. */
#include "http/origins.h"

#include <string.h>

#define PATTERN                                                                                  \
  "^https?://"                                                                                   \
  "(\\*\\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])" \
  "(:[1-9][0-9]{0,4})?\\z"
#define WILDCARD "://*."
#define LABELS "abcdefghijklmnopqrstuvwxyz0123456789-."

struct Origins
{
  GMutex lock;
  GStrv list;
};

Origins *
origins_new (void)
{
  Origins *origins = g_new0 (Origins, 1);

  g_mutex_init (&origins->lock);
  origins->list = g_new0 (char *, 1);
  return origins;
}

void
origins_free (Origins *origins)
{
  g_strfreev (origins->list);
  g_mutex_clear (&origins->lock);
  g_free (origins);
}

gboolean
origin_is_fit (const char *text)
{
  return strlen (text) <= ORIGIN_LENGTH_MAX && g_regex_match_simple (PATTERN, text, 0, 0);
}

void
origins_set (Origins *origins, const char *const *list)
{
  GStrv fresh = g_strdupv ((GStrv) list);
  GStrv old;

  g_mutex_lock (&origins->lock);
  old = origins->list;
  origins->list = fresh;
  g_mutex_unlock (&origins->lock);
  g_strfreev (old);
}

/* Whether @origin has the scheme of @pattern, and a host that ends as its does, after at least one
 * label more. Names in it are of small letters. */
static gboolean
lies_below (const char *origin, const char *pattern)
{
  const char *star = strstr (pattern, WILDCARD);
  gsize scheme = star != NULL ? (gsize) (star - pattern) + strlen ("://") : 0;
  const char *tail;

  if (star == NULL || strncmp (origin, pattern, scheme) != 0)
    return FALSE;
  tail = pattern + scheme + 1;
  return strlen (origin + scheme) > strlen (tail) && g_str_has_suffix (origin, tail)
         && strspn (origin + scheme, LABELS) >= strlen (origin + scheme) - strlen (tail);
}

gboolean
origins_are_open (Origins *origins)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&origins->lock);

  return origins->list[0] == NULL;
}

gboolean
origins_allow (Origins *origins, const char *origin)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&origins->lock);

  if (origins->list[0] == NULL)
    return TRUE;
  for (guint i = 0; origins->list[i] != NULL; i++)
    {
      if (strcmp (origin, origins->list[i]) == 0 || lies_below (origin, origins->list[i]))
        return TRUE;
    }
  return FALSE;
}
