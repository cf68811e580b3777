#include "core/engine/LocalServices.h"
#include "core/base/Uuid.h"
#include "core/programme/Importer.h"
#include "core/programme/store/ContactStore.h"
#include "core/programme/store/DefenseStore.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ProgrammeWriter.h"
#include "core/programme/store/ResilienceReader.h"
#include "core/programme/store/VitalsReader.h"
#include "core/store/AuditLog.h"

namespace core::engine {

using base::Result;

namespace {

namespace residency = programme::store;

task::AuditEntry programmeAudit(const std::string& action, const Actor& actor, base::Json after) {
    task::AuditEntry entry;
    entry.action = action;
    entry.actor = actor.name;
    entry.actorType = actor.type;
    entry.entityType = "programme";
    entry.entityId = "1";
    entry.after = std::move(after);
    return entry;
}

} // namespace

void LocalProgrammeService::tell(base::Instant now, const char* what) const {
    m_parts.bus.publish({0, now, events::EventKind::ProgrammeChanged, {}, what, nullptr});
}

Result<programme::Stats> LocalProgrammeService::stats() const {
    return m_parts.database.read(
        [](store::Connection& db) -> Result<programme::Stats> { return residency::readStats(db); });
}

/// A sample is no event: its absences and schedules are a past that was made up, so that no trigger hears of them.
Result<programme::Stats> LocalProgrammeService::createSample(const programme::SampleOptions& options,
                                                             const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    auto created = m_parts.database.write([&](store::Connection& db) -> Result<programme::Stats> {
        auto stats = residency::createSample(db, options, residency::localToday(db, now));
        if (!stats)
            return stats;
        if (auto history = residency::backfillHistory(db, now); !history)
            return history.error();
        store::appendAudit(db, programmeAudit("schedule_created", actor, {{"sample_seed", options.seed}}), now);
        return stats;
    });
    if (created)
        tell(now, "sample created");
    return created;
}

Result<programme::ImportReport> LocalProgrammeService::import(const std::filesystem::path& fileOrFolder, bool dryRun,
                                                              const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const auto work = [&](store::Connection& db) -> Result<programme::ImportReport> {
        auto imported = programme::importPath(db, fileOrFolder, dryRun ? programme::DryRun::Yes : programme::DryRun::No, now);
        if (imported && !dryRun && imported->created > 0)
            store::appendAudit(db,
                               programmeAudit("schedule_updated", actor,
                                              {{"file", fileOrFolder.filename().string()}, {"created", imported->created}}),
                               now);
        return imported;
    };
    auto report = changeProgramme<programme::ImportReport>(m_parts, now, work);
    if (report && !dryRun && report->created > 0)
        tell(now, "imported");
    return report;
}

Result<programme::Pulse> LocalProgrammeService::pulse() const {
    return m_parts.database.read(
        [](store::Connection& db) -> Result<programme::Pulse> { return residency::readPulse(db); });
}

Result<std::vector<programme::TrendPoint>> LocalProgrammeService::trend(base::Instant from) const {
    return m_parts.database.read([from](store::Connection& db) -> Result<std::vector<programme::TrendPoint>> {
        return residency::readTrend(db, from);
    });
}

Result<base::Json> LocalProgrammeService::vitals() const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([now](store::Connection& db) { return residency::readVitals(db, now); });
}

Result<std::vector<programme::DefenseEvent>> LocalProgrammeService::defenseLog(int limit) const {
    return m_parts.database.read([limit](store::Connection& db) -> Result<std::vector<programme::DefenseEvent>> {
        return residency::readDefenseLog(db, limit);
    });
}

Result<programme::DefenseAutomation> LocalProgrammeService::defenseAutomation() const {
    return m_parts.database.read([](store::Connection& db) -> Result<programme::DefenseAutomation> {
        return residency::readAutomation(db);
    });
}

Result<void> LocalProgrammeService::setDefenseAutomation(const programme::DefenseAutomation& automation,
                                                         const std::string& reason, const Actor& actor) {
    if (reason.empty())
        return {base::ErrorCode::InvalidParams, "a reason is required", "Say why the automation changes"};
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.write([&](store::Connection& db) -> Result<void> {
        const programme::DefenseAutomation before = residency::readAutomation(db);
        if (auto written = residency::writeAutomation(db, automation, now, actor.name); !written)
            return written;
        task::AuditEntry entry = programmeAudit("defense_automation_changed", actor, programme::toDocument(automation));
        entry.before = programme::toDocument(before);
        entry.reason = reason;
        store::appendAudit(db, entry, now);
        return {};
    });
}

Result<std::vector<programme::Contact>> LocalProgrammeService::contacts() const {
    return m_parts.database.read([](store::Connection& db) -> Result<std::vector<programme::Contact>> {
        return residency::readContacts(db);
    });
}

Result<programme::Contact> LocalProgrammeService::saveContact(const programme::Contact& contact, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    programme::Contact saved = contact;
    if (saved.id.empty())
        saved.id = base::newUuidV7(now);
    return m_parts.database.write([&](store::Connection& db) -> Result<programme::Contact> {
        if (auto written = residency::saveContact(db, saved); !written)
            return written.error();
        task::AuditEntry entry = programmeAudit("contact_saved", actor, programme::toDocument(saved));
        entry.entityType = "app_user";
        entry.entityId = saved.id;
        store::appendAudit(db, entry, now);
        return saved;
    });
}

Result<programme::CrisisStatus> LocalProgrammeService::crisisStatus() const {
    return m_parts.database.read(
        [](store::Connection& db) -> Result<programme::CrisisStatus> { return residency::readCrisis(db); });
}

Result<std::vector<programme::CrisisStatus>> LocalProgrammeService::crisisLog(int limit) const {
    return m_parts.database.read([limit](store::Connection& db) -> Result<std::vector<programme::CrisisStatus>> {
        return residency::readCrisisLog(db, limit);
    });
}

Result<programme::CrisisPreview> LocalProgrammeService::crisisPreview(const std::string& severity) const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([&](store::Connection& db) -> Result<programme::CrisisPreview> {
        return residency::previewCrisis(db, severity, now);
    });
}

} // namespace core::engine
