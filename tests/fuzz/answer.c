/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What other servers answer: the virus scanner's sentence, and a bucket's reason for a refusal. */
#include "fuzz.h"

#include "storage/s3-request.h"
#include "storage/scan.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  g_autofree char *answer = fuzz_rest (&input);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  char complaint[S3_COMPLAINT_LETTERS + 1];
  ScanVerdict verdict = scan_judge (answer, &found, &error);

  g_assert_true ((verdict == SCAN_FAILED) == (error != NULL));
  g_assert_true ((verdict == SCAN_INFECTED) == (found != NULL));
  g_assert_true (found == NULL || g_utf8_validate (found, -1, NULL));
  s3_request_read_complaint (answer, complaint);
  g_assert_true (*complaint == '\0' || strstr (answer, complaint) != NULL);
  return 0;
}
