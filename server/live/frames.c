/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * JSON built by hand: the parts that hold data are JSON already when they come from the
 * database. */
#include "live/frames.h"

#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>
#include <wslay/wslay.h>

#define REASON_MAX 123

GBytes *
frame_encode (guint8 opcode, const void *payload, gsize length)
{
  guint8 header[10] = { 0x80 | opcode };
  gsize header_length = 2;
  guint8 *bytes;

  if (length < 126)
    header[1] = (guint8) length;
  else if (length <= G_MAXUINT16)
    {
      guint16 wide = GUINT16_TO_BE ((guint16) length);

      header[1] = 126;
      memcpy (header + 2, &wide, sizeof wide);
      header_length += sizeof wide;
    }
  else
    {
      guint64 wide = GUINT64_TO_BE ((guint64) length);

      header[1] = 127;
      memcpy (header + 2, &wide, sizeof wide);
      header_length += sizeof wide;
    }
  bytes = g_malloc (header_length + length);
  memcpy (bytes, header, header_length);
  if (length > 0)
    memcpy (bytes + header_length, payload, length);
  return g_bytes_new_take (bytes, header_length + length);
}

/* Ends @json (transfer full) and makes a text frame of it. */
static GBytes *
finish (GString *json)
{
  GBytes *frame;

  g_string_append_c (json, '}');
  frame = frame_encode (WSLAY_TEXT_FRAME, json->str, json->len);
  g_string_free (json, TRUE);
  return frame;
}

static void
append_member (GString *json, const char *name, const char *text)
{
  g_string_append_printf (json, ",\"%s\":", name);
  json_append_text (json, text);
}

static void
append_user (GString *json, const Actor *actor)
{
  g_string_append_printf (json, ",\"user\":{\"id\":%" G_GINT64_FORMAT, actor->user_id);
  append_member (json, "name", actor->name);
  append_member (json, "role", role_name (actor->role));
  g_string_append_c (json, '}');
}

GBytes *
frame_close (guint16 code, const char *reason)
{
  guint8 payload[2 + REASON_MAX];
  guint16 wide = GUINT16_TO_BE (code);
  gsize length = MIN (strlen (reason), REASON_MAX);

  memcpy (payload, &wide, sizeof wide);
  /* A frame has a length and no terminator. NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
  memcpy (payload + sizeof wide, reason, length);
  return frame_encode (WSLAY_CONNECTION_CLOSE, payload, sizeof wide + length);
}

GBytes *
frame_welcome (const char *cursor, const Actor *actor, gboolean resumed)
{
  GString *json = g_string_new ("{\"type\":\"welcome\"");

  append_member (json, "cursor", cursor);
  append_user (json, actor);
  g_string_append_printf (json, ",\"blocked\":%s,\"ping_s\":%d,\"resumed\":%s",
                          actor->is_blocked ? "true" : "false", LIVE_PING_S,
                          resumed ? "true" : "false");
  return finish (json);
}

GBytes *
frame_resync (const char *cursor)
{
  GString *json = g_string_new ("{\"type\":\"resync\"");

  append_member (json, "cursor", cursor);
  return finish (json);
}

GBytes *
frame_event (const Event *event, gboolean for_staff)
{
  GString *json = g_string_sized_new (256 + strlen (event->data));
  gint64 seq = for_staff ? event->seq : event->public_seq;

  g_string_append_printf (json, "{\"type\":\"event\",\"id\":%" G_GINT64_FORMAT, event->id);
  append_member (json, "cursor", event->cursor);
  append_member (json, "kind", event->kind);
  if (event->ticket_id > 0)
    g_string_append_printf (json, ",\"ticket\":%" G_GINT64_FORMAT, event->ticket_id);
  else
    g_string_append (json, ",\"ticket\":null");
  if (seq > 0)
    g_string_append_printf (json, ",\"seq\":%" G_GINT64_FORMAT, seq);
  g_string_append_printf (json, ",\"data\":%s", event->data);
  if (for_staff && event->staff != NULL)
    g_string_append_printf (json, ",\"staff\":%s", event->staff);
  append_member (json, "at", event->at);
  return finish (json);
}

GBytes *
frame_ack (const char *client_id, const WriterReceipt *receipt)
{
  GString *json = g_string_new ("{\"type\":\"ack\"");

  append_member (json, "client_id", client_id);
  g_string_append_printf (json,
                          ",\"ticket\":%" G_GINT64_FORMAT ",\"seq\":%" G_GINT64_FORMAT
                          ",\"message_id\":%" G_GINT64_FORMAT,
                          receipt->ticket_id, receipt->seq, receipt->message_id);
  append_member (json, "created_at", receipt->created_at);
  g_string_append_printf (json, ",\"repeated\":%s", receipt->repeated ? "true" : "false");
  return finish (json);
}

GBytes *
frame_refused (const char *frame, const char *client_id, gint64 ticket_id, const GError *error)
{
  GString *json = g_string_new ("{\"type\":\"refused\"");

  append_member (json, "frame", frame);
  if (client_id != NULL)
    append_member (json, "client_id", client_id);
  if (ticket_id > 0)
    g_string_append_printf (json, ",\"ticket\":%" G_GINT64_FORMAT, ticket_id);
  append_member (json, "code", problem_slug (problem_code (error)));
  append_member (json, "detail",
                 error->domain == PROBLEM
                     ? error->message
                     : _ ("Something went wrong on the server. Nothing was changed."));
  problem_append_members (error, json);
  return finish (json);
}

static GBytes *
frame_about (const char *type, gint64 ticket_id, const Actor *actor, gboolean on)
{
  GString *json = g_string_new (NULL);

  g_string_append_printf (json, "{\"type\":\"%s\",\"ticket\":%" G_GINT64_FORMAT, type, ticket_id);
  append_user (json, actor);
  g_string_append_printf (json, ",\"on\":%s", on ? "true" : "false");
  return finish (json);
}

GBytes *
frame_typing (gint64 ticket_id, const Actor *actor, gboolean on)
{
  return frame_about ("typing", ticket_id, actor, on);
}

GBytes *
frame_viewing (gint64 ticket_id, const Actor *actor, gboolean on)
{
  return frame_about ("viewing", ticket_id, actor, on);
}

GBytes *
frame_pong (const char *cursor)
{
  GString *json = g_string_new ("{\"type\":\"pong\"");

  if (cursor != NULL)
    append_member (json, "cursor", cursor);
  return finish (json);
}

EventFrames *
event_frames_new (Event *event)
{
  EventFrames *frames = g_new0 (EventFrames, 1);

  frames->references = 1;
  frames->event = event_ref (event);
  frames->size = strlen (event->data) + (event->staff != NULL ? strlen (event->staff) : 0);
  return frames;
}

EventFrames *
event_frames_ref (EventFrames *frames)
{
  frames->references++;
  return frames;
}

void
event_frames_unref (EventFrames *frames)
{
  if (--frames->references > 0)
    return;
  event_unref (frames->event);
  g_clear_pointer (&frames->staff, g_bytes_unref);
  g_clear_pointer (&frames->customer, g_bytes_unref);
  g_free (frames);
}

GBytes *
event_frames_get (EventFrames *frames, gboolean for_staff)
{
  GBytes **rendering = for_staff ? &frames->staff : &frames->customer;

  if (*rendering == NULL)
    *rendering = frame_event (frames->event, for_staff);
  return *rendering;
}
