#include "core/programme/store/ViolationStore.h"

#include "core/base/Text.h"
#include "core/programme/store/Cells.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/store/AuditLog.h"

#include <algorithm>

namespace core::programme::store {

using base::Error;
using base::ErrorCode;
using base::Instant;
using base::Result;
using core::store::Connection;
using core::store::Query;
using duty::OverrideRequest;
using duty::Violation;
using duty::ViolationFilter;
using duty::ViolationStatus;

namespace {

constexpr size_t kShortestReason = 20, kLongestReason = 1000, kLongestNote = 1000;
constexpr std::chrono::days kUsualOverride{28}, kLongestOverride{366};

constexpr const char* kColumns =
    "SELECT v.id, v.natural_key, v.rule, v.basis, v.severity, coalesce(v.person_id, ''), coalesce(p.name, ''), "
    "coalesce(v.half, ''), coalesce(v.rotation, ''), v.window_start, v.window_end, v.first_window_end, v.worst_start, "
    "v.worst_end, v.windows, v.value, v.limit_value, v.message, v.suggested_fix, v.first_seen_at, v.last_seen_at, "
    "v.status, v.version, v.resolved_at, v.acknowledged_by, v.acknowledged_at, v.acknowledged_note, v.override_by, "
    "v.override_at, v.override_reason_code, v.override_reason, v.override_expires_at, v.override_severity, "
    "coalesce(v.override_approved_by, ''), v.worked IS NOT NULL "
    "FROM acgme_violation v LEFT JOIN person p ON p.id = v.person_id ";

std::optional<duty::Override> overrideOf(const Query& row) {
    if (row.isNull(31))
        return std::nullopt;
    return duty::Override{.by = row.text(27),
                          .approvedBy = row.text(33),
                          .reasonCode = row.text(29),
                          .reason = row.text(30),
                          .at = instantAt(row, 28),
                          .expiresAt = instantAt(row, 31),
                          .severity = known(duty::severityFromText(row.text(32)), row, 32)};
}

Violation violationOf(const Query& row) {
    Violation v;
    v.id = row.integer(0);
    v.key = row.text(1);
    v.rule = row.text(2);
    v.basis = row.text(3);
    v.severity = known(duty::severityFromText(row.text(4)), row, 4);
    v.personId = row.text(5);
    v.personName = row.text(6);
    v.half = row.text(7);
    v.rotation = row.text(8);
    v.windowStart = row.date(9);
    v.windowEnd = row.date(10);
    v.firstWindowEnd = row.date(11);
    v.worstStart = row.date(12);
    v.worstEnd = row.date(13);
    v.windows = row.intAt(14);
    v.value = row.real(15);
    v.limit = row.real(16);
    v.message = row.text(17);
    v.suggestedFix = row.text(18);
    v.firstSeen = instantAt(row, 19);
    v.lastSeen = instantAt(row, 20);
    v.status = known(duty::violationStatusFromText(row.text(21)), row, 21);
    v.version = row.integer(22);
    if (!row.isNull(23))
        v.resolvedAt = instantAt(row, 23);
    if (!row.isNull(25))
        v.acknowledgement = duty::Acknowledgement{row.text(24), row.text(26), instantAt(row, 25)};
    v.override = overrideOf(row);
    v.hasWorked = row.intAt(34) != 0;
    return v;
}

/// The condition of a filter and what is bound to it.
class Condition {
  public:
    explicit Condition(const ViolationFilter& filter) {
        if (!filter.statuses.empty()) {
            std::string marks;
            for (const ViolationStatus status : filter.statuses) {
                marks += marks.empty() ? "?" : ",?";
                m_values.push_back(duty::toText(status));
            }
            add("v.status IN (" + marks + ")", {});
        }
        if (!filter.person.empty())
            add("(v.person_id = ? OR p.name LIKE '%' || ? || '%')", {filter.person, filter.person});
        if (!filter.rule.empty())
            add("v.rule = ?", {filter.rule});
        if (filter.leastSeverity)
            add("v.severity_rank <= ?", {int(duty::Severity::Critical) - int(*filter.leastSeverity)});
        if (filter.from)
            add("v.window_end >= ?", {base::formatDate(*filter.from)});
        if (filter.to)
            add("v.window_start <= ?", {base::formatDate(*filter.to)});
    }

    void after(int64_t id) {
        add("(v.severity_rank, v.worst_start, v.id) > (SELECT severity_rank, worst_start, id FROM acgme_violation"
            " WHERE id = ?)",
            {id});
    }

