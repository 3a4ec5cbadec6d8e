-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Offers: a chat that an agent is asked to take, and has some seconds to answer, made by
-- dispatch_assign(). Meanwhile it waits on: it keeps its rank and its place, and everybody else may
-- still claim it. It holds one of the agent's places. Locks are taken ticket, then agents.

CREATE TABLE ticket_offer (
  ticket_id bigint PRIMARY KEY REFERENCES ticket ON DELETE CASCADE,
  agent_id bigint NOT NULL REFERENCES agent,
  -- Without a key to it, which would lock the department after its agents.
  department_id bigint NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- Where each has a turn and this is the agent's: when the one before was, and how this one is noted.
  -- A turn counts when the chat is taken.
  turn_before timestamptz,
  turn_noted timestamptz
);

CREATE INDEX ticket_offer_by_agent ON ticket_offer (agent_id);

-- An offer as its agent sees it.
CREATE FUNCTION offer_json (o ticket_offer) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'ticket', t.id, 'ticket_number', ticket_number(t.id), 'subject', t.subject,
           'department', json_build_object('id', d.id, 'name', d.name),
           'user', json_build_object('id', u.id, 'name', u.name, 'tier', u.tier),
           'waiting_since', rfc3339(t.waiting_since), 'made_at', rfc3339(o.made_at),
           'expires_at', rfc3339(o.expires_at))
  FROM ticket t JOIN app_user u ON u.id = t.customer_id JOIN department d ON d.id = t.department_id
  WHERE t.id = o.ticket_id
$$;

-- Ends the offer of a ticket and tells its agent why: `accepted`, `declined`, `missed`, `taken` by
-- `taker`, `ended` (nobody needs it any more here), `withdrawn` (the agent is not there). The caller has
-- locked the ticket, and has seen to the agent's place.
CREATE FUNCTION offer_end (which bigint, why text, taker bigint DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  o ticket_offer;
BEGIN
  DELETE FROM ticket_offer WHERE ticket_id = which RETURNING * INTO o;
  -- Several may be offered to one agent: only who noted the turn last can take it back, and who gets a
  -- chat by turn had one whatever became of the others.
  UPDATE agent_department SET turn_at = CASE WHEN why = 'accepted' THEN o.turn_noted ELSE o.turn_before END
  WHERE agent_id = o.agent_id AND department_id = o.department_id
    AND CASE WHEN why = 'accepted' THEN turn_at < o.turn_noted ELSE turn_at = o.turn_noted END;
  IF why IN ('accepted', 'declined') THEN
    UPDATE agent SET missed_offers = 0 WHERE user_id = o.agent_id AND missed_offers > 0;
  END IF;
  -- With its ticket, so that the dispatcher looks where that stands.
  INSERT INTO event (kind, audience, ticket_id, user_id, data)
  SELECT 'offer.gone', 'user', which, o.agent_id,
         json_build_object(
           'offer', json_build_object('ticket', which), 'reason', why,
           'by', (SELECT json_build_object('id', u.id, 'name', u.name) FROM app_user u WHERE u.id = taker),
           'presence', a.presence)
  FROM agent a WHERE a.user_id = o.agent_id;
END $$;

-- The same, and the agent's place is free.
CREATE FUNCTION offer_end_free (which bigint, why text) RETURNS void LANGUAGE sql AS $$
  SELECT agent_move_load(t.channel, o.agent_id, NULL, false)
  FROM ticket_offer o JOIN ticket t ON t.id = o.ticket_id WHERE o.ticket_id = which;
  SELECT offer_end(which, why);
$$;

-- Whoever takes a ticket out of its queue ends its offer: by ticket_change(), or by leaving the queue
-- in any other way.
CREATE FUNCTION ticket_leaves_queue () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM ticket_offer WHERE ticket_id = new.id) THEN
    PERFORM offer_end_free(new.id, 'ended');
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ticket_leaves_queue AFTER UPDATE OF waiting, department_id ON ticket FOR EACH ROW
WHEN (old.waiting AND (NOT new.waiting OR new.department_id <> old.department_id))
EXECUTE FUNCTION ticket_leaves_queue();

-- `who` takes what is offered. That the time was over by a moment does not matter as long as nobody has
-- noticed. Answers `done` (also when `who` has it), `not_found`, `taken`, or `offer_over`.
CREATE FUNCTION offer_accept (which bigint, who bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.assigned_to = who THEN
    RETURN 'done';
  ELSIF t.assigned_to IS NOT NULL THEN
    RETURN 'taken';
  ELSIF NOT EXISTS (SELECT FROM ticket_offer WHERE ticket_id = which AND agent_id = who) THEN
    RETURN 'offer_over';
  END IF;
  RETURN ticket_change(which, 'assigned', who, false, 'assigned');
END $$;

-- `who` does not want what is offered, and is not asked again within a minute. Answers `done` (also for
-- who said so before), `not_found`, or `offer_over`.
CREATE FUNCTION offer_decline (which bigint, who bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF who = ANY (ticket_passers(which)) THEN
    RETURN 'done';
  ELSIF NOT EXISTS (SELECT FROM ticket_offer WHERE ticket_id = which AND agent_id = who) THEN
    RETURN 'offer_over';
  END IF;
  PERFORM offer_end_free(which, 'declined');
  PERFORM ticket_pass(which, who);
  RETURN 'done';
END $$;

-- Whether nobody can take an offer any more. One from the future was made before somebody set the clock
-- back.
CREATE FUNCTION offer_is_over (o ticket_offer) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT o.expires_at <= now() OR o.made_at > now() + interval '1 minute'
         OR NOT EXISTS (SELECT FROM agent a JOIN app_user u ON u.id = a.user_id AND u.is_active
                        WHERE a.user_id = o.agent_id AND a.presence = 'online')
$$;

-- Counts an offer that passed while its agent was there. Who lets two pass is Away.
CREATE FUNCTION offer_missed (who bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agent SET missed_offers = missed_offers + 1 WHERE user_id = who;
  UPDATE agent SET missed_offers = 0, presence = 'away' WHERE user_id = who AND missed_offers >= 2;
  IF FOUND THEN
    PERFORM presence_tell(who, 'away');
  END IF;
END $$;

-- Ends the offers whose time is over, each once, whoever else looks for them; their tickets go to
-- somebody else. What is being answered at this moment is left to the answer. How many it ended.
CREATE FUNCTION offers_expire () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  due bigint[] := ARRAY(SELECT ticket_id FROM ticket_offer o WHERE offer_is_over(o) LIMIT 200);
  o ticket_offer;
  missed boolean;
  ended integer := 0;
BEGIN
  IF due = '{}' THEN
    RETURN 0;
  END IF;
  due := ARRAY(SELECT id FROM ticket WHERE id = ANY (due) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED);
  PERFORM FROM agent WHERE user_id IN (SELECT agent_id FROM ticket_offer WHERE ticket_id = ANY (due))
  ORDER BY user_id FOR NO KEY UPDATE;
  FOR o IN SELECT * FROM ticket_offer x WHERE ticket_id = ANY (due) AND offer_is_over(x) ORDER BY expires_at, ticket_id
  LOOP
    missed := o.expires_at <= now() AND EXISTS (SELECT FROM agent_present WHERE user_id = o.agent_id);
    IF missed THEN
      PERFORM offer_missed(o.agent_id);
    END IF;
    PERFORM offer_end_free(o.ticket_id, CASE WHEN missed THEN 'missed' ELSE 'withdrawn' END);
    PERFORM ticket_pass(o.ticket_id, o.agent_id);
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END $$;
