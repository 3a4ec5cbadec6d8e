-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Who may not write.

-- name: block_add
-- $1 customer or NULL, $2 whether the address of their last session is meant, $3 an address or network or NULL,
-- $4 reason or NULL, $5 until when in microseconds since 1970 or NULL, $6 actor.
SELECT outcome, json_build_object('block', json) AS json
FROM block_add($1, $2, $3::inet, $4, to_timestamp($5::bigint / 1000000.0), $6);

-- name: block_remove
-- $1 block.
SELECT block_remove($1) AS outcome, NULL AS json;

-- name: block_page
-- $1 only those before this id, $2 page size; newest first.
WITH page AS (
  SELECT b AS block, b.id FROM customer_block b WHERE b.id < $1 ORDER BY b.id DESC LIMIT $2::integer + 1),
shown AS (
  SELECT block, id FROM page ORDER BY id DESC LIMIT $2::integer)
SELECT json_build_object(
         'blocks', coalesce((SELECT json_agg(block_json(block) ORDER BY id DESC) FROM shown), '[]'),
         'next', (SELECT min(id)::text FROM shown WHERE (SELECT count(*) FROM page) > $2::integer)) AS json;

-- name: blocks_expire
SELECT blocks_expire();
