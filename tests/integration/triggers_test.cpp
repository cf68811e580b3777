// Triggers in the transactions of their causes: a real store and broker, no engine, the test's own time.
#include "core/store/RowWatch.h"
#include "tests/support/TriggerBench.h"

#include <gtest/gtest.h>

namespace triggers_test {

using namespace std::chrono_literals;
using core::base::Json;
using core::task::Cause;
using core::task::Consequence;
using core::task::Debounce;
using core::task::Ends;
using core::task::Outcome;
using core::task::RowChange;
using core::task::RowChanges;
using core::task::Task;
using core::task::TaskEnds;
using core::task::TaskState;
using core::task::Trigger;
using tests::TriggerBench;

std::optional<Consequence> always(const Cause&) {
    return Consequence();
}

Trigger rule(const std::string& name, std::variant<TaskEnds, RowChanges> listensTo,
             std::function<std::optional<Consequence>(const Cause&)> judge = always) {
    Trigger trigger;
    trigger.name = name;
    trigger.about = "for a test";
    trigger.listensTo = std::move(listensTo);
    trigger.makes = "effect";
    trigger.judge = std::move(judge);
    return trigger;
}

Trigger debounced(Trigger trigger) {
    trigger.debounce = Debounce{5min, 30min};
    return trigger;
}

/// One task for each alert that is kept, by its kind.
Trigger byAlert() {
    Trigger trigger = debounced(rule("by-alert", RowChanges{{"resilience_alert"}}, [](const Cause& cause) {
        return std::optional(Consequence{{{"row_id", cause.row->row().at("kind")}}, 5});
    }));
    trigger.keyParameter = "row_id";
    trigger.listParameter = "row_ids";
    return trigger;
}

core::task::Change alertNamed(const std::string& kind) {
    core::task::Change change;
    change.table = "resilience_alert";
    change.values = {{"at", "2026-11-20T08:00:00Z"}, {"kind", kind}, {"transition", "event"},
                     {"level", "info"}, {"message", "m"}};
    return change;
}

Outcome withAlerts(const std::vector<std::string>& kinds) {
    Outcome outcome = Outcome::success(nullptr);
    for (const std::string& kind : kinds)
        outcome.changes.changes.push_back(alertNamed(kind));
    return outcome;
}

// ---- Ends of tasks

TEST(Triggers, ASuccessThatConcernsOneMakesATaskThatIsLinkedToIt) {
    TriggerBench bench({rule("big", TaskEnds{{"cause"}}, [](const Cause& cause) -> std::optional<Consequence> {
        const int n = cause.task->result.at("n");
        return n > 10 ? std::optional(Consequence{{{"n", n}}, 8}) : std::nullopt;
    })});
    bench.succeed("cause", {{"n", 10}});
    EXPECT_TRUE(bench.madeBy("big").empty());
    const Task cause = bench.succeed("cause", {{"n", 11}});
    const auto made = bench.madeBy("big");
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made[0].type, "effect");
    EXPECT_EQ(made[0].state, TaskState::Pending) << "not debounced: due at once";
    EXPECT_EQ(made[0].params["n"], 11);
    EXPECT_EQ(made[0].priority, 8);
    EXPECT_EQ(made[0].parentId, cause.id.text);
    EXPECT_EQ(made[0].metadata["trigger"], "big");
    EXPECT_EQ(made[0].metadata["trigger_depth"], 1);
    EXPECT_EQ(made[0].metadata["cause"], "task " + cause.id.text + " (cause) ended as success");
    EXPECT_EQ(bench.row("big").made, 1);
    EXPECT_EQ(bench.row("big").lastTask, made[0].id.text);
    EXPECT_EQ(bench.row("big").lastAt, bench.now);
    EXPECT_EQ(bench.violations(), "");
}

TEST(Triggers, ATypeMayBeNamedByTheFunctionOfItsCeleryName) {
    Trigger trigger = rule("by-function", TaskEnds{{"cause_it"}});
    trigger.makes = "effect_it";
    TriggerBench bench({trigger});
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("by-function").size(), 1u);
}

