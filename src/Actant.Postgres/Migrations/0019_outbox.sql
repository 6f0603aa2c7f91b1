-- Whose it is, for listings; what it is held back with; and since when it is tried, where a person has sent it again.
ALTER TABLE outbox ADD COLUMN tenant integer;
ALTER TABLE outbox ADD COLUMN held_with text;
ALTER TABLE outbox ADD COLUMN since timestamptz;
UPDATE outbox o SET tenant = t.tenant FROM threads t WHERE t.id = o.thread;
CREATE INDEX outbox_waiting ON outbox (tenant, number) WHERE NOT is_dead;
CREATE INDEX outbox_dead ON outbox (tenant, number) WHERE is_dead;
