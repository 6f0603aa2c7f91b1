-- What lists show of a version, without its body; NULL: none was written.
ALTER TABLE record_versions ADD COLUMN summary bytea;
