// Making up for a schedule's missed instants, on a real engine and its store.
#include "core/store/EngineSchema.h"
#include "core/store/ScheduleStore.h"
#include "core/store/TaskStore.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <thread>

using namespace std::chrono_literals;
using core::base::ErrorCode;
using core::base::Instant;
using core::base::Json;
using core::base::Result;
using core::engine::BackfillOrder;
using core::engine::BackfillPlan;
using core::engine::BackfillRequest;
using core::engine::BackfillResult;
using core::engine::InstantState;
using core::store::FireOutcome;
using core::store::FireRow;
using core::task::Schedule;
using core::task::Task;
using core::task::TaskState;

namespace tests::backfill {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

Schedule hourly(const std::string& name = "hourly") {
    Schedule schedule;
    schedule.name = name;
    schedule.type = "test_echo";
    schedule.cron = "0 * * * *";
    schedule.overlap = core::task::Overlap::Allow;
    return schedule;
}

/// An engine by a clock that is moved by hand; it begins at half past eight.
class Backfill : public testing::Test {
  protected:
    void TearDown() override { m_harness.stop(); }
    enum class Beats { No, Yes };
    /// Without workers: nothing runs, so that what was made can be looked at.
    void start(Beats beats = Beats::No) {
        auto options = m_harness.options(0);
        options.beat = beats == Beats::Yes;
        m_harness.start(options, {}, m_clock);
    }
    void add(const Schedule& schedule) {
        const auto added = schedules().add(schedule, EngineHarness::kTester);
        ASSERT_TRUE(added) << added.error().text();
    }
    core::engine::ScheduleService& schedules() { return m_harness.engine().schedules(); }
    BackfillPlan planned(const std::string& from, const std::string& name = "hourly") {
        const auto plan = schedules().backfillPlan(name, at(from), m_clock.now());
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().text());
        return plan.value_or(BackfillPlan());
    }
    static BackfillRequest requestOf(const BackfillPlan& plan) {
        BackfillRequest request;
        request.schedule = plan.schedule;
        for (const auto& judged : plan.instants)
            request.instants.push_back(judged.instant);
        request.definition = plan.definition;
        request.from = plan.from;
        request.to = plan.to;
        return request;
    }
    BackfillResult make(const BackfillRequest& request) {
        const auto result = schedules().backfill(request, EngineHarness::kTester);
        EXPECT_TRUE(result) << (result ? "" : result.error().text());
        return result.value_or(BackfillResult());
    }
    ErrorCode refused(const Result<BackfillResult>& result) {
        EXPECT_FALSE(result);
        return result ? ErrorCode::Internal : result.error().code;
    }
    Task find(const core::task::TaskId& id) { return m_harness.engine().tasks().find(id).value_or(Task()); }
    std::vector<Task> tasks() { return m_harness.engine().tasks().page({}, 0, 1000).value_or({}); }
    std::vector<FireRow> fires(const std::string& name = "hourly") {
        auto rows = schedules().history(name, 1000).value_or({});
        std::reverse(rows.begin(), rows.end());
        return rows;
    }
    /// Works on the store before the first engine has it.
    void write(const std::function<void(core::store::Connection&)>& work) {
        std::filesystem::create_directories(m_harness.folder() / "data");
        std::filesystem::permissions(m_harness.folder() / "data", std::filesystem::perms::owner_all);
        auto database = *core::store::Database::open(m_harness.folder() / "data" / "core.db", core::store::engineMigrations());
        ASSERT_TRUE(database->write([&](core::store::Connection& db) -> Result<void> {
            work(db);
            return {};
        }));
    }
    /// One number from the store, of which the engine lets go first.
    int64_t counted(const std::string& sql) {
        m_harness.stop();
        const auto db = *core::store::Connection::open(m_harness.folder() / "data" / "core.db", core::store::OpenMode::ReadOnly);
        auto row = db->query(sql);
        return row.step() ? row.integer(0) : -1;
    }

    core::base::ManualClock m_clock{at("2026-11-20T08:30:00Z")};
    EngineHarness m_harness;
};

