-- An execution that goes on behind a fork or a rewind. Its id and key must be new.
CREATE FUNCTION actant_continue(
  t threads, p_id uuid, p_agent text, p_definition bytea, p_key text, p_fingerprint bytea, p_priority smallint, p_deadline timestamptz,
  p_held boolean, p_now timestamptz) RETURNS threads LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO executions (number, tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, tokens, cost,
      idempotency_key, fingerprint, last_cancel)
    VALUES (nextval('execution_numbers'), t.tenant, p_id, t.id, 0, p_agent, p_definition, p_priority, p_held, p_deadline, p_now, 0, 0,
      p_key, p_fingerprint, 0);
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

-- Outcomes are those of BranchOutcome; 100: the execution that goes on is known already. `p_cut`: where the source's last append up to the
-- position begins, with what of it is not behind the position.
CREATE FUNCTION actant_fork(
  p_clock timestamptz, p_tenant integer, p_source text, p_position bigint, p_target text,
  p_cut bigint, p_cut_count integer, p_cut_entries bytea, p_entry uuid, p_entry_execution uuid,
  p_entry_body bytea, p_format integer, p_id uuid, p_agent text, p_definition bytea, p_key text, p_fingerprint bytea,
  p_priority smallint, p_deadline timestamptz, p_held boolean, p_branch_key text, p_branch_hash bytea) RETURNS integer LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  source threads := actant_thread(p_tenant, p_source, now_is);
  target threads;
BEGIN
  SELECT * INTO target FROM threads h WHERE h.tenant = p_tenant AND h.name = p_target;
  IF EXISTS (SELECT FROM journal j WHERE j.thread = target.id AND j.position = p_position + 1 AND actant_first_id(j.entries) = p_entry) THEN
    RETURN 1;
  END IF;
  IF actant_knows_branch(p_tenant, p_branch_key) THEN
    RETURN 6;
  END IF;
  IF source.id IS NULL OR source.position < p_position THEN
    RETURN 2;
  END IF;
  IF target.id IS NOT NULL THEN
    RETURN 3;
  END IF;
  -- Another source of the same name has come since the cut was made.
  IF p_position > 0 AND NOT EXISTS (SELECT FROM journal j WHERE j.thread = source.id AND j.position = p_cut
      AND substring(j.entries FOR 36 * p_cut_count) = substring(p_cut_entries FOR 36 * p_cut_count)) THEN
    RETURN 2;
  END IF;
  IF p_id IS NOT NULL AND (actant_known(p_tenant, p_id, p_key)).number IS NOT NULL THEN
    RETURN 100;
  END IF;
  target := actant_new_thread(p_tenant, p_target, source.epoch, now_is);
  target.position := p_position + 1;
  target.format := greatest(source.format, p_format);
  INSERT INTO journal (thread, position, epoch, count, entries)
    SELECT target.id, j.position, j.epoch, CASE WHEN j.position = p_cut THEN p_cut_count ELSE j.count END,
        CASE WHEN j.position = p_cut THEN p_cut_entries ELSE j.entries END
      FROM journal j WHERE j.thread = source.id AND j.position <= p_position;
  INSERT INTO journal (thread, position, epoch, count, entries)
    VALUES (target.id, p_position + 1, 0, 1, actant_pack(p_entry, p_entry_execution, p_entry_body));
  INSERT INTO blobs (thread, hash, content) SELECT target.id, b.hash, b.content FROM blobs b WHERE b.thread = source.id;
  target.bytes := (SELECT coalesce(sum(length(j.entries) - 36 * j.count), 0) FROM journal j WHERE j.thread = target.id)
    + (SELECT coalesce(sum(length(b.content)), 0) FROM blobs b WHERE b.thread = target.id);
  IF p_id IS NOT NULL THEN
    target := actant_continue(target, p_id, p_agent, p_definition, p_key, p_fingerprint, p_priority, p_deadline, p_held, now_is);
  END IF;
  PERFORM actant_insert(target);
  PERFORM actant_keep_branch(target, p_branch_key, p_branch_hash, p_id);
  RETURN 0;
END $$;

CREATE FUNCTION actant_rewind(
  p_clock timestamptz, p_tenant integer, p_name text, p_expected bigint, p_entry uuid, p_entry_execution uuid,
  p_entry_body bytea, p_format integer, p_id uuid, p_agent text, p_definition bytea, p_key text, p_fingerprint bytea,
  p_priority smallint, p_deadline timestamptz, p_held boolean, p_branch_key text, p_branch_hash bytea) RETURNS integer LANGUAGE plpgsql
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
    t := actant_continue(t, p_id, p_agent, p_definition, p_key, p_fingerprint, p_priority, p_deadline, p_held, now_is);
  END IF;
  PERFORM actant_save(t);
  PERFORM actant_keep_branch(t, p_branch_key, p_branch_hash, p_id);
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
