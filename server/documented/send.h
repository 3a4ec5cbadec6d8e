/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Sending a message from a documented path, through the one writer. */
#pragma once

#include "documented/shape.h"
#include "live/writer.h"

/* What is answered once the message is durable. Called on the writer's thread.
 * Returns: (transfer full) */
typedef Reply *(*SendAnswer) (const WriterReceipt *receipt, const Request *request);

/* Sends what @request says in the field @called to its ticket `{id}`.
 * Returns: %REPLY_LATER, or NULL with a problem. */
Reply *send_message (const Request *request, const char *called, SendAnswer answer, GError **error);

/* The same with @arguments that were read already. */
Reply *send_arguments (const Request *request, Arguments *arguments, const char *called,
                       SendAnswer answer, GError **error);