TEST(Triggers, AFailureThatIsTriedAgainIsNoEndAndTheLastOneIs) {
    TriggerBench bench({rule("on-failure", TaskEnds{{"cause"}, Ends::Failure})});
    const Task cause = bench.run("cause", Outcome::transientFailure("Busy", "not now"));
    ASSERT_EQ(cause.state, TaskState::Retry);
    EXPECT_TRUE(bench.madeBy("on-failure").empty());
    bench.now += 2min;
    bench.stage();
    bench.end(bench.claim("cause"), Outcome::transientFailure("Busy", "still not"));
    ASSERT_EQ(bench.find(cause.id).state, TaskState::Failure);
    EXPECT_EQ(bench.madeBy("on-failure").size(), 1u);
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("on-failure").size(), 1u) << "a success is no failure";
}

TEST(Triggers, ACancelIsNeitherASuccessNorAFailure) {
    TriggerBench bench({rule("any", TaskEnds{{"cause"}, Ends::Both})});
    const Task cause = bench.run("cause", Outcome::transientFailure("Busy", "not now"));
    bench.cancel(cause);
    ASSERT_EQ(bench.find(cause.id).state, TaskState::Revoked);
    EXPECT_TRUE(bench.madeBy("any").empty());
}

TEST(Triggers, TheThirdFailureInARowOfOneJobCountsAndNoOther) {
    TriggerBench bench({rule("third", TaskEnds{{"other"}, Ends::Failure, 3, "job"}, [](const Cause& cause) {
        return std::optional(Consequence{{{"job", cause.task->params["job"]}}, 5});
    })});
    for (const char* job : {"a", "b", "a", "b"})
        bench.fail("other", job);
    bench.run("other", Outcome::success(nullptr), {{"job", "a"}});
    bench.fail("other", "a");
    EXPECT_TRUE(bench.madeBy("third").empty());
    bench.fail("other", "b");
    ASSERT_EQ(bench.madeBy("third").size(), 1u);
    EXPECT_EQ(bench.madeBy("third")[0].params["job"], "b");
    bench.fail("other", "b");
    EXPECT_EQ(bench.madeBy("third").size(), 1u) << "the fourth is no news";
    bench.fail("other", "a");
    bench.fail("other", "a");
    EXPECT_EQ(bench.madeBy("third").size(), 2u);
}

TEST(Triggers, AnEndingThatIsFencedHasNoConsequence) {
    TriggerBench bench({rule("any", TaskEnds{{"cause"}, Ends::Both})});
    bench.succeed("other");
    const Task cause = bench.succeed("cause");
    Task late = cause;
    EXPECT_EQ(bench.end(late, Outcome::success(nullptr)), 1);
    EXPECT_EQ(bench.madeBy("any").size(), 1u);
    EXPECT_EQ(bench.row("any").made, 1);
}

// ---- Rows

TEST(Triggers, RowsThatAnOutcomeChangesAreCausesOfItsTask) {
    TriggerBench bench({byAlert()});
    const Task cause = bench.run("cause", withAlerts({"coverage", "hours"}));
    const auto made = bench.madeBy("by-alert");
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].params["row_id"], "coverage");
    EXPECT_EQ(made[1].params["row_id"], "hours");
    EXPECT_EQ(made[0].parentId, cause.id.text);
    EXPECT_EQ(made[0].triggeredBy, "trigger:by-alert/coverage");
    EXPECT_EQ(made[0].state, TaskState::Scheduled);
    EXPECT_EQ(made[0].scheduledFor, bench.now + 5min);
    EXPECT_NE(made[1].metadata["cause"].get<std::string>().find("was added"), std::string::npos);
}

TEST(Triggers, RowsThatACommandChangesAreCausesOfNoTask) {
    TriggerBench bench({byAlert()});
    bench.run("cause", withAlerts({"coverage"}));
    bench.now += 1h;
    bench.stage();
    bench.end(bench.claim("effect"), Outcome::success(nullptr));
    ASSERT_TRUE(bench.command("UPDATE resilience_alert SET acknowledged_by='amara'"));
    auto made = bench.madeBy("by-alert");
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[1].parentId, "");
    EXPECT_EQ(made[1].metadata["trigger_depth"], 1);
    EXPECT_NE(made[1].metadata["cause"].get<std::string>().find("acknowledged_by null → amara"), std::string::npos)
        << made[1].metadata["cause"];
    ASSERT_TRUE(bench.command("DELETE FROM resilience_alert"));
    EXPECT_EQ(bench.madeBy("by-alert").size(), 2u) << "the task of before still waits";
    EXPECT_EQ(bench.row("by-alert").merged, 1);
}

