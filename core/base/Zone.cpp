#include "core/base/Zone.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace core::base {

namespace {

constexpr const char* kUtc = "UTC";
/// No zone is further from UTC.
constexpr std::chrono::hours kFurthestOffset{26};
constexpr size_t kLongestName = 64;
constexpr size_t kLargestFile = size_t(1) << 20;

/// `Pacific/Honolulu`, `Etc/GMT+5`: words of a path that leads nowhere else.
bool isZoneName(std::string_view name) {
    const auto good = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '+' || c == '/';
    };
    return !name.empty() && name.size() <= kLongestName && name.front() != '/' && name.back() != '/' &&
           name.find("//") == std::string_view::npos && std::all_of(name.begin(), name.end(), good);
}

Error noSuchZone(const std::string& name) {
    return {ErrorCode::NotFound, "'" + name + "' is not a time zone of this system",
            "Use an IANA name such as Pacific/Honolulu or UTC", {}};
}

} // namespace

Result<Zone> Zone::find(const std::string& name, const std::filesystem::path& database) {
    if (name == kUtc)
        return utc();
    if (!isZoneName(name))
        return noSuchZone(name);
    std::error_code failed;
    const std::filesystem::path file = database / name;
    if (!std::filesystem::is_regular_file(file, failed) || std::filesystem::file_size(file, failed) > kLargestFile)
        return noSuchZone(name);
    std::ifstream stream(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (!stream)
        return Error{ErrorCode::Io, "the time zone '" + name + "' cannot be read", "Check the rights of " + file.string(), {}};
    if (!content.starts_with("TZif"))
        return noSuchZone(name); // a table that lies beside the zones
    auto rules = ZoneRules::read(std::move(content));
    if (!rules)
        return rules.error().in("'" + name + "'");
    return Zone(name, std::move(*rules));
}

Zone Zone::utc() {
    return Zone(kUtc, ZoneRules());
}

std::chrono::local_time<milliseconds> Zone::toLocal(Instant instant) const {
    return std::chrono::local_time<milliseconds>(instant.time_since_epoch() + offset(instant));
}

Date Zone::localDate(Instant instant) const {
    return Date(std::chrono::floor<std::chrono::days>(toLocal(instant).time_since_epoch()));
}

Instant Zone::toInstant(std::chrono::local_time<milliseconds> local) const {
    for (Period stretch = period(Instant(local.time_since_epoch()) - kFurthestOffset);; stretch = period(stretch.end)) {
        const Instant there(local.time_since_epoch() - stretch.offset);
        if (there < stretch.end)
            return std::max(there, stretch.begin);
    }
}

std::chrono::local_time<milliseconds> Zone::Change::from() const {
    return std::chrono::local_time<milliseconds>(at.time_since_epoch() + std::min(before, after));
}

std::chrono::local_time<milliseconds> Zone::Change::to() const {
    return std::chrono::local_time<milliseconds>(at.time_since_epoch() + std::max(before, after));
}

std::vector<Zone::Change> Zone::changes(Instant from, Instant to) const {
    std::vector<Change> found;
    Period now = period(from);
    while (now.end <= to) {
        const Period then = period(now.end);
        // The database also begins a new stretch where only the name of the time changes.
        if (then.offset != now.offset)
            found.push_back({then.begin, now.offset, then.offset});
        now = then;
    }
    return found;
}

std::string Zone::format(Instant instant) const {
    const auto shift = offset(instant);
    std::string text = formatInstant(std::chrono::floor<seconds>(instant) + shift);
    text.pop_back();
    const auto minutes = std::chrono::floor<std::chrono::minutes>(std::chrono::abs(shift)).count();
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "%c%02d:%02d", shift.count() < 0 ? '-' : '+', int(minutes / 60),
                  int(minutes % 60));
    return text + buffer;
}

} // namespace core::base
