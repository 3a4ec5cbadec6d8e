-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Demo data of a bookshop: one admin, five agents, customers, 200 tickets with threads. Made
-- through the same functions as real tickets, then moved into the past. Runs once, on an empty
-- database, as one transaction.

UPDATE department SET name = 'Orders' WHERE is_default;
INSERT INTO department (name) VALUES ('Billing'), ('Rentals');
UPDATE widget_setting SET name = 'Lantern & Leaf';

INSERT INTO app_user (id, role, name, email, language) OVERRIDING SYSTEM VALUE
VALUES (1, 'admin', 'Mitali Sen', 'admin@example.com', 'en'),
       (2, 'agent', 'Rina Das', 'agent1@example.com', 'bn'),
       (3, 'agent', 'Sam Okafor', 'agent2@example.com', 'en'),
       (4, 'agent', 'Lena Fischer', 'agent3@example.com', 'en'),
       (5, 'agent', 'Tomas Silva', 'agent4@example.com', 'en'),
       (6, 'agent', 'Farid Haque', 'agent5@example.com', 'bn');

INSERT INTO agent (user_id) SELECT id FROM app_user WHERE role = 'agent';
INSERT INTO agent_load (agent_id, channel, capacity)
SELECT user_id, c, CASE c WHEN 'chat' THEN 5 ELSE 60 END FROM agent, unnest(enum_range(NULL::ticket_channel)) AS c;
INSERT INTO agent_department (agent_id, department_id)
SELECT a.user_id, d.id FROM agent a, department d
WHERE d.is_default OR (d.name = 'Billing' AND a.user_id IN (3, 4)) OR (d.name = 'Rentals' AND a.user_id IN (2, 6));

INSERT INTO app_user (id, role, name, email, language, tier) OVERRIDING SYSTEM VALUE
SELECT 6 + n, 'customer', name, lower(regexp_replace(name, '[^A-Za-z]+', '.', 'g')) || '@example.org',
       CASE WHEN n % 6 = 0 THEN 'bn' ELSE 'en' END, CASE WHEN n % 9 = 0 THEN 'vip' ELSE 'standard' END
FROM unnest(ARRAY[
  'Ada Roy', 'Bo Lindqvist', 'Chandra Iyer', 'Dina Haddad', 'Emeka Obi', 'Farhana Akter',
  'Grace Kim', 'Hugo Martin', 'Ines Moreau', 'Jamal Uddin', 'Katya Orlova', 'Liam Byrne',
  'Maya Fernandes', 'Nils Berg', 'Olivia Clarke', 'Priya Nair', 'Quentin Dubois', 'Rokeya Sultana',
  'Sofia Rossi', 'Tariq Aziz', 'Uma Krishnan', 'Viktor Novak', 'Wei Zhang', 'Ximena Lopez',
  'Yusuf Demir', 'Zoe Papadopoulos', 'Anika Rahman', 'Ben Carter', 'Clara Hoffmann',
  'Dipankar Ghosh', 'Elif Kaya', 'Finn Larsen', 'Gita Sharma', 'Hana Sato', 'Imran Khan',
  'Julia Nowak', 'Kofi Mensah', 'Lucia Romero', 'Mehedi Hasan', 'Nora Lind'])
  WITH ORDINALITY AS c (name, n);

SELECT setval(pg_get_serial_sequence('app_user', 'id'), (SELECT max(id) FROM app_user));

CREATE TEMPORARY TABLE story (n integer, subject text, category text, department text, lines text[]) ON COMMIT DROP;

-- Odd lines are the customer's, even ones the agent's; a line that begins with NOTE: is an internal
-- note.
INSERT INTO story VALUES
(0, 'Where is my order?', 'general', 'Orders', ARRAY[
  'Hi, order 1042 was due on Tuesday and has not come yet.',
  'Hello, I am sorry about that. I am looking it up now.',
  'Thank you. It is a birthday present for Saturday.',
  'It is at the depot in your town and goes out **tomorrow morning**. You will get a message when the van leaves.',
  'Great, that is early enough.']),
(1, 'Two copies arrived instead of one', 'billing', 'Billing', ARRAY[
  'I ordered one copy of *The Night Train* and got two. Was I charged twice?',
  'NOTE: Invoice 8817 shows quantity 2. The customer pressed the button twice, 3 seconds apart.',
  'You were charged for both, and I have refunded the second. Keep the book or send it back with the label in the parcel, as you like.',
  'That is kind. I will send it back.']),
