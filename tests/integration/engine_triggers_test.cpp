// Triggers in a real engine: workers, restarts, imports, the rules of the programme.
#include "core/packs/Packs.h"
#include "core/packs/Triggers.h"
#include "core/store/Connection.h"
#include "tests/support/EngineHarness.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace engine_triggers_test {

using namespace std::chrono_literals;
using core::base::Json;
using core::task::Cause;
using core::task::Consequence;
using core::task::Debounce;
using core::task::Task;
using core::task::TaskEnds;
using core::task::TaskState;
using core::task::Trigger;

Trigger onEcho(const std::string& name, std::optional<Debounce> debounce = std::nullopt) {
    Trigger trigger;
    trigger.name = name;
    trigger.about = "an echo came back";
    trigger.listensTo = TaskEnds{{"test_echo"}};
    trigger.makes = "test_echo";
    trigger.judge = [](const Cause&) { return std::optional(Consequence{{{"text", "again"}}, 5}); };
    trigger.debounce = debounce;
    return trigger;
}

class EngineTriggers : public testing::Test, protected tests::EngineHarness {
  protected:
    void startWith(std::vector<Trigger> triggers, int workers = 2) {
        auto chosen = options(workers);
        chosen.triggers = std::move(triggers);
        start(chosen);
    }
    /// The programme's own types and rules, run in this process.
    void startProgramme(core::task::TaskRegistry types = {}) {
        auto chosen = options(2);
        chosen.eager = true;
        chosen.beat = false;
        chosen.triggers = core::packs::triggers();
        core::packs::registerAll(types);
        start(chosen, std::move(types));
    }
    core::engine::TriggerStatus status(const std::string& name) {
        const auto found = engine().triggers().find(name);
        EXPECT_TRUE(found) << name;
        return found.value_or({});
    }
    std::vector<Task> tasksOf(const std::string& type) {
        core::store::TaskFilter filter;
        filter.type = type;
        return engine().tasks().page(filter, 0, 1000).value_or({});
    }
    Json ask(const std::string& sql) {
        auto db = *core::store::Connection::open(options().dataDirectory / "core.db", core::store::OpenMode::ReadOnly);
        auto row = db->query(sql);
        return row.step() && !row.isNull(0) ? Json(row.text(0)) : Json();
    }
    std::filesystem::path put(const std::string& name, const std::string& text) {
        std::ofstream(folder() / name) << text;
        return folder() / name;
    }
    /// A roster of as many residents, and an absence of each.
    std::filesystem::path programmeOf(int people, const std::string& firstDay) {
        const auto sheets = folder() / "sheets";
        std::filesystem::create_directories(sheets);
        std::ofstream roster(sheets / "roster.csv"), absences(sheets / "absences.csv");
        roster << "name,type,pgy,role\n";
        absences << "Name,Type,Start Date,End Date\n";
        for (int i = 0; i < people; ++i) {
            roster << "Person " << i << " Numbered,RES,1,\n";
            absences << "Person " << i << " Numbered,VAC," << firstDay << "," << firstDay << "\n";
        }
        return sheets;
    }
};

TEST_F(EngineTriggers, WhatFollowsFromATaskIsRunAndShownWithItAndACircleEnds) {
    startWith({onEcho("echo-after-echo")});
    const Task first = wait(submit("test_echo", {{"text", "first"}}));
    ASSERT_TRUE(eventually([&] { return status("echo-after-echo").problems > 0; }));
    EXPECT_EQ(tasksOf("test_echo").size(), size_t(1 + core::task::kMostInAChain));
    EXPECT_EQ(status("echo-after-echo").made, core::task::kMostInAChain);
    const auto detail = engine().tasks().detail(first.id);
    ASSERT_EQ(detail->related.size(), 1u);
    EXPECT_EQ(detail->related[0].triggeredBy, "trigger:echo-after-echo");
    EXPECT_EQ(wait(detail->related[0]).result["text"], "again");
    expectLegalHistory(detail->related[0]);
}

