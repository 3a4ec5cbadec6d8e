/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Cutting text into words, numbers and pairs of characters.
 *
 * PostgreSQL's own parser is not used: it finds nothing in scripts without spaces, takes "TKT-42"
 * for a negative number, keeps accents, and asks the locale what a letter is. */
#include "text/words.h"

#include <string.h>

/* Digits of a number that people write in groups, such as +880 1712-345678. */
#define LONG_NUMBER_MIN 7
#define LONG_NUMBER_MAX 32
#define LONG_NUMBER_TAIL 8 /* with or without the prefix of a country it ends alike */
#define LONG_NUMBER_GAP 3 /* bytes between two groups */

#define SOFT_HYPHEN 0x00ad
#define TATWEEL 0x0640
#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER 0x200d
#define PROLONGED_SOUND_MARK 0x30fc
#define HALFWIDTH_VOICED_MARK 0xff9e
#define HALFWIDTH_SEMI_VOICED_MARK 0xff9f
#define FIRST_VARIATION 0xfe00
#define LAST_VARIATION 0xfe0f

typedef enum
{
  CLASS_BREAK,
  CLASS_LETTER,
  CLASS_DIGIT,
  CLASS_GRAM,
  CLASS_CONTINUES, /* marks and joiners belong to what stands before them */
} CharacterClass;

/* Says only how the characters around it are drawn. */
static gboolean
is_joiner (gunichar c)
{
  return c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER || c == SOFT_HYPHEN
         || (c >= FIRST_VARIATION && c <= LAST_VARIATION);
}

/* Scripts that write words without spaces between them, and Korean, whose words grow endings. */
static gboolean
is_written_without_spaces (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return c == PROLONGED_SOUND_MARK;
    }
}

static CharacterClass
classify (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalpha (c) ? CLASS_LETTER : g_ascii_isdigit (c) ? CLASS_DIGIT : CLASS_BREAK;
  if (is_joiner (c) || g_unichar_ismark (c) || c == HALFWIDTH_VOICED_MARK
      || c == HALFWIDTH_SEMI_VOICED_MARK)
    return CLASS_CONTINUES;
  if (g_unichar_isdigit (c))
    return CLASS_DIGIT;
  if (!g_unichar_isalpha (c))
    return CLASS_BREAK;
  return is_written_without_spaces (c) ? CLASS_GRAM : CLASS_LETTER;
}

/* Writers leave these marks out as they please. In other scripts marks are vowels, or make another
 * letter. */
