#include "core/engine/LocalFallbackService.h"

#include "core/programme/store/FallbackStore.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/store/AuditLog.h"
#include "core/store/ChangeApplier.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;
namespace fallback = programme::fallback;
namespace residency = programme::store;

namespace {

fallback::FallbackDecision decisionOf(const FallbackRequest& request, const Actor& actor) {
    fallback::FallbackDecision decision;
    decision.reason = request.reason;
    decision.approvedBy = request.approvedBy;
    decision.actor = actor.name;
    decision.actorType = actor.type;
    decision.seenVersion = request.version;
    decision.allowStale = request.allowStale;
    return decision;
}

/// One at a time of a scenario.
Result<void> checkNoneInForce(store::Connection& db, const fallback::FallbackCard& card, base::Instant now) {
    for (const fallback::FallbackCard& other : residency::readActiveFallbacks(db, now))
        if (other.scenario == card.scenario && other.id != card.id)
            return Error{ErrorCode::Conflict,
                         "an older schedule for '" + card.name + "' is in force (" + other.id + ")",
                         "Deactivate it first", {}};
    return {};
}

/// A refusal that must be kept in the audit trail is no error of the transaction.
struct ActivationAnswer {
    fallback::FallbackCard card;
    std::optional<Error> refused;
};

Result<ActivationAnswer> activateIn(store::Connection& db, const std::string& id,
                                    const fallback::FallbackDecision& decision, base::Instant now) {
    const auto card = residency::readFallback(db, id, now);
    if (!card)
        return card.error();
    const auto changes = fallback::activation(*card, decision, now);
    if (!changes) {
        fallback::FallbackDecision allowed = decision;
        allowed.allowStale = fallback::AllowStale::Yes;
        if (!fallback::activation(*card, allowed, now))
            return changes.error();
        store::appendAudit(db, fallback::refusalOfStale(*card, decision), now);
        return ActivationAnswer{*card, changes.error()};
    }
    if (auto checked = checkNoneInForce(db, *card, now); !checked)
        return checked.error();
    store::ChangeApplier applier(residency::tablesWritableByTasks());
    if (auto applied = applier.apply(db, *changes, now); !applied)
        return applied.error();
    const auto after = residency::readFallback(db, card->id, now);
    if (!after)
        return after.error();
    return ActivationAnswer{*after, std::nullopt};
}

} // namespace

void LocalFallbackService::tell(base::Instant now, const char* what) const {
    m_parts.bus.publish({0, now, events::EventKind::ProgrammeChanged, {}, what, nullptr});
}

Result<std::vector<fallback::FallbackCard>> LocalFallbackService::list() const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([now](store::Connection& db) -> Result<std::vector<fallback::FallbackCard>> {
        return residency::readFallbacks(db, now);
    });
}

Result<fallback::FallbackDetail> LocalFallbackService::show(const std::string& id) const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([&](store::Connection& db) { return residency::readFallbackDetail(db, id, now); });
}

Result<fallback::FallbackCard> LocalFallbackService::activate(const FallbackRequest& request, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const fallback::FallbackDecision decision = decisionOf(request, actor);
    auto answer = m_parts.database.write(
        [&](store::Connection& db) { return activateIn(db, request.id, decision, now); });
    if (!answer)
        return answer.error();
    if (answer->refused)
        return *answer->refused;
    tell(now, "fallback activated");
    return std::move(answer->card);
}

Result<fallback::FallbackCard> LocalFallbackService::deactivate(const FallbackRequest& request, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const fallback::FallbackDecision decision = decisionOf(request, actor);
    auto changed = m_parts.database.write([&](store::Connection& db) -> Result<fallback::FallbackCard> {
        const auto card = residency::readFallback(db, request.id, now);
        if (!card)
            return card.error();
        const auto changes = fallback::deactivation(*card, decision, now);
        if (!changes)
            return changes.error();
        store::ChangeApplier applier(residency::tablesWritableByTasks());
        if (auto applied = applier.apply(db, *changes, now); !applied)
            return applied.error();
        return residency::readFallback(db, card->id, now);
    });
    if (changed)
        tell(now, "fallback deactivated");
    return changed;
}

} // namespace core::engine