TEST(Triggers, AnOutcomeThatIsRefusedChangesNoRowsAndHasTheConsequencesOfAFailure) {
    TriggerBench bench({byAlert(), rule("on-failure", TaskEnds{{"cause"}, Ends::Failure})});
    Outcome outcome = withAlerts({"coverage"});
    outcome.changes.changes.push_back(alertNamed("hours"));
    outcome.changes.changes.back().values["level"] = "frantic"; // refused by the table
    const Task cause = bench.run("cause", outcome);
    EXPECT_EQ(cause.state, TaskState::Failure);
    EXPECT_EQ(cause.reason, core::task::FailureReason::Rejected);
    EXPECT_TRUE(bench.madeBy("by-alert").empty());
    EXPECT_EQ(bench.row("by-alert").made, 0);
    EXPECT_EQ(bench.madeBy("on-failure").size(), 1u);
    EXPECT_EQ(bench.violations(), "");
}

TEST(Triggers, ACommandThatFailsHasNoConsequences) {
    TriggerBench bench({byAlert()});
    bench.run("cause", withAlerts({"coverage"}));
    const auto before = bench.madeBy("by-alert").front().scheduledFor;
    bench.now += 1min;
    EXPECT_FALSE(bench.command("UPDATE resilience_alert SET message='n'; UPDATE resilience_alert SET level='frantic'"));
    EXPECT_EQ(bench.madeBy("by-alert").front().scheduledFor, before);
    EXPECT_EQ(bench.row("by-alert").merged, 0);
}

TEST(RowWatch, HearsOfEveryRowWithWhatItWasAndIs) {
    TriggerBench bench({});
    tests::TemporaryFolder folder;
    auto db = *core::store::Connection::open(folder / "rows.db", core::store::OpenMode::Writer);
    db->exec("CREATE TABLE duty(day INTEGER, person INTEGER, note TEXT, hours REAL, PRIMARY KEY(day, person)) WITHOUT ROWID;"
             "CREATE TABLE elsewhere(id INTEGER PRIMARY KEY)");
    const core::store::WatchedTables tables(*db, {"duty", "not_there"});
    EXPECT_TRUE(tables.contains("duty"));
    EXPECT_FALSE(tables.contains("not_there"));
    std::vector<RowChange> heard;
    {
        const core::store::RowWatch watch(*db, tables, [&](const RowChange& change) { heard.push_back(change); });
        db->exec("INSERT INTO duty VALUES(1, 7, NULL, 4.5); INSERT INTO elsewhere VALUES(1);"
                 "INSERT INTO duty VALUES(1, 7, 'late', 4.5) ON CONFLICT(day, person) DO UPDATE SET note=excluded.note;"
                 "DELETE FROM duty");
    }
    db->exec("INSERT INTO duty VALUES(2, 7, NULL, 1)");
    ASSERT_EQ(heard.size(), 3u);
    EXPECT_EQ(heard[0].event, core::task::RowEvent::Added);
    EXPECT_EQ(heard[0].after, (Json{{"day", 1}, {"person", 7}, {"note", nullptr}, {"hours", 4.5}}));
    EXPECT_EQ(heard[0].key, (Json{{"day", 1}, {"person", 7}}));
    EXPECT_EQ(heard[1].event, core::task::RowEvent::Changed);
    EXPECT_TRUE(heard[1].touches("note"));
    EXPECT_FALSE(heard[1].touches("hours"));
    EXPECT_EQ(heard[2].event, core::task::RowEvent::Deleted);
    EXPECT_TRUE(heard[2].after.is_null());
}

// ---- Debounce

