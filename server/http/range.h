/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the header Range asks for (RFC 9110). Pure. */
#pragma once

#include <glib.h>

typedef enum
{
  RANGE_WHOLE, /* everything: nothing was asked, or nothing that we serve */
  RANGE_PART,
  RANGE_UNSATISFIABLE,
} RangeVerdict;

/* Reads @header (may be NULL) for something of @size bytes. One range is served; several at once,
 * other units and what cannot be read mean everything, as the RFC permits. @from up to, and
 * without, @to is what to send, also when that is everything. */
RangeVerdict range_read (const char *header, guint64 size, guint64 *from, guint64 *to);
