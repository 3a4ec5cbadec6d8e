/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading filters: words of an address become fields of the schema's ticket_filter. What cannot be
 * read is refused, since a filter that is silently dropped shows a person the wrong list. */
#include "ticket/filter.h"

#include "base/json.h"
#include "base/problem.h"
#include "ticket/search.h"
#include "ticket/tag.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* The most values that one name may have, with commas between them. */
#define VALUES_MAX 32

const char *const filter_names[]
    = { "status",  "assigned_to", "channel",   "department", "priority", "category",
        "tag",     "date",        "date_from", "date_to",    "tz",       "search",
        "waiting", "snoozed",     "following", "customer",   "deleted",  NULL };

/* Those that say something about the desk, which is not a customer's business. */
static const char *const staff_names[]
    = { "assigned_to", "tag", "waiting", "snoozed", "following", "customer", "deleted", NULL };

static const char *
get (const FilterSource *source, const char *name)
{
  return source->get (source->values, name);
}

static gboolean
refuse (const char *name, GError **error)
{
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” is not possible."), name);
  return FALSE;
}

static void
add_int (GString *json, const char *name, gint64 value)
{
  json_begin_member (json, name);
  g_string_append_printf (json, "%" G_GINT64_FORMAT, value);
}

char *
filter_word (const char *name, const char *word)
{
  if (strcmp (name, "tag") == 0)
    return tag_fold (word);
  return g_strdup (strcmp (name, "priority") == 0 ? ticket_priority_word (word) : word);
}

/* Adds `a,b` as a list of texts; @choices, unless NULL, are all there are. A name that the database
 * does not know matches nothing. */
static gboolean
read_words (const FilterSource *source, const char *name, const char *const *choices, GString *json,
            GError **error)
{
  const char *value = get (source, name);
  g_auto (GStrv) words = value != NULL ? g_strsplit (value, ",", VALUES_MAX + 1) : NULL;

  if (words == NULL)
    return TRUE;
  if (words[0] == NULL || g_strv_length (words) > VALUES_MAX)
    return refuse (name, error);
  json_begin_member (json, name);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = filter_word (name, words[i]);

      if (choices != NULL && !g_strv_contains (choices, words[i]))
        return refuse (name, error);
      g_string_append_c (json, i > 0 ? ',' : '[');
      json_append_text (json, word);
    }
  g_string_append_c (json, ']');
  return TRUE;
}

/* Adds `1,2` as a list of numbers. */
static gboolean
read_ids (const FilterSource *source, const char *name, GString *json, GError **error)
{
  const char *value = get (source, name);
  g_auto (GStrv) words = value != NULL ? g_strsplit (value, ",", VALUES_MAX + 1) : NULL;

  if (words == NULL)
    return TRUE;
  if (words[0] == NULL)
    return refuse (name, error);
  json_begin_member (json, name);
  for (guint i = 0; words[i] != NULL; i++)
    {
      gint64 id;

      if (i == VALUES_MAX || !g_ascii_string_to_signed (words[i], 10, 1, G_MAXINT64, &id, NULL))
        return refuse (name, error);
      g_string_append_printf (json, "%c%" G_GINT64_FORMAT, i > 0 ? ',' : '[', id);
    }
  g_string_append_c (json, ']');
  return TRUE;
}

static gboolean
read_bool (const FilterSource *source, const char *name, GString *json, GError **error)
{
  const char *value = get (source, name);

  if (value == NULL)
    return TRUE;
  if (strcmp (value, "true") != 0 && strcmp (value, "false") != 0)
    return refuse (name, error);
  json_begin_member (json, name);
  g_string_append (json, value);
  return TRUE;
}

/* Adds who has it: `me`, an agent's number, or `unassigned`. */
static gboolean
read_holder (const FilterSource *source, const Actor *actor, GString *json, GError **error)
{
  const char *value = get (source, "assigned_to");
  gint64 id = 0;

  if (value == NULL)
    return TRUE;
  if (strcmp (value, "me") == 0)
    id = actor->user_id;
  else if (strcmp (value, "unassigned") != 0
           && !g_ascii_string_to_signed (value, 10, 1, G_MAXINT64, &id, NULL))
    return refuse ("assigned_to", error);
  add_int (json, "holder", id);
  return TRUE;
}

static gboolean
read_following (const FilterSource *source, const Actor *actor, GString *json, GError **error)
{
  const char *value = get (source, "following");

  if (value == NULL)
    return TRUE;
  if (strcmp (value, "me") != 0)
    return refuse ("following", error);
  add_int (json, "follower", actor->user_id);
  return TRUE;
}

static gboolean
read_customer (const FilterSource *source, GString *json, GError **error)
{
  const char *value = get (source, "customer");
  gint64 id;

  if (value == NULL)
    return TRUE;
  if (!g_ascii_string_to_signed (value, 10, 1, G_MAXINT64, &id, NULL))
    return refuse ("customer", error);
  add_int (json, "customer", id);
  return TRUE;
}

