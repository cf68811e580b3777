#include "core/programme/store/ResilienceSchema.h"

#include "core/programme/store/ProgrammeSchema.h"

namespace core::programme::store {

namespace {

constexpr const char* kHistorySql = R"sql(
CREATE TABLE health_check (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT 'task' CHECK (source IN ('task', 'backfill')),
    status TEXT CHECK (status IN ('healthy', 'warning', 'degraded', 'critical', 'emergency')),
    utilization REAL CHECK (utilization >= 0),
    utilization_level TEXT,
    coverage REAL CHECK (coverage BETWEEN 0 AND 1),
    defense_level INTEGER CHECK (defense_level BETWEEN 1 AND 5),
    n1_pass INTEGER CHECK (n1_pass IN (0, 1)),
    n2_pass INTEGER CHECK (n2_pass IN (0, 1)),
    phase_transition_risk TEXT,
    load_shedding_level INTEGER NOT NULL DEFAULT 0 CHECK (load_shedding_level BETWEEN 0 AND 5),
    buffer REAL,
    document TEXT NOT NULL,
    task_id TEXT
);
CREATE INDEX health_check_by_time ON health_check(at, id);

CREATE TABLE contingency_report (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL CHECK (period_end >= period_start),
    n1_pass INTEGER CHECK (n1_pass IN (0, 1)),
    n1_vulnerabilities INTEGER NOT NULL DEFAULT 0,
    n2_pass INTEGER CHECK (n2_pass IN (0, 1)),
    n2_fatal_pairs INTEGER,
    phase_transition_risk TEXT,
    document TEXT NOT NULL,
    task_id TEXT
);
CREATE INDEX contingency_report_by_time ON contingency_report(at, id);

CREATE TABLE utilization_forecast (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL CHECK (period_end >= period_start),
    average_utilization REAL,
    peak_date TEXT,
    peak_utilization REAL,
    high_risk_days INTEGER NOT NULL CHECK (high_risk_days >= 0),
    daily TEXT NOT NULL,
    document TEXT NOT NULL,
    task_id TEXT
);
CREATE INDEX utilization_forecast_by_time ON utilization_forecast(at, id);

CREATE TABLE schedule_metrics (
    id INTEGER PRIMARY KEY,
    created_at TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT 'task' CHECK (source IN ('task', 'backfill')),
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL CHECK (period_end >= period_start),
    fairness REAL CHECK (fairness BETWEEN 0 AND 1),
    coverage_pct REAL CHECK (coverage_pct BETWEEN 0 AND 100),
    compliance_pct REAL CHECK (compliance_pct BETWEEN 0 AND 100),
    json TEXT NOT NULL,
    task_id TEXT
);
CREATE INDEX schedule_metrics_by_time ON schedule_metrics(created_at, id);

CREATE TABLE acgme_violation (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    person_id TEXT NOT NULL,
    window_start TEXT NOT NULL,
    basis TEXT NOT NULL DEFAULT 'rolling',
    window_end TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),
    value REAL NOT NULL,
    limit_value REAL NOT NULL,
    message TEXT NOT NULL,
    suggested_fix TEXT NOT NULL DEFAULT '',
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'overridden', 'resolved')),
    override_by TEXT,
    override_reason TEXT,
    UNIQUE (rule, person_id, window_start, basis)
);
CREATE INDEX acgme_violation_by_status ON acgme_violation(status, window_start);
)sql";

constexpr const char* kCrisisSql = R"sql(
CREATE TABLE crisis (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('active', 'resolved')),
    severity TEXT NOT NULL CHECK (severity IN ('minor', 'moderate', 'severe', 'critical')),
    requested_word TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
    requested_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approval_method TEXT NOT NULL CHECK (approval_method IN ('manual', 'emergency_override')),
    activated_at TEXT NOT NULL,
    deactivated_at TEXT,
    deactivated_by TEXT,
    deactivation_reason TEXT,
    duration_seconds INTEGER CHECK (duration_seconds >= 0),
    shed_level INTEGER NOT NULL CHECK (shed_level BETWEEN 0 AND 5),
    shed_name TEXT NOT NULL,
    defense_action TEXT NOT NULL,
    suspended TEXT NOT NULL DEFAULT '[]',
    fallback_id TEXT,
    task_id TEXT,
    CHECK ((state = 'resolved') = (deactivated_at IS NOT NULL))
);
CREATE UNIQUE INDEX crisis_only_one_active ON crisis(state) WHERE state = 'active';
CREATE INDEX crisis_by_time ON crisis(activated_at);

