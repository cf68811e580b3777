#include "core/engine/ComingLoad.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace core::engine {

using base::Instant;
using base::milliseconds;
using beat::Timetable;
using Firing = ComingLoad::Firing;

namespace {

using Quarters = std::chrono::duration<int64_t, std::ratio<900>>;

/// Averages of runs are sums of fractions: what is over by less is not over.
constexpr double kNoise = 1e-6;

/// The first instant at or after `notBefore`, from where the entry stands.
std::optional<Instant> firstInstant(const store::ScheduleRow& entry, const Timetable& table, Instant notBefore) {
    if (entry.nextFire && *entry.nextFire >= notBefore)
        return entry.nextFire;
    return table.next(notBefore - milliseconds(1), entry.nextFire ? entry.nextFire : entry.lastFire);
}

/// Collects the firings of one entry, those of a busy quarter as one.
class FiringCollector {
  public:
    FiringCollector(size_t entry, std::vector<Firing>& into) : m_entry(entry), m_into(into) {}
    void add(Instant instant, Instant at) {
        const auto quarter = std::chrono::floor<Quarters>(instant);
        if (m_count > 0 && quarter != m_quarter)
            close();
        m_quarter = quarter;
        if (m_count < kMostInAQuarter)
            m_singles[m_count] = {m_entry, instant, at, at, 1};
        m_last = at;
        ++m_count;
    }
    void close() {
        if (m_count > kMostInAQuarter)
            m_into.push_back({m_entry, m_singles[0].instant, m_singles[0].at, m_last, int64_t(m_count)});
        else
            m_into.insert(m_into.end(), m_singles.begin(), m_singles.begin() + std::ptrdiff_t(m_count));
        m_count = 0;
    }