/* Adds @field, the moment at which the day @name, or the one @later days after it, begins in
 * @zone. */
static gboolean
read_day (const FilterSource *source, const char *name, const char *field, guint later,
          GTimeZone *zone, GString *json, GError **error)
{
  const char *value = get (source, name);
  int year, month, day, length = 0;
  GDate date;
  g_autoptr (GDateTime) midnight = NULL;
  g_autofree char *text = NULL;

  if (value == NULL)
    return TRUE;
  if (sscanf (value, "%4d-%2d-%2d%n", &year, &month, &day, &length) != 3 || length != 10
      || value[length] != '\0'
      || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return refuse (name, error);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  g_date_add_days (&date, later);
  midnight = g_date_time_new (zone, g_date_get_year (&date), (int) g_date_get_month (&date),
                              g_date_get_day (&date), 0, 0, 0);
  if (midnight == NULL)
    return refuse (name, error);
  text = g_date_time_format_iso8601 (midnight);
  json_begin_member (json, field);
  json_append_text (json, text);
  return TRUE;
}

/* A ticket is made on one day: `date` is that, or it lies between two. */
static gboolean
read_days (const FilterSource *source, GString *json, GError **error)
{
  const char *name = get (source, "tz");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (name != NULL ? name : "UTC");

  if (zone == NULL)
    return refuse ("tz", error);
  if (get (source, "date") != NULL
      && (get (source, "date_from") != NULL || get (source, "date_to") != NULL))
    return refuse ("date", error);
  return read_day (source, "date", "created_from", 0, zone, json, error)
         && read_day (source, "date", "created_to", 1, zone, json, error)
         && read_day (source, "date_from", "created_from", 0, zone, json, error)
         && read_day (source, "date_to", "created_to", 1, zone, json, error);
}

/* Snoozed tickets are out of the way, unless somebody asks for them or for everything of a kind. */
static gboolean
read_snoozed (const FilterSource *source, GString *json, GError **error)
{
  const char *value = get (source, "snoozed");

  if (value != NULL)
    return strcmp (value, "any") == 0 || read_bool (source, "snoozed", json, error);
  if (get (source, "customer") == NULL && get (source, "search") == NULL
      && g_strcmp0 (get (source, "deleted"), "true") != 0)
    {
      json_begin_member (json, "snoozed");
      g_string_append (json, "false");
    }
  return TRUE;
}

static gboolean
read_for_staff (const FilterSource *source, const Actor *actor, GString *json, GError **error)
{
  const char *deleted = get (source, "deleted");

  if (g_strcmp0 (deleted, "true") == 0 && !actor_may (actor, PERMISSION_DELETE_TICKETS))
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't see deleted tickets."));
      return FALSE;
    }
  return read_holder (source, actor, json, error) && read_following (source, actor, json, error)
         && read_customer (source, json, error) && read_words (source, "tag", NULL, json, error)
         && read_bool (source, "waiting", json, error) && read_snoozed (source, json, error)
         && read_bool (source, "deleted", json, error);
}

static gboolean
read_for_customer (const FilterSource *source, const Actor *actor, GString *json, GError **error)
{
  for (guint i = 0; staff_names[i] != NULL; i++)
    {
      if (get (source, staff_names[i]) != NULL)
        return refuse (staff_names[i], error);
    }
  add_int (json, "customer", actor->user_id);
  return TRUE;
}

gboolean
ticket_filter_read (TicketFilter *filter, const FilterSource *source, const Actor *actor,
                    GError **error)
{
  GString *json = g_string_new ("{");

  filter->json = json;
  filter->search = get (source, "search");
  if (!read_words (source, "status", ticket_statuses, json, error)
      || !read_words (source, "channel", ticket_channels, json, error)
      || !read_words (source, "priority", NULL, json, error)
      || !read_words (source, "category", NULL, json, error)
      || !read_ids (source, "department", json, error) || !read_days (source, json, error)
      || !(actor_is_staff (actor) ? read_for_staff : read_for_customer) (source, actor, json,
                                                                         error))
    return FALSE;
  g_string_append_c (json, '}');
  return TRUE;
}

void
ticket_filter_clear (TicketFilter *filter)
{
  if (filter->json != NULL)
    g_string_free (filter->json, TRUE);
}

gboolean
ticket_filter_look_up (TicketFilter *filter, Db *db, const Actor *actor, GError **error)
{
  g_autofree char *ids = NULL;

  if (filter->search == NULL)
    return TRUE;
  ids = search_ticket_ids (db, actor, filter->search, error);
  if (ids == NULL)
    return FALSE;
  g_string_truncate (filter->json, filter->json->len - 1);
  json_begin_member (filter->json, "ids");
  g_string_append_printf (filter->json, "%s}", ids);
  return TRUE;
}
