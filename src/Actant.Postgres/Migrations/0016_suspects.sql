-- How many of the sessions that `crashes` counts held nothing else that was as suspicious.
ALTER TABLE threads ADD COLUMN died_alone integer NOT NULL DEFAULT 0;
CREATE INDEX threads_suspects ON threads (is_new, rank, current NULLS FIRST, id) WHERE ready AND crashes + lost::integer >= 2;
