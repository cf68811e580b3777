#include "core/base/Text.h"
#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/compliance/Tasks.h"
#include "core/packs/compliance/ViolationRows.h"
#include "core/programme/duty/Documents.h"
#include "core/programme/store/DutyPolicyStore.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ViolationStore.h"

#include <algorithm>
#include <functional>
#include <set>

namespace core::packs::compliance {

namespace duty = programme::duty;

namespace {

constexpr size_t kMessagesInAlert = 3;
/// What was resolved only so long ago is no news when it comes back.
constexpr std::chrono::minutes kQuietTime{240};

bool isUnresolved(duty::ViolationStatus status) {
    return status == duty::ViolationStatus::Open || status == duty::ViolationStatus::Acknowledged;
}

/// One check of the year so far and of what is scheduled ahead.
class DutyCheck {
  public:
    DutyCheck(core::store::Connection& db, task::TaskContext& context)
        : m_db(db), m_context(context), m_now(context.clock().now()), m_today(programme::store::localToday(db, m_now)) {
    }

    task::Outcome run(int daysAhead) {
        m_context.progress(5, "Reading the schedule");
        if (const auto failed = read(m_today + std::chrono::days(daysAhead)))
            return failureOf(*failed);
        m_context.checkCancelled();
        m_context.progress(30, "Checking every resident and every clinic");
        m_report = duty::checkRules(m_programme, m_from, m_to, m_policy, m_today);
        m_context.checkCancelled();
        m_context.progress(70, "Comparing with what is on record");
        m_known = programme::store::readAllViolations(m_db);
        m_moves = duty::planRecords(m_programme, m_report.findings, m_known, m_from, m_to, m_now);
        m_summary =
            addViolationRows(m_outcome, m_programme, m_report.findings, m_known, m_moves, m_context.taskId(), m_now);
        m_context.progress(95, "Writing the records");
        m_outcome.result = result();
        return std::move(m_outcome);
    }

  private:
    /// The whole academic year, so that a run of windows has its first window, and with it its key, every time.
    std::optional<base::Error> read(base::Date wanted) {
        const auto year = programme::store::academicYear(m_db);
        m_from = year->first;
        m_to = std::max(wanted, m_from);
        const bool isOver = m_today > year->second;
        auto programme = programme::store::readProgramme(m_db, isOver ? m_today : m_from, m_to);
        if (!programme)
            return programme.error();
        m_programme = duty::scheduledPart(std::move(*programme));
        m_policy = programme::store::readDutyPolicy(m_db).policy;
        return std::nullopt;
    }

    /// Violations that nobody has answered for good, as they are on record before this check and after it.
    std::pair<int, int> openViolations() const {
        int before = 0, after = 0;
        std::vector<bool> judged(m_known.size(), false);
        for (const duty::RecordMove& move : m_moves) {
            if (move.known >= 0)
                judged[size_t(move.known)] = true;
            after += move.finding >= 0 && isUnresolved(move.status) &&
                             duty::isViolation(m_report.findings[size_t(move.finding)].severity)
                         ? 1
                         : 0;
        }
        for (size_t i = 0; i < m_known.size(); ++i) {
            const bool open = duty::isViolation(m_known[i].severity) && isUnresolved(m_known[i].status);
            before += open ? 1 : 0;
            after += open && !judged[i] ? 1 : 0;
        }
        return {before, after};
    }

    bool wasResolvedJustNow(const duty::RecordMove& move) const {
        return move.known >= 0 && m_known[size_t(move.known)].resolvedAt &&
               m_now - *m_known[size_t(move.known)].resolvedAt < kQuietTime;
    }

    std::vector<const duty::Finding*> news(const std::function<bool(const duty::Finding&)>& isMeant) const {
        std::vector<const duty::Finding*> found;
        for (const duty::RecordMove& move : m_moves)
            if (move.isNews && isMeant(m_report.findings[size_t(move.finding)]) && !wasResolvedJustNow(move))
                found.push_back(&m_report.findings[size_t(move.finding)]);
        std::stable_sort(found.begin(), found.end(),
                         [](const auto* a, const auto* b) { return a->severity > b->severity; });
        return found;
    }

    Alert alertOf(std::string message, const std::vector<const duty::Finding*>& findings) const {
        Alert alert;
        for (size_t i = 0; i < std::min(kMessagesInAlert, findings.size()); ++i)
            message += (i ? "; " : ": ") + findings[i]->message;
        if (findings.size() > kMessagesInAlert)
            message += "; and " + std::to_string(findings.size() - kMessagesInAlert) + " more";
        alert.message = std::move(message);
        alert.details["findings"] = findings.size();
        alert.details["suggested_fix"] = findings.empty() ? base::Json() : base::Json(findings.front()->suggestedFix);
        return alert;
    }