TEST(Triggers, CausesInTheQuietTimePushTheOneTaskOutAndNeverBeyondTheLongestWait) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    const auto first = bench.now;
    for (int minute = 0; minute <= 28; minute += 4) {
        bench.now = first + std::chrono::minutes(minute);
        bench.succeed("cause");
        const auto made = bench.madeBy("quiet");
        ASSERT_EQ(made.size(), 1u);
        EXPECT_EQ(made[0].scheduledFor, std::min(bench.now + 5min, first + 30min)) << minute;
        EXPECT_EQ(made[0].createdAt, first);
    }
    EXPECT_EQ(bench.row("quiet").made, 1);
    EXPECT_EQ(bench.row("quiet").merged, 7);
    EXPECT_EQ(bench.violations(), "");
}

TEST(Triggers, ACauseThatComesOnceTheTaskHasStartedMakesANewOne) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    bench.succeed("cause");
    bench.now += 5min;
    bench.stage();
    const Task running = bench.claim("effect");
    ASSERT_FALSE(running.id.text.empty());
    bench.succeed("cause");
    auto made = bench.madeBy("quiet");
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].state, TaskState::Started);
    EXPECT_EQ(made[1].scheduledFor, bench.now + 5min);
    bench.end(running, Outcome::success(nullptr));
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet").size(), 2u) << "the second still waits";
}

TEST(Triggers, ARestartInTheQuietTimeForgetsNothingAndDoublesNothing) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    const auto first = bench.now;
    bench.succeed("cause");
    bench.now += 3min;
    bench.restart();
    bench.succeed("cause");
    auto made = bench.madeBy("quiet");
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made[0].scheduledFor, first + 8min);
    bench.now = first + 8min;
    bench.restart();
    bench.stage();
    EXPECT_EQ(bench.claim("effect").id, made[0].id);
    EXPECT_EQ(bench.violations(), "");
}

TEST(Triggers, ATaskThatIsDueAndHasNotBegunIsPushedOutByLegalMoves) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    const auto first = bench.now;
    bench.succeed("cause");
    bench.now = first + 6min;
    bench.stage();
    ASSERT_EQ(bench.madeBy("quiet")[0].state, TaskState::Pending);
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet")[0].state, TaskState::Scheduled);
    EXPECT_EQ(bench.madeBy("quiet")[0].scheduledFor, first + 11min);
    EXPECT_EQ(bench.history(bench.madeBy("quiet")[0]).back().note, "pushed out by another cause");
    bench.now = first + 40min;
    bench.stage();
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet")[0].state, TaskState::Pending) << "it has waited its longest: it stays due";
    EXPECT_EQ(bench.madeBy("quiet").size(), 1u);
    EXPECT_EQ(bench.violations(), "");
}

TEST(Triggers, WhatAPersonPutOffStaysPutOffAndWhatOneCancelledIsMadeAnew) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    bench.succeed("cause");
    const Task first = bench.madeBy("quiet")[0];
    bench.reschedule(first, bench.now + 24h);
    bench.succeed("cause");
    EXPECT_EQ(bench.find(first.id).scheduledFor, bench.now + 24h);
    bench.cancel(first);
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet").size(), 2u);
}

TEST(Triggers, AClockThatIsSetForthMakesItDueAndOneSetBackNeverMakesItSooner) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    const auto first = bench.now;
    bench.succeed("cause");
    bench.now = first - 1h;
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet")[0].scheduledFor, first + 5min);
    bench.now = first + 24h;
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet").size(), 1u);
    EXPECT_EQ(bench.madeBy("quiet")[0].scheduledFor, first + 5min) << "overdue: the next look takes it";
}

TEST(Triggers, DifferentKeysWaitApart) {
    TriggerBench bench({byAlert()});
    const auto first = bench.now;
    bench.run("cause", withAlerts({"coverage", "hours"}));
    bench.now += 1min;
    bench.run("cause", withAlerts({"hours"}));
    const auto made = bench.madeBy("by-alert");
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].scheduledFor, first + 5min);
    EXPECT_EQ(made[1].scheduledFor, first + 6min);
}

TEST(Triggers, WithoutDebounceEveryCauseMakesATask) {
    TriggerBench bench({rule("each", TaskEnds{{"cause"}})});
    bench.succeed("cause");
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("each").size(), 2u);
}