TEST_F(Backfill, MakesOneTaskForEachMissingInstantAndRecordsIt) {
    start();
    add(hourly());
    const auto before = *schedules().find("hourly");
    const auto events = m_harness.engine().events().subscribe(core::events::Interest::in({core::events::EventKind::ScheduleChanged}));
    const BackfillPlan plan = planned("2026-11-20T03:00:00Z");
    ASSERT_EQ(plan.instants.size(), 6u);
    const BackfillResult result = make(requestOf(plan));
    ASSERT_EQ(result.tasks.size(), 6u);
    EXPECT_TRUE(result.skipped.empty());
    for (size_t i = 0; i < 6; ++i) {
        const Task task = find(result.tasks[i]);
        EXPECT_EQ(task.type, "test_echo");
        EXPECT_EQ(task.metadata["schedule"], "hourly");
        EXPECT_EQ(task.metadata["instant"], core::base::formatInstant(plan.instants[i].instant));
        EXPECT_EQ(task.metadata["backfill"], result.tag);
        EXPECT_EQ(task.metadata["keep"], true);
        EXPECT_EQ(task.tags, std::vector{result.tag});
        EXPECT_EQ(task.triggeredBy, "tester");
        EXPECT_EQ(task.workflow, find(result.tasks[0]).workflow);
        EXPECT_EQ(task.state, i == 0 ? TaskState::Pending : TaskState::Scheduled);
        EXPECT_EQ(task.waitsFor, i == 0 ? 0 : 1);
    }
    ASSERT_EQ(fires().size(), 6u);
    for (size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(fires()[i].instant, plan.instants[i].instant);
        EXPECT_EQ(fires()[i].outcome, FireOutcome::Backfilled);
        EXPECT_EQ(fires()[i].task, result.tasks[i].text);
    }
    const auto after = *schedules().find("hourly");
    EXPECT_EQ(after.nextFire, before.nextFire);
    EXPECT_EQ(after.lastFire, before.lastFire);
    EXPECT_EQ(after.lastTask, before.lastTask);
    const auto told = events->waitAndDrain(10s).events;
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0]->subject, "hourly");
    EXPECT_EQ(counted("SELECT count(*) FROM audit_log WHERE action='schedule_backfilled' AND actor='tester' AND "
                      "entity_id='hourly' AND after_json->>'$.tasks'=6 AND after_json->>'$.skipped'=0 AND "
                      "after_json->>'$.from'='2026-11-20T03:00:00Z' AND after_json->>'$.to'='2026-11-20T08:30:00Z'"),
              1);
}

TEST_F(Backfill, TheSameBackfillTwiceMakesItsTasksOnce) {
    start();
    add(hourly());
    const BackfillRequest request = requestOf(planned("2026-11-20T03:00:00Z"));
    make(request);
    const BackfillResult again = make(request);
    EXPECT_TRUE(again.tasks.empty());
    EXPECT_EQ(again.tag, "");
    ASSERT_EQ(again.skipped.size(), 6u);
    for (const auto& judged : again.skipped)
        EXPECT_EQ(judged.state, InstantState::Fired);
    EXPECT_EQ(tasks().size(), 6u);
    EXPECT_EQ(planned("2026-11-20T03:00:00Z").missing, 0);
    EXPECT_EQ(planned("2026-11-20T03:00:00Z").fired, 6);
    EXPECT_EQ(counted("SELECT count(*) FROM audit_log WHERE action='schedule_backfilled'"), 1) << "nothing was done twice";
}

TEST_F(Backfill, ActsOnTheInstantsThatWereSeenAndSkipsThoseOfWhichSomethingBecameMeanwhile) {
    start();
    add(hourly());
    BackfillRequest seen = requestOf(planned("2026-11-20T05:00:00Z"));
    ASSERT_EQ(seen.instants.size(), 4u);
    BackfillRequest somebodyElse = seen;
    somebodyElse.instants = {at("2026-11-20T06:00:00Z")};
    make(somebodyElse);
    m_clock.advance(1h); // 09:00 comes to be missing, and was not seen
    seen.instants.erase(seen.instants.begin());
    const BackfillResult result = make(seen);
    EXPECT_EQ(result.tasks.size(), 2u);
    ASSERT_EQ(result.skipped.size(), 1u);
    EXPECT_EQ(result.skipped[0].instant, at("2026-11-20T06:00:00Z"));
    EXPECT_EQ(fires().size(), 3u);
}

