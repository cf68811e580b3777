#include "core/engine/BackfillPlanning.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace std::chrono_literals;
using core::base::Instant;
using core::engine::BackfillFacts;
using core::engine::BackfillOrder;
using core::engine::BackfillPlan;
using core::engine::InstantState;
using core::store::FireOutcome;
using core::store::FireRow;
using core::store::ScheduleRow;
using core::task::TaskState;

namespace backfill_plan_test {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

ScheduleRow hourly() {
    ScheduleRow row;
    row.name = "hourly";
    row.type = "demo";
    row.cron = "0 * * * *";
    row.nextFire = at("2026-11-20T09:00:00Z");
    return row;
}

FireRow fire(const std::string& instant, FireOutcome outcome, std::optional<TaskState> state = std::nullopt,
             int attempts = 0) {
    FireRow row{"hourly", at(instant), outcome, {}, at(instant), {}, {}, state, {}};
    row.attempts = attempts;
    if (outcome == FireOutcome::Fired || outcome == FireOutcome::Backfilled)
        row.task = "task of " + instant;
    return row;
}

/// What planOf is made from, kept together.
struct Case {
    ScheduleRow row = hourly();
    core::task::TaskType type;
    std::vector<FireRow> fires;
    Instant from = at("2026-11-20T02:00:00Z"), to = at("2026-11-20T08:00:00Z");
    std::optional<Instant> definedAt;
    std::vector<core::base::milliseconds> runs;
    std::optional<core::base::milliseconds> usual;

    BackfillPlan plan() const {
        const auto table = core::beat::Timetable::of(row, core::base::ZoneDatabase());
        if (!table)
            throw std::runtime_error(table.error().text());
        return core::engine::planOf({*table, row, &type, from, to, fires, definedAt, runs, usual});
    }
};

/// `02:00 unrecorded, 03:00 missed`.
std::string story(const BackfillPlan& plan) {
    std::string text;
    for (const auto& judged : plan.instants)
        text += (text.empty() ? "" : ", ") + core::base::formatInstant(judged.instant).substr(11, 5) + " " +
                std::string(core::engine::toText(judged.state));
    return text;
}

bool warns(const BackfillPlan& plan, const std::string& part) {
    for (const std::string& warning : plan.warnings)
        if (warning.find(part) != std::string::npos)
            return true;
    return false;
}

} // namespace backfill_plan_test

using namespace backfill_plan_test;

TEST(BackfillPlanning, ListsWhatDidNotFireAndLeavesOutWhatDid) {
    Case given;
    given.fires = {fire("2026-11-20T02:00:00Z", FireOutcome::Fired, TaskState::Success, 1),
                   fire("2026-11-20T03:00:00Z", FireOutcome::Overlapped),
                   fire("2026-11-20T05:00:00Z", FireOutcome::Missed),
                   fire("2026-11-20T06:00:00Z", FireOutcome::Fired, TaskState::Failure, 2),
                   fire("2026-11-20T07:00:00Z", FireOutcome::Backfilled, TaskState::Pending)};
    given.fires[2].note = "2 instants from 2026-11-20T04:00:00Z on were passed over";
    const BackfillPlan plan = given.plan();
    EXPECT_EQ(story(plan), "03:00 overlapped, 04:00 unrecorded, 05:00 missed, 08:00 unrecorded");
    EXPECT_EQ(plan.instants[2].note, given.fires[2].note);
    EXPECT_EQ(plan.missing, 4);
    EXPECT_EQ(plan.fired, 3) << "a task that failed ran all the same";
    EXPECT_EQ(plan.coming, 0);
}

TEST(BackfillPlanning, TheWindowHoldsBothItsEnds) {
    Case given;
    given.from = given.to = at("2026-11-20T08:00:00Z");
    EXPECT_EQ(given.plan().missing, 1);
    given.to += 59min;
    EXPECT_EQ(given.plan().missing, 1);
    given.from += 1ms;
    EXPECT_EQ(given.plan().missing, 0);
}

TEST(BackfillPlanning, ATaskThatEndedBeforeItBeganIsMissing) {
    Case given;
    given.from = at("2026-11-20T05:00:00Z");
    given.fires = {fire("2026-11-20T05:00:00Z", FireOutcome::Fired, TaskState::Failure),
                   fire("2026-11-20T06:00:00Z", FireOutcome::Backfilled, TaskState::Revoked),
                   fire("2026-11-20T07:00:00Z", FireOutcome::Backfilled, TaskState::Revoked, 1),
                   fire("2026-11-20T08:00:00Z", FireOutcome::Fired)}; // its task is gone, or damaged
    EXPECT_EQ(story(given.plan()), "05:00 never_begun, 06:00 never_begun");
    EXPECT_EQ(given.plan().fired, 2);
}

