-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Chats that agents are asked to take.

-- name: offers_list
-- $1 agent. What is offered to this one, the oldest first, and the server's clock to count by.
SELECT json_build_object('offers', coalesce(json_agg(offer_json(o) ORDER BY o.made_at, o.ticket_id), '[]'),
                         'now', rfc3339(now())) AS json
FROM ticket_offer o WHERE agent_id = $1;

-- name: offer_accept
-- $1 ticket, $2 agent.
SELECT a.outcome, ticket_answer($1, a.outcome) AS json FROM offer_accept($1, $2) AS a (outcome);

-- name: offer_decline
-- $1 ticket, $2 agent.
SELECT offer_decline($1, $2) AS outcome, NULL AS json;

-- name: offers_expire
-- Ends the offers whose time is over; the number.
SELECT offers_expire() AS offers;
