#pragma once

#include "core/beat/Timetable.h"
#include "core/engine/Services.h"
#include "core/task/TaskType.h"

namespace core::engine {

/// Stands for a definition, whether it is enabled or not: another definition has another one.
std::string definitionMark(const task::Schedule& schedule);

/// What became of an instant of an entry as it stands. `fire`: what is recorded of the instant; nullptr: nothing. About the
/// entry's next instant and what comes after it, and about one that waits, the beat decides. Pure.
JudgedInstant judged(const store::ScheduleRow& row, base::Instant instant, const store::FireRow* fire);

/// Whether it is an instant of the definition. Of an interval every one may be.
bool isInstantOf(const beat::Timetable& table, base::Instant instant);

/// What a plan is made from.
struct BackfillFacts {
    const beat::Timetable& table;
    const store::ScheduleRow& row;
    const task::TaskType* type = nullptr;
    base::Instant from{}, to{}; ///< the window, both ends included
    std::vector<store::FireRow> fires; ///< of the window, oldest first
    std::optional<base::Instant> definedAt;     ///< when a person last added or changed the entry, if anybody knows
    std::vector<base::milliseconds> runTimes{}; ///< of its recent successful runs
    std::optional<base::milliseconds> usual{};  ///< of its task type: how long one of its tasks usually runs
};

/// The instants of the window by the definition of today. The instants of an interval are counted from one firing to the
/// next, so that only those are known which are recorded. Pure.
BackfillPlan planOf(const BackfillFacts& facts);

} // namespace core::engine
