/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From a host's name to a descriptor that accepts. */
#include "http/listen-socket.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* libsoup's own is 10: a burst would be dropped. */
#define BACKLOG 4096

/* -1 with errno set. */
static int
bind_to (const struct addrinfo *address)
{
  int fd = socket (address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  int off = 0;

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->ai_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind (fd, address->ai_addr, address->ai_addrlen) == 0)
    return fd;
  close (fd);
  return -1;
}

/* From errno. */
static void
set_error (const char *host, guint16 port, GError **error)
{
  int code = errno;

  if (code == EADDRINUSE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 _ ("Another program listens on port %u already. Stop it, or choose another port."),
                 port);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s port %u: %s", host, port,
                 g_strerror (code));
}

int
listen_socket_bind (const char *host, guint16 port, GError **error)
{
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
  struct addrinfo *addresses = NULL;
  g_autofree char *service = g_strdup_printf ("%u", port);
  int failure = getaddrinfo (host, service, &hints, &addresses);
  int fd = -1;

  if (failure != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", host, gai_strerror (failure));
      return -1;
    }
  for (struct addrinfo *address = addresses; fd < 0 && address != NULL; address = address->ai_next)
    fd = bind_to (address);
  if (fd < 0)
    set_error (host, port, error);
  freeaddrinfo (addresses);
  return fd;
}

gboolean
listen_socket_listen (int fd, GError **error)
{
  if (listen (fd, BACKLOG) == 0)
    return TRUE;
  set_error ("", listen_socket_port (fd), error);
  return FALSE;
}

guint16
listen_socket_port (int fd)
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address = { 0 };
  socklen_t length = sizeof address;

  getsockname (fd, &address.any, &length);
  return ntohs (address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}
