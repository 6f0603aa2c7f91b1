-- A row without a delivery says that threads were freed of sessions that have ended.
CREATE FUNCTION actant_take_outbox(p_clock timestamptz, p_session uuid, p_max integer, p_groups text[], p_tenants text[])
  RETURNS TABLE (delivery uuid, tenant text, thread text, destination text, body bytea, attempt integer, written_at timestamptz,
    since timestamptz, held_with text)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  owner_is bigint;
  chosen bigint[];
  except_tenants integer[] := ARRAY(SELECT n.id FROM tenants n WHERE n.name = ANY (p_tenants));
BEGIN
  IF actant_end_expired(now_is) > 0 THEN
    RETURN NEXT;
  END IF;
  SELECT s.number INTO owner_is FROM sessions s WHERE s.id = p_session AND s.expires_at > now_is FOR KEY SHARE;
  IF owner_is IS NULL THEN
    RETURN;
  END IF;
  chosen := ARRAY(SELECT o.number FROM outbox o WHERE o.owner = owner_is AND NOT o.in_flight AND o.is_head
    AND coalesce(o.held_with, '') <> ALL (p_groups) AND coalesce(o.tenant, 0) <> ALL (except_tenants)
    AND EXISTS (SELECT FROM threads h WHERE h.id = o.thread AND h.name IS NOT NULL)
    ORDER BY o.number LIMIT p_max FOR UPDATE SKIP LOCKED);
  chosen := chosen || ARRAY(SELECT o.number FROM outbox o WHERE o.is_head AND o.due <= now_is AND NOT o.number = ANY (chosen)
    AND coalesce(o.held_with, '') <> ALL (p_groups) AND coalesce(o.tenant, 0) <> ALL (except_tenants)
    AND EXISTS (SELECT FROM threads h WHERE h.id = o.thread AND h.name IS NOT NULL)
    ORDER BY o.due, o.number LIMIT p_max - cardinality(chosen) FOR UPDATE SKIP LOCKED);
  UPDATE outbox SET owner = owner_is, in_flight = true, attempt = attempt + 1, due = now_is + interval '30 seconds'
    WHERE number = ANY (chosen);
  RETURN QUERY SELECT o.delivery, n.name, h.name, o.destination, o.body, o.attempt, o.written_at,
      coalesce(o.since, o.written_at), o.held_with
    FROM unnest(chosen) WITH ORDINALITY AS c (number, place) JOIN outbox o ON o.number = c.number
    JOIN threads h ON h.id = o.thread JOIN tenants n ON n.id = h.tenant ORDER BY c.place;
END $$;

-- Kinds are those of OutboxSettlementKind; answers whether the next row of the lane may be taken. The thread's row is locked: whoever adds to a lane and whoever takes its first row away
-- must not miss each other.
CREATE FUNCTION actant_settle_outbox(p_clock timestamptz, p_delivery uuid, p_kind integer, p_retry_at timestamptz, p_reason text,
    p_attempt integer)
  RETURNS boolean LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  o outbox;
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
BEGIN
  PERFORM 1 FROM threads h WHERE h.id = (SELECT b.thread FROM outbox b WHERE b.delivery = p_delivery) FOR UPDATE;
  SELECT * INTO o FROM outbox b WHERE b.delivery = p_delivery AND NOT b.is_dead FOR UPDATE;
  IF o.number IS NULL OR (p_kind <> 0 AND o.attempt <> p_attempt) THEN
    RETURN false;
  END IF;
  IF p_kind IN (1, 3) THEN
    UPDATE outbox SET owner = NULL, in_flight = false, due = coalesce(p_retry_at, now_is), attempt = attempt - (p_kind = 3)::integer,
        reason = CASE WHEN p_kind = 3 THEN reason ELSE p_reason END
      WHERE number = o.number;
    RETURN false;
  END IF;
  IF p_kind = 0 THEN
    DELETE FROM outbox WHERE number = o.number;
  ELSE
    UPDATE outbox SET is_dead = true, is_head = false, owner = NULL, in_flight = false, reason = p_reason WHERE number = o.number;
  END IF;
  UPDATE outbox SET is_head = true, due = least(due, now_is) WHERE NOT is_head AND number =
    (SELECT b.number FROM outbox b WHERE b.thread = o.thread AND b.lane = o.lane AND NOT b.is_dead ORDER BY b.number LIMIT 1);
  RETURN FOUND;
END $$;

-- Behind what waits in its lane: with a new number.
CREATE FUNCTION actant_resend(p_clock timestamptz, p_tenant integer, p_delivery uuid) RETURNS boolean
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
BEGIN
  PERFORM 1 FROM threads h WHERE h.name IS NOT NULL
    AND h.id = (SELECT b.thread FROM outbox b WHERE b.delivery = p_delivery AND b.is_dead AND b.tenant = p_tenant) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE outbox o SET number = DEFAULT, is_dead = false, attempt = 0, in_flight = false, owner = NULL, reason = NULL, due = now_is, since = now_is,
      is_head = NOT EXISTS (SELECT FROM outbox l WHERE l.thread = o.thread AND l.lane = o.lane AND NOT l.is_dead)
    WHERE o.delivery = p_delivery AND o.is_dead;
  RETURN FOUND;
END $$;
