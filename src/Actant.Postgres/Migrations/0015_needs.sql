-- What nodes have, and what a thread was left for want of, a line each: that counts while the thread is neither ready nor leased.
ALTER TABLE sessions ADD COLUMN capabilities text[];
ALTER TABLE threads ADD COLUMN needs text COLLATE "C";
CREATE INDEX threads_left ON threads (needs, tenant, rank, id) WHERE needs IS NOT NULL AND NOT ready AND holder IS NULL;
