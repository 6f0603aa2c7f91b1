-- Rows are named by small numbers inside: a tenant, a thread, an execution, a session. Times are the database's clock.
-- What every append touches (position, seen, bytes, updated_at) stands in no index, so that such an update stays on its page.
-- An index that only listings use begins with an expression: a plan that was made while a table was empty must never take it for a
-- look-up and read everything of a tenant or a thread.

CREATE SEQUENCE thread_ids;
CREATE SEQUENCE execution_numbers;
CREATE SEQUENCE session_numbers;
CREATE SEQUENCE usage_writers AS integer CYCLE;

CREATE TABLE store (
  id integer PRIMARY KEY CHECK (id = 1),
  -- A thread that is made again after a deletion starts here, so that no former holder's epoch is ever current again.
  epoch_floor bigint NOT NULL
);
INSERT INTO store (id, epoch_floor) VALUES (1, 0);

-- Where the tenants stand that have work; see actant_take. Outside transactions: nobody waits for it, and a step too far does no harm.
CREATE SEQUENCE virtual_time MINVALUE 0 START 0;

CREATE TABLE tenants (
  turn bigint NOT NULL DEFAULT 0, -- what it has had, in virtual time
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  weight integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000),
  max_running integer CHECK (max_running >= 0), -- null: no cap
  max_queued integer CHECK (max_queued >= 0), -- null: no bound
  name text COLLATE "C" NOT NULL UNIQUE
) WITH (fillfactor = 50);

-- One row per node that lives. Nothing indexes its time: there are as many rows as nodes, and a renewal stays on its page.
CREATE TABLE sessions (
  number bigint PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  length interval NOT NULL,
  expires_at timestamptz NOT NULL,
  given_back uuid, -- see actant_give_back
  node text NOT NULL,
  address text -- where other nodes reach it
) WITH (fillfactor = 50);

