-- Whose it is, for listings; what it is held back with; and since when it is tried, where a person has sent it again.
ALTER TABLE outbox ADD COLUMN tenant INTEGER;
ALTER TABLE outbox ADD COLUMN held_with TEXT;
ALTER TABLE outbox ADD COLUMN since INTEGER;
UPDATE outbox SET tenant = (SELECT t.tenant FROM threads t WHERE t.id = outbox.thread);
CREATE INDEX outbox_waiting ON outbox (tenant, number) WHERE is_dead = 0;
CREATE INDEX outbox_dead ON outbox (tenant, number) WHERE is_dead = 1;
