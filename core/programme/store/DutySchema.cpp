#include "core/programme/store/DutySchema.h"

namespace core::programme::store {

namespace {

// Instants are UTC ISO-8601 with Z and whole seconds, so that text order is time order; dates are local days.
constexpr const char* kExtraWorkAndPolicy = R"sql(
CREATE TABLE extra_work (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person_key INTEGER NOT NULL REFERENCES person(key),
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL CHECK (ended_at > started_at),
  kind TEXT NOT NULL CHECK (kind IN ('moonlighting', 'home_work', 'handoff', 'voluntary')),
  note TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL DEFAULT 'system',
  created_at TEXT NOT NULL,
  UNIQUE (person_key, started_at, kind),
  CHECK (julianday(ended_at) - julianday(started_at) <= 2)
);
CREATE INDEX extra_work_time ON extra_work(ended_at, started_at);
CREATE TABLE duty_policy (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  document TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL
);
)sql";

// A violation is about a person or about a place in a half-day. window_* is from the first to the last window of its
// run.
constexpr const char* kViolations = R"sql(
CREATE TABLE duty_violation (
  id INTEGER PRIMARY KEY,
  natural_key TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  basis TEXT NOT NULL,
  person_id TEXT,
  half TEXT CHECK (half IN ('AM', 'PM')),
  rotation TEXT,
  window_start TEXT NOT NULL,
  window_end TEXT NOT NULL CHECK (window_end >= window_start),
  first_window_end TEXT NOT NULL,
  worst_start TEXT NOT NULL,
  worst_end TEXT NOT NULL,
  windows INTEGER NOT NULL DEFAULT 1,
  severity TEXT NOT NULL CHECK (severity IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),
  severity_rank INTEGER NOT NULL GENERATED ALWAYS AS
    (CASE severity WHEN 'CRITICAL' THEN 0 WHEN 'HIGH' THEN 1 WHEN 'MEDIUM' THEN 2 ELSE 3 END) VIRTUAL,
  value REAL NOT NULL,
  limit_value REAL NOT NULL,
  message TEXT NOT NULL,
  suggested_fix TEXT NOT NULL DEFAULT '',
  worked TEXT,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'overridden', 'resolved')),
  version INTEGER NOT NULL DEFAULT 1,
  resolved_at TEXT,
  acknowledged_by TEXT,
  acknowledged_at TEXT,
  acknowledged_note TEXT,
  override_by TEXT,
  override_approved_by TEXT,
  override_at TEXT,
  override_reason_code TEXT,
  override_reason TEXT,
  override_expires_at TEXT,
  override_severity TEXT CHECK (override_severity IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),
  task_id TEXT,
  CHECK ((half IS NULL) = (rotation IS NULL)),
  CHECK ((person_id IS NULL) = (half IS NOT NULL))
);
INSERT INTO duty_violation(id, natural_key, rule, basis, person_id, window_start, window_end, first_window_end,
  worst_start, worst_end, severity, value, limit_value, message, suggested_fix, first_seen_at, last_seen_at, status,
  override_by, override_reason)
  SELECT id, rule || '|' || person_id || '|' || window_start || '|' || basis, rule, basis, person_id, window_start,
    window_end, window_end, window_start, window_end, severity, value, limit_value, message, suggested_fix,
    first_seen_at, last_seen_at, status, override_by, override_reason FROM acgme_violation;
DROP TABLE acgme_violation;
ALTER TABLE duty_violation RENAME TO acgme_violation;
CREATE INDEX acgme_violation_by_severity ON acgme_violation(severity_rank, worst_start, id);
CREATE INDEX acgme_violation_by_status ON acgme_violation(status, severity_rank, worst_start, id);
CREATE INDEX acgme_violation_by_person ON acgme_violation(person_id);
ALTER TABLE schedule_metrics ADD COLUMN resident_compliance_pct REAL CHECK (resident_compliance_pct BETWEEN 0 AND 100);
)sql";

} // namespace

std::vector<core::store::Migration> dutyMigrations() {
    return {{"duty", 1, std::string(kExtraWorkAndPolicy) + kViolations}};
}

} // namespace core::programme::store
