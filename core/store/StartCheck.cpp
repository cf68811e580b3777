#include "core/store/StartCheck.h"

#include "core/base/Log.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <thread>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kHeaderBytes = 100;
constexpr char kMagic[] = "SQLite format 3"; // with its final zero: 16 bytes

struct FileSystem {
    uint32_t type;
    const char* name;
};
/// Numbers of linux/magic.h and of the kernel's smb client. Locks over a network are advice at best, and what FUSE does
/// with a sync is up to whoever wrote the file system.
constexpr std::array<FileSystem, 9> kUnreliable{{{0x6969, "NFS"},
                                                 {0x517B, "SMB"},
                                                 {0xFE534D42, "SMB"},
                                                 {0xFF534D42, "CIFS"},
                                                 {0x65735546, "FUSE"},
                                                 {0x01021997, "9P"},
                                                 {0x5346414F, "AFS"},
                                                 {0x73757245, "Coda"},
                                                 {0x00C36400, "Ceph"}}};

constexpr const char* kRestoreOrElse = "Restore a backup, or choose another data directory with --data-dir";

Error damaged(const std::string& how) {
    return {ErrorCode::Corrupt, "the database is damaged: " + how, kRestoreOrElse, {}};
}

uint32_t number(const std::array<unsigned char, kHeaderBytes>& header, size_t at) {
    return uint32_t(header[at]) << 24 | uint32_t(header[at + 1]) << 16 | uint32_t(header[at + 2]) << 8 | header[at + 3];
}

/// The size of a plain file that only we link to; none when it is not there.
Result<std::optional<int64_t>> plainFile(const std::filesystem::path& file) {
    struct stat status {};
    if (::lstat(file.c_str(), &status) != 0) {
        if (errno == ENOENT)
            return std::optional<int64_t>();
        return Error{ErrorCode::Io, std::strerror(errno), "Check the data directory and its rights", {}};
    }
    if (S_ISLNK(status.st_mode))
        return Error{ErrorCode::Unauthorized, "it is a symbolic link",
                     "Move the database itself there, or name its own folder with --data-dir", {}};
    if (!S_ISREG(status.st_mode))
        return Error{ErrorCode::Io, "it is not a file", "Choose another data directory", {}};
    if (status.st_nlink != 1 && nameAside(file))
        return Error{ErrorCode::Corrupt, "a restore was interrupted", "Restore again", {}};
    if (status.st_nlink != 1)
        return Error{ErrorCode::Unauthorized,
                     "it has " + std::to_string(status.st_nlink) + " names: a hard link lets others write it",
                     "Take the other name away", {}};
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return Error{ErrorCode::Unauthorized, "other users can write it", "Take that right away: chmod 600 " + file.string(),
                     {}};
    return std::optional(int64_t(status.st_size));
}

Result<void> checkHeader(const std::filesystem::path& file, int64_t size, bool hasLog) {
    std::array<unsigned char, kHeaderBytes> header{};
    std::ifstream input(file, std::ios::binary);
    if (!input.read(reinterpret_cast<char*>(header.data()), std::streamsize(header.size()))) {
        if (input.eof())
            return damaged("the file is only " + std::to_string(size) + " bytes long");
        return Error{ErrorCode::ReadOnly, "it cannot be read", "Check the rights of the data directory", {}};
    }
    if (std::memcmp(header.data(), kMagic, sizeof kMagic) != 0)
        return Error{ErrorCode::Corrupt, "the file is not a Beatwarden database", kRestoreOrElse, {}};
    const uint32_t word = uint32_t(header[16]) << 8 | header[17];
    const int64_t pageSize = word == 1 ? 65536 : word;
    if (pageSize < 512 || (pageSize & (pageSize - 1)) != 0)
        return damaged("its first page says nonsense");
    // The page count is only right when it was written together with the change counter; with a log the rest may be there.
    const bool countIsRight = number(header, 24) == number(header, 92);
    if (countIsRight && !hasLog && int64_t(number(header, 28)) * pageSize > size)
        return damaged("the file was cut off: " + std::to_string(size) + " of " +
                       std::to_string(int64_t(number(header, 28)) * pageSize) + " bytes are there");
    return {};
}

