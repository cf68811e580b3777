#include "core/engine/Restoring.h"

#include "core/base/Log.h"
#include "core/engine/OwnerLock.h"
#include "core/engine/StoreOpening.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "core/store/Restore.h"

#include <algorithm>
#include <sys/stat.h>

namespace core::engine {

using base::Result;

namespace {

base::Instant timeOf(const std::filesystem::path& copy) {
    struct stat status {};
    if (::stat(copy.c_str(), &status) != 0)
        return {};
    return base::Instant(std::chrono::seconds(status.st_mtime));
}

/// Where the copy stands; Unsupported when it is newer than this program.
Result<store::HighWater> standOf(const std::filesystem::path& copy, base::Instant takenAt) {
    std::error_code ignored;
    auto connection = store::Connection::open(std::filesystem::weakly_canonical(copy, ignored), store::OpenMode::ReadOnly);
    if (!connection)
        return connection.error();
    try {
        if (auto usable = store::refuseNewerSchema(**connection, allMigrations()); !usable)
            return usable.error().in(copy.string());
        return store::readHighWater(**connection, takenAt);
    } catch (const store::SqlError& error) {
        return error.toError().in(copy.string());
    }
}

} // namespace

Result<RestoreOffer> examineCopy(const std::filesystem::path& dataDirectory, const std::filesystem::path& copy) {
    const auto good = store::verifyBackup(copy);
    if (!good)
        return good.error();
    RestoreOffer offer{copy, timeOf(copy), good->bytes, good->tasks, good->auditEntries, 0, 0, {}};
    for (const store::BackupFile& known : store::listBackups(copy.parent_path()))
        if (known.file == copy)
            offer.takenAt = known.takenAt;
    const auto stand = standOf(copy, offer.takenAt);
    if (!stand)
        return stand.error();
    if (const auto mark = store::loadHighWater(dataDirectory / kHighWaterFile)) {
        offer.lostCommits = std::max<int64_t>(0, mark->commits - stand->commits);
        offer.lostAudit = std::max<int64_t>(0, mark->auditSequence - stand->auditSequence);
        offer.knownUntil = mark->at;
    }
    return offer;
}

std::optional<RestoreOffer> newestGoodCopy(const std::filesystem::path& dataDirectory) {
    for (const store::BackupFile& copy : store::listBackups(dataDirectory / store::kBackupFolder)) {
        auto offer = examineCopy(dataDirectory, copy.file);
        if (offer)
            return *offer;
        base::log(base::LogLevel::Warning, "backup", offer.error().text());
    }
    return std::nullopt;
}

Result<Restored> restoreCopy(const std::filesystem::path& dataDirectory, const std::filesystem::path& copy,
                             const std::string& actor, const base::Clock& clock) {
    const auto lock = OwnerLock::acquire(dataDirectory);
    if (!lock)
        return lock.error();
    const auto done =
        store::restoreDatabase(copy, dataDirectory / kDatabaseFile, allMigrations(), actor, clock.now());
    if (!done)
        return done.error();
    if (auto noted = store::saveHighWater(dataDirectory / kHighWaterFile, done->mark); !noted)
        return noted.error().in("the copy was restored, but the high-water mark could not be noted");
    base::log(base::LogLevel::Warning, "backup", copy.string() + " was put in the place of the database");
    return Restored{done->restoredFrom, done->keptAside, done->tasks};
}

} // namespace core::engine