TEST_F(EngineTriggers, ARestartInTheQuietTimeForgetsNothingAndDoublesNothing) {
    startWith({onEcho("quiet", Debounce{1h, 2h})}, 1);
    wait(submit("test_echo"));
    stop();
    startWith({onEcho("quiet", Debounce{1h, 2h})}, 1);
    ASSERT_EQ(tasksOf("test_echo").size(), 2u);
    const auto before = tasksOf("test_echo")[0].scheduledFor;
    wait(submit("test_echo"));
    ASSERT_EQ(tasksOf("test_echo").size(), 3u);
    const Task waiting = tasksOf("test_echo")[1];
    EXPECT_EQ(waiting.state, TaskState::Scheduled);
    EXPECT_GT(*waiting.scheduledFor, *before);
    EXPECT_EQ(status("quiet").made, 1);
    EXPECT_EQ(status("quiet").merged, 1);
}

TEST_F(EngineTriggers, TheDebouncedTaskIsRunOnceItIsDue) {
    Trigger trigger = onEcho("soon", Debounce{100ms, 1s});
    trigger.judge = [](const Cause& cause) -> std::optional<Consequence> {
        return cause.task->triggeredBy == "tester" ? std::optional(Consequence{{{"text", "again"}}, 5}) : std::nullopt;
    };
    startWith({trigger}, 1);
    wait(submit("test_echo"));
    ASSERT_EQ(tasksOf("test_echo").size(), 2u);
    const Task follower = wait(tasksOf("test_echo")[0]);
    EXPECT_EQ(follower.state, TaskState::Success);
    EXPECT_GE(*follower.startedAt, *follower.scheduledFor);
    expectLegalHistory(follower);
}

TEST_F(EngineTriggers, AreDisabledByNameAuditedAndStayThatWayOverARestart) {
    startWith({onEcho("echo-after-echo")});
    EXPECT_EQ(engine().triggers().find("unheard-of").error().code, core::base::ErrorCode::NotFound);
    EXPECT_EQ(engine().triggers().setEnabled("unheard-of", false, kTester).error().code, core::base::ErrorCode::NotFound);
    const auto disabled = engine().triggers().setEnabled("echo-after-echo", false, kTester);
    ASSERT_TRUE(disabled);
    EXPECT_FALSE(disabled->enabled);
    stop();
    startWith({onEcho("echo-after-echo")});
    EXPECT_FALSE(status("echo-after-echo").enabled);
    wait(submit("test_echo"));
    EXPECT_EQ(tasksOf("test_echo").size(), 1u);
    ASSERT_TRUE(engine().triggers().setEnabled("echo-after-echo", true, kTester));
    EXPECT_EQ(ask("SELECT group_concat(action, ' ') FROM (SELECT action FROM audit_log WHERE entity_type='trigger' AND "
                  "actor='tester' ORDER BY seq)"),
              "trigger_disabled trigger_enabled");
}

TEST_F(EngineTriggers, AnImportOfManyAbsencesMakesOneForecastAndListsOfWhatIsToBeChecked) {
    core::task::TaskRegistry types;
    core::task::TaskType conflicts;
    conflicts.id = "detect_leave_conflicts";
    conflicts.celeryName = "app.notifications.tasks.detect_leave_conflicts";
    conflicts.queue = "notifications";
    core::task::Parameter one, many;
    one.name = "absence_id";
    many.name = "absence_ids";
    many.kind = core::task::ParameterKind::TextList;
    conflicts.parameters = core::task::ParameterSchema({one, many});
    conflicts.run = [](const Json&, core::task::TaskContext&) { return core::task::Outcome::success(nullptr); };
    types.add(std::move(conflicts));
    startProgramme(std::move(types));
    const auto today = core::base::formatDate(std::chrono::floor<std::chrono::days>(engine().clock().now()));
    const auto report = engine().programme().import(programmeOf(1200, today), false, kTester);
    ASSERT_TRUE(report) << report.error().text();
    ASSERT_TRUE(report->errors.empty()) << report->errors.front().message;
    EXPECT_EQ(report->created, 2400);
    const auto checks = tasksOf("detect_leave_conflicts");
    ASSERT_EQ(checks.size(), 3u);
    size_t listed = 0;
    for (const Task& check : checks)
        listed += check.params["absence_ids"].size();
    EXPECT_EQ(listed, 1200u);
    EXPECT_EQ(status("absence-conflicts").made, 3);
    const auto forecasts = tasksOf("resilience_utilization_forecast");
    ASSERT_EQ(forecasts.size(), 1u);
    EXPECT_EQ(forecasts[0].state, TaskState::Scheduled);
    EXPECT_EQ(forecasts[0].metadata["causes"], 1200);
    EXPECT_EQ(forecasts[0].parentId, "");
}

