#include "core/packs/Packs.h"
#include "core/packs/Triggers.h"
#include "core/policy/Debounce.h"
#include "core/task/TaskRegistry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trigger_test {

using namespace std::chrono_literals;
using core::base::Instant;
using core::base::Json;
using core::policy::dueAfter;
using core::task::Cause;
using core::task::Consequence;
using core::task::Debounce;
using core::task::faultOf;
using core::task::RowChange;
using core::task::RowEvent;
using core::task::Task;
using core::task::TaskState;
using core::task::Trigger;
using core::task::wordsOf;

const Instant kFirst = *core::base::parseInstant("2026-11-20T08:00:00Z");
const core::base::Date kToday = core::base::makeDate(2026, 11, 20);

TEST(Debounce, IsDueWhenThereWasQuietForItsTime) {
    const Debounce debounce{5min, 30min};
    EXPECT_EQ(dueAfter(debounce, kFirst, kFirst), kFirst + 5min);
    EXPECT_EQ(dueAfter(debounce, kFirst, kFirst + 4min), kFirst + 9min);
    EXPECT_EQ(dueAfter(debounce, kFirst, kFirst + 25min), kFirst + 30min);
    EXPECT_EQ(dueAfter(debounce, kFirst, kFirst + 29min), kFirst + 30min) << "never longer than the longest wait";
    EXPECT_EQ(dueAfter(debounce, kFirst, kFirst + 40min), kFirst + 40min) << "overdue: now";
}

TEST(Debounce, WithoutAQuietTimeIsDueAtOnce) {
    EXPECT_EQ(dueAfter({}, kFirst, kFirst + 3s), kFirst + 3s);
}

TEST(Debounce, LeavesPutOffWhatAPersonPutOff) {
    EXPECT_EQ(dueAfter({5min, 30min}, kFirst, kFirst + 1min, kFirst + 24h), kFirst + 24h);
}

RC_GTEST_PROP(DebounceProperty, EveryCausePushesOutAndNoneBeyondTheBound, ()) {
    const auto quiet = *rc::gen::inRange<int64_t>(0, 3'600'000);
    const Debounce debounce{core::base::milliseconds(quiet),
                            core::base::milliseconds(quiet + *rc::gen::inRange<int64_t>(0, 7'200'000))};
    Instant now = kFirst, due = dueAfter(debounce, kFirst, kFirst);
    for (const int64_t pause : *rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, 600'000))) {
        now += core::base::milliseconds(pause);
        if (due <= now)
            return; // it began
        const Instant next = dueAfter(debounce, kFirst, now, due);
        RC_ASSERT(next >= due);
        RC_ASSERT(next > now);
        RC_ASSERT(next <= kFirst + debounce.longest);
        RC_ASSERT(next == now + debounce.quiet || next == kFirst + debounce.longest || next == due);
        due = next;
    }
}

Trigger rule(const std::string& name) {
    Trigger trigger;
    trigger.name = name;
    trigger.about = "something happened";
    trigger.listensTo = core::task::TaskEnds{{"cause"}};
    trigger.makes = "effect";
    trigger.judge = [](const Cause&) { return std::optional(Consequence()); };
    return trigger;
}

TEST(TriggerRules, AreRefusedWhenTheyCouldMakeTasksWithoutBound) {
    EXPECT_EQ(faultOf({rule("a"), rule("b")}), "");
    EXPECT_NE(faultOf({rule("a"), rule("a")}), "");
    Trigger rows = rule("rows");
    rows.listensTo = core::task::RowChanges{{"absence"}};
    EXPECT_NE(faultOf({rows}).find("must be debounced"), std::string::npos);
    rows.debounce = Debounce{5min, 30min};
    EXPECT_EQ(faultOf({rows}), "");
    rows.keyParameter = "absence_id";
    EXPECT_NE(faultOf({rows}).find("need a list parameter"), std::string::npos);
    rows.listParameter = "absence_ids";
    EXPECT_EQ(faultOf({rows}), "");
    rows.debounce = Debounce{5min, 1min};
    EXPECT_NE(faultOf({rows}).find("at least the quiet time"), std::string::npos);
    Trigger silent = rule("silent");
    silent.judge = nullptr;
    EXPECT_NE(faultOf({silent}), "");
}

