#include "core/engine/SchedulePreview.h"

namespace core::engine {

namespace {

constexpr int kManyADay = 288; // every five minutes
constexpr int kMostLookedAt = 3000;
constexpr size_t kMostClockWarnings = 4;

std::string grouped(int64_t number) {
    std::string digits = std::to_string(number);
    for (int at = int(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(size_t(at), ",");
    return digits;
}

std::string wordsOf(const task::Schedule& schedule) {
    if (schedule.once)
        return "Once, at " + base::formatInstant(*schedule.once);
    if (schedule.every.count() > 0) {
        const int64_t seconds = schedule.every.count();
        for (const auto& [unit, name] : {std::pair{86'400, "day"}, {3'600, "hour"}, {60, "minute"}})
            if (seconds % unit == 0)
                return "Every " + (seconds == unit ? std::string(name)
                                                   : std::to_string(seconds / unit) + " " + name + "s");
        return seconds == 1 ? "Every second" : "Every " + std::to_string(seconds) + " seconds";
    }
    const auto cron = beat::CronExpression::parse(schedule.cron);
    return cron ? cron->describe() + (schedule.zone == "UTC" ? "" : ", in " + schedule.zone) : schedule.cron;
}

/// Firings at a time that the expression does not name: the named one was skipped by the clock.
void warnOfSkippedTimes(const beat::Timetable& table, base::Instant now, std::vector<std::string>& warnings) {
    const task::Schedule& schedule = table.schedule();
    const auto cron = beat::CronExpression::parse(schedule.cron);
    const auto zone = base::Zone::find(schedule.zone);
    if (!cron || !zone || cron->followsElapsedTime())
        return;
    std::optional<base::Instant> at = now;
    for (int i = 0; i < kMostLookedAt && warnings.size() < kMostClockWarnings; ++i) {
        at = table.next(*at, std::nullopt);
        if (!at || *at > now + std::chrono::days(400))
            return;
        if (!cron->matches(zone->toLocal(*at)))
            warnings.push_back("on " + base::formatDate(zone->localDate(*at)) +
                               " the clock skips its time: it fires at " + zone->format(*at));
    }
}

} // namespace

SchedulePreview previewOf(const beat::Timetable& table, base::Instant now, int count) {
    SchedulePreview preview;
    preview.words = wordsOf(table.schedule());
    if (const int64_t shift = table.shift().count(); shift != 0)
        preview.words += ", " + std::to_string(std::abs(shift)) + " s " + (shift > 0 ? "later" : "earlier");
    int inOneDay = 0;
    const base::Instant tomorrow = now + std::chrono::days(1);
    for (auto at = table.next(now, std::nullopt); at; at = table.next(*at, at)) {
        const bool counts = *at < tomorrow && inOneDay <= kMostLookedAt;
        if (!counts && int(preview.next.size()) >= count)
            break;
        inOneDay += counts ? 1 : 0;
        if (int(preview.next.size()) < count)
            preview.next.push_back(*at);
    }
    if (preview.next.empty())
        preview.warnings.push_back("it never fires again");
    if (inOneDay > kMostLookedAt)
        preview.warnings.push_back("it fires more than " + grouped(kMostLookedAt) + " times a day");
    else if (inOneDay > kManyADay)
        preview.warnings.push_back("it fires " + grouped(inOneDay) + " times a day");
    warnOfSkippedTimes(table, now, preview.warnings);
    return preview;
}

} // namespace core::engine
