ALTER TABLE executions ADD COLUMN tags bytea; -- JSON: what it is filed under
ALTER TABLE executions ADD COLUMN started_by bytea; -- JSON: who let it begin, where it had been held
-- A new status needs no other table, and none of these says more than the functions do.
ALTER TABLE executions DROP CONSTRAINT IF EXISTS executions_check;
ALTER TABLE executions DROP CONSTRAINT IF EXISTS executions_check1;
ALTER TABLE executions DROP CONSTRAINT IF EXISTS executions_check2;

-- What executions can be found by: subject, batch, root and labels. Nothing where nothing was said.
CREATE TABLE execution_tags (
  number bigint NOT NULL,
  thread bigint NOT NULL,
  tenant integer NOT NULL,
  tag text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, tag, number)
);
CREATE INDEX execution_tags_thread ON execution_tags (thread);

-- Whom threads are about; those of a fork's source too.
CREATE TABLE thread_subjects (
  thread bigint NOT NULL,
  tenant integer NOT NULL,
  subject text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, subject, thread)
);
CREATE INDEX thread_subjects_thread ON thread_subjects (thread);