TEST(TriggerMarks, AreReadBackAndNothingForeignIsBelieved) {
    const core::task::TriggerMark mark{"absence-conflicts", 3, "absence a1 was added", 7};
    const auto back = core::task::triggerMarkOf(*core::base::parseJson(core::base::dumpJson(toJson(mark))));
    EXPECT_EQ(back.trigger, mark.trigger);
    EXPECT_EQ(back.depth, mark.depth);
    EXPECT_EQ(back.cause, mark.cause);
    EXPECT_EQ(back.causes, mark.causes);
    for (const Json& foreign : {Json(), Json("x"), Json::array({1}), Json{{"trigger", 7}, {"trigger_depth", "deep"}},
                                Json{{"trigger_depth", -9}}, Json{{"trigger_depth", 2.5}}}) {
        EXPECT_EQ(core::task::triggerMarkOf(foreign).trigger, "") << foreign;
        EXPECT_EQ(core::task::triggerMarkOf(foreign).depth, 0) << foreign;
    }
    EXPECT_GT(core::task::triggerMarkOf({{"trigger_depth", int64_t(1) << 62}}).depth, core::task::kMostInAChain);
}

TEST(TriggerMarks, TheDepthOfAChainGoesOnThroughFollowUps) {
    Json next = Json::object();
    core::task::carryDepth(Json::object(), next);
    EXPECT_TRUE(next.empty());
    core::task::carryDepth({{"trigger", "a"}, {"trigger_depth", 4}}, next);
    EXPECT_EQ(next, (Json{{"trigger_depth", 4}}));
}

/// The rules of the programme, judged one by one.
class ProgrammeTriggers : public testing::Test {
  protected:
    ProgrammeTriggers() { core::packs::registerAll(m_types); }

    const Trigger& named(const std::string& name) {
        for (const Trigger& trigger : m_all)
            if (trigger.name == name)
                return trigger;
        ADD_FAILURE() << "there is no trigger " << name;
        return m_all.front();
    }
    std::optional<Consequence> judge(const std::string& name, const RowChange& row) {
        return named(name).judge({nullptr, &row, kToday});
    }
    std::optional<Consequence> judge(const std::string& name, const std::string& type, Json result,
                                     TaskState state = TaskState::Success) {
        Task task;
        task.id = {"t"};
        task.type = type;
        task.state = state;
        task.params = {{"job_id", "j7"}};
        task.errorType = "Busy";
        task.errorMessage = "the disk is full";
        task.result = std::move(result);
        return named(name).judge({&task, nullptr, kToday});
    }
    static Json absence(const char* status, const char* start = "2026-12-01", const char* end = "2026-12-07") {
        return {{"id", "a1"},        {"person_key", 3},     {"status", status}, {"start_date", start}, {"end_date", end},
                {"start_half", "AM"}, {"end_half", "PM"}, {"type", "sick"},   {"is_away_from_program", 1},
                {"notes", ""}};
    }
    static RowChange change(const char* table, Json before, Json after) {
        const RowEvent event = before.is_null() ? RowEvent::Added : after.is_null() ? RowEvent::Deleted : RowEvent::Changed;
        return {table, event, Json::object(), std::move(before), std::move(after)};
    }
    static RowChange absenceChange(Json before, Json after) {
        return change("absence", std::move(before), std::move(after));
    }

    core::task::TaskRegistry m_types;
    const std::vector<Trigger> m_all = core::packs::triggers();
};

TEST_F(ProgrammeTriggers, HaveNoFaultAndMakeWhatTheirTypesAccept) {
    EXPECT_EQ(faultOf(m_all), "");
    const std::set<std::string> there{"generate_utilization_forecast", "run_contingency_analysis", "periodic_health_check",
                                      "check_acgme_compliance", "send_resilience_alert"};
    for (const Trigger& trigger : m_all)
        EXPECT_EQ(taskNamed(m_types, trigger.makes) != nullptr, there.contains(trigger.makes)) << trigger.name;
}

TEST_F(ProgrammeTriggers, AnAbsenceCountsWhenItKeepsOrKeptSomebodyFromWorking) {
    const char* name = "absence-conflicts";
    EXPECT_FALSE(judge(name, absenceChange(nullptr, absence("pending"))));
    const auto approved = judge(name, absenceChange(absence("pending"), absence("approved")));
    ASSERT_TRUE(approved);
    EXPECT_EQ(approved->params, (Json{{"absence_id", "a1"}}));
    EXPECT_TRUE(judge(name, absenceChange(nullptr, absence("confirmed"))));
    EXPECT_TRUE(judge(name, absenceChange(absence("approved"), absence("approved", "2026-12-02"))));
    EXPECT_TRUE(judge(name, absenceChange(absence("approved"), absence("cancelled"))));
    EXPECT_TRUE(judge(name, absenceChange(absence("approved"), nullptr)));
    EXPECT_FALSE(judge(name, absenceChange(absence("pending"), absence("rejected"))));
    Json noted = absence("approved");
    noted["notes"] = "will call";
    EXPECT_FALSE(judge(name, absenceChange(absence("approved"), noted))) << "notes concern nobody's work";
}

