-- A fork is copied in pieces into a thread without a name. When the last piece came; null: it is a deletion that is under way.
ALTER TABLE threads ADD COLUMN copied_at timestamptz;
