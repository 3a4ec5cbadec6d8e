/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Says when and where windows are painted, as the X server sees it (XDamage), so that an app can be
 * timed to its pixels without knowing. One line for each painted rectangle:
 *
 *   paint MILLISECONDS CLASS X Y WIDTH HEIGHT      by CLOCK_MONOTONIC, inside the window
 *   ink MILLISECONDS CLASS COUNT                   after the first, and for each line on stdin
 *
 * Ink is how many pixels differ from the one to their left: text and lines, whatever the colours.
 */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <glib.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

typedef struct
{
  Display *display;
  int first_event; /* of the extension */
  Window painted; /* the window that was painted last */
} Watch;

/* Windows come and go while we look at them. */
static int
ignore_error (Display *display, XErrorEvent *error)
{
  (void) display;
  (void) error;

  return 0;
}

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

/* Frames of the window manager have no class, and the caller is free to know it. */
static char *
get_class (Watch *watch, Window window)
{
  XClassHint hint = { NULL, NULL };
  char *class = NULL;

  if (XGetClassHint (watch->display, window, &hint) != 0)
    class = g_strdup (hint.res_name);
  if (hint.res_name != NULL)
    XFree (hint.res_name);
  if (hint.res_class != NULL)
    XFree (hint.res_class);

  return class;
}

static guint64
count_ink (XImage *image)
{
  guint64 ink = 0;

  for (int y = 0; y < image->height; y++)
    {
      const guint32 *row = (const guint32 *) (image->data + (gsize) y * image->bytes_per_line);

      for (int x = 1; x < image->width; x++)
        ink += row[x] != row[x - 1];
    }

  return ink;
}

/* Looks through the root window, which has what is seen of every window and never refuses. */
static void
say_ink (Watch *watch, Window window, const char *class)
{
  Window root = DefaultRootWindow (watch->display);
  XWindowAttributes area;
  XWindowAttributes screen;
  Window child;
  XImage *image;
  double at = now_ms ();
  int x = 0;
  int y = 0;

  if (XGetWindowAttributes (watch->display, window, &area) == 0
      || XGetWindowAttributes (watch->display, root, &screen) == 0)
    return;

  XTranslateCoordinates (watch->display, window, root, 0, 0, &x, &y, &child);
  x = CLAMP (x, 0, screen.width - 1);
  y = CLAMP (y, 0, screen.height - 1);
  image = XGetImage (watch->display, root, x, y, (guint) MIN (area.width, screen.width - x),
                     (guint) MIN (area.height, screen.height - y), AllPlanes, ZPixmap);
  if (image == NULL)
    return;

  if (image->bits_per_pixel == 32)
    printf ("ink %.3f %s %" G_GUINT64_FORMAT "\n", at, class, count_ink (image));
  XDestroyImage (image);
}

static void
take_damage (Watch *watch, const XDamageNotifyEvent *damage)
{
  double at = now_ms ();
  g_autofree char *class = get_class (watch, damage->drawable);

  if (class == NULL)
    return;

  printf ("paint %.3f %s %d %d %u %u\n", at, class, damage->area.x, damage->area.y,
          damage->area.width, damage->area.height);
  if (watch->painted != damage->drawable)
    say_ink (watch, damage->drawable, class);
  watch->painted = damage->drawable;
}

static void
take_window (Watch *watch, Window window)
{
  XDamageCreate (watch->display, window, XDamageReportRawRectangles);
  if (watch->painted == window)
    watch->painted = None; /* an id of a window that is gone comes back */
}

static void
take_events (Watch *watch)
{
  while (XPending (watch->display) > 0)
    {
      XEvent event;

      XNextEvent (watch->display, &event);
      if (event.type == CreateNotify)
        take_window (watch, event.xcreatewindow.window);
      else if (event.type == watch->first_event + XDamageNotify)
        take_damage (watch, (const XDamageNotifyEvent *) &event);
    }
}

static gboolean
take_question (Watch *watch)
{
  g_autofree char *class = get_class (watch, watch->painted);
  char line[16];

  if (read (STDIN_FILENO, line, sizeof line) <= 0)
    return FALSE;

  say_ink (watch, watch->painted, class != NULL ? class : "nobody");

  return TRUE;
}

int
main (void)
{
  Watch watch = { XOpenDisplay (NULL), 0, None };
  struct pollfd inputs[2] = { { .fd = STDIN_FILENO, .events = POLLIN } };
  int first_error;
  gboolean asked = TRUE;

  if (watch.display == NULL
      || !XDamageQueryExtension (watch.display, &watch.first_event, &first_error))
    {
      fprintf (stderr, "There is no display, or it has no XDamage.\n");
      return 1;
    }

  setvbuf (stdout, NULL, _IOLBF, 0);
  XSetErrorHandler (ignore_error);
  XSelectInput (watch.display, DefaultRootWindow (watch.display), SubstructureNotifyMask);
  inputs[1] = (struct pollfd){ .fd = ConnectionNumber (watch.display), .events = POLLIN };
  XSync (watch.display, False);
  puts ("ready");

  while (asked)
    {
      take_events (&watch);
      XFlush (watch.display);
      poll (inputs, G_N_ELEMENTS (inputs), -1);
      if (inputs[0].revents != 0)
        asked = take_question (&watch);
    }
  XCloseDisplay (watch.display);

  return 0;
}
