/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Blocking customers: who is blocked still reads, and may not write. The right to write is taken
 * away where rights are read (rights.c), so that every path and frame knows it at once. */
#include "account/account-private.h"
#include "account/handlers.h"
#include "base/fields.h"
#include "base/problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define PAGE_DEFAULT 20
#define PAGE_MAX 100
#define REASON_MAX 500
#define ADDRESS_MAX 50

/* Wider networks are whole countries. */
#define IPV4_BITS_MIN 16
#define IPV6_BITS_MIN 32

static const char *const ways[] = { "person", "address", NULL };

/* An address or network that can be blocked, noting what does not fit. */
static const char *
read_address (Arguments *arguments)
{
  const char *text = arguments_text (arguments, "address", ADDRESS_MAX, ARGUMENT_OPTIONAL);
  g_autoptr (GInetAddressMask) mask
      = text != NULL ? g_inet_address_mask_new_from_string (text, NULL) : NULL;
  guint least;

  if (text == NULL)
    return NULL;
  if (mask == NULL)
    {
      arguments_refuse (arguments, "address", "bad_format",
                        _ ("An address, or a network such as 203.0.113.0/24."));
      return NULL;
    }
  least = g_inet_address_mask_get_family (mask) == G_SOCKET_FAMILY_IPV6 ? IPV6_BITS_MIN
                                                                        : IPV4_BITS_MIN;
  if (g_inet_address_mask_get_length (mask) < least)
    arguments_refuse (arguments, "address", "out_of_range", _ ("At most a /16, or a /32 of IPv6."));
  return text;
}

typedef struct
{
  gint64 customer; /* 0: an address is named */
  gboolean by_address;
  const char *address, *reason;
  gint64 until; /* µs since 1970; 0: for good */
} Block;

static gboolean
read_block (Arguments *arguments, Block *block, GError **error)
{
  const char *by = arguments_choice (arguments, "by", ways, ARGUMENT_OPTIONAL);

  block->customer = arguments_int (arguments, "customer_id", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  block->by_address = g_strcmp0 (by, "address") == 0;
  block->address = read_address (arguments);
  block->reason = arguments_text (arguments, "reason", REASON_MAX, ARGUMENT_OPTIONAL);
  block->until = field_time (arguments, "until", ARGUMENT_OPTIONAL);
  if (!arguments_has (arguments, "customer_id") && !arguments_has (arguments, "address"))
    arguments_refuse (arguments, "customer_id", "required", _ ("A customer, or an address."));
  if (block->customer != 0 && block->address != NULL)
    arguments_refuse (arguments, "address", "not_allowed", _ ("Either a customer, or an address."));
  if (block->until != 0 && block->until <= g_get_real_time ())
    arguments_refuse (arguments, "until", "out_of_range", _ ("This moment has passed."));
  return arguments_check (arguments, error);
}

Reply *
block_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) rows = NULL;
  Block block;

  if (arguments == NULL || !read_block (arguments, &block, error))
    return NULL;
  rows = db_run (db, "block_add",
                 (DbParam[]){ block.customer > 0 ? db_int (block.customer) : db_null (),
                              db_bool (block.by_address), db_text (block.address),
                              db_text (block.reason),
                              block.until > 0 ? db_int (block.until) : db_null (),
                              db_int (request_actor (request)->user_id), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (g_str_equal (db_result_text (rows, 0, "outcome"), "no_address"))
    {
      problem_set (error, PROBLEM_CONFLICT,
                   _ ("Nobody knows where this customer comes from. Block the person."));
      return NULL;
    }
  if (block.customer > 0)
    rights_forget (request_services (request)->accounts->rights, block.customer, NULL);
  return reply_outcome (g_steal_pointer (&rows), 201, error);
}

Reply *
block_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gint64 limit, after;

  if (!request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !request_query_int (request, "after", 1, G_MAXINT64, G_MAXINT64, &after, error))
    return NULL;
  rows = db_run (db, "block_page", (DbParam[]){ db_int (after), db_int (limit), DB_END }, error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
block_delete (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "block_remove", (DbParam[]){ db_int (request_path_id (request, "id")), DB_END },
                error);

  return rows != NULL ? reply_outcome (g_steal_pointer (&rows), 204, error) : NULL;
}
