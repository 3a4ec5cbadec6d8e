/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How a file is encrypted: cut into segments, each a libsodium secretstream of its own under a key
 * derived from the file's key and the segment's number. So any part can be read from the segment
 * where it begins; a segment in another's place does not open; and the tag that ends a stream
 * stands in the last segment only, so that a file that was cut off is noticed. Pure. */
#pragma once

#include <glib.h>

#define SEGMENT_KEY_BYTES 32
#define SEGMENT_PLAIN (256 * 1024) /* bytes of the file in all segments but the last */
#define SEGMENT_OVERHEAD 41 /* bytes that encryption adds to each */
#define SEGMENT_SEALED (SEGMENT_PLAIN + SEGMENT_OVERHEAD)

/* How many segments a file of @size bytes has; an empty one has one. */
guint64 segment_count (guint64 size);

/* Bytes of the file in segment @index of a file of @size bytes. */
gsize segment_length (guint64 size, guint64 index);

/* Encrypts @length bytes at @plain into @sealed, which has room for SEGMENT_OVERHEAD more. */
void segment_seal (const guint8 *file_key, guint64 index, gboolean is_last, const guint8 *plain,
                   gsize length, guint8 *sealed);

/* Decrypts @length bytes at @sealed into @plain, which may be SEGMENT_OVERHEAD shorter. FALSE when
 * that is not what segment_seal() made with the same key, index and @is_last. */
gboolean segment_open (const guint8 *file_key, guint64 index, gboolean is_last,
                       const guint8 *sealed, gsize length, guint8 *plain);