(2, 'Cover is damaged', 'general', 'Orders', ARRAY[
  'The corner of the cover is crushed. See the photo in my mail.',
  'That should not happen. Shall I send a new copy, or refund a part of the price?',
  'A new copy, if you still have one.',
  'We have three. It leaves today. You need not return the damaged one.',
  'Wonderful service, thank you.']),
(3, 'Cannot sign in on the new phone', 'account', 'Orders', ARRAY[
  'The app says my password is wrong, but it works on the laptop.',
  'Let us find out. Which version does the app show under Settings, About?',
  '2.4.1',
  'That version had trouble with passwords that contain a space at the end. Update to **2.4.2**, it is in the store since yesterday.']),
(4, 'Renting course books for one term', 'general', 'Rentals', ARRAY[
  'Can I rent the three chemistry books from your list until March?',
  'Yes. Rentals run for 30, 90 or 180 days; for a term most people take 90 and extend by a week if they need it.',
  'And if I write into them?',
  'Pencil is fine. For ink we charge the difference to the used price.']),
(5, 'Gift card balance', 'billing', 'Billing', ARRAY[
  'I have a gift card and do not know what is left on it.',
  'Tell me the last four digits and I will look.',
  '7731',
  'There are **18.40** left on it, and it does not expire.']),
(6, 'Card was refused', 'billing', 'Billing', ARRAY[
  'My card is refused at the last step, three times now. The bank says all is fine.',
  'NOTE: Gateway answers do_not_honor, the address check fails. The postcode has a letter O instead of a zero.',
  'I think I see it: the postcode of your billing address has the letter O where a zero belongs. Could you correct it and try once more?',
  'That was it. Thank you!']),
(7, 'Reading list for a book club', 'feature_request', 'Orders', ARRAY[
  'Could you make it possible to share a wish list with a group? We are eleven people.',
  'That is a good idea, and you are not the first to ask. I have added your voice to it.',
  'Until then, how do others do it?',
  'Most send the link of a public list around; everybody who has it sees it without an account.']),
(8, 'Page does not load on Sundays', 'bug_report', 'Orders', ARRAY[
  'Every Sunday evening the search shows nothing at all for some minutes.',
  'That is a precise description, thank you. Around what time?',
  'Between nine and ten.',
  'We rebuild the catalogue then. It should not be visible to you, and I have told the team who can change it.']),
(9, 'Change the delivery address', 'general', 'Orders', ARRAY[
  'I moved last week. Order 2210 still goes to the old flat.',
  'It has not left yet. What is the new address?',
  '14 Lake Road, second floor.',
  'Changed, and I have changed it in your account too.']),
(10, 'বইটি কবে পাব?', 'general', 'Orders', ARRAY[
  'আসসালামু আলাইকুম, আমার অর্ডার ৩৩১২ এখনো আসেনি।',
  'ওয়ালাইকুম আসসালাম। একটু অপেক্ষা করুন, আমি দেখছি।',
  'ঠিক আছে, ধন্যবাদ।',
  'আপনার বইটি আজ রওনা হয়েছে, **আগামীকাল** পৌঁছে যাবে।']),
(11, 'টাকা ফেরত', 'billing', 'Billing', ARRAY[
  'আমি ভুল বই অর্ডার করেছি। টাকা ফেরত পাওয়া যাবে?',
  'অবশ্যই। বইটি ১৪ দিনের মধ্যে ফেরত পাঠালে পুরো টাকা পাবেন।',
  'কীভাবে পাঠাব?',
  'আপনার ই-মেইলে একটি লেবেল পাঠিয়েছি। প্যাকেটে লাগিয়ে যেকোনো ডাকঘরে দিন।']);

-- The span tree of a demo line, whose only marks are one **bold** or one *italic* part.
CREATE FUNCTION pg_temp.demo_spans (line text) RETURNS text LANGUAGE sql AS $$
  SELECT json_build_array(json_build_object('t', 'p', 'c', CASE
    WHEN part[2] IS NULL THEN json_build_array(line)
    ELSE json_build_array(part[1], json_build_object('t', CASE part[2] WHEN '**' THEN 'b' ELSE 'i' END,
                                                     'c', json_build_array(part[3])), part[4]) END))::text
  FROM (SELECT regexp_match(line, '^(.*?)(\*\*?)(.+?)\2(.*)$') AS part) AS p
$$;

