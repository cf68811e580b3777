#include "core/engine/LocalServices.h"
#include "core/programme/duty/RuleCheck.h"
#include "core/programme/store/DutyPolicyStore.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ViolationStore.h"

// The verbs of the programme service that are about duty rules.

namespace core::engine {

using base::Result;
namespace duty = programme::duty;
namespace residency = programme::store;

namespace {

residency::ViolationActor speaker(const Actor& actor, std::optional<int64_t> version) {
    return {actor.name, actor.type, version};
}

} // namespace

Result<duty::ViolationPage> LocalProgrammeService::violations(const duty::ViolationFilter& filter) const {
    return m_parts.database.read(
        [&](store::Connection& db) -> Result<duty::ViolationPage> { return residency::readViolations(db, filter); });
}

Result<duty::Violation> LocalProgrammeService::violation(int64_t id) const {
    return m_parts.database.read([id](store::Connection& db) { return residency::findViolation(db, id); });
}

Result<duty::Violation> LocalProgrammeService::acknowledgeViolation(int64_t id, std::optional<int64_t> version,
                                                                    const std::string& note, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    auto changed = m_parts.database.write([&](store::Connection& db) {
        return residency::acknowledgeViolation(db, id, note, speaker(actor, version), now);
    });
    if (changed)
        tell(now, "violation acknowledged");
    return changed;
}

Result<std::vector<std::string>> LocalProgrammeService::overrideApprovers() const {
    return m_parts.database.read(
        [](store::Connection& db) -> Result<std::vector<std::string>> { return residency::readOverrideApprovers(db); });
}

Result<duty::Violation> LocalProgrammeService::overrideViolation(int64_t id, std::optional<int64_t> version,
                                                                 const duty::OverrideRequest& request,
                                                                 const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    auto changed = m_parts.database.write([&](store::Connection& db) {
        return residency::overrideViolation(db, id, request, speaker(actor, version), now);
    });
    if (changed)
        tell(now, "violation overridden");
    return changed;
}

Result<std::vector<duty::HoursOutlook>> LocalProgrammeService::hoursOutlook() const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([&](store::Connection& db) -> Result<std::vector<duty::HoursOutlook>> {
        const base::Date today = residency::localToday(db, now);
        const std::chrono::days window(duty::kWindowDays);
        const auto programme = residency::readProgramme(db, today - window, today + window);
        if (!programme)
            return programme.error();
        return duty::hoursOutlook(duty::scheduledPart(*programme), today, residency::readDutyPolicy(db).policy);
    });
}

Result<duty::PolicyInForce> LocalProgrammeService::dutyPolicy() const {
    return m_parts.database.read(
        [](store::Connection& db) -> Result<duty::PolicyInForce> { return residency::readDutyPolicy(db); });
}

Result<duty::PolicyInForce> LocalProgrammeService::changeDutyPolicy(const base::Json& changes,
                                                                    const std::string& reason, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    auto changed = m_parts.database.write([&](store::Connection& db) {
        return residency::changeDutyPolicy(db, changes, reason, actor.name, actor.type, now);
    });
    if (changed)
        tell(now, "duty policy changed");
    return changed;
}

} // namespace core::engine
