#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/ContingencyRow.h"
#include "core/packs/resilience/CrisisChange.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/AlertTransition.h"
#include "core/programme/HealthReport.h"
#include "core/programme/OrNull.h"
#include "core/programme/Utilization.h"
#include "core/programme/store/DefenseStore.h"
#include "core/programme/store/FallbackStore.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"
#include "core/programme/store/ResilienceReader.h"

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
        const auto week = readFromToday(m_db, m_today, kLookBack, m_today + kWeekAhead);
        if (!week)
            return failureOf(week.error());
        m_context.checkCancelled();
        m_signals.defenseInForce = m_history.defenseInForce;
        m_signals.previousRecommended = m_history.recommended;
        m_signals.previousActions = m_history.actions;
        m_signals.automation = programme::store::readAutomation(m_db);
        m_signals.activeFallbacks = programme::store::countActiveFallbacks(m_db);
        const double utilization = programme::utilization(programme::weekLoad(*week, m_today));
        if (const auto failed = takeContingency(utilization))
            return failureOf(*failed);
        m_context.progress(80, "Checking coverage, utilization and defence");
        const programme::HealthReport report = programme::checkHealth(*week, m_today, m_signals);
        addDefenseChange(report);
        shedByItself(*week, report);
        finish(report);
        return std::move(m_outcome);
    }

  private:
    /// Reuses the last contingency report, or makes one when it is old or the week is tight.
    std::optional<base::Error> takeContingency(double utilization) {
        const auto last = programme::store::readLastContingency(m_db);
        const bool fresh = last && last->at <= m_now && m_now - last->at <= kContingencyLifetime;
        if (fresh && utilization <= kAnxiousUtilization) {
            m_signals.n1Pass = last->n1Pass;
            m_signals.n2Pass = last->n2Pass;
            m_signals.phaseRisk = last->phaseRisk;
            return std::nullopt;
        }
        m_context.progress(15, "Reading the next 90 days");
        const base::Date end = m_today + kContingencyDays;
        const auto programme = readFromToday(m_db, m_today, kLookBack, end);
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

    /// Whoever reads its history knows what is news.
    std::optional<Alert> alertOf(const programme::HealthReport& report) const {
        std::optional<int> before;
        if (!m_history.status.empty())
            before = programme::alertRank(m_history.status);
        Alert alert;
        alert.rank = programme::alertRank(report.status);
        alert.transition = programme::alertTransition(before, alert.rank,
                                                      programme::store::readPastAlert(m_db, "health"), m_now);
        if (alert.transition.empty())
            return std::nullopt;
        alert.kind = "health";
        alert.level = programme::alertLevel(report.status);
        alert.status = report.status;
        alert.message = "The programme's health is " + report.status;
        if (!m_history.status.empty())
            alert.message += " (it was " + m_history.status + ")";
        if (!report.immediateActions.empty() && alert.transition != "recovery")
            alert.message += ". " + report.immediateActions.front();
        alert.details["immediate_actions"] = report.immediateActions;
        return alert;
    }

    /// Every change is on record: from, to, why, at what coverage, and who ran the check.
    void addDefenseChange(const programme::HealthReport& report) {
        auto change = programme::defenseChange(report);
        if (!change)
            return;
        change->by = m_context.triggeredBy();
        task::Change row;
        row.table = "defense_event";
        row.values["at"] = secondsText(m_now);
        row.values["from_level"] = change->from ? base::Json(int(*change->from)) : base::Json();
        row.values["to_level"] = int(change->to);
        row.values["reason"] = change->reason;
        row.values["coverage"] = programme::orNull(change->coverage);
        row.values["by"] = change->by;
        row.values["actions"] = change->actions;
        row.values["task_id"] = m_context.taskId();
        m_outcome.changes.changes.push_back(std::move(row));
    }

    /// Protected time gives way when the week asks for more than there is, as far as the programme lets that happen.
    void shedByItself(const programme::Programme& week, const programme::HealthReport& report) {
        const auto before = programme::store::readShedState(m_db);
        const bool crisis = programme::store::readCrisis(m_db).active;
        const int level = programme::shedLevelByItself(
            report.shedAdvice, {before.level, before.byItself, crisis, m_history.shedAdvice},
            m_signals.automation);
        if (level == before.level)
            return;
        programme::Programme after = week;
        after.shedCategories = programme::shedCategoriesAt(level);
        ShedDecision decision;
        decision.toLevel = level;
        decision.reason = level > before.level ? "the next 7 days ask for more than there is"
                                               : "two checks in a row ask for less";
        decision.approver = m_context.triggeredBy();
        decision.approvalMethod = "automatic";
        decision.figures.utilizationBefore = report.utilization.ratio;
        decision.figures.utilizationAfter =
            programme::utilization(programme::loadBetween(after, m_today, m_today + kWeekAhead - std::chrono::days(1)));
        decision.affected = programme::activitiesIn(week, programme::shedCategoriesAt(std::max(level, before.level)));
        addShedding(m_outcome, m_context, m_now, before, decision);
        addSheddingRecords(before.level, decision);
    }

    void addSheddingRecords(int before, const ShedDecision& decision) {
        task::AuditEntry audit;
        audit.action = "shed_level_changed";
        audit.actor = m_context.triggeredBy();
        audit.actorType = "system";
        audit.entityType = "shed_state";
        audit.entityId = "1";
        audit.before["load_shedding_level"] = before;
        audit.after["load_shedding_level"] = decision.toLevel;
        audit.after["approval_method"] = decision.approvalMethod;
        audit.reason = decision.reason;
        m_outcome.changes.audit.push_back(std::move(audit));
        Alert alert;
        alert.kind = "load_shedding";
        alert.transition = "event";
        alert.level = decision.toLevel > before ? "warning" : "info";
        alert.status = programme::shedLevelName(decision.toLevel);
        alert.message = "Load shedding went by itself from " + std::string(programme::shedLevelName(before)) + " to " +
                        programme::shedLevelName(decision.toLevel) + ": " + decision.reason;
        alert.details["activities"] = activityTexts(decision.affected);
        m_sheddingAlert = std::move(alert);
    }

    void finish(const programme::HealthReport& report) {
        base::Json result = programme::toDocument(report);
        result["timestamp"] = base::formatInstant(m_now);
        const auto alert = alertOf(report);
        result["alert"] = toDocument(alert);
        result["shedding_alert"] = m_sheddingAlert ? toDocument(*m_sheddingAlert) : base::Json();
        result["alerts_sent"] = (alert ? 1 : 0) + (m_sheddingAlert ? 1 : 0);
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
    std::optional<Alert> m_sheddingAlert;
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
                                      {"alert", "object?"},
                                      {"shedding_alert", "object?"},
                                      {"alerts_sent", "integer"}});
    type.run = [](const base::Json&, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return HealthCheck(db, context).run(); });
    };
    return type;
}

} // namespace core::packs::resilience
