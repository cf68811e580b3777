#include "ui/pages/schedules/LoadGrid.h"

#include <algorithm>
#include <cmath>

namespace ui::pages::schedules {

using core::base::Date;
using core::base::Instant;
using core::base::Zone;
using core::engine::ComingLoad;

namespace {

Instant atHour(const Zone& zone, Date day, int hour) {
    using Local = std::chrono::local_time<core::base::milliseconds>;
    return zone.toInstant(Local(day.time_since_epoch()) + std::chrono::hours(hour));
}

double within(const LoadGrid::Cell& cell, Instant at) {
    return std::clamp(double((at - cell.from).count()) / double((cell.to - cell.from).count()), 0.0, 1.0);
}

/// The firings of [from, to), which are in the order of their instants.
std::pair<std::vector<ComingLoad::Firing>::const_iterator, std::vector<ComingLoad::Firing>::const_iterator> range(
    const ComingLoad& load, Instant from, Instant to) {
    const auto before = [](const ComingLoad::Firing& firing, Instant at) { return firing.instant < at; };
    return {std::lower_bound(load.firings.begin(), load.firings.end(), from, before),
            std::lower_bound(load.firings.begin(), load.firings.end(), to, before)};
}

std::vector<LoadGrid::Tick> ticksOf(const ComingLoad& load, const LoadGrid::Cell& cell) {
    std::vector<LoadGrid::Tick> ticks;
    std::optional<Instant> last;
    const auto [first, end] = range(load, cell.from, cell.to);
    for (auto firing = first; firing != end; ++firing) {
        const Instant minute = std::chrono::floor<std::chrono::minutes>(firing->instant);
        const Instant until = std::max<Instant>(minute, std::chrono::floor<std::chrono::minutes>(firing->last));
        if (firing->count == 1 && last == minute) {
            ++ticks.back().entries;
            continue;
        }
        ticks.push_back({within(cell, minute), within(cell, firing->count > 1 ? until : minute), 1});
        last = firing->count == 1 ? std::optional(minute) : std::nullopt;
    }
    return ticks;
}

} // namespace

LoadGrid::LoadGrid(ComingLoad load, Zone zone, Date firstDay)
    : m_load(std::move(load)), m_zone(std::move(zone)), m_firstDay(firstDay) {
    for (int day = 0; day < kDays; ++day)
        for (int hour = 0; hour < kHours; ++hour) {
            Cell cell;
            cell.from = atHour(m_zone, this->day(day), hour);
            cell.to = atHour(m_zone, this->day(day), hour + 1);
            if (!cell.isSkipped()) {
                cell.load = m_load.between(cell.from, cell.to);
                cell.ticks = ticksOf(m_load, cell);
                m_busiest = std::max(m_busiest, cell.load.busy);
            }
            m_cells.push_back(std::move(cell));
        }
    markClockChanges();
}

/// A change is where its instant is; a clock that is put forward in the zone shown is in the hour that is not there.
void LoadGrid::markClockChanges() {
    for (size_t i = 0; i < m_load.clockChanges.size(); ++i) {
        const Instant at = m_load.clockChanges[i].change.at;
        const bool gap = std::any_of(m_cells.begin(), m_cells.end(),
                                     [at](const Cell& cell) { return cell.isSkipped() && cell.from == at; });
        for (Cell& cell : m_cells)
            if (gap ? cell.isSkipped() && cell.from == at : cell.from <= at && at < cell.to)
                cell.clockChanges.push_back(i);
    }
}

Instant LoadGrid::begin(const Zone& zone, Date firstDay) {
    return atHour(zone, firstDay, 0);
}

Instant LoadGrid::end(const Zone& zone, Date firstDay) {
    return atHour(zone, firstDay + std::chrono::days(kDays), 0);
}

std::optional<HourOfWeek> LoadGrid::placeOf(Instant at) const {
    for (int i = 0; i < int(m_cells.size()); ++i)
        if (m_cells[size_t(i)].from <= at && at < m_cells[size_t(i)].to)
            return HourOfWeek{i / kHours, i % kHours};
    return std::nullopt;
}

std::vector<ComingLoad::Firing> LoadGrid::firingsOf(HourOfWeek place) const {
    const auto [first, end] = range(m_load, at(place).from, at(place).to);
    return {first, end};
}

int busyStep(core::base::milliseconds busy, core::base::milliseconds busiest) {
    if (busy.count() <= 0 || busiest.count() <= 0)
        return 0;
    const double share = double(busy.count()) / double(busiest.count());
    return std::clamp(int(std::ceil(std::sqrt(share) * (kBusySteps - 1) - 1e-9)), 1, kBusySteps - 1);
}

core::base::milliseconds busyBound(int step, core::base::milliseconds busiest) {
    const double root = double(step) / (kBusySteps - 1);
    return core::base::milliseconds(std::llround(double(busiest.count()) * root * root));
}

} // namespace ui::pages::schedules
