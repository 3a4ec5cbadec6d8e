-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What the widget shows, one row.

CREATE TABLE widget_setting (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  is_enabled boolean NOT NULL DEFAULT true,
  name text NOT NULL DEFAULT 'Support',
  welcome_message text NOT NULL DEFAULT 'Hello. How can we help you?',
  welcome_message_bn text NOT NULL DEFAULT 'আসসালামু আলাইকুম। আমরা কীভাবে সাহায্য করতে পারি?',
  offline_message text NOT NULL DEFAULT 'Nobody is here right now. Leave a message and we will answer.',
  offline_message_bn text NOT NULL DEFAULT 'এখন কেউ নেই। একটি বার্তা রেখে যান, আমরা উত্তর দেব।',
  position text NOT NULL DEFAULT 'bottom-right' CHECK (position IN ('bottom-right', 'bottom-left')),
  primary_color text NOT NULL DEFAULT '#008B8B' CHECK (primary_color ~ '^#[0-9A-Fa-f]{6}$'),
  show_online_status boolean NOT NULL DEFAULT true,
  -- Whose pages may call the API from a browser; empty: all.
  allowed_origins text[] NOT NULL DEFAULT '{}' CHECK (cardinality(allowed_origins) <= 100)
);

INSERT INTO widget_setting DEFAULT VALUES;

-- WCAG 2.2 contrast of white on a colour (red, green, blue from 0 to 1): 1.05 / (luminance + 0.05).
CREATE FUNCTION color_white_contrast (rgb float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT 1.05 / (0.05 + sum(weight * CASE WHEN c <= 0.04045 THEN c / 12.92 ELSE ((c + 0.055) / 1.055) ^ 2.4 END))
  FROM unnest(rgb, ARRAY[0.2126, 0.7152, 0.0722]::float8[]) AS channel (c, weight)
$$;

-- A colour with its HSL lightness lowered; hue and saturation stay.
CREATE FUNCTION color_darken (rgb float8[], lower_by float8) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(target + (c - lightness) * scale ORDER BY n)
  FROM (SELECT (max(c) + min(c)) / 2 AS lightness FROM unnest(rgb) AS c) AS whole,
       LATERAL (SELECT greatest(lightness - lower_by, 0) AS target) AS aim,
       LATERAL (
         SELECT coalesce((1 - abs(2 * target - 1)) / nullif(1 - abs(2 * lightness - 1), 0), 0) AS scale) AS spread,
       unnest(rgb) WITH ORDINALITY AS channel (c, n)
$$;

CREATE FUNCTION color_hex (rgb float8[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '#' || string_agg(lpad(to_hex(round(c * 255)::integer), 2, '0'), '' ORDER BY n)
  FROM unnest(rgb) WITH ORDINALITY AS channel (c, n)
$$;

-- The shop's colour, made readable: one that white text could not be read on is darkened in steps of one
-- per cent until it can; a strip below is darker still. NULL for the stock teal, whose shades were chosen
-- by hand and stand in widget.css.
CREATE FUNCTION widget_shades (color text) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  rgb float8[] := ARRAY(
    SELECT get_byte(decode(substr(color, 2), 'hex'), n) / 255.0::float8 FROM generate_series(0, 2) AS n ORDER BY n);
BEGIN
  IF upper(color) = '#008B8B' THEN
    RETURN NULL;
  END IF;
  WHILE color_white_contrast(rgb) < 4.5 LOOP
    rgb := color_darken(rgb, 0.01);
  END LOOP;
  RETURN json_build_object('brand', color_hex(rgb), 'strip', color_hex(color_darken(rgb, 0.06)));
END $$;
