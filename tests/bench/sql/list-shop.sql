-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- A desk with :tickets tickets of the last three years: most have ended, what came lately has not, some
-- departments, categories and tags are rare or were given up long ago. The figures are summed up at the
-- end, once for all.
ALTER TABLE ticket DISABLE TRIGGER ticket_counted;

INSERT INTO department (name) VALUES ('Wholesale'), ('Events');
INSERT INTO category (name, titles, color, position) VALUES ('fax', '{"en": "Fax"}', '#000000', 8);
INSERT INTO app_user (role, name, email, is_visitor)
SELECT 'customer', 'Customer ' || n, 'customer' || n || '@example.net', true
FROM generate_series(1, :tickets / 20) AS n;

INSERT INTO ticket (
  channel, lane_id, department_id, customer_id, assigned_to, status, priority, category, subject, tags, followers,
  last_message_preview, last_message_role, last_message_at, created_at, updated_at, enqueued_at, rank_at, resolved_at)
SELECT l.channel, l.id, l.department_id, c.first + floor(random() * c.count)::bigint, p.agent, p.status::ticket_status,
       p.priority, p.category, 'Order ' || p.n, p.tags, CASE WHEN p.n % 5000 = 7 THEN '{2}' ELSE '{}' END::bigint[],
       'It is on its way.', 'agent', p.made + p.took, p.made, p.made + p.took, p.made, p.made,
       CASE WHEN p.status IN ('resolved', 'closed') THEN p.made + p.took END
FROM (
  SELECT n, now() - age * interval '1095 days' - interval '1 minute' AS made,
         least(random() ^ 6 * 30, age * 1095) * interval '1 day' AS took,
         CASE WHEN age < 0.004 AND random() < 0.7 OR random() < 0.0003
           THEN (ARRAY['open', 'assigned', 'in_progress', 'waiting_on_customer'])[1 + floor(random() * 4)]
           ELSE (ARRAY['resolved', 'closed', 'closed', 'closed'])[1 + floor(random() * 4)] END AS status,
         (ARRAY['normal', 'normal', 'normal', 'low', 'high', 'normal', 'normal', 'low', 'high', 'urgent'])
           [1 + floor(random() * 10)] AS priority,
         CASE WHEN age BETWEEN 0.8 AND 0.9 AND random() < 0.01 THEN 'fax'
           ELSE (ARRAY['technical', 'billing', 'account', 'feature_request', 'bug_report', 'general', 'general',
                       'other'])[1 + floor(random() * 8)] END AS category,
         CASE WHEN random() < 0.002 THEN 5 WHEN age > 0.7 AND random() < 0.2 THEN 4
           ELSE 1 + floor(random() * 3) END AS department,
         (ARRAY['chat', 'portal', 'portal', 'email'])[1 + floor(random() * 4)] AS channel,
         CASE WHEN random() < 0.95 THEN 2 + floor(random() * 5) END AS agent,
         CASE WHEN random() < 0.05 THEN ARRAY['late'] WHEN random() < 0.0001 THEN ARRAY['lost'] ELSE '{}' END AS tags
  FROM (SELECT n, random() AS age FROM generate_series(1, :tickets) AS n) AS ages) AS p
JOIN lane l ON l.department_id = p.department AND l.channel = p.channel::ticket_channel
CROSS JOIN (SELECT min(id) AS first, count(*) AS count FROM app_user WHERE email LIKE 'customer%@example.net') AS c
ORDER BY p.made;

UPDATE ticket SET waiting = true WHERE status = 'open' AND assigned_to IS NULL AND NOT hidden;
UPDATE ticket SET assigned_to = 2 WHERE status IN ('assigned', 'in_progress') AND assigned_to IS NULL AND NOT hidden;
INSERT INTO tag_count (tag, tickets) SELECT tag, count(*) FROM ticket, unnest(tags) AS tag GROUP BY tag;
TRUNCATE figure, facet, figure_change;
INSERT INTO figure_change SELECT f.* FROM ticket t CROSS JOIN LATERAL ticket_figures(t, 1) AS f;
SELECT figures_fold();

ALTER TABLE ticket ENABLE TRIGGER ticket_counted;
VACUUM ANALYZE ticket;
VACUUM ANALYZE;
