#include "core/store/BackupFolder.h"

#include "core/base/Log.h"
#include "core/store/Backup.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <sys/stat.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kLatest = 8, kDays = 7, kWeeks = 4, kMigrations = 4;
constexpr const char* kRegularEnd = ".db";
constexpr const char* kMigrationEnd = ".before-migration.db";

/// `core-` and 16 characters of time, then the end.
std::optional<BackupFile> backupOf(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
    if (std::sscanf(name.c_str(), "core-%4d%2d%2dT%2d%2d%2dZ%n", &year, &month, &day, &hour, &minute, &second, &used) != 6 ||
        used != 21)
        return std::nullopt;
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour, minute, second);
    const auto takenAt = base::parseInstant(text);
    const std::string end = name.substr(size_t(used));
    if (!takenAt || (end != kRegularEnd && end != kMigrationEnd))
        return std::nullopt;
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(file, failed);
    return BackupFile{file, *takenAt,
                      end == kMigrationEnd ? BackupOccasion::BeforeMigration : BackupOccasion::Regular,
                      failed ? 0 : int64_t(bytes)};
}

/// Keeps the newest of each period of `length` days (weeks begin on Monday), for the `count` latest that have one.
void keepNewestOfPeriods(const std::vector<BackupFile>& newestFirst, int length, size_t count,
                         std::set<std::filesystem::path>& kept) {
    std::set<int64_t> periods;
    for (const BackupFile& backup : newestFirst) {
        if (backup.occasion != BackupOccasion::Regular)
            continue;
        // 1970-01-01 was a Thursday: three days after a Monday.
        const int64_t day = std::chrono::floor<std::chrono::days>(backup.takenAt).time_since_epoch().count();
        const int64_t period = length == 1 ? day : (day + 3) / length;
        if (periods.size() == count && !periods.contains(period))
            return;
        if (periods.insert(period).second)
            kept.insert(backup.file);
    }
}

void keepLatest(const std::vector<BackupFile>& newestFirst, BackupOccasion occasion, size_t count,
                std::set<std::filesystem::path>& kept) {
    for (const BackupFile& backup : newestFirst)
        if (backup.occasion == occasion && count > 0) {
            kept.insert(backup.file);
            --count;
        }
}

/// What is left of a copy that was never finished, or that is gone.
bool isRemains(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    if (!name.starts_with("core-"))
        return false;
    std::error_code failed;
    if (file.extension() == kHashEnd)
        return !std::filesystem::exists(std::filesystem::path(file).replace_extension(), failed);
    // SQLite may have left a journal beside an unfinished copy.
    const size_t end = name.find(kUnfinishedEnd);
    return end != std::string::npos && (end + std::strlen(kUnfinishedEnd) < name.size() || isAbandoned(file));
}

} // namespace

std::string backupName(base::Instant takenAt, BackupOccasion occasion) {
    std::string time = base::formatInstant(std::chrono::floor<base::seconds>(takenAt));
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    return "core-" + time + (occasion == BackupOccasion::BeforeMigration ? kMigrationEnd : kRegularEnd);
}

std::vector<BackupFile> listBackups(const std::filesystem::path& folder) {
    std::vector<BackupFile> found;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
        if (auto backup = backupOf(entry.path()); backup && entry.is_regular_file())
            found.push_back(std::move(*backup));
    std::sort(found.begin(), found.end(), [](const BackupFile& a, const BackupFile& b) {
        return a.takenAt != b.takenAt ? a.takenAt > b.takenAt : a.file > b.file;
    });
    return found;
}

std::vector<BackupFile> surplusBackups(const std::vector<BackupFile>& newestFirst) {
    std::set<std::filesystem::path> kept;
    keepLatest(newestFirst, BackupOccasion::Regular, kLatest, kept);
    keepLatest(newestFirst, BackupOccasion::BeforeMigration, kMigrations, kept);
    keepNewestOfPeriods(newestFirst, 1, kDays, kept);
    keepNewestOfPeriods(newestFirst, 7, kWeeks, kept);
    std::vector<BackupFile> surplus;
    for (const BackupFile& backup : newestFirst)
        if (!kept.contains(backup.file))
            surplus.push_back(backup);
    return surplus;
}

void tidyBackups(const std::filesystem::path& folder) {
    std::error_code failed;
    for (const BackupFile& backup : surplusBackups(listBackups(folder)))
        std::filesystem::remove(backup.file, failed);
    std::vector<std::filesystem::path> remains;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
        if (isRemains(entry.path()))
            remains.push_back(entry.path());
    for (const auto& file : remains) {
        if (file.extension() == kUnfinishedEnd)
            base::log(base::LogLevel::Info, "backup", "taking away " + file.string() + ", which was never finished");
        std::filesystem::remove(file, failed);
    }
}

Result<std::filesystem::path> backupFolder(const std::filesystem::path& dataDirectory) {
    const auto folder = dataDirectory / kBackupFolder;
    if (::mkdir(folder.c_str(), 0700) == 0 || std::filesystem::is_directory(folder))
        return folder;
    return Error{ErrorCode::Io, "the folder " + folder.string() + " cannot be made", "Check the data directory", {}};
}

} // namespace core::store
