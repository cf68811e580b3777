#include "core/engine/LocalTriggerService.h"

#include "core/store/AuditLog.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

Result<const task::Trigger*> LocalTriggerService::named(const std::string& name) const {
    for (const task::Trigger& trigger : m_parts.triggers.all())
        if (trigger.name == name)
            return &trigger;
    return Error{ErrorCode::NotFound, "there is no trigger " + name, "List them with: beatwarden trigger list", {}};
}

TriggerStatus LocalTriggerService::statusOf(store::Connection& db, const task::Trigger& trigger) const {
    TriggerStatus status;
    static_cast<store::TriggerRow&>(status) = store::readTrigger(db, trigger.name);
    status.rule = trigger;
    const task::TaskType* type = task::taskNamed(m_parts.registry, trigger.makes);
    status.makes = type ? type->id : trigger.makes;
    broker::TriggerRest rest = m_parts.triggers.restOf(trigger);
    status.waitsFor = std::move(rest.waitsFor);
    status.missing = std::move(rest.missing);
    return status;
}

Result<std::vector<TriggerStatus>> LocalTriggerService::list() const {
    return m_parts.database.read([this](store::Connection& db) -> Result<std::vector<TriggerStatus>> {
        std::vector<TriggerStatus> all;
        for (const task::Trigger& trigger : m_parts.triggers.all())
            all.push_back(statusOf(db, trigger));
        return all;
    });
}

Result<TriggerStatus> LocalTriggerService::find(const std::string& name) const {
    const auto trigger = named(name);
    if (!trigger)
        return trigger.error();
    return m_parts.database.read(
        [&](store::Connection& db) -> Result<TriggerStatus> { return statusOf(db, **trigger); });
}

Result<TriggerStatus> LocalTriggerService::setEnabled(const std::string& name, bool enabled, const Actor& actor) {
    if (const auto trigger = named(name); !trigger)
        return trigger.error();
    const base::Instant now = m_parts.clock.now();
    const auto stored = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        const bool before = store::readTrigger(db, name).enabled;
        store::setTriggerEnabled(db, name, enabled);
        store::appendAudit(db,
                           {enabled ? "trigger_enabled" : "trigger_disabled", actor.name, actor.type, "trigger", name,
                            {{"enabled", before}}, {{"enabled", enabled}}, {}},
                           now);
        return {};
    });
    if (!stored)
        return stored.error();
    return find(name);
}

} // namespace core::engine