TEST_F(Backfill, WhatWasRecordedBeforeIsToldByTheRowThatTakesItsPlace) {
    write([](core::store::Connection& db) {
        core::store::insertFire(db, {"hourly", at("2026-11-20T05:00:00Z"), FireOutcome::Missed, {}, at("2026-11-20T07:30:00Z"),
                                     {}, "2 instants from 2026-11-20T04:00:00Z on were passed over", {}, {}});
        core::store::insertFire(db, {"hourly", at("2026-11-20T06:00:00Z"), FireOutcome::Overlapped, {},
                                     at("2026-11-20T06:00:00Z"), {}, "task x had not ended", {}, {}});
    });
    start();
    add(hourly());
    make(requestOf(planned("2026-11-20T05:00:00Z")));
    const auto rows = fires();
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[0].outcome, FireOutcome::Backfilled);
    EXPECT_EQ(rows[0].note, "missed: 2 instants from 2026-11-20T04:00:00Z on were passed over");
    EXPECT_EQ(rows[1].note, "overlapped: task x had not ended");
    EXPECT_EQ(rows[2].note, "");
    EXPECT_EQ(rows[0].at, m_clock.now());
    EXPECT_EQ(rows[0].late, 3h + 30min);
}

TEST_F(Backfill, TheTasksExpireSoLongAfterTheyWereMadeAsTheEntrySays) {
    start();
    Schedule schedule = hourly();
    schedule.expires = 600s;
    schedule.priority = 7;
    add(schedule);
    const BackfillResult result = make(requestOf(planned("2026-11-20T07:00:00Z")));
    ASSERT_EQ(result.tasks.size(), 2u);
    for (const auto& id : result.tasks) {
        EXPECT_EQ(find(id).expiresAt, m_clock.now() + 600s);
        EXPECT_EQ(find(id).priority, 7);
    }
}

TEST_F(Backfill, TogetherNothingWaitsForAnotherAndEverythingElseGoesFirst) {
    start();
    add(hourly());
    BackfillRequest request = requestOf(planned("2026-11-20T06:00:00Z"));
    request.order = BackfillOrder::Together;
    for (const auto& id : make(request).tasks) {
        EXPECT_EQ(find(id).state, TaskState::Pending);
        EXPECT_EQ(find(id).waitsFor, 0);
        EXPECT_EQ(find(id).priority, core::task::kLowestPriority);
    }
}

/// By the real clock, with real workers.
class BackfillAtWork : public testing::Test {
  protected:
    BackfillPlan start(const std::string& type, const Json& params) {
        auto options = harness.options(4);
        options.beat = false;
        harness.start(options);
        Schedule schedule = hourly("minutely");
        schedule.cron = "* * * * *";
        schedule.type = type;
        schedule.params = params;
        EXPECT_TRUE(harness.engine().schedules().add(schedule, EngineHarness::kTester));
        return look();
    }
    BackfillPlan look() {
        const auto plan = harness.engine().schedules().backfillPlan("minutely", m_from, m_from + 4min);
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().text());
        return plan.value_or(BackfillPlan());
    }
    BackfillResult make(const BackfillPlan& plan) {
        BackfillRequest request{"minutely", {}, BackfillOrder::OneAfterAnother, plan.definition, {}, {}};
        for (const auto& judged : plan.instants)
            request.instants.push_back(judged.instant);
        const auto result = harness.engine().schedules().backfill(request, EngineHarness::kTester);
        EXPECT_TRUE(result) << (result ? "" : result.error().text());
        return result.value_or(BackfillResult());
    }
    Task ended(const core::task::TaskId& id) {
        Task task;
        task.id = id;
        return harness.wait(task);
    }

    EngineHarness harness;
    const Instant m_from = std::chrono::floor<std::chrono::minutes>(core::base::RealClock().now()) - 1h;
};

TEST_F(BackfillAtWork, OneRunsAfterAnotherOldestFirst) {
    const BackfillResult result = make(start("test_echo", {{"text", "again"}}));
    ASSERT_EQ(result.tasks.size(), 5u);
    EXPECT_EQ(ended(result.tasks.back()).state, TaskState::Success);
    for (size_t i = 1; i < result.tasks.size(); ++i) {
        const Task before = ended(result.tasks[i - 1]), task = ended(result.tasks[i]);
        EXPECT_EQ(task.state, TaskState::Success);
        EXPECT_GE(*task.startedAt, *before.finishedAt);
        harness.expectLegalHistory(task);
    }
    EXPECT_TRUE(look().runTime) << "five have run";
}

