#include "core/store/ScheduleStore.h"

namespace core::store {

namespace {

/// Definitions as documents, so that what people changed in those that come with the program is kept apart from them;
/// and what became of instants that did not fire.
constexpr const char* kScheduleDocuments = R"sql(
CREATE TABLE schedule_document(
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  changes TEXT NOT NULL DEFAULT '{}',
  built_in INTEGER NOT NULL DEFAULT 0,
  next_fire INTEGER,
  last_fire INTEGER,
  waiting INTEGER,
  last_task TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(name, definition, changes, built_in, next_fire, last_fire, waiting,
    last_task)) STORED) WITHOUT ROWID;
INSERT INTO schedule_document(name, definition, changes, built_in, next_fire, last_fire, last_task)
  SELECT name,
    json_patch(json_object('name', name, 'type', type, 'params', json(params)),
      json_patch(iif(cron <> '', json_object('cron', cron, 'zone', zone), json_object('every_seconds', every_s)),
        iif(enabled = 0 AND built_in = 0, '{"enabled":false}', '{}'))),
    iif(enabled = 0 AND built_in = 1, '{"enabled":false}', '{}'),
    built_in, next_fire, last_fire, last_task FROM schedule;
DROP TABLE schedule;
ALTER TABLE schedule_document RENAME TO schedule;

-- One row per instant: the unique key is what makes it fire once, however many beats look at it.
CREATE TABLE fire_outcome(
  schedule TEXT NOT NULL,
  instant INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK(outcome IN ('fired','overlapped','missed')),
  task_id TEXT,
  fired_at INTEGER NOT NULL,
  late_ms INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(schedule, instant, outcome, task_id, fired_at, late_ms, note)) STORED,
  PRIMARY KEY(schedule, instant)) WITHOUT ROWID;
INSERT INTO fire_outcome(schedule, instant, outcome, task_id, fired_at)
  SELECT schedule, instant, iif(task_id IS NULL, 'overlapped', 'fired'), task_id, fired_at FROM fire;
DROP TABLE fire;
ALTER TABLE fire_outcome RENAME TO fire;
)sql";

/// Instants that were made up for have a word of their own. What a damaged row said of its instant is not known: it counts
/// as fired, so that nobody makes up for it.
constexpr const char* kBackfilledInstants = R"sql(
CREATE TABLE made_up_fire(
  schedule TEXT NOT NULL,
  instant INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK(outcome IN ('fired','overlapped','missed','backfilled')),
  task_id TEXT,
  fired_at INTEGER NOT NULL,
  late_ms INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(schedule, instant, outcome, task_id, fired_at, late_ms, note)) STORED,
  PRIMARY KEY(schedule, instant)) WITHOUT ROWID;
INSERT INTO made_up_fire(schedule, instant, outcome, task_id, fired_at, late_ms, note)
  SELECT schedule, instant, outcome, task_id, fired_at, late_ms, note FROM fire
  WHERE sum=row_sum(schedule, instant, outcome, task_id, fired_at, late_ms, note);
INSERT INTO made_up_fire(schedule, instant, outcome, fired_at, note)
  SELECT schedule, instant, 'fired', fired_at, 'what became of it is not known: its row was damaged' FROM fire
  WHERE sum IS NOT row_sum(schedule, instant, outcome, task_id, fired_at, late_ms, note);
DROP TABLE fire;
ALTER TABLE made_up_fire RENAME TO fire;
)sql";

} // namespace

const char* scheduleSchema() {
    return kScheduleDocuments;
}

const char* backfillSchema() {
    return kBackfilledInstants;
}

} // namespace core::store