TEST_F(EngineTriggers, ATrialOfAnImportAndASampleAreNoEvents) {
    startProgramme();
    ASSERT_TRUE(engine().programme().createSample({}, kTester));
    const auto today = core::base::formatDate(std::chrono::floor<std::chrono::days>(engine().clock().now()));
    ASSERT_TRUE(engine().programme().import(programmeOf(3, today), true, kTester));
    EXPECT_TRUE(engine().tasks().page({}, 0, 10)->empty());
}

TEST_F(EngineTriggers, HealthThatTurnsBadIsToldOnceByATaskOfItsOwn) {
    startProgramme();
    ASSERT_TRUE(engine().programme().createSample({}, kTester));
    const auto inbox = engine().events().subscribe(
        core::events::Interest::in({core::events::EventKind::AlertRaised}));
    const Task check = wait(submit("resilience_health_check"));
    ASSERT_EQ(check.state, TaskState::Success) << check.errorMessage;
    ASSERT_TRUE(check.result["alert"].is_object()) << "the sample has somebody whom nobody can replace";
    ASSERT_TRUE(eventually([&] { return tasksOf("send_resilience_alert").size() == 1; }));
    const Task alert = wait(tasksOf("send_resilience_alert")[0]);
    EXPECT_EQ(alert.state, TaskState::Success) << alert.errorMessage;
    EXPECT_EQ(alert.parentId, check.id.text);
    EXPECT_EQ(alert.result["delivery_results"][0]["channel"], "in_app");
    EXPECT_EQ(ask("SELECT group_concat(kind || ' ' || task_id) FROM resilience_alert"), "health " + alert.id.text);
    EXPECT_EQ(ask("SELECT count(*) FROM outbox WHERE channel='in_app'"), "1");
    wait(submit("resilience_health_check"));
    EXPECT_EQ(tasksOf("send_resilience_alert").size(), 1u) << "nothing turned worse";
    EXPECT_TRUE(eventually([&] {
        const auto heard = inbox->drain().events;
        return std::ranges::any_of(heard, [&](const auto& event) { return event->detail == alert.params["message"]; });
    }));
}

TEST_F(EngineTriggers, ACrisisIsToldWithItsLevelAndItsEndToo) {
    startProgramme();
    ASSERT_TRUE(engine().programme().createSample({}, kTester));
    const Task on = wait(submit("resilience_crisis_activation", {{"severity", "severe"},
                                                                 {"reason", "three of the faculty deployed"},
                                                                 {"approved_by", "Dr. Okafor"}}));
    ASSERT_EQ(on.state, TaskState::Success) << on.errorMessage;
    const Task off = wait(submit("resilience_crisis_deactivation",
                                 {{"reason", "the faculty are back again"}, {"approved_by", "Dr. Okafor"}}));
    ASSERT_EQ(off.state, TaskState::Success) << off.errorMessage;
    EXPECT_TRUE(eventually([&] {
        return ask("SELECT group_concat(level) FROM (SELECT level FROM resilience_alert WHERE kind='crisis' ORDER BY id)") ==
               "critical,info";
    })) << ask("SELECT group_concat(level) FROM resilience_alert");
}

TEST_F(EngineTriggers, TheListSaysWhatWorksAndWhatWaitsForWhat) {
    startProgramme();
    const auto all = engine().triggers().list();
    ASSERT_TRUE(all);
    std::map<std::string, std::string> waits;
    for (const auto& trigger : *all)
        waits[trigger.name] = trigger.waitsFor;
    EXPECT_EQ(waits.at("health-alert"), "");
    EXPECT_EQ(waits.at("absence-forecast"), "");
    EXPECT_EQ(waits.at("published-contingency"), "");
    EXPECT_EQ(waits.at("edited-health-check"), "");
    EXPECT_EQ(waits.at("absence-conflicts"), "the task type detect_leave_conflicts");
    EXPECT_EQ(waits.at("export-alert"), "the task type execute_export_job");
    EXPECT_EQ(status("edited-health-check").missing, "the table swap_record");
    EXPECT_EQ(status("published-contingency").makes, "resilience_contingency");
}

} // namespace engine_triggers_test
