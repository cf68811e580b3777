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

/// The name under which the database that is there is kept: the one that an interrupted restore gave it, or a new one.
std::filesystem::path asideName(const std::filesystem::path& database, base::Instant now) {
    if (const auto given = nameAside(database))
        return *given;
    std::string time = base::formatInstant(std::chrono::floor<base::seconds>(now));
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    const std::string name = database.string() + kAsideWord + time;
    std::error_code failed;
    std::filesystem::path free = name;
    for (int n = 2; std::filesystem::exists(std::filesystem::symlink_status(free, failed)); ++n)
        free = name + "-" + std::to_string(n);
    return free;
}

/// The old database gets a second name, then loses its log and index, then its first name goes to the new one. Between
/// the steps it has two names, which the start check refuses.
Result<void> exchange(const std::filesystem::path& fresh, const std::filesystem::path& database,
                      const std::filesystem::path& aside) {
    const bool again = nameAside(database).has_value();
    for (const char* suffix : {"", "-wal"}) {
        const std::string from = database.string() + suffix, to = aside.string() + suffix;
        if (::link(from.c_str(), to.c_str()) != 0 && errno != ENOENT && !(again && errno == EEXIST))
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

/// Above all the log of one that was broken off: SQLite would take it for the log of the next.
void removeRemains(const std::filesystem::path& fresh) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal", kHashEnd})
        std::filesystem::remove(fresh.string() + suffix, ignored);
}

} // namespace

Result<RestoreReport> restoreDatabase(const std::filesystem::path& backup, const std::filesystem::path& database,
                                      const std::vector<Migration>& known, const std::string& actor,
                                      base::Instant now) {
    const auto good = verifyBackup(backup);
    if (!good)
        return good.error();
    const std::filesystem::path fresh = database.string() + ".restoring";
    removeRemains(fresh);
    if (auto copied = copyDatabase(backup, fresh); !copied)
        return copied.error();
    auto mark = prepare(fresh, backup, known, actor, now);
    Result<void> done = mark ? syncFile(fresh) : Result<void>(mark.error());
    RestoreReport report{backup, now, {}, good->tasks, mark.value_or({})};
    std::error_code ignored;
    if (std::filesystem::exists(database, ignored))
        report.keptAside = asideName(database, now);
    if (done)
        done = exchange(fresh, database, asideName(database, now));
    removeRemains(fresh);
    if (!done)
        return done.error();
    return report;
}

} // namespace core::store