static gboolean
has_optional_marks (gunichar base)
{
  if (g_unichar_isdigit (base))
    return TRUE;
  switch (g_unichar_get_script (base))
    {
    case G_UNICODE_SCRIPT_LATIN:
    case G_UNICODE_SCRIPT_GREEK:
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Letters that keyboards and habits exchange for each other. */
static gunichar
plain_letter (gunichar c)
{
  switch (c)
    {
    case 0x0131: /* dotless i */
      return 'i';
    case 0x0629: /* teh marbuta */
      return 0x0647;
    case 0x0649: /* alef maksura */
    case 0x06cc: /* Farsi yeh */
      return 0x064a;
    case 0x0671: /* alef wasla */
      return 0x0627;
    case 0x06a9: /* keheh */
      return 0x0643;
    default:
      return g_unichar_isdigit (c) ? (gunichar) ('0' + g_unichar_digit_value (c)) : c;
    }
}

/* Returns: (transfer full): the form in which a piece of text is compared. */
static char *
normalise (const char *text, gsize length)
{
  g_autofree char *apart = NULL;
  g_autofree char *folded = NULL;
  g_autoptr (GString) kept = NULL;
  gunichar base = 0;
  guint count = 0;

  if (g_utf8_strlen (text, (gssize) length) == (glong) length)
    return g_ascii_strdown (text, MIN (length, WORD_LENGTH_MAX));
  apart = g_utf8_normalize (text, (gssize) length, G_NORMALIZE_ALL);
  folded = g_utf8_casefold (apart, -1);
  kept = g_string_sized_new (length);
  for (const char *at = folded; *at != '\0' && count < WORD_LENGTH_MAX; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_joiner (c) || c == TATWEEL || (g_unichar_ismark (c) && has_optional_marks (base))
          || (!g_unichar_ismark (c) && !g_unichar_isalnum (c)))
        continue;
      if (!g_unichar_ismark (c))
        base = c;
      g_string_append_unichar (kept, plain_letter (c));
      count++;
    }
  return g_utf8_normalize (kept->str, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

static void
word_clear (gpointer data)
{
  g_free (((Word *) data)->text);
}

typedef struct
{
  const char *text;
  GArray *words;
  guint position;
} Cutter;

static void
add (Cutter *cutter, WordKind kind, const char *start, const char *end)
{
  Word word = { .kind = kind,
                .text = normalise (start, (gsize) (end - start)),
                .start = (gsize) (start - cutter->text),
                .end = (gsize) (end - cutter->text) };

  if (*word.text == '\0')
    {
      g_free (word.text);
      return;
    }
  word.position = ++cutter->position;
  g_array_append_val (cutter->words, word);
}

/* The end of the piece of class @class that starts at @start; marks belong to it. */
static const char *
find_end (const char *start, CharacterClass class)
{
  const char *at = start;

  while (*at != '\0')
    {
      CharacterClass next = classify (g_utf8_get_char (at));

      if (next != class && next != CLASS_CONTINUES)
        break;
      at = g_utf8_next_char (at);
    }
  return at;
}

/* The end of one character with its marks. */
static const char *
skip_character (const char *at)
{
  do
    at = g_utf8_next_char (at);
  while (*at != '\0' && classify (g_utf8_get_char (at)) == CLASS_CONTINUES);
  return at;
}

static void
add_grams (Cutter *cutter, const char *start, const char *end)
{
  const char *first = start;
  const char *second = skip_character (first);

  while (second < end)
    {
      const char *third = skip_character (second);

      add (cutter, WORD_GRAM, first, third);
      first = second;
      second = third;
    }
  add (cutter, WORD_TAIL, first, end);
}

static void
add_piece (Cutter *cutter, CharacterClass class, const char *start, const char *end)
{
  if (class == CLASS_GRAM)
    add_grams (cutter, start, end);
  else
    add (cutter, class == CLASS_DIGIT ? WORD_NUMBER : WORD_LETTERS, start, end);
}

/* Whether two groups of digits are parts of one number as people write it. */
static gboolean
is_gap (const char *start, const char *end)
{
  if (end - start > LONG_NUMBER_GAP)
    return FALSE;
  for (const char *at = start; at < end; at++)
    {
      if (strchr (" -./()+", *at) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Adds the number that words @from to @to (exclusive) spell together, when it is a long one. */
static void
add_long_number (Cutter *cutter, guint from, guint to)
{
  const Word *first = &g_array_index (cutter->words, Word, from);
  const Word *last = &g_array_index (cutter->words, Word, to - 1);
  Word whole = {
    .kind = WORD_LONG_NUMBER, .start = first->start, .end = last->end, .position = first->position
  };
  Word tail = whole;
  g_autoptr (GString) digits = g_string_new (NULL);

  for (guint i = from; i < to; i++)
    g_string_append (digits, g_array_index (cutter->words, Word, i).text);
  if (digits->len < LONG_NUMBER_MIN || digits->len > LONG_NUMBER_MAX)
    return;
  whole.text = g_strconcat ("#", digits->str, NULL);
  tail.text
      = g_strconcat ("~",
                     digits->str
                         + (digits->len > LONG_NUMBER_TAIL ? digits->len - LONG_NUMBER_TAIL : 0),
                     NULL);
  g_array_append_val (cutter->words, whole);
  g_array_append_val (cutter->words, tail);
}

static void
add_long_numbers (Cutter *cutter)
{
  guint count = cutter->words->len;
  guint to;

  for (guint from = 0; from < count; from = to)
    {
      to = from + 1;
      if (g_array_index (cutter->words, Word, from).kind != WORD_NUMBER)
        continue;
      while (to < count && g_array_index (cutter->words, Word, to).kind == WORD_NUMBER
             && is_gap (cutter->text + g_array_index (cutter->words, Word, to - 1).end,
                        cutter->text + g_array_index (cutter->words, Word, to).start))
        to++;
      add_long_number (cutter, from, to);
    }
}

GArray *
words_cut (const char *text)
{
  Cutter cutter = { .text = text, .words = g_array_new (FALSE, FALSE, sizeof (Word)) };
  const char *at = text;

  g_array_set_clear_func (cutter.words, word_clear);
  while (*at != '\0')
    {
      CharacterClass class = classify (g_utf8_get_char (at));
      const char *end;

      if (class == CLASS_BREAK || class == CLASS_CONTINUES)
        {
          at = g_utf8_next_char (at);
          continue;
        }
      end = find_end (at, class);
      add_piece (&cutter, class, at, end);
      at = end;
    }
  add_long_numbers (&cutter);
  return cutter.words;
}
