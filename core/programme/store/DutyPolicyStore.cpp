#include "core/programme/store/DutyPolicyStore.h"

#include "core/programme/store/Cells.h"
#include "core/store/AuditLog.h"

namespace core::programme::store {

using base::Json;
using core::store::Connection;
using core::store::Query;

duty::PolicyInForce readDutyPolicy(Connection& connection) {
    duty::PolicyInForce stored;
    Query row = connection.query("SELECT document, version, updated_by, updated_at FROM duty_policy WHERE id = 1");
    if (!row.step())
        return stored;
    const auto policy = duty::changedPolicy({}, row.json(0));
    if (!policy)
        throw core::store::SqlError(SQLITE_CORRUPT, "the stored duty policy is not valid: " + policy.error().message);
    stored.policy = *policy;
    stored.version = row.integer(1);
    stored.updatedBy = row.text(2);
    stored.updatedAt = row.text(3);
    return stored;
}

base::Result<duty::PolicyInForce> changeDutyPolicy(Connection& connection, const Json& changes,
                                                   const std::string& reason, const std::string& actor,
                                                   const std::string& actorType, base::Instant now) {
    const duty::PolicyInForce before = readDutyPolicy(connection);
    const auto policy = duty::changedPolicy(before.policy, changes);
    if (!policy)
        return policy.error();
    if (*policy == before.policy)
        return before;
    task::AuditEntry entry;
    entry.action = "settings_changed";
    entry.actor = actor;
    entry.actorType = actorType;
    entry.entityType = "duty_policy";
    entry.entityId = "1";
    entry.before = entry.after = Json::object();
    const Json old = duty::toDocument(before.policy), wanted = duty::toDocument(*policy);
    for (const auto& [name, value] : wanted.items())
        if (value != old.at(name)) {
            entry.before[name] = old.at(name);
            entry.after[name] = value;
        }
    entry.reason = reason;
    connection.run("INSERT INTO duty_policy(id, document, version, updated_at, updated_by) VALUES(1,?,1,?,?) "
                   "ON CONFLICT(id) DO UPDATE SET document = excluded.document, version = version + 1, "
                   "updated_at = excluded.updated_at, updated_by = excluded.updated_by",
                   base::dumpJson(wanted), secondsText(now), actor);
    core::store::appendAudit(connection, entry, now);
    return readDutyPolicy(connection);
}

} // namespace core::programme::store
