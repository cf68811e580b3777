#include "tests/support/CronWalk.h"

namespace tests {

namespace {

constexpr Second kMinute = 60;

/// The days of the wall's calendar as seconds of a clock that never changes.
Second wallSeconds(const std::tm& local) {
    std::tm copy = local;
    return ::timegm(&copy);
}

} // namespace

std::vector<Moment> walk(const WallClock& clock, Second from, Second to) {
    const Second step = clock.offset(from) % kMinute == 0 && clock.offset(to) % kMinute == 0 ? kMinute : 1;
    std::vector<Moment> moments;
    Second shown = wallSeconds(clock.at(from)) - 1, furthest = shown, last = from - 1;
    for (Second second = from; second < to; second += step) {
        Moment moment{second, clock.at(second), {}, false};
        const Second wall = wallSeconds(moment.local);
        const Second leapt = wall - shown - (second - last);
        for (Second missed = wall - leapt; missed < wall; ++missed)
            if (missed % kMinute == 0) {
                const std::time_t time = missed;
                ::gmtime_r(&time, &moment.skipped.emplace_back());
            }
        moment.again = wall <= furthest;
        furthest = std::max(furthest, wall);
        shown = wall;
        last = second;
        if (moment.local.tm_sec == 0 || !moment.skipped.empty())
            moments.push_back(std::move(moment));
    }
    return moments;
}

bool fires(const PlainCron& cron, const Moment& moment) {
    return !localTimesOf(cron, moment).empty();
}

std::vector<Second> localTimesOf(const PlainCron& cron, const Moment& moment) {
    std::vector<Second> found;
    if (moment.local.tm_sec == 0 && cron.matches(moment.local) && !(cron.fixedTime() && moment.again))
        found.push_back(wallSeconds(moment.local));
    if (cron.fixedTime())
        for (const std::tm& local : moment.skipped)
            if (cron.matches(local))
                found.push_back(wallSeconds(local));
    return found;
}

} // namespace tests
