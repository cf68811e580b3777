#include "core/programme/store/ResidencySchema.h"

namespace core::programme::store {

namespace {

// `id` columns are the UUIDs that the outside sees; `key` columns are what joins use. Dates are YYYY-MM-DD, instants
// UTC ISO-8601 with Z. A block's key is 2 × days since 1970-01-01, plus 1 for PM, so that a window of days is
// one range of keys in every table that hangs on blocks.
constexpr const char* kPeopleAndCalendar = R"sql(
CREATE TABLE programme (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  zone TEXT NOT NULL,
  year_start TEXT NOT NULL,
  year_end TEXT NOT NULL CHECK (year_end > year_start),
  source TEXT NOT NULL CHECK (source IN ('sample', 'import')),
  seed TEXT,
  utilization_full REAL,
  utilization_ordinary REAL,
  utilization_three_away REAL
);
CREATE TABLE person (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email TEXT UNIQUE,
  type TEXT NOT NULL CHECK (type IN ('resident', 'faculty')),
  pgy_level INTEGER CHECK (pgy_level BETWEEN 1 AND 3),
  faculty_role TEXT CHECK (faculty_role IN ('pd', 'apd', 'oic', 'dept_chief', 'sports_med', 'core', 'adjunct')),
  fte REAL NOT NULL DEFAULT 1.0 CHECK (fte BETWEEN 0.1 AND 1.0),
  specialties TEXT NOT NULL DEFAULT '[]',
  performs_procedures INTEGER NOT NULL DEFAULT 0 CHECK (performs_procedures IN (0, 1)),
  target_clinical_blocks INTEGER NOT NULL DEFAULT 48 CHECK (target_clinical_blocks BETWEEN 0 AND 56),
  admin_type TEXT NOT NULL DEFAULT '' CHECK (admin_type IN ('', 'GME', 'DFM', 'SM')),
  active_from TEXT NOT NULL,
  active_to TEXT CHECK (active_to IS NULL OR active_to >= active_from),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'onboarding', 'away', 'separated')),
  CHECK ((type = 'resident') = (pgy_level IS NOT NULL)),
  CHECK ((type = 'faculty') = (faculty_role IS NOT NULL))
);
CREATE TABLE academic_block (
  number INTEGER PRIMARY KEY CHECK (number BETWEEN 0 AND 13),
  start_date TEXT NOT NULL UNIQUE,
  end_date TEXT NOT NULL CHECK (end_date >= start_date)
);
CREATE TABLE block (
  key INTEGER PRIMARY KEY,
  date TEXT NOT NULL,
  half TEXT NOT NULL CHECK (half IN ('AM', 'PM')),
  academic_year INTEGER NOT NULL,
  block_number INTEGER NOT NULL REFERENCES academic_block(number),
  is_weekend INTEGER NOT NULL CHECK (is_weekend IN (0, 1)),
  is_holiday INTEGER NOT NULL CHECK (is_holiday IN (0, 1)),
  holiday_name TEXT NOT NULL DEFAULT '',
  day_type TEXT NOT NULL DEFAULT 'NORMAL' CHECK (day_type IN ('NORMAL', 'FEDERAL_HOLIDAY', 'TRAINING_HOLIDAY',
    'MINIMAL_MANNING', 'EO_CLOSURE', 'INAUGURATION_DAY')),
  multiplier REAL NOT NULL DEFAULT 1.0 CHECK (multiplier BETWEEN 0 AND 1),
  UNIQUE (date, half)
);
)sql";

