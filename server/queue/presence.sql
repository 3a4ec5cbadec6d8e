-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Who is there.

-- name: presence_set
-- $1 agent, $2 device, $3 state, $4 seconds that the lease of a device without a socket lives, $5 until
-- when (microseconds since 1970) or NULL, $6 whether the live chats go back to the queue.
SELECT s.outcome,
       json_build_object('state', $3::text, 'until', rfc3339(list_moment($5)), 'handed_over', s.handed_over) AS json
FROM presence_set($1, $2, $3::text::presence_state, now() + make_interval(secs => $4), list_moment($5), $6) AS s;

-- name: presence_idle
-- $1 agent, $2 device, $3 for how many seconds nobody has been at it: NULL when somebody is, -1 when it is
-- locked or asleep; $4 seconds that the lease of a device without a socket lives.
SELECT presence_idle($1, $2, CASE WHEN $3 < 0 THEN '-infinity' ELSE now() - make_interval(secs => $3) END,
                     now() + make_interval(secs => $4)) AS outcome, NULL AS json;

-- name: presence_connected
-- $1 account, $2 device. Does nothing for who is no agent.
SELECT presence_connection($1, $2, true, 'infinity');

-- name: presence_lost
-- $1 account, $2 device, $3 grace time in seconds. Does nothing for who is no agent.
SELECT presence_connection($1, $2, false, now() + make_interval(secs => $3));

-- name: presence_begin
-- $1 grace time in seconds. At a start every agent gets it: the sockets of the run before are lost,
-- and who was there over REST could not say so again while nothing ran.
UPDATE presence_lease
SET lost = lost OR expires_at = 'infinity' OR expires_at <= now(), expires_at = now() + make_interval(secs => $1),
    since = now()
WHERE expires_at = 'infinity' OR expires_at < now() + make_interval(secs => $1);

-- name: presence_sweep
-- The number of agents who went.
SELECT presence_sweep() AS agents;

-- name: presence_turn
-- The number of agents who went for a while or came back from that.
SELECT presence_turn() AS agents;
