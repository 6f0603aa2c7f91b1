-- Frees up to so many threads of a session, in one order (of an expression: no plan may walk all threads for it); `p_lost` counts a
-- crash against each when it is taken. The row goes when nothing hangs on it any more.
CREATE FUNCTION actant_end(p_number bigint, p_lost boolean, p_max integer, p_now timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  freed integer;
  alike bigint[]; -- how many of its threads have at least 0, 1 and 2 crashes: who has no equal died alone
BEGIN
  IF p_lost THEN
    SELECT ARRAY[count(*), count(*) FILTER (WHERE t.crashes >= 1), count(*) FILTER (WHERE t.crashes >= 2)] INTO alike FROM threads t WHERE t.holder = p_number;
  END IF;
  UPDATE threads SET holder = NULL, ready = true, due = NULL, lost = p_lost,
      died_alone = died_alone + CASE WHEN alike[least(crashes, 2) + 1] = 1 THEN 1 ELSE 0 END
    WHERE id = ANY (ARRAY(
    SELECT t.id FROM threads t WHERE t.holder = p_number ORDER BY t.id + 0 LIMIT p_max FOR UPDATE));
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
  RETURNS TABLE (freed boolean, work_is_ready boolean, next_due timestamptz, next_delivery timestamptz, next_deadline timestamptz, signalled_tenants text[], signalled_names text[]) LANGUAGE plpgsql
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
    EXISTS (SELECT FROM threads t WHERE t.ready) OR EXISTS (SELECT FROM threads t WHERE t.needs IS NOT NULL AND NOT t.ready AND t.holder IS NULL),
    least((SELECT t.due FROM threads t WHERE t.due IS NOT NULL ORDER BY t.due LIMIT 1),
      (SELECT min(s.expires_at) FROM sessions s WHERE s.number <> holder_is)),
    (SELECT o.due FROM outbox o WHERE o.is_head ORDER BY o.due LIMIT 1),
    (SELECT u.deadline FROM executions u WHERE u.marked = 0 AND u.last_cancel = 0 AND NOT u.held AND u.deadline IS NOT NULL ORDER BY u.deadline, u.number LIMIT 1),
    coalesce(array_agg(c.tenant ORDER BY c.id) FILTER (WHERE c.id IS NOT NULL), '{}'),
    coalesce(array_agg(c.name ORDER BY c.id) FILTER (WHERE c.id IS NOT NULL), '{}')
    FROM (SELECT t.id, n.name AS tenant, t.name FROM threads t JOIN tenants n ON n.id = t.tenant
      WHERE t.holder = holder_is AND t.signal_number > t.seen ORDER BY t.id + 0 LIMIT 1000) c;
END $$;

-- Executions that wait to begin, are neither held nor cancelled, and whose deadline has passed.
CREATE FUNCTION actant_overdue(p_clock timestamptz, p_max integer)
  RETURNS TABLE (tenant text, thread text, execution uuid, deadline timestamptz) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT n.name, t.name, u.id, u.deadline
    FROM executions u JOIN threads t ON t.id = u.thread AND t.name IS NOT NULL JOIN tenants n ON n.id = u.tenant
    WHERE u.marked = 0 AND u.last_cancel = 0 AND NOT u.held AND u.deadline IS NOT NULL AND u.deadline <= coalesce(p_clock, clock_timestamp())
    ORDER BY u.deadline, u.number LIMIT p_max;
END $$;
