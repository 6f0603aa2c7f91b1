-- Many appends, at most one of each thread. Each is decided by itself on its locked row, in the order that the contract states:
-- recognition, epoch, position, faults of the caller, an unseen cancel. What all of them write goes in one
-- statement for each table at the end. Outcomes are those of AppendOutcome; from 100 on, faults of the caller. `is_told`: another node
-- accepted an execution that has ended or asks now.
CREATE FUNCTION actant_append(
  p_clock timestamptz, p_writer integer,
  p_tenant integer[], p_name text[], p_epoch bigint[], p_position bigint[], p_seen bigint[], p_lease smallint[], p_due timestamptz[],
  p_format integer[], p_step boolean[], p_bytes bigint[], p_entries integer[], p_consumed integer[], p_changes integer[], p_outbox integer[],
  e_item integer[], e_position bigint[], e_id uuid[], e_execution uuid[], e_body bytea[],
  c_number bigint[],
  x_execution uuid[], x_status smallint[], x_start bigint[], x_failure bytea[], x_tokens bigint[], x_cost numeric[],
  o_delivery uuid[], o_destination text[], o_body bytea[],
  u_item integer[], u_agent text[], u_provider text[], u_model text[], u_calls bigint[], u_input bigint[], u_cached bigint[],
  u_output bigint[], u_reasoning bigint[], u_cost numeric[])
  RETURNS TABLE (outcome integer, signal_number bigint, lease_is_gone boolean, is_ready boolean, is_told boolean) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  -- Where each item's rows begin in the arrays of rows.
  e integer := 1;
  c integer := 1;
  x integer := 1;
  o integer := 1;
  outcomes integer[] := array_fill(0, ARRAY[cardinality(p_tenant)]);
  signals bigint[] := array_fill(0::bigint, ARRAY[cardinality(p_tenant)]);
  gone boolean[] := array_fill(false, ARRAY[cardinality(p_tenant)]);
  readies boolean[] := array_fill(false, ARRAY[cardinality(p_tenant)]);
  tells boolean[] := array_fill(false, ARRAY[cardinality(p_tenant)]);
  threads_of bigint[] := array_fill(0::bigint, ARRAY[cardinality(p_tenant)]);
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
  found_id uuid;
  changed executions[];
  numbers bigint[];
  one executions;
  open_is bigint;
  lane_is uuid;
  consumed_is bigint;
  taken bigint[];
  i integer;
