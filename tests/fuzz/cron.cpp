// Cron expressions as people write them.
// Input: the expression; behind it, on a line each and if wanted, a time zone and the instant to look from.

#include "core/beat/CronExpression.h"
#include "tests/fuzz/Target.h"
#include "tests/support/PlainCron.h"

#include <algorithm>

using core::base::Instant;
using core::base::Zone;
using core::beat::CronExpression;
using tests::PlainCron;
using tests::fuzz::holds;

namespace {

using Local = std::chrono::local_time<core::base::milliseconds>;
using std::chrono::minutes;

constexpr int kSteps = 4;
constexpr minutes kWalk{90};
/// A 29 February that must be a given weekday comes every 28 years, but not over the turn of most centuries.
constexpr std::chrono::years kLongestWait{41};

std::tm tmOf(Local local) {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(local.time_since_epoch()).count();
    std::tm result{};
    ::gmtime_r(&seconds, &result);
    return result;
}

/// Walks over the next minutes one by one. Fixed-time entries only where the clock does not change.
void walkAgrees(const CronExpression& cron, const PlainCron& plain, const Zone& zone, Instant after,
                std::optional<Instant> next) {
    Zone::Period period = zone.period(after);
    const bool even = period.offset % minutes(1) == core::base::seconds(0);
    const bool steady = after - period.begin > std::chrono::days(2) && after + kWalk + minutes(1) < period.end;
    if (!even || (plain.fixedTime() && !steady))
        return;
    const Instant last = after + kWalk;
    std::optional<Instant> found;
    for (Instant minute = std::chrono::floor<minutes>(after) + minutes(1); minute <= last && !found; minute += minutes(1)) {
        if (minute >= period.end)
            period = zone.period(minute);
        if (plain.matches(tmOf(Local(minute.time_since_epoch() + period.offset))))
            found = minute;
    }
    holds(found ? next == found : !next || *next > last, "a walk over the minutes finds the same", cron.text());
}

/// The first match at or after a local minute, day by day, for the next four years and a day.
std::optional<Local> plainFirst(const PlainCron& plain, Local from) {
    const auto firstDay = std::chrono::floor<std::chrono::days>(from);
    for (auto day = firstDay; day < firstDay + std::chrono::days(1462); day += std::chrono::days(1)) {
        if (!plain.dayMatches(tmOf(day)))
            continue;
        for (int minute = 0; minute < 24 * 60; ++minute)
            if (plain.values[1].test(size_t(minute / 60)) && plain.values[0].test(size_t(minute % 60)))
                if (const Local local = day + minutes(minute); local >= from)
                    return local;
    }
    return std::nullopt;
}

void agreesInUtc(const CronExpression& cron, const PlainCron& plain, Instant after) {
    const auto next = cron.next(after, Zone::utc());
    if (!next)
        return holds(after > std::chrono::sys_days(std::chrono::year(9999) / 1 / 1) - kLongestWait,
                     "an expression that was accepted fires again", cron.text());
    holds(*next - after <= kLongestWait, "an expression that was accepted fires within 41 years", cron.text());
    const Local from(std::chrono::floor<minutes>(after.time_since_epoch()) + minutes(1));
    if (const auto first = plainFirst(plain, from))
        holds(next->time_since_epoch() == first->time_since_epoch(), "a search day by day finds the same", cron.text());
}

void stepsThrough(const CronExpression& cron, const PlainCron& plain, const Zone& zone, Instant at) {
    std::optional<Local> shownBefore;
    for (int step = 0; step < kSteps; ++step) {
        const auto next = cron.next(at, zone);
        walkAgrees(cron, plain, zone, at, next);
        if (!next)
            return holds(at > std::chrono::sys_days(std::chrono::year(9999) / 1 / 1) - 2 * kLongestWait,
                         "an expression that was accepted fires again in every zone", cron.text());
        holds(*next > at, "the next firing is later", cron.text());
        holds(cron.next(*next - core::base::milliseconds(1), zone) == next, "it is the same just before it", cron.text());
        holds(cron.next(at + (*next - at) / 2, zone) == next, "it is the same half way to it", cron.text());
        const Local shown = zone.toLocal(*next);
        const bool named = cron.matches(shown);
        holds(named || (plain.fixedTime() && zone.period(*next).begin == *next),
              "it is a time that the expression names, or the end of a gap", cron.text());
        if (named)
            holds(plain.matches(tmOf(shown)), "a plain reading names that time too", cron.text());
        if (plain.fixedTime())
            holds(!shownBefore || shown > *shownBefore, "a fixed time comes once a day, whatever the clock does", cron.text());
        shownBefore = shown;
        at = *next;
    }
}

void readsAsWritten(const CronExpression& cron, Instant after, const Zone& zone) {
    const auto again = CronExpression::parse(cron.text());
    holds(bool(again), "its text is accepted again", cron.text());
    holds(again->text() == cron.text() && again->describe() == cron.describe() &&
              again->next(after, zone) == cron.next(after, zone),
          "its text means the same", cron.text());
    const std::string words = cron.describe();
    holds(!words.empty() && words.find("  ") == std::string::npos && words.back() != ' ' &&
              std::all_of(words.begin(), words.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; }),
          "it is described in plain words", words);
    const bool quotes = cron.followsElapsedTime() != PlainCron(cron.text()).fixedTime();
    holds(quotes, "it knows whether it has a wildcard", cron.text());
}

Zone zoneNamed(std::string_view name, size_t otherwise) {
    constexpr std::array<const char*, 4> kZones{"America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
                                                "Pacific/Apia"};
    if (auto zone = Zone::find(std::string(name)))
        return *zone;
    return Zone::find(kZones[otherwise % kZones.size()]).value_or(Zone::utc());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    std::string_view input = tests::fuzz::textOf(bytes, size);
    const std::string_view text = tests::fuzz::takeLine(input);
    const auto cron = CronExpression::parse(text);
    if (!cron) {
        tests::fuzz::isExplained(cron.error());
        holds(!cron.error().remedy.empty(), "a refused expression comes with what to write instead", cron.error().message);
        return 0;
    }
    const Zone zone = zoneNamed(tests::fuzz::takeLine(input), text.size());
    const Instant usual = std::chrono::sys_days(std::chrono::year(2026) / 3 / 7);
    const Instant after = core::base::parseInstant(tests::fuzz::takeLine(input)).value_or(usual);
    const PlainCron plain(cron->text());
    readsAsWritten(*cron, after, zone);
    agreesInUtc(*cron, plain, after);
    stepsThrough(*cron, plain, zone, after);
    return 0;
}