TEST(Triggers, AStormOfRowsMakesAFewTasksWithListsAndSaysSo) {
    TriggerBench bench({byAlert(), debounced(rule("once", RowChanges{{"resilience_alert"}}))});
    ASSERT_TRUE(bench.command("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 10000) "
                              "INSERT INTO resilience_alert(at, kind, transition, level, message) "
                              "SELECT '2026-11-20T08:00:00Z', 'k' || i, 'event', 'info', 'm' FROM n"));
    const auto lists = bench.madeBy("by-alert");
    ASSERT_EQ(lists.size(), 20u);
    std::set<std::string> keys;
    for (const Task& task : lists) {
        EXPECT_EQ(task.params["row_ids"].size(), 500u);
        EXPECT_FALSE(task.params.contains("row_id"));
        EXPECT_EQ(task.metadata["causes"], 500);
        for (const Json& key : task.params["row_ids"])
            keys.insert(key);
    }
    EXPECT_EQ(keys.size(), 10'000u) << "no row is forgotten";
    EXPECT_EQ(lists[0].metadata["cause"].get<std::string>().find("10000 causes in one transaction, the first: "), 0u);
    const auto once = bench.madeBy("once");
    ASSERT_EQ(once.size(), 1u);
    EXPECT_EQ(once[0].metadata["causes"], 10'000);
    EXPECT_EQ(bench.row("by-alert").made, 20);
    EXPECT_EQ(bench.row("by-alert").merged, 9'980);
    EXPECT_EQ(bench.violations(), "");
}

// ---- Chains

TEST(Triggers, AChainThatGoesInACircleEndsAtItsBoundAndIsTold) {
    Trigger circle = rule("circle", TaskEnds{{"effect"}});
    TriggerBench bench({circle});
    bench.succeed("effect");
    for (int i = 0; i < 20; ++i) {
        const Task next = bench.claim("effect");
        if (next.id.text.empty())
            break;
        bench.end(next, Outcome::success(nullptr));
    }
    EXPECT_EQ(bench.madeBy("circle").size(), size_t(core::task::kMostInAChain));
    EXPECT_EQ(bench.row("circle").problems, 1);
    EXPECT_NE(bench.row("circle").lastProblem.find("refused: 8 tasks followed from one another"), std::string::npos);
    EXPECT_EQ(bench.row("circle").lastProblemAt, bench.now);
}

TEST(Triggers, AFollowUpOnTheWayDoesNotBeginTheChainAnew) {
    TriggerBench bench({rule("circle", TaskEnds{{"effect"}}, [](const Cause& cause) -> std::optional<Consequence> {
        return cause.task->result == "done" ? std::optional(Consequence()) : std::nullopt;
    })});
    bench.succeed("effect", "done");
    int made = 0;
    for (Task next = bench.claim("effect"); !next.id.text.empty() && made < 50; next = bench.claim("effect"), ++made) {
        if (next.triggeredBy.starts_with("trigger:")) // hands over to a follow-up, whose end is the next cause
            bench.end(next, Outcome::success(nullptr), {{"effect", Json::object(), std::nullopt, 0ms}});
        else
            bench.end(next, Outcome::success("done"));
    }
    EXPECT_EQ(bench.madeBy("circle").size(), size_t(core::task::kMostInAChain));
}

// ---- What goes wrong in a trigger

TEST(Triggers, AJudgeThatThrowsUndoesNothingButIsCountedAndTold) {
    TriggerBench bench({rule("thrower", TaskEnds{{"cause"}}, [](const Cause&) -> std::optional<Consequence> {
                            throw std::runtime_error("no such field");
                        }),
                        rule("next", TaskEnds{{"cause"}})});
    const Task cause = bench.run("cause", withAlerts({"coverage"}));
    EXPECT_EQ(cause.state, TaskState::Success);
    EXPECT_EQ(bench.madeBy("next").size(), 1u) << "the others go on";
    EXPECT_EQ(bench.row("thrower").problems, 1);
    EXPECT_EQ(bench.row("thrower").lastProblem, "no such field (task " + cause.id.text + " (cause) ended as success)");
    EXPECT_EQ(bench.violations(), "");
}

TEST(Triggers, AJudgeOfRowsThatThrowsLeavesTheRowsAndTheOtherRules) {
    TriggerBench bench({debounced(rule("thrower", RowChanges{{"resilience_alert"}},
                                       [](const Cause& cause) -> std::optional<Consequence> {
                                           cause.row->after.at("no such column");
                                           return Consequence();
                                       })),
                        byAlert()});
    EXPECT_EQ(bench.run("cause", withAlerts({"a", "b", "c"})).state, TaskState::Success);
    EXPECT_EQ(bench.row("thrower").problems, 3);
    EXPECT_EQ(bench.madeBy("by-alert").size(), 3u);
}

TEST(Triggers, ParametersThatTheTypeRefusesMakeNothingAndAreTold) {
    TriggerBench bench({rule("wrong", TaskEnds{{"cause"}},
                             [](const Cause&) { return std::optional(Consequence{{{"n", "many"}}, 5}); })});
    EXPECT_EQ(bench.succeed("cause").state, TaskState::Success);
    EXPECT_TRUE(bench.madeBy("wrong").empty());
    EXPECT_EQ(bench.row("wrong").problems, 1);
    EXPECT_EQ(bench.row("wrong").lastProblem, "n must be an integer");
    EXPECT_EQ(bench.row("wrong").made, 0);
}

TEST(Triggers, OfAStormThatIsRefusedHalfwayNothingStays) {
    Trigger trigger = byAlert();
    trigger.listParameter = "n"; // lists are refused
    TriggerBench bench({trigger});
    ASSERT_TRUE(bench.command("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 600) "
                              "INSERT INTO resilience_alert(at, kind, transition, level, message) "
                              "SELECT '2026-11-20T08:00:00Z', 'k' || i, 'event', 'info', 'm' FROM n"));
    EXPECT_TRUE(bench.madeBy("by-alert").empty());
    EXPECT_EQ(bench.row("by-alert").problems, 600);
}

TEST(Triggers, ADisabledOneDoesNothingAndAnEnabledOneGoesOn) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    bench.enable("quiet", false);
    bench.succeed("cause");
    bench.restart();
    bench.succeed("cause");
    EXPECT_TRUE(bench.madeBy("quiet").empty());
    bench.enable("quiet", true);
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet").size(), 1u);
    EXPECT_EQ(bench.row("quiet").made, 1);
}

TEST(Triggers, OneWhoseTypeOrTableIsNotThereWaitsForItAndCostsItsCauseNothing) {
    Trigger noType = rule("no-type", TaskEnds{{"cause"}});
    noType.makes = "detect_leave_conflicts";
    TriggerBench bench({noType, rule("no-cause", TaskEnds{{"execute_export_job"}}),
                        debounced(rule("half", RowChanges{{"resilience_alert", "swap_record"}})),
                        debounced(rule("no-table", RowChanges{{"swap_record"}}))});
    EXPECT_EQ(bench.run("cause", withAlerts({"coverage"})).state, TaskState::Success);
    EXPECT_EQ(bench.restOf("no-type").waitsFor, "the task type detect_leave_conflicts");
    EXPECT_EQ(bench.restOf("no-cause").waitsFor, "the task type execute_export_job");
    EXPECT_EQ(bench.restOf("no-table").waitsFor, "the table swap_record");
    EXPECT_EQ(bench.restOf("half").waitsFor, "");
    EXPECT_EQ(bench.restOf("half").missing, "the table swap_record");
    EXPECT_EQ(bench.madeBy("half").size(), 1u);
    EXPECT_EQ(bench.row("no-type").problems, 0);
}

TEST(Triggers, ADamagedRowOfAWaitingTaskIsNotPushedOutButReplaced) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    bench.succeed("cause");
    bench.sql("UPDATE task SET params='{\"n\":666}' WHERE triggered_by='trigger:quiet'");
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet").size(), 2u);
    EXPECT_EQ(bench.row("quiet").problems, 0);
}

TEST(Triggers, ATaskThatOnlyClaimsToBeATriggersIsNoneOfIts) {
    TriggerBench bench({debounced(rule("quiet", TaskEnds{{"cause"}}))});
    const Task manual = bench.run("other", Outcome::transientFailure("Busy", "x"), Json::object(),
                                  {{"trigger", "quiet"}, {"trigger_depth", 1}});
    bench.succeed("cause");
    EXPECT_EQ(bench.madeBy("quiet").size(), 1u);
    EXPECT_EQ(bench.find(manual.id).scheduledFor, manual.scheduledFor);
}

} // namespace triggers_test