constexpr const char* kRotations = R"sql(
CREATE TABLE rotation_template (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  abbreviation TEXT NOT NULL UNIQUE CHECK (length(abbreviation) BETWEEN 1 AND 10),
  rotation_type TEXT NOT NULL CHECK (rotation_type IN ('inpatient', 'outpatient', 'education', 'conference', 'lecture',
    'off', 'absence', 'recovery')),
  category TEXT NOT NULL CHECK (category IN ('rotation', 'educational', 'time_off', 'absence')),
  shed_category INTEGER NOT NULL CHECK (shed_category BETWEEN 1 AND 7),
  leave_eligible INTEGER NOT NULL CHECK (leave_eligible IN (0, 1)),
  max_residents INTEGER CHECK (max_residents > 0),
  requires_specialty TEXT NOT NULL DEFAULT '',
  requires_procedure_credential INTEGER NOT NULL DEFAULT 0 CHECK (requires_procedure_credential IN (0, 1)),
  supervision_required INTEGER NOT NULL DEFAULT 0 CHECK (supervision_required IN (0, 1)),
  max_supervision_ratio INTEGER NOT NULL DEFAULT 4 CHECK (max_supervision_ratio > 0),
  includes_weekend_work INTEGER NOT NULL DEFAULT 0 CHECK (includes_weekend_work IN (0, 1)),
  is_night INTEGER NOT NULL DEFAULT 0 CHECK (is_night IN (0, 1)),
  hours_am REAL NOT NULL CHECK (hours_am BETWEEN 0 AND 12),
  hours_pm REAL NOT NULL CHECK (hours_pm BETWEEN 0 AND 12),
  start_minute_am INTEGER NOT NULL CHECK (start_minute_am BETWEEN 0 AND 1439),
  start_minute_pm INTEGER NOT NULL CHECK (start_minute_pm BETWEEN 0 AND 1439),
  is_half_block INTEGER NOT NULL DEFAULT 0 CHECK (is_half_block IN (0, 1)),
  is_offsite INTEGER NOT NULL DEFAULT 0 CHECK (is_offsite IN (0, 1)),
  is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
  counts_as_duty INTEGER NOT NULL DEFAULT 1 CHECK (counts_as_duty IN (0, 1))
);
CREATE TABLE coverage_requirement (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  rotation_key INTEGER NOT NULL REFERENCES rotation_template(key),
  service TEXT NOT NULL,
  day_class TEXT NOT NULL CHECK (day_class IN ('every_day', 'weekday', 'weekend', 'holiday', 'listed_weekdays',
    'last_wednesday')),
  weekdays INTEGER NOT NULL DEFAULT 0 CHECK (weekdays BETWEEN 0 AND 127),
  half TEXT NOT NULL CHECK (half IN ('AM', 'PM', 'NIGHT')),
  min_residents INTEGER NOT NULL DEFAULT 0 CHECK (min_residents >= 0),
  max_pgy1 INTEGER CHECK (max_pgy1 >= 0),
  min_faculty REAL NOT NULL DEFAULT 0 CHECK (min_faculty >= 0),
  faculty_by_units INTEGER NOT NULL DEFAULT 0 CHECK (faculty_by_units IN (0, 1)),
  requires_specialty TEXT NOT NULL DEFAULT '',
  requires_procedure_credential INTEGER NOT NULL DEFAULT 0 CHECK (requires_procedure_credential IN (0, 1)),
  shed_category INTEGER NOT NULL CHECK (shed_category BETWEEN 1 AND 7),
  valid_from TEXT,
  valid_to TEXT CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from),
  multiplier_override REAL CHECK (multiplier_override BETWEEN 0 AND 1),
  CHECK ((day_class = 'listed_weekdays') = (weekdays <> 0))
);
CREATE INDEX coverage_requirement_rotation ON coverage_requirement(rotation_key);
CREATE TABLE faculty_commitment (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person_key INTEGER NOT NULL REFERENCES person(key) ON DELETE CASCADE,
  activity TEXT NOT NULL,
  half_days_per_week REAL NOT NULL CHECK (half_days_per_week > 0 AND half_days_per_week <= 10),
  shed_category INTEGER NOT NULL CHECK (shed_category BETWEEN 4 AND 7),
  UNIQUE (person_key, activity)
);
)sql";

