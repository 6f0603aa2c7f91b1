-- Times are microseconds since 1970, ids 16 bytes, hashes 32. Sessions live in the process that owns the folder, so holders
-- and owners are numbers that mean nothing after it.

CREATE TABLE store (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- A thread that is made again after a deletion starts here, so that no former holder's epoch is ever current again.
  epoch_floor INTEGER NOT NULL
) STRICT;
INSERT INTO store (id, epoch_floor) VALUES (1, 0);

CREATE TABLE tenants (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE threads (
  id INTEGER PRIMARY KEY CHECK (id < 1 << 35),
  tenant INTEGER NOT NULL,
  name TEXT, -- NULL: deleted, what hangs on it is being removed
  position INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  signal_number INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  calls INTEGER NOT NULL CHECK (calls >= 0), -- unconsumed signals other than inputs
  crashes INTEGER NOT NULL,
  format INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  holder INTEGER,
  lost INTEGER NOT NULL, -- the last lease ended with its session, unreleased
  ready INTEGER NOT NULL,
  due INTEGER,
  current INTEGER, -- the open execution, or else the next one
  is_open INTEGER NOT NULL,
  is_new INTEGER NOT NULL, -- nothing has started and nobody calls
  rank INTEGER NOT NULL, -- of the current execution; see Ageing
  CHECK (ready = 0 OR (holder IS NULL AND due IS NULL)),
  CHECK (due IS NULL OR holder IS NULL),
  CHECK (is_open = 0 OR current IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX threads_name ON threads (tenant, name);
CREATE INDEX threads_updated ON threads (tenant, updated_at, id);
CREATE INDEX threads_ready ON threads (is_new, rank, current, id) WHERE ready = 1;
CREATE INDEX threads_due ON threads (due) WHERE due IS NOT NULL;
CREATE INDEX threads_holder ON threads (holder) WHERE holder IS NOT NULL;
CREATE INDEX threads_deleted ON threads (id) WHERE name IS NULL;

-- slot = thread << 28 | position: one tree, a thread's entries side by side, and rows of up to a page without overflow.
CREATE TABLE journal (
  slot INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 16),
  execution BLOB,
  epoch INTEGER NOT NULL,
  body BLOB NOT NULL CHECK (length(body) <= 65536)
) STRICT;

CREATE TABLE executions (
  number INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  thread INTEGER NOT NULL,
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 6),
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
  CHECK ((status >= 3) = (ended_at IS NOT NULL)),
  CHECK ((status >= 3) = (end_position IS NOT NULL)),
  CHECK (status NOT IN (1, 2) OR started_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX executions_id ON executions (tenant, id);
CREATE UNIQUE INDEX executions_key ON executions (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX executions_thread ON executions (thread, status, number);
CREATE INDEX executions_created ON executions (tenant, created_at, number);
CREATE INDEX executions_agent ON executions (tenant, agent, created_at, number);
CREATE INDEX executions_status ON executions (tenant, status, created_at, number);

-- slot = thread << 28 | number. Consumed rows stay for their keys.
CREATE TABLE inbox (
  slot INTEGER PRIMARY KEY,
  thread INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  execution BLOB,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL,
  consumed INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX inbox_key ON inbox (thread, key);
CREATE INDEX inbox_waiting ON inbox (slot) WHERE consumed = 0;

CREATE TABLE outbox (
  number INTEGER PRIMARY KEY,
  delivery BLOB NOT NULL UNIQUE CHECK (length(delivery) = 16),
  thread INTEGER NOT NULL,
  destination TEXT NOT NULL,
  body BLOB NOT NULL,
  written_at INTEGER NOT NULL,
  due INTEGER NOT NULL, -- from when anybody may take it
  owner INTEGER, -- who may take it before that, unless it is in flight
  in_flight INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  is_head INTEGER NOT NULL, -- the first open row of its lane (destination, thread)
  is_dead INTEGER NOT NULL,
  reason TEXT,
  CHECK (is_head = 0 OR is_dead = 0)
) STRICT;
CREATE INDEX outbox_lane ON outbox (thread, destination, number);
CREATE INDEX outbox_due ON outbox (due, number) WHERE is_head = 1;
CREATE INDEX outbox_owner ON outbox (owner, number) WHERE owner IS NOT NULL;

CREATE TABLE blobs (
  thread INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  content BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX blobs_hash ON blobs (thread, hash);

CREATE TABLE snapshots (
  thread INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  fold_version INTEGER NOT NULL,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE definitions (
  tenant INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  content BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX definitions_hash ON definitions (tenant, hash);
