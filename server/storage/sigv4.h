/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Amazon's Signature Version 4 for requests without a query, as S3 and its likes want it: the path
 * is signed as it stands on the wire. Pure. See "Signature Version 4 signing process" in the
 * reference of AWS IAM. */
#pragma once

#include <glib.h>

/* @name in small letters; @value without spaces around it, and never two in a row. */
typedef struct
{
  const char *name;
  const char *value;
} SigV4Header;

typedef struct
{
  const char *access_key;
  const char *secret_key;
  const char *region; /* `us-east-1` */
  const char *service; /* `s3` */
  const char *method;
  const char *path; /* encoded as it is sent, with its leading slash */
  const SigV4Header *headers; /* all that are signed: host, x-amz-date, … in order of their names */
  gsize header_count;
  const char *time; /* what x-amz-date says: `20130524T000000Z` */
  const char *payload_sha256; /* of the body, hex */
} SigV4Request;

/* What the header Authorization has to say.
 * Returns: (transfer full): free with g_free(). */
char *sigv4_authorize (const SigV4Request *request);
