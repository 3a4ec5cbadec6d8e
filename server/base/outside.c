/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What is public by the registries of special addresses (IANA, RFC 6890), and curl's hooks that ask
 * for it. */
#include "base/outside.h"

#include "base/networks.h"

#include <string.h>
#include <sys/socket.h>

#define CONNECT_S 10
#define REDIRECTS 3

/* Of IPv6 only 2000::/3 is given out at all; the rest holds ::1, fc00::/7, fe80::/10, ff00::/8. */
static char *const not_public[] = {
  "0.0.0.0/8", /* this host */
  "10.0.0.0/8", /* private */
  "100.64.0.0/10", /* private, of providers */
  "127.0.0.0/8", /* loopback */
  "169.254.0.0/16", /* link-local, where clouds keep their metadata */
  "172.16.0.0/12", /* private */
  "192.0.0.0/24", /* protocols */
  "192.0.2.0/24", /* documentation */
  "192.88.99.0/24", /* relays of 6to4 */
  "192.168.0.0/16", /* private */
  "198.18.0.0/15", /* benchmarks */
  "198.51.100.0/24", /* documentation */
  "203.0.113.0/24", /* documentation */
  "224.0.0.0/4", /* multicast */
  "240.0.0.0/4", /* reserved, and broadcast */
  "::/3", /* outside 2000::/3 */
  "4000::/2",
  "8000::/1",
  "2001::/23", /* protocols, among them Teredo */
  "2001:db8::/32", /* documentation */
  "3fff::/20", /* documentation */
  NULL,
};

struct Outside
{
  Networks *allowed;
  Networks *not_public;
};

/* IPv6 addresses that lead to the IPv4 address which stands in them from @at on. */
typedef struct
{
  guint8 prefix[12];
  gsize length; /* of the prefix, in bytes */
  gsize at;
} Carrier;

static const Carrier carriers[] = {
  { { 0x00, 0x64, 0xFF, 0x9B }, 12, 12 }, /* 64:ff9b::/96, NAT64 */
  { { 0x20, 0x02 }, 2, 2 }, /* 2002::/16, 6to4 */
};

Outside *
outside_new (char *const *allowed, GError **error)
{
  g_autoptr (Outside) outside = g_new0 (Outside, 1);

  outside->not_public = networks_new (not_public, NULL);
  outside->allowed = networks_new (allowed, error);
  return outside->allowed != NULL ? g_steal_pointer (&outside) : NULL;
}

void
outside_free (Outside *outside)
{
  if (outside == NULL)
    return;
  networks_free (outside->allowed);
  networks_free (outside->not_public);
  g_free (outside);
}

/* Returns: (transfer full): the IPv4 address behind @address, or itself. */
static GInetAddress *
unpack (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    {
      for (guint i = 0; i < G_N_ELEMENTS (carriers); i++)
        {
          if (memcmp (bytes, carriers[i].prefix, carriers[i].length) == 0)
            return g_inet_address_new_from_bytes (bytes + carriers[i].at, G_SOCKET_FAMILY_IPV4);
        }
    }
  return g_object_ref (address);
}

gboolean
outside_allows (const Outside *outside, GInetAddress *address)
{
  g_autoptr (GInetAddress) meant = unpack (address);

  return networks_contain (outside->allowed, meant)
         || !networks_contain (outside->not_public, meant);
}

/* curl's callbacks */

static curl_socket_t
open_socket_cb (void *data, curlsocktype purpose G_GNUC_UNUSED, struct curl_sockaddr *peer)
{
  OutsideCall *call = data;
  g_autoptr (GSocketAddress) socket_address
      = g_socket_address_new_from_native (&peer->addr, peer->addrlen);
  g_autofree char *text = NULL;
  GInetAddress *address;

  if (!G_IS_INET_SOCKET_ADDRESS (socket_address))
    return CURL_SOCKET_BAD;
  address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (socket_address));
  if (outside_allows (call->outside, address))
    return socket (peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
  text = g_inet_address_to_string (address);
  g_strlcpy (call->refused, text, sizeof call->refused);
  return CURL_SOCKET_BAD;
}

/* Connected, and nothing said yet. */
static int
check_scheme_cb (void *data, char *address, char *local_address G_GNUC_UNUSED,
                 int port G_GNUC_UNUSED, int local_port G_GNUC_UNUSED)
{
  OutsideCall *call = data;
  g_autoptr (GInetAddress) peer = g_inet_address_new_from_string (address);
  const char *scheme = NULL;

  curl_easy_getinfo (call->curl, CURLINFO_SCHEME, &scheme);
  if (scheme != NULL && g_ascii_strcasecmp (scheme, "https") == 0)
    return CURL_PREREQFUNC_OK;
  if (peer != NULL && networks_contain (call->outside->allowed, peer))
    return CURL_PREREQFUNC_OK;
  g_strlcpy (call->refused, address, sizeof call->refused);
  return CURL_PREREQFUNC_ABORT;
}

static gsize
receive_cb (char *bytes, gsize size, gsize count, void *data)
{
  GString *answer = ((OutsideCall *) data)->answer;

  if (size * count > OUTSIDE_ANSWER_MAX - answer->len)
    return 0;
  g_string_append_len (answer, bytes, (gssize) (size * count));
  return size * count;
}

void
outside_prepare (OutsideCall *call, CURL *curl)
{
  call->curl = curl;
  call->refused[0] = '\0';
  curl_easy_reset (curl);
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETFUNCTION, open_socket_cb);
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETDATA, call);
  curl_easy_setopt (curl, CURLOPT_PREREQFUNCTION, check_scheme_cb);
  curl_easy_setopt (curl, CURLOPT_PREREQDATA, call);
  curl_easy_setopt (curl, CURLOPT_PROXY, "");
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_MAXREDIRS, (long) REDIRECTS);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) CONNECT_S);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) OUTSIDE_CALL_S);
  curl_easy_setopt (curl, CURLOPT_USERAGENT, "Deskbell/" DESKBELL_VERSION);
  if (call->answer == NULL)
    return;
  g_string_truncate (call->answer, 0);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, receive_cb);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, call);
}

char *
outside_explain (const OutsideCall *call, CURLcode code)
{
  if (code == CURLE_ABORTED_BY_CALLBACK && call->refused[0] != '\0')
    return g_strdup_printf ("%s is not in DESKBELL_ALLOW_PRIVATE_ADDRESSES, so it is only spoken "
                            "to by https",
                            call->refused);
  if (code == CURLE_COULDNT_CONNECT && call->refused[0] != '\0')
    return g_strdup_printf ("%s is not a public address and not in "
                            "DESKBELL_ALLOW_PRIVATE_ADDRESSES",
                            call->refused);
  return g_strdup (curl_easy_strerror (code));
}