TEST_F(BackfillAtWork, WhatAFailureLeftUndoneIsMadeUpForByTheNextBackfill) {
    const BackfillResult result = make(start("test_fail_permanently", Json::object()));
    ASSERT_EQ(result.tasks.size(), 5u);
    EXPECT_EQ(ended(result.tasks.front()).state, TaskState::Failure);
    for (size_t i = 1; i < result.tasks.size(); ++i)
        EXPECT_EQ(ended(result.tasks[i]).state, TaskState::Revoked);
    const BackfillPlan plan = look();
    EXPECT_EQ(plan.fired, 1) << "the one that failed ran";
    ASSERT_EQ(plan.instants.size(), 4u);
    for (const auto& judged : plan.instants)
        EXPECT_EQ(judged.state, InstantState::NeverBegun);
    const BackfillResult next = make(plan);
    ASSERT_EQ(next.tasks.size(), 4u);
    EXPECT_EQ(ended(next.tasks.front()).state, TaskState::Failure);
    const auto rows = *harness.engine().schedules().history("minutely", 10);
    ASSERT_EQ(rows.size(), 5u);
    EXPECT_EQ(rows[3].task, next.tasks.front().text);
    EXPECT_EQ(rows[3].note, "task " + result.tasks[1].text + " ended before it began");
}

TEST_F(Backfill, AWindowThatCannotBeIsRefusedWithWhatToGiveInstead) {
    start();
    add(hourly());
    const auto whyNot = [&](const std::string& from, const std::string& to) {
        const auto plan = schedules().backfillPlan("hourly", at(from), at(to));
        EXPECT_FALSE(plan);
        EXPECT_EQ(plan.error().code, ErrorCode::InvalidParams);
        return plan.error().text();
    };
    EXPECT_EQ(whyNot("2026-11-20T08:00:00Z", "2026-11-20T07:00:00Z"),
              "the window ends at 2026-11-20T07:00:00Z, before it begins. Give an end at or after 2026-11-20T08:00:00Z");
    EXPECT_EQ(whyNot("2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z"),
              "the window ends in the future, at 2026-11-20T09:00:00Z. Give an end at or before now, 2026-11-20T08:30:00Z");
    EXPECT_EQ(whyNot("2026-08-01T00:00:00Z", "2026-11-20T08:00:00Z"),
              "what became of instants before 2026-08-22T08:30:00Z is not known any more. Begin the window there or later");
    Schedule pulse = hourly("pulse");
    pulse.cron.clear();
    pulse.every = 1s;
    add(pulse);
    EXPECT_FALSE(schedules().backfillPlan("pulse", at("2026-11-17T00:00:00Z"), m_clock.now()));
    EXPECT_TRUE(schedules().backfillPlan("pulse", at("2026-11-19T00:00:00Z"), m_clock.now()));
    EXPECT_EQ(schedules().backfillPlan("nothing", at("2026-11-20T08:00:00Z"), m_clock.now()).error().code, ErrorCode::NotFound);
}

TEST_F(Backfill, InstantsThatCannotBeAreRefusedAndNothingIsMade) {
    start();
    add(hourly());
    const auto with = [&](std::vector<Instant> instants) {
        BackfillRequest request;
        request.schedule = "hourly";
        request.instants = std::move(instants);
        return schedules().backfill(request, EngineHarness::kTester);
    };
    EXPECT_EQ(refused(with({})), ErrorCode::InvalidParams);
    EXPECT_EQ(refused(with({at("2026-11-20T07:00:00Z"), at("2026-11-20T06:30:00Z")})), ErrorCode::InvalidParams);
    EXPECT_EQ(refused(with({at("2026-11-20T07:00:00Z"), at("2026-11-20T10:00:00Z")})), ErrorCode::InvalidParams);
    EXPECT_EQ(refused(with({at("2026-05-20T07:00:00Z")})), ErrorCode::InvalidParams);
    std::vector<Instant> many;
    for (int i = 0; i < 501; ++i)
        many.push_back(at("2026-11-20T07:00:00Z") - std::chrono::hours(i));
    EXPECT_EQ(refused(with(many)), ErrorCode::InvalidParams);
    EXPECT_TRUE(tasks().empty());
    EXPECT_TRUE(fires().empty());
    many.pop_back();
    many.push_back(many.back()); // the same once more
    EXPECT_EQ(make({"hourly", {many.rbegin(), many.rend() - 1}, {}, {}, {}, {}}).tasks.size(), 499u);
}

