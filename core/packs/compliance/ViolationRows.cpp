#include "core/packs/compliance/ViolationRows.h"

#include "core/packs/Reading.h"
#include "core/programme/OrNull.h"
#include "core/programme/duty/Documents.h"

#include <algorithm>

namespace core::packs::compliance {

using programme::duty::Finding;
using programme::duty::RecordMove;
using programme::duty::Violation;
using programme::duty::ViolationStatus;

namespace {

constexpr const char* kTable = "acgme_violation";
constexpr int kMostAdded = 4000;
constexpr size_t kMostWorkedBytes = 3 << 20;

/// Builds the rows of one check.
class ViolationRows {
  public:
    ViolationRows(task::Outcome& outcome, const programme::Programme& programme, std::string taskId, base::Instant now)
        : m_changes(outcome.changes.changes), m_programme(programme), m_taskId(std::move(taskId)),
          m_now(secondsText(now)) {}

    void add(const Finding& finding) {
        task::Change row;
        row.kind = task::ChangeKind::Upsert;
        row.table = kTable;
        row.where["natural_key"] = programme::duty::keyOf(m_programme, finding);
        row.values = found(finding);
        row.values["rule"] = programme::duty::toText(finding.rule);
        row.values["basis"] = finding.basis;
        row.values["person_id"] =
            finding.person < 0 ? base::Json() : base::Json(m_programme.people[size_t(finding.person)].id);
        row.values["half"] = finding.place ? base::Json(programme::toText(finding.place->half)) : base::Json();
        row.values["rotation"] = finding.place
                                     ? base::Json(m_programme.rotations[size_t(finding.place->rotation)].abbreviation)
                                     : base::Json();
        row.values["window_start"] = base::formatDate(finding.firstStart);
        row.values["first_window_end"] = base::formatDate(finding.firstEnd);
        row.values["first_seen_at"] = m_now;
        m_changes.push_back(std::move(row));
    }

    void update(const Finding& finding, const Violation& known, ViolationStatus status) {
        task::Change row = changeOf(known);
        row.values = found(finding);
        row.values["status"] = programme::duty::toText(status);
        row.values["version"] = known.version + 1;
        row.values["resolved_at"] = nullptr;
        m_changes.push_back(std::move(row));
    }

    void touch(const Finding& finding, const Violation& known) {
        task::Change row = changeOf(known);
        row.values["last_seen_at"] = m_now;
        if (finding.suggestedFix != known.suggestedFix)
            row.values["suggested_fix"] = finding.suggestedFix;
        if (!known.hasWorked)
            row.values["worked"] = workedText(finding);
        m_changes.push_back(std::move(row));
    }

    void resolve(const Violation& known) {
        task::Change row = changeOf(known);
        row.values["status"] = programme::duty::toText(ViolationStatus::Resolved);
        row.values["resolved_at"] = m_now;
        row.values["version"] = known.version + 1;
        m_changes.push_back(std::move(row));
    }

  private:
    task::Change changeOf(const Violation& known) const {
        task::Change row;
        row.kind = task::ChangeKind::Update;
        row.table = kTable;
        row.where["id"] = known.id;
        row.where["version"] = known.version;
        return row;
    }

    base::Json found(const Finding& finding) {
        base::Json values = base::Json::object();
        values["window_end"] = base::formatDate(finding.lastEnd);
        values["worst_start"] = base::formatDate(finding.worstStart);
        values["worst_end"] = base::formatDate(finding.worstEnd);
        values["windows"] = finding.windows;
        values["severity"] = programme::duty::toText(finding.severity);
        values["value"] = finding.value;
        values["limit_value"] = finding.limit;
        values["message"] = finding.message;
        values["suggested_fix"] = finding.suggestedFix;
        values["worked"] = workedText(finding);
        values["last_seen_at"] = m_now;
        values["task_id"] = m_taskId;
        return values;
    }

    base::Json workedText(const Finding& finding) {
        if (m_workedBytes > kMostWorkedBytes)
            return nullptr;
        base::Json worked = programme::duty::toDocument(finding.worked);
        m_workedBytes += base::dumpJson(worked).size();
        return worked;
    }

    std::vector<task::Change>& m_changes;
    const programme::Programme& m_programme;
    const std::string m_taskId, m_now;
    size_t m_workedBytes = 0;
};

/// The moves with the most severe findings first; those without a finding last.
std::vector<RecordMove> bySeverity(std::vector<RecordMove> moves, const std::vector<Finding>& findings) {
    const auto rank = [&](const RecordMove& move) {
        return move.finding < 0 ? -1 : int(findings[size_t(move.finding)].severity);
    };
    std::stable_sort(moves.begin(), moves.end(),
                     [&](const RecordMove& a, const RecordMove& b) { return rank(a) > rank(b); });
    return moves;
}

} // namespace

RecordSummary addViolationRows(task::Outcome& outcome, const programme::Programme& programme,
                               const std::vector<Finding>& findings, const std::vector<Violation>& known,
                               const std::vector<RecordMove>& moves, const std::string& taskId, base::Instant now) {
    RecordSummary summary;
    ViolationRows rows(outcome, programme, taskId, now);
    for (const RecordMove& move : bySeverity(moves, findings)) {
        const Violation* record = move.known < 0 ? nullptr : &known[size_t(move.known)];
        switch (move.kind) {
        case RecordMove::Kind::Add:
            if (summary.added == kMostAdded) {
                ++summary.notRecorded;
                break;
            }
            rows.add(findings[size_t(move.finding)]);
            ++summary.added;
            break;
        case RecordMove::Kind::Update:
            rows.update(findings[size_t(move.finding)], *record, move.status);
            ++(move.isNews && record->status != ViolationStatus::Open ? summary.reopened : summary.kept);
            break;
        case RecordMove::Kind::Touch:
            rows.touch(findings[size_t(move.finding)], *record);
            ++summary.kept;
            break;
        case RecordMove::Kind::Resolve:
            rows.resolve(*record);
            ++summary.resolved;
            break;
        }
    }
    return summary;
}

} // namespace core::packs::compliance
