#include "core/engine/Doctor.h"

#include "core/engine/AuditCheck.h"
#include "core/engine/OwnerLock.h"
#include "core/engine/StoreOpening.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "core/store/Ballast.h"
#include "core/store/Soundness.h"
#include "core/store/StartCheck.h"

#include <cerrno>
#include <cstring>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace core::engine {

using Path = std::filesystem::path;

namespace {

constexpr rlim_t kEnoughFiles = 256;
constexpr int64_t kLittleSpace = 1LL << 30;
constexpr base::seconds kDoctorPatience{20};
constexpr std::chrono::hours kOldCopy{24};

Finding ok(const char* check, std::string detail) {
    return {check, Verdict::Ok, std::move(detail), {}};
}

Finding warn(const char* check, std::string detail, std::string remedy) {
    return {check, Verdict::Warn, std::move(detail), std::move(remedy)};
}

Finding fail(const char* check, std::string detail, std::string remedy) {
    return {check, Verdict::Fail, std::move(detail), std::move(remedy)};
}

Finding fail(const char* check, const base::Error& error) {
    return fail(check, error.message, error.remedy);
}

std::string megabytes(int64_t bytes) {
    return std::to_string(bytes >> 20) + " MB";
}

Finding checkSqlite() {
    const store::SqliteVersion version = store::sqliteVersion();
    if (version.logIsMended)
        return ok("sqlite", version.text);
    return ok("sqlite", version.text + "; its write-ahead log has a defect when two connections write at once: here one "
                                  "alone writes, so do not write to core.db with another program");
}

Finding checkWorker(const base::Result<Path>& program) {
    return program ? ok("worker program", program->string()) : fail("worker program", program.error());
}

Finding checkProcesses() {
    const int self = int(::syscall(SYS_pidfd_open, ::getpid(), 0));
    if (self < 0)
        return fail("processes", std::string("the kernel does not watch processes by descriptor: ") + std::strerror(errno),
                    "Use Linux 5.3 or later, or allow pidfd_open");
    ::close(self);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < kEnoughFiles)
        return warn("processes", "only " + std::to_string(files.rlim_cur) + " open files are allowed",
                    "Raise the limit: ulimit -n 1024");
    return ok("processes", "deaths are seen at once; " + std::to_string(files.rlim_cur) + " open files are allowed");
}

Finding checkTime(const base::Clock& clock) {
    const auto now = clock.now();
    if (now < base::makeDate(2025, 1, 1))
        return fail("time", "the clock says " + base::formatInstant(now), "Set the clock: schedules follow it");
    if (::access("/usr/share/zoneinfo/tzdata.zi", R_OK) != 0 && ::access("/usr/share/zoneinfo/UTC", R_OK) != 0)
        return fail("time", "there is no time-zone database", "Install it: apt install tzdata");
    return ok("time", base::formatInstant(now) + ", time zones are there");
}

Finding checkDirectory(const Path& directory) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0)
        return errno == ENOENT ? warn("data directory", directory.string() + " is not there yet",
                                      "Nothing: the first start makes it")
                               : fail("data directory", directory.string() + ": " + std::strerror(errno),
                                      "Check the path and its rights");
    if (!S_ISDIR(status.st_mode))
        return fail("data directory", directory.string() + " is not a directory", "Choose another with --data-dir");
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return fail("data directory", directory.string() + " can be written by other users",
                    "Take that right away: chmod 700 " + directory.string());
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0)
        return fail("data directory", directory.string() + " cannot be written: " + std::strerror(errno),
                    "Make it yours, or choose another with --data-dir");
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return warn("data directory", directory.string() + " can be entered by other users",
                    "Take that right away: chmod 700 " + directory.string());
    return ok("data directory", directory.string() + ", for its user alone");
}

