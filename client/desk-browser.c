/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A web server of one page. The code is worth nothing without the verifier (RFC 7636), of which the
 * browser has only a hash, and a request counts only with the state that the browser was given: so
 * neither what reads along nor what knocks at the port gets anybody in.
 */

#include "desk-browser.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <sodium.h>

#define RANDOM_BYTES 32

struct _DeskBrowser
{
  GObject parent_instance;

  SoupServer *soup;
  char *verifier;
  char *state;
  char *address;
  char *code; /* that the browser brought; NULL: it has not been here */
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskBrowser, desk_browser, G_TYPE_OBJECT)

static char *
encode (const guint8 *bytes, gsize length)
{
  gsize room = sodium_base64_encoded_len (length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

  return sodium_bin2base64 (g_malloc (room), room, bytes, length,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static char *
make_random (void)
{
  guint8 bytes[RANDOM_BYTES];

  randombytes_buf (bytes, sizeof bytes);

  return encode (bytes, sizeof bytes);
}

static char *
make_challenge (const char *verifier)
{
  guint8 digest[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));

  return encode (digest, sizeof digest);
}

static void
answer (SoupServerMessage *message, guint status, const char *title, const char *sentence)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  char *page = g_markup_printf_escaped (
      "<!DOCTYPE html><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>%s · Deskbell</title>"
      "<h1>%s</h1><p>%s</p>",
      title, title, sentence);

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Content-Security-Policy", "default-src 'none'");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Connection", "close");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_TAKE, page,
                                    strlen (page));
}

static gboolean
tell_cb (gpointer user_data)
{
  DeskBrowser *self = user_data;

  g_signal_emit (self, signals[ANSWERED], 0, self->code);

  return G_SOURCE_REMOVE;
}

/* The browser has its page before anybody may end the server, and never from inside of it. */
static void
finished_cb (SoupServerMessage *message, DeskBrowser *self)
{
  (void) message;
  g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, g_object_ref (self), g_object_unref);
}

static void
request_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  DeskBrowser *self = user_data;
  const char *state = query != NULL ? g_hash_table_lookup (query, "state") : NULL;
  const char *code = query != NULL ? g_hash_table_lookup (query, "code") : NULL;

  (void) soup;
  if (self->code != NULL || g_strcmp0 (path, "/") != 0 || g_strcmp0 (state, self->state) != 0
      || code == NULL || *code == '\0'
      || g_strcmp0 (soup_server_message_get_method (message), "GET") != 0)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }

  self->code = g_strdup (code);
  g_signal_connect_object (message, "finished", G_CALLBACK (finished_cb), self, 0);
  answer (message, SOUP_STATUS_OK, _ ("You are signed in"),
          _ ("You can close this page and go back to Deskbell."));
}

const char *
desk_browser_get_address (DeskBrowser *self)
{
  return self->address;
}

const char *
desk_browser_get_verifier (DeskBrowser *self)
{
  return self->verifier;
}

static gboolean
listen (DeskBrowser *self, guint *port, GError **error)
{
  g_autoslist (GUri) uris = NULL;

  if (!soup_server_listen_local (self->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return FALSE;
  uris = soup_server_get_uris (self->soup);
  *port = (guint) g_uri_get_port (uris->data);

  return TRUE;
}

DeskBrowser *
desk_browser_new (const char *server, GError **error)
{
  g_autoptr (DeskBrowser) self = g_object_new (DESK_TYPE_BROWSER, NULL);
  g_autofree char *challenge = make_challenge (self->verifier);
  guint port;

  if (!listen (self, &port, error))
    return NULL;
  self->address = g_strdup_printf ("%s/sign-in/app?port=%u&challenge=%s&state=%s", server, port,
                                   challenge, self->state);

  return g_steal_pointer (&self);
}

static void
desk_browser_finalize (GObject *object)
{
  DeskBrowser *self = DESK_BROWSER (object);

  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_free (self->verifier);
  g_free (self->state);
  g_free (self->address);
  g_free (self->code);

  G_OBJECT_CLASS (desk_browser_parent_class)->finalize (object);
}

static void
desk_browser_class_init (DeskBrowserClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_browser_finalize;
  signals[ANSWERED] = g_signal_new ("answered", DESK_TYPE_BROWSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
desk_browser_init (DeskBrowser *self)
{
  self->soup = soup_server_new ("server-header", "Deskbell", NULL);
  self->verifier = make_random ();
  self->state = make_random ();
  soup_server_add_handler (self->soup, NULL, request_cb, self, NULL);
}
