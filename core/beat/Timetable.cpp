#include "core/beat/Timetable.h"

#include "core/base/AtField.h"
#include "core/task/Queue.h"

#include <deque>

namespace core::beat {

using base::Error;
using base::ErrorCode;
using base::Instant;
using base::Result;
using base::seconds;

namespace {

constexpr std::chrono::hours kUsualLateness{24};
constexpr int64_t kMostCounted = 100'000;

/// FNV-1a: the same in every release and on every machine.
uint32_t stableHash(std::string_view text) {
    uint32_t hash = 2'166'136'261U;
    for (const unsigned char c : text)
        hash = (hash ^ c) * 16'777'619U;
    return hash;
}

/// `field`: the key of the definition's document.
Error badSchedule(const char* field, const std::string& message, const std::string& remedy) {
    return base::atField({ErrorCode::InvalidParams, message, remedy, {}}, field);
}

} // namespace

Result<Timetable> Timetable::of(task::Schedule schedule, const base::ZoneDatabase& zones) {
    Timetable table(std::move(schedule));
    if (auto readable = table.read(zones); !readable)
        return readable.error();
    return table;
}

Timetable Timetable::never() {
    task::Schedule schedule;
    schedule.once = Instant::min();
    return Timetable(std::move(schedule));
}

Result<void> Timetable::read(const base::ZoneDatabase& zones) {
    const task::Schedule& s = m_schedule;
    const int kinds = int(!s.cron.empty()) + int(s.every.count() != 0) + int(s.once.has_value());
    if (kinds != 1)
        return badSchedule("cron", "a schedule fires by a cron expression, at an interval, or once: exactly one of the three",
                           "Give cron, every or once");
    if (s.every.count() < 0)
        return badSchedule("every_seconds", "an interval of " + std::to_string(s.every.count()) + " seconds never comes",
                           "Give an interval of at least 1 second");
    if (s.starts && s.ends && *s.ends < *s.starts)
        return badSchedule("ends_at", "the schedule ends before it starts", "Give an end after " + base::formatInstant(*s.starts));
    if (s.spread.count() < 0 || s.spread > kLongestSpread)
        return badSchedule("spread_seconds", "a spread of " + std::to_string(s.spread.count()) + " seconds is not possible",
                           "Give 0 to 30");
    if (s.maxLateness && (s.maxLateness->count() < 1 || *s.maxLateness > kLongestLateness))
        return badSchedule("max_lateness_seconds",
                           "a greatest lateness of " + std::to_string(s.maxLateness->count()) + " seconds is not possible",
                           "Give 1 second to 7 days");
    if (s.expires && s.expires->count() < 1)
        return badSchedule("expires_seconds",
                           "a task that expires after " + std::to_string(s.expires->count()) + " seconds never runs",
                           "Give at least 1 second");
    if (s.priority && (*s.priority < task::kLowestPriority || *s.priority > task::kHighestPriority))
        return badSchedule("priority", "priority " + std::to_string(*s.priority) + " does not exist", "Give 0 to 9");
    if (s.spread.count() > 0)
        m_shift = seconds(int64_t(stableHash(s.name) % uint32_t(2 * s.spread.count() + 1)) - s.spread.count());
    if (s.cron.empty())
        return {};
    auto zone = zones.find(s.zone);
    if (!zone)
        return badSchedule("zone", zone.error().message, zone.error().remedy);
    auto cron = CronExpression::parse(s.cron);
    if (!cron)
        return base::atField(cron.error(), "cron");
    m_zone = std::move(*zone);
    m_cron = std::move(*cron);
    return {};
}

bool Timetable::isWithin(Instant instant) const {
    return (!m_schedule.starts || instant >= *m_schedule.starts) && (!m_schedule.ends || instant <= *m_schedule.ends);
}

std::optional<Instant> Timetable::within(std::optional<Instant> instant) const {
    return instant && m_schedule.ends && *instant > *m_schedule.ends ? std::nullopt : instant;
}

std::optional<Instant> Timetable::next(Instant after, std::optional<Instant> lastFire) const {
    if (m_schedule.starts)
        after = std::max(after, *m_schedule.starts - base::milliseconds(1));
    if (m_schedule.once)
        return *m_schedule.once > after ? within(m_schedule.once) : std::nullopt;
    if (m_cron)
        return within(m_cron->next(after, *m_zone));
    const base::milliseconds every = m_schedule.every;
    if (lastFire && *lastFire <= after)
        return within(*lastFire + every * ((after - *lastFire) / every + 1));
    if (!lastFire && m_schedule.starts)
        return within(*m_schedule.starts + every * ((after - *m_schedule.starts) / every + (after < *m_schedule.starts ? 0 : 1)));
    // Its last firing is in the future: the clock was put right.
    return within(after + every);
}

std::optional<Instant> Timetable::carriedOver(Instant next, const base::Zone& before) const {
    if (!m_cron)
        return next;
    const auto carried = m_cron->carriedOver(next, before, *m_zone);
    if (carried && m_schedule.starts && *carried < *m_schedule.starts)
        return this->next(*m_schedule.starts - base::milliseconds(1), std::nullopt);
    return within(carried);
}

/// Of the latest instant that is due. Until the next one is due, which it is not, a day at most; see Schedule.
base::milliseconds Timetable::greatestLateness() const {
    base::milliseconds most = m_schedule.maxLateness.value_or(kUsualLateness);
    if (m_schedule.expires)
        most = std::min<base::milliseconds>(most, *m_schedule.expires);
    if (m_schedule.catchUp == task::CatchUp::None)
        most = std::min<base::milliseconds>(most, kOnTime);
    return most;
}

/// The last instant before `limit` and not after its end, which `known` is already.
Instant Timetable::latestBefore(Instant limit, Instant known) const {
    if (m_schedule.ends)
        limit = std::min(limit, *m_schedule.ends + base::milliseconds(1));
    if (m_schedule.every.count() > 0)
        return known + m_schedule.every * ((limit - known - base::milliseconds(1)) / m_schedule.every);
    for (base::milliseconds back = std::chrono::hours(1);; back *= 4) {
        const Instant from = std::max(known, limit - back);
        Instant last = known;
        for (auto each = next(from, known); each && *each < limit; each = next(*each, *each))
            last = *each;
        if (last != known || from == known)
            return last;
    }
}

Timetable::Due Timetable::due(Instant first, std::optional<Instant> lastFire, Instant now) const {
    const Instant latest = now - m_shift;
    const Instant earliest = latest - greatestLateness();
    const size_t most = m_schedule.catchUp == task::CatchUp::All ? kMostAtOnce : 1;
    std::deque<Instant> firing;
    Due due;
    const auto passOver = [&](Instant instant) {
        ++due.passedOver;
        due.passedFrom = due.passedFrom.value_or(instant);
        due.passedTo = instant;
    };
    due.next = first;
    while (due.next && *due.next <= latest) {
        const Instant instant = *due.next;
        if (instant < earliest) {
            passOver(instant);
            if (due.passedOver >= kMostCounted) { // years of minutes: the rest is not counted
                due.passedTo = latestBefore(earliest, instant);
                due.next = next(earliest - base::milliseconds(1), due.passedTo);
                continue;
            }
        } else {
            firing.push_back(instant);
            if (firing.size() > most) {
                passOver(firing.front());
                firing.pop_front();
            }
        }
        lastFire = instant;
        due.next = next(instant, lastFire);
    }
    for (const Instant instant : firing)
        due.firings.push_back({instant, latest - instant > kOnTime});
    return due;
}

} // namespace core::beat