/// Interrupts what runs on a connection when it takes longer than it may. The check of all trees is one step of
/// SQLite's machine, so that a progress handler would come too late.
class Watchdog {
  public:
    Watchdog(Connection& db, base::milliseconds patience)
        : m_thread([&db, patience](std::stop_token stop) {
              std::mutex mutex;
              std::condition_variable_any ended;
              std::unique_lock lock(mutex);
              ended.wait_for(lock, stop, patience, [] { return false; });
              if (!stop.stop_requested())
                  db.interrupt();
          }) {}

  private:
    std::jthread m_thread;
};

/// What SQLite's own check says; what it has not said after `patience` is left to the check of the next copy.
Result<void> checkStructure(Connection& db, CheckDepth depth, base::milliseconds patience) {
    const Watchdog watchdog(db, patience);
    try {
        Query check = db.query(depth == CheckDepth::Full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
        check.step();
        return check.text(0) == "ok" ? Result<void>() : Result<void>(damaged(check.text(0)));
    } catch (const SqlError& error) {
        if (error.code() != SQLITE_INTERRUPT)
            throw;
    }
    base::log(base::LogLevel::Info, "store", "the check at the start was cut off: the next backup checks the whole");
    return {};
}

Result<void> checkContent(const std::filesystem::path& file, const std::vector<Migration>& known, CheckDepth depth,
                          base::milliseconds patience) {
    auto connection = Connection::open(file, OpenMode::ReadOnly);
    if (!connection)
        return connection.error();
    try {
        if (!(*connection)->query("SELECT 1 FROM sqlite_schema").step())
            return {};
        if (auto ours = requireOurs(**connection); !ours)
            return ours;
        if (depth != CheckDepth::Header)
            if (auto sound = checkStructure(**connection, depth, patience); !sound)
                return sound;
        return refuseNewerSchema(**connection, known);
    } catch (const SqlError& error) {
        return error.toError();
    }
}

} // namespace

std::optional<std::filesystem::path> nameAside(const std::filesystem::path& database) {
    struct stat status {};
    if (::lstat(database.c_str(), &status) != 0 || status.st_nlink < 2)
        return std::nullopt;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(database.parent_path(), missing)) {
        struct stat other {};
        if (entry.path().filename().string().starts_with(database.filename().string() + kAsideWord) &&
            ::lstat(entry.path().c_str(), &other) == 0 && other.st_ino == status.st_ino)
            return entry.path();
    }
    return std::nullopt;
}

SqliteVersion sqliteVersion() {
    constexpr int kFirstMended = 3051003;
    return {sqlite3_libversion(), sqlite3_libversion_number() >= kFirstMended};
}

std::string unreliableFileSystem(long type) {
    for (const FileSystem& system : kUnreliable)
        if (uint32_t(type) == system.type)
            return system.name;
    return {};
}

Result<void> requireLocalDisk(const std::filesystem::path& folder) {
    struct statfs status {};
    if (::statfs(folder.c_str(), &status) != 0)
        return Error{ErrorCode::Io, folder.string() + ": " + std::strerror(errno), "Check the data directory", {}};
    const std::string name = unreliableFileSystem(long(status.f_type));
    if (name.empty())
        return {};
    return Error{ErrorCode::Unsupported,
                 folder.string() + " is on a file system (" + name +
                     ") whose locks and syncs cannot be relied upon: tasks could be lost or run twice",
                 "Choose a data directory on a local disk with --data-dir", {}};
}

Result<void> checkBeforeOpening(const std::filesystem::path& database, const std::vector<Migration>& known,
                                CheckDepth depth, base::milliseconds patience) {
    if (auto local = requireLocalDisk(database.parent_path()); !local)
        return local;
    std::optional<int64_t> size;
    bool hasLog = false;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        const std::filesystem::path file = database.string() + suffix;
        const auto plain = plainFile(file);
        if (!plain)
            return plain.error().in(file.string());
        if (*suffix == '\0')
            size = *plain;
        else if (std::string(suffix) == "-wal")
            hasLog = plain->value_or(0) > 0;
    }
    if (size.value_or(0) == 0 && !hasLog)
        return {};
    auto fine = size.value_or(0) == 0 ? Result<void>(damaged("the file is empty or gone, and its log is not"))
                                      : checkHeader(database, *size, hasLog);
    if (fine)
        fine = checkContent(database, known, depth, patience);
    if (!fine && !fine.error().message.starts_with(database.string()))
        return fine.error().in(database.string());
    return fine;
}

} // namespace core::store
