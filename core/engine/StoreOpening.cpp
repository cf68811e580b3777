#include "core/engine/StoreOpening.h"

#include "core/base/Log.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/store/AuditLog.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "core/store/BreakerStore.h"
#include "core/store/BulkStore.h"
#include "core/store/EngineSchema.h"
#include "core/store/StartCheck.h"

namespace core::engine {

using base::Result;
using store::HighWater;

namespace {

/// Of the two seconds in which an engine is to be ready.
constexpr base::milliseconds kCheckPatience{500};

/// The newest copy's name belongs to the advice: whoever reads it may type it.
base::Error withCopy(base::Error error, const std::filesystem::path& dataDirectory) {
    if (error.code != base::ErrorCode::Corrupt)
        return error;
    const auto copies = store::listBackups(dataDirectory / store::kBackupFolder);
    error.remedy = copies.empty() ? "There is no backup in " + (dataDirectory / store::kBackupFolder).string() +
                                        ". Choose another data directory with --data-dir, or restore a copy of yours "
                                        "with: beatwarden backup restore FILE"
                                  : "Restore the newest backup with: beatwarden backup restore " +
                                        copies.front().file.string();
    return error;
}

Result<void> copyBeforeMigration(const std::filesystem::path& dataDirectory, const base::Clock& clock) {
    const auto folder = store::backupFolder(dataDirectory);
    if (!folder)
        return folder.error();
    const auto name = store::backupName(clock.now(), store::BackupOccasion::BeforeMigration);
    const auto copied = store::copyDatabase(dataDirectory / kDatabaseFile, *folder / name);
    if (!copied)
        return copied.error();
    base::log(base::LogLevel::Info, "store", "the database was copied to " + copied->file.string() +
                                                 " before its schema is brought up to date");
    return {};
}

/// What is missing since the mark was made. It is told once: the entry in the audit log is beyond the next mark.
Result<std::string> tellGap(store::Database& database, const HighWater& mark, base::Instant now) {
    const auto gap = database.read(
        [&](store::Connection& db) -> Result<std::optional<std::string>> { return store::gapBehind(db, mark); });
    if (!gap)
        return gap.error();
    if (!*gap)
        return std::string();
    const std::string text = "the database has lost something it once held: " + **gap;
    base::log(base::LogLevel::Error, "store", text);
    const auto noted = database.write([&](store::Connection& db) -> Result<void> {
        store::appendAudit(db,
                           {"history_lost", "engine", "system", "database", kDatabaseFile,
                            {{"commits", mark.commits}, {"audit_seq", mark.auditSequence}}, nullptr, **gap},
                           now);
        return {};
    });
    if (!noted)
        return noted.error();
    return text;
}

} // namespace

std::vector<store::Migration> allMigrations() {
    auto steps = store::engineMigrations();
    for (auto& room : {store::admissionMigrations(), store::bulkMigrations(), programme::store::programmeMigrations()})
        steps.insert(steps.end(), room.begin(), room.end());
    return steps;
}

Result<OpenedStore> openStore(const std::filesystem::path& dataDirectory, const std::filesystem::path& ballast,
                              const base::Clock& clock) {
    const auto file = dataDirectory / kDatabaseFile;
    const auto markFile = dataDirectory / kHighWaterFile;
    const auto steps = allMigrations();
    auto mark = store::loadHighWater(markFile);
    const auto depth = mark && mark->cleanStop ? store::CheckDepth::Header : store::CheckDepth::Quick;
    if (auto usable = store::checkBeforeOpening(file, steps, depth, kCheckPatience); !usable)
        return withCopy(usable.error(), dataDirectory);
    if (mark && std::exchange(mark->cleanStop, false))
        if (auto saved = store::saveHighWater(markFile, *mark); !saved)
            return saved.error();
    store::Guards guards;
    guards.clock = &clock;
    guards.ballast = ballast;
    guards.beforeMigration = [&] { return copyBeforeMigration(dataDirectory, clock); };
    auto database = store::Database::open(file, steps, store::OpenMode::Writer, std::move(guards));
    if (!database)
        return withCopy(database.error(), dataDirectory);
    OpenedStore opened{std::move(*database), {}};
    if (mark) {
        auto notice = tellGap(*opened.database, *mark, clock.now());
        if (!notice)
            return withCopy(notice.error(), dataDirectory);
        opened.notice = std::move(*notice);
    }
    return opened;
}

void closeStore(std::unique_ptr<store::Database> database, const base::Clock& clock) {
    const auto markFile = database->file().parent_path() / kHighWaterFile;
    const bool well = database->ok();
    // Read before the last requests are done: a mark may be behind.
    auto mark = database->read(
        [&](store::Connection& db) -> Result<HighWater> { return store::readHighWater(db, clock.now()); });
    database.reset();
    if (!mark || !well)
        return;
    mark->cleanStop = true;
    if (auto saved = store::saveHighWater(markFile, *mark); !saved)
        base::log(base::LogLevel::Warning, "store", saved.error().text());
}

} // namespace core::engine
