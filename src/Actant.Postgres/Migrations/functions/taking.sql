-- Between tenants: virtual time. A turn begins at the tenant's own time, or at that of the last turns if it is later; each thread moves
-- it on by 1 / weight (a million steps for weight 1), and the smallest is next. Nothing is written when a thread becomes ready: who has
-- work is seen in the index of ready threads, by hops from tenant to tenant. Every query on that index names its whole order, so that
-- no other index will do.

-- How many threads of a tenant are leased.
CREATE FUNCTION actant_running(p_tenant integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT coalesce(sum((SELECT count(*) FROM threads h WHERE h.holder = s.number AND h.tenant = p_tenant)), 0) FROM sessions s);
END $$;

CREATE FUNCTION actant_has_ready(p_tenant integer) RETURNS boolean LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_incremental_sort = off AS $$
BEGIN
  PERFORM 1 FROM threads h WHERE h.tenant = p_tenant AND h.ready
    ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT 1;
  RETURN FOUND;
END $$;

-- How many submissions of a tenant may be leased at once; null: any number. With a cap, none may pass those that wait for room.
CREATE FUNCTION actant_room(p_tenant integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  cap integer := (SELECT n.max_running FROM tenants n WHERE n.id = p_tenant);
BEGIN
  RETURN CASE WHEN cap IS NULL THEN NULL WHEN actant_has_ready(p_tenant) THEN 0 ELSE greatest(cap - actant_running(p_tenant), 0) END;
END $$;

-- How many executions of a tenant have not started, counted up to a bound.
CREATE FUNCTION actant_queued(p_tenant integer, p_max integer) RETURNS integer LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_incremental_sort = off AS $$
BEGIN
  RETURN (SELECT count(*) FROM (SELECT FROM executions u WHERE u.tenant + 0 = p_tenant AND u.marked = 0
    ORDER BY (u.tenant + 0), u.marked, u.number LIMIT p_max) c);
END $$;

-- How many more executions of a tenant may wait; null: any number, and nothing is counted.
CREATE FUNCTION actant_queue_room(p_tenant integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  most integer := (SELECT n.max_queued FROM tenants n WHERE n.id = p_tenant);
BEGIN
  RETURN CASE WHEN most IS NULL THEN NULL ELSE most - actant_queued(p_tenant, most) END;
END $$;

-- Up to so many tenants that have ready threads, from one to before another.
CREATE FUNCTION actant_tenants(p_from integer, p_before integer, p_max integer) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
  those integer[] := '{}';
  one integer := p_from - 1;
BEGIN
  WHILE cardinality(those) < p_max LOOP
    SELECT h.tenant INTO one FROM threads h WHERE h.ready AND h.tenant > one AND h.tenant < p_before
      ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT 1;
    EXIT WHEN one IS NULL;
    those := those || one;
  END LOOP;
  RETURN those;
END $$;

-- Up to so many ready threads of some tenants, locked, in turns. Of the tenants only those are locked whose turn it is. `capped` are those
-- at their caps. With a holder: one of each tenant of which it holds none.
CREATE FUNCTION actant_choose_fairly(p_tenants integer[], p_all boolean, p_max integer, p_format integer, p_holder bigint,
  OUT chosen bigint[], OUT is_contended boolean, OUT capped integer[]) LANGUAGE plpgsql AS $$
DECLARE
  now_turn bigint := (SELECT v.last_value FROM virtual_time v);
  rest integer := p_max;
  free integer[];
  ids integer[] := '{}';
  begins double precision[] := '{}'; -- from now on
  steps double precision[] := '{}';
  rooms integer[] := '{}';
  given integer[];
  portion bigint[];
  n record;
  q record;
BEGIN
  chosen := '{}';
  SELECT coalesce(array_agg(c.id) FILTER (WHERE NOT c.is_full), '{}'), coalesce(array_agg(c.id) FILTER (WHERE c.is_full), '{}') INTO free, capped
    FROM (SELECT m.id, CASE WHEN m.max_running IS NULL THEN false ELSE actant_running(m.id) >= m.max_running END AS is_full
      FROM tenants m WHERE m.id = ANY (p_tenants)
        AND (p_holder IS NULL OR NOT EXISTS (SELECT FROM threads h WHERE h.holder = p_holder AND h.tenant = m.id))) c;
  FOR n IN SELECT m.id, m.turn, m.weight, m.max_running FROM tenants m WHERE m.id = ANY (free)
      ORDER BY greatest(m.turn, now_turn), m.id LIMIT p_max FOR UPDATE SKIP LOCKED LOOP
    ids := ids || n.id;
    begins := begins || (greatest(n.turn, now_turn) - now_turn)::double precision;
    steps := steps || 1000000.0::double precision / n.weight;
    rooms := rooms || least(CASE WHEN p_holder IS NULL THEN p_max ELSE 1 END,
      CASE WHEN n.max_running IS NOT NULL THEN greatest(n.max_running - actant_running(n.id), 0) END);
    IF rooms[cardinality(rooms)] = 0 THEN
      capped := capped || n.id;
    END IF;
  END LOOP;
  is_contended := cardinality(ids) < least(cardinality(free), p_max);
  given := array_fill(0, ARRAY[cardinality(ids)]);

  -- Deals out what is left, as if nobody's threads or room ever ended; those whose did get nothing the next time round.
  WHILE rest > 0 AND 0 < ANY (rooms) LOOP
    FOR q IN
      WITH c AS MATERIALIZED (
        SELECT u.k, u.at + u.given * u.step AS at, u.step, u.room FROM unnest(begins, steps, rooms, given) WITH ORDINALITY AS u (at, step, room, given, k)
          WHERE u.room > 0),
      -- Up to this time the turns of all together are at least so many.
      level AS (SELECT min((rest + s.behind) / s.rate) AS at FROM (
        SELECT sum(c.at / c.step) OVER w AS behind, sum(1 / c.step) OVER w AS rate FROM c WINDOW w AS (ORDER BY c.at, c.k)) s)
      SELECT d.k, count(*)::integer AS quota FROM (
          SELECT c.k FROM c CROSS JOIN level
            CROSS JOIN LATERAL generate_series(0, least(c.room, floor((level.at - c.at) / c.step)::integer + 1) - 1) AS j
            WHERE c.at <= level.at ORDER BY c.at + j * c.step, c.k LIMIT rest) d
        GROUP BY d.k
    LOOP
      portion := ARRAY(SELECT h.id FROM threads h WHERE h.tenant = ids[q.k] AND h.ready AND h.format <= p_format AND h.crashes + h.lost::integer < 2
          AND NOT h.id = ANY (chosen)
        ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT q.quota FOR UPDATE SKIP LOCKED);
      chosen := chosen || portion;
      given[q.k] := given[q.k] + cardinality(portion);
      rooms[q.k] := CASE WHEN cardinality(portion) < q.quota THEN 0 ELSE rooms[q.k] - q.quota END;
      rest := rest - cardinality(portion);
    END LOOP;
  END LOOP;

  IF rest < p_max THEN
    UPDATE tenants m SET turn = now_turn + round(u.at + u.given * u.step)::bigint
      FROM unnest(ids, begins, steps, given) AS u (id, at, step, given) WHERE m.id = u.id AND u.given > 0;
    -- Who had nothing begins where the last of these turns was; where only some tenants were looked at, not past the others. Turns beside the
    -- others leave these their own, sixteen of weight 1 at most.
    now_turn := now_turn + (SELECT CASE WHEN p_all THEN max(u.at + (u.given - 1) * u.step) ELSE min(u.at) END
      FROM unnest(begins, steps, given) AS u (at, step, given) WHERE u.given > 0)::bigint - CASE WHEN p_holder IS NULL THEN 0 ELSE 16000000 END;
    IF now_turn > (SELECT v.last_value FROM virtual_time v) THEN
      PERFORM setval('virtual_time', now_turn);
    END IF;
  END IF;
END $$;

-- Up to so many ready threads, locked, in fair order. With a holder: one of each tenant of which it holds none.
CREATE FUNCTION actant_choose_ready(p_max integer, p_format integer, p_holder bigint,
  OUT chosen bigint[], OUT is_contended boolean, OUT capped integer[]) LANGUAGE plpgsql AS $$
DECLARE
  -- Of more tenants a take looks at some, beginning anywhere; no further than so many times as many when they give nothing.
  width integer := 128;
  looks integer := 8;
  lowest integer;
  highest integer;
  start integer;
  tenants_are integer[];
  is_all boolean;
  part record;
BEGIN
  chosen := '{}';
  is_contended := false;
  capped := '{}';
  SELECT h.tenant INTO lowest FROM threads h WHERE h.ready
    ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT 1;
  SELECT h.tenant INTO highest FROM threads h WHERE h.ready
    ORDER BY h.tenant DESC, h.is_new DESC, h.rank DESC, h.current DESC NULLS LAST, h.id DESC LIMIT 1;
  -- A tenant alone has nobody to take turns with, and nodes do not wait for one another.
  IF lowest = highest AND p_holder IS NULL AND EXISTS (SELECT FROM tenants m WHERE m.id = lowest AND m.max_running IS NULL) THEN
    chosen := ARRAY(SELECT h.id FROM threads h WHERE h.tenant = lowest AND h.ready AND h.format <= p_format AND h.crashes + h.lost::integer < 2
      ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT p_max FOR UPDATE SKIP LOCKED);
    RETURN;
  END IF;
  tenants_are := actant_tenants(lowest, highest + 1, width);
  is_all := cardinality(tenants_are) < width;
  start := lowest;
  IF NOT is_all THEN
    start := lowest + floor(random() * (highest - lowest + 1))::integer;
    tenants_are := actant_tenants(start, highest + 1, width);
    tenants_are := tenants_are || actant_tenants(lowest, start, width - cardinality(tenants_are));
  END IF;
  WHILE cardinality(tenants_are) > 0 LOOP
    SELECT * INTO part FROM actant_choose_fairly(tenants_are, is_all, p_max - cardinality(chosen), p_format, p_holder);
    chosen := chosen || part.chosen;
    is_contended := is_contended OR part.is_contended;
    capped := capped || part.capped;
    EXIT WHEN is_all OR cardinality(chosen) = p_max;
    looks := looks - 1;
    IF looks = 0 THEN
      is_contended := true;
      EXIT;
    END IF;
    -- On from the last one, round to where it began.
    width := tenants_are[cardinality(tenants_are)];
    tenants_are := CASE WHEN width >= start THEN actant_tenants(width + 1, highest + 1, 128) ELSE '{}' END;
    IF cardinality(tenants_are) = 0 THEN
      tenants_are := actant_tenants(CASE WHEN width >= start THEN lowest ELSE width + 1 END, start, 128);
    END IF;
  END LOOP;
END $$;

-- Threads that a node gave back for want of something that this session has, locked. They had their turn, and are charged none again. A look
-- costs a hop for each want and tenant, not for each thread. `capped` are tenants at their caps.
CREATE FUNCTION actant_choose_left(p_session bigint, p_max integer, p_format integer,
  OUT chosen bigint[], OUT capped integer[], OUT is_contended boolean) LANGUAGE plpgsql AS $$
DECLARE
  portion bigint[];
  has text[];
  want text := '';
  tenant_is integer := -1;
  cap integer;
  room integer;
BEGIN
  chosen := '{}';
  capped := '{}';
  is_contended := false;
  FOR hop IN 1..256 LOOP
    SELECT h.needs, h.tenant INTO want, tenant_is FROM threads h WHERE h.needs IS NOT NULL AND NOT h.ready AND h.holder IS NULL
      AND (h.needs, h.tenant) > (want, tenant_is) ORDER BY h.needs, h.tenant, h.rank, h.id LIMIT 1;
    EXIT WHEN want IS NULL;
    IF has IS NULL THEN
      has := coalesce((SELECT s.capabilities FROM sessions s WHERE s.number = p_session), '{}');
    END IF;
    IF NOT string_to_array(want, E'\n') <@ has THEN
      tenant_is := 2147483647;
      CONTINUE;
    END IF;
    -- Of a tenant with a cap the row is locked: two nodes together must not pass it. What others take from now is left to them.
    SELECT m.max_running INTO cap FROM tenants m WHERE m.id = tenant_is;
    room := p_max - cardinality(chosen);
    IF cap IS NOT NULL THEN
      PERFORM 1 FROM tenants m WHERE m.id = tenant_is FOR UPDATE SKIP LOCKED;
      is_contended := is_contended OR NOT FOUND;
      CONTINUE WHEN NOT FOUND;
      cap := cap - actant_running(tenant_is) - (SELECT count(*) FROM threads h WHERE h.id = ANY (chosen) AND h.tenant = tenant_is);
      IF cap <= 0 THEN
        capped := capped || tenant_is;
      END IF;
      room := least(room, cap);
    END IF;
    IF room > 0 THEN
      portion := ARRAY(SELECT h.id FROM threads h WHERE h.needs = want AND h.tenant = tenant_is AND NOT h.ready AND h.holder IS NULL
        AND h.format <= p_format ORDER BY h.needs, h.tenant, h.rank, h.id LIMIT room FOR UPDATE SKIP LOCKED);
      chosen := chosen || portion;
      is_contended := is_contended OR (portion = '{}' AND EXISTS (SELECT FROM threads h WHERE h.needs = want AND h.tenant = tenant_is
        AND NOT h.ready AND h.holder IS NULL AND h.format <= p_format));
    END IF;
    EXIT WHEN cardinality(chosen) = p_max;
  END LOOP;
END $$;

CREATE FUNCTION actant_suspect_group(p_crashes integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_crashes < 2 THEN 2147483647 WHEN p_crashes = 2 THEN 8 WHEN p_crashes = 3 THEN 4 ELSE 1 END
$$;

-- How many suspects a session holds, and with how many at most the most suspicious of them may be.
CREATE FUNCTION actant_suspects(p_session bigint, OUT held integer, OUT most integer) LANGUAGE plpgsql AS $$
BEGIN
  SELECT count(*), coalesce(min(actant_suspect_group(h.crashes)), 2147483647) INTO held, most FROM threads h WHERE h.holder = p_session AND h.crashes >= 2;
END $$;

-- Whether a thread that is taken now is only told its end: it is to be cancelled, past its deadline, or has died too often alone.
CREATE FUNCTION actant_only_ends(t threads, p_max_deaths integer, p_now timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN t.died_alone >= p_max_deaths OR EXISTS (
    SELECT FROM executions u WHERE u.number = t.current AND (u.last_cancel > 0 OR u.deadline <= p_now));
END $$;

-- The suspects that a session may hold beside those that it has, first come first, and those that only end; see Quarantine.
CREATE FUNCTION actant_choose_suspects(p_session bigint, p_max integer, p_format integer, p_max_deaths integer, p_now timestamptz,
  OUT chosen bigint[], OUT capped integer[], OUT is_contended boolean) LANGUAGE plpgsql AS $$
DECLARE
  h record;
  held_are integer;
  most_are integer;
  is_closed boolean := false;
  is_ending boolean;
BEGIN
  chosen := '{}';
  capped := '{}';
  is_contended := false;
  FOR h IN SELECT t.id, t.tenant, t.crashes + t.lost::integer AS crashes, t AS whole, n.max_running FROM threads t JOIN tenants n ON n.id = t.tenant
      WHERE t.ready AND t.crashes + t.lost::integer >= 2 AND t.format <= p_format ORDER BY t.is_new, t.rank, t.current NULLS FIRST, t.id LIMIT 200 LOOP
    EXIT WHEN cardinality(chosen) >= p_max;
    IF held_are IS NULL THEN
      SELECT held, most INTO held_are, most_are FROM actant_suspects(p_session);
    END IF;
    IF h.max_running IS NOT NULL THEN
      PERFORM 1 FROM tenants m WHERE m.id = h.tenant FOR UPDATE SKIP LOCKED;
      is_contended := is_contended OR NOT FOUND;
      CONTINUE WHEN NOT FOUND;
      IF actant_running(h.tenant) + (SELECT count(*) FROM threads c WHERE c.id = ANY (chosen) AND c.tenant = h.tenant) >= h.max_running THEN
        capped := capped || h.tenant;
        CONTINUE;
      END IF;
    END IF;
    is_ending := actant_only_ends(h.whole, p_max_deaths, p_now);
    IF NOT is_ending THEN
      -- None passes who came first.
      is_closed := is_closed OR held_are >= least(most_are, actant_suspect_group(h.crashes));
      CONTINUE WHEN is_closed;
    END IF;
    PERFORM 1 FROM threads t WHERE t.id = h.id AND t.ready FOR UPDATE SKIP LOCKED;
    is_contended := is_contended OR NOT FOUND;
    CONTINUE WHEN NOT FOUND;
    chosen := chosen || h.id;
    IF NOT is_ending THEN
      held_are := held_are + 1;
      most_are := least(most_are, actant_suspect_group(h.crashes));
    END IF;
  END LOOP;
END $$;

-- How many threads are ready, by tenant, counted up to so many in all; and when the oldest execution was accepted that waits to begin.
CREATE FUNCTION actant_depth(p_max integer) RETURNS TABLE (tenant text, ready integer, oldest timestamptz) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_incremental_sort = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH c AS MATERIALIZED (
    SELECT r.tenant, count(*)::integer AS ready, min(r.current) FILTER (WHERE r.is_new) AS first FROM (
        SELECT h.tenant, h.is_new, h.current FROM threads h WHERE h.ready
          ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT p_max) r
      GROUP BY r.tenant)
    SELECT n.name, c.ready, (SELECT u.created_at FROM executions u WHERE u.number = (SELECT min(f.first) FROM c f))
      FROM c JOIN tenants n ON n.id = c.tenant;
END $$;

-- Gives locked, free threads to a session, with the entries that say so, and starts their executions: one statement for each table.
-- `signals` says how many signals of a thread nobody has consumed. Where it is one, the input of the execution that begins, and no
-- large one, `input` is it: no node need ask for it.
CREATE FUNCTION actant_lease(p_threads bigint[], p_session bigint, p_taken uuid[], p_body bytea, p_now timestamptz)
  RETURNS TABLE (item bigint, tenant text, name text, epoch bigint, "position" bigint, signal_number bigint, crashes integer, is_told boolean,
    signals bigint, input bytea, input_at timestamptz, died_alone integer, e executions)
  LANGUAGE plpgsql SET enable_sort = on SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  active_is bigint := floor(extract(epoch FROM p_now) / 8);
BEGIN
  RETURN QUERY WITH u AS (
    UPDATE threads t SET epoch = t.epoch + 1, position = t.position + 1, bytes = t.bytes + length(p_body), updated_at = p_now,
        active = active_is, crashes = t.crashes + t.lost::integer, lost = false, holder = p_session, seen = t.signal_number, ready = false,
        due = NULL, needs = NULL, is_open = t.current IS NOT NULL, is_new = t.current IS NULL AND t.calls = 0,
        pending = t.pending - (t.current IS NOT NULL AND NOT t.is_open)::integer
      FROM unnest(p_threads) WITH ORDINALITY AS k (id, item) WHERE t.id = k.id
      RETURNING k.item, t.id, t.tenant, t.name, t.epoch, t.position, t.signal_number, t.crashes, t.current,
        t.signal_number - t.consumed_to - cardinality(t.consumed) AS signals, t.died_alone),
  j AS (
    INSERT INTO journal (thread, position, epoch, count, entries)
      SELECT u.id, u.position, u.epoch, 1, actant_pack(p_taken[u.item], NULL, p_body) FROM u),
  x AS (
    UPDATE executions h SET status = 1, started_at = coalesce(h.started_at, p_now) FROM u WHERE h.number = u.current AND h.status <> 1
      RETURNING h.number, h AS whole)
  SELECT u.item, n.name, u.name, u.epoch, u.position, u.signal_number, u.crashes, coalesce(c.accepted_by <> p_session, false), u.signals,
      b.body, b.at, u.died_alone, coalesce(x.whole, c)
    FROM u JOIN tenants n ON n.id = u.tenant
      LEFT JOIN executions c ON c.number = u.current
      LEFT JOIN x ON x.number = u.current
      LEFT JOIN inbox b ON u.signals = 1 AND b.thread = u.id AND b.number = u.signal_number AND b.kind = 1 AND b.execution = c.id
        AND b.key IS NULL AND length(b.body) <= 65536
    ORDER BY u.item;
END $$;

-- One thread, locked, if it is ready and its tenant and the session may have it; a cancel passes the cap.
CREATE FUNCTION actant_choose_one(p_tenant integer, p_name text, p_session bigint, p_format integer, p_max_deaths integer, p_now timestamptz,
  OUT chosen bigint[], OUT capped integer[], OUT is_contended boolean) LANGUAGE plpgsql AS $$
DECLARE
  t threads;
  group_is record;
BEGIN
  chosen := '{}';
  capped := '{}';
  is_contended := false;
  SELECT * INTO t FROM threads h WHERE h.tenant = p_tenant AND h.name = p_name FOR UPDATE;
  IF NOT coalesce(t.ready AND t.format <= p_format, false) THEN
    RETURN;
  END IF;
  IF t.crashes + t.lost::integer >= 2 AND NOT actant_only_ends(t, p_max_deaths, p_now) THEN
    SELECT * INTO group_is FROM actant_suspects(p_session);
    IF group_is.held >= least(group_is.most, actant_suspect_group(t.crashes + t.lost::integer)) THEN
      RETURN;
    END IF;
  END IF;
  -- Two that ask at once must not both find the last room.
  PERFORM 1 FROM tenants n WHERE n.id = p_tenant AND n.max_running IS NOT NULL FOR UPDATE;
  IF EXISTS (SELECT FROM tenants n WHERE n.id = p_tenant AND n.max_running IS NOT NULL AND actant_running(n.id) >= n.max_running)
      AND NOT EXISTS (SELECT FROM executions u WHERE u.number = t.current AND u.last_cancel > t.seen) THEN
    capped := ARRAY[p_tenant];
  ELSE
    chosen := ARRAY[t.id];
  END IF;
END $$;

-- Whether there is work yet, though a take found none: somebody has locked it at this moment, as a submission with the same key does, or it was
-- too much for one take. Tenants at their caps have none, nor have suspects, who may have to wait.
CREATE FUNCTION actant_is_left(p_capped integer[], p_format integer, p_now timestamptz) RETURNS boolean LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_incremental_sort = off AS $$
DECLARE
  one integer;
BEGIN
  IF EXISTS (SELECT FROM sessions s WHERE s.expires_at <= p_now) OR EXISTS (SELECT FROM threads t WHERE t.due <= p_now) THEN
    RETURN true;
  END IF;
  FOREACH one IN ARRAY actant_tenants(-2147483647, 2147483647, 128) LOOP
    IF NOT one = ANY (p_capped) THEN
      PERFORM 1 FROM threads h WHERE h.tenant = one AND h.ready AND h.format <= p_format AND h.crashes + h.lost::integer < 2
        ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT 1;
      IF FOUND THEN
        RETURN true;
      END IF;
    END IF;
  END LOOP;
  RETURN false;
END $$;

-- See actant_lease. A row without a thread comes last and says what else is to know.
CREATE FUNCTION actant_take(
  p_clock timestamptz, p_session uuid, p_max integer, p_beside integer, p_format integer, p_tenant integer, p_name text, p_taken uuid[],
  p_body bytea, p_max_deaths integer)
  RETURNS TABLE (tenant text, name text, epoch bigint, "position" bigint, taken uuid, signal_number bigint, crashes integer, is_told boolean,
    signals bigint, input bytea, input_at timestamptz, is_freed boolean, is_contended boolean, capped text[], died_alone integer, e executions)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off
    SET enable_sort = off SET enable_incremental_sort = off AS $$
#variable_conflict use_column
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  freed integer := actant_end_expired(now_is);
  holder_is bigint;
  choice record;
  behind integer := 0; -- how many of the ids are used
  at_caps integer[] := '{}';
  is_left boolean := false;
BEGIN
  is_freed := freed > 0;
  SELECT s.number INTO holder_is FROM sessions s WHERE s.id = p_session AND s.expires_at > now_is
    AND s.given_back IS DISTINCT FROM p_taken[1] FOR KEY SHARE;
  IF holder_is IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  PERFORM actant_wake_due(now_is);
  -- What was left, suspects, and then in turns; beside as many as were asked for, of tenants of which the session holds none.
  FOR part IN 1..CASE WHEN p_name IS NULL THEN 4 ELSE 1 END LOOP
    CONTINUE WHEN p_name IS NULL AND (CASE WHEN part < 4 THEN behind >= p_max ELSE behind < p_max OR p_beside = 0 END);
    IF p_name IS NOT NULL THEN
      SELECT * INTO choice FROM actant_choose_one(p_tenant, p_name, holder_is, p_format, p_max_deaths, now_is);
    ELSIF part = 1 THEN
      SELECT c.chosen, c.capped, c.is_contended INTO choice FROM actant_choose_left(holder_is, p_max, p_format) c;
    ELSIF part = 2 THEN
      SELECT c.chosen, c.capped, c.is_contended INTO choice FROM actant_choose_suspects(holder_is, p_max - behind, p_format, p_max_deaths, now_is) c;
    ELSIF part = 3 THEN
      SELECT c.chosen, c.capped, c.is_contended INTO choice FROM actant_choose_ready(p_max - behind, p_format, NULL) c;
    ELSE
      SELECT c.chosen, c.capped, c.is_contended INTO choice FROM actant_choose_ready(p_beside, p_format, holder_is) c;
    END IF;
    IF cardinality(choice.chosen) > 0 THEN
      RETURN QUERY SELECT l.tenant, l.name, l.epoch, l.position, p_taken[behind + l.item], l.signal_number, l.crashes, l.is_told,
          l.signals, l.input, l.input_at, false, false, NULL::text[], l.died_alone, l.e
        FROM actant_lease(choice.chosen, holder_is, p_taken[behind + 1:], p_body, now_is) l;
      behind := behind + cardinality(choice.chosen);
    END IF;
    at_caps := at_caps || choice.capped;
    is_left := is_left OR choice.is_contended;
  END LOOP;
  is_freed := freed > behind;
  is_contended := is_left OR (behind = 0 AND p_max > 0 AND p_name IS NULL AND actant_is_left(at_caps, p_format, now_is));
  IF is_freed OR is_contended OR cardinality(at_caps) > 0 THEN
    capped := ARRAY(SELECT n.name FROM tenants n WHERE n.id = ANY (at_caps));
    RETURN NEXT;
  END IF;
END $$;

-- A take whose answer was lost: its session would hold for as long as it lives what nobody runs. The session's lock waits for the take, if it
-- still runs; should it come later, it takes nothing. Answers with how many threads were freed.
CREATE FUNCTION actant_give_back(p_session uuid, p_taken uuid[]) RETURNS integer LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  holder_is bigint;
  freed integer;
BEGIN
  SELECT s.number INTO holder_is FROM sessions s WHERE s.id = p_session FOR UPDATE;
  UPDATE sessions s SET given_back = p_taken[1] WHERE s.number = holder_is;
  UPDATE threads SET holder = NULL, ready = true, due = NULL WHERE id = ANY (ARRAY(
    SELECT t.id FROM threads t JOIN journal j ON j.thread = t.id AND j.position = t.position
      WHERE t.holder = holder_is AND actant_first_id(j.entries) = ANY (p_taken) ORDER BY t.id + 0 FOR UPDATE OF t));
  GET DIAGNOSTICS freed = ROW_COUNT;
  RETURN freed;
END $$;

-- Why an execution waits; see ExecutionWait. Nothing when there is none.
CREATE FUNCTION actant_wait(p_tenant integer, p_id uuid, p_max integer)
  RETURNS TABLE (weight integer, max_running integer, max_queued integer, running integer, ahead integer, format integer, needs text, deaths integer) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off
    SET enable_sort = off SET enable_incremental_sort = off AS $$
#variable_conflict use_column
DECLARE
  x executions;
  t threads;
BEGIN
  SELECT * INTO x FROM executions u WHERE u.id = p_id AND u.tenant = p_tenant AND u.status < 3;
  SELECT * INTO t FROM threads h WHERE h.id = x.thread AND h.name IS NOT NULL;
  IF t.current = x.number AND NOT t.ready AND t.holder IS NULL THEN
    needs := t.needs;
  END IF;
  deaths := CASE WHEN t.ready AND t.current = x.number AND t.crashes + t.lost::integer >= 2 THEN t.crashes + t.lost::integer ELSE 0 END;
  IF t.id IS NULL OR (x.status > 0 AND needs IS NULL AND deaths = 0) THEN
    RETURN;
  END IF;
  SELECT n.weight, n.max_running, n.max_queued, actant_running(n.id) INTO weight, max_running, max_queued, running FROM tenants n WHERE n.id = p_tenant;
  format := t.format;
  IF t.ready AND t.current = x.number THEN
    SELECT count(*) INTO ahead FROM (SELECT h.is_new, h.rank, h.current, h.id FROM threads h WHERE h.tenant = p_tenant AND h.ready
        ORDER BY h.tenant, h.is_new, h.rank, h.current NULLS FIRST, h.id LIMIT p_max) b
      WHERE (b.is_new, b.rank, coalesce(b.current, 0), b.id) < (t.is_new, t.rank, t.current, t.id);
  END IF;
  RETURN NEXT;
END $$;
