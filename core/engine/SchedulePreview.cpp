#include "core/engine/SchedulePreview.h"

#include "core/base/Text.h"
#include "core/beat/CronExpression.h"
#include "core/engine/ComingLoad.h"
#include "core/engine/ScheduleWords.h"

#include <algorithm>

namespace core::engine {

using base::Instant;
using beat::CronExpression;

namespace {

constexpr int kManyADay = 288; // every five minutes
constexpr int kMostLookedAt = 3000;
constexpr size_t kMostClockWarnings = 4;
constexpr std::chrono::days kClockWarnings{400};
constexpr size_t kMostNamed = 3;

using LocalTime = std::chrono::local_time<base::milliseconds>;

/// `02:00`.
std::string clockText(LocalTime local) {
    return base::formatInstant(Instant(local.time_since_epoch())).substr(11, 5);
}

/// How many of the skipped or repeated minutes the expression names.
int namedMinutes(const CronExpression& cron, const base::Zone::Change& change) {
    int named = 0;
    for (LocalTime local = std::chrono::ceil<std::chrono::minutes>(change.from()); local < change.to();
         local += std::chrono::minutes(1))
        named += cron.matches(local) ? 1 : 0;
    return named;
}

/// What a change of the clock does to an expression; empty: nothing that anybody would wonder about.
std::string clockWarning(const CronExpression& cron, const base::Zone& zone, const base::Zone::Change& change) {
    if (cron.followsElapsedTime() && cron.namesEveryHour())
        return {};
    const int named = namedMinutes(cron, change);
    if (named == 0)
        return {};
    const std::string on = "on " + base::formatDate(zone.localDate(change.at)) + " the clock ";
    const std::string hours = clockText(change.from()) + " to " + clockText(change.to());
    const std::string times = named == 1 ? std::string() : ", " + std::to_string(named) + " times";
    if (change.by().count() > 0)
        return on + "skips " + (cron.followsElapsedTime() ? hours + ": it does not fire then" + times
                                                          : "its time: it fires at " + zone.format(change.at));
    return on + "passes " + hours + " twice: it fires " +
           (cron.followsElapsedTime() ? "in both passes" : "in the first pass only");
}

void warnOfClockChanges(const beat::Timetable& table, Instant now, std::vector<std::string>& warnings) {
    const task::Schedule& schedule = table.schedule();
    const auto cron = CronExpression::parse(schedule.cron);
    const base::Zone* zone = table.zone();
    if (!cron || !zone)
        return;
    size_t told = 0;
    for (const base::Zone::Change& change : zone->changes(std::max(now, schedule.starts.value_or(now)), now + kClockWarnings)) {
        if (schedule.ends && change.at > *schedule.ends)
            return;
        if (std::string warning = clockWarning(*cron, *zone, change); !warning.empty() && told++ < kMostClockWarnings)
            warnings.push_back(std::move(warning));
    }
}

/// Whether the entry is called by the same minute. One that is called very often is with everybody: that says nothing.
bool shares(const ScheduleEntry& entry, const beat::Timetable& table, Instant minute) {
    using namespace std::chrono_literals;
    const auto quarter = std::chrono::floor<std::chrono::duration<int64_t, std::ratio<900>>>(minute);
    const auto instants = instantsWithin(entry, table, quarter, quarter + 15min, kMostInAQuarter + 1);
    return instants.size() <= kMostInAQuarter && std::any_of(instants.begin(), instants.end(), [&](Instant at) {
               return at >= minute && at < minute + 1min;
           });
}

void warnOfCollisions(const std::string& name, const std::vector<ScheduleEntry>& entries, const base::ZoneDatabase& zones,
                      const std::vector<Instant>& next, std::vector<std::string>& warnings) {
    std::vector<std::pair<int, std::string>> others; // how often, who
    for (const ScheduleEntry& entry : entries) {
        const auto table = beat::Timetable::of(entry, zones);
        if (!table || !entry.enabled || entry.name == name)
            continue;
        const auto shared = std::count_if(next.begin(), next.end(), [&](Instant at) {
            return shares(entry, *table, std::chrono::floor<std::chrono::minutes>(at));
        });
        if (shared > 0)
            others.emplace_back(int(shared), entry.name);
    }
    if (others.empty())
        return;
    std::stable_sort(others.begin(), others.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string names;
    for (size_t i = 0; i < std::min(others.size(), kMostNamed); ++i)
        names += (i == 0 ? "" : ", ") + others[i].second + " (" + std::to_string(others[i].first) + " of " +
                 std::to_string(next.size()) + ")";
    if (others.size() > kMostNamed)
        names += " and " + std::to_string(others.size() - kMostNamed) + " more";
    warnings.push_back("it begins in the same minute as " + names);
}

/// The instants to be shown, and how many come within a day (at most one more than are looked at).
int firstInstants(const beat::Timetable& table, std::optional<Instant> lastFire, Instant now, int count,
                  std::vector<Instant>& next) {
    int inOneDay = 0;
    const Instant tomorrow = now + std::chrono::days(1);
    for (auto at = table.next(now, lastFire); at; at = table.next(*at, at)) {
        const bool counts = *at <= tomorrow && inOneDay <= kMostLookedAt;
        if (!counts && int(next.size()) >= count)
            break;
        inOneDay += counts ? 1 : 0;
        if (int(next.size()) < count)
            next.push_back(*at);
    }
    return inOneDay;
}

} // namespace

SchedulePreview previewOf(const beat::Timetable& table, std::optional<Instant> lastFire,
                          const std::vector<ScheduleEntry>& entries, const base::ZoneDatabase& zones, Instant now,
                          int count) {
    SchedulePreview preview;
    preview.words = wordsOf(table.schedule(), table.shift());
    const int inOneDay = firstInstants(table, lastFire, now, count, preview.next);
    if (preview.next.empty())
        preview.warnings.push_back("it never fires again");
    if (inOneDay > kMostLookedAt)
        preview.warnings.push_back("it fires more than " + base::grouped(kMostLookedAt) + " times a day");
    else if (inOneDay > kManyADay)
        preview.warnings.push_back("it fires " + base::grouped(inOneDay) + " times a day");
    warnOfClockChanges(table, now, preview.warnings);
    warnOfCollisions(table.schedule().name, entries, zones, preview.next, preview.warnings);
    return preview;
}

} // namespace core::engine
