/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signature Version 4 against what Amazon has published: the requests without a query of its test
 * suite, and the examples in S3's own documentation. */
#include "storage/sigv4.h"

#include <string.h>

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEADERS_MAX 6

typedef struct
{
  const char *name;
  const char *method;
  const char *path;
  SigV4Header headers[HEADERS_MAX];
  const char *payload;
  const char *signature;
} Vector;

static const Vector suite[] = {
  { "get-vanilla",
    "GET",
    "/",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
  { "get-unreserved",
    "GET",
    "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f" },
  { "get-utf8",
    "GET",
    "/%E1%88%B4",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
  { "get-space-unnormalized",
    "GET",
    "/example%20space/",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741" },
  { "get-slashes-unnormalized",
    "GET",
    "//example//",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5" },
  { "get-relative-unnormalized",
    "GET",
    "/example/..",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282" },
  { "get-header-value-trim",
    "GET",
    "/",
    { { "host", "example.amazonaws.com" },
      { "my-header1", "value1" },
      { "my-header2", "\"a b c\"" },
      { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
  { "get-header-value-order",
    "GET",
    "/",
    { { "host", "example.amazonaws.com" },
      { "my-header1", "value4,value1,value3,value2" },
      { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01" },
  { "get-vanilla-with-session-token",
    "GET",
    "/",
    { { "host", "example.amazonaws.com" },
      { "x-amz-date", "20150830T123600Z" },
      { "x-amz-security-token",
        "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267" } },
    EMPTY,
    "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8" },
  { "post-vanilla",
    "POST",
    "/",
    { { "host", "example.amazonaws.com" }, { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
  { "post-header-value-case",
    "POST",
    "/",
    { { "host", "example.amazonaws.com" },
      { "my-header1", "VALUE1" },
      { "x-amz-date", "20150830T123600Z" } },
    EMPTY,
    "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d" },
  { "post-x-www-form-urlencoded",
    "POST",
    "/",
    { { "content-length", "13" },
      { "content-type", "application/x-www-form-urlencoded" },
      { "host", "example.amazonaws.com" },
      { "x-amz-content-sha256",
        "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e" },
      { "x-amz-date", "20150830T123600Z" } },
    "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
    "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b" },
};

/* "Authenticating Requests: Using the Authorization Header" in the API reference of S3. */
static const Vector s3_examples[] = {
  { "get-object",
    "GET",
    "/test.txt",
    { { "host", "examplebucket.s3.amazonaws.com" },
      { "range", "bytes=0-9" },
      { "x-amz-content-sha256", EMPTY },
      { "x-amz-date", "20130524T000000Z" } },
    EMPTY,
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" },
  { "put-object",
    "PUT",
    "/test%24file.text",
    { { "date", "Fri, 24 May 2013 00:00:00 GMT" },
      { "host", "examplebucket.s3.amazonaws.com" },
      { "x-amz-content-sha256",
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072" },
      { "x-amz-date", "20130524T000000Z" },
      { "x-amz-storage-class", "REDUCED_REDUNDANCY" } },
    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd" },
};

static char *
authorize (const Vector *vector, SigV4Request request)
{
  request.method = vector->method;
  request.path = vector->path;
  request.headers = vector->headers;
  request.region = "us-east-1";
  request.payload_sha256 = vector->payload;
  while (request.header_count < HEADERS_MAX && vector->headers[request.header_count].name != NULL)
    request.header_count++;
  return sigv4_authorize (&request);
}

static void
test_suite (void)
{
  const SigV4Request request = { .access_key = "AKIDEXAMPLE",
                                 .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                 .service = "service",
                                 .time = "20150830T123600Z" };

  for (guint i = 0; i < G_N_ELEMENTS (suite); i++)
    {
      g_autofree char *said = authorize (&suite[i], request);

      g_test_message ("%s: %s", suite[i].name, said);
      g_assert_true (g_str_has_suffix (said, suite[i].signature));
    }
}

static void
test_s3_examples (void)
{
  const SigV4Request request = { .access_key = "AKIAIOSFODNN7EXAMPLE",
                                 .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                 .service = "s3",
                                 .time = "20130524T000000Z" };

  for (guint i = 0; i < G_N_ELEMENTS (s3_examples); i++)
    {
      g_autofree char *said = authorize (&s3_examples[i], request);

      g_test_message ("%s: %s", s3_examples[i].name, said);
      g_assert_true (g_str_has_suffix (said, s3_examples[i].signature));
    }
}

static void
test_header (void)
{
  const SigV4Request request = { .access_key = "AKIAIOSFODNN7EXAMPLE",
                                 .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                 .service = "s3",
                                 .time = "20130524T000000Z" };
  g_autofree char *said = authorize (&s3_examples[0], request);

  g_assert_cmpstr (said, ==,
                   "AWS4-HMAC-SHA256 "
                   "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                   "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                   "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sigv4/test-suite-of-amazon", test_suite);
  g_test_add_func ("/sigv4/examples-of-s3", test_s3_examples);
  g_test_add_func ("/sigv4/whole-header", test_header);
  return g_test_run ();
}
