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
  show_online_status boolean NOT NULL DEFAULT true
);

INSERT INTO widget_setting DEFAULT VALUES;
