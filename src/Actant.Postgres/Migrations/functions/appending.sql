-- The columns of many appends. As one value: PL/pgSQL copies each array that is a parameter by itself, which costs more than the appends.
-- `consumed`, `changes`, `outbox` say how many rows of `c_`, `x_`, `o_` an append has, and `…_from` where they begin.
CREATE TYPE appends AS (
  ordinary boolean[], ends boolean[], tenant integer[], name text[], epoch bigint[], position bigint[], seen bigint[], lease smallint[],
  due timestamptz[], format integer[], step boolean[], needs text[], bytes bigint[], count integer[], entries bytea[], consumed integer[],
  changes integer[], outbox integer[], consumed_from integer[], changes_from integer[], outbox_from integer[], c_number bigint[],
  x_execution uuid[], x_status smallint[], x_start bigint[], x_failure bytea[], x_tokens bigint[], x_cost numeric[], o_delivery uuid[],
  o_destination text[], o_body bytea[], o_group text[], u_item integer[], u_series uuid[], u_agent text[], u_provider text[], u_model text[],
  u_calls bigint[], u_input bigint[], u_cached bigint[], u_output bigint[], u_reasoning bigint[], u_cost numeric[]);

-- Takes signals off a locked thread: inputs go, of others the body. The caller saves the thread.
CREATE FUNCTION actant_consume(t threads, p_numbers bigint[]) RETURNS threads LANGUAGE plpgsql AS $$
DECLARE
  calls_taken integer;
BEGIN
  DELETE FROM inbox b WHERE b.thread = t.id AND b.number = ANY (p_numbers) AND b.kind = 1;
  IF t.calls > 0 THEN
    UPDATE inbox b SET hash = sha256(b.body), body = '' WHERE b.thread = t.id AND b.number = ANY (p_numbers) AND b.kind <> 1 AND b.hash IS NULL
      AND b.number > t.consumed_to AND NOT b.number = ANY (t.consumed);
    GET DIAGNOSTICS calls_taken = ROW_COUNT;
    t.calls := t.calls - calls_taken;
  END IF;
  t.consumed_to := coalesce((SELECT b.number - 1 FROM inbox b WHERE b.thread = t.id AND b.number > t.consumed_to AND b.hash IS NULL
    AND NOT b.number = ANY (t.consumed) ORDER BY b.number LIMIT 1), t.signal_number);
  IF cardinality(t.consumed) > 0 THEN
    t.consumed := ARRAY(SELECT n FROM unnest(t.consumed) n WHERE n > t.consumed_to);
  END IF;
  RETURN t;
END $$;

-- Appends one by one, each on its locked row, in the order that the contract states: recognition, epoch, position, faults of the caller,
-- an unseen cancel. Outcomes are those of AppendOutcome; from 100 on, faults of the caller. What all of them write goes in one
-- statement for each table at the end.
CREATE FUNCTION actant_append_each(p_now timestamptz, p_items integer[], p appends)
  RETURNS TABLE (item integer, outcome integer, signal_number bigint, lease_is_gone boolean, is_ready boolean, is_told boolean)
  LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := p_now;
  outcomes integer[] := '{}';
  signals bigint[] := '{}';
  gone boolean[] := '{}';
  readies boolean[] := '{}';
  tells boolean[] := '{}';
  threads_of bigint[] := '{}';
  -- What is to be written: threads, and the executions that change.
  saved threads[] := '{}';
  n_number bigint[] := '{}';
  n_row integer[] := '{}';
  n_position bigint[] := '{}';
  active_is bigint := floor(extract(epoch FROM now_is) / 8);
  alive bigint[] := ARRAY(SELECT s.number FROM sessions s WHERE s.expires_at > now_is);
  r record;
  t threads;
  holds boolean;
  found bytea;
  changed executions[];
  numbers bigint[];
  one executions;
  open_is bigint;
  lane_is uuid;
  taken bigint[];
  i integer;
  c integer;
  x integer;
  o integer;