CREATE TABLE shed_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 5),
    categories TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT,
    updated_by TEXT
);
INSERT INTO shed_state(id, level, categories, version) VALUES (1, 0, '[]', 0);

CREATE TABLE shed_event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    crisis_id TEXT,
    from_level INTEGER NOT NULL,
    to_level INTEGER NOT NULL,
    reason TEXT NOT NULL,
    approval_method TEXT NOT NULL CHECK (approval_method IN ('automatic', 'manual', 'emergency_override')),
    approver TEXT NOT NULL,
    utilization_before REAL,
    utilization_after REAL,
    affected TEXT NOT NULL DEFAULT '[]',
    task_id TEXT
);
CREATE INDEX shed_event_by_time ON shed_event(at, id);

CREATE TABLE resilience_alert (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    transition TEXT NOT NULL CHECK (transition IN ('entering', 'worsening', 'recovery', 'event')),
    level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'critical', 'emergency')),
    status TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL,
    details TEXT NOT NULL DEFAULT '{}',
    acknowledged_at TEXT,
    acknowledged_by TEXT,
    task_id TEXT
);
CREATE INDEX resilience_alert_by_kind ON resilience_alert(kind, at, id);
)sql";

constexpr const char* kDefenseSql = R"sql(
CREATE TABLE defense_event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    from_level INTEGER CHECK (from_level BETWEEN 1 AND 5),
    to_level INTEGER NOT NULL CHECK (to_level BETWEEN 1 AND 5),
    reason TEXT NOT NULL,
    coverage REAL CHECK (coverage BETWEEN 0 AND 1),
    by TEXT NOT NULL,
    actions TEXT NOT NULL DEFAULT '[]',
    task_id TEXT
);
CREATE INDEX defense_event_by_time ON defense_event(at, id);

CREATE TABLE defense_automation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    auto_activate_defense INTEGER NOT NULL DEFAULT 1 CHECK (auto_activate_defense IN (0, 1)),
    auto_activate_fallback INTEGER NOT NULL DEFAULT 0 CHECK (auto_activate_fallback IN (0, 1)),
    auto_shed_load INTEGER NOT NULL DEFAULT 1 CHECK (auto_shed_load IN (0, 1)),
    escalation_threshold INTEGER NOT NULL DEFAULT 4 CHECK (escalation_threshold BETWEEN 3 AND 5),
    updated_at TEXT,
    updated_by TEXT
);
INSERT INTO defense_automation(id) VALUES (1);
)sql";

// Who is told. Not the residency's people: a coordinator is nobody's resident.
constexpr const char* kContactSql = R"sql(
CREATE TABLE app_user (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email TEXT UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'coordinator', 'faculty', 'clinical_staff', 'rn', 'lpn', 'msa',
        'resident')),
    ops_contact INTEGER NOT NULL DEFAULT 0 CHECK (ops_contact IN (0, 1)),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
);

CREATE TABLE notification (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    recipient_id TEXT NOT NULL REFERENCES app_user(id),
    type TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    read_at TEXT,
    task_id TEXT
);
CREATE INDEX notification_by_recipient ON notification(recipient_id, at, id);
)sql";

} // namespace

std::vector<core::store::Migration> resilienceMigrations() {
    return {{"programme", 2, std::string(kHistorySql) + kCrisisSql},
            {"programme", 3, std::string(kDefenseSql) + kContactSql}};
}

std::vector<std::string> tablesWritableByTasks() {
    return {"health_check", "contingency_report", "utilization_forecast", "schedule_metrics", "acgme_violation",
            "crisis",       "shed_state",         "shed_event",           "resilience_alert", "defense_event",
            "notification", "fallback_schedule", "fallback_assignment", "fallback_event"};
}

} // namespace core::programme::store
