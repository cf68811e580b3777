#include "core/store/Restore.h"

#include "core/store/AuditLog.h"
#include "core/store/Backup.h"
#include "core/store/HighWater.h"
#include "core/store/StartCheck.h"

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

Error stepFailed(const std::filesystem::path& file, int number) {
    return {ErrorCode::Io, file.string() + ": " + std::strerror(number),
            "Nothing is lost: mend that and restore again", {}};
}

/// Beyond every epoch of the history that is given up: what its workers left behind must not be taken for ours.
constexpr int kEpochsSkipped = 1'000'000;

/// Makes the copy ready to be used: not newer, and with an entry of its own in the audit chain. Where it stands then.
Result<HighWater> prepare(const std::filesystem::path& copy, const std::filesystem::path& backup,
                          const std::vector<Migration>& known, const std::string& actor, base::Instant now) {
    auto connection = Connection::open(copy, OpenMode::Writer);
    if (!connection)
        return connection.error();
    Connection& db = **connection;
    try {
        if (auto usable = refuseNewerSchema(db, known); !usable)
            return usable.error().in(backup.string());
        db.exec("BEGIN IMMEDIATE");
        if (hasTable(db, "owner"))
            db.run("UPDATE owner SET epoch=epoch+?", kEpochsSkipped);
        if (hasTable(db, "audit_log"))
            appendAudit(db,
                        {"database_restored", actor, "human", "database", backup.filename().string(), nullptr,
                         {{"backup", backup.string()}}, {}},
                        now);
        db.exec("COMMIT");
        return readHighWater(db, now);
    } catch (const SqlError& error) {
        return error.toError().in(copy.string());
    }
}

/// The old database gets a second name, then loses its log and index, then its first name goes to the new one. Between
/// the steps it has two names, which the start check refuses.
Result<void> exchange(const std::filesystem::path& fresh, const std::filesystem::path& database,
                      const std::filesystem::path& aside) {
    for (const char* suffix : {"", "-wal"}) {
        const std::string from = database.string() + suffix, to = aside.string() + suffix;
        if (::link(from.c_str(), to.c_str()) != 0 && errno != ENOENT)
            return stepFailed(to, errno);
    }
    if (auto synced = syncFolder(database.parent_path()); !synced)
        return synced;
    for (const char* suffix : {"-wal", "-shm"}) {
        const std::string gone = database.string() + suffix;
        if (::unlink(gone.c_str()) != 0 && errno != ENOENT)
            return stepFailed(gone, errno);
    }
    if (::rename(fresh.c_str(), database.c_str()) != 0)
        return stepFailed(database, errno);
    return syncFolder(database.parent_path());
}

std::string asideName(const std::filesystem::path& database, base::Instant now) {
    std::string time = base::formatInstant(std::chrono::floor<base::seconds>(now));
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    return database.string() + kAsideWord + time;
}

} // namespace

Result<RestoreReport> restoreDatabase(const std::filesystem::path& backup, const std::filesystem::path& database,
                                      const std::vector<Migration>& known, const std::string& actor,
                                      base::Instant now) {
    const auto good = verifyBackup(backup);
    if (!good)
        return good.error();
    const std::filesystem::path fresh = database.string() + ".restoring";
    const auto copied = copyDatabase(backup, fresh);
    std::error_code ignored;
    std::filesystem::remove(fresh.string() + ".sha256", ignored);
    if (!copied)
        return copied.error();
    auto mark = prepare(fresh, backup, known, actor, now);
    Result<void> done = mark ? syncFile(fresh) : Result<void>(mark.error());
    RestoreReport report{backup, now, {}, good->tasks, mark.value_or({})};
    if (std::filesystem::exists(database, ignored))
        report.keptAside = asideName(database, now);
    if (done)
        done = exchange(fresh, database, asideName(database, now));
    if (done)
        return report;
    for (const char* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(fresh.string() + suffix, ignored);
    return done.error();
}

} // namespace core::store
