-- Puts a signal into a locked thread's inbox. The caller saves the thread.
CREATE FUNCTION actant_put(t threads, p_kind smallint, p_execution uuid, p_key text, p_body bytea, p_now timestamptz) RETURNS threads
  LANGUAGE plpgsql AS $$
BEGIN
  t.signal_number := t.signal_number + 1;
  t.updated_at := p_now;
  t.calls := t.calls + (p_kind <> 1)::integer;
  INSERT INTO inbox (thread, number, at, kind, execution, key, body)
    VALUES (t.id, t.signal_number, p_now, p_kind, p_execution, p_key, p_body);
  RETURN t;
END $$;

-- What a key means already, of the executions that are still there. A row that a deletion has not reached yet gives way.
CREATE FUNCTION actant_known(p_tenant integer, p_id uuid, p_key text) RETURNS executions LANGUAGE plpgsql AS $$
DECLARE
  x executions;
BEGIN
  LOOP
    x := NULL;
    IF p_key IS NOT NULL THEN
      SELECT * INTO x FROM executions u WHERE u.tenant = p_tenant AND u.idempotency_key = p_key;
    END IF;
    IF x.number IS NULL THEN
      SELECT * INTO x FROM executions u WHERE u.id = p_id AND u.tenant = p_tenant;
    END IF;
    IF x.number IS NULL OR EXISTS (SELECT FROM threads h WHERE h.id = x.thread AND h.name IS NOT NULL) THEN
      RETURN x;
    END IF;
    DELETE FROM executions u WHERE u.number = x.number;
  END LOOP;
END $$;

