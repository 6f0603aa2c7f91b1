-- Written and emptied again by every look whether the database takes what is written: one row fills a page, so the table must grow.
CREATE TABLE probe (content bytea NOT NULL) WITH (autovacuum_vacuum_threshold = 20, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE probe ALTER COLUMN content SET STORAGE PLAIN;