BEGIN
  PERFORM 1 FROM unnest(p_items) AS k (item) JOIN threads h ON h.tenant = p.tenant[k.item] AND h.name = p.name[k.item]
    ORDER BY h.tenant, h.name FOR UPDATE OF h;
  FOR r IN SELECT k.item, h AS thread FROM unnest(p_items) AS k (item)
      LEFT JOIN threads h ON h.tenant = p.tenant[k.item] AND h.name = p.name[k.item] ORDER BY k.item LOOP
    i := r.item;
    c := p.consumed_from[i];
    x := p.changes_from[i];
    o := p.outbox_from[i];
    signals[i] := 0;
    gone[i] := false;
    readies[i] := false;
    tells[i] := false;
    <<item>>
    BEGIN
      outcomes[i] := 3;
      t := r.thread;
      EXIT item WHEN t.id IS NULL;
      -- The row is locked. A lease whose session has ended is none.
      IF t.holder IS NOT NULL AND NOT t.holder = ANY (alive) AND NOT actant_is_alive(t.holder, now_is) THEN
        t.holder := NULL;
        t.lost := true;
        t.ready := true;
      END IF;
      signals[i] := t.signal_number;
      threads_of[i] := t.id;
      holds := t.holder IS NOT NULL AND t.epoch = p.epoch[i];

      -- Recognition comes before the epoch.
      IF p.count[i] > 0 AND p.position[i] <= t.position THEN
        SELECT j.entries INTO found FROM journal j WHERE j.thread = t.id AND j.position = p.position[i];
        IF actant_first_id(found) = actant_first_id(p.entries[i]) THEN
          gone[i] := NOT holds;
          outcomes[i] := CASE WHEN substring(found FOR 36 * p.count[i]) = substring(p.entries[i] FOR 36 * p.count[i]) THEN 1 ELSE 2 END;
          EXIT item;
        END IF;
      END IF;
      EXIT item WHEN NOT holds;
      IF p.position[i] <> t.position + 1 THEN
        outcomes[i] := 2;
        EXIT item;
      END IF;

      -- Faults of the caller, before anything is touched.
      changed := '{}';
      numbers := '{}';
      open_is := CASE WHEN t.is_open THEN t.current END;
      outcomes[i] := 0;
      FOR k IN x..x + p.changes[i] - 1 LOOP
        SELECT * INTO one FROM executions u WHERE u.id = p.x_execution[k] AND u.tenant = t.tenant;
        IF one.number IS NULL OR one.thread <> t.id THEN
          outcomes[i] := 100;
        ELSIF one.status >= 3 OR one.number = ANY (numbers) THEN
          outcomes[i] := 101;
        ELSIF p.x_status[k] = 0 AND one.status <> 0 THEN
          outcomes[i] := 102;
        ELSIF one.number = open_is AND p.x_status[k] >= 3 THEN
          open_is := NULL;
        ELSIF p.x_status[k] IN (1, 2) THEN
          open_is := coalesce(open_is, one.number);
          IF open_is <> one.number THEN
            outcomes[i] := 103;
          END IF;
        END IF;
        EXIT item WHEN outcomes[i] <> 0;
        changed := changed || one;
        numbers := numbers || one.number;
      END LOOP;
      IF p.outbox[i] > 0 THEN
        IF p.outbox[i] <> (SELECT count(DISTINCT d) FROM unnest(p.o_delivery[o:o + p.outbox[i] - 1]) d)
            OR EXISTS (SELECT FROM outbox b WHERE b.delivery = ANY (p.o_delivery[o:o + p.outbox[i] - 1])) THEN
          outcomes[i] := 104;
          EXIT item;
        END IF;
      END IF;
      FOR k IN 1..p.changes[i] LOOP
        IF changed[k].number = t.current AND p.x_status[x + k - 1] >= 3 AND changed[k].last_cancel > p.seen[i] THEN
          outcomes[i] := 4;
          EXIT item;
        END IF;
      END LOOP;

      t.position := t.position + p.count[i];
      t.bytes := t.bytes + p.bytes[i];
      t.format := greatest(t.format, p.format[i]);
      t.seen := greatest(t.seen, p.seen[i]);
      t.updated_at := now_is;
      IF p.step[i] THEN
        t.crashes := 0;
        t.died_alone := 0;
      END IF;

      taken := p.c_number[c:c + p.consumed[i] - 1];
      FOR k IN 1..p.changes[i] LOOP
        one := changed[k];
        IF p.x_status[x + k - 1] >= 3 AND one.start_position IS NULL THEN
          -- It never began: nobody has read its input.
          taken := taken || ARRAY(SELECT b.number FROM inbox b
            WHERE b.thread = t.id AND b.number > t.consumed_to AND b.kind = 1 AND b.execution = one.id ORDER BY b.number LIMIT 1);
        END IF;
      END LOOP;
      IF cardinality(taken) > 0 THEN
        t := actant_consume(t, taken);
      END IF;

      FOR k IN 1..p.changes[i] LOOP
        one := changed[k];
        IF p.x_status[x] IN (1, 2) THEN
          t.is_open := true;
          t.current := one.number;
          t.rank := actant_rank(one.created_at, one.priority);
        ELSIF p.x_status[x] >= 3 AND t.current = one.number THEN
          t.is_open := false;
          t.current := NULL;
        END IF;
        t.pending := t.pending - (one.status = 0 AND p.x_status[x] <> 0)::integer;
        IF one.accepted_by <> t.holder AND p.x_status[x] >= 2 THEN
          tells[i] := true;
        END IF;
        n_number := n_number || one.number;
        n_row := n_row || x;
        n_position := n_position || t.position;
        IF p.x_status[x] = 0 THEN
          numbers := array_remove(numbers, one.number);
        END IF;
        x := x + 1;
      END LOOP;

      FOR k IN o..o + p.outbox[i] - 1 LOOP
        lane_is := md5(p.o_destination[k])::uuid;
        INSERT INTO outbox (delivery, thread, lane, destination, body, written_at, due, owner, in_flight, attempt, is_head, is_dead, tenant, held_with)
          VALUES (p.o_delivery[k], t.id, lane_is, p.o_destination[k], p.o_body[k], now_is, now_is + interval '30 seconds', t.holder, false, 0,
            NOT EXISTS (SELECT FROM outbox b WHERE b.thread = t.id AND b.lane = lane_is AND NOT b.is_dead), false, t.tenant, p.o_group[k]);
      END LOOP;

      IF p.changes[i] > 0 AND NOT t.is_open THEN
        t.current := NULL;
        t.rank := 0;
        IF t.pending > 0 THEN
          t := actant_choose(t, numbers);
        END IF;
      END IF;
      IF p.lease[i] <> 0 THEN
        t.holder := NULL;
        IF t.signal_number > p.seen[i] OR (t.current IS NOT NULL AND NOT t.is_open) OR (p.lease[i] = 1 AND t.is_open) THEN
          t.ready := true;
          readies[i] := true;
        ELSIF p.lease[i] = 2 THEN
          t.due := p.due[i];
          t.needs := p.needs[i];
          -- Somebody who has it may be idle.
          readies[i] := t.needs IS NOT NULL;
        END IF;
      END IF;
      t.is_new := NOT t.is_open AND t.calls = 0;
      t.active := active_is;
      saved := saved || t;
    END item;
  END LOOP;

  IF cardinality(saved) > 0 THEN
    PERFORM actant_save_all(saved);
  END IF;
  IF cardinality(n_number) > 0 THEN
    UPDATE executions u SET status = p.x_status[n.x],
        start_position = coalesce(p.x_start[n.x], u.start_position),
        failure = coalesce(p.x_failure[n.x], u.failure),
        tokens = coalesce(p.x_tokens[n.x], u.tokens),
        cost = coalesce(p.x_cost[n.x], u.cost),
        started_at = CASE WHEN p.x_status[n.x] IN (1, 2) THEN coalesce(u.started_at, now_is) ELSE u.started_at END,
        ended_at = CASE WHEN p.x_status[n.x] >= 3 THEN now_is END,
        end_position = CASE WHEN p.x_status[n.x] >= 3 THEN n.place END
      FROM unnest(n_number, n_row, n_position) AS n (number, x, place) WHERE u.number = n.number;
  END IF;
  INSERT INTO journal (thread, position, epoch, count, entries)
    SELECT threads_of[k], p.position[k], p.epoch[k], p.count[k], p.entries[k] FROM unnest(p_items) AS k
      WHERE outcomes[k] = 0 AND p.count[k] > 0;
  RETURN QUERY SELECT k, outcomes[k], signals[k], gone[k], readies[k], tells[k] FROM unnest(p_items) AS k;