TEST(BackfillPlanning, WhatTheBeatHasStillToDecideAboutIsLeftToIt) {
    Case given;
    given.row.nextFire = at("2026-11-20T07:00:00Z");
    given.row.waiting = at("2026-11-20T04:00:00Z");
    given.fires = {fire("2026-11-20T07:00:00Z", FireOutcome::Fired, TaskState::Pending)};
    EXPECT_EQ(story(given.plan()), "02:00 unrecorded, 03:00 unrecorded, 05:00 unrecorded, 06:00 unrecorded");
    EXPECT_EQ(given.plan().coming, 2) << "the one that waits, and 08:00";
    EXPECT_EQ(given.plan().fired, 1);
    given.row.enabled = false;
    given.row.waiting.reset();
    EXPECT_EQ(given.plan().coming, 0) << "a disabled entry fires nothing";
    EXPECT_EQ(given.plan().missing, 6);
    EXPECT_TRUE(warns(given.plan(), "disabled"));
}

TEST(BackfillPlanning, ADamagedRowIsNeverMadeUpFor) {
    Case given;
    given.fires = {fire("2026-11-20T03:00:00Z", FireOutcome::Missed)};
    given.fires[0].sound = false;
    EXPECT_EQ(given.plan().damaged, 1);
    EXPECT_EQ(given.plan().missing, 6);
    EXPECT_TRUE(warns(given.plan(), "what became of them is not known: 1"));
}

TEST(BackfillPlanning, ALongWindowListsItsOldestAndSaysHowManyThereAre) {
    Case given;
    given.from = at("2026-10-01T00:00:00Z");
    const BackfillPlan plan = given.plan();
    EXPECT_EQ(plan.instants.size(), BackfillPlan::kMostInstants);
    EXPECT_EQ(plan.instants.front().instant, given.from);
    EXPECT_EQ(plan.missing, 50 * 24 + 9);
    EXPECT_TRUE(warns(plan, "the window has 1,209 such instants, of which the oldest 500 are listed"));
}

TEST(BackfillPlanning, OfAnIntervalOnlyWhatIsRecordedIsKnown) {
    Case given;
    given.row.cron.clear();
    given.row.every = 600s;
    given.fires = {fire("2026-11-20T03:07:00Z", FireOutcome::Missed),
                   fire("2026-11-20T03:17:00Z", FireOutcome::Fired, TaskState::Success, 1)};
    EXPECT_EQ(story(given.plan()), "03:07 missed");
    EXPECT_EQ(given.plan().fired, 1);
    EXPECT_TRUE(warns(given.plan(), "goes by elapsed time"));
}

TEST(BackfillPlanning, AOneShotThatWasMissedIsOneInstant) {
    Case given;
    given.row.cron.clear();
    given.row.once = at("2026-11-20T04:30:00Z");
    given.row.nextFire.reset();
    EXPECT_EQ(story(given.plan()), "04:30 unrecorded");
    given.from = at("2026-11-20T05:00:00Z");
    EXPECT_EQ(story(given.plan()), "");
}

TEST(BackfillPlanning, NothingIsMissingBeforeAnEntryStartsOrAfterItEnds) {
    Case given;
    given.row.starts = at("2026-11-20T04:00:00Z");
    given.row.ends = at("2026-11-20T06:00:00Z");
    given.row.nextFire.reset();
    EXPECT_EQ(story(given.plan()), "04:00 unrecorded, 05:00 unrecorded, 06:00 unrecorded");
}

TEST(BackfillPlanning, SaysWhenTheClocksChangedWithinTheWindow) {
    Case given;
    given.row.cron = "30 1 * * *";
    given.row.zone = "America/New_York";
    given.from = at("2026-10-30T00:00:00Z");
    given.to = at("2026-11-03T00:00:00Z");
    EXPECT_EQ(story(given.plan()), "05:30 unrecorded, 05:30 unrecorded, 05:30 unrecorded, 06:30 unrecorded")
        << "the repeated half past one counts once";
    EXPECT_TRUE(warns(given.plan(), "America/New_York changed within the window, from UTC-04:00 to UTC-05:00 at "
                                    "2026-11-01T06:00:00Z"));
    given.from = at("2026-11-01T06:00:00Z");
    EXPECT_FALSE(warns(given.plan(), "changed within")) << "the window begins with the new time";
}

