-- An execution that goes on behind a fork or a rewind. Its id and key must be new.
CREATE FUNCTION actant_continue(
  t threads, p_id uuid, p_agent text, p_definition bytea, p_key text, p_fingerprint bytea, p_priority smallint, p_deadline timestamptz,
  p_held boolean, p_tags bytea, p_keys text, p_now timestamptz) RETURNS threads LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO executions (number, tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, tokens, cost,
      idempotency_key, fingerprint, last_cancel, tags)
    VALUES (nextval('execution_numbers'), t.tenant, p_id, t.id, 0, p_agent, p_definition, p_priority, p_held, p_deadline, p_now, 0, 0,
      p_key, p_fingerprint, 0, p_tags);
  IF p_keys IS NOT NULL THEN
    PERFORM actant_tag(t.tenant, t.id, (SELECT u.number FROM executions u WHERE u.id = p_id AND u.tenant = t.tenant), p_keys);
  END IF;
  t.pending := t.pending + 1;
  t := actant_choose(t);
  IF NOT p_held THEN
    t.ready := true;
    t.due := NULL;
  END IF;
  RETURN t;
END $$;

-- Whether a key has made something that is still there. A row that a deletion has not reached yet gives way.
CREATE FUNCTION actant_knows_branch(p_tenant integer, p_key text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF p_key IS NULL THEN
    RETURN false;
  END IF;
  DELETE FROM branch_keys k WHERE k.tenant = p_tenant AND k.key = p_key
    AND NOT EXISTS (SELECT FROM threads h WHERE h.id = k.thread AND h.name IS NOT NULL);
  RETURN EXISTS (SELECT FROM branch_keys k WHERE k.tenant = p_tenant AND k.key = p_key);
END $$;

-- Who loses a race for a key is told so by its uniqueness, and asks again.
CREATE FUNCTION actant_keep_branch(t threads, p_key text, p_hash bytea, p_execution uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_key IS NOT NULL THEN
    INSERT INTO branch_keys (tenant, key, thread, position, execution, fingerprint) VALUES (t.tenant, p_key, t.id, t.position, p_execution, p_hash);
  END IF;
END $$;

-- A fork in pieces, so that nobody waits for the whole: begun, copied and ended each in a transaction of its own, into a thread without
-- a name, which nobody sees. One that was not ended is removed when its last piece is ten minutes old.

-- Outcomes are those of BranchOutcome; 100: the execution that goes on is known already; 101: go on with copying; 102: begin again.
CREATE FUNCTION actant_check_fork(
  p_tenant integer, p_source bigint, p_position bigint, p_target text, p_entry uuid, p_id uuid, p_key text, p_branch_key text)
  RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  existing bigint := (SELECT h.id FROM threads h WHERE h.tenant = p_tenant AND h.name = p_target);
BEGIN
  IF EXISTS (SELECT FROM journal j WHERE j.thread = existing AND j.position = p_position + 1 AND actant_first_id(j.entries) = p_entry) THEN
    RETURN 1;
  END IF;
  IF actant_knows_branch(p_tenant, p_branch_key) THEN
    RETURN 6;
  END IF;
  IF NOT EXISTS (SELECT FROM threads h WHERE h.id = p_source AND h.name IS NOT NULL AND h.position >= p_position) THEN
    RETURN 2;
  END IF;
  IF existing IS NOT NULL THEN
    RETURN 3;
  END IF;
  IF p_id IS NOT NULL AND (actant_known(p_tenant, p_id, p_key)).number IS NOT NULL THEN
    RETURN 100;
  END IF;
  RETURN 101;
END $$;

-- `p_cut`: where the source's last append up to the position begins, with what of it is not behind the position.
CREATE FUNCTION actant_begin_fork(
  p_clock timestamptz, p_tenant integer, p_source text, p_position bigint, p_target text,
  p_cut bigint, p_cut_count integer, p_cut_entries bytea, p_entry uuid, p_id uuid, p_key text, p_branch_key text,
  OUT outcome integer, OUT source bigint, OUT fork bigint) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  s threads;
  t threads;
BEGIN
  SELECT * INTO s FROM threads h WHERE h.tenant = p_tenant AND h.name = p_source;
  outcome := actant_check_fork(p_tenant, s.id, p_position, p_target, p_entry, p_id, p_key, p_branch_key);
  -- Another source of the same name has come since the cut was made.
  IF outcome = 101 AND NOT EXISTS (SELECT FROM journal j WHERE j.thread = s.id AND j.position = p_cut
      AND substring(j.entries FOR 36 * p_cut_count) = substring(p_cut_entries FOR 36 * p_cut_count)) THEN
    outcome := 2;
  END IF;
  IF outcome <> 101 THEN
    RETURN;
  END IF;
  t := actant_new_thread(p_tenant, NULL, s.epoch, now_is);
  t.format := s.format;
  t.erased_at := s.erased_at;
  t.copied_at := now_is;
  PERFORM actant_insert(t);
  source := s.id;
  fork := t.id;
END $$;

-- The next appends before the cut: at most a thousand, of about so many bytes. The last position copied, or null when there is no more.
CREATE FUNCTION actant_copy_entries(p_clock timestamptz, p_source bigint, p_fork bigint, p_after bigint, p_before bigint, p_bytes bigint)
  RETURNS bigint LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  last bigint := (SELECT max(w.position) FROM (
    SELECT b.position, sum(b.size) OVER (ORDER BY b.position) - b.size AS behind FROM (
      SELECT j.position, length(j.entries) AS size FROM journal j
        WHERE j.thread = p_source AND j.position > p_after AND j.position < p_before ORDER BY j.position LIMIT 1000) b) w
    WHERE w.behind < p_bytes);
BEGIN
  UPDATE threads h SET copied_at = coalesce(p_clock, clock_timestamp()) WHERE h.id = p_fork AND h.name IS NULL AND h.copied_at IS NOT NULL;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO journal (thread, position, epoch, count, entries)
    SELECT p_fork, j.position, j.epoch, j.count, j.entries FROM journal j
      WHERE j.thread = p_source AND j.position > p_after AND j.position <= last ON CONFLICT DO NOTHING;
  RETURN last;
END $$;

-- The same for blobs, in the order of their hashes.
CREATE FUNCTION actant_copy_blobs(p_clock timestamptz, p_source bigint, p_fork bigint, p_after bytea, p_bytes bigint)
  RETURNS bytea LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  last bytea := (SELECT w.hash FROM (
    SELECT c.hash, sum(c.size) OVER (ORDER BY c.hash) - c.size AS behind FROM (
      SELECT b.hash, length(b.content)::bigint AS size FROM blobs b WHERE b.thread = p_source AND b.hash > p_after ORDER BY b.hash LIMIT 1000) c) w
    WHERE w.behind < p_bytes ORDER BY w.hash DESC LIMIT 1);
BEGIN
  UPDATE threads h SET copied_at = coalesce(p_clock, clock_timestamp()) WHERE h.id = p_fork AND h.name IS NULL AND h.copied_at IS NOT NULL;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO blobs (thread, hash, content)
    SELECT p_fork, b.hash, b.content FROM blobs b WHERE b.thread = p_source AND b.hash > p_after AND b.hash <= last ON CONFLICT DO NOTHING;
  RETURN last;
END $$;

CREATE FUNCTION actant_end_fork(
  p_clock timestamptz, p_tenant integer, p_source bigint, p_fork bigint, p_position bigint, p_target text,
  p_cut bigint, p_cut_count integer, p_cut_entries bytea, p_entry uuid, p_entry_execution uuid,
  p_entry_body bytea, p_format integer, p_id uuid, p_agent text, p_definition bytea, p_key text, p_fingerprint bytea,
  p_priority smallint, p_deadline timestamptz, p_held boolean, p_tags bytea, p_keys text, p_branch_key text, p_branch_hash bytea) RETURNS integer LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  outcome integer;
  t threads;
BEGIN
  SELECT * INTO t FROM threads h WHERE h.id = p_fork AND h.name IS NULL AND h.copied_at IS NOT NULL FOR UPDATE;
  outcome := actant_check_fork(p_tenant, p_source, p_position, p_target, p_entry, p_id, p_key, p_branch_key);
  IF outcome <> 101 THEN
    RETURN outcome;
  END IF;
  -- What was erased meanwhile may have been copied before.
  IF t.id IS NULL OR t.erased_at IS DISTINCT FROM (SELECT h.erased_at FROM threads h WHERE h.id = p_source) THEN
    RETURN 102;
  END IF;
  t.erased_at := NULL;
  INSERT INTO journal (thread, position, epoch, count, entries)
    VALUES (t.id, p_cut, (SELECT j.epoch FROM journal j WHERE j.thread = p_source AND j.position = p_cut), p_cut_count, p_cut_entries),
      (t.id, p_position + 1, 0, 1, actant_pack(p_entry, p_entry_execution, p_entry_body));
  t.name := p_target;
  t.copied_at := NULL;
  t.position := p_position + 1;
  t.epoch := greatest(t.epoch, (SELECT s.epoch_floor FROM store s WHERE s.id = 1));
  t.format := greatest(t.format, p_format);
  t.created_at := now_is;
  t.updated_at := now_is;
  t.bytes := (SELECT coalesce(sum(length(j.entries) - 36 * j.count), 0) FROM journal j WHERE j.thread = t.id)
    + (SELECT coalesce(sum(length(b.content)), 0) FROM blobs b WHERE b.thread = t.id);
  IF p_id IS NOT NULL THEN
    t := actant_continue(t, p_id, p_agent, p_definition, p_key, p_fingerprint, p_priority, p_deadline, p_held, p_tags, p_keys, now_is);
  END IF;
  INSERT INTO thread_subjects (tenant, subject, thread)
    SELECT s.tenant, s.subject, t.id FROM thread_subjects s WHERE s.thread = p_source ON CONFLICT DO NOTHING;
  DELETE FROM threads h WHERE h.id = t.id;
  PERFORM actant_insert(t);
  PERFORM actant_keep_branch(t, p_branch_key, p_branch_hash, p_id);
  RETURN 0;
END $$;

-- A copy that was given up, or not touched since a time, becomes a deletion that is under way; its number if it was one.
CREATE FUNCTION actant_abandon_copies(p_fork bigint, p_before timestamptz) RETURNS SETOF bigint LANGUAGE sql
  SET enable_seqscan = off AS $$
  UPDATE threads h SET copied_at = NULL WHERE h.name IS NULL AND h.copied_at IS NOT NULL AND (h.id = p_fork OR h.copied_at < p_before) RETURNING h.id;
$$;

CREATE FUNCTION actant_rewind(
  p_clock timestamptz, p_tenant integer, p_name text, p_expected bigint, p_entry uuid, p_entry_execution uuid,
  p_entry_body bytea, p_format integer, p_id uuid, p_agent text, p_definition bytea, p_key text, p_fingerprint bytea,
  p_priority smallint, p_deadline timestamptz, p_held boolean, p_tags bytea, p_keys text, p_branch_key text, p_branch_hash bytea) RETURNS integer LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  t threads := actant_thread(p_tenant, p_name, now_is);
BEGIN
  IF t.id IS NULL THEN
    RETURN 2;
  END IF;
  IF EXISTS (SELECT FROM journal j WHERE j.thread = t.id AND j.position = p_expected + 1 AND actant_first_id(j.entries) = p_entry) THEN
    RETURN 1;
  END IF;
  IF actant_knows_branch(p_tenant, p_branch_key) THEN
    RETURN 6;
  END IF;
  IF t.holder IS NOT NULL OR t.is_open OR t.pending > 0 THEN
    RETURN 4;
  END IF;
  IF t.position <> p_expected THEN
    RETURN 5;
  END IF;
  IF p_id IS NOT NULL AND (actant_known(p_tenant, p_id, p_key)).number IS NOT NULL THEN
    RETURN 100;
  END IF;
  t.epoch := t.epoch + 1;
  t.position := t.position + 1;
  t.bytes := t.bytes + length(p_entry_body);
  t.format := greatest(t.format, p_format);
  t.updated_at := now_is;
  INSERT INTO journal (thread, position, epoch, count, entries)
    VALUES (t.id, t.position, t.epoch, 1, actant_pack(p_entry, p_entry_execution, p_entry_body));
  IF p_id IS NOT NULL THEN
    t := actant_continue(t, p_id, p_agent, p_definition, p_key, p_fingerprint, p_priority, p_deadline, p_held, p_tags, p_keys, now_is);
  END IF;
  PERFORM actant_save(t);
  PERFORM actant_keep_branch(t, p_branch_key, p_branch_hash, p_id);
  RETURN 0;
END $$;

-- Puts other packs in place of appends, by where they begin; removes blobs and the snapshot. Outcomes are those of BranchOutcome.
CREATE FUNCTION actant_erase(
  p_clock timestamptz, p_tenant integer, p_name text, p_expected bigint, p_entry uuid, p_entry_execution uuid, p_entry_body bytea,
  p_format integer, p_positions bigint[], p_packs bytea[], p_blobs bytea[]) RETURNS integer LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  t threads := actant_thread(p_tenant, p_name, coalesce(p_clock, clock_timestamp()));
  gone bigint;
BEGIN
  IF t.id IS NULL THEN
    RETURN 2;
  END IF;
  IF EXISTS (SELECT FROM journal j WHERE j.thread = t.id AND j.position = p_expected + 1 AND actant_first_id(j.entries) = p_entry) THEN
    RETURN 1;
  END IF;
  IF t.holder IS NOT NULL THEN
    RETURN 4;
  END IF;
  IF t.position <> p_expected THEN
    RETURN 5;
  END IF;
  t.bytes := t.bytes + coalesce((SELECT sum(length(p_packs[i]) - length(j.entries)) FROM generate_subscripts(p_positions, 1) AS i
    JOIN journal j ON j.thread = t.id AND j.position = p_positions[i]), 0);
  UPDATE journal j SET entries = p_packs[i] FROM generate_subscripts(p_positions, 1) AS i WHERE j.thread = t.id AND j.position = p_positions[i];
  WITH d AS (DELETE FROM blobs b WHERE b.thread = t.id AND b.hash = ANY (p_blobs) RETURNING length(b.content) AS size)
  SELECT coalesce(sum(d.size), 0) INTO gone FROM d;
  DELETE FROM snapshots s WHERE s.thread = t.id;
  t.epoch := t.epoch + 1;
  t.position := t.position + 1;
  t.bytes := t.bytes - gone + length(p_entry_body);
  t.format := greatest(t.format, p_format);
  t.updated_at := coalesce(p_clock, clock_timestamp());
  INSERT INTO journal (thread, position, epoch, count, entries)
    VALUES (t.id, t.position, t.epoch, 1, actant_pack(p_entry, p_entry_execution, p_entry_body));
  PERFORM actant_save(t);
  UPDATE threads h SET erased_at = t.position WHERE h.id = t.id;
  RETURN 0;
END $$;

-- Takes a thread's name and lease; after it the thread is gone for everybody. Answers with its number and who held it.
CREATE FUNCTION actant_delete(p_tenant integer, p_name text) RETURNS TABLE (thread bigint, holder uuid) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  t threads;
BEGIN
  SELECT * INTO t FROM threads h WHERE h.tenant = p_tenant AND h.name = p_name FOR UPDATE;
  IF t.id IS NULL THEN
    RETURN;
  END IF;
  UPDATE store SET epoch_floor = t.epoch WHERE id = 1 AND epoch_floor < t.epoch;
  UPDATE threads h SET name = NULL, holder = NULL, ready = false, due = NULL, current = NULL, is_open = false WHERE h.id = t.id;
  RETURN QUERY SELECT t.id, (SELECT s.id FROM sessions s WHERE s.number = t.holder);
END $$;

-- Removes up to so many rows of a thread without a name; false when nothing is left.
CREATE FUNCTION actant_remove(p_thread bigint, p_max integer) RETURNS boolean LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  room integer := p_max;
  gone integer;
  deletion text;
BEGIN
  FOREACH deletion IN ARRAY ARRAY[
    'DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM outbox WHERE thread = $1 LIMIT $2))',
    'DELETE FROM inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox WHERE thread = $1 LIMIT $2))',
    'DELETE FROM execution_tags WHERE ctid = ANY (ARRAY(SELECT ctid FROM execution_tags WHERE thread = $1 LIMIT $2))',
    'DELETE FROM thread_subjects WHERE ctid = ANY (ARRAY(SELECT ctid FROM thread_subjects WHERE thread = $1 LIMIT $2))',
    'DELETE FROM executions WHERE ctid = ANY (ARRAY(SELECT ctid FROM executions WHERE thread + 0 = $1 LIMIT $2))',
    'DELETE FROM journal WHERE ctid = ANY (ARRAY(SELECT ctid FROM journal WHERE thread = $1 LIMIT $2))',
    'DELETE FROM blobs WHERE ctid = ANY (ARRAY(SELECT ctid FROM blobs WHERE thread = $1 LIMIT $2))',
    'DELETE FROM snapshots WHERE thread = $1 AND $2 > 0',
    'DELETE FROM branch_keys WHERE thread = $1 AND $2 > 0',
    'DELETE FROM threads WHERE id = $1 AND name IS NULL AND $2 > 0']
  LOOP
    EXECUTE deletion USING p_thread, room;
    GET DIAGNOSTICS gone = ROW_COUNT;
    room := room - gone;
    IF room <= 0 THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END $$;
