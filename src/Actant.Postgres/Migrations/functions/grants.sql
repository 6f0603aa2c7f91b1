-- No row without a living session. More than is waited for is given only where much is left, and never more than a sixteenth of that.
CREATE FUNCTION actant_take_grant(
  p_clock timestamptz, p_session uuid, p_tenant integer, p_name bytea, p_capacity integer, p_span bigint, p_wanted integer, p_spare integer,
  p_unspent integer, p_unspent_slot bigint)
  RETURNS TABLE (given integer, spend_within bigint, retry_after bigint, slot bigint) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  width bigint := (p_span + 63) / 64;
  now_us bigint;
  slots_are bigint[];
  amounts_are integer[];
  used bigint;
  room bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM sessions s WHERE s.id = p_session AND s.expires_at > coalesce(p_clock, clock_timestamp())) THEN
    RETURN;
  END IF;
  LOOP
    SELECT g.slots, g.amounts INTO slots_are, amounts_are FROM grants g
      WHERE g.tenant = p_tenant AND g.name = p_name AND g.span = p_span FOR UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO grants (forget_at, span, tenant, name, slots, amounts)
      VALUES (coalesce(p_clock, clock_timestamp()) + make_interval(secs => 3 * p_span / 1000000.0), p_span, p_tenant, p_name, '{}', '{}') ON CONFLICT DO NOTHING;
    -- Whoever makes a row takes away some that nobody needs: there are never many of these.
    DELETE FROM grants WHERE ctid = ANY (ARRAY(SELECT g.ctid FROM grants g WHERE g.forget_at <= coalesce(p_clock, clock_timestamp())
      ORDER BY g.forget_at LIMIT 4 FOR UPDATE SKIP LOCKED));
  END LOOP;

  -- The time is read under the lock: it must not go back between two grants.
  now_us := (extract(epoch FROM coalesce(p_clock, clock_timestamp())) * 1000000)::bigint;
  slot := now_us / width;
  SELECT coalesce(array_agg(c.slot ORDER BY c.slot), '{}'), coalesce(array_agg(c.amount ORDER BY c.slot), '{}'), coalesce(sum(c.amount), 0)
    INTO slots_are, amounts_are, used
    FROM (SELECT u.slot, u.amount - CASE WHEN u.slot = p_unspent_slot THEN least(p_unspent, u.amount) ELSE 0 END AS amount
      FROM unnest(slots_are, amounts_are) AS u (slot, amount) WHERE (u.slot + 1) * width + p_span > now_us) c
    WHERE c.amount > 0;
  room := greatest(p_capacity - used, 0);
  given := least(p_wanted, room);
  retry_after := 0;
  IF given < p_wanted THEN
    -- The first slot with which enough has gone that one more fits.
    SELECT (c.slot + 1) * width + p_span - now_us INTO retry_after
      FROM (SELECT u.slot, sum(u.amount) OVER (ORDER BY u.slot) AS gone FROM unnest(slots_are, amounts_are) AS u (slot, amount)
        UNION ALL SELECT slot, used + given) c
      WHERE c.gone > used + given - p_capacity ORDER BY c.gone, c.slot LIMIT 1;
  END IF;
  given := given + least(p_spare, (room - given) / 16);
  IF given > 0 THEN
    IF slots_are[cardinality(slots_are)] = slot THEN
      amounts_are[cardinality(amounts_are)] := amounts_are[cardinality(amounts_are)] + given;
    ELSE
      slots_are := slots_are || slot;
      amounts_are := amounts_are || given;
    END IF;
  END IF;
  UPDATE grants g SET slots = slots_are, amounts = amounts_are, forget_at = to_timestamp((now_us / p_span + 3) * p_span / 1000000.0)
    WHERE g.tenant = p_tenant AND g.name = p_name AND g.span = p_span;
  spend_within := (slot + 1) * width - now_us;
  RETURN NEXT;
END $$;
