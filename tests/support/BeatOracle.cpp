#include "tests/support/BeatOracle.h"

#include <algorithm>
#include <array>

namespace tests {

using core::base::formatInstant;
using core::base::milliseconds;
using core::base::seconds;
using core::store::FireOutcome;
using core::store::FireRow;
using core::task::CatchUp;
using core::task::Overlap;
using Instant = BeatOracle::Instant;

namespace {

constexpr std::chrono::hours kCorrection{3};
constexpr seconds kOnTime{60};
constexpr std::chrono::hours kUsualLateness{24};
constexpr std::chrono::days kFurthestChange{2};
/// How far back instants are counted, when that takes too long.
constexpr std::array<std::chrono::days, 2> kCounted{std::chrono::days(8), std::chrono::days(70)};
constexpr int64_t kMostCounted = 100'000;
constexpr size_t kMostAtOnce = 10;

Second secondOf(Instant instant) {
    return std::chrono::floor<seconds>(instant.time_since_epoch()).count();
}

Instant instantOf(Second second) {
    return Instant(seconds(second));
}

/// An instant that is looked at later than this does not fire.
milliseconds greatestLateness(const core::task::Schedule& schedule) {
    milliseconds most = schedule.maxLateness.value_or(kUsualLateness);
    if (schedule.expires)
        most = std::min<milliseconds>(most, *schedule.expires);
    if (schedule.catchUp == CatchUp::None)
        most = std::min<milliseconds>(most, kOnTime);
    return most;
}

std::string textOf(const std::vector<FireRow>& rows) {
    std::string text;
    for (const FireRow& row : rows)
        text += (text.empty() ? "" : ", ") + formatInstant(row.instant) + " " + std::string(core::store::toText(row.outcome)) +
                (row.note.empty() ? "" : " (" + row.note + ")");
    return text.empty() ? "nothing" : text;
}

} // namespace

void BeatOracle::problem(const Entry& entry, Instant now, const std::string& what) {
    m_problems.push_back(entry.definition.name + " at " + formatInstant(now) + ": " + what);
}

int64_t BeatOracle::rows() const {
    int64_t count = 0;
    for (const auto& [name, entry] : m_entries)
        count += int64_t(entry.settled.size());
    return count;
}

std::vector<Instant> BeatOracle::cronInstants(const Entry& entry, Instant after, Instant to) {
    const auto& definition = entry.definition;
    if (definition.starts)
        after = std::max(after, *definition.starts - milliseconds(1));
    if (definition.ends)
        to = std::min(to, *definition.ends);
    std::vector<Instant> found;
    if (after >= to)
        return found;
    for (const auto& firing : m_book.between(definition.cron, entry.zoneFile, secondOf(after), secondOf(to)))
        if (instantOf(firing.second) > after)
            found.push_back(instantOf(firing.second));
    return found;
}

std::optional<Instant> BeatOracle::firstCron(const Entry& entry, Instant after) {
    if (entry.definition.starts)
        after = std::max(after, *entry.definition.starts - milliseconds(1));
    const auto first = m_book.firstAfter(entry.definition.cron, entry.zoneFile, secondOf(after));
    if (!first || (entry.definition.ends && instantOf(first->second) > *entry.definition.ends))
        return std::nullopt;
    return instantOf(first->second);
}

/// Of an interval or a one-shot.
std::optional<Instant> BeatOracle::nextOf(const Entry& entry, Instant after, std::optional<Instant> lastFire) const {
    const auto& definition = entry.definition;
    const auto within = [&](Instant instant) {
        return definition.ends && instant > *definition.ends ? std::nullopt : std::optional(instant);
    };
    if (definition.starts)
        after = std::max(after, *definition.starts - milliseconds(1));
    if (definition.once)
        return *definition.once > after ? within(*definition.once) : std::nullopt;
    const milliseconds every = definition.every;
    Instant from = after;
    if (lastFire && *lastFire <= after)
        from = *lastFire;
    else if (!lastFire && definition.starts)
        from = *definition.starts - every;
    else
        return within(after + every);
    while (from <= after)
        from += every * std::max<int64_t>(1, (after - from) / every);
    return within(from);
}

void BeatOracle::defined(const core::task::Schedule& schedule, seconds shift, Instant now) {
    Entry& entry = m_entries[schedule.name];
    entry.definition = schedule;
    entry.shift = shift;
    entry.waiting.reset();
    entry.rests = false;
    entry.zoneFile = isCron(entry) && schedule.zone != "UTC" ? m_zoneFile(schedule.zone).value_or("") : "";
    entry.accounted = now;
    if (!isCron(entry))
        entry.next = nextOf(entry, now, entry.lastFire);
}

/// The rules of the zone became others: a fixed time goes on with the local time that is next, a wildcard with the instant
/// after the last one.
void BeatOracle::carryOver(Entry& entry, const std::string& zoneFile) {
    const std::string before = std::exchange(entry.zoneFile, zoneFile);
    const std::string& cron = entry.definition.cron;
    Instant from = entry.accounted;
    if (entry.definition.starts)
        from = std::max(from, *entry.definition.starts - milliseconds(1));
    const auto next = m_book.firstAfter(cron, before, secondOf(from));
    if (!next || (entry.definition.ends && instantOf(next->second) > *entry.definition.ends))
        return; // it had no next instant
    const Second furthest = std::chrono::seconds(kFurthestChange).count();
    if (!PlainCron(cron).fixedTime()) {
        const auto earlier = m_book.between(cron, before, next->second - furthest, next->second - 1);
        entry.accounted = instantOf(earlier.empty() ? next->second - furthest : earlier.back().second);
        return;
    }
    for (const auto& firing : m_book.between(cron, zoneFile, next->second - furthest, next->second + furthest))
        if (firing.lastLocal >= next->firstLocal) {
            entry.accounted = instantOf(firing.second) - milliseconds(1);
            return;
        }
}

/// Whether its times come from a clock that was three hours or more ahead.
bool BeatOracle::isFromTheFuture(const Entry& entry, Instant now) {
    if (entry.lastFire && *entry.lastFire > now + kCorrection)
        return true;
    if (entry.definition.once)
        return false;
    if (!isCron(entry)) {
        const auto soonest = nextOf(entry, now + kCorrection, std::nullopt);
        return entry.next && soonest && *entry.next > *soonest;
    }
    if (entry.accounted <= now + kCorrection || !firstCron(entry, entry.accounted))
        return false;
    const auto soonest = firstCron(entry, now + kCorrection);
    return soonest && *soonest <= entry.accounted;
}

void BeatOracle::read(Entry& entry, Instant now) {
    entry.rests = false;
    if (isCron(entry) && entry.definition.zone != "UTC") {
        const auto zoneFile = m_zoneFile(entry.definition.zone);
        if (!zoneFile) {
            entry.rests = true;
            return;
        }
        if (*zoneFile != entry.zoneFile)
            carryOver(entry, *zoneFile);
    }
    const bool future = isFromTheFuture(entry, now);
    if (future)
        entry.lastFire.reset();
    if (isCron(entry)) {
        if (future || !firstCron(entry, entry.accounted))
            entry.accounted = now;
    } else if (future || !entry.next) {
        entry.next = nextOf(entry, now, entry.lastFire);
    }
}

void BeatOracle::setClock(Entry& entry, const core::base::ClockJump& jump) {
    const bool correction = std::chrono::abs(jump.by()) >= kCorrection;
    if (entry.definition.every.count() > 0) {
        // The names of instants that the clock shows again are taken: theirs are a millisecond later.
        const milliseconds by = jump.by() + milliseconds(jump.by().count() < 0 ? 1 : 0);
        if (entry.next)
            *entry.next += by;
        if (entry.lastFire)
            *entry.lastFire += by;
        const auto& [starts, ends] = std::pair(entry.definition.starts, entry.definition.ends);
        if (entry.next && ((starts && *entry.next < *starts) || (ends && *entry.next > *ends)))
            entry.next = nextOf(entry, jump.to, entry.lastFire); // start and end are dates, which do not move
    } else if (correction && !entry.definition.once && !entry.rests) {
        entry.accounted = jump.to;
        if (entry.lastFire && *entry.lastFire > jump.to)
            entry.lastFire.reset();
    }
}

BeatOracle::Due BeatOracle::dueAt(const Entry& entry, Instant now) {
    Due due;
    due.latest = now - entry.shift;
    const Instant earliest = due.latest - greatestLateness(entry.definition);
    const size_t most = entry.definition.catchUp == CatchUp::All ? kMostAtOnce : 1;
    std::vector<Instant> instants;
    int64_t skipped = 0; // before them
    const Instant last = std::min(due.latest, entry.definition.ends.value_or(due.latest));
    if (isCron(entry)) {
        for (const std::chrono::days back : kCounted) {
            const Instant from = std::max(entry.accounted, last - back);
            due.countIsLeast = from > entry.accounted;
            instants = cronInstants(entry, from, due.latest);
            if (!due.countIsLeast || instants.size() > most + 1)
                break; // more than that makes no difference but to the count
        }
    } else {
        auto each = entry.next;
        if (const milliseconds every = entry.definition.every; each && every.count() > 0) {
            // Of years of seconds only the last days matter one by one.
            skipped = std::max<int64_t>(0, (last - kCounted[0] - *each) / every);
            *each += every * skipped;
        }
        while (each && *each <= due.latest) {
            instants.push_back(*each);
            each = nextOf(entry, *each, *each);
        }
        due.next = each;
    }
    due.countIsLeast = due.countIsLeast || skipped + int64_t(instants.size()) >= kMostCounted;
    size_t begin = 0;
    while (begin < instants.size() && instants[begin] < earliest)
        ++begin;
    if (instants.size() - begin > most)
        begin = instants.size() - most;
    due.passedOver = skipped + int64_t(begin);
    if (begin > 0)
        due.passedTo = instants[begin - 1];
    due.firing.assign(instants.begin() + ptrdiff_t(begin), instants.end());
    // A clock that is set by less than anybody notices may have been ahead when the entry was told to wait.
    due.anyMissed = std::ranges::any_of(due.firing, [&](Instant instant) { return due.latest - instant > kOnTime - core::base::ClockJumps::kNoticed; });
    return due;
}

BeatOracle::Outcome BeatOracle::outcomeOf(const Entry& entry, const Due& due, Instant now) {
    Outcome outcome{{}, entry, {}, false};
    Entry& after = outcome.after;
    const auto row = [&](Instant instant, FireOutcome what) {
        const bool isNew = after.settled.try_emplace(instant, what).second;
        if (isNew)
            outcome.rows.push_back({entry.definition.name, instant, what, {}, now,
                                    std::max(milliseconds(0), now - (instant + entry.shift)), {}, {}, {}});
        return isNew;
    };
    if (due.passedTo)
        row(*due.passedTo, FireOutcome::Missed);
    bool running = m_running.contains(entry.lastTask), fired = false;
    std::vector<std::pair<Instant, bool>> firings; // the instant, and whether it was missed
    if (entry.waiting)
        firings.emplace_back(*entry.waiting, false);
    after.waiting.reset();
    for (const Instant instant : due.firing)
        firings.emplace_back(instant, due.latest - instant > kOnTime);
    for (const auto& [instant, missed] : firings) {
        const bool overlaps = running && !(missed && fired);
        if (overlaps && entry.definition.overlap == Overlap::QueueOne) {
            if (after.waiting)
                row(*after.waiting, FireOutcome::Overlapped);
            after.waiting = instant;
            continue;
        }
        const bool skips = overlaps && entry.definition.overlap == Overlap::Skip;
        if (!row(instant, skips ? FireOutcome::Overlapped : FireOutcome::Fired))
            continue;
        after.lastFire = instant;
        if (skips)
            continue;
        outcome.firesOverOld = outcome.firesOverOld || (running && !fired && entry.definition.overlap == Overlap::CancelOld);
        running = fired = true;
        outcome.firedLast = instant;
    }
    std::ranges::sort(outcome.rows, {}, &FireRow::instant);
    after.accounted = std::max(entry.accounted, due.latest);
    if (!isCron(entry))
        after.next = due.next;
    return outcome;
}

void BeatOracle::accept(Entry& entry, const Due& due, Outcome outcome, const std::vector<FireRow>& rows) {
    m_instants += due.passedOver + int64_t(due.firing.size());
    const std::optional<Instant> firedLast = outcome.firedLast;
    entry = std::move(outcome.after);
    for (const FireRow& row : rows) {
        if (row.outcome != FireOutcome::Fired)
            continue;
        ++m_fired;
        if (row.instant == firedLast)
            entry.lastTask = *row.task;
        m_running.insert(*row.task);
    }
}

void BeatOracle::compare(Entry& entry, const Look& look, const Stored& stored) {
    const auto found = look.rows.find(entry.definition.name);
    std::vector<FireRow> rows = found == look.rows.end() ? std::vector<FireRow>() : found->second;
    std::ranges::sort(rows, {}, &FireRow::instant);
    if (!entry.definition.enabled || entry.rests) {
        if (!rows.empty())
            problem(entry, look.now, "it rests, and there is " + textOf(rows));
        return;
    }
    const Due due = dueAt(entry, look.now);
    if (due.firing.empty() && due.passedOver == 0 && !entry.waiting && rows.empty())
        return;
    Outcome outcome = outcomeOf(entry, due, look.now);
    if (rows.empty()) {
        // Missed ones begin at a pace, and what a look does without a row only the store tells.
        const bool mayWait = due.anyMissed || look.died;
        const auto isDone = [&](const core::store::ScheduleRow& row) {
            return row.waiting == outcome.after.waiting && (!row.nextFire || *row.nextFire > due.latest);
        };
        const bool done = outcome.rows.empty() && (!mayWait || isDone(stored(entry.definition.name)));
        if (done)
            accept(entry, due, std::move(outcome), rows);
        else if (!mayWait)
            problem(entry, look.now, "nothing, instead of " + textOf(outcome.rows) + ", accounted for until " + formatInstant(entry.accounted));
        return;
    }
    const auto alike = [](const FireRow& one, const FireRow& other) {
        return one.instant == other.instant && one.outcome == other.outcome && one.late == other.late;
    };
    if (!std::ranges::equal(rows, outcome.rows, alike)) {
        problem(entry, look.now, textOf(rows) + ", instead of " + textOf(outcome.rows));
        return;
    }
    for (const FireRow& row : rows) {
        if (row.task.has_value() != (row.outcome == FireOutcome::Fired) || (row.task && !m_tasks.insert(*row.task).second))
            problem(entry, look.now, "the row of " + formatInstant(row.instant) + " has not one task of its own");
        if (row.outcome != FireOutcome::Missed)
            continue;
        const int64_t counted = row.note.find("instants") == std::string::npos ? 1 : std::stoll(row.note);
        const bool enough = due.countIsLeast ? counted >= std::min(due.passedOver, kMostCounted) : counted == due.passedOver;
        if (!enough)
            problem(entry, look.now, textOf(rows) + ": " + std::to_string(counted) + " instants were counted, not " +
                                         std::to_string(due.passedOver) + " after " + formatInstant(entry.accounted));
    }
    if (outcome.firesOverOld && !look.cancelled.contains(entry.lastTask))
        problem(entry, look.now, "the task before was not asked to end");
    accept(entry, due, std::move(outcome), rows);
}

void BeatOracle::looked(const Look& look, const Stored& stored) {
    for (auto& [name, entry] : m_entries) {
        if (entry.definition.enabled && look.reads)
            read(entry, look.jump ? look.jump->from : look.now);
        if (entry.definition.enabled && look.jump)
            setClock(entry, *look.jump);
        compare(entry, look, stored);
    }
    for (const auto& [name, rows] : look.rows)
        if (!m_entries.contains(name))
            m_problems.push_back("a row of an entry that is not there: " + name);
}

void BeatOracle::finished(Instant now) {
    for (auto& [name, entry] : m_entries) {
        if (!entry.definition.enabled || entry.rests)
            continue;
        const Due due = dueAt(entry, now);
        if (const Outcome outcome = outcomeOf(entry, due, now); !outcome.rows.empty())
            problem(entry, now, "at the end there is still " + textOf(outcome.rows));
    }
}

} // namespace tests
