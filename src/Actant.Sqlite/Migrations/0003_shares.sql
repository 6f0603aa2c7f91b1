ALTER TABLE tenants ADD COLUMN weight INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tenants ADD COLUMN max_running INTEGER; -- NULL: no cap
ALTER TABLE tenants ADD COLUMN max_queued INTEGER; -- NULL: no bound

-- Taken by tenant, counted by tenant.
DROP INDEX threads_ready;
CREATE INDEX threads_ready ON threads (tenant, is_new, rank, current, id) WHERE ready = 1;
DROP INDEX threads_holder;
CREATE INDEX threads_holder ON threads (holder, tenant) WHERE holder IS NOT NULL;
