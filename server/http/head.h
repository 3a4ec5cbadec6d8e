/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A look at a request's head before libsoup reads it. libsoup 3.2 never frees an unknown method's
 * name, nor the path of a request whose body has a length that cannot be read: repeated, such heads
 * would eat all memory. Pure. */
#pragma once

#include <glib.h>

/* Longest head that is let through, in bytes; libsoup reads it in one piece. */
#define HEAD_MAX 8000

/* What is said to a head that is not let through, before its connection is closed. */
#define HEAD_REFUSAL "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

typedef enum
{
  HEAD_PARTIAL, /* more has to come */
  HEAD_GOOD,
  HEAD_BAD,
} HeadVerdict;

/* Judges the @length bytes at @bytes, with which a request begins. For a good head, @end is its
 * length, the empty line included. */
HeadVerdict head_check (const char *bytes, gsize length, gsize *end);
