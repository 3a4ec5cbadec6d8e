/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One signed request to a bucket: sent by libcurl, tried again when the other side stumbles. */
#pragma once

#include "base/config.h"

#include <curl/curl.h>

#define S3_EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define S3_COMPLAINT_LETTERS 63

/* What is asked, and below that what was answered. */
typedef struct
{
  const char *method;
  const char *object;
  const char *sha256; /* of the body, hex */
  int fd; /* the body, from its start; -1: none */
  guint64 length; /* of the body */
  const char *range; /* header Range; NULL: none */
  guint8 *buffer; /* gets the body of a 206; NULL: nobody wants it */
  gsize room; /* an answer that is longer is a failure */

  long status;
  gsize filled;
  char complaint[S3_COMPLAINT_LETTERS + 1]; /* S3's word for a refusal: `NoSuchKey`; else empty */
} S3Request;

/* Runs @request with @curl, whose connection is used again and kept open.
 * Returns: TRUE when there is an answer, whatever it says; FALSE with %PROBLEM_UNAVAILABLE when
 * after several tries there is none, or only failures of the other side. */
gboolean s3_request_run (const ConfigS3 *settings, CURL *curl, S3Request *request, GError **error);

/* Finds S3's word for a refusal in @body, and writes it, or nothing, to @complaint, which has room
 * for S3_COMPLAINT_LETTERS. Pure. */
void s3_request_read_complaint (const char *body, char *complaint);

/* Says in the log what was answered, and sets %PROBLEM_UNAVAILABLE. */
void s3_request_set_refused (const ConfigS3 *settings, const S3Request *request, GError **error);
