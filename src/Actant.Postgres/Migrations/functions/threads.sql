-- What all functions share. A clock that is null is the database's own; tests hand in theirs. Functions that are called for one
-- row set no planner options: those of the function that calls them hold.

-- Entries in one value: id, execution and length of each, 36 bytes (no execution: zeros), then the bodies. Here for one entry.
CREATE FUNCTION actant_pack(p_id uuid, p_execution uuid, p_body bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT uuid_send(p_id) || uuid_send(coalesce(p_execution, '00000000-0000-0000-0000-000000000000')) || int4send(length(p_body)) || p_body;
$$;

CREATE FUNCTION actant_first_id(p_entries bytea) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(substring(p_entries FROM 1 FOR 16), 'hex')::uuid;
$$;

-- The first statement of a batch that may touch threads of others: sessions, then threads, each in the order in which all batches
-- touch them, so that two never wait for each other.
CREATE FUNCTION actant_lock(p_sessions uuid[], p_tenants integer[], p_names text[]) RETURNS void LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  IF cardinality(p_sessions) > 0 THEN
    PERFORM 1 FROM sessions s WHERE s.id = ANY (p_sessions) ORDER BY s.number FOR KEY SHARE OF s;
  END IF;
  PERFORM 1 FROM unnest(p_tenants, p_names) AS k (tenant, name) JOIN threads t ON t.tenant = k.tenant AND t.name = k.name
    ORDER BY t.tenant, t.name FOR UPDATE OF t;
END $$;

CREATE FUNCTION actant_is_alive(p_session bigint, p_now timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM sessions s WHERE s.number = p_session AND s.expires_at > p_now;
  RETURN FOUND;
END $$;

-- A locked thread, with a lease whose session has ended taken off. Its id is null when there is none.
CREATE FUNCTION actant_thread(p_tenant integer, p_name text, p_now timestamptz) RETURNS threads LANGUAGE plpgsql AS $$
DECLARE
  t threads;
BEGIN
  SELECT * INTO t FROM threads h WHERE h.tenant = p_tenant AND h.name = p_name FOR UPDATE;
  IF t.holder IS NOT NULL AND NOT actant_is_alive(t.holder, p_now) THEN
    t.holder := NULL;
    t.lost := true;
    t.ready := true;
  END IF;
  RETURN t;
END $$;

CREATE FUNCTION actant_new_thread(p_tenant integer, p_name text, p_epoch bigint, p_now timestamptz) RETURNS threads LANGUAGE plpgsql AS $$
DECLARE
  t threads;
BEGIN
  t.id := nextval('thread_ids');
  t.tenant := p_tenant;
  t.name := p_name;
  t.epoch := greatest(p_epoch, (SELECT s.epoch_floor FROM store s WHERE s.id = 1));
  t.position := 0;
  t.signal_number := 0;
  t.seen := 0;
  t.consumed_to := 0;
  t.consumed := '{}';
  t.bytes := 0;
  t.calls := 0;
  t.pending := 0;
  t.crashes := 0;
  t.died_alone := 0;
  t.format := 0;
  t.rank := 0;
  t.lost := false;
  t.ready := false;
  t.is_open := false;
  t.created_at := p_now;
  t.updated_at := p_now;
  RETURN t;
END $$;

-- What new work of a tenant is ordered by: when it was accepted, in milliseconds, a minute earlier for each level of priority, so that
-- age raises it and nothing is ever written again. A thread without an execution has 0.
CREATE FUNCTION actant_rank(p_accepted timestamptz, p_priority integer) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT floor(extract(epoch FROM p_accepted) * 1000)::bigint - p_priority * 60000
$$;

-- Where a thread stands in the order of taking, and in the listing.
CREATE FUNCTION actant_place(t threads) RETURNS threads LANGUAGE plpgsql AS $$
BEGIN
  t.is_new := NOT t.is_open AND t.calls = 0;
  t.active := floor(extract(epoch FROM t.updated_at) / 8);
  RETURN t;
END $$;

-- A deletion that freed a name meanwhile has raised the floor: everything is done again above it.
CREATE FUNCTION actant_check_floor(p_epoch bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM store s WHERE s.id = 1 AND p_epoch < s.epoch_floor;
  IF FOUND THEN
    RAISE EXCEPTION 'the epoch floor has risen' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

-- Many at once, each of them placed.
CREATE FUNCTION actant_insert_all(p_threads threads[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO threads SELECT p.* FROM unnest(p_threads) p;
  PERFORM actant_check_floor((SELECT min(p.epoch) FROM unnest(p_threads) p));
END $$;

CREATE FUNCTION actant_insert(t threads) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM actant_insert_all(ARRAY[actant_place(t)]);
END $$;

-- Many at once, each of them placed: constraints are prepared for each statement anew, which costs more than a row.
CREATE FUNCTION actant_save_all(p_threads threads[]) RETURNS void LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  UPDATE threads h SET position = p.position, epoch = p.epoch, signal_number = p.signal_number, seen = p.seen,
      consumed_to = p.consumed_to, consumed = p.consumed, bytes = p.bytes, holder = p.holder, current = p.current,
      updated_at = p.updated_at, due = p.due, active = p.active, calls = p.calls, pending = p.pending, crashes = p.crashes,
      format = p.format, rank = p.rank, lost = p.lost, ready = p.ready, is_open = p.is_open, is_new = p.is_new, needs = p.needs, died_alone = p.died_alone
    FROM unnest(p_threads) p WHERE h.id = p.id;
END $$;

CREATE FUNCTION actant_save(t threads) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM actant_save_all(ARRAY[actant_place(t)]);
END $$;

-- The open execution stays current, else it is the last that goes ahead, else the first that waits and is not held, apart from those
-- that are being started.
CREATE FUNCTION actant_choose(t threads, p_started bigint[] DEFAULT '{}') RETURNS threads LANGUAGE plpgsql AS $$
BEGIN
  IF t.is_open THEN
    RETURN t;
  END IF;
  t.current := NULL;
  t.rank := 0;
  IF t.pending > 0 THEN
    SELECT e.number, actant_rank(e.created_at, e.priority) INTO t.current, t.rank FROM executions e
      WHERE e.thread = t.id AND e.ahead AND e.marked = 0 AND NOT e.held AND NOT e.number = ANY (p_started) ORDER BY e.number DESC LIMIT 1;
    IF t.current IS NULL THEN
      SELECT e.number, actant_rank(e.created_at, e.priority) INTO t.current, t.rank FROM executions e
        WHERE e.thread = t.id AND e.marked = 0 AND NOT e.held AND NOT e.number = ANY (p_started) ORDER BY e.number LIMIT 1;
    END IF;
    t.rank := coalesce(t.rank, 0);
  END IF;
  RETURN t;
END $$;

-- Gives a locked, free thread to a session. The caller writes the entry that says so, saves the thread and starts its execution.
-- actant_lease does the same to many at once.
CREATE FUNCTION actant_hold(t threads, p_session bigint, p_body bytea, p_now timestamptz) RETURNS threads LANGUAGE plpgsql AS $$
BEGIN
  t.crashes := t.crashes + t.lost::integer;
  t.lost := false;
  t.epoch := t.epoch + 1;
  t.holder := p_session;
  t.seen := t.signal_number;
  t.updated_at := p_now;
  t.ready := false;
  t.due := NULL;
  t.is_open := t.current IS NOT NULL;
  t.position := t.position + 1;
  t.bytes := t.bytes + length(p_body);
  RETURN t;
END $$;
