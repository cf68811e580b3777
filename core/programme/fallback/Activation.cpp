#include "core/programme/fallback/Activation.h"

#include "core/base/Text.h"
#include "core/programme/OrNull.h"

#include <algorithm>

namespace core::programme::fallback {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr int kPcsLoss = 5;

/// As the programme's tables keep an instant.
std::string wholeSeconds(base::Instant now) {
    return base::formatInstant(std::chrono::floor<base::seconds>(now));
}

std::string nameOf(const FallbackCard& card) {
    return "the fallback schedule '" + card.name + "' of " + dayText(card.validFrom);
}

Result<void> checkWords(const FallbackDecision& decision) {
    const size_t length = base::characterCount(base::trimmed(decision.reason));
    if (length < kShortestFallbackReason || length > kLongestFallbackReason)
        return Error{ErrorCode::InvalidParams, "the reason must have 10 to 500 characters",
                     "Say what happened, for the record", {{"reason", "must have 10 to 500 characters"}}};
    if (base::trimmed(decision.approvedBy).empty())
        return Error{ErrorCode::InvalidParams, "approved_by is required", "Name who approves",
                     {{"approved_by", "is required"}}};
    return {};
}

Result<void> checkSeen(const FallbackCard& card, const FallbackDecision& decision) {
    if (!decision.seenVersion || *decision.seenVersion == card.version)
        return {};
    return Error{ErrorCode::Conflict,
                 nameOf(card) + " has changed since you looked at it (version " + std::to_string(*decision.seenVersion) +
                     " was seen, it is " + std::to_string(card.version) + ")",
                 "Look at it again", {}};
}

task::Change changeOf(const FallbackCard& card) {
    task::Change change;
    change.kind = task::ChangeKind::Update;
    change.table = "fallback_schedule";
    change.where["id"] = card.id;
    change.where["version"] = card.version;
    change.expectRows = 1;
    change.values["version"] = card.version + 1;
    return change;
}

task::Change eventOf(const FallbackCard& card, const char* action, const FallbackDecision& decision, base::Instant now) {
    task::Change event;
    event.table = "fallback_event";
    event.values["at"] = wholeSeconds(now);
    event.values["fallback_id"] = card.id;
    event.values["scenario"] = toText(card.scenario);
    event.values["action"] = action;
    event.values["actor"] = decision.actor;
    event.values["approved_by"] = base::trimmed(decision.approvedBy);
    event.values["reason"] = base::trimmed(decision.reason);
    event.values["crisis_id"] = orNull(decision.crisisId);
    event.values["stale"] = card.stale;
    event.values["task_id"] = orNull(decision.taskId);
    return event;
}

task::AuditEntry auditOf(const FallbackCard& card, const char* action, const FallbackDecision& decision) {
    task::AuditEntry audit;
    audit.action = action;
    audit.actor = decision.actor;
    audit.actorType = decision.actorType;
    audit.entityType = "fallback_schedule";
    audit.entityId = card.id;
    audit.before = Json::object();
    audit.before["is_active"] = card.active;
    audit.after = Json::object();
    audit.after["scenario"] = toText(card.scenario);
    audit.after["generation"] = card.generation;
    audit.after["coverage_rate"] = orNull(card.coverage);
    audit.after["valid_until"] = base::formatDate(card.validUntil);
    audit.after["stale"] = card.stale;
    audit.after["approved_by"] = base::trimmed(decision.approvedBy);
    audit.after["crisis_id"] = orNull(decision.crisisId);
    audit.reason = base::trimmed(decision.reason);
    return audit;
}

} // namespace

std::optional<Scenario> bestMatch(const Situation& situation) {
    if (situation.emergency)
        return Scenario::MassCasualty;
    if (situation.pcsSeason && situation.facultyLost >= kPcsLoss)
        return Scenario::PcsSeason;
    if (situation.holiday)
        return Scenario::HolidaySkeleton;
    if (situation.facultyLost >= 2)
        return Scenario::DoubleLoss;
    return situation.facultyLost == 1 ? std::optional(Scenario::SingleLoss) : std::nullopt;
}

