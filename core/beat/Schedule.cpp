#include "core/beat/Schedule.h"

#include "core/base/Zone.h"
#include "core/beat/CronExpression.h"

namespace core::beat {

using base::Result;

Result<std::optional<base::Instant>> nextFire(const store::ScheduleRow& entry, base::Instant after) {
    if (entry.every.count() > 0) {
        if (!entry.lastFire || *entry.lastFire > after)
            return std::optional(after + entry.every);
        const auto passed = (after - *entry.lastFire) / base::milliseconds(entry.every);
        return std::optional(*entry.lastFire + entry.every * (passed + 1));
    }
    const auto zone = base::Zone::find(entry.zone);
    if (!zone)
        return zone.error();
    const auto cron = CronExpression::parse(entry.cron);
    if (!cron)
        return cron.error();
    return cron->next(after, *zone);
}

Result<Due> whatIsDue(const store::ScheduleRow& entry, base::Instant now) {
    Due due;
    if (!entry.nextFire) {
        auto next = nextFire(entry, now);
        if (!next)
            return next.error();
        due.next = *next;
        return due;
    }
    due.next = entry.nextFire;
    if (*entry.nextFire > now)
        return due;
    due.instant = *entry.nextFire;
    // Walk over what was missed, but not from far away: the last hour decides.
    store::ScheduleRow walker = entry;
    if (now - due.instant > kCatchUp) {
        auto recent = nextFire(walker, now - kCatchUp);
        if (!recent)
            return recent.error();
        if (!*recent || **recent > now) {
            due.next = *recent;
            return due;
        }
        due.instant = **recent;
    }
    while (true) {
        walker.lastFire = due.instant;
        auto next = nextFire(walker, due.instant);
        if (!next)
            return next.error();
        due.next = *next;
        if (!due.next || *due.next > now)
            break;
        due.instant = *due.next;
    }
    due.fire = true;
    return due;
}

} // namespace core::beat
