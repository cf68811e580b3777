#include "core/store/Backup.h"

#include "core/store/AuditLog.h"
#include "core/store/Ballast.h"
#include "core/store/Migration.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// 2 MiB of pages of 4 KiB: synced one by one, so that a commit never waits for a whole copy to reach the disk.
constexpr int kPagesAStep = 512;

Error ioError(const std::filesystem::path& file, int number) {
    return {ErrorCode::Io, file.string() + ": " + std::strerror(number), "Check the disk and the folder's rights", {}};
}

Error stopped() {
    return {ErrorCode::Cancelled, "the copy was stopped", {}, {}};
}

Result<void> syncPath(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return ioError(path, errno);
    const int failure = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (failure)
        return ioError(path, failure);
    return {};
}

Result<std::string> hashOfFile(const std::filesystem::path& file, const std::stop_token& stop) {
    std::ifstream input(file, std::ios::binary);
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
    std::vector<char> block(1 << 20);
    while (input.read(block.data(), std::streamsize(block.size())) || input.gcount() > 0) {
        EVP_DigestUpdate(context.get(), block.data(), size_t(input.gcount()));
        if (stop.stop_requested())
            return stopped();
    }
    if (!input.eof())
        return Error{ErrorCode::Io, file.string() + " cannot be read", "Check the file's rights", {}};
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(context.get(), digest, &length);
    return hexText(digest, length);
}

std::filesystem::path hashFile(const std::filesystem::path& file) {
    return file.string() + kHashEnd;
}

/// The format of sha256sum: the copy can be checked without this program.
Result<void> writeHash(const std::filesystem::path& file, const std::string& hash) {
    std::ofstream output(hashFile(file), std::ios::trunc);
    ::chmod(hashFile(file).c_str(), 0600);
    output << hash << "  " << file.filename().string() << '\n';
    output.close();
    if (!output)
        return ioError(hashFile(file), EIO);
    return syncFile(hashFile(file));
}

/// An unfinished copy: locked, so that nobody takes it for one that was left behind; gone with the object unless it got
/// its name.
class Unfinished {
  public:
    static Result<std::unique_ptr<Unfinished>> create(const std::filesystem::path& file) {
        std::error_code ignored;
        if (isAbandoned(file))
            for (const char* suffix : {"", "-wal", "-shm", "-journal"})
                std::filesystem::remove(file.string() + suffix, ignored);
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0 && errno == EEXIST)
            return Error{ErrorCode::Conflict, file.string() + ": somebody else is making this copy", "Wait for it", {}};
        if (descriptor < 0)
            return ioError(file, errno);
        std::unique_ptr<Unfinished> made(new Unfinished(file, descriptor));
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
            return ioError(file, errno);
        return made;
    }
    ~Unfinished() {
        std::error_code ignored;
        if (!m_named)
            std::filesystem::remove(m_file, ignored);
        ::close(m_descriptor);
    }
    bool sync() const { return ::fdatasync(m_descriptor) == 0; }
    Result<void> rename(const std::filesystem::path& target) {
        std::error_code failed;
        std::filesystem::rename(m_file, target, failed);
        if (failed)
            return ioError(target, failed.value());
        m_named = true;
        return {};
    }
    const std::filesystem::path& file() const { return m_file; }

  private:
    Unfinished(std::filesystem::path file, int descriptor) : m_file(std::move(file)), m_descriptor(descriptor) {}
    const std::filesystem::path m_file;
    const int m_descriptor;
    bool m_named = false;
};

