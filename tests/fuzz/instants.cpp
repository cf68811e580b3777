// Points in time, days and names of time zones as people write them.
// Input: a point in time; behind it, on a line each, a day and the name of a time zone.

#include "core/base/Zone.h"
#include "tests/fuzz/Target.h"

#include <ctime>

using core::base::Instant;
using core::base::Zone;
using tests::fuzz::holds;

namespace {

using core::base::milliseconds;

/// The C library's reading of a day and a time of day.
Instant plainInstant(const std::string& text) {
    std::tm fields{};
    fields.tm_year = std::stoi(text.substr(0, 4)) - 1900;
    fields.tm_mon = std::stoi(text.substr(5, 2)) - 1;
    fields.tm_mday = std::stoi(text.substr(8, 2));
    fields.tm_hour = std::stoi(text.substr(11, 2));
    fields.tm_min = std::stoi(text.substr(14, 2));
    if (text[16] == ':')
        fields.tm_sec = std::stoi(text.substr(17, 2));
    return Instant(std::chrono::seconds(::timegm(&fields)));
}

void readInstant(std::string_view text) {
    const auto instant = core::base::parseInstant(text);
    if (!instant)
        return tests::fuzz::isExplained(instant.error());
    const std::string written = core::base::formatInstant(*instant);
    holds(core::base::parseInstant(written).value_or(Instant::min()) == *instant,
          "an instant that was accepted is the same after it was written", written);
    if (text.back() == 'Z' || text.back() == 'z')
        holds(std::chrono::floor<std::chrono::seconds>(*instant) == plainInstant(std::string(text)),
              "the C library reads the same", text);
}

void readDay(std::string_view text) {
    const auto day = core::base::parseDate(text);
    if (!day)
        return tests::fuzz::isExplained(day.error());
    holds(core::base::formatDate(*day) == text, "a day is written as it was read", text);
}

void keepsTime(const Zone& zone, Instant instant) {
    const Zone::Period period = zone.period(instant);
    holds(period.begin <= instant && instant < period.end, "a stretch of one offset holds its instant", zone.name());
    holds(zone.offset(instant) == period.offset && zone.offset(period.begin) == period.offset &&
              zone.offset(period.end - milliseconds(1)) == period.offset,
          "the offset is the same throughout a stretch", zone.name());
    const auto local = zone.toLocal(instant);
    const Instant back = zone.toInstant(local);
    holds(back <= instant && zone.toLocal(back) == local, "a time on the wall is its first instant", zone.name());
    holds(zone.localDate(instant) == std::chrono::floor<std::chrono::days>(instant + period.offset),
          "the day goes with the time on the wall", zone.name());
    const Instant whole = std::chrono::floor<std::chrono::seconds>(instant);
    const bool wholeMinutes = period.offset % std::chrono::minutes(1) == std::chrono::seconds(0);
    const std::string written = zone.format(whole);
    if (wholeMinutes && written.size() == 25) // a year of four digits
        holds(core::base::parseInstant(written).value_or(Instant::min()) == whole,
              "an instant is the same after it was written with an offset", written);
}

void readZone(std::string_view name, std::string_view instant) {
    const auto zone = Zone::find(std::string(name));
    if (!zone)
        return tests::fuzz::isExplained(zone.error());
    holds(zone->name() == name, "a zone keeps its name", name);
    keepsTime(*zone, core::base::parseInstant(instant).value_or(Instant()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    std::string_view input = tests::fuzz::textOf(bytes, size);
    const std::string_view instant = tests::fuzz::takeLine(input);
    readInstant(instant);
    readDay(tests::fuzz::takeLine(input));
    readZone(tests::fuzz::takeLine(input), instant);
    return 0;
}
