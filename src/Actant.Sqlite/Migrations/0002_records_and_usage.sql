CREATE TABLE records (
  number INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL, -- the newest
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX records_id ON records (tenant, kind, id);
CREATE UNIQUE INDEX records_name ON records (tenant, kind, name);
CREATE INDEX records_created ON records (tenant, kind, created_at, number);

CREATE TABLE record_versions (
  record INTEGER NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (record, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  tenant INTEGER NOT NULL,
  day INTEGER NOT NULL, -- days since 0001-01-01
  agent TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  cost TEXT, -- decimal; NULL is 0
  PRIMARY KEY (tenant, day, agent, provider, model)
) STRICT, WITHOUT ROWID;
