#include "core/base/ZoneDatabase.h"

#include <array>
#include <fstream>
#include <sys/stat.h>

namespace core::base {

namespace {

/// Where the database says its version: the whole of it as one text, and what zic writes beside the zones.
constexpr const char* kSource = "tzdata.zi";
constexpr const char* kVersionFile = "+VERSION";
constexpr std::string_view kVersionWords = "# version ";
constexpr size_t kLongestVersion = 40;

std::string firstLine(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line.size() <= kLongestVersion ? line : std::string();
}

} // namespace

ZoneDatabase::ZoneDatabase(std::filesystem::path folder)
    : m_folder(std::move(folder)), m_versionStamps(versionStamps()) {}

Result<Zone> ZoneDatabase::find(const std::string& name) const {
    const std::lock_guard lock(m_mutex);
    if (const auto known = m_zones.find(name); known != m_zones.end())
        return known->second.zone;
    // Before the file is read: what replaces it meanwhile is noticed.
    const Stamp stamp = stampOf(m_folder / name);
    auto zone = Zone::find(name, m_folder);
    if (zone)
        m_zones.insert_or_assign(name, Read{*zone, stamp});
    return zone;
}

std::string ZoneDatabase::version() const {
    const std::string source = firstLine(m_folder / kSource);
    if (source.starts_with(kVersionWords))
        return source.substr(kVersionWords.size());
    if (const std::string written = firstLine(m_folder / kVersionFile); !written.empty())
        return written;
    struct stat about {};
    if (::stat(m_folder.c_str(), &about) != 0)
        return "none";
    return "of " + formatDate(std::chrono::floor<std::chrono::days>(Instant(seconds(about.st_mtim.tv_sec))));
}

bool ZoneDatabase::refresh() {
    const std::lock_guard lock(m_mutex);
    auto stamps = versionStamps();
    const bool other = stamps != m_versionStamps;
    m_versionStamps = std::move(stamps);
    const size_t replaced =
        std::erase_if(m_zones, [&](const auto& read) { return stampOf(m_folder / read.first) != read.second.stamp; });
    return other || replaced > 0;
}

ZoneDatabase::Stamp ZoneDatabase::stampOf(const std::filesystem::path& file) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return {};
    return {about.st_dev, about.st_ino, about.st_size, about.st_ctim.tv_sec * 1'000'000'000LL + about.st_ctim.tv_nsec};
}

std::vector<ZoneDatabase::Stamp> ZoneDatabase::versionStamps() const {
    return {stampOf(m_folder), stampOf(m_folder / kSource), stampOf(m_folder / kVersionFile)};
}

} // namespace core::base
