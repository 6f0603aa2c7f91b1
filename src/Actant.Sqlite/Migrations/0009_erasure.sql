-- The position of the last erasure: a snapshot from before it is not kept any more, nor a fork that was begun before it.
ALTER TABLE threads ADD COLUMN erased_at INTEGER NOT NULL DEFAULT 0;