/// The database that a copy goes to. It needs no journal: what is not finished is thrown away.
class Target {
  public:
    static Result<std::unique_ptr<Target>> open(const std::filesystem::path& file) {
        std::unique_ptr<Target> target(new Target);
        const int code = sqlite3_open_v2(file.c_str(), &target->m_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
        if (code != SQLITE_OK)
            return SqlError(code, sqlite3_errstr(code)).toError().in(file.string());
        sqlite3_exec(target->m_db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;", nullptr, nullptr, nullptr);
        return target;
    }
    ~Target() { sqlite3_close_v2(m_db); }
    sqlite3* handle() const { return m_db; }
    /// Out of write-ahead mode: the copy is one file that needs no other.
    int standAlone() const {
        return sqlite3_exec(m_db, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    }

  private:
    Target() = default;
    sqlite3* m_db = nullptr;
};

Result<void> copyPages(Connection& source, const Target& target, const Unfinished& file, const std::stop_token& stop) {
    // Held to the end: the pages are those of one moment, and a busy writer does not make the copy begin anew.
    const Snapshot snapshot(source);
    source.query("SELECT count(*) FROM sqlite_schema").run();
    sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
    if (!backup)
        return SqlError(sqlite3_extended_errcode(target.handle()), sqlite3_errmsg(target.handle())).toError();
    int code = SQLITE_OK;
    bool synced = true;
    while (code == SQLITE_OK && synced && !stop.stop_requested()) {
        code = sqlite3_backup_step(backup, kPagesAStep);
        synced = file.sync();
    }
    sqlite3_backup_finish(backup);
    if (code == SQLITE_OK && synced)
        return stopped();
    if (!synced)
        return Error{ErrorCode::Io, "the copy does not reach the disk", "Check the disk", {}};
    if (code == SQLITE_DONE)
        code = target.standAlone();
    if (code != SQLITE_OK)
        return SqlError(code, sqlite3_errstr(code)).toError();
    return {};
}

/// A full disk would be noticed in time, but by then the engine has given up its ballast.
Result<void> requireRoom(const std::filesystem::path& database, const std::filesystem::path& folder) {
    std::error_code failed;
    const auto needed = int64_t(std::filesystem::file_size(database, failed)) + Ballast::kBytes + Ballast::kMargin;
    const auto space = failed ? std::filesystem::space_info{} : std::filesystem::space(folder, failed);
    if (failed)
        return ioError(folder, failed.value());
    if (int64_t(space.available) >= needed)
        return {};
    return Error{ErrorCode::Io,
                 "there is no room for a copy in " + folder.string() + ": it needs " + std::to_string(needed >> 20) +
                     " MB, " + std::to_string(int64_t(space.available) >> 20) + " MB are free",
                 "Free some space", {}};
}

Result<void> copyTo(const std::filesystem::path& database, const Unfinished& file, const std::stop_token& stop) {
    auto source = Connection::open(database, OpenMode::ReadOnly);
    if (!source)
        return source.error();
    auto target = Target::open(file.file());
    if (!target)
        return target.error();
    try {
        return copyPages(**source, **target, file, stop);
    } catch (const SqlError& error) {
        return error.toError().in(database.string());
    }
}

Result<BackupReport> examine(Connection& db, BackupReport report) {
    if (auto ours = requireOurs(db); !ours)
        return ours.error();
    Query check = db.query("PRAGMA integrity_check(1)");
    check.step();
    if (check.text(0) != "ok")
        return Error{ErrorCode::Corrupt, "the copy is damaged (" + check.text(0) + ")", "Choose another backup", {}};
    if (hasTable(db, "task")) {
        Query rows = db.query("SELECT count(*) FROM task");
        rows.step();
        report.tasks = rows.integer(0);
    }
    const AuditReport audit = verifyAudit(db);
    if (audit.firstBad)
        return Error{ErrorCode::Corrupt, "the audit chain of the copy is broken: " + audit.problem,
                     "Choose another backup", {}};
    report.auditEntries = audit.entries;
    return report;
}

/// As verifyBackup; Cancelled when `stop` was requested.
Result<BackupReport> verify(const std::filesystem::path& file, const std::stop_token& stop) {
    BackupReport report;
    report.file = file;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return Error{ErrorCode::NotFound, "there is no file " + file.string(),
                     "List the copies with: beatwarden backup list", {}};
    auto hash = hashOfFile(file, stop);
    if (!hash)
        return hash.error();
    report.sha256 = *hash;
    std::string noted;
    if (std::ifstream(hashFile(file)) >> noted && noted != *hash)
        return Error{ErrorCode::Corrupt, file.string() + ": its SHA-256 is not the one that was noted when it was made",
                     "Choose another backup", {}};
    report.bytes = int64_t(std::filesystem::file_size(file, ignored));
    auto connection = Connection::open(std::filesystem::weakly_canonical(file, ignored), OpenMode::ReadOnly);
    if (!connection)
        return connection.error();
    const std::stop_callback interrupt(stop, [&connection] { (*connection)->interrupt(); });
    try {
        auto looked = examine(**connection, report);
        return looked ? looked : looked.error().in(file.string());
    } catch (const SqlError& error) {
        return error.toError().in(file.string());
    }
}

} // namespace

Result<void> syncFolder(const std::filesystem::path& folder) {
    return syncPath(folder, O_DIRECTORY);
}

Result<void> syncFile(const std::filesystem::path& file) {
    return syncPath(file, O_NOFOLLOW);
}

Result<BackupReport> verifyBackup(const std::filesystem::path& file) {
    return verify(file, {});
}

bool isAbandoned(const std::filesystem::path& unfinished) {
    const int descriptor = ::open(unfinished.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return false;
    const bool free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    ::close(descriptor);
    return free;
}

Result<BackupReport> copyDatabase(const std::filesystem::path& database, const std::filesystem::path& target,
                                  const std::stop_token& stop) {
    const std::filesystem::path folder = target.has_parent_path() ? target.parent_path() : ".";
    if (auto room = requireRoom(database, folder); !room)
        return room.error();
    auto unfinished = Unfinished::create(target.string() + kUnfinishedEnd);
    if (!unfinished)
        return unfinished.error();
    auto done = copyTo(database, **unfinished, stop);
    if (done)
        done = syncFile((*unfinished)->file());
    if (!done)
        return done.error();
    auto report = verify((*unfinished)->file(), stop);
    if (!report)
        return report;
    std::error_code missing;
    std::filesystem::remove(hashFile(target), missing);
    done = (*unfinished)->rename(target);
    if (done)
        done = writeHash(target, report->sha256);
    if (done)
        done = syncFolder(folder);
    if (!done)
        return done.error();
    report->file = target;
    return report;
}

} // namespace core::store