    /// Violations that are new; or that none is left.
    std::optional<Alert> violationAlert(int before, int after) const {
        const auto added = news([](const duty::Finding& f) { return duty::isViolation(f.severity); });
        if (added.empty() && !(before > 0 && after == 0))
            return std::nullopt;
        Alert alert =
            added.empty()
                ? alertOf("No ACGME violation is left", {})
                : alertOf(base::counted(int64_t(added.size()), "new ACGME violation", "new ACGME violations"), added);
        alert.kind = "compliance";
        alert.transition = added.empty() ? "recovery" : before == 0 ? "entering" : "worsening";
        alert.level = added.empty() ? "info" : "critical";
        alert.status = added.empty() ? "compliant" : "violation";
        alert.rank = added.empty() ? 0 : 1;
        return alert;
    }

    /// Four-week averages that will come close to the limit as it is scheduled.
    std::optional<Alert> alertAhead() const {
        const auto ahead = news([&](const duty::Finding& f) {
            return f.rule == duty::Rule::H80 && f.severity == duty::Severity::Medium && f.lastEnd >= m_today;
        });
        if (ahead.empty())
            return std::nullopt;
        Alert alert = alertOf("Close to the weekly limit ahead", ahead);
        alert.kind = "compliance_ahead";
        alert.transition = "event";
        alert.level = "warning";
        alert.status = "warning";
        return alert;
    }

    base::Json countsByRule() const {
        base::Json counts = base::Json::object();
        for (const duty::Finding& finding : m_report.findings) {
            base::Json& rule = counts[duty::toText(finding.rule)];
            if (rule.is_null())
                rule = {{"CRITICAL", 0}, {"HIGH", 0}, {"MEDIUM", 0}, {"LOW", 0}};
            base::Json& count = rule[duty::toText(finding.severity)];
            count = count.get<int>() + 1;
        }
        return counts;
    }

    /// Of the findings of this check, those whose record is overridden.
    std::set<std::string> overridden() const {
        std::set<std::string> keys;
        for (const duty::RecordMove& move : m_moves)
            if (move.finding >= 0 && move.status == duty::ViolationStatus::Overridden)
                keys.insert(duty::keyOf(m_programme, m_report.findings[size_t(move.finding)]));
        return keys;
    }

    base::Json nearLimitList() const {
        base::Json list = base::Json::array();
        for (const duty::HoursOutlook& outlook : duty::nearLimit(duty::hoursOutlook(m_programme, m_today, m_policy)))
            list.push_back(duty::toDocument(outlook));
        return list;
    }

    base::Json result() const {
        base::Json result = base::Json::object();
        result["timestamp"] = base::formatInstant(m_now);
        result["period"] = {{"start_date", base::formatDate(m_from)}, {"end_date", base::formatDate(m_to)}};
        result["policy"] = duty::toDocument(m_policy);
        result["compliance"] = duty::toDocument(m_report, duty::complianceOf(m_programme, m_report, overridden()));
        result["findings"] = countsByRule();
        result["records"] = {{"added", m_summary.added},
                             {"reopened", m_summary.reopened},
                             {"kept", m_summary.kept},
                             {"resolved", m_summary.resolved},
                             {"not_recorded", m_summary.notRecorded}};
        const auto [before, after] = openViolations();
        result["open_violations"] = after;
        result["near_limit"] = nearLimitList();
        result["not_evaluated"] = base::Json::array();
        for (const duty::NotEvaluated& entry : m_report.notEvaluated)
            result["not_evaluated"].push_back(duty::toDocument(m_programme, entry));
        result["notes"] = m_report.notes;
        result["alert"] = toDocument(violationAlert(before, after));
        result["alert_ahead"] = toDocument(alertAhead());
        result["task_status"] = m_report.residents.empty() ? "no_data" : "completed";
        return result;
    }

    core::store::Connection& m_db;
    task::TaskContext& m_context;
    const base::Instant m_now;
    const base::Date m_today;
    base::Date m_from{}, m_to{};
    programme::Programme m_programme;
    duty::DutyPolicy m_policy;
    duty::RuleReport m_report;
    std::vector<duty::Violation> m_known;
    std::vector<duty::RecordMove> m_moves;
    RecordSummary m_summary;
    task::Outcome m_outcome;
};

} // namespace

task::TaskType dutyCheckTask() {
    task::TaskType type;
    type.id = "acgme_compliance_check";
    type.celeryName = "app.tasks.compliance_tasks.check_acgme_compliance";
    type.queue = "compliance";
    type.title = "ACGME compliance check";
    type.description = "Checks duty hours, days off, rest, calls and supervision, and keeps the record of violations";
    type.parameters = task::ParameterSchema({daysAheadParameter(1, 365)});
    type.retry = task::RetryPolicy::fixed(3, base::seconds(300));
    type.concurrency = 1;
    type.expectedDuration = "1-2 minutes";
    type.resultSchema = resultSchema({{"timestamp", "string"},
                                      {"period", "object"},
                                      {"policy", "object"},
                                      {"compliance", "object"},
                                      {"findings", "object"},
                                      {"records", "object"},
                                      {"open_violations", "integer"},
                                      {"near_limit", "array"},
                                      {"not_evaluated", "array"},
                                      {"notes", "array"},
                                      {"alert", "object?"},
                                      {"alert_ahead", "object?"},
                                      {"task_status", "string"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) {
            return DutyCheck(db, context).run(params.value("days_ahead", 90));
        });
    };
    return type;
}

} // namespace core::packs::compliance
