/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the readers of single values and those of nested objects share. */
#pragma once

#include "base/arguments.h"

struct Arguments
{
  char *json;
  GHashTable *values; /* name → where its value starts in @json */
  GPtrArray *texts; /* what was handed out */
  GPtrArray *notes; /* ProblemField */
  const char *renamed; /* the one name that stands for @called, or NULL; static text */
  const char *called;
  Arguments *outer; /* whose member @inside this object is, or NULL */
  char *inside;
};

/* The value of @name inside the JSON; NULL when it is absent or null, which is noted when @flags
 * require it. */
const char *arguments_want (Arguments *arguments, const char *name, ArgumentFlags flags);

/* As arguments_text() judges: FALSE, and noted for the field @name, when @text does not fit. */
gboolean arguments_accept_text (Arguments *arguments, const char *name, const GString *text,
                                guint max, ArgumentFlags flags);

/* arguments_refuse() with a detail that names @count. */
void arguments_refuse_count (Arguments *arguments, const char *name, const char *code,
                             const char *format, guint count);
