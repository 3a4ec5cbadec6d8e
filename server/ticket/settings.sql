-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What an admin decides about tickets.

-- name: ticket_setting_get
SELECT json_build_object(
         'reopen_within_days', reopen_within_days, 'edit_within_minutes', edit_within_minutes,
         'purge_deleted_after_days', purge_deleted_after_days, 'vip_head_start_minutes', vip_head_start_minutes,
         'visitor_tickets_per_hour', visitor_tickets_per_hour) AS json
FROM ticket_setting;

-- name: ticket_setting_change
-- $1 reopen_within_days, $2 edit_within_minutes, $3 purge_deleted_after_days, $4 vip_head_start_minutes,
-- $5 visitor_tickets_per_hour: each NULL to leave it.
UPDATE ticket_setting SET
  reopen_within_days = coalesce($1, reopen_within_days),
  edit_within_minutes = coalesce($2, edit_within_minutes),
  purge_deleted_after_days = coalesce($3, purge_deleted_after_days),
  vip_head_start_minutes = coalesce($4, vip_head_start_minutes),
  visitor_tickets_per_hour = coalesce($5, visitor_tickets_per_hour);
