/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Stands in for libFuzzer where a compiler has none: each file of a folder is one input. So every
 * build replays what was found once. */
#include "fuzz.h"

int
main (int argc, char **argv)
{
  g_autoptr (GDir) folder = argc == 2 ? g_dir_open (argv[1], 0, NULL) : NULL;
  guint count = 0;

  if (folder == NULL)
    g_error ("usage: %s FOLDER", argv[0]);
  LLVMFuzzerInitialize (&argc, &argv);
  for (const char *name = g_dir_read_name (folder); name != NULL; name = g_dir_read_name (folder))
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *bytes = NULL;
      g_autofree guint8 *exact = NULL; /* without the U+0000 that GLib adds */
      gsize size = 0;

      if (!g_file_get_contents (path, &bytes, &size, NULL))
        g_error ("%s cannot be read", path);
      exact = g_memdup2 (bytes, size);
      LLVMFuzzerTestOneInput (exact, size);
      count++;
    }
  g_print ("%u inputs of %s\n", count, argv[1]);
  return count > 0 ? 0 : 1;
}