  private:
    const size_t m_entry;
    std::vector<Firing>& m_into;
    std::chrono::time_point<std::chrono::system_clock, Quarters> m_quarter{};
    std::array<Firing, kMostInAQuarter> m_singles;
    Instant m_last{};
    size_t m_count = 0;
};

int64_t collectFirings(const store::ScheduleRow& row, const Timetable& table, size_t entry, ComingLoad& load) {
    const size_t before = load.firings.size();
    FiringCollector collector(entry, load.firings);
    auto instant = firstInstant(row, table, load.from - table.shift());
    for (; instant && *instant < load.to; instant = table.next(*instant, instant))
        collector.add(*instant, table.dueAt(*instant));
    collector.close();
    int64_t count = 0;
    for (size_t i = before; i < load.firings.size(); ++i)
        count += load.firings[i].count;
    return count;
}

void findCollisions(ComingLoad& load) {
    std::vector<std::pair<Instant, size_t>> called;
    for (const Firing& firing : load.firings)
        if (firing.count == 1)
            called.emplace_back(std::chrono::floor<std::chrono::minutes>(firing.instant), firing.entry);
    std::sort(called.begin(), called.end());
    called.erase(std::unique(called.begin(), called.end()), called.end());
    for (size_t i = 0; i < called.size();) {
        size_t end = i;
        while (end < called.size() && called[end].first == called[i].first)
            ++end;
        if (end - i > 1)
            load.collisions.push_back({called[i].first, int(end - i)});
        i = end;
    }
}

void findClockChanges(ComingLoad& load, const base::ZoneDatabase& database) {
    std::set<std::string> zones;
    for (const ComingLoad::Entry& entry : load.entries)
        if (!entry.zone.empty())
            zones.insert(entry.zone);
    for (const std::string& name : zones)
        if (const auto zone = database.find(name))
            for (const base::Zone::Change& change : zone->changes(load.from, load.to))
                load.clockChanges.push_back({name, change});
    std::stable_sort(load.clockChanges.begin(), load.clockChanges.end(),
                     [](const auto& a, const auto& b) { return a.change.at < b.change.at; });
}

/// From then on so many runs more, or less.
struct LoadStep {
    Instant at;
    double by;
    size_t entry;
};

/// The runs of known length as steps, in time order; where one ends and another begins, the end comes first.
std::vector<LoadStep> stepsOf(const ComingLoad& load, const std::vector<bool>& mayOverlap) {
    std::vector<LoadStep> steps;
    std::vector<std::optional<Instant>> nextOf(load.entries.size()); // walking backwards: its following firing
    for (auto firing = load.firings.rbegin(); firing != load.firings.rend(); ++firing) {
        const auto& runTime = load.entries[firing->entry].runTime;
        const auto following = std::exchange(nextOf[firing->entry], firing->at);
        if (!runTime || runTime->median.count() <= 0)
            continue;
        Instant end = firing->last + runTime->median;
        double runs = double(firing->count * runTime->median.count()) / double((end - firing->at).count());
        if (!mayOverlap[firing->entry]) {
            runs = std::min(runs, 1.0);
            end = std::min(end, following.value_or(end));
        }
        steps.push_back({firing->at, runs, firing->entry});
        steps.push_back({end, -runs, firing->entry});
    }
    std::sort(steps.begin(), steps.end(),
              [](const LoadStep& a, const LoadStep& b) { return std::pair(a.at, a.by) < std::pair(b.at, b.by); });
    return steps;
}

/// Stretches in which the runs of one queue (empty: of all) are more than `slots`.
void findOverloads(ComingLoad& load, const std::vector<LoadStep>& steps, const std::string& queue, int slots) {
    if (slots <= 0)
        return;
    double runs = 0, most = 0;
    std::optional<Instant> since;
    for (const LoadStep& step : steps) {
        if (!queue.empty() && load.entries[step.entry].queue != queue)
            continue;
        runs += step.by;
        const bool over = runs > slots + kNoise;
        if (over && !since) {
            since = step.at;
            most = 0;
        }
        most = std::max(most, runs);
        if (!over && since)
            load.overloads.push_back({*std::exchange(since, std::nullopt), step.at, queue,
                                      int(std::ceil(most - kNoise)), slots});
    }
}

void findOverloads(ComingLoad& load, const std::vector<bool>& mayOverlap, const LoadBasis& basis) {
    const std::vector<LoadStep> steps = stepsOf(load, mayOverlap);
    for (const auto& [queue, slots] : basis.slots)
        findOverloads(load, steps, queue, slots);
    findOverloads(load, steps, {}, basis.workers);
    std::stable_sort(load.overloads.begin(), load.overloads.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
}

} // namespace

std::vector<Instant> instantsWithin(const store::ScheduleRow& entry, const Timetable& table, Instant from, Instant to,
                                    size_t most) {
    std::vector<Instant> found;
    for (auto at = firstInstant(entry, table, from); at && *at < to && found.size() < most; at = table.next(*at, at))
        found.push_back(*at);
    return found;
}

ComingLoad comingLoad(const std::vector<store::ScheduleRow>& entries, const LoadBasis& basis, Instant from, Instant to) {
    ComingLoad load;
    load.from = from;
    load.to = to;
    std::vector<bool> mayOverlap;
    for (const store::ScheduleRow& row : entries) {
        const task::TaskType* type = basis.types.find(row.type);
        const auto table = Timetable::of(row, basis.zones);
        if (!row.enabled || !type || !table)
            continue;
        const auto runTime = basis.runTimes.find(type->id);
        load.entries.push_back({row.name, type->id, type->queue, row.cron.empty() ? std::string() : row.zone,
                                table->shift(),
                                runTime == basis.runTimes.end() ? std::nullopt : std::optional(runTime->second), 0});
        mayOverlap.push_back(row.overlap == task::Overlap::Allow);
        load.entries.back().firings = collectFirings(row, *table, load.entries.size() - 1, load);
    }
    std::stable_sort(load.firings.begin(), load.firings.end(),
                     [](const Firing& a, const Firing& b) { return a.instant < b.instant; });
    findCollisions(load);
    findClockChanges(load, basis.zones);
    findOverloads(load, mayOverlap, basis);
    return load;
}

ComingLoad::Slice ComingLoad::between(Instant begin, Instant end) const {
    Slice slice;
    auto firing = std::lower_bound(firings.begin(), firings.end(), begin,
                                   [](const Firing& each, Instant at) { return each.instant < at; });
    for (; firing != firings.end() && firing->instant < end; ++firing) {
        slice.firings += firing->count;
        if (const auto& runTime = entries[firing->entry].runTime)
            slice.busy += runTime->median * firing->count;
        else
            slice.unknown += firing->count;
    }
    auto collision = std::lower_bound(collisions.begin(), collisions.end(), begin,
                                      [](const Collision& each, Instant at) { return each.minute < at; });
    for (; collision != collisions.end() && collision->minute < end; ++collision)
        slice.mostAtOnce = std::max(slice.mostAtOnce, collision->entries);
    for (const Overload& overload : overloads)
        slice.overloaded = slice.overloaded || (overload.from < end && overload.to > begin);
    return slice;
}

} // namespace core::engine
