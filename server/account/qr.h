/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * QR codes as pictures that a page can show. */
#pragma once

#include <glib.h>

/* @text, at most 1,000 bytes, as a QR code with its quiet zone.
 * Returns: (transfer full): an SVG document, black on white, a unit for each module. */
char *qr_to_svg (const char *text);
