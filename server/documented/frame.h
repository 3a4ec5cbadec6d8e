/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What every page has around it, and the parts that many have inside: a status, a moment, a
 * thread. */
#pragma once

#include "documented/html.h"
#include "documented/shape.h"
#include "documented/status.h"

typedef struct
{
  const Request *request;
  const Words *words;
  GString *html;
} Frame;

/* The part of the addresses to which @request belongs, `/customerservices` or `/support`. */
const char *frame_root (const Request *request);

/* Begins a page. @title is marked with N_(), or is a person's words. */
void frame_begin (Frame *frame, const Request *request, const char *title);

/* Ends it. Returns: (transfer full): the page. */
Reply *frame_end (Frame *frame, guint status);

/* Leads a browser on after a form. Returns: (transfer full). */
Reply *frame_lead (const char *address);

/* @text, marked with N_(), in the reader's language. */
const char *frame_say (const Frame *frame, const char *text);

/* Adds @text, marked with N_(), escaped. */
void frame_add (Frame *frame, const char *text);

void frame_add_status (Frame *frame, Vocabulary vocabulary, JsonObject *ticket);
void frame_add_priority (Frame *frame, JsonObject *ticket);
void frame_add_time (Frame *frame, const char *moment);

/* Adds a subject, or words for there being none. */
void frame_add_subject (Frame *frame, JsonObject *ticket);

/* Adds the thread of @page, as shape_thread() gives it; without notes unless @with_notes. */
void frame_add_thread (Frame *frame, JsonObject *page, gboolean with_notes);

/* Adds a link to the page after this one, if @list (with `next`) has one; @query is the rest of the
 * address, in percent-encoding, and ends with `&` unless empty. */
void frame_add_next (Frame *frame, JsonObject *list, const char *address, const char *query);
