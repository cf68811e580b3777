#include "core/base/Zone.h"

#include <algorithm>
#include <cstdio>
#include <date/tz.h>

namespace core::base {

namespace {
const date::time_zone* zoneOf(const void* pointer) {
    return static_cast<const date::time_zone*>(pointer);
}
} // namespace

Result<Zone> Zone::find(const std::string& name) {
    try {
        return Zone(name, date::locate_zone(name));
    } catch (const std::exception&) {
        return Error{ErrorCode::NotFound, "'" + name + "' is not a time zone of this system",
                     "Use an IANA name such as Pacific/Honolulu or UTC", {}};
    }
}

Zone Zone::utc() {
    return Zone("UTC", date::locate_zone("UTC"));
}

seconds Zone::offset(Instant instant) const {
    return zoneOf(m_zone)->get_info(instant).offset;
}

std::chrono::local_time<milliseconds> Zone::toLocal(Instant instant) const {
    return std::chrono::local_time<milliseconds>(instant.time_since_epoch() + offset(instant));
}

Date Zone::localDate(Instant instant) const {
    return Date(std::chrono::floor<std::chrono::days>(toLocal(instant).time_since_epoch()));
}

Instant Zone::toInstant(std::chrono::local_time<milliseconds> local) const {
    const date::local_time<milliseconds> wanted(local.time_since_epoch());
    const auto info = zoneOf(m_zone)->get_info(wanted);
    if (info.result == date::local_info::nonexistent)
        return Instant(info.first.end.time_since_epoch());
    return Instant(local.time_since_epoch() - info.first.offset);
}

Zone::Period Zone::period(Instant instant) const {
    const auto info = zoneOf(m_zone)->get_info(instant);
    // The database counts in seconds and marks "always" with times that milliseconds cannot hold.
    const auto lowest = std::chrono::ceil<seconds>(Instant::min());
    const auto highest = std::chrono::floor<seconds>(Instant::max());
    return {std::clamp(info.begin, lowest, highest), std::clamp(info.end, lowest, highest), info.offset};
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