-- Files an execution and its thread under its tags, one on each line.
CREATE FUNCTION actant_tag(p_tenant integer, p_thread bigint, p_number bigint, p_tags text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution_tags (tenant, tag, number, thread)
    SELECT p_tenant, x, p_number, p_thread FROM unnest(string_to_array(p_tags, E'\n')) AS x ON CONFLICT DO NOTHING;
  INSERT INTO thread_subjects (tenant, subject, thread)
    SELECT p_tenant, substring(x FROM 3), p_thread FROM unnest(string_to_array(p_tags, E'\n')) AS x WHERE x LIKE 's:%' ON CONFLICT DO NOTHING;
END $$;

-- The columns of many submissions, as one value like those of appends.
CREATE TYPE submissions AS (
  ordinary boolean[], sequence integer[], tenant integer[], name text[], id uuid[], agent text[], definition bytea[], input bytea[],
  key text[], fingerprint bytea[], priority smallint[], deadline timestamptz[], held boolean[], busy smallint[], displacement bytea[],
  accepter bigint[], session uuid[], format integer[], taken uuid[], taken_body bytea[],
  tags bytea[], keys text[]);

-- Submissions one by one, in the order of their threads' names; `sequence` says in which order they came, `p_numbers` which numbers there are
-- for them. Outcomes are those of SubmitOutcome. `e` is the execution that a refusal or a replay names; what was accepted the caller
-- knows. What is accepted goes in one statement for each table, at the end, and before an item that must see it: one of the same
-- thread, id or key.
CREATE FUNCTION actant_submit_each(p_now timestamptz, p_items integer[], p_numbers bigint[], p submissions)
  RETURNS TABLE (item integer, outcome integer, accepted_at timestamptz, epoch bigint, "position" bigint, taken uuid, taken_body bytea,
    signal_number bigint, crashes integer, is_ready boolean, is_signalled boolean, holder uuid, thread text, e executions) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := p_now;
  active_is bigint := floor(extract(epoch FROM now_is) / 8);
  floor_is bigint := (SELECT s.epoch_floor FROM store s WHERE s.id = 1);
  there_items integer[];
  there threads[];
  known uuid[] := ARRAY(SELECT u.id FROM executions u WHERE u.id = ANY (p.id));
  sessions_ids uuid[];
  sessions_numbers bigint[];
  -- What is accepted and not written.
  made threads[] := '{}';
  saved threads[] := '{}';
  n_item integer[] := '{}';
  n_thread bigint[] := '{}';
  n_signal bigint[] := '{}';
  n_epoch bigint[] := '{}';
  n_position bigint[] := '{}';
  ids uuid[] := '{}';
  keys text[] := '{}';
  place bigint;
  i integer;
  before integer;
  t threads;
  x executions;
  last journal;
  session_is bigint;
  room integer; -- for leases of the tenant at hand; null: any number
  room_of integer;
  queue integer; -- how many more of the tenant at hand may wait; null: any number
  queue_of integer;
  is_again boolean;
  is_there boolean;
  is_free boolean;
BEGIN
  SELECT array_agg(k.item), array_agg(k.thread) INTO there_items, there FROM (
    SELECT n.item, h AS thread FROM unnest(p_items) AS n (item)
      JOIN threads h ON h.tenant = p.tenant[n.item] AND h.name = p.name[n.item] ORDER BY h.tenant, h.name FOR UPDATE OF h) k;
  SELECT coalesce(array_agg(s.id), '{}'), coalesce(array_agg(s.number), '{}') INTO sessions_ids, sessions_numbers FROM sessions s WHERE s.expires_at > now_is;
  FOR k IN 1..cardinality(p_items) + 1 LOOP
    before := i;
    i := p_items[k];
    is_again := i IS NOT NULL AND (p.id[i] = ANY (ids) OR p.key[i] IS NOT NULL AND p.key[i] = ANY (keys)
      OR before IS NOT NULL AND p.tenant[i] = p.tenant[before] AND p.name[i] = p.name[before]);
    IF (is_again OR i IS NULL) AND cardinality(n_item) > 0 THEN
      IF cardinality(made) > 0 THEN
        PERFORM actant_insert_all(made);
      END IF;
      IF cardinality(saved) > 0 THEN
        PERFORM actant_save_all(saved);
      END IF;
      INSERT INTO inbox (thread, number, at, kind, execution, body)
        SELECT n.thread, n.signal, now_is, 1, p.id[n.item], p.input[n.item] FROM unnest(n_item, n_thread, n_signal) AS n (item, thread, signal);
      INSERT INTO executions (number, tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, started_at,
          tokens, cost, idempotency_key, fingerprint, last_cancel, accepted_by, tags, ahead)
        SELECT p_numbers[p.sequence[n.item]], p.tenant[n.item], p.id[n.item], n.thread, (n.epoch IS NOT NULL)::integer, p.agent[n.item],
            p.definition[n.item], p.priority[n.item], p.held[n.item], p.deadline[n.item], now_is, CASE WHEN n.epoch IS NOT NULL THEN now_is END,
            0, 0, p.key[n.item], p.fingerprint[n.item], 0, p.accepter[n.item], p.tags[n.item],
            CASE WHEN n.epoch IS NULL AND p.busy[n.item] IN (2, 3) THEN true END
          FROM unnest(n_item, n_thread, n_epoch) AS n (item, thread, epoch);
      INSERT INTO journal (thread, position, epoch, count, entries)
        SELECT n.thread, n.place, n.epoch, 1, actant_pack(p.taken[n.item], NULL, p.taken_body[n.item])
          FROM unnest(n_item, n_thread, n_epoch, n_position) AS n (item, thread, epoch, place) WHERE n.epoch IS NOT NULL;
      made := '{}';
      saved := '{}';
      n_item := '{}';
      n_thread := '{}';
      n_signal := '{}';
      n_epoch := '{}';
      n_position := '{}';
    END IF;
    EXIT WHEN i IS NULL;

    item := i;
    outcome := 0;
    accepted_at := now_is;
    epoch := NULL;
    taken := NULL;
    taken_body := NULL;
    is_ready := false;
    is_signalled := false;
    holder := NULL;
    thread := NULL;
    e := NULL;
    session_is := NULL;
    <<decision>>
    BEGIN
      IF p.session[i] IS NOT NULL THEN
        session_is := sessions_numbers[array_position(sessions_ids, p.session[i])];
      END IF;
      x := NULL;
      IF is_again OR p.key[i] IS NOT NULL OR p.id[i] = ANY (known) THEN
        x := actant_known(p.tenant[i], p.id[i], p.key[i]);
      END IF;
      IF x.number IS NOT NULL THEN
        outcome := CASE WHEN x.fingerprint IS DISTINCT FROM p.fingerprint[i] THEN 2 ELSE 1 END;
        e := x;
        SELECT * INTO t FROM threads h WHERE h.id = x.thread;
        thread := t.name;
        -- The very same call after a lost answer is told its lease again, while nothing has been appended under it.
        IF outcome = 1 AND session_is IS NOT NULL AND x.id = p.id[i] AND t.current = x.number AND t.holder = session_is THEN
          SELECT * INTO last FROM journal j WHERE j.thread = t.id AND j.position = t.position;
          IF last.epoch = t.epoch AND NOT coalesce((SELECT j.epoch >= t.epoch FROM journal j
              WHERE j.thread = t.id AND j.position < t.position ORDER BY j.position DESC LIMIT 1), false) THEN
            epoch := t.epoch;
            "position" := t.position;
            taken := actant_first_id(last.entries);
            taken_body := substring(last.entries FROM 37);
            signal_number := t.signal_number;
            crashes := t.crashes;
          END IF;
        END IF;
        EXIT decision;
      END IF;

      t := NULL;
      place := array_position(there_items, i);
      IF is_again THEN
        t := actant_thread(p.tenant[i], p.name[i], now_is);
      ELSIF place IS NOT NULL THEN
        t := there[place];
        IF t.holder IS NOT NULL AND NOT t.holder = ANY (sessions_numbers) AND NOT actant_is_alive(t.holder, now_is) THEN
          t.holder := NULL;
          t.lost := true;
          t.ready := true;
        END IF;
      END IF;
      is_there := t.id IS NOT NULL;
      is_free := NOT is_there OR (t.holder IS NULL AND t.current IS NULL);
      IF NOT is_free AND coalesce(p.busy[i], 1) = 1 THEN
        SELECT * INTO x FROM executions u WHERE u.number = t.current;
        outcome := CASE WHEN p.busy[i] = 1 THEN 3 WHEN x.status = 2 THEN 4 ELSE 0 END;
        IF outcome <> 0 THEN
          e := x;
          thread := t.name;
          EXIT decision;
        END IF;
      END IF;
      IF p.tenant[i] IS DISTINCT FROM queue_of THEN
        queue_of := p.tenant[i];
        queue := actant_queue_room(queue_of);
      END IF;
      IF queue <= 0 THEN
        outcome := 5;
        EXIT decision;
      END IF;
      IF NOT is_there THEN
        t := actant_new_thread(p.tenant[i], p.name[i], floor_is, now_is);
      END IF;

      -- The input comes first into the inbox.
      t.signal_number := t.signal_number + 1;
      t.updated_at := now_is;
      t.pending := t.pending + 1;
      n_item := n_item || i;
      n_thread := n_thread || t.id;
      n_signal := n_signal || t.signal_number;
      IF p.busy[i] IN (2, 3) AND t.is_open THEN
        SELECT * INTO x FROM executions u WHERE u.number = t.current;
        t := actant_put(t, 3::smallint, x.id, 'displaced:' || p.id[i], p.displacement[i], now_is);
        UPDATE executions u SET last_cancel = t.signal_number WHERE u.number = t.current;
        IF t.holder IS NULL THEN
          t.ready := true;
          t.due := NULL;
          is_ready := true;
        ELSE
          is_signalled := true;
          holder := (SELECT s.id FROM sessions s WHERE s.number = t.holder);
        END IF;
      END IF;
      IF NOT p.held[i] AND (t.current IS NULL OR (NOT t.is_open AND p.busy[i] IN (2, 3))) THEN
        t.current := p_numbers[p.sequence[i]];
        t.rank := actant_rank(now_is, p.priority[i]);
      END IF;
      IF is_free AND NOT p.held[i] THEN
        IF session_is IS NOT NULL AND p.tenant[i] IS DISTINCT FROM room_of THEN
          room_of := p.tenant[i];
          room := actant_room(room_of);
        END IF;
        IF session_is IS NOT NULL AND t.format <= p.format[i] AND coalesce(room, 1) > 0 THEN
          room := room - 1;
          t := actant_hold(t, session_is, p.taken_body[i], now_is);
          t.pending := t.pending - 1;
          epoch := t.epoch;
          "position" := t.position;
          taken := p.taken[i];
          taken_body := p.taken_body[i];
          signal_number := t.signal_number;
          crashes := t.crashes;
        ELSE
          t.ready := true;
          t.due := NULL;
          is_ready := true;
        END IF;
      END IF;
      queue := queue - (epoch IS NULL)::integer;
      n_epoch := n_epoch || epoch;
      n_position := n_position || "position";
      ids := ids || p.id[i];
      IF p.key[i] IS NOT NULL THEN
        keys := keys || p.key[i];
      END IF;
      t.is_new := NOT t.is_open AND t.calls = 0;
      t.active := active_is;
      IF is_there THEN
        saved := saved || t;
      ELSE
        made := made || t;
      END IF;
    END decision;
    RETURN NEXT;
  END LOOP;
END $$;

-- Many submissions. Those that go their ordinary way are accepted at once, by one statement: their thread is new, nobody knows their id or
-- key, and no cap of their tenant matters. The rest is decided one by one. `ordinary` says that no other item has the same thread,
-- id or key.
CREATE FUNCTION actant_submit(p_clock timestamptz, p submissions)
  RETURNS TABLE (item integer, outcome integer, accepted_at timestamptz, epoch bigint, "position" bigint, taken uuid, taken_body bytea,
    signal_number bigint, crashes integer, is_ready boolean, is_signalled boolean, holder uuid, thread text, e executions) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  active_is bigint := floor(extract(epoch FROM now_is) / 8);
  floor_is bigint := (SELECT s.epoch_floor FROM store s WHERE s.id = 1);
  numbers bigint[] := ARRAY(SELECT nextval('execution_numbers') FROM generate_series(1, cardinality(p.name)));
  session_ids uuid[];
  session_numbers bigint[];
  items integer[];
  leased boolean[];
BEGIN
  -- A session that somebody ends now is ended after this, with what it holds.
  SELECT array_agg(s.id), array_agg(s.number) INTO session_ids, session_numbers FROM (
    SELECT s.id, s.number FROM sessions s WHERE s.id = ANY (p.session) AND s.expires_at > now_is ORDER BY s.number FOR KEY SHARE) s;
  WITH n AS MATERIALIZED (
    SELECT i AS item, nextval('thread_ids') AS thread, numbers[p.sequence[i]] AS number,
        CASE WHEN NOT p.held[i] THEN session_numbers[array_position(session_ids, p.session[i])] END AS session
      FROM generate_subscripts(p.name, 1) AS i
      WHERE p.ordinary[i] AND NOT EXISTS (SELECT FROM threads h WHERE h.tenant = p.tenant[i] AND h.name = p.name[i])
        AND NOT EXISTS (SELECT FROM executions u WHERE u.id = p.id[i] AND u.tenant = p.tenant[i])
        AND (p.key[i] IS NULL OR NOT EXISTS (SELECT FROM executions u WHERE u.tenant = p.tenant[i] AND u.idempotency_key = p.key[i]))
        AND EXISTS (SELECT FROM tenants m
          WHERE m.id = p.tenant[i] AND m.max_queued IS NULL AND (m.max_running IS NULL OR p.session[i] IS NULL))),
  t AS (
    INSERT INTO threads (id, tenant, name, position, epoch, signal_number, seen, consumed_to, consumed, bytes, calls, pending, crashes,
        format, rank, lost, ready, is_open, is_new, holder, current, created_at, updated_at, active)
      SELECT n.thread, p.tenant[n.item], p.name[n.item], (n.session IS NOT NULL)::integer, floor_is + (n.session IS NOT NULL)::integer, 1,
          (n.session IS NOT NULL)::integer, 0, '{}', CASE WHEN n.session IS NULL THEN 0 ELSE length(p.taken_body[n.item]) END, 0,
          (n.session IS NULL)::integer, 0, 0, CASE WHEN p.held[n.item] THEN 0 ELSE actant_rank(now_is, p.priority[n.item]) END, false,
          n.session IS NULL AND NOT p.held[n.item], n.session IS NOT NULL, n.session IS NULL, n.session,
          CASE WHEN NOT p.held[n.item] THEN n.number END, now_is, now_is, active_is
        FROM n),
  b AS (
    INSERT INTO inbox (thread, number, at, kind, execution, body) SELECT n.thread, 1, now_is, 1, p.id[n.item], p.input[n.item] FROM n),
  x AS (
    INSERT INTO executions (number, tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, started_at,
        tokens, cost, idempotency_key, fingerprint, last_cancel, accepted_by, tags)
      SELECT n.number, p.tenant[n.item], p.id[n.item], n.thread, (n.session IS NOT NULL)::integer, p.agent[n.item], p.definition[n.item],
          p.priority[n.item], p.held[n.item], p.deadline[n.item], now_is, CASE WHEN n.session IS NOT NULL THEN now_is END, 0, 0,
          p.key[n.item], p.fingerprint[n.item], 0, p.accepter[n.item], p.tags[n.item]
        FROM n),
  j AS (
    INSERT INTO journal (thread, position, epoch, count, entries)
      SELECT n.thread, 1, floor_is + 1, 1, actant_pack(p.taken[n.item], NULL, p.taken_body[n.item]) FROM n WHERE n.session IS NOT NULL)
  SELECT coalesce(array_agg(n.item), '{}'), array_agg(n.session IS NOT NULL) INTO items, leased FROM n;
  PERFORM actant_check_floor(floor_is);
  RETURN QUERY SELECT k.item, 0, now_is, CASE WHEN k.leased THEN floor_is + 1 END, 1::bigint, p.taken[k.item], NULL::bytea, 1::bigint, 0,
      NOT k.leased AND NOT p.held[k.item], false, NULL::uuid, NULL::text, NULL::executions
    FROM unnest(items, leased) AS k (item, leased);

  IF cardinality(items) < cardinality(p.name) THEN
    RETURN QUERY SELECT r.* FROM actant_submit_each(now_is, ARRAY(SELECT k FROM generate_subscripts(p.name, 1) AS k WHERE NOT k = ANY (items)), numbers, p) r;
  END IF;
  -- Of what was accepted: nothing else has one of these numbers.
  IF array_length(array_remove(p.keys, NULL), 1) > 0 THEN
    PERFORM actant_tag(u.tenant, u.thread, u.number, p.keys[i])
      FROM generate_subscripts(p.keys, 1) AS i JOIN executions u ON u.number = numbers[p.sequence[i]] WHERE p.keys[i] IS NOT NULL;
  END IF;
END $$;

-- Lets a held submission be taken: its time begins to count. Null: there is none; true: its thread has become ready.
CREATE FUNCTION actant_start(p_clock timestamptz, p_tenant integer, p_id uuid, p_by bytea) RETURNS boolean LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  name_is text;
  x executions;
  t threads;
BEGIN
  SELECT h.name INTO name_is FROM executions u JOIN threads h ON h.id = u.thread WHERE u.id = p_id AND u.tenant = p_tenant;
  t := actant_thread(p_tenant, name_is, now_is);
  SELECT * INTO x FROM executions u WHERE u.id = p_id AND u.tenant = p_tenant AND u.thread = t.id;
  IF x.number IS NULL THEN
    RETURN NULL;
  END IF;
  IF NOT x.held THEN
    RETURN false;
  END IF;
  UPDATE executions u SET held = false, started_by = p_by, deadline = u.deadline + (now_is - u.created_at) WHERE u.number = x.number;
  t.updated_at := now_is;
  t := actant_choose(t);
  IF t.holder IS NULL AND NOT t.is_open AND x.status = 0 THEN
    t.ready := true;
    t.due := NULL;
  END IF;
  PERFORM actant_save(t);
  RETURN t.ready;
END $$;

-- Many calls, each with some signals of one thread, all or none. Outcomes are those of SignalOutcome.
CREATE FUNCTION actant_signal(
  p_clock timestamptz, p_tenant integer[], p_name text[], p_signals integer[],
  s_kind smallint[], s_execution uuid[], s_key text[], s_body bytea[])
  RETURNS TABLE (outcome integer, holder uuid, is_ready boolean) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  s integer := 1;
  t threads;
  x executions;
  is_same boolean;
  earlier integer;
  fresh integer[];
BEGIN
  FOR i IN 1..cardinality(p_tenant) LOOP
    outcome := 4;
    holder := NULL;
    is_ready := false;
    <<item>>
    BEGIN
      t := actant_thread(p_tenant[i], p_name[i], now_is);
      EXIT item WHEN t.id IS NULL;
      IF t.holder IS NOT NULL THEN
        holder := (SELECT n.id FROM sessions n WHERE n.number = t.holder);
      END IF;

      fresh := '{}';
      FOR k IN s..s + p_signals[i] - 1 LOOP
        earlier := (SELECT f FROM unnest(fresh) f WHERE s_key[f] = s_key[k] LIMIT 1);
        IF earlier IS NOT NULL THEN
          is_same := s_body[earlier] = s_body[k];
        ELSE
          is_same := (SELECT CASE WHEN b.hash IS NULL THEN b.body = s_body[k] ELSE b.hash = sha256(s_body[k]) END
            FROM inbox b WHERE b.thread + 0 = t.id AND b.key = s_key[k]);
        END IF;
        IF is_same IS NULL THEN
          fresh := fresh || k;
        ELSIF NOT is_same THEN
          outcome := 2;
          EXIT item;
        END IF;
      END LOOP;

      FOR k IN 1..cardinality(fresh) LOOP
        CONTINUE WHEN s_execution[fresh[k]] IS NULL;
        SELECT * INTO x FROM executions u WHERE u.id = s_execution[fresh[k]] AND u.tenant = t.tenant;
        EXIT item WHEN x.number IS NULL OR x.thread <> t.id;
        IF x.status >= 3 THEN
          outcome := 3;
          EXIT item;
        END IF;
      END LOOP;

      outcome := 1;
      FOR k IN 1..cardinality(fresh) LOOP
        outcome := 0;
        earlier := fresh[k];
        t := actant_put(t, s_kind[earlier], s_execution[earlier], s_key[earlier], s_body[earlier], now_is);
        IF s_kind[earlier] = 3 AND s_execution[earlier] IS NOT NULL THEN
          UPDATE executions u SET last_cancel = t.signal_number WHERE u.id = s_execution[earlier] AND u.tenant = t.tenant;
        ELSIF s_kind[earlier] = 3 THEN
          UPDATE executions u SET last_cancel = t.signal_number WHERE u.number = t.current;
        END IF;
      END LOOP;
      IF outcome = 0 THEN
        IF t.holder IS NULL THEN
          t.ready := true;
          t.due := NULL;
          is_ready := true;
        END IF;
        PERFORM actant_save(t);
      END IF;
    END item;
    s := s + p_signals[i];
    RETURN NEXT;
  END LOOP;
END $$;
