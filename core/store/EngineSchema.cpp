#include "core/store/EngineSchema.h"

#include "core/store/ScheduleStore.h"
#include "core/store/TriggerStore.h"
#include "core/store/ZoneStore.h"

namespace core::store {

namespace {

// Times are integer milliseconds since the epoch (UTC): the engine's tables are written tens of thousands of times a
// second, and comparing and indexing integers is what they do most.
constexpr const char* kTasks = R"sql(
CREATE TABLE owner(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  epoch INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  started_at INTEGER NOT NULL);
INSERT INTO owner(id, epoch, pid, started_at) VALUES(1, 0, 0, 0);

CREATE TABLE task(
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  queue TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('scheduled','pending','started','retry','success','failure','revoked')),
  reason TEXT NOT NULL DEFAULT '',
  priority INTEGER NOT NULL CHECK(priority BETWEEN 0 AND 9),
  params TEXT NOT NULL,
  metadata TEXT,
  tags TEXT,
  result TEXT,
  error_type TEXT,
  error_message TEXT,
  traceback TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  interruptions INTEGER NOT NULL DEFAULT 0,
  deaths INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL CHECK(max_attempts >= 1),
  epoch INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  scheduled_for INTEGER,
  started_at INTEGER,
  finished_at INTEGER,
  expires_at INTEGER,
  worker TEXT,
  parent_id TEXT,
  retry_of TEXT,
  idempotency_key TEXT,
  triggered_by TEXT,
  cancel_requested INTEGER NOT NULL DEFAULT 0);
CREATE INDEX task_pending ON task(queue, priority DESC, key) WHERE state = 'pending';
CREATE INDEX task_due ON task(scheduled_for) WHERE state IN ('scheduled', 'retry');
CREATE INDEX task_expiry ON task(expires_at) WHERE expires_at IS NOT NULL AND state IN ('scheduled', 'pending', 'retry');
CREATE INDEX task_state ON task(state, key);
CREATE INDEX task_type ON task(type, key);
CREATE INDEX task_queue ON task(queue, key);
CREATE INDEX task_family ON task(parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX task_retries ON task(retry_of) WHERE retry_of IS NOT NULL;

-- Says what core::task::mayMove says.
CREATE TRIGGER task_moves BEFORE UPDATE OF state ON task
WHEN OLD.state <> NEW.state AND NOT (
     (OLD.state = 'scheduled' AND NEW.state IN ('pending', 'revoked', 'failure'))
  OR (OLD.state = 'pending' AND NEW.state IN ('started', 'revoked', 'scheduled', 'failure'))
  OR (OLD.state = 'retry' AND NEW.state IN ('pending', 'revoked', 'failure', 'scheduled'))
  OR (OLD.state = 'started' AND NEW.state IN ('success', 'failure', 'retry', 'revoked', 'pending')))
BEGIN SELECT RAISE(ABORT, 'illegal move of a task'); END;
CREATE TRIGGER task_births BEFORE INSERT ON task WHEN NEW.state NOT IN ('scheduled', 'pending')
BEGIN SELECT RAISE(ABORT, 'a task begins scheduled or pending'); END;

CREATE TABLE transition(
  key INTEGER PRIMARY KEY,
  task INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  at INTEGER NOT NULL,
  note TEXT);
CREATE INDEX transition_task ON transition(task, key);

CREATE TABLE attempt(
  task INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  error_type TEXT,
  error_message TEXT,
  worker TEXT,
  PRIMARY KEY(task, number)) WITHOUT ROWID;

CREATE TABLE idempotency(
  key TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  task_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE queue(
  name TEXT PRIMARY KEY,
  paused INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
)sql";

constexpr const char* kAround = R"sql(
CREATE TABLE outbox(
  key INTEGER PRIMARY KEY,
  idempotency_key TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  delivered_at INTEGER,
  last_error TEXT);
CREATE INDEX outbox_open ON outbox(next_attempt_at) WHERE delivered_at IS NULL;

CREATE TABLE schedule(
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  cron TEXT NOT NULL DEFAULT '',
  every_s INTEGER NOT NULL DEFAULT 0,
  zone TEXT NOT NULL DEFAULT 'UTC',
  params TEXT NOT NULL DEFAULT '{}',
  enabled INTEGER NOT NULL DEFAULT 1,
  built_in INTEGER NOT NULL DEFAULT 0,
  next_fire INTEGER,
  last_fire INTEGER,
  last_task TEXT,
  CHECK((cron <> '') <> (every_s > 0))) WITHOUT ROWID;

-- One row per firing: the unique key is what makes an instant fire once, however many beats look at it.
CREATE TABLE fire(
  schedule TEXT NOT NULL,
  instant INTEGER NOT NULL,
  task_id TEXT,
  fired_at INTEGER NOT NULL,
  PRIMARY KEY(schedule, instant)) WITHOUT ROWID;

CREATE TABLE audit_log(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  ts TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_type TEXT NOT NULL CHECK(actor_type IN ('human', 'system', 'ai')),
  action TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  before_json TEXT,
  after_json TEXT,
  reason TEXT,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL);
CREATE INDEX audit_entity ON audit_log(entity_type, entity_id);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
)sql";

// Rows that are moved tens of thousands of times a second, and that are to be trusted: small columns first; what a move
// writes and what is written once each under a checksum (row_sum); history in the order of the task's own moves; the
// order of starting as one number (policy::rankOf); what a task waits for.
constexpr const char* kRankedTasks = R"sql(
CREATE TABLE ranked_task(
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  queue TEXT NOT NULL,
  -- of the last move, under state_sum
  state TEXT NOT NULL CHECK(state IN ('scheduled','pending','started','retry','success','failure','revoked')),
  reason TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  interruptions INTEGER NOT NULL DEFAULT 0,
  deaths INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  rank INTEGER NOT NULL,
  blockers INTEGER NOT NULL DEFAULT 0,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  scheduled_for INTEGER,
  started_at INTEGER,
  finished_at INTEGER,
  worker TEXT,
  error_type TEXT,
  state_sum INTEGER NOT NULL,
  -- of its making, under made_sum
  priority INTEGER NOT NULL CHECK(priority BETWEEN 0 AND 9),
  max_attempts INTEGER NOT NULL CHECK(max_attempts >= 1),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  time_limit INTEGER,
  upstreams INTEGER NOT NULL DEFAULT 0,
  dependents INTEGER NOT NULL DEFAULT 0,
  parent_id TEXT,
  retry_of TEXT,
  workflow TEXT,
  idempotency_key TEXT,
  triggered_by TEXT,
  made_sum INTEGER NOT NULL,
  -- the bodies: the first three under made_sum, the others under state_sum
  tags TEXT,
  metadata TEXT,
  params TEXT NOT NULL,
  error_message TEXT,
  traceback TEXT,
  result TEXT);
INSERT INTO ranked_task(key, id, type, queue, state, reason, version, attempt, interruptions, deaths, epoch, rank,
  cancel_requested, scheduled_for, started_at, finished_at, worker, error_type, state_sum, priority, max_attempts,
  created_at, expires_at, parent_id, retry_of, idempotency_key, triggered_by, made_sum, tags, metadata, params,
  error_message, traceback, result)
SELECT key, id, type, queue, state, reason, (SELECT count(*) FROM transition WHERE task=t.key), attempt, interruptions,
  deaths, epoch, max(created_at, ifnull(scheduled_for, 0)) - priority * 600000, cancel_requested, scheduled_for,
  started_at, finished_at, worker, error_type, 0, priority, max_attempts, created_at, expires_at, parent_id, retry_of,
  idempotency_key, triggered_by, 0, tags, metadata, params, error_message, traceback, result FROM task t;
DROP TABLE task;
ALTER TABLE ranked_task RENAME TO task;
UPDATE task SET
  state_sum=row_sum(state, reason, version, attempt, interruptions, deaths, epoch, rank, blockers, cancel_requested,
    scheduled_for, started_at, finished_at, worker, error_type, error_message, traceback, result),
  made_sum=row_sum(id, type, queue, priority, max_attempts, created_at, expires_at, time_limit, upstreams, dependents,
    parent_id, retry_of, workflow, idempotency_key, triggered_by, tags, metadata, params);
CREATE INDEX task_pending ON task(queue, type, rank, key) WHERE state = 'pending';
CREATE INDEX task_due ON task(scheduled_for) WHERE state IN ('scheduled', 'retry') AND blockers = 0;
CREATE INDEX task_expiry ON task(expires_at) WHERE expires_at IS NOT NULL AND state IN ('scheduled', 'pending', 'retry');
CREATE INDEX task_state ON task(state, key);
CREATE INDEX task_type ON task(type, key);
CREATE INDEX task_queue ON task(queue, key);
CREATE INDEX task_family ON task(parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX task_retries ON task(retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX task_workflow ON task(workflow, key) WHERE workflow IS NOT NULL;
CREATE INDEX task_finished ON task(finished_at) WHERE finished_at IS NOT NULL;

-- Says what core::task::mayMove says.
CREATE TRIGGER task_moves BEFORE UPDATE OF state ON task
WHEN OLD.state <> NEW.state AND NOT (
     (OLD.state = 'scheduled' AND NEW.state IN ('pending', 'revoked', 'failure'))
  OR (OLD.state = 'pending' AND NEW.state IN ('started', 'revoked', 'scheduled', 'failure'))
  OR (OLD.state = 'retry' AND NEW.state IN ('pending', 'revoked', 'failure', 'scheduled'))
  OR (OLD.state = 'started' AND NEW.state IN ('success', 'failure', 'retry', 'revoked', 'pending')))
BEGIN SELECT RAISE(ABORT, 'illegal move of a task'); END;
CREATE TRIGGER task_births BEFORE INSERT ON task WHEN NEW.state NOT IN ('scheduled', 'pending')
BEGIN SELECT RAISE(ABORT, 'a task begins scheduled or pending'); END;

CREATE TABLE ordered_transition(
  task INTEGER NOT NULL,
  version INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  at INTEGER NOT NULL,
  note TEXT,
  PRIMARY KEY(task, version)) WITHOUT ROWID;
INSERT INTO ordered_transition SELECT task, row_number() OVER (PARTITION BY task ORDER BY key), from_state, to_state,
  attempt, epoch, at, note FROM transition;
DROP TABLE transition;
ALTER TABLE ordered_transition RENAME TO transition;

-- An attempt has a row once it has ended; what runs is in the task's own row.
DELETE FROM attempt WHERE ended_at IS NULL;

CREATE TABLE dependency(
  task INTEGER NOT NULL,
  upstream INTEGER NOT NULL,
  PRIMARY KEY(task, upstream)) WITHOUT ROWID;
CREATE INDEX dependency_upstream ON dependency(upstream, task);

ALTER TABLE owner ADD COLUMN alive_at INTEGER NOT NULL DEFAULT 0;
)sql";

// What the first checksums left out: a task's own key, and the rows around the tasks. Those are made by SQLite itself
// whenever a row is written, so that no statement can forget them. A row whose old checksum did not match keeps one that
// does not match.
constexpr const char* kSummedRows = R"sql(
UPDATE task SET made_sum=row_sum(key, id, type, queue, priority, max_attempts, created_at, expires_at, time_limit,
    upstreams, dependents, parent_id, retry_of, workflow, idempotency_key, triggered_by, tags, metadata, params)
WHERE made_sum=row_sum(id, type, queue, priority, max_attempts, created_at, expires_at, time_limit,
    upstreams, dependents, parent_id, retry_of, workflow, idempotency_key, triggered_by, tags, metadata, params);

CREATE TABLE summed_transition(
  task INTEGER NOT NULL,
  version INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  at INTEGER NOT NULL,
  note TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(task, version, from_state, to_state, attempt, epoch, at, note)) STORED,
  PRIMARY KEY(task, version)) WITHOUT ROWID;
INSERT INTO summed_transition(task, version, from_state, to_state, attempt, epoch, at, note)
SELECT task, version, from_state, to_state, attempt, epoch, at, note FROM transition;
DROP TABLE transition;
ALTER TABLE summed_transition RENAME TO transition;

CREATE TABLE summed_attempt(
  task INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  error_type TEXT,
  error_message TEXT,
  worker TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(task, number, started_at, ended_at, outcome, error_type, error_message,
    worker)) STORED,
  PRIMARY KEY(task, number)) WITHOUT ROWID;
INSERT INTO summed_attempt(task, number, started_at, ended_at, outcome, error_type, error_message, worker)
SELECT task, number, started_at, ended_at, outcome, error_type, error_message, worker FROM attempt;
DROP TABLE attempt;
ALTER TABLE summed_attempt RENAME TO attempt;

CREATE TABLE summed_dependency(
  task INTEGER NOT NULL,
  upstream INTEGER NOT NULL,
  sum INTEGER GENERATED ALWAYS AS (row_sum(task, upstream)) STORED,
  PRIMARY KEY(task, upstream)) WITHOUT ROWID;
INSERT INTO summed_dependency(task, upstream) SELECT task, upstream FROM dependency;
DROP TABLE dependency;
ALTER TABLE summed_dependency RENAME TO dependency;
CREATE INDEX dependency_upstream ON dependency(upstream, task);

CREATE TABLE summed_idempotency(
  key TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  task_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  sum INTEGER GENERATED ALWAYS AS (row_sum(key, request_hash, task_id, expires_at)) STORED) WITHOUT ROWID;
INSERT INTO summed_idempotency(key, request_hash, task_id, expires_at)
SELECT key, request_hash, task_id, expires_at FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE summed_idempotency RENAME TO idempotency;

CREATE TABLE summed_outbox(
  key INTEGER PRIMARY KEY,
  idempotency_key TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  delivered_at INTEGER,
  last_error TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(key, idempotency_key, task_id, channel, body, created_at, attempts,
    next_attempt_at, delivered_at, last_error)) STORED);
