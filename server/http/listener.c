/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Everything but the way to the main loop belongs to the epoll thread. A connection is looked at
 * without taking its bytes (MSG_PEEK), and handed over when a whole request head is there: who
 * never gets that far, by silence, dribbling or nonsense, never reaches the main loop. */
#include "http/listener.h"

#include "base/metrics.h"
#include "http/head.h"
#include "http/listen-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define WAITING_MAX 20000
#define PATIENCE (15 * G_USEC_PER_SEC)
#define ACCEPTS_A_TURN 64
#define EVENTS_A_TURN 64
#define HANDED_OUT_A_TURN 32

typedef struct
{
  int fd;
  gint64 since;
  GList link;
} Waiting;

struct Listener
{
  int fd;
  int epoll;
  int stop;
  /* Given up for a moment when no descriptor is left, so that a client can be turned away. */
  int reserve;
  guint16 port;
  GThread *thread;
  GQueue waiting; /* Waiting, oldest first */
  guint
      waiting_max; /* at most half of our descriptors: the others are for those who do something */
  struct Metrics *metrics;
  ListenerReady ready;
  gpointer data;
  GMutex lock;
  GQueue sockets; /* GSocket for the main loop, under @lock */
  GSource *wake; /* under @lock: the source that will take them, if one is attached */
};

/* Takes one socket that waits for the main loop; NULL, and the source is no longer needed, when
 * none does. */
static GSocket *
take_socket (Listener *listener)
{
  GSocket *socket;

  g_mutex_lock (&listener->lock);
  socket = g_queue_pop_head (&listener->sockets);
  if (socket == NULL)
    g_clear_pointer (&listener->wake, g_source_unref);
  g_mutex_unlock (&listener->lock);
  return socket;
}

/* Hands out a few at a time: between them the main loop answers those it has and lets them go, so
 * that a crowd never is in it all at once. */
static gboolean
hand_out_cb (gpointer data)
{
  Listener *listener = data;

  for (guint i = 0; i < HANDED_OUT_A_TURN; i++)
    {
      g_autoptr (GSocket) socket = take_socket (listener);

      if (socket == NULL)
        return G_SOURCE_REMOVE;
      listener->ready (socket, listener->data);
    }
  return G_SOURCE_CONTINUE;
}

/* Gives @fd to the main loop. */
static void
hand_over (Listener *listener, int fd)
{
  GSocket *socket = g_socket_new_from_fd (fd, NULL);

  if (socket == NULL)
    {
      close (fd);
      return;
    }
  g_mutex_lock (&listener->lock);
  g_queue_push_tail (&listener->sockets, socket);
  if (listener->wake == NULL)
    {
      listener->wake = g_idle_source_new ();
      g_source_set_priority (listener->wake, G_PRIORITY_DEFAULT);
      g_source_set_callback (listener->wake, hand_out_cb, listener, NULL);
      g_source_attach (listener->wake, NULL);
    }
  g_mutex_unlock (&listener->lock);
}

