-- Consumed inputs are deleted, of other signals the body goes: its hash stays, so that the key keeps its meaning. A signal that is no
-- input is consumed when it has a hash, an input when it is gone; what earlier releases have consumed stands in the thread's row too.
ALTER TABLE inbox ADD COLUMN hash bytea;
DELETE FROM inbox b USING threads t WHERE t.id = b.thread AND b.kind = 1 AND (b.number <= t.consumed_to OR b.number = ANY (t.consumed));
UPDATE inbox b SET hash = sha256(b.body), body = '' FROM threads t
  WHERE t.id = b.thread AND b.kind <> 1 AND (b.number <= t.consumed_to OR b.number = ANY (t.consumed));
-- What steers an execution is found past any number of inputs that wait.
CREATE INDEX inbox_calls ON inbox (thread, number) WHERE kind <> 1 AND hash IS NULL;

-- What interrupts begins before those that were queued earlier. Null for all others, which an index of them costs nothing.
ALTER TABLE executions ADD COLUMN ahead boolean;
CREATE INDEX executions_ahead ON executions (thread, number) WHERE ahead AND marked = 0;

-- Keys of forks and rewinds, and what they made.
CREATE TABLE branch_keys (
  thread bigint NOT NULL,
  position bigint NOT NULL,
  tenant integer NOT NULL,
  execution uuid,
  fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
  key text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX branch_keys_thread ON branch_keys (thread);
