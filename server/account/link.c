/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Making and reading the codes in links. */
#include "account/link.h"

#include "account/secret.h"
#include "base/config.h"
#include "base/ids.h"

#define CODE_BYTES 32

void
link_make (Link *link, const Request *request, const char *purpose)
{
  g_autofree char *code = id_random (CODE_BYTES);

  link->url = g_strdup_printf ("%s/account/#%s=%s", request_services (request)->url, purpose, code);
  link->hash = secret_hash (code);
}

void
link_clear (Link *link)
{
  g_free (link->url);
  g_free (link->hash);
}

char *
link_read (Arguments *arguments)
{
  const char *code = arguments_text (arguments, "code", LINK_CODE_MAX, ARGUMENT_REQUIRED);

  return code != NULL ? secret_hash (code) : NULL;
}

void
link_tell_demo (const Request *request, const Link *link)
{
  if (request_services (request)->config->demo)
    g_info ("demo: a mail would hold %s", link->url);
}