CREATE FUNCTION pg_temp.demo_ticket (n integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s story;
  who bigint := 7 + (n * 7 + n / 40 * 9) % 40;
  helper bigint := 2 + n % 5;
  made bigint;
  waits boolean := n % 40 = 7;
  channel ticket_channel := (ARRAY['chat', 'portal', 'portal', 'email'])[1 + (n / 3) % 4];
  spoken integer;
  line text;
BEGIN
  SELECT * INTO s FROM story WHERE story.n = demo_ticket.n % 12;
  spoken := CASE WHEN waits THEN 1 WHEN demo_ticket.n % 5 = 0 THEN 3 ELSE cardinality(s.lines) END;
  SELECT c.ticket_id INTO made FROM ticket_create(
    who, false, who, channel,
    (SELECT id FROM department WHERE name = s.department), s.category,
    (ARRAY['normal', 'normal', 'low', 'high', 'normal', 'urgent', 'normal'])[1 + demo_ticket.n % 7],
    s.subject, CASE WHEN s.n >= 10 THEN 'bn' ELSE 'en' END, NULL, NULL, s.lines[1],
    pg_temp.demo_spans(s.lines[1]), 'demo-0') AS c;
  IF waits THEN
    RETURN;
  END IF;
  PERFORM ticket_assign(made, helper, true);
  FOR i IN 2 .. spoken LOOP
    line := s.lines[i];
    PERFORM message_append(
      ARRAY[made], ARRAY[CASE WHEN i % 2 = 0 OR line LIKE 'NOTE: %' THEN helper ELSE who END],
      ARRAY[i % 2 = 0 OR line LIKE 'NOTE: %'], ARRAY['demo-' || i], ARRAY[regexp_replace(line, '^NOTE: ', '')],
      ARRAY[pg_temp.demo_spans(regexp_replace(line, '^NOTE: ', ''))], ARRAY[line LIKE 'NOTE: %'], ARRAY[-1]);
  END LOOP;
  PERFORM ticket_mark_read(made, helper, true, 1000);
  IF (demo_ticket.n % 5 > 0 AND demo_ticket.n > 25) OR (channel = 'chat' AND demo_ticket.n > 16) THEN
    PERFORM ticket_mark_read(made, who, false, 1000);
    PERFORM ticket_set_status(
      made, CASE WHEN demo_ticket.n % 3 = 0 THEN 'closed' ELSE 'resolved' END::ticket_status, helper, true);
  ELSIF demo_ticket.n % 3 = 0 THEN
    PERFORM ticket_set_status(made, 'waiting_on_customer', helper, true);
  END IF;
END $$;

SELECT pg_temp.demo_ticket(n) FROM generate_series(0, 199) AS n;

-- Into the past: an hour or so between tickets, minutes between the shop's chats and between lines,
-- so that the first customer who waits is told a wait. Waiting ones came just now.
UPDATE message m SET created_at = m.created_at - age.shift + m.seq * interval '95 seconds'
FROM (
  SELECT t.id, t.waiting,
         row_number() OVER (PARTITION BY shop.chat ORDER BY t.id)
           * CASE WHEN shop.chat THEN interval '7 minutes' ELSE interval '67 minutes' END
           + interval '11 minutes' AS shift
  FROM ticket t
  JOIN department d ON d.id = t.department_id
  CROSS JOIN LATERAL (SELECT d.is_default AND t.channel = 'chat' AS chat) AS shop) AS age
WHERE age.id = m.ticket_id AND NOT age.waiting;

UPDATE message m SET created_at = m.created_at - (m.ticket_id % 9 + 2) * interval '1 minute'
FROM ticket t WHERE t.id = m.ticket_id AND t.waiting;

UPDATE ticket t SET
  created_at = span.first, first_response_at = span.answered, last_message_at = span.last, updated_at = span.last,
  enqueued_at = span.first, waiting_since = span.first, rank_at = queue_rank(span.first, t.priority, t.customer_id),
  handed_over_at = CASE WHEN t.waiting THEN NULL ELSE span.first + interval '70 seconds' END,
  resolved_at = CASE WHEN t.resolved_at IS NOT NULL THEN span.last END,
  closed_at = CASE WHEN t.closed_at IS NOT NULL THEN span.last + interval '1 hour' END
FROM (
  SELECT ticket_id, min(created_at) AS first, max(created_at) AS last,
         min(created_at) FILTER (WHERE from_staff AND NOT is_internal AND type <> 'system') AS answered
  FROM message GROUP BY ticket_id) AS span
WHERE span.ticket_id = t.id;

UPDATE agent SET last_assigned_at = '-infinity';

-- Nobody was there to hear how the past was made, and nobody is asked to answer it now.
TRUNCATE event;
DELETE FROM ticket_watch;

-- Statements are planned once, so the planner should know these tables from the first one on.
ANALYZE;