TEST_F(ProgrammeTriggers, OnlyAnAbsenceWithinTwoWeeksChangesTheForecast) {
    const char* name = "absence-forecast";
    EXPECT_TRUE(judge(name, absenceChange(nullptr, absence("approved", "2026-12-04"))));
    EXPECT_FALSE(judge(name, absenceChange(nullptr, absence("approved", "2026-12-05"))));
    EXPECT_TRUE(judge(name, absenceChange(nullptr, absence("approved", "2026-11-01", "2026-11-20")))) << "it is still on";
    EXPECT_FALSE(judge(name, absenceChange(nullptr, absence("approved", "2026-11-01", "2026-11-19")))) << "it is over";
    EXPECT_TRUE(judge(name, absenceChange(absence("approved", "2026-12-01"), absence("approved", "2027-02-01", "2027-02-07"))))
        << "it was near";
    EXPECT_TRUE(judge(name, absenceChange(absence("approved", "2026-12-01"), absence("cancelled", "2026-12-01"))));
}

TEST_F(ProgrammeTriggers, APublishedScheduleIsOneThatBecomesPublished) {
    const Json draft{{"id", "r1"}, {"state", "draft"}, {"total_blocks_assigned", 101}};
    Json published = draft, small = draft, noted = draft;
    published["state"] = small["state"] = noted["state"] = "published";
    small["total_blocks_assigned"] = 100;
    for (const char* name : {"published-snapshot", "published-index", "published-training", "published-contingency"}) {
        EXPECT_TRUE(judge(name, change("schedule_run", draft, published))) << name;
        EXPECT_TRUE(judge(name, change("schedule_run", nullptr, published))) << name;
        EXPECT_FALSE(judge(name, change("schedule_run", published, published))) << name;
        EXPECT_FALSE(judge(name, change("schedule_run", nullptr, draft))) << name;
        EXPECT_FALSE(judge(name, change("schedule_run", published, nullptr))) << name;
    }
    EXPECT_FALSE(judge("published-training", change("schedule_run", draft, small))) << "too little to learn from";
    EXPECT_EQ(judge("published-index", change("schedule_run", draft, published))->params, (Json{{"run_id", "r1"}}));
    EXPECT_EQ(judge("published-contingency", change("schedule_run", draft, published))->params, (Json{{"days_ahead", 90}}));
}

TEST_F(ProgrammeTriggers, AnEditOfTheComingWeekOrASwapIsCheckedSoon) {
    const char* name = "edited-health-check";
    const auto shift = [](int days, int rotation) {
        const auto key = 2 * (kToday + std::chrono::days(days)).time_since_epoch().count() + 1;
        return Json{{"block_key", key},       {"person_key", 3}, {"rotation_key", rotation}, {"role", "primary"},
                    {"activity_override", ""}, {"confidence", 0.5}};
    };
    EXPECT_TRUE(judge(name, change("assignment", shift(0, 4), shift(0, 5))));
    EXPECT_TRUE(judge(name, change("assignment", shift(7, 4), shift(7, 5))));
    EXPECT_FALSE(judge(name, change("assignment", shift(8, 4), shift(8, 5))));
    EXPECT_FALSE(judge(name, change("assignment", shift(-1, 4), shift(-1, 5))));
    EXPECT_TRUE(judge(name, change("assignment", shift(3, 4), nullptr)));
    EXPECT_TRUE(judge(name, change("assignment", nullptr, shift(3, 4))));
    Json surer = shift(3, 4);
    surer["confidence"] = 0.9;
    EXPECT_FALSE(judge(name, change("assignment", shift(3, 4), surer))) << "nobody works otherwise";
    EXPECT_TRUE(judge(name, change("swap_record", {{"status", "approved"}}, {{"status", "executed"}})));
    EXPECT_FALSE(judge(name, change("swap_record", {{"status", "pending"}}, {{"status", "approved"}})));
    EXPECT_EQ(named(name).debounce->quiet, 5min);
}