BEGIN
  FOR r IN SELECT k.item, h AS thread FROM unnest(p_tenant, p_name) WITH ORDINALITY AS k (tenant, name, item)
      LEFT JOIN threads h ON h.tenant = k.tenant AND h.name = k.name ORDER BY k.item LOOP
    i := r.item;
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
      holds := t.holder IS NOT NULL AND t.epoch = p_epoch[i];

      -- Recognition comes before the epoch.
      IF p_entries[i] > 0 AND p_position[i] <= t.position THEN
        SELECT j.id INTO found_id FROM journal j WHERE j.thread = t.id AND j.position = p_position[i];
        IF found_id = e_id[e] THEN
          gone[i] := NOT holds;
          outcomes[i] := CASE WHEN p_entries[i] = (SELECT count(*) FROM generate_series(0, p_entries[i] - 1) k
            JOIN journal j ON j.thread = t.id AND j.position = p_position[i] + k AND j.id = e_id[e + k]) THEN 1 ELSE 2 END;
          EXIT item;
        END IF;
      END IF;
      EXIT item WHEN NOT holds;
      IF p_position[i] <> t.position + 1 THEN
        outcomes[i] := 2;
        EXIT item;
      END IF;

      -- Faults of the caller, before anything is touched.
      changed := '{}';
      numbers := '{}';
      open_is := CASE WHEN t.is_open THEN t.current END;
      outcomes[i] := 0;
      FOR k IN x..x + p_changes[i] - 1 LOOP
        SELECT * INTO one FROM executions u WHERE u.id = x_execution[k] AND u.tenant = t.tenant;
        IF one.number IS NULL OR one.thread <> t.id THEN
          outcomes[i] := 100;
        ELSIF one.status >= 3 OR one.number = ANY (numbers) THEN
          outcomes[i] := 101;
        ELSIF x_status[k] = 0 AND one.status <> 0 THEN
          outcomes[i] := 102;
        ELSIF one.number = open_is AND x_status[k] >= 3 THEN
          open_is := NULL;
        ELSIF x_status[k] IN (1, 2) THEN
          open_is := coalesce(open_is, one.number);
          IF open_is <> one.number THEN
            outcomes[i] := 103;
          END IF;
        END IF;
        EXIT item WHEN outcomes[i] <> 0;
        changed := changed || one;
        numbers := numbers || one.number;
      END LOOP;
      IF p_outbox[i] > 0 THEN
        IF p_outbox[i] <> (SELECT count(DISTINCT d) FROM unnest(o_delivery[o:o + p_outbox[i] - 1]) d)
            OR EXISTS (SELECT FROM outbox b WHERE b.delivery = ANY (o_delivery[o:o + p_outbox[i] - 1])) THEN
          outcomes[i] := 104;
          EXIT item;
        END IF;
      END IF;
      FOR k IN 1..p_changes[i] LOOP
        IF changed[k].number = t.current AND x_status[x + k - 1] >= 3 AND changed[k].last_cancel > p_seen[i] THEN
          outcomes[i] := 4;
          EXIT item;
        END IF;
      END LOOP;

      t.position := t.position + p_entries[i];
      t.bytes := t.bytes + p_bytes[i];
      t.format := greatest(t.format, p_format[i]);
      t.seen := greatest(t.seen, p_seen[i]);
      t.updated_at := now_is;
      IF p_step[i] THEN
        t.crashes := 0;
      END IF;

      IF p_consumed[i] > 0 THEN
        taken := '{}';
        FOR k IN c..c + p_consumed[i] - 1 LOOP
          consumed_is := c_number[k];
          IF consumed_is > t.consumed_to AND consumed_is <= t.signal_number AND NOT consumed_is = ANY (t.consumed) THEN
            taken := taken || consumed_is;
            t.consumed := t.consumed || consumed_is;
          END IF;
        END LOOP;
        IF t.calls > 0 THEN
          t.calls := t.calls - (SELECT count(*) FROM inbox b WHERE b.thread = t.id AND b.number = ANY (taken) AND b.kind <> 1);
        END IF;
        WHILE t.consumed_to + 1 = ANY (t.consumed) LOOP
          t.consumed_to := t.consumed_to + 1;
          t.consumed := array_remove(t.consumed, t.consumed_to);
        END LOOP;
      END IF;

      FOR k IN 1..p_changes[i] LOOP
        one := changed[k];
        IF x_status[x] IN (1, 2) THEN
          t.is_open := true;
          t.current := one.number;
          t.priority := one.priority;
        ELSIF x_status[x] >= 3 AND t.current = one.number THEN
          t.is_open := false;
          t.current := NULL;
        END IF;
        t.pending := t.pending - (one.status = 0 AND x_status[x] <> 0)::integer;
        IF one.accepted_by <> t.holder AND x_status[x] >= 2 THEN
          tells[i] := true;
        END IF;
        n_number := n_number || one.number;
        n_row := n_row || x;
        n_position := n_position || t.position;
        IF x_status[x] = 0 THEN
          numbers := array_remove(numbers, one.number);
        END IF;
        x := x + 1;
      END LOOP;
      x := x - p_changes[i];

      FOR k IN o..o + p_outbox[i] - 1 LOOP
        lane_is := md5(o_destination[k])::uuid;
        INSERT INTO outbox (delivery, thread, lane, destination, body, written_at, due, owner, in_flight, attempt, is_head, is_dead)
          VALUES (o_delivery[k], t.id, lane_is, o_destination[k], o_body[k], now_is, now_is + interval '30 seconds', t.holder, false, 0,
            NOT EXISTS (SELECT FROM outbox b WHERE b.thread = t.id AND b.lane = lane_is AND NOT b.is_dead), false);
      END LOOP;

      IF p_changes[i] > 0 AND NOT t.is_open THEN
        t.current := NULL;
        t.priority := 4;
        IF t.pending > 0 THEN
          t := actant_choose(t, numbers);
        END IF;
      END IF;
      IF p_lease[i] <> 0 THEN
        t.holder := NULL;
        IF t.signal_number > p_seen[i] OR (t.current IS NOT NULL AND NOT t.is_open) OR (p_lease[i] = 1 AND t.is_open) THEN
          t.ready := true;
          readies[i] := true;
        ELSIF p_lease[i] = 2 THEN
          t.due := p_due[i];
        END IF;
      END IF;
      t.is_new := NOT t.is_open AND t.calls = 0;
      t.active := active_is;
      saved := saved || t;
    END item;
    e := e + p_entries[i];
    c := c + p_consumed[i];
    x := x + p_changes[i];
    o := o + p_outbox[i];
  END LOOP;

  IF cardinality(saved) > 0 THEN
    PERFORM actant_save_all(saved);
  END IF;
  IF cardinality(n_number) > 0 THEN
    UPDATE executions u SET status = x_status[n.x],
        start_position = coalesce(x_start[n.x], u.start_position),
        failure = coalesce(x_failure[n.x], u.failure),
        tokens = coalesce(x_tokens[n.x], u.tokens),
        cost = coalesce(x_cost[n.x], u.cost),
        started_at = CASE WHEN x_status[n.x] IN (1, 2) THEN coalesce(u.started_at, now_is) ELSE u.started_at END,
        ended_at = CASE WHEN x_status[n.x] >= 3 THEN now_is END,
        end_position = CASE WHEN x_status[n.x] >= 3 THEN n.place END
      FROM unnest(n_number, n_row, n_position) AS n (number, x, place) WHERE u.number = n.number;
  END IF;
  INSERT INTO journal (thread, position, epoch, id, execution, body)
    SELECT threads_of[r.item], r.place, p_epoch[r.item], r.id, r.execution, r.body
      FROM unnest(e_item, e_position, e_id, e_execution, e_body) AS r (item, place, id, execution, body) WHERE outcomes[r.item] = 0;
  IF cardinality(u_item) > 0 THEN
    INSERT INTO usage AS g (tenant, day, writer, series, agent, provider, model, calls, input_tokens, cached_tokens, output_tokens,
        reasoning_tokens, cost)
      SELECT p_tenant[r.item], (now_is AT TIME ZONE 'UTC')::date, p_writer, md5(ROW(r.agent, r.provider, r.model)::text)::uuid,
          r.agent, r.provider, r.model, sum(r.calls), sum(r.input), sum(r.cached), sum(r.output), sum(r.reasoning), sum(r.cost)
        FROM unnest(u_item, u_agent, u_provider, u_model, u_calls, u_input, u_cached, u_output, u_reasoning, u_cost)
          AS r (item, agent, provider, model, calls, input, cached, output, reasoning, cost)
        WHERE outcomes[r.item] = 0
        GROUP BY p_tenant[r.item], r.agent, r.provider, r.model ORDER BY 1, 4
      ON CONFLICT (tenant, day, writer, series) DO UPDATE SET calls = g.calls + excluded.calls,
        input_tokens = g.input_tokens + excluded.input_tokens, cached_tokens = g.cached_tokens + excluded.cached_tokens,
        output_tokens = g.output_tokens + excluded.output_tokens, reasoning_tokens = g.reasoning_tokens + excluded.reasoning_tokens,
        cost = g.cost + excluded.cost;
  END IF;
  RETURN QUERY SELECT * FROM unnest(outcomes, signals, gone, readies, tells);
END $$;