    /// `behind` may hold one `?` more, for `last`.
    Query run(Connection& connection, const std::string& before, const std::string& behind,
              const base::Json& last) const {
        Query query = connection.query(before + m_text + behind);
        for (const base::Json& value : m_values)
            query.bindJson(value);
        if (!last.is_null())
            query.bindJson(last);
        return query;
    }

  private:
    void add(const std::string& term, std::vector<base::Json> values) {
        m_text += (m_text.empty() ? "WHERE " : " AND ") + term;
        m_values.insert(m_values.end(), values.begin(), values.end());
    }

    std::string m_text;
    std::vector<base::Json> m_values;
};

std::vector<Violation> allRows(Query rows) {
    std::vector<Violation> violations;
    while (rows.step())
        violations.push_back(violationOf(rows));
    return violations;
}

/// The record as the actor saw it.
Result<Violation> seenViolation(Connection& connection, int64_t id, const ViolationActor& actor) {
    auto violation = findViolation(connection, id);
    if (violation && actor.version && *actor.version != violation->version)
        return Error{ErrorCode::Conflict,
                     "violation " + std::to_string(id) + " has changed since you looked at it",
                     "Look at it again",
                     {}};
    return violation;
}

void audit(Connection& connection, const char* action, const Violation& before, const Violation& after,
           const ViolationActor& actor, const std::string& reason, Instant now) {
    task::AuditEntry entry;
    entry.action = action;
    entry.actor = actor.name;
    entry.actorType = actor.type;
    entry.entityType = "acgme_violation";
    entry.entityId = std::to_string(before.id);
    entry.before = {{"status", duty::toText(before.status)}};
    entry.after = {{"status", duty::toText(after.status)}, {"rule", after.rule}, {"message", after.message}};
    if (after.status == ViolationStatus::Overridden) {
        entry.after["approved_by"] = after.override->approvedBy;
        entry.after["reason_code"] = after.override->reasonCode;
        entry.after["expires_at"] = base::formatInstant(after.override->expiresAt);
        entry.after["severity"] = duty::toText(after.override->severity);
    }
    entry.reason = reason;
    core::store::appendAudit(connection, entry, now);
}

Error notInThisState(const Violation& violation, const char* what) {
    return {ErrorCode::Conflict,
            "violation " + std::to_string(violation.id) + " is " + duty::toText(violation.status) + " and cannot be " +
                what,
            violation.status == ViolationStatus::Resolved ? "It is no longer found; nothing needs to be done"
                                                          : "An override says more than an acknowledgement",
            {}};
}

/// Empty when they may.
std::string refusalOf(Connection& connection, const std::string& approver) {
    const std::vector<std::string> approvers = readOverrideApprovers(connection);
    if (std::find(approvers.begin(), approvers.end(), approver) != approvers.end())
        return {};
    if (approvers.empty())
        return "approved_by must name the programme director or an administrator, and none is on record";
    return "approved_by must name the programme director or an administrator (" + base::joined(approvers) + ")" +
           (approver.empty() ? "" : ", not " + approver);
}

Instant expiryOf(Connection& connection, const OverrideRequest& request, Instant now) {
    if (!request.lastDay)
        return request.expiresAt.value_or(now + kUsualOverride);
    const LocalMinute end((*request.lastDay + std::chrono::days(1)).time_since_epoch());
    return programmeZone(connection).toInstant(end);
}

std::vector<base::FieldError> problemsOf(const OverrideRequest& request, Instant expiry, Instant now) {
    std::vector<base::FieldError> wrong;
    const std::vector<std::string> codes = duty::overrideReasonCodes();
    if (std::find(codes.begin(), codes.end(), request.reasonCode) == codes.end())
        wrong.push_back({"reason_code", "reason_code must be one of " + base::joined(codes)});
    const size_t length = base::characterCount(base::trimmed(request.reason));
    if (length < kShortestReason || length > kLongestReason)
        wrong.push_back({"reason", "reason must have 20 to 1000 characters"});
    if (expiry <= now)
        wrong.push_back({"expires", "expires must be in the future"});
    if (expiry > now + kLongestOverride)
        wrong.push_back({"expires", "expires must be at most 366 days ahead"});
    return wrong;
}

} // namespace

duty::ViolationPage readViolations(Connection& connection, const ViolationFilter& filter) {
    Condition condition(filter);
    Query count = condition.run(
        connection, "SELECT count(*) FROM acgme_violation v LEFT JOIN person p ON p.id = v.person_id ", "", nullptr);
    duty::ViolationPage page;
    page.total = count.step() ? count.integer(0) : 0;
    if (filter.after > 0)
        condition.after(filter.after);
    page.violations =
        allRows(condition.run(connection, kColumns, " ORDER BY v.severity_rank, v.worst_start, v.id LIMIT ?",
                              std::clamp(filter.limit, 1, duty::ViolationFilter::kMostListed)));
    return page;
}

Result<Violation> findViolation(Connection& connection, int64_t id) {
    Query row = connection.query(std::string(kColumns) + "WHERE v.id = ?", id);
    if (!row.step())
        return Error{ErrorCode::NotFound,
                     "there is no violation " + std::to_string(id),
                     "List violations with: beatwarden programme violations",
                     {}};
    Violation violation = violationOf(row);
    Query worked = connection.query("SELECT worked FROM acgme_violation WHERE id = ?", id);
    if (worked.step())
        violation.worked = worked.json(0);
    return violation;
}

std::vector<Violation> readAllViolations(Connection& connection) {
    return allRows(connection.query(std::string(kColumns) + "ORDER BY v.id"));
}

std::vector<AnsweredViolation> readAnswered(Connection& connection, base::Date from, base::Date to, Instant now) {
    std::vector<AnsweredViolation> answered;
    Query row = connection.query("SELECT rule, coalesce(person_id, ''), coalesce(half, ''), basis, window_start, "
                                 "window_end, status FROM acgme_violation WHERE window_end >= ? AND window_start <= ? "
                                 "AND (status = 'acknowledged' OR (status = 'overridden' AND override_expires_at > ?))",
                                 from, to, secondsText(now));
    while (row.step())
        answered.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.date(4), row.date(5),
                            row.text(6) == "overridden" ? AnsweredViolation::Answer::Overridden
                                                        : AnsweredViolation::Answer::Acknowledged});
    return answered;
}