TEST_F(Backfill, AnEntryThatWasRemovedChangedOrDamagedMeanwhileIsRefused) {
    start();
    for (const char* name : {"removed", "changed", "disabled"})
        add(hourly(name));
    const auto removed = requestOf(planned("2026-11-20T07:00:00Z", "removed"));
    const auto changed = requestOf(planned("2026-11-20T07:00:00Z", "changed"));
    const auto disabled = requestOf(planned("2026-11-20T07:00:00Z", "disabled"));
    ASSERT_TRUE(schedules().remove("removed", std::nullopt, EngineHarness::kTester));
    Schedule other = hourly("changed");
    other.params = {{"text", "other"}};
    ASSERT_TRUE(schedules().change(other, std::nullopt, EngineHarness::kTester));
    ASSERT_TRUE(schedules().setEnabled("disabled", false, EngineHarness::kTester));
    EXPECT_EQ(refused(schedules().backfill(removed, EngineHarness::kTester)), ErrorCode::NotFound);
    EXPECT_EQ(refused(schedules().backfill(changed, EngineHarness::kTester)), ErrorCode::Conflict);
    EXPECT_TRUE(tasks().empty());
    EXPECT_EQ(make(disabled).tasks.size(), 2u) << "it is the same entry, whether it fires by itself or not";
    const auto warned = planned("2026-11-20T07:00:00Z", "changed").warnings;
    EXPECT_TRUE(std::any_of(warned.begin(), warned.end(), [](const std::string& warning) {
        return warning.find("added or changed at 2026-11-20T08:30:00Z") != std::string::npos;
    }));
}

TEST_F(Backfill, AnEntryThatCannotBeReadIsRefused) {
    write([](core::store::Connection& db) {
        core::store::ScheduleRow damaged, nowhere, unknown;
        static_cast<Schedule&>(damaged) = hourly("damaged");
        static_cast<Schedule&>(nowhere) = hourly("nowhere");
        static_cast<Schedule&>(unknown) = hourly("unknown");
        nowhere.zone = "Mars/Olympus";
        unknown.type = "of_another_release";
        for (const auto& row : {damaged, nowhere, unknown})
            EXPECT_TRUE(core::store::insertSchedule(db, row));
        db.exec("UPDATE schedule SET definition='{\"name\":\"damaged\"}' WHERE name='damaged'");
    });
    start();
    const auto code = [&](const char* name) {
        const auto plan = schedules().backfillPlan(name, at("2026-11-20T07:00:00Z"), m_clock.now());
        EXPECT_FALSE(plan) << name;
        BackfillRequest request;
        request.schedule = name;
        request.instants = {at("2026-11-20T07:00:00Z")};
        EXPECT_EQ(refused(schedules().backfill(request, EngineHarness::kTester)), plan.error().code) << name;
        return plan.error().code;
    };
    EXPECT_EQ(code("damaged"), ErrorCode::Corrupt);
    EXPECT_EQ(code("nowhere"), ErrorCode::InvalidParams);
    EXPECT_EQ(code("unknown"), ErrorCode::InvalidParams);
    EXPECT_TRUE(tasks().empty());
}

TEST_F(Backfill, OfAnIntervalOnlyRecordedInstantsAreMadeUpFor) {
    write([](core::store::Connection& db) {
        core::store::insertFire(db, {"pulse", at("2026-11-20T05:07:00Z"), FireOutcome::Missed, {}, at("2026-11-20T05:30:00Z"),
                                     {}, "passed over: nobody was there in time", {}, {}});
    });
    start();
    Schedule pulse = hourly("pulse");
    pulse.cron.clear();
    pulse.every = 600s;
    add(pulse);
    BackfillRequest request = requestOf(planned("2026-11-20T05:00:00Z", "pulse"));
    ASSERT_EQ(request.instants, std::vector{at("2026-11-20T05:07:00Z")});
    request.instants.push_back(at("2026-11-20T05:17:00Z"));
    const BackfillResult result = make(request);
    EXPECT_EQ(result.tasks.size(), 1u);
    ASSERT_EQ(result.skipped.size(), 1u);
    EXPECT_EQ(result.skipped[0].state, InstantState::Unrecorded);
}