std::optional<Scenario> scenarioForCrisis(const std::string& severity, const Situation& situation) {
    if (severity == "moderate")
        return Scenario::SingleLoss;
    if (severity == "severe")
        return bestMatch(situation);
    if (severity == "critical" || severity == "emergency") {
        Situation declared = situation;
        declared.emergency |= severity == "emergency";
        return bestMatch(declared).value_or(Scenario::MassCasualty);
    }
    return std::nullopt;
}

Result<FallbackCard> currentOf(const std::vector<FallbackCard>& cards, Scenario scenario) {
    const auto found = std::find_if(cards.begin(), cards.end(), [scenario](const FallbackCard& card) {
        return card.scenario == scenario && !card.superseded;
    });
    if (found != cards.end())
        return *found;
    return Error{ErrorCode::NotFound,
                 std::string("no fallback schedule was computed for the scenario ") + toText(scenario),
                 "Compute them with: beatwarden task start resilience_fallback_precompute --wait", {}};
}

Result<task::ChangeSet> activation(const FallbackCard& card, const FallbackDecision& decision, base::Instant now) {
    if (auto checked = checkWords(decision); !checked)
        return checked.error();
    if (auto checked = checkSeen(card, decision); !checked)
        return checked.error();
    if (card.active)
        return Error{ErrorCode::Conflict, nameOf(card) + " is in force already", "Nothing needs to be done", {}};
    if (card.superseded)
        return Error{ErrorCode::Conflict, "there is a newer one than " + nameOf(card),
                     std::string("Activate ") + toText(card.scenario), {}};
    if (card.stale && decision.allowStale == AllowStale::No)
        return Error{ErrorCode::Conflict, nameOf(card) + " is stale: it was valid until " + dayText(card.validUntil),
                     "Compute a new one (resilience_fallback_precompute), or allow the stale one", {}};
    task::ChangeSet changes;
    task::Change row = changeOf(card);
    row.values["is_active"] = true;
    row.values["last_activated_at"] = wholeSeconds(now);
    row.values["activation_count"] = card.activationCount + 1;
    row.values["activated_by"] = decision.actor;
    row.values["approved_by"] = base::trimmed(decision.approvedBy);
    row.values["activation_reason"] = base::trimmed(decision.reason);
    row.values["crisis_id"] = orNull(decision.crisisId);
    changes.changes.push_back(std::move(row));
    changes.changes.push_back(eventOf(card, "activated", decision, now));
    changes.audit.push_back(auditOf(card, "fallback_activated", decision));
    changes.audit.back().after["is_active"] = true;
    return changes;
}

Result<task::ChangeSet> deactivation(const FallbackCard& card, const FallbackDecision& decision, base::Instant now) {
    if (auto checked = checkWords(decision); !checked)
        return checked.error();
    if (auto checked = checkSeen(card, decision); !checked)
        return checked.error();
    if (!card.active)
        return Error{ErrorCode::Conflict, nameOf(card) + " is not in force", "Nothing needs to be done", {}};
    task::ChangeSet changes;
    task::Change row = changeOf(card);
    row.values["is_active"] = false;
    row.values["crisis_id"] = nullptr;
    changes.changes.push_back(std::move(row));
    changes.changes.push_back(eventOf(card, "deactivated", decision, now));
    changes.audit.push_back(auditOf(card, "fallback_deactivated", decision));
    changes.audit.back().after["is_active"] = false;
    return changes;
}

task::AuditEntry refusalOfStale(const FallbackCard& card, const FallbackDecision& decision) {
    task::AuditEntry audit = auditOf(card, "fallback_refused", decision);
    audit.after["is_active"] = card.active;
    return audit;
}

} // namespace core::programme::fallback