END $$;

-- Many appends, at most one of each thread, in the order of their threads. Those that go their ordinary way are stored at once, by one
-- statement for each table: the lease is held, all is as the caller thinks, no more than the open execution changes. Nearly all do;
-- the rest is decided one by one. `ordinary` says that an item asks for nothing else, `ends` that the open execution ends.
-- `is_told`: another node accepted an execution that has ended or asks now.
CREATE FUNCTION actant_append(p_clock timestamptz, p_writer integer, p appends)
  RETURNS TABLE (item integer, outcome integer, signal_number bigint, lease_is_gone boolean, is_ready boolean, is_told boolean)
  LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  active_is bigint := floor(extract(epoch FROM now_is) / 8);
  items integer[];
  signals bigint[];
  readies boolean[];
  holders bigint[];
  told integer[];
BEGIN
  -- Where a signal comes in meanwhile, the row is looked at again. So a cancel is seen by the thread's signal number, not in `executions`.
  WITH u AS (
    UPDATE threads t SET position = t.position + p.count[i], bytes = t.bytes + p.bytes[i], format = greatest(t.format, p.format[i]),
        seen = greatest(t.seen, p.seen[i]), consumed_to = t.consumed_to + p.consumed[i], updated_at = now_is, active = active_is,
        crashes = CASE WHEN p.step[i] THEN 0 ELSE t.crashes END,
        died_alone = CASE WHEN p.step[i] THEN 0 ELSE t.died_alone END,
        is_open = t.is_open AND NOT p.ends[i],
        current = CASE WHEN NOT p.ends[i] THEN t.current END,
        rank = CASE WHEN p.ends[i] THEN 0 ELSE t.rank END,
        is_new = t.calls = 0 AND (NOT t.is_open OR p.ends[i]),
        holder = CASE WHEN p.lease[i] = 0 THEN t.holder END,
        ready = p.lease[i] <> 0 AND (t.signal_number > p.seen[i]
          OR NOT p.ends[i] AND CASE WHEN t.is_open THEN p.lease[i] = 1 ELSE t.current IS NOT NULL END),
        due = CASE WHEN p.lease[i] = 2 AND NOT (t.signal_number > p.seen[i]
          OR NOT p.ends[i] AND NOT t.is_open AND t.current IS NOT NULL) THEN p.due[i] END
      FROM generate_series(1, cardinality(p.name)) AS i
      WHERE p.ordinary[i] AND t.tenant = p.tenant[i] AND t.name = p.name[i] AND t.epoch = p.epoch[i] AND t.position + 1 = p.position[i]
        AND t.holder = ANY (ARRAY(SELECT s.number FROM sessions s WHERE s.expires_at > now_is))
        AND (p.consumed[i] = 0 OR t.calls = 0 AND t.consumed = '{}' AND p.c_number[p.consumed_from[i]] = t.consumed_to + 1
          AND t.consumed_to + p.consumed[i] <= t.signal_number)
        AND (p.changes[i] = 0 OR t.is_open AND EXISTS (
          SELECT FROM executions e WHERE e.number = t.current AND e.id = p.x_execution[p.changes_from[i]]))
        AND (NOT p.ends[i] OR t.pending = 0 AND t.signal_number <= p.seen[i] AND t.consumed_to + p.consumed[i] = t.signal_number)
      RETURNING i AS item, t.id, t.signal_number, t.ready,
        CASE WHEN p.changes[i] > 0 THEN coalesce(t.holder, (SELECT h.holder FROM threads h WHERE h.id = t.id)) END AS holder),
  j AS (
    INSERT INTO journal (thread, position, epoch, count, entries)
      SELECT u.id, p.position[u.item], p.epoch[u.item], p.count[u.item], p.entries[u.item] FROM u WHERE p.count[u.item] > 0),
  -- Without calls, all that is consumed are inputs.
  b AS (
    DELETE FROM inbox b USING u WHERE b.thread = u.id AND b.number >= p.c_number[p.consumed_from[u.item]]
      AND b.number < p.c_number[p.consumed_from[u.item]] + p.consumed[u.item] AND p.consumed[u.item] > 0)
  SELECT coalesce(array_agg(u.item), '{}'), array_agg(u.signal_number), array_agg(u.ready), array_agg(u.holder)
    INTO items, signals, readies, holders FROM u;

  IF cardinality(p.x_execution) > 0 AND cardinality(items) > 0 THEN
    WITH x AS (
      UPDATE executions u SET status = p.x_status[n.x],
          start_position = coalesce(p.x_start[n.x], u.start_position),
          failure = coalesce(p.x_failure[n.x], u.failure),
          tokens = coalesce(p.x_tokens[n.x], u.tokens),
          cost = coalesce(p.x_cost[n.x], u.cost),
          started_at = coalesce(u.started_at, CASE WHEN p.x_status[n.x] < 3 THEN now_is END),
          ended_at = CASE WHEN p.x_status[n.x] >= 3 THEN now_is END,
          end_position = CASE WHEN p.x_status[n.x] >= 3 THEN p.position[n.item] + p.count[n.item] - 1 END
        FROM (SELECT k.item, k.holder, p.changes_from[k.item] AS x FROM unnest(items, holders) AS k (item, holder) WHERE p.changes[k.item] > 0) n
        WHERE u.id = p.x_execution[n.x] AND u.tenant = p.tenant[n.item]
        RETURNING n.item, u.accepted_by <> n.holder AND u.status >= 2 AS is_told)
    SELECT array_agg(x.item) INTO told FROM x WHERE x.is_told;
  END IF;
  RETURN QUERY SELECT k.item, 0, k.signal_number, false, k.ready, coalesce(k.item = ANY (told), false)
    FROM unnest(items, signals, readies) AS k (item, signal_number, ready);

  IF cardinality(items) < cardinality(p.name) THEN
    FOR item, outcome, signal_number, lease_is_gone, is_ready, is_told IN
      SELECT r.* FROM actant_append_each(now_is, ARRAY(SELECT k FROM generate_subscripts(p.name, 1) AS k WHERE NOT k = ANY (items)), p) r
    LOOP
      RETURN NEXT;
      IF outcome = 0 THEN
        items := items || item;
      END IF;
    END LOOP;
  END IF;

  IF cardinality(p.u_item) > 0 THEN
    INSERT INTO usage AS g (tenant, day, writer, series, agent, provider, model, calls, input_tokens, cached_tokens, output_tokens,
        reasoning_tokens, cost)
      SELECT p.tenant[p.u_item[k]], (now_is AT TIME ZONE 'UTC')::date, p_writer, p.u_series[k], min(p.u_agent[k]), min(p.u_provider[k]),
          min(p.u_model[k]), sum(p.u_calls[k]), sum(p.u_input[k]), sum(p.u_cached[k]), sum(p.u_output[k]), sum(p.u_reasoning[k]), sum(p.u_cost[k])
        FROM generate_subscripts(p.u_item, 1) AS k WHERE p.u_item[k] = ANY (items)
        GROUP BY 1, 4 ORDER BY 1, 4
      ON CONFLICT (tenant, day, writer, series) DO UPDATE SET calls = g.calls + excluded.calls,
        input_tokens = g.input_tokens + excluded.input_tokens, cached_tokens = g.cached_tokens + excluded.cached_tokens,
        output_tokens = g.output_tokens + excluded.output_tokens, reasoning_tokens = g.reasoning_tokens + excluded.reasoning_tokens,
        cost = g.cost + excluded.cost;
  END IF;
END $$;
