-- The table is made once more without checks of the status: a new status writes no table anew.
CREATE TABLE executions_new (
  number INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  thread INTEGER NOT NULL,
  status INTEGER NOT NULL,
  agent TEXT NOT NULL,
  definition BLOB NOT NULL,
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
  held INTEGER NOT NULL,
  deadline INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  start_position INTEGER,
  end_position INTEGER,
  failure BLOB,
  tokens INTEGER NOT NULL,
  cost TEXT, -- decimal; NULL is 0
  idempotency_key TEXT,
  fingerprint BLOB,
  last_cancel INTEGER NOT NULL,
  ahead INTEGER, -- what interrupts begins before those that were queued earlier
  tags BLOB, -- JSON: what it is filed under
  started_by BLOB -- JSON: who let it begin, where it had been held
) STRICT;
INSERT INTO executions_new (number, tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, started_at, ended_at,
    start_position, end_position, failure, tokens, cost, idempotency_key, fingerprint, last_cancel, ahead)
  SELECT number, tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, started_at, ended_at,
    start_position, end_position, failure, tokens, cost, idempotency_key, fingerprint, last_cancel, ahead FROM executions;
DROP TABLE executions;
ALTER TABLE executions_new RENAME TO executions;
CREATE UNIQUE INDEX executions_id ON executions (tenant, id);
CREATE UNIQUE INDEX executions_key ON executions (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX executions_thread ON executions (thread, status, number);
CREATE INDEX executions_created ON executions (tenant, created_at, number);
CREATE INDEX executions_agent ON executions (tenant, agent, created_at, number);
CREATE INDEX executions_status ON executions (tenant, status, created_at, number);
CREATE INDEX executions_ahead ON executions (thread, number) WHERE ahead = 1 AND status = 0;

-- What executions can be found by: subject, batch, root and labels. Nothing where nothing was said.
CREATE TABLE execution_tags (
  tenant INTEGER NOT NULL,
  tag TEXT NOT NULL,
  number INTEGER NOT NULL,
  thread INTEGER NOT NULL,
  PRIMARY KEY (tenant, tag, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX execution_tags_thread ON execution_tags (thread);

-- Whom threads are about; those of a fork's source too.
CREATE TABLE thread_subjects (
  tenant INTEGER NOT NULL,
  subject TEXT NOT NULL,
  thread INTEGER NOT NULL,
  PRIMARY KEY (tenant, subject, thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_subjects_thread ON thread_subjects (thread);
