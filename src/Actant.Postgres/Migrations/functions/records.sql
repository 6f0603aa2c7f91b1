-- Outcomes are those of RecordOutcome.
CREATE FUNCTION actant_write_record(
  p_clock timestamptz, p_tenant integer, p_kind text, p_id text, p_name text, p_expected bigint, p_body bytea, p_summary bytea)
  RETURNS TABLE (outcome integer, newest bigint) LANGUAGE plpgsql AS $$
DECLARE
  now_is timestamptz := coalesce(p_clock, clock_timestamp());
  r records;
  named bigint;
BEGIN
  SELECT * INTO r FROM records x WHERE x.tenant = p_tenant AND x.kind = p_kind AND x.id = p_id FOR UPDATE;
  newest := coalesce(r.version, 0);
  IF newest = p_expected + 1 AND EXISTS (SELECT FROM record_versions v
      WHERE v.record = r.number AND v.version = newest AND v.name = p_name AND v.body = p_body) THEN
    outcome := 0;
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT x.number INTO named FROM records x WHERE x.tenant = p_tenant AND x.kind = p_kind AND x.name = p_name;
  outcome := CASE WHEN newest <> p_expected THEN 1 WHEN named IS NOT NULL AND named IS DISTINCT FROM r.number THEN 2 ELSE 0 END;
  IF outcome = 0 THEN
    newest := newest + 1;
    IF r.number IS NULL THEN
      INSERT INTO records (tenant, kind, id, name, version, created_at) VALUES (p_tenant, p_kind, p_id, p_name, 1, now_is)
        RETURNING number INTO named;
    ELSE
      named := r.number;
      UPDATE records x SET name = p_name, version = newest WHERE x.number = r.number;
    END IF;
    INSERT INTO record_versions (record, version, name, body, summary, written_at) VALUES (named, newest, p_name, p_body, p_summary, now_is);
  END IF;
  RETURN NEXT;
END $$;

CREATE FUNCTION actant_delete_record(p_tenant integer, p_kind text, p_id text, p_expected bigint)
  RETURNS TABLE (outcome integer, newest bigint) LANGUAGE plpgsql AS $$
DECLARE
  r records;
BEGIN
  SELECT * INTO r FROM records x WHERE x.tenant = p_tenant AND x.kind = p_kind AND x.id = p_id FOR UPDATE;
  outcome := CASE WHEN r.number IS NULL THEN 3 WHEN p_expected IS NOT NULL AND p_expected <> r.version THEN 1 ELSE 0 END;
  newest := CASE outcome WHEN 1 THEN r.version ELSE 0 END;
  IF outcome = 0 THEN
    DELETE FROM record_versions v WHERE v.record = r.number;
    DELETE FROM records x WHERE x.number = r.number;
  END IF;
  RETURN NEXT;
END $$;
