-- Frees up to so many threads of a session, in one order; `p_lost` counts a crash against each when it is taken. The row goes when
-- nothing hangs on it any more.
CREATE FUNCTION actant_end(p_number bigint, p_lost boolean, p_max integer, p_now timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  freed integer;
BEGIN
  UPDATE threads SET holder = NULL, ready = true, due = NULL, lost = p_lost WHERE id = ANY (ARRAY(
    SELECT t.id FROM threads t WHERE t.holder = p_number ORDER BY t.id LIMIT p_max FOR UPDATE));
  GET DIAGNOSTICS freed = ROW_COUNT;
  UPDATE outbox SET owner = NULL, in_flight = false, due = p_now WHERE owner = p_number;
  IF freed < p_max THEN
    DELETE FROM sessions WHERE number = p_number;
  END IF;
  RETURN freed;
END $$;

-- Whoever takes or renews ends what has expired: a few sessions and a thousand threads at a time. Answers with how many were freed.
CREATE FUNCTION actant_end_expired(p_now timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  room integer := 1000;
  expired bigint;
BEGIN
  FOR expired IN SELECT s.number FROM sessions s WHERE s.expires_at <= p_now ORDER BY s.number LIMIT 8 FOR UPDATE SKIP LOCKED LOOP
    room := room - actant_end(expired, true, room, p_now);
    EXIT WHEN room <= 0;
  END LOOP;
  RETURN 1000 - room;
END $$;

CREATE FUNCTION actant_end_session(p_clock timestamptz, p_session uuid) RETURNS integer LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  s sessions;
BEGIN
  SELECT * INTO s FROM sessions WHERE id = p_session FOR UPDATE;
  RETURN CASE WHEN s.number IS NULL THEN 0 ELSE actant_end(s.number, s.expires_at <= now_is, 1000000, now_is) END;
END $$;

-- Sleepers whose time has come are ready.
CREATE FUNCTION actant_wake_due(p_now timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE threads SET ready = true, due = NULL WHERE id = ANY (ARRAY(
    SELECT t.id FROM threads t WHERE t.due <= p_now ORDER BY t.due LIMIT 1000 FOR UPDATE SKIP LOCKED));
END $$;

-- Without a living session `work_is_ready` is null. `freed` says whether it took threads from sessions that have ended.
CREATE FUNCTION actant_renew(p_clock timestamptz, p_session uuid)
  RETURNS TABLE (freed boolean, work_is_ready boolean, next_due timestamptz, signalled_tenants text[], signalled_names text[]) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  holder_is bigint;
BEGIN
  freed := actant_end_expired(now_is) > 0;
  UPDATE sessions s SET expires_at = now_is + s.length WHERE s.id = p_session AND s.expires_at > now_is RETURNING s.number INTO holder_is;
  IF holder_is IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  PERFORM actant_wake_due(now_is);
  RETURN QUERY SELECT
    freed,
    EXISTS (SELECT FROM threads t WHERE t.ready),
    (SELECT t.due FROM threads t WHERE t.due IS NOT NULL ORDER BY t.due LIMIT 1),
    coalesce(array_agg(c.tenant ORDER BY c.id) FILTER (WHERE c.id IS NOT NULL), '{}'),
    coalesce(array_agg(c.name ORDER BY c.id) FILTER (WHERE c.id IS NOT NULL), '{}')
    FROM (SELECT t.id, n.name AS tenant, t.name FROM threads t JOIN tenants n ON n.id = t.tenant
      WHERE t.holder = holder_is AND t.signal_number > t.seen ORDER BY t.id LIMIT 1000) c;
END $$;

-- `is_told`: another node accepted the execution and waits for news. A row without a thread says that more was freed than is answered.
CREATE FUNCTION actant_take(
  p_clock timestamptz, p_session uuid, p_max integer, p_format integer, p_tenant integer, p_name text, p_taken uuid[], p_body bytea)
  RETURNS TABLE (tenant text, name text, epoch bigint, "position" bigint, taken uuid, signal_number bigint, crashes integer, is_told boolean, e executions)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  freed integer := actant_end_expired(now_is);
  holder_is bigint;
  chosen bigint[] := '{}';
  t threads;
  x executions;
BEGIN
  SELECT s.number INTO holder_is FROM sessions s WHERE s.id = p_session AND s.expires_at > now_is FOR KEY SHARE;
  IF holder_is IS NULL THEN
    IF freed > 0 THEN
      RETURN NEXT;
    END IF;
    RETURN;
  END IF;
  PERFORM actant_wake_due(now_is);
  IF p_name IS NULL THEN
    chosen := ARRAY(SELECT h.id FROM threads h WHERE h.ready AND h.format <= p_format
      ORDER BY h.is_new, h.priority DESC, h.current NULLS FIRST, h.id LIMIT p_max FOR UPDATE SKIP LOCKED);
  ELSE
    chosen := ARRAY(SELECT h.id FROM threads h WHERE h.tenant = p_tenant AND h.name = p_name AND h.ready AND h.format <= p_format FOR UPDATE);
  END IF;
  FOR i IN 1..cardinality(chosen) LOOP
    SELECT * INTO t FROM threads h WHERE h.id = chosen[i];
    t := actant_lease(t, holder_is, p_taken[i], p_body, now_is);
    x := NULL;
    IF t.is_open THEN
      SELECT * INTO x FROM executions u WHERE u.number = t.current;
      IF x.status <> 1 THEN
        t.pending := t.pending - (x.status = 0)::integer;
        x.status := 1;
        x.started_at := coalesce(x.started_at, now_is);
        UPDATE executions u SET status = 1, started_at = x.started_at WHERE u.number = t.current;
      END IF;
    END IF;
    PERFORM actant_save(t);
    tenant := (SELECT n.name FROM tenants n WHERE n.id = t.tenant);
    name := t.name;
    epoch := t.epoch;
    "position" := t.position;
    taken := p_taken[i];
    signal_number := t.signal_number;
    crashes := t.crashes;
    is_told := t.is_open AND x.accepted_by <> holder_is;
    e := x;
    RETURN NEXT;
  END LOOP;
  IF freed > cardinality(chosen) THEN
    name := NULL;
    RETURN NEXT;
  END IF;
END $$;