INSERT INTO summed_outbox(key, idempotency_key, task_id, channel, body, created_at, attempts, next_attempt_at,
  delivered_at, last_error)
SELECT key, idempotency_key, task_id, channel, body, created_at, attempts, next_attempt_at, delivered_at, last_error
FROM outbox;
DROP TABLE outbox;
ALTER TABLE summed_outbox RENAME TO outbox;
CREATE INDEX outbox_open ON outbox(next_attempt_at) WHERE delivered_at IS NULL;

CREATE TABLE summed_schedule(
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  cron TEXT NOT NULL DEFAULT '',
  every_s INTEGER NOT NULL DEFAULT 0,
  zone TEXT NOT NULL DEFAULT 'UTC',
  params TEXT NOT NULL DEFAULT '{}',
  enabled INTEGER NOT NULL DEFAULT 1,
  built_in INTEGER NOT NULL DEFAULT 0,
  next_fire INTEGER,
  last_fire INTEGER,
  last_task TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(name, type, cron, every_s, zone, params, enabled, built_in, next_fire,
    last_fire, last_task)) STORED,
  CHECK((cron <> '') <> (every_s > 0))) WITHOUT ROWID;
INSERT INTO summed_schedule(name, type, cron, every_s, zone, params, enabled, built_in, next_fire, last_fire, last_task)
SELECT name, type, cron, every_s, zone, params, enabled, built_in, next_fire, last_fire, last_task FROM schedule;
DROP TABLE schedule;
ALTER TABLE summed_schedule RENAME TO schedule;