/* Judges what has come of a request without taking it; a client that went away has a bad head. */
static HeadVerdict
peek (int fd)
{
  char bytes[HEAD_MAX];
  ssize_t count = recv (fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  gsize end;

  if (count < 0)
    return errno == EAGAIN || errno == EINTR ? HEAD_PARTIAL : HEAD_BAD;
  return count == 0 ? HEAD_BAD : head_check (bytes, (gsize) count, &end);
}

/* Closes a connection whose head is not let through. What came is read, or the client would see a
 * reset instead of the answer. */
static void
refuse (int fd)
{
  char bytes[HEAD_MAX];

  if (recv (fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
    send (fd, HEAD_REFUSAL, strlen (HEAD_REFUSAL), MSG_DONTWAIT | MSG_NOSIGNAL);
  close (fd);
}

static void
waiting_free (Listener *listener, Waiting *waiting)
{
  g_queue_unlink (&listener->waiting, &waiting->link);
  g_free (waiting);
}

static void
close_oldest (Listener *listener)
{
  Waiting *oldest = g_queue_peek_head (&listener->waiting);

  close (oldest->fd);
  waiting_free (listener, oldest);
  metrics_count (listener->metrics, METRIC_HTTP_CONNECTIONS_SWEPT, 1);
}

static void
wait_for_head (Listener *listener, int fd)
{
  Waiting *waiting = g_new0 (Waiting, 1);
  struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = waiting };

  waiting->fd = fd;
  waiting->since = g_get_monotonic_time ();
  waiting->link.data = waiting;
  g_queue_push_tail_link (&listener->waiting, &waiting->link);
  if (epoll_ctl (listener->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
    {
      close (fd);
      waiting_free (listener, waiting);
    }
  else if (listener->waiting.length > listener->waiting_max)
    close_oldest (listener);
}

static void
receive (Listener *listener, int fd)
{
  int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  switch (peek (fd))
    {
    case HEAD_GOOD:
      hand_over (listener, fd);
      break;
    case HEAD_PARTIAL:
      wait_for_head (listener, fd);
      break;
    default:
      refuse (fd);
    }
}

/* No descriptor is left: takes one connection off the backlog with the reserve and closes it, since
 * otherwise the listening socket would stay readable and the thread would spin. */
static void
turn_away (Listener *listener)
{
  int fd;

  close (listener->reserve);
  fd = accept4 (listener->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0)
    close (fd);
  listener->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
accept_some (Listener *listener)
{
  for (guint i = 0; i < ACCEPTS_A_TURN; i++)
    {
      int fd = accept4 (listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd >= 0)
        receive (listener, fd);
      else if (errno == EMFILE || errno == ENFILE)
        turn_away (listener);
      else if (errno == EAGAIN)
        return;
    }
}

static void
look_again (Listener *listener, Waiting *waiting, guint32 events)
{
  int fd = waiting->fd;
  HeadVerdict head = peek (fd);

  if (head == HEAD_PARTIAL && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0)
    return;
  epoll_ctl (listener->epoll, EPOLL_CTL_DEL, fd, NULL);
  waiting_free (listener, waiting);
  if (head == HEAD_GOOD)
    hand_over (listener, fd);
  else
    refuse (fd);
}

/* Closes who has waited too long.
 * Returns: milliseconds until the next one will have; -1 for nobody. */
static int
expire (Listener *listener)
{
  gint64 now = g_get_monotonic_time ();
  Waiting *oldest;

  while ((oldest = g_queue_peek_head (&listener->waiting)) != NULL)
    {
      if (now - oldest->since < PATIENCE)
        return (int) ((oldest->since + PATIENCE - now) / 1000 + 1);
      close_oldest (listener);
    }
  return -1;
}

static gpointer
run (gpointer data)
{
  Listener *listener = data;
  struct epoll_event events[EVENTS_A_TURN];

  for (;;)
    {
      int count = epoll_wait (listener->epoll, events, EVENTS_A_TURN, expire (listener));
      gboolean accepting = FALSE;

      for (int i = 0; i < count; i++)
        {
          if (events[i].data.ptr == &listener->stop)
            return NULL;
          if (events[i].data.ptr == &listener->fd)
            accepting = TRUE;
          else
            look_again (listener, events[i].data.ptr, events[i].events);
        }
      /* Last, because it may close a waiting connection that another event of this turn names. */
      if (accepting)
        accept_some (listener);
    }
}

static guint
most_waiting (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return WAITING_MAX;
  return (guint) MIN (limit.rlim_cur / 2, (rlim_t) WAITING_MAX);
}

/* @place tells the descriptor apart in an event. */
static void
watch (Listener *listener, int fd, int *place)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = place };

  epoll_ctl (listener->epoll, EPOLL_CTL_ADD, fd, &event);
}

Listener *
listener_new (int fd, struct Metrics *metrics, ListenerReady ready, gpointer data, GError **error)
{
  Listener *listener;

  if (!listen_socket_listen (fd, error))
    return NULL;
  listener = g_new0 (Listener, 1);
  listener->fd = fd;
  listener->port = listen_socket_port (fd);
  listener->epoll = epoll_create1 (EPOLL_CLOEXEC);
  listener->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  listener->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  listener->waiting_max = most_waiting ();
  listener->metrics = metrics;
  listener->ready = ready;
  listener->data = data;
  g_mutex_init (&listener->lock);
  watch (listener, fd, &listener->fd);
  watch (listener, listener->stop, &listener->stop);
  listener->thread = g_thread_new ("listener", run, listener);
  return listener;
}

guint16
listener_port (const Listener *listener)
{
  return listener->port;
}

void
listener_free (Listener *listener)
{
  if (listener == NULL)
    return;
  eventfd_write (listener->stop, 1);
  g_thread_join (listener->thread);
  while (!g_queue_is_empty (&listener->waiting))
    close_oldest (listener);
  if (listener->wake != NULL)
    {
      g_source_destroy (listener->wake);
      g_source_unref (listener->wake);
    }
  g_queue_clear_full (&listener->sockets, g_object_unref);
  g_mutex_clear (&listener->lock);
  close (listener->fd);
  close (listener->epoll);
  close (listener->stop);
  close (listener->reserve);
  g_free (listener);
}
