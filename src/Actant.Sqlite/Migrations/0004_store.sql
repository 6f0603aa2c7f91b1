-- Consumed inputs are deleted, of other signals the body goes: its hash stays, so that the key keeps its meaning. What was consumed
-- before loses its body here; without a hash any body counts as the same.
ALTER TABLE inbox ADD COLUMN hash BLOB;
DELETE FROM inbox WHERE consumed = 1 AND kind = 1;
UPDATE inbox SET body = x'' WHERE consumed = 1;
-- What steers an execution is found past any number of inputs that wait.
DROP INDEX inbox_waiting;
CREATE INDEX inbox_calls ON inbox (slot) WHERE consumed = 0 AND kind <> 1;

-- What interrupts begins before those that were queued earlier. NULL for all others, which an index of them costs nothing.
ALTER TABLE executions ADD COLUMN ahead INTEGER;
CREATE INDEX executions_ahead ON executions (thread, number) WHERE ahead = 1 AND status = 0;

-- Keys of forks and rewinds, and what they made.
CREATE TABLE branch_keys (
  tenant INTEGER NOT NULL,
  key TEXT NOT NULL,
  thread INTEGER NOT NULL,
  position INTEGER NOT NULL,
  execution BLOB,
  fingerprint BLOB NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT;
CREATE INDEX branch_keys_thread ON branch_keys (thread);
