/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The board remembers what each waiting ticket's customer was told last. */
#include "queue/position.h"

#include "base/problem.h"
#include "live/live.h"
#include "queue/handlers.h"
#include "queue/place.h"

#include <glib/gi18n.h>
#include <string.h>

/* Places move with every hand-over: tell at most twice a second, and let a long queue cost at
 * most a twentieth of the time. */
#define PUSH_EVERY_US (G_USEC_PER_SEC / 2)
#define PUSH_COST_SHARE 20

/* When nothing moves, the wait still grows. */
#define REFRESH_EVERY_US (10 * G_USEC_PER_SEC)

/* Room for a time as the protocol writes it. */
#define TIME_SIZE 32

typedef struct
{
  gint64 ticket_id; /* first: the key */
  gint64 customer_id;
  gint64 place;
  gint64 lane_length;
  gboolean has_wait;
  PlaceWait wait;
  char next_open_at[TIME_SIZE]; /* empty while somebody is served */
} Position;

struct PositionBoard
{
  const Services *services;
  GHashTable *told; /* ticket → Position */
  gboolean stirred;
  gint64 may_push_at;
  gint64 refresh_at;
};

static void
read_position (const DbResult *rows, guint row, Position *position)
{
  position->ticket_id = db_result_int (rows, row, "ticket");
  position->place = db_result_int (rows, row, "place");
  position->lane_length = db_result_int (rows, row, "lane_length");
  g_strlcpy (position->next_open_at,
             db_result_is_null (rows, row, "closed_until")
                 ? ""
                 : db_result_text (rows, row, "closed_until"),
             sizeof position->next_open_at);
  /* The pace of a day says nothing about the night. */
  position->has_wait
      = *position->next_open_at == '\0'
        && place_wait ((guint) position->place, (guint) db_result_int (rows, row, "handovers"),
                       db_result_real (rows, row, "seconds"),
                       (guint) db_result_int (rows, row, "agents"), &position->wait);
}

/* The members of the protocol's `position`, without braces. */
static void
append_position (GString *json, const Position *position)
{
  g_string_append_printf (json, "\"place\":%" G_GINT64_FORMAT ",\"of\":%" G_GINT64_FORMAT,
                          position->place, position->lane_length);
  if (position->has_wait)
    g_string_append_printf (json, ",\"wait_low_s\":%u,\"wait_high_s\":%u", position->wait.low,
                            position->wait.high);
  else
    g_string_append (json, ",\"wait_low_s\":null,\"wait_high_s\":null");
  if (*position->next_open_at != '\0')
    g_string_append_printf (json, ",\"next_open_at\":\"%s\"", position->next_open_at);
  else
    g_string_append (json, ",\"next_open_at\":null");
}

static gboolean
is_same (const Position *one, const Position *other)
{
  return one->place == other->place && one->lane_length == other->lane_length
         && one->has_wait == other->has_wait && strcmp (one->next_open_at, other->next_open_at) == 0
         && (!one->has_wait
             || (one->wait.low == other->wait.low && one->wait.high == other->wait.high));
}

char *
position_to_json (Db *db, const Actor *actor, gint64 ticket_id, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "queue_place",
                                      (DbParam[]){ db_int (ticket_id), db_int (actor->user_id),
                                                   db_bool (actor_is_staff (actor)), DB_END },
                                      error);
  Position position = { 0 };
  GString *json;

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such ticket."));
      return NULL;
    }
  if (db_result_is_null (rows, 0, "place"))
    return g_strdup ("null");
  read_position (rows, 0, &position);
  json = g_string_new ("{");
  append_position (json, &position);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

Reply *
position_get (Db *db, const Request *request, GError **error)
{
  g_autofree char *position
      = position_to_json (db, request_actor (request), request_path_id (request, "id"), error);

  if (position == NULL)
    return NULL;
  return reply_take_json (200, g_strdup_printf ("{\"position\":%s}", position));
}

PositionBoard *
position_board_new (const Services *services)
{
  PositionBoard *board = g_new0 (PositionBoard, 1);

  board->services = services;
  board->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return board;
}

void
position_board_stir (PositionBoard *board)
{
  board->stirred = TRUE;
}

static gboolean
is_of_customer_cb (gpointer key G_GNUC_UNUSED, gpointer value, gpointer customer_id)
{
  const Position *position = value;

  return position->customer_id == *(const gint64 *) customer_id;
}

void
position_board_forget (PositionBoard *board, gint64 customer_id)
{
  g_hash_table_foreach_remove (board->told, is_of_customer_cb, &customer_id);
  board->stirred = TRUE;
}

gint64
position_board_due (const PositionBoard *board)
{
  return board->stirred ? board->may_push_at : MAX (board->may_push_at, board->refresh_at);
}

static void
tell (const PositionBoard *board, const Position *position)
{
  g_autoptr (GString) frame = g_string_new (NULL);

  g_string_printf (frame, "{\"type\":\"position\",\"ticket\":%" G_GINT64_FORMAT ",",
                   position->ticket_id);
  append_position (frame, position);
  g_string_append_c (frame, '}');
  live_send_user (board->services->live, position->customer_id, frame->str);
}

/* Tells what is new in @rows; tickets that are not in there wait no longer. */
static void
tell_changes (PositionBoard *board, const DbResult *rows)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&board->told);

  board->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      Position *position = g_new0 (Position, 1);
      const Position *last;

      read_position (rows, row, position);
      position->customer_id = db_result_int (rows, row, "customer");
      last = g_hash_table_lookup (before, &position->ticket_id);
      if (last == NULL || !is_same (last, position))
        tell (board, position);
      g_hash_table_add (board->told, position);
    }
}

static gboolean
push (PositionBoard *board, Db *db, GError **error)
{
  g_autoptr (GArray) customers = live_connected_customers (board->services->live);
  g_autoptr (GString) ids = db_array_new ();
  g_autoptr (DbResult) rows = NULL;

  if (customers->len == 0)
    {
      g_hash_table_remove_all (board->told);
      return TRUE;
    }
  for (guint i = 0; i < customers->len; i++)
    db_array_add_int (ids, g_array_index (customers, gint64, i));
  rows = db_run (db, "queue_places", (DbParam[]){ db_text (db_array_close (ids)), DB_END }, error);
  if (rows == NULL)
    return FALSE;
  tell_changes (board, rows);
  return TRUE;
}

gboolean
position_board_push (PositionBoard *board, Db *db, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  gboolean pushed;
  gint64 ended;

  board->stirred = FALSE;
  pushed = push (board, db, error);
  board->stirred = board->stirred || !pushed;
  ended = g_get_monotonic_time ();
  board->may_push_at = MAX (began + PUSH_EVERY_US, ended + PUSH_COST_SHARE * (ended - began));
  board->refresh_at = ended + REFRESH_EVERY_US;
  return pushed;
}

void
position_board_free (PositionBoard *board)
{
  g_hash_table_unref (board->told);
  g_free (board);
}
