#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/ContingencyRow.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/HealthReport.h"
#include "core/programme/OrNull.h"
#include "core/programme/Utilization.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"

namespace core::packs::resilience {

namespace {

constexpr std::chrono::hours kContingencyLifetime{24};
constexpr std::chrono::hours kContingencyRowsApart{1};
constexpr double kAnxiousUtilization = 0.80;
constexpr std::chrono::days kContingencyDays{90};
constexpr std::chrono::days kWeekAhead{7};

/// One health check, step by step.
class HealthCheck {
  public:
    HealthCheck(core::store::Connection& db, task::TaskContext& context)
        : m_db(db), m_context(context), m_now(context.clock().now()),
          m_today(programme::store::localToday(db, m_now)), m_history(programme::store::readHealthHistory(db)) {}

    task::Outcome run() {
        m_context.progress(5, "Reading the coming week");
        const auto week = programme::store::readProgramme(m_db, m_today - kLookBack, m_today + kWeekAhead);
        if (!week)
            return failureOf(week.error());
        m_context.checkCancelled();
        m_signals.defenseInForce = m_history.defenseInForce;
        m_signals.previousRecommended = m_history.recommended;
        const double utilization = programme::utilization(programme::weekLoad(*week, m_today));
        if (const auto failed = takeContingency(utilization))
            return failureOf(*failed);
        m_context.progress(80, "Checking coverage, utilization and defence");
        const programme::HealthReport report = programme::checkHealth(*week, m_today, m_signals);
        addHealthAlert(report);
        finish(report);
        return std::move(m_outcome);
    }

  private:
    /// Reuses the last contingency report, or makes one when it is old or the week is tight.
    std::optional<base::Error> takeContingency(double utilization) {
        const auto last = programme::store::readLastContingency(m_db);
        if (last && m_now - last->at <= kContingencyLifetime && utilization <= kAnxiousUtilization) {
            m_signals.n1Pass = last->n1Pass;
            m_signals.n2Pass = last->n2Pass;
            m_signals.phaseRisk = last->phaseRisk;
            return std::nullopt;
        }
        m_context.progress(15, "Reading the next 90 days");
        const base::Date end = m_today + kContingencyDays;
        const auto programme = programme::store::readProgramme(m_db, m_today - kLookBack, end);
        if (!programme)
            return programme.error();
        programme::ContingencySignals signals;
        signals.utilization = utilization;
        signals.changesLastWeek = programme::store::countLateChanges(m_db, m_now);
        const auto report = programme::analyseContingency(
            *programme, m_today, std::min(end, programme->last()), signals, [&](double done, const char* text) {
                m_context.checkCancelled();
                m_context.progress(20 + 55 * done, text);
            });
        m_signals.n1Pass = report.n1Pass;
        m_signals.n2Pass = report.n2Pass;
        m_signals.phaseRisk = report.phaseRisk;
        const bool isNews = !last || m_now - last->at > kContingencyRowsApart || last->n1Pass != report.n1Pass ||
                            last->n2Pass != report.n2Pass || last->phaseRisk != report.phaseRisk;
        if (isNews)
            m_outcome.changes.changes.push_back(
                contingencyRow(report, contingencyResult(*programme, report, m_now), m_context, m_now));
        return std::nullopt;
    }

    void addHealthAlert(const programme::HealthReport& report) {
        Alert alert;
        alert.transition = programme::alertTransition(m_history.status, report.status, m_history.alerts, m_now);
        if (alert.transition.empty())
            return;
        alert.kind = "health";
        alert.level = programme::alertLevel(report.status);
        alert.status = report.status;
        alert.message = "The programme's health is " + report.status;
        if (!m_history.status.empty())
            alert.message += " (it was " + m_history.status + ")";
        if (!report.immediateActions.empty() && alert.transition != "recovery")
            alert.message += ". " + report.immediateActions.front();
        alert.details["immediate_actions"] = report.immediateActions;
        addAlert(m_outcome, m_context, m_now, alert);
        ++m_alerts;
    }

    void finish(const programme::HealthReport& report) {
        base::Json result = programme::toDocument(report);
        result["timestamp"] = base::formatInstant(m_now);
        result["alerts_sent"] = m_alerts;
        task::Change row;
        row.table = "health_check";
        row.values["at"] = secondsText(m_now);
        row.values["status"] = report.status;
        row.values["utilization"] = report.utilization.ratio;
        row.values["utilization_level"] = programme::toText(report.utilization.level);
        row.values["coverage"] = programme::orNull(report.coverage);
        row.values["defense_level"] = result.at("defense_level_number");
        row.values["n1_pass"] = result.at("n1_pass");
        row.values["n2_pass"] = result.at("n2_pass");
        row.values["phase_transition_risk"] = result.at("phase_transition_risk");
        row.values["load_shedding_level"] = report.shedLevel;
        row.values["buffer"] = report.utilization.buffer;
        row.values["document"] = result;
        row.values["task_id"] = m_context.taskId();
        m_outcome.changes.changes.push_back(std::move(row));
        m_outcome.result = std::move(result);
        m_context.progress(98, "Writing the report");
    }

    core::store::Connection& m_db;
    task::TaskContext& m_context;
    const base::Instant m_now;
    const base::Date m_today;
    const programme::store::HealthHistory m_history;
    programme::HealthSignals m_signals;
    task::Outcome m_outcome;
    int m_alerts = 0;
};

} // namespace

task::TaskType healthCheckTask() {
    task::TaskType type;
    type.id = "resilience_health_check";
    type.celeryName = "app.resilience.tasks.periodic_health_check";
    type.queue = "resilience";
    type.title = "Health check";
    type.description = "Judges coverage, utilization and defence of the next seven days";
    type.retry = task::RetryPolicy::fixed(3, base::seconds(60));
    type.expectedDuration = "1-2 minutes";
    type.resultSchema = resultSchema({{"timestamp", "string"},
                                      {"status", "string"},
                                      {"utilization", "number"},
                                      {"utilization_ratio", "number"},
                                      {"utilization_level", "string"},
                                      {"coverage_rate", "number?"},
                                      {"defense_level", "string?"},
                                      {"defense_level_name", "string?"},
                                      {"defense_level_number", "integer?"},
                                      {"faculty", "object"},
                                      {"n1_pass", "boolean?"},
                                      {"n2_pass", "boolean?"},
                                      {"phase_transition_risk", "string?"},
                                      {"load_shedding_level", "integer"},
                                      {"active_fallbacks", "integer"},
                                      {"buffer_remaining", "number"},
                                      {"redundancy", "array"},
                                      {"immediate_actions", "array"},
                                      {"alerts_sent", "integer"}});
    type.run = [](const base::Json&, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return HealthCheck(db, context).run(); });
    };
    return type;
}

} // namespace core::packs::resilience
