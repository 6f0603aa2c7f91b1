-- How many of the sessions that `crashes` counts held nothing else that was as suspicious.
ALTER TABLE threads ADD COLUMN died_alone INTEGER NOT NULL DEFAULT 0;
CREATE INDEX threads_suspects ON threads (is_new, rank, current, id) WHERE ready = 1 AND crashes + lost >= 2;
