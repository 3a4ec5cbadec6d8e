/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A ticket as one record of the cache. A start reads hundreds of them before it draws anything; as
 * JSON they were a tenth of what the app adds to an empty window.
 */

#include "desk-ticket-record.h"

#include "desk-ticket-private.h"

/* To be raised whenever the table below changes. */
#define FORMAT 1

typedef enum
{
  NUMBER, /* gint64 */
  WORD, /* an enum or a gboolean */
  TEXT,
} Kind;

typedef struct
{
  Kind kind;
  glong offset;
} Field;

#define FIELD(kind, name)                    \
  {                                          \
    kind, G_STRUCT_OFFSET (DeskTicket, name) \
  }

static const Field fields[] = {
  FIELD (NUMBER, id),
  FIELD (NUMBER, revision),
  FIELD (TEXT, number),
  FIELD (TEXT, subject),
  FIELD (TEXT, category),
  FIELD (TEXT, language),
  FIELD (WORD, channel),
  FIELD (WORD, status),
  FIELD (WORD, priority),
  FIELD (NUMBER, department_id),
  FIELD (TEXT, department),
  FIELD (NUMBER, customer_id),
  FIELD (TEXT, customer_name),
  FIELD (TEXT, customer_email),
  FIELD (TEXT, customer_tier),
  FIELD (NUMBER, assignee_id),
  FIELD (TEXT, assignee_name),
  FIELD (WORD, assignee_presence),
  FIELD (WORD, waiting),
  FIELD (NUMBER, last_seq),
  FIELD (NUMBER, user_read_seq),
  FIELD (NUMBER, agent_read_seq),
  FIELD (NUMBER, user_delivered_seq),
  FIELD (NUMBER, agent_delivered_seq),
  FIELD (NUMBER, user_unread),
  FIELD (NUMBER, agent_unread),
  FIELD (NUMBER, preview_seq),
  FIELD (TEXT, preview),
  FIELD (TEXT, preview_role),
  FIELD (NUMBER, last_message_at),
  FIELD (NUMBER, snoozed_until),
  FIELD (NUMBER, woken_at),
  FIELD (NUMBER, created_at),
  FIELD (NUMBER, updated_at),
  FIELD (NUMBER, resolved_at),
  FIELD (NUMBER, closed_at),
};

static GVariantType *
build_type (void)
{
  static const char *const types[] = { [NUMBER] = "x", [WORD] = "i", [TEXT] = "ms" };
  g_autoptr (GString) text = g_string_new ("(i");

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    g_string_append (text, types[fields[i].kind]);
  g_string_append_c (text, ')');

  return g_variant_type_new (text->str);
}

GBytes *
desk_ticket_write_record (DeskTicket *self)
{
  g_autoptr (GVariantType) type = build_type ();
  g_autoptr (GVariant) record = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, type);
  g_variant_builder_add (&builder, "i", FORMAT);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      gpointer value = G_STRUCT_MEMBER_P (self, fields[i].offset);

      if (fields[i].kind == NUMBER)
        g_variant_builder_add (&builder, "x", *(gint64 *) value);
      else if (fields[i].kind == WORD)
        g_variant_builder_add (&builder, "i", *(int *) value);
      else
        g_variant_builder_add (&builder, "ms", *(char **) value);
    }
  record = g_variant_ref_sink (g_variant_builder_end (&builder));

  return g_variant_get_data_as_bytes (record);
}

static void
take_field (DeskTicket *self, const Field *field, GVariant *record, gsize index)
{
  gpointer value = G_STRUCT_MEMBER_P (self, field->offset);

  if (field->kind == NUMBER)
    g_variant_get_child (record, index, "x", value);
  else if (field->kind == WORD)
    g_variant_get_child (record, index, "i", value);
  else
    g_variant_get_child (record, index, "ms", value);
}

DeskTicket *
desk_ticket_new_from_record (GBytes *bytes)
{
  g_autoptr (GVariantType) type = build_type ();
  g_autoptr (GVariant) record = g_variant_ref_sink (g_variant_new_from_bytes (type, bytes, FALSE));
  DeskTicket *self;
  int format;

  g_variant_get_child (record, 0, "i", &format);
  if (format != FORMAT || !g_variant_is_normal_form (record))
    return NULL;

  self = desk_ticket_new (0);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    take_field (self, &fields[i], record, i + 1);

  return self;
}
