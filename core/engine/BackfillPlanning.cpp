#include "core/engine/BackfillPlanning.h"

#include "core/base/Text.h"
#include "core/metrics/Eta.h"
#include "core/store/AuditLog.h"

#include <algorithm>

namespace core::engine {

using base::Instant;
using store::FireOutcome;
using store::FireRow;

namespace {

constexpr size_t kMostClockChanges = 4;

constexpr std::array<std::string_view, 7> kStates{"unrecorded",  "missed", "overlapped", "never_begun",
                                                  "fired",       "coming", "damaged"};
constexpr std::array<std::string_view, 2> kOrders{"one-after-another", "together"};

bool endedUnbegun(const FireRow& fire) {
    return fire.state && task::isTerminal(*fire.state) && *fire.state != task::TaskState::Success && fire.attempts == 0;
}

InstantState stateOf(const FireRow& fire) {
    if (!fire.sound)
        return InstantState::Damaged;
    switch (fire.outcome) {
    case FireOutcome::Missed: return InstantState::Missed;
    case FireOutcome::Overlapped: return InstantState::Overlapped;
    case FireOutcome::Fired:
    case FireOutcome::Backfilled: break;
    }
    return endedUnbegun(fire) ? InstantState::NeverBegun : InstantState::Fired;
}

void add(BackfillPlan& plan, JudgedInstant judged) {
    switch (judged.state) {
    case InstantState::Fired: ++plan.fired; return;
    case InstantState::Coming: ++plan.coming; return;
    case InstantState::Damaged: ++plan.damaged; return;
    case InstantState::Unrecorded:
    case InstantState::Missed:
    case InstantState::Overlapped:
    case InstantState::NeverBegun: break;
    }
    ++plan.missing;
    if (plan.instants.size() < BackfillPlan::kMostInstants)
        plan.instants.push_back(std::move(judged));
}

void judgeAll(const BackfillFacts& facts, BackfillPlan& plan) {
    if (facts.row.every.count() > 0) {
        for (const FireRow& fire : facts.fires)
            add(plan, judged(facts.row, fire.instant, &fire));
        return;
    }
    auto fire = facts.fires.begin();
    auto at = facts.table.next(facts.from - base::milliseconds(1), std::nullopt);
    for (; at && *at <= facts.to; at = facts.table.next(*at, std::nullopt)) {
        while (fire != facts.fires.end() && fire->instant < *at)
            ++fire; // of an instant of an earlier definition
        const bool recorded = fire != facts.fires.end() && fire->instant == *at;
        add(plan, judged(facts.row, *at, recorded ? &*fire : nullptr));
    }
}

/// None when there are too few to say anything.
std::optional<base::milliseconds> medianOf(std::vector<base::milliseconds> times) {
    if (times.size() < metrics::kEnoughRuns)
        return std::nullopt;
    const auto middle = times.begin() + ptrdiff_t(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

std::string utcOffset(base::seconds offset) {
    const int64_t minutes = std::abs(offset.count()) / 60;
    char text[16];
    std::snprintf(text, sizeof text, "UTC%c%02d:%02d", offset.count() < 0 ? '-' : '+', int(minutes / 60), int(minutes % 60));
    return text;
}

void warnOfClockChanges(const BackfillFacts& facts, std::vector<std::string>& warnings) {
    const base::Zone* zone = facts.table.zone();
    if (!zone)
        return;
    const auto changes = zone->changes(facts.from, facts.to);
    for (size_t i = 0; i < std::min(changes.size(), kMostClockChanges); ++i)
        warnings.push_back("the clocks of " + zone->name() + " changed within the window, from " +
                           utcOffset(changes[i].before) + " to " + utcOffset(changes[i].after) + " at " +
                           base::formatInstant(changes[i].at));
}

void warnOfTheEntry(const BackfillFacts& facts, std::vector<std::string>& warnings) {
    warnings.push_back("the tasks run with the parameters of today and compute as of when they run, not as of their instants");
    if (facts.definedAt && *facts.definedAt > facts.from)
        warnings.push_back("the entry was added or changed at " + base::formatInstant(*facts.definedAt) +
                           ": what was to fire before that may have been something else");
    if (!facts.row.enabled)
        warnings.push_back("the entry is disabled; its tasks are made all the same");
    if (facts.type && facts.type->idempotent == task::Idempotent::No)
        warnings.push_back("tasks of type " + facts.type->id + " are not idempotent: what one of them does twice is done twice");
    if (facts.row.every.count() > 0)
        warnings.push_back("the entry goes by elapsed time: of instants that were passed over together only the last is known");
}

void warnOfThePlan(const BackfillFacts& facts, const BackfillPlan& plan, std::vector<std::string>& warnings) {
    if (plan.missing > int64_t(plan.instants.size()))
        warnings.push_back("the window has " + base::grouped(plan.missing) + " such instants, of which the oldest " +
                           base::grouped(int64_t(plan.instants.size())) + " are listed: backfill these, then look again");
    if (plan.damaged > 0)
        warnings.push_back("instants whose rows are damaged are left out, since what became of them is not known: " +
                           base::grouped(plan.damaged));
    if (facts.row.expires && plan.runTime && *plan.runTime * int64_t(plan.instants.size()) > *facts.row.expires)
        warnings.push_back("the tasks expire " + std::to_string(facts.row.expires->count()) +
                           " s after they were made: run one after another, the last ones may not begin in time");
}

} // namespace

std::string_view toText(InstantState state) {
    return kStates[size_t(state)];
}

bool isMissing(InstantState state) {
    return state <= InstantState::NeverBegun;
}

std::string_view toText(BackfillOrder order) {
    return kOrders[size_t(order)];
}

std::optional<BackfillOrder> backfillOrderFromText(std::string_view text) {
    for (size_t i = 0; i < kOrders.size(); ++i)
        if (kOrders[i] == text)
            return BackfillOrder(i);
    return std::nullopt;
}

std::string definitionMark(const task::Schedule& schedule) {
    task::Schedule asEnabled = schedule;
    asEnabled.enabled = true;
    return store::sha256(base::dumpJson(task::toJson(asEnabled))).substr(0, 16);
}

JudgedInstant judged(const store::ScheduleRow& row, Instant instant, const FireRow* fire) {
    if (fire)
        return {instant, stateOf(*fire), fire->note};
    const bool comes = instant == row.waiting || (row.enabled && row.nextFire && instant >= *row.nextFire);
    return {instant, comes ? InstantState::Coming : InstantState::Unrecorded, {}};
}

bool isInstantOf(const beat::Timetable& table, Instant instant) {
    return table.schedule().every.count() > 0 || table.next(instant - base::milliseconds(1), std::nullopt) == instant;
}

BackfillPlan planOf(const BackfillFacts& facts) {
    BackfillPlan plan;
    plan.schedule = facts.row.name;
    plan.from = facts.from;
    plan.to = facts.to;
    plan.definition = definitionMark(facts.row);
    judgeAll(facts, plan);
    const auto median = medianOf(facts.runTimes);
    plan.runTime = median ? median : facts.usual;
    warnOfTheEntry(facts, plan.warnings);
    warnOfClockChanges(facts, plan.warnings);
    warnOfThePlan(facts, plan, plan.warnings);
    return plan;
}

} // namespace core::engine