TEST(BackfillPlanning, WarnsOfWhatMakesARepetitionSurprising) {
    Case given;
    EXPECT_TRUE(warns(given.plan(), "compute as of when they run"));
    EXPECT_FALSE(warns(given.plan(), "idempotent"));
    given.type.id = "demo";
    given.type.idempotent = core::task::Idempotent::No;
    EXPECT_TRUE(warns(given.plan(), "tasks of type demo are not idempotent"));
    given.definedAt = given.from;
    EXPECT_FALSE(warns(given.plan(), "added or changed"));
    given.definedAt = given.from + 1h;
    EXPECT_TRUE(warns(given.plan(), "added or changed at 2026-11-20T03:00:00Z"));
}

TEST(BackfillPlanning, TheRunTimeIsTheMedianOfFiveOrMoreRuns) {
    Case given;
    given.runs = {9s, 1s, 2s, 3s};
    EXPECT_EQ(given.plan().runTime, std::nullopt);
    given.usual = 7s;
    EXPECT_EQ(given.plan().runTime, 7s) << "what the task type takes, when the entry has run too little";
    given.runs.push_back(100s);
    EXPECT_EQ(given.plan().runTime, 3s);
    given.row.expires = 21s;
    EXPECT_FALSE(warns(given.plan(), "expire")) << "seven of three seconds";
    given.row.expires = 20s;
    EXPECT_TRUE(warns(given.plan(), "the tasks expire 20 s after they were made"));
}

TEST(BackfillPlanning, TheMarkOfADefinitionFollowsEverythingButWhetherItIsEnabled) {
    ScheduleRow row = hourly();
    const std::string mark = core::engine::definitionMark(row);
    row.enabled = false;
    row.lastFire = at("2026-11-20T08:00:00Z");
    EXPECT_EQ(core::engine::definitionMark(row), mark);
    row.params = {{"days", 90}};
    EXPECT_NE(core::engine::definitionMark(row), mark);
}

TEST(BackfillPlanning, TheOrdersHaveTheirWords) {
    for (const BackfillOrder order : {BackfillOrder::OneAfterAnother, BackfillOrder::Together})
        EXPECT_EQ(core::engine::backfillOrderFromText(core::engine::toText(order)), order);
    EXPECT_EQ(core::engine::backfillOrderFromText("Together"), std::nullopt);
}

/// Whatever is recorded: each instant of the window is counted once, and listed exactly when it is missing.
RC_GTEST_PROP(BackfillPlanningProperty, EveryInstantOfTheWindowIsCountedOnce, ()) {
    Case given;
    const auto hours = *rc::gen::inRange(0, 600);
    given.to = given.from + std::chrono::hours(hours);
    given.row.nextFire = given.from + std::chrono::hours(*rc::gen::inRange(0, 700));
    int64_t missing = 0;
    std::set<Instant> gone;
    for (int hour = 0; hour <= hours; ++hour) {
        const Instant instant = given.from + std::chrono::hours(hour);
        const int fate = *rc::gen::inRange(0, 6);
        if (fate < 4) {
            FireRow row = fire(core::base::formatInstant(instant), FireOutcome(fate), TaskState::Success, 1);
            row.sound = *rc::gen::inRange(0, 10) > 0;
            const bool passedOver = FireOutcome(fate) == FireOutcome::Missed || FireOutcome(fate) == FireOutcome::Overlapped;
            missing += row.sound && passedOver ? 1 : 0;
            if (!row.sound || !passedOver)
                gone.insert(instant);
            given.fires.push_back(row);
        } else if (instant >= *given.row.nextFire) {
            gone.insert(instant);
        } else {
            ++missing;
        }
    }
    const BackfillPlan plan = given.plan();
    RC_ASSERT(plan.missing + plan.fired + plan.coming + plan.damaged == hours + 1);
    RC_ASSERT(plan.missing == missing);
    RC_ASSERT(int64_t(plan.instants.size()) == std::min<int64_t>(missing, int64_t(BackfillPlan::kMostInstants)));
    for (size_t i = 0; i < plan.instants.size(); ++i) {
        RC_ASSERT(core::engine::isMissing(plan.instants[i].state));
        RC_ASSERT(!gone.contains(plan.instants[i].instant));
        RC_ASSERT((i == 0 || plan.instants[i - 1].instant < plan.instants[i].instant));
    }
}
