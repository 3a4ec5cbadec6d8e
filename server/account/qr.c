/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * libqrencode says which modules are dark; each row's runs become parts of one path. */
#include "account/qr.h"

#include <qrencode.h>

#define QUIET_ZONE 4 /* modules, as ISO/IEC 18004 wants */

static void
append_row (GString *svg, const unsigned char *row, int width, int y)
{
  for (int x = 0; x < width; x++)
    {
      int start = x;

      while (x < width && (row[x] & 1) != 0)
        x++;
      if (x > start)
        g_string_append_printf (svg, "M%d %dh%dv1h-%dz", start + QUIET_ZONE, y + QUIET_ZONE,
                                x - start, x - start);
    }
}

char *
qr_to_svg (const char *text)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  GString *svg;
  int edge;

  g_assert (code != NULL);
  edge = code->width + 2 * QUIET_ZONE;
  svg = g_string_new (NULL);
  g_string_printf (svg,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                   "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
                   "<path d=\"",
                   edge, edge, edge, edge);
  for (int y = 0; y < code->width; y++)
    append_row (svg, code->data + (gsize) y * (gsize) code->width, code->width, y);
  g_string_append (svg, "\"/></svg>");
  QRcode_free (code);
  return g_string_free (svg, FALSE);
}