CREATE TABLE summed_fire(
  schedule TEXT NOT NULL,
  instant INTEGER NOT NULL,
  task_id TEXT,
  fired_at INTEGER NOT NULL,
  sum INTEGER GENERATED ALWAYS AS (row_sum(schedule, instant, task_id, fired_at)) STORED,
  PRIMARY KEY(schedule, instant)) WITHOUT ROWID;
INSERT INTO summed_fire(schedule, instant, task_id, fired_at) SELECT schedule, instant, task_id, fired_at FROM fire;
DROP TABLE fire;
ALTER TABLE summed_fire RENAME TO fire;
)sql";

constexpr const char* kTelemetry = R"sql(
CREATE TABLE task_log(
  key INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL);
CREATE INDEX task_log_task ON task_log(task_id, key);
)sql";

constexpr const char* kFigures = R"sql(
CREATE TABLE series(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind INTEGER NOT NULL);
CREATE TABLE point(
  resolution INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  series INTEGER NOT NULL,
  sum REAL NOT NULL,
  least REAL NOT NULL,
  most REAL NOT NULL,
  last REAL NOT NULL,
  weight INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  PRIMARY KEY(resolution, bucket, series)) WITHOUT ROWID;
CREATE TABLE runs(
  type TEXT PRIMARY KEY,
  counts TEXT NOT NULL) WITHOUT ROWID;
)sql";

} // namespace

std::vector<Migration> engineMigrations() {
    return {{"store", 1, kTasks},
            {"store", 2, kAround},
            {"store", 3, kRankedTasks},
            {"store", 4, kSummedRows},
            {"store", 5, scheduleSchema()},
            {"store", 6, backfillSchema()},
            {"store", 7, triggerSchema()},
            {"store", 8, zoneSchema()}};
}

std::vector<Migration> telemetryMigrations() {
    return {{"telemetry", 1, kTelemetry}, {"telemetry", 2, kFigures}};
}

} // namespace core::store