TEST_F(ProgrammeTriggers, AnAlertInAResultIsSentAsItStandsThere) {
    const Json alert{{"kind", "health"},     {"transition", "worsening"}, {"level", "critical"},
                     {"status", "critical"}, {"message", "bad"},          {"details", Json::object()}};
    for (const char* name : {"health-alert", "forecast-alert", "contingency-alert", "compliance-alert", "crisis-alert"}) {
        const auto sent = judge(name, "any", {{"alert", alert}});
        ASSERT_TRUE(sent) << name;
        EXPECT_EQ(sent->params, alert);
        EXPECT_EQ(sent->priority, core::task::kHighestPriority);
        EXPECT_TRUE(taskNamed(m_types, "send_resilience_alert")->parameters.validate(sent->params));
        EXPECT_FALSE(judge(name, "any", {{"alert", nullptr}})) << name;
        EXPECT_FALSE(judge(name, "any", nullptr)) << name;
    }
    EXPECT_EQ(judge("near-limit-alert", "any", {{"alert", nullptr}, {"alert_ahead", alert}})->params, alert);
    EXPECT_FALSE(judge("near-limit-alert", "any", {{"alert", alert}, {"alert_ahead", nullptr}}));
}

TEST_F(ProgrammeTriggers, WhatOtherTasksComeToIsToldWithItsLevel) {
    const auto& schema = taskNamed(m_types, "send_resilience_alert")->parameters;
    const auto contingency = judge("contingency-alert", "resilience_contingency", nullptr, TaskState::Failure);
    const auto exports = judge("export-alert", "execute_export_job", {{"job_name", "roster"}}, TaskState::Failure);
    const auto rotation = judge("rotation-alert", "rotate_secret", nullptr, TaskState::Failure);
    const auto stuck = judge("rotation-alert", "monitor_rotation_health", {{"stuck_rotations", 2}});
    const auto timeouts = judge("stale-requests-alert", "timeout_stale_pending_requests", {{"timed_out_count", 11}});
    for (const auto& alert : {contingency, exports, rotation, stuck, timeouts}) {
        ASSERT_TRUE(alert);
        EXPECT_TRUE(schema.validate(alert->params)) << alert->params;
    }
    EXPECT_EQ(contingency->params["level"], "warning");
    EXPECT_EQ(exports->params["level"], "warning");
    EXPECT_NE(exports->params["message"].get<std::string>().find("roster"), std::string::npos);
    EXPECT_EQ(rotation->params["level"], "critical");
    EXPECT_EQ(stuck->params["level"], "critical");
    EXPECT_EQ(timeouts->params["level"], "warning");
    EXPECT_FALSE(judge("rotation-alert", "monitor_rotation_health", {{"stuck_rotations", 0}}));
    EXPECT_FALSE(judge("stale-requests-alert", "timeout_stale_pending_requests", {{"timed_out_count", 10}}));
}

TEST(CauseWords, SayWhatChanged) {
    const RowChange change{"absence", RowEvent::Changed, {{"key", 7}},
                           {{"id", "a1"}, {"status", "pending"}, {"key", 7}},
                           {{"id", "a1"}, {"status", "approved"}, {"key", 7}}};
    EXPECT_EQ(wordsOf({nullptr, &change, kToday}), "absence a1: status pending → approved");
    const RowChange gone{"assignment", RowEvent::Deleted, {{"block_key", 8}, {"person_key", 3}},
                         {{"block_key", 8}, {"person_key", 3}}, nullptr};
    EXPECT_EQ(wordsOf({nullptr, &gone, kToday}), "assignment block_key 8 person_key 3 was deleted");
    Task task;
    task.id = {"t1"};
    task.type = "export";
    task.state = TaskState::Failure;
    EXPECT_EQ(wordsOf({&task, nullptr, kToday}), "task t1 (export) ended as failure");
}

TEST(TaskNames, ATypeIsFoundByTheFunctionThatItsCeleryNameEndsWith) {
    core::task::TaskRegistry types;
    core::packs::registerAll(types);
    for (const char* name : {"resilience_contingency", "app.resilience.tasks.run_contingency_analysis", "run_contingency_analysis"})
        EXPECT_EQ(taskNamed(types, name), types.find("resilience_contingency")) << name;
    EXPECT_EQ(taskNamed(types, "contingency_analysis"), nullptr) << "only whole words";
}

} // namespace trigger_test
