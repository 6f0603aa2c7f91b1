-- What lists show of versions of records. Beside a body of megabytes each column behind it costs a walk over all its pages.
CREATE TABLE record_summaries (
  record INTEGER NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  summary BLOB, -- NULL: none was written
  written_at INTEGER NOT NULL,
  PRIMARY KEY (record, version)
) STRICT, WITHOUT ROWID;
INSERT INTO record_summaries (record, version, name, written_at) SELECT record, version, name, written_at FROM record_versions;
