#include "core/engine/LocalTaskTypeService.h"

#include "core/store/AuditLog.h"
#include "core/store/BreakerStore.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;
using policy::BreakerHold;

namespace {

constexpr size_t kShortestReason = 3;
constexpr size_t kLongestReason = 500;

const char* actionOf(BreakerHold hold) {
    switch (hold) {
    case BreakerHold::None: return "breaker_reset";
    case BreakerHold::Open: return "breaker_opened";
    case BreakerHold::Closed: return "breaker_closed";
    }
    return "breaker_reset";
}

Result<void> checkReason(const std::string& reason) {
    const size_t first = reason.find_first_not_of(" \t\n");
    const size_t length = first == std::string::npos ? 0 : reason.find_last_not_of(" \t\n") - first + 1;
    if (length >= kShortestReason && reason.size() <= kLongestReason)
        return {};
    return Error{ErrorCode::InvalidParams, "the reason must have 3 to 500 characters",
                 "Say why, for whoever finds the circuit like this", {{"reason", "must have 3 to 500 characters"}}};
}

} // namespace

Result<void> LocalTaskTypeService::load() {
    const auto rows = m_parts.database.read(
        [](store::Connection& db) -> Result<std::vector<store::BreakerRow>> { return store::readBreakers(db); });
    if (!rows)
        return rows.error();
    for (const store::BreakerRow& row : *rows)
        m_parts.admission.hold(row.type, {row.hold == "open" ? BreakerHold::Open : BreakerHold::Closed, row.reason,
                                          row.actor, row.at});
    return {};
}

Result<TypeStatus> LocalTaskTypeService::status(const std::string& type) const {
    const auto known = m_parts.registry.require(type);
    if (!known)
        return known.error();
    TypeStatus status = m_parts.admission.status((*known)->id);
    status.running = m_parts.live.runningOf(status.type);
    return status;
}

std::vector<TypeStatus> LocalTaskTypeService::statuses() const {
    std::vector<TypeStatus> all;
    for (const std::string& id : m_parts.registry.ids())
        all.push_back(*status(id));
    return all;
}

Result<TypeStatus> LocalTaskTypeService::setBreaker(const std::string& type, BreakerHold hold,
                                                    const std::string& reason, const Actor& actor) {
    const auto before = status(type);
    if (!before)
        return before.error();
    if (auto good = checkReason(reason); !good)
        return good.error();
    const base::Instant now = m_parts.clock.now();
    const std::string& id = before->type;
    const char* action = actionOf(hold);
    auto stored = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        if (hold == BreakerHold::None)
            store::removeBreaker(db, id);
        else
            store::putBreaker(db, {id, hold == BreakerHold::Open ? "open" : "closed", reason, actor.name, now});
        store::appendAudit(db,
                           {action, actor.name, actor.type, "task_type", id,
                            {{"breaker", policy::toText(before->breaker)}},
                            {{"breaker", hold == BreakerHold::Open ? "open" : "closed"}}, reason},
                           now);
        return {};
    });
    if (!stored)
        return stored.error();
    m_parts.admission.hold(id, {hold, reason, actor.name, now});
    m_parts.dispatcher.kick();
    return status(id);
}

} // namespace core::engine