CREATE TABLE threads (
  id bigint PRIMARY KEY,
  position bigint NOT NULL,
  epoch bigint NOT NULL CHECK (epoch >= 0),
  signal_number bigint NOT NULL,
  seen bigint NOT NULL, -- the highest signal number that the holder is known to have seen
  consumed_to bigint NOT NULL, -- all signals up to this number are consumed, and those of `consumed`
  bytes bigint NOT NULL,
  holder bigint, -- a session
  current bigint, -- the open execution, or else the first that waits and is not held
  rank bigint NOT NULL, -- of the current execution; see actant_rank
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  due timestamptz,
  active bigint NOT NULL, -- updated_at in steps of eight seconds: what the listing's index knows of it
  tenant integer NOT NULL,
  calls integer NOT NULL CHECK (calls >= 0), -- unconsumed signals other than inputs
  pending integer NOT NULL CHECK (pending >= 0), -- executions that have not started, held ones included
  crashes integer NOT NULL,
  format integer NOT NULL,
  lost boolean NOT NULL, -- the last lease ended with its session, unreleased
  ready boolean NOT NULL,
  is_open boolean NOT NULL,
  is_new boolean NOT NULL, -- nothing has started and nobody calls
  name text COLLATE "C", -- null: deleted, what hangs on it is being removed
  consumed bigint[] NOT NULL,
  CHECK (NOT ready OR (holder IS NULL AND due IS NULL)),
  CHECK (due IS NULL OR holder IS NULL),
  CHECK (NOT is_open OR current IS NOT NULL),
  CHECK (consumed_to <= signal_number)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
CREATE UNIQUE INDEX threads_name ON threads (tenant, name);
CREATE INDEX threads_active ON threads ((tenant + 0), active);
CREATE INDEX threads_open ON threads ((tenant + 0), current) WHERE is_open;
CREATE INDEX threads_ready ON threads (tenant, is_new, rank, current NULLS FIRST, id) WHERE ready;
CREATE INDEX threads_due ON threads (due) WHERE due IS NOT NULL;
CREATE INDEX threads_holder ON threads (holder, tenant) WHERE holder IS NOT NULL;
CREATE INDEX threads_deleted ON threads (id) WHERE name IS NULL;

CREATE FUNCTION actant_refuse_backwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'thread % would go backwards', OLD.id USING ERRCODE = 'check_violation';
END $$;
-- After the update: before it, PostgreSQL would lock each row for the trigger, which is written to its log.
CREATE TRIGGER threads_go_forward AFTER UPDATE ON threads FOR EACH ROW
  WHEN (NEW.epoch < OLD.epoch OR NEW.position < OLD.position OR NEW.signal_number < OLD.signal_number)
  EXECUTE FUNCTION actant_refuse_backwards();

-- A row for each append: its entries, packed as actant_pack does it, from `position` on.
CREATE TABLE journal (
  thread bigint NOT NULL,
  position bigint NOT NULL CHECK (position > 0),
  epoch bigint NOT NULL,
  count integer NOT NULL CHECK (count > 0),
  entries bytea NOT NULL CHECK (length(entries) >= 36 * count),
  PRIMARY KEY (thread, position)
);

CREATE TABLE executions (
  number bigint PRIMARY KEY,
  thread bigint NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  deadline timestamptz,
  start_position bigint,
  end_position bigint,
  last_cancel bigint NOT NULL, -- the number of the last cancel meant for it; an end that has not seen it is refused
  tokens bigint NOT NULL,
  accepted_by bigint, -- the session of the node that waits for it
  tenant integer NOT NULL,
  status smallint NOT NULL CHECK (status BETWEEN 0 AND 6),
  -- What the indexes know of the status. Those that run stand in the thread's row, and most others have completed: an execution that is
  -- started as it is accepted, and completes, never changes what an index has, so that its row stays on its page.
  marked smallint GENERATED ALWAYS AS (CASE WHEN status IN (1, 2, 3) THEN NULL ELSE status END) STORED,
  priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
  held boolean NOT NULL,
  id uuid NOT NULL,
  cost numeric NOT NULL,
  definition bytea NOT NULL CHECK (length(definition) = 32),
  fingerprint bytea,
  agent text COLLATE "C" NOT NULL,
  idempotency_key text COLLATE "C",
  failure bytea,
  CHECK ((status >= 3) = (ended_at IS NOT NULL)),
  CHECK ((status >= 3) = (end_position IS NOT NULL)),
  CHECK (status NOT IN (1, 2) OR started_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX executions_id ON executions (id, tenant);
CREATE UNIQUE INDEX executions_key ON executions (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX executions_pending ON executions (thread, number) WHERE marked = 0;
CREATE INDEX executions_listed ON executions ((tenant + 0), number);
CREATE INDEX executions_thread ON executions ((thread + 0), number);
CREATE INDEX executions_agent ON executions ((tenant + 0), agent, number);
CREATE INDEX executions_marked ON executions ((tenant + 0), marked, number) WHERE marked IS NOT NULL;

-- Rows are never changed: what is consumed stands in the thread's row. An input's key is made of its execution's id.
CREATE TABLE inbox (
  thread bigint NOT NULL,
  number bigint NOT NULL,
  at timestamptz NOT NULL,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 7),
  execution uuid,
  key text COLLATE "C" CHECK (key IS NOT NULL OR kind = 1),
  body bytea NOT NULL,
  PRIMARY KEY (thread, number)
);
CREATE UNIQUE INDEX inbox_key ON inbox ((thread + 0), key) WHERE key IS NOT NULL;

CREATE TABLE outbox (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  thread bigint NOT NULL,
  owner bigint, -- a session that may take it before it is due, unless it is in flight
  written_at timestamptz NOT NULL,
  due timestamptz NOT NULL, -- from when anybody may take it
  delivery uuid NOT NULL UNIQUE,
  lane uuid NOT NULL, -- the destination's hash
  attempt integer NOT NULL,
  in_flight boolean NOT NULL,
  is_head boolean NOT NULL, -- the first open row of its lane (thread, destination)
  is_dead boolean NOT NULL,
  destination text NOT NULL,
  body bytea NOT NULL,
  reason text,
  CHECK (NOT is_head OR NOT is_dead)
);
CREATE UNIQUE INDEX outbox_lane ON outbox (thread, lane, number);
CREATE UNIQUE INDEX outbox_head ON outbox (thread, lane) WHERE is_head;
CREATE INDEX outbox_due ON outbox (due, number) WHERE is_head;
CREATE INDEX outbox_owner ON outbox (owner, number) WHERE owner IS NOT NULL;

CREATE TABLE blobs (
  thread bigint NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  content bytea NOT NULL,
  PRIMARY KEY (thread, hash)
);

CREATE TABLE snapshots (
  thread bigint PRIMARY KEY,
  position bigint NOT NULL,
  fold_version integer NOT NULL,
  content bytea NOT NULL
);

CREATE TABLE definitions (
  tenant integer NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  content bytea NOT NULL,
  PRIMARY KEY (tenant, hash)
);

CREATE TABLE records (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant integer NOT NULL,
  version bigint NOT NULL, -- the newest
  created_at timestamptz NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX records_id ON records (tenant, kind, id);
CREATE UNIQUE INDEX records_name ON records (tenant, kind, name);
CREATE INDEX records_created ON records (tenant, kind, created_at, number);

CREATE TABLE record_versions (
  record bigint NOT NULL,
  version bigint NOT NULL,
  written_at timestamptz NOT NULL,
  name text NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (record, version)
);

-- One row for each lane of each node, so that no two nodes ever wait for one another here; summed when read.
CREATE TABLE usage (
  tenant integer NOT NULL,
  day date NOT NULL,
  writer integer NOT NULL,
  series uuid NOT NULL, -- the hash of agent, provider and model
  calls bigint NOT NULL,
  input_tokens bigint NOT NULL,
  cached_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  reasoning_tokens bigint NOT NULL,
  cost numeric NOT NULL,
  agent text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, day, writer, series)
) WITH (fillfactor = 50);
