#include "core/programme/duty/Violation.h"

#include "core/programme/OrNull.h"
#include "core/programme/Words.h"

#include <cmath>
#include <map>

namespace core::programme::duty {

using base::Instant;
using base::Json;

namespace {

constexpr Word<ViolationStatus> kStatuses[] = {{ViolationStatus::Open, "open"},
                                               {ViolationStatus::Acknowledged, "acknowledged"},
                                               {ViolationStatus::Overridden, "overridden"},
                                               {ViolationStatus::Resolved, "resolved"}};

constexpr OverrideReason kReasons[] = {{"patient_care", "stayed of own accord for one patient or family (VI.F.4.a)"},
                                       {"approved_exception", "the review committee granted more hours (VI.F.4.c)"},
                                       {"emergency_coverage", "somebody fell out and nobody else could come"},
                                       {"disaster", "a disaster or a call-up of the hospital"},
                                       {"data_error", "the schedule or the log is wrong and is being corrected"},
                                       {"other", "something else, which the reason says"}};

bool isSame(const Finding& finding, const Violation& record) {
    return finding.severity == record.severity && finding.worstStart == record.worstStart &&
           finding.worstEnd == record.worstEnd && finding.lastEnd == record.windowEnd &&
           finding.windows == record.windows && std::abs(finding.value - record.value) < 1e-6 &&
           std::abs(finding.limit - record.limit) < 1e-6 && finding.message == record.message;
}

ViolationStatus statusWhenFound(const Finding& finding, const Violation& record, Instant now) {
    if (isExcused(record, finding.severity, now))
        return ViolationStatus::Overridden;
    const bool stays = record.status == ViolationStatus::Acknowledged && finding.severity <= record.severity;
    return stays ? ViolationStatus::Acknowledged : ViolationStatus::Open;
}

RecordMove moveOf(const Finding& finding, const Violation& record, Instant now) {
    RecordMove move;
    move.status = statusWhenFound(finding, record, now);
    const bool changed = move.status != record.status;
    move.kind = changed || !isSame(finding, record) ? RecordMove::Kind::Update : RecordMove::Kind::Touch;
    move.isNews = move.status == ViolationStatus::Open && (changed || finding.severity > record.severity);
    return move;
}

} // namespace

const char* toText(ViolationStatus status) {
    return wordOf(kStatuses, status);
}

std::optional<ViolationStatus> violationStatusFromText(std::string_view text) {
    return valueOf(kStatuses, text);
}

std::span<const OverrideReason> overrideReasons() {
    return kReasons;
}

std::vector<std::string> overrideReasonCodes() {
    std::vector<std::string> codes;
    for (const OverrideReason& reason : kReasons)
        codes.push_back(reason.code);
    return codes;
}

Json toDocument(const Violation& violation) {
    Json document = Json::object();
    document["id"] = violation.id;
    document["version"] = violation.version;
    document["rule"] = violation.rule;
    document["basis"] = violation.basis;
    document["severity"] = toText(violation.severity);
    document["status"] = toText(violation.status);
    document["person_id"] = orNull(violation.personId);
    document["person"] = orNull(violation.personName);
    document["half"] = orNull(violation.half);
    document["rotation"] = orNull(violation.rotation);
    document["window_start"] = base::formatDate(violation.windowStart);
    document["window_end"] = base::formatDate(violation.windowEnd);
    document["worst_window_start"] = base::formatDate(violation.worstStart);
    document["worst_window_end"] = base::formatDate(violation.worstEnd);
    document["windows"] = violation.windows;
    document["value"] = std::round(violation.value * 100) / 100;
    document["limit"] = violation.limit;
    document["message"] = violation.message;
    document["suggested_fix"] = orNull(violation.suggestedFix);
    document["first_seen_at"] = base::formatInstant(violation.firstSeen);
    document["last_seen_at"] = base::formatInstant(violation.lastSeen);
    document["resolved_at"] = orNull(violation.resolvedAt);
    Json& acknowledgement = document["acknowledgement"] = nullptr;
    if (const auto& said = violation.acknowledgement)
        acknowledgement = {{"by", said->by}, {"at", base::formatInstant(said->at)}, {"note", orNull(said->note)}};
    Json& override = document["override"] = nullptr;
    if (const auto& said = violation.override)
        override = {{"by", said->by},
                    {"approved_by", said->approvedBy},
                    {"at", base::formatInstant(said->at)},
                    {"reason_code", said->reasonCode},
                    {"reason", said->reason},
                    {"expires_at", base::formatInstant(said->expiresAt)}};
    if (!violation.worked.is_null())
        document["worked"] = violation.worked;
    return document;
}

bool isExcused(const Violation& violation, Severity severity, Instant now) {
    const auto& said = violation.override;
    return said && now < said->expiresAt && severity <= said->severity;
}

std::vector<RecordMove> planRecords(const Programme& programme, const std::vector<Finding>& findings,
                                    const std::vector<Violation>& known, base::Date from, base::Date to, Instant now) {
    std::map<std::string, int> byKey;
    for (size_t i = 0; i < known.size(); ++i)
        byKey[known[i].key] = int(i);
    std::vector<RecordMove> moves;
    for (size_t i = 0; i < findings.size(); ++i) {
        const auto record = byKey.find(keyOf(programme, findings[i]));
        RecordMove move;
        if (record == byKey.end()) {
            move.kind = RecordMove::Kind::Add;
            move.isNews = true;
        } else {
            move = moveOf(findings[i], known[size_t(record->second)], now);
            move.known = record->second;
            byKey.erase(record);
        }
        move.finding = int(i);
        moves.push_back(move);
    }
    for (const auto& [key, position] : byKey) {
        const Violation& record = known[size_t(position)];
        if (record.status == ViolationStatus::Resolved || record.firstWindowEnd < from || record.firstWindowEnd > to)
            continue;
        moves.push_back({RecordMove::Kind::Resolve, -1, position, ViolationStatus::Resolved, false});
    }
    return moves;
}

} // namespace core::programme::duty