std::vector<std::string> readOverrideApprovers(Connection& connection) {
    std::vector<std::string> names;
    Query row = connection.query("SELECT name FROM app_user WHERE role = 'admin' AND active = 1 UNION "
                                 "SELECT name FROM person WHERE faculty_role = 'pd' AND status = 'active' ORDER BY name");
    while (row.step())
        names.push_back(row.text(0));
    return names;
}

Result<Violation> acknowledgeViolation(Connection& connection, int64_t id, const std::string& note,
                                       const ViolationActor& actor, Instant now) {
    const auto before = seenViolation(connection, id, actor);
    if (!before)
        return before;
    if (base::characterCount(note) > kLongestNote)
        return Error{ErrorCode::InvalidParams, "note must have at most 1000 characters", {}, {{"note", "is too long"}}};
    if (before->status == ViolationStatus::Overridden || before->status == ViolationStatus::Resolved)
        return notInThisState(*before, "acknowledged");
    connection.run("UPDATE acgme_violation SET status = 'acknowledged', acknowledged_by = ?, acknowledged_at = ?, "
                   "acknowledged_note = ?, version = version + 1 WHERE id = ?",
                   actor.name, secondsText(now), base::trimmed(note), id);
    auto after = findViolation(connection, id);
    if (after)
        audit(connection, "violation_acknowledged", *before, *after, actor, base::trimmed(note), now);
    return after;
}

Result<Violation> overrideViolation(Connection& connection, int64_t id, const OverrideRequest& request,
                                    const ViolationActor& actor, Instant now) {
    const auto before = seenViolation(connection, id, actor);
    if (!before)
        return before;
    const std::string approver = request.approvedBy.empty() ? actor.name : base::trimmed(request.approvedBy);
    const Instant expiry = expiryOf(connection, request, now);
    std::vector<base::FieldError> wrong = problemsOf(request, expiry, now);
    if (const std::string refusal = refusalOf(connection, approver); !refusal.empty())
        wrong.push_back({"approved_by", refusal});
    if (!wrong.empty()) {
        const std::string first = wrong.front().message;
        return Error{ErrorCode::InvalidParams, first, {}, std::move(wrong)};
    }
    if (before->status == ViolationStatus::Resolved)
        return notInThisState(*before, "overridden");
    connection.run("UPDATE acgme_violation SET status = 'overridden', override_by = ?, override_approved_by = ?, "
                   "override_at = ?, override_reason_code = ?, override_reason = ?, override_expires_at = ?, "
                   "override_severity = severity, version = version + 1 WHERE id = ?",
                   actor.name, approver, secondsText(now), request.reasonCode, base::trimmed(request.reason),
                   secondsText(expiry), id);
    auto after = findViolation(connection, id);
    if (after)
        audit(connection, "override_approved", *before, *after, actor, base::trimmed(request.reason), now);
    return after;
}

} // namespace core::programme::store