TEST_F(Backfill, ARestartBetweenLookingAndActingChangesNothing) {
    start();
    add(hourly());
    const BackfillRequest request = requestOf(planned("2026-11-20T06:00:00Z"));
    m_harness.stop();
    start();
    EXPECT_EQ(make(request).tasks.size(), 3u);
    m_harness.stop();
    start();
    EXPECT_EQ(make(request).skipped.size(), 3u);
    EXPECT_EQ(tasks().size(), 3u);
}

/// A beat that fires every minute, and people who backfill whatever they see, all at once.
TEST_F(Backfill, AnInstantGetsOneTaskWhoeverIsFasterTheBeatOrABackfill) {
    start(Beats::Yes);
    Schedule schedule = hourly("minutely");
    schedule.cron = "* * * * *";
    schedule.catchUp = core::task::CatchUp::All;
    add(schedule);
    std::atomic<int64_t> made{0};
    std::vector<std::jthread> people;
    for (int i = 0; i < 2; ++i)
        people.emplace_back([&](std::stop_token stop) {
            while (!stop.stop_requested()) {
                const auto plan = schedules().backfillPlan("minutely", at("2026-11-20T08:20:00Z"), m_clock.now());
                ASSERT_TRUE(plan);
                BackfillRequest request = requestOf(*plan);
                request.instants.push_back(std::chrono::floor<std::chrono::minutes>(m_clock.now())); // the beat's
                const auto result = schedules().backfill(request, EngineHarness::kTester);
                ASSERT_TRUE(result) << result.error().text();
                made += int64_t(result->tasks.size());
            }
        });
    int64_t fired = 0;
    for (int minute = 0; minute < 60; ++minute) {
        m_clock.advance(minute % 20 == 19 ? 15min : 1min); // now and then too late for some
        const Instant latest = std::chrono::floor<std::chrono::minutes>(m_clock.now());
        ASSERT_TRUE(EngineHarness::eventually([&] {
            m_clock.advance(11ms); // the beat looks when time passes
            return schedules().find("minutely")->nextFire > latest;
        }));
    }
    people.clear();
    std::map<std::string, int> tasksOf;
    for (const Task& task : tasks())
        ++tasksOf[task.metadata["instant"]];
    for (const FireRow& fire : fires("minutely")) {
        fired += fire.outcome == FireOutcome::Fired ? 1 : 0;
        EXPECT_EQ(tasksOf[core::base::formatInstant(fire.instant)], fire.task ? 1 : 0) << core::base::formatInstant(fire.instant);
    }
    EXPECT_EQ(int64_t(tasks().size()), fired + made) << "no instant has two tasks";
    EXPECT_GT(fired, 0);
    EXPECT_GT(made, 10) << "those of before the entry was there";
}

TEST_F(Backfill, AFullBackfillAmongTenThousandSchedulesIsOneCommit) {
    write([](core::store::Connection& db) {
        for (int i = 0; i < 10'000; ++i) {
            core::store::ScheduleRow row;
            static_cast<Schedule&>(row) = hourly("entry-" + std::to_string(i));
            EXPECT_TRUE(core::store::insertSchedule(db, row));
        }
    });
    start();
    const BackfillPlan plan = planned("2026-10-01T00:00:00Z", "entry-7000");
    ASSERT_EQ(plan.instants.size(), BackfillPlan::kMostInstants);
    const BackfillResult result = make(requestOf(plan));
    EXPECT_EQ(result.tasks.size(), BackfillPlan::kMostInstants);
    EXPECT_EQ(planned("2026-10-01T00:00:00Z", "entry-7000").missing, plan.missing - int64_t(BackfillPlan::kMostInstants));
    EXPECT_EQ(counted("SELECT count(DISTINCT fired_at) FROM fire"), 1);
}

} // namespace tests::backfill
