-- What a thread was left for want of, a line each: counts while it is neither ready nor leased.
ALTER TABLE threads ADD COLUMN needs TEXT;
CREATE INDEX threads_left ON threads (needs, tenant, rank, id) WHERE needs IS NOT NULL AND ready = 0 AND holder IS NULL;
