-- A row without a delivery says that threads were freed of sessions that have ended.
CREATE FUNCTION actant_take_outbox(p_clock timestamptz, p_session uuid, p_max integer)
  RETURNS TABLE (delivery uuid, tenant text, thread text, destination text, body bytea, attempt integer, written_at timestamptz)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  owner_is bigint;
  chosen bigint[];
BEGIN
  IF actant_end_expired(now_is) > 0 THEN
    RETURN NEXT;
  END IF;
  SELECT s.number INTO owner_is FROM sessions s WHERE s.id = p_session AND s.expires_at > now_is FOR KEY SHARE;
  IF owner_is IS NULL THEN
    RETURN;
  END IF;
  chosen := ARRAY(SELECT o.number FROM outbox o WHERE o.owner = owner_is AND NOT o.in_flight AND o.is_head
    AND EXISTS (SELECT FROM threads h WHERE h.id = o.thread AND h.name IS NOT NULL)
    ORDER BY o.number LIMIT p_max FOR UPDATE SKIP LOCKED);
  chosen := chosen || ARRAY(SELECT o.number FROM outbox o WHERE o.is_head AND o.due <= now_is AND NOT o.number = ANY (chosen)
    AND EXISTS (SELECT FROM threads h WHERE h.id = o.thread AND h.name IS NOT NULL)
    ORDER BY o.due, o.number LIMIT p_max - cardinality(chosen) FOR UPDATE SKIP LOCKED);
  UPDATE outbox SET owner = owner_is, in_flight = true, attempt = attempt + 1, due = now_is + interval '30 seconds'
    WHERE number = ANY (chosen);
  RETURN QUERY SELECT o.delivery, n.name, h.name, o.destination, o.body, o.attempt, o.written_at
    FROM unnest(chosen) WITH ORDINALITY AS c (number, place) JOIN outbox o ON o.number = c.number
    JOIN threads h ON h.id = o.thread JOIN tenants n ON n.id = h.tenant ORDER BY c.place;
END $$;

-- Kinds are those of OutboxSettlementKind. The thread's row is locked: whoever adds to a lane and whoever takes its first row away
-- must not miss each other.
CREATE FUNCTION actant_settle_outbox(p_clock timestamptz, p_delivery uuid, p_kind integer, p_retry_at timestamptz, p_reason text)
  RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  o outbox;
BEGIN
  PERFORM 1 FROM threads h WHERE h.id = (SELECT b.thread FROM outbox b WHERE b.delivery = p_delivery) FOR UPDATE;
  SELECT * INTO o FROM outbox b WHERE b.delivery = p_delivery AND NOT b.is_dead FOR UPDATE;
  IF o.number IS NULL THEN
    RETURN;
  END IF;
  IF p_kind = 1 THEN
    UPDATE outbox SET owner = NULL, in_flight = false, due = coalesce(p_retry_at, p_clock, clock_timestamp()), reason = p_reason
      WHERE number = o.number;
    RETURN;
  END IF;
  IF p_kind = 0 THEN
    DELETE FROM outbox WHERE number = o.number;
  ELSE
    UPDATE outbox SET is_dead = true, is_head = false, owner = NULL, in_flight = false, reason = p_reason WHERE number = o.number;
  END IF;
  UPDATE outbox SET is_head = true WHERE NOT is_head AND number =
    (SELECT b.number FROM outbox b WHERE b.thread = o.thread AND b.lane = o.lane AND NOT b.is_dead ORDER BY b.number LIMIT 1);
END $$;
