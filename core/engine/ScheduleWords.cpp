#include "core/engine/ScheduleWords.h"

#include "core/beat/CronExpression.h"

namespace core::engine {

namespace {

std::string intervalWords(int64_t seconds) {
    for (const auto& [unit, name] : {std::pair{86'400, "day"}, {3'600, "hour"}, {60, "minute"}})
        if (seconds % unit == 0)
            return "Every " + (seconds == unit ? std::string(name) : std::to_string(seconds / unit) + " " + name + "s");
    return seconds == 1 ? "Every second" : "Every " + std::to_string(seconds) + " seconds";
}

} // namespace

std::string wordsOf(const task::Schedule& schedule) {
    if (schedule.once)
        return "Once, at " + base::formatInstant(*schedule.once);
    if (schedule.every.count() > 0)
        return intervalWords(schedule.every.count());
    const auto cron = beat::CronExpression::parse(schedule.cron);
    return cron ? cron->describe() + (schedule.zone == "UTC" ? "" : ", in " + schedule.zone) : schedule.cron;
}

std::string wordsOf(const task::Schedule& schedule, base::seconds shift) {
    if (shift.count() == 0)
        return wordsOf(schedule);
    return wordsOf(schedule) + ", " + std::to_string(std::abs(shift.count())) + " s " +
           (shift.count() > 0 ? "later" : "earlier");
}

} // namespace core::engine
