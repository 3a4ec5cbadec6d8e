/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A pool of threads and a bounded queue before it. */
#include "account/side-room.h"

#include "base/problem.h"
#include "http/page.h"

#include <glib/gi18n.h>

#define RETRY_AFTER_SECONDS 5

struct SideRoom
{
  GThreadPool *threads;
  guint waiting_max;
};

typedef struct
{
  Exchange *exchange;
  SideRoomHandler handler;
} Job;

static void
work_cb (gpointer data, gpointer user_data G_GNUC_UNUSED)
{
  g_autofree Job *job = data;
  const Request *request = exchange_request (job->exchange);
  g_autoptr (GError) error = NULL;
  Reply *reply;

  request_work_for (request);
  reply = job->handler (request, &error);
  if (reply == NULL)
    {
      if (problem_code (error) == PROBLEM_INTERNAL)
        g_warning ("%s", error->message);
      reply = page_is_wanted (request) ? request_services (request)->problem_page (request, error)
                                       : reply_error (error, request_id (request));
    }
  request_work_for (NULL);
  exchange_finish (job->exchange, reply);
}

SideRoom *
side_room_new (guint threads, guint waiting_max)
{
  SideRoom *room = g_new0 (SideRoom, 1);

  room->threads = g_thread_pool_new (work_cb, NULL, (int) threads, FALSE, NULL);
  room->waiting_max = waiting_max;
  return room;
}

void
side_room_free (SideRoom *room)
{
  g_thread_pool_free (room->threads, FALSE, TRUE);
  g_free (room);
}

Reply *
side_room_answer (SideRoom *room, const Request *request, SideRoomHandler handler, GError **error)
{
  Job *job;

  if (g_thread_pool_unprocessed (room->threads) >= room->waiting_max)
    {
      GError *problem = NULL;

      problem_set (&problem, PROBLEM_UNAVAILABLE,
                   _ ("Many people are signing in. Try again in a moment."));
      problem_set_retry_after (problem, RETRY_AFTER_SECONDS);
      g_propagate_error (error, problem);
      return NULL;
    }
  job = g_new0 (Job, 1);
  job->exchange = request_defer (request);
  job->handler = handler;
  g_thread_pool_push (room->threads, job, NULL);
  return REPLY_LATER;
}