Finding checkFiles(const Path& directory) {
    std::vector<std::string> open;
    std::error_code gone;
    for (const Path& folder : {directory, directory / store::kBackupFolder})
        for (const auto& entry : std::filesystem::directory_iterator(folder, gone)) {
            struct stat status {};
            if (::lstat(entry.path().c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                (status.st_mode & (S_IRWXG | S_IRWXO)))
                open.push_back(entry.path().string());
        }
    if (open.empty())
        return ok("file rights", "every file is for its user alone");
    return warn("file rights", std::to_string(open.size()) + " files are open to other users, for example " + open.front(),
                "Take that right away: chmod 600 " + open.front());
}

Finding checkDisk(const Path& directory) {
    if (auto local = store::requireLocalDisk(directory); !local)
        return fail("disk", local.error());
    std::error_code failed;
    const auto space = std::filesystem::space(directory, failed);
    if (failed)
        return fail("disk", directory.string() + ": " + failed.message(), "Check the disk");
    const auto size = std::filesystem::file_size(directory / kDatabaseFile, failed);
    const int64_t wanted = std::max(kLittleSpace, failed ? int64_t(0) : int64_t(size) * 3);
    const auto free = int64_t(space.available);
    if (free < store::Ballast::kBytes + store::Ballast::kMargin)
        return fail("disk", "only " + megabytes(free) + " are free", "Free some space: nothing new is taken in");
    if (free < wanted)
        return warn("disk", "only " + megabytes(free) + " are free", "Leave " + megabytes(wanted) + " for the database and its copies");
    return ok("disk", "local, " + megabytes(free) + " free");
}

Finding checkOwner(const Path& directory) {
    const auto owner = OwnerLock::holder(directory);
    return ok("engine", owner ? "runs as process " + *owner : "none runs on this directory");
}

Finding checkDatabase(const Path& directory) {
    const Path file = directory / kDatabaseFile;
    std::error_code failed;
    if (!std::filesystem::exists(file, failed))
        return warn("database", "there is none yet", "Nothing: the first start makes it");
    // Reading the file beside SQLite would drop the locks of an engine in this process.
    if (OwnerLock::holder(directory) == std::to_string(::getpid()))
        return ok("database", file.string() + ", open in this process; every copy of it is checked");
    const auto found = store::checkBeforeOpening(file, allMigrations(), store::CheckDepth::Quick, kDoctorPatience);
    if (!found)
        return fail("database", found.error());
    return ok("database", file.string() + ", sound, " + megabytes(int64_t(std::filesystem::file_size(file, failed))));
}

/// Rows whose content is not what was written: SQLite's own check sees only the structure.
Finding checkRows(const Path& directory) {
    auto connection = store::Connection::open(directory / kDatabaseFile, store::OpenMode::ReadOnly);
    if (!connection)
        return fail("rows", connection.error());
    try {
        const auto unsound = store::findUnsoundRows(**connection);
        if (unsound.empty())
            return ok("rows", "every row says what was written into it");
        return fail("rows", std::to_string(unsound.size()) + " rows are damaged, for example " + unsound.front().row +
                                " in " + unsound.front().table,
                    "Check the disk; restore a copy that is sound, or go on without these rows");
    } catch (const store::SqlError& error) {
        return fail("rows", error.toError());
    }
}

Finding checkAuditLog(const Path& directory) {
    const auto audit = checkAudit(directory);
    if (!audit)
        return fail("audit log", audit.error());
    if (!audit->chain.ok())
        return fail("audit log", audit->chain.problem, "Somebody changed it. Compare with a copy: beatwarden backup list");
    if (audit->gap)
        return fail("audit log", *audit->gap, "Restore the newest copy if it has more: beatwarden backup list");
    return ok("audit log", std::to_string(audit->chain.entries) + " entries, unbroken");
}

Finding checkCopies(const Path& directory, const base::Clock& clock) {
    const auto copies = store::listBackups(directory / store::kBackupFolder);
    if (copies.empty())
        return warn("backup", "there is no copy of the database", "Make one: beatwarden backup create");
    const store::BackupFile& newest = copies.front();
    if (auto good = store::verifyBackup(newest.file); !good)
        return fail("backup", good.error().message, "Make another: beatwarden backup create");
    const std::string what = std::to_string(copies.size()) + " copies, the newest of " +
                             base::formatInstant(newest.takenAt) + " is good";
    if (clock.now() - newest.takenAt > kOldCopy)
        return warn("backup", what + " but more than a day old", "Make another: beatwarden backup create");
    return ok("backup", what);
}

/// Databases that a restore put aside.
Finding checkAside(const Path& directory) {
    int64_t bytes = 0;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(directory, gone))
        if (entry.path().filename().string().find(store::kAsideWord) != std::string::npos)
            bytes += int64_t(entry.file_size(gone));
    if (bytes == 0)
        return ok("put aside", "nothing");
    return warn("put aside", "databases of before a restore take up " + megabytes(bytes),
                "Delete " + (directory / kDatabaseFile).string() + store::kAsideWord + "* when they are needed no more");
}

} // namespace

const char* toText(Verdict verdict) {
    return verdict == Verdict::Ok ? "OK" : verdict == Verdict::Warn ? "WARN" : "FAIL";
}

std::vector<Finding> examine(const Patient& patient) {
    std::vector<Finding> findings{checkSqlite(), checkWorker(patient.workerProgram), checkProcesses(),
                                  checkTime(patient.clock), checkDirectory(patient.dataDirectory)};
    std::error_code failed;
    if (!std::filesystem::is_directory(patient.dataDirectory, failed))
        return findings;
    const Path directory = std::filesystem::weakly_canonical(patient.dataDirectory, failed);
    findings.push_back(checkFiles(directory));
    findings.push_back(checkDisk(directory));
    findings.push_back(checkOwner(directory));
    findings.push_back(checkDatabase(directory));
    // Of a damaged database the rest says nothing new.
    if (findings.back().verdict == Verdict::Ok) {
        findings.push_back(checkRows(directory));
        findings.push_back(checkAuditLog(directory));
    }
    if (std::filesystem::exists(directory / kDatabaseFile, failed))
        findings.push_back(checkCopies(directory, patient.clock));
    findings.push_back(checkAside(directory));
    return findings;
}

} // namespace core::engine
