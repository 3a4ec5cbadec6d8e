-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Whose a ticket is. The ticket is read afterwards, by a statement that sees the change.

-- name: ticket_assign
-- $1 ticket, $2 agent or NULL, $3 whether over capacity is permitted, $4 the revision that the actor
-- saw or NULL, $5 whether $6, the agent that the actor saw or NULL, counts.
SELECT ticket_assign($1, $2, $3, $4, $5, $6) AS outcome;

-- name: ticket_claim
-- $1 ticket, $2 who takes it, $3 whether over capacity is permitted.
SELECT ticket_claim($1, $2, $3) AS outcome;

-- name: ticket_transfer
-- $1 ticket, $2 agent or NULL, $3 department or NULL, $4 note or NULL, $5 its spans, $6 actor, $7
-- whether over capacity is permitted.
SELECT ticket_transfer($1, $2, $3, $4, $5, $6, $7) AS outcome;

-- name: ticket_holder
-- $1 ticket: who has it, also as members of a problem. No row: nobody.
SELECT u.name, t.channel = 'chat' AS is_chat,
       '"by":' || json_build_object('id', u.id, 'name', u.name, 'role', u.role) AS members
FROM ticket t JOIN app_user u ON u.id = t.assigned_to WHERE t.id = $1;
