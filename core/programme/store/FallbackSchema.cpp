#include "core/programme/store/FallbackSchema.h"

namespace core::programme::store {

namespace {

// Instants are UTC ISO-8601 with Z and whole seconds; dates are local days. What one person takes over is one row, so
// that a task hands over hundreds of rows instead of tens of thousands.
constexpr const char* kFallbackSql = R"sql(
CREATE TABLE fallback_schedule (
  id TEXT PRIMARY KEY,
  scenario TEXT NOT NULL CHECK (scenario IN ('1_faculty_loss', '2_faculty_loss', 'pcs_season_50_percent',
    'holiday_skeleton', 'pandemic_essential_only', 'mass_casualty_event', 'weather_emergency')),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL CHECK (valid_until >= valid_from),
  assumptions_json TEXT NOT NULL DEFAULT '{}',
  services_reduced_json TEXT NOT NULL DEFAULT '[]',
  coverage_rate REAL CHECK (coverage_rate BETWEEN 0 AND 1),
  coverage_unknown_reason TEXT,
  coverage_greedy REAL CHECK (coverage_greedy BETWEEN 0 AND 1),
  coverage_exact REAL CHECK (coverage_exact BETWEEN 0 AND 1),
  coverage_kept REAL CHECK (coverage_kept BETWEEN 0 AND 1),
  coverage_published REAL CHECK (coverage_published BETWEEN 0 AND 1),
  coverage_goal REAL NOT NULL CHECK (coverage_goal BETWEEN 0 AND 1),
  method TEXT NOT NULL CHECK (method IN ('greedy', 'exact')),
  gap_count INTEGER NOT NULL CHECK (gap_count >= 0),
  gaps_json TEXT NOT NULL DEFAULT '{}',
  assignment_count INTEGER NOT NULL CHECK (assignment_count >= 0),
  generation INTEGER NOT NULL CHECK (generation > 0),
  superseded INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),
  is_active INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  last_activated_at TEXT,
  activation_count INTEGER NOT NULL DEFAULT 0 CHECK (activation_count >= 0),
  activated_by TEXT,
  approved_by TEXT,
  activation_reason TEXT,
  crisis_id TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  task_id TEXT,
  UNIQUE (scenario, generation),
  CHECK ((coverage_rate IS NULL) = (coverage_unknown_reason IS NOT NULL))
);
CREATE UNIQUE INDEX fallback_one_in_force ON fallback_schedule(scenario) WHERE is_active = 1;
CREATE UNIQUE INDEX fallback_one_current ON fallback_schedule(scenario) WHERE superseded = 0;

CREATE TABLE fallback_assignment (
  fallback_id TEXT NOT NULL REFERENCES fallback_schedule(id) ON DELETE CASCADE,
  person_id TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('faculty', 'resident')),
  duties_json TEXT NOT NULL,
  duty_count INTEGER NOT NULL CHECK (duty_count > 0),
  source TEXT NOT NULL DEFAULT 'fallback' CHECK (source = 'fallback'),
  PRIMARY KEY (fallback_id, person_id)
) WITHOUT ROWID;

CREATE TABLE fallback_event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  fallback_id TEXT NOT NULL,
  scenario TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('activated', 'deactivated')),
  actor TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  crisis_id TEXT,
  stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
  task_id TEXT
);
CREATE INDEX fallback_event_by_time ON fallback_event(at, id);
)sql";

} // namespace

std::vector<core::store::Migration> fallbackMigrations() {
    return {{"fallback", 1, kFallbackSql}};
}

} // namespace core::programme::store
