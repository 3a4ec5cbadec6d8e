-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Lists of tickets; how a page is found stands in schema/0024-ticket-lists.sql.

-- name: ticket_list
-- $1 the filter, an object with fields of ticket_filter; $2 and $3 the place behind which the page
-- begins (microseconds, id), $4 page size.
SELECT ticket_page(json_populate_record(NULL::ticket_filter, $1::json), list_moment($2), $3, $4) AS json;

-- name: ticket_list_customer
-- The same for the customer whom the filter names.
SELECT ticket_page_customer(json_populate_record(NULL::ticket_filter, $1::json), list_moment($2), $3, $4) AS json;