constexpr const char* kScheduleAndAbsences = R"sql(
CREATE TABLE schedule_run (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL CHECK (end_date >= start_date),
  algorithm TEXT NOT NULL CHECK (algorithm IN ('greedy', 'min_conflicts', 'cp_sat', 'pulp', 'hybrid')),
  status TEXT NOT NULL CHECK (status IN ('success', 'partial', 'failed')),
  state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'published', 'superseded')),
  total_blocks_assigned INTEGER NOT NULL DEFAULT 0,
  acgme_violations INTEGER NOT NULL DEFAULT 0,
  acgme_override_count INTEGER NOT NULL DEFAULT 0,
  runtime_seconds REAL NOT NULL DEFAULT 0,
  config_json TEXT NOT NULL DEFAULT '{}',
  parent_run_key INTEGER REFERENCES schedule_run(key),
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  published_at TEXT,
  CHECK ((state IN ('published', 'superseded')) = (published_at IS NOT NULL))
);
CREATE INDEX schedule_run_published ON schedule_run(published_at);
CREATE TABLE assignment (
  block_key INTEGER NOT NULL REFERENCES block(key),
  person_key INTEGER NOT NULL REFERENCES person(key),
  rotation_key INTEGER REFERENCES rotation_template(key),
  role TEXT NOT NULL DEFAULT 'primary' CHECK (role IN ('primary', 'supervising', 'backup')),
  activity_override TEXT NOT NULL DEFAULT '',
  override_reason TEXT,
  override_acknowledged_at TEXT,
  confidence REAL CHECK (confidence BETWEEN 0 AND 1),
  score REAL,
  schedule_run_key INTEGER REFERENCES schedule_run(key),
  source TEXT NOT NULL DEFAULT 'solver' CHECK (source IN ('preload', 'manual', 'solver', 'template', 'fallback')),
  created_by TEXT NOT NULL DEFAULT 'system',
  created_at TEXT NOT NULL,
  updated_by TEXT,
  updated_at TEXT,
  PRIMARY KEY (block_key, person_key)
) WITHOUT ROWID;
CREATE INDEX assignment_person ON assignment(person_key, block_key);
CREATE INDEX assignment_updated ON assignment(updated_at) WHERE updated_at IS NOT NULL;
-- The frozen copies of published runs, stored as differences: a row belongs to every run from first_run_key up to, not
-- including, end_run_key (NULL: up to the latest).
CREATE TABLE schedule_version_assignment (
  block_key INTEGER NOT NULL REFERENCES block(key),
  person_key INTEGER NOT NULL REFERENCES person(key),
  first_run_key INTEGER NOT NULL REFERENCES schedule_run(key),
  end_run_key INTEGER REFERENCES schedule_run(key),
  rotation_key INTEGER REFERENCES rotation_template(key),
  role TEXT NOT NULL CHECK (role IN ('primary', 'supervising', 'backup')),
  activity_override TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (block_key, person_key, first_run_key),
  CHECK (end_run_key IS NULL OR end_run_key > first_run_key)
) WITHOUT ROWID;
CREATE TABLE call_assignment (
  key INTEGER PRIMARY KEY,
  date TEXT NOT NULL,
  person_key INTEGER NOT NULL REFERENCES person(key),
  type TEXT NOT NULL CHECK (type IN ('overnight', 'weekend', 'backup')),
  UNIQUE (date, person_key)
);
CREATE INDEX call_assignment_person ON call_assignment(person_key, date);
CREATE TABLE absence (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person_key INTEGER NOT NULL REFERENCES person(key),
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  start_half TEXT NOT NULL DEFAULT 'AM' CHECK (start_half IN ('AM', 'PM')),
  end_half TEXT NOT NULL DEFAULT 'PM' CHECK (end_half IN ('AM', 'PM')),
  type TEXT NOT NULL CHECK (type IN ('vacation', 'sick', 'medical', 'convalescent', 'maternity_paternity',
    'family_emergency', 'emergency_leave', 'bereavement', 'personal', 'conference', 'training', 'military_duty',
    'deployment', 'tdy', 'pcs')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'cancelled', 'anticipated', 'confirmed',
    'denied')),
  is_away_from_program INTEGER NOT NULL DEFAULT 1 CHECK (is_away_from_program IN (0, 1)),
  return_date_tentative INTEGER NOT NULL DEFAULT 0 CHECK (return_date_tentative IN (0, 1)),
  deployment_orders INTEGER NOT NULL DEFAULT 0 CHECK (deployment_orders IN (0, 1)),
  tdy_location TEXT NOT NULL DEFAULT '',
  replacement_activity TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  UNIQUE (person_key, type, start_date, end_date),
  CHECK (end_date >= start_date),
  CHECK (NOT (start_date = end_date AND start_half = 'PM' AND end_half = 'AM'))
);
CREATE INDEX absence_dates ON absence(end_date, start_date);
CREATE TABLE sample_fault (
  kind TEXT NOT NULL,
  person_id TEXT REFERENCES person(id),
  detail TEXT NOT NULL,
  PRIMARY KEY (kind, detail)
) WITHOUT ROWID;
)sql";

} // namespace

std::vector<core::store::Migration> residencyMigrations() {
    return {{"programme", 1, std::string(kPeopleAndCalendar) + kRotations + kScheduleAndAbsences}};
}

} // namespace core::programme::store
