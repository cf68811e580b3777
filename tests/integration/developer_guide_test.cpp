#include "core/store/Connection.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

// The patterns of the developer guide. The table is in core/engine/README.md.

namespace {

using core::base::Json;
using core::base::milliseconds;
using core::engine::Submission;
using core::task::Task;
using core::task::TaskState;
using tests::EngineHarness;

class DeveloperGuide : public testing::Test, protected EngineHarness {
  protected:
    /// A row whose status a tracked task follows.
    void addRow(const std::string& kind) {
        const Task task = wait(submit(
            "test_change", {{"table", "resilience_alert"},
                            {"values", {{"at", "2026-03-02T08:00:00Z"}, {"kind", kind}, {"transition", "event"},
                                        {"level", "info"}, {"message", "a row to follow"}, {"status", "new"}}}}));
        ASSERT_EQ(task.state, TaskState::Success) << task.errorMessage;
    }
    /// status and task_id of the row.
    std::pair<std::string, std::string> row(const std::string& kind) {
        const auto database = open();
        auto row = database->query("SELECT status, task_id FROM resilience_alert WHERE kind=?", kind);
        return row.step() ? std::pair(row.text(0), row.text(1)) : std::pair<std::string, std::string>();
    }
    /// The messages that a task's end committed, oldest first.
    std::vector<std::pair<std::string, Json>> messagesOf(const Task& task) {
        const auto database = open();
        auto rows = database->query("SELECT channel, body FROM outbox WHERE task_id=? ORDER BY key", task.id.text);
        std::vector<std::pair<std::string, Json>> messages;
        while (rows.step())
            messages.emplace_back(rows.text(0), rows.json(1));
        return messages;
    }
    std::unique_ptr<core::store::Connection> open() const {
        auto database =
            core::store::Connection::open(folder() / "data" / "core.db", core::store::OpenMode::ReadOnly);
        EXPECT_TRUE(database);
        return std::move(*database);
    }
    Task runBatch(Json items, bool fatal = false) {
        return wait(submit("test_batch", {{"items", {{"list", std::move(items)}}}, {"fatal", fatal}}));
    }
    std::string notesOf(const Task& task) {
        std::string notes;
        const auto detail = engine().tasks().detail(task.id);
        for (const auto& move : detail->history)
            notes += move.note + "\n";
        return notes;
    }
};

TEST_F(DeveloperGuide, ATaskIsOneFile) {
    std::stringstream recipe, file;
    recipe << std::ifstream(std::filesystem::path(BEATWARDEN_SOURCE_DIR) / "core/packs/RECIPE.md").rdbuf();
    file << std::ifstream(std::filesystem::path(BEATWARDEN_SOURCE_DIR) / "tests/support/RecipeTask.cpp").rdbuf();
    ASSERT_FALSE(file.str().empty());
    EXPECT_NE(recipe.str().find("```cpp\n" + file.str() + "```"), std::string::npos)
        << "the recipe shows other code than the one that is tested here";
    start();
    const Task task = wait(submit("app.example.tasks.count_words", {{"text", "three short words"}}));
    EXPECT_EQ(task.type, "example_word_count");
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.result, (Json{{"words", 3}}));
    EXPECT_EQ(task.maxAttempts, 3);
    Submission wrong;
    wrong.type = "example_word_count";
    EXPECT_EQ(engine().tasks().submit(wrong, kTester).error().message, "text is required");
}

TEST_F(DeveloperGuide, TheStatusOfARowFollowsItsTaskToSuccess) {
    start();
    addRow("experiment 7");
    const Task task = submit("test_tracked", {{"row", "experiment 7"}, {"ms", 300}});
    waitFor(task, TaskState::Started);
    EXPECT_EQ(row("experiment 7"), std::pair(std::string("running"), task.id.text));
    EXPECT_EQ(wait(task).state, TaskState::Success);
    EXPECT_EQ(row("experiment 7").first, "completed");
}

TEST_F(DeveloperGuide, TheStatusOfARowFollowsItsTaskToFailureAndCancel) {
    start();
    addRow("experiment 8");
    EXPECT_EQ(wait(submit("test_tracked", {{"row", "experiment 8"}, {"fail", true}})).state, TaskState::Failure);
    EXPECT_EQ(row("experiment 8").first, "failed");
    const Task task = submit("test_tracked", {{"row", "experiment 8"}, {"ms", 60'000}});
    waitFor(task, TaskState::Started);
    EXPECT_EQ(row("experiment 8").first, "running");
    ASSERT_TRUE(engine().tasks().cancel(task.id, kTester));
    EXPECT_EQ(wait(task).state, TaskState::Revoked);
    EXPECT_EQ(row("experiment 8").first, "cancelled");
}

TEST_F(DeveloperGuide, ARowThatIsNotThereIsAWarningInTheHistoryAndNoFailure) {
    start();
    const Task task = wait(submit("test_tracked", {{"row", "nowhere"}}));
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_NE(notesOf(task).find("resilience_alert.status was not set to 'completed': there is no such row"),
              std::string::npos)
        << notesOf(task);
    expectLegalHistory(task);
}

TEST_F(DeveloperGuide, ASuccessIsToldToTheLauncherWithFieldsOfItsOwn) {
    start();
    const auto subscription = engine().events().subscribe();
    const Task task = wait(submit("test_notified"));
    const auto messages = messagesOf(task);
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].first, "in_app");
    EXPECT_EQ(messages[0].second["type"], "task_success");
    EXPECT_EQ(messages[0].second["to"], "tester");
    EXPECT_EQ(messages[0].second["data"]["rows"], 12);
    EXPECT_TRUE(eventually([&] {
        const auto heard = subscription->drain().events;
        return std::ranges::any_of(heard, [](const auto& event) {
            return event->kind == core::events::EventKind::AlertRaised && event->detail == "test_notified is done";
        });
    }));
}

TEST_F(DeveloperGuide, AFailureIsToldWithASuggestionAndLaidDownAsMail) {
    start();
    const Task task = wait(submit("test_notified", {{"times", 9}}));
    EXPECT_EQ(task.state, TaskState::Failure);
    const auto messages = messagesOf(task);
    ASSERT_EQ(messages.size(), 1u) << "the retry before told somebody too";
    EXPECT_EQ(messages[0].first, "email");
    EXPECT_EQ(messages[0].second["error_suggestion"],
              "The disk is full. Free some space; waiting tasks go on by themselves.");
    const auto mail = folder() / "data" / "spool" / "mail" / (task.id.text + "-1.eml");
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(mail); }));
}

TEST_F(DeveloperGuide, ARetryThatSucceedsTellsOfNoFailure) {
    start();
    const Task task = wait(submit("test_notified", {{"times", 1}}));
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.attempt, 2);
    const auto messages = messagesOf(task);
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].second["type"], "task_success");
}

TEST_F(DeveloperGuide, AFailingNotificationNeverMasksThePrimaryError) {
    start();
    const Task task = wait(submit("test_bad_notice"));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.errorMessage, "No space left on device");
    EXPECT_EQ(messagesOf(task).size(), 1u) << "the notice that could be made was not";
    EXPECT_EQ(engine().status().failedNotices, 2u);
    EXPECT_TRUE(eventually([&] {
        std::string log;
        const auto detail = engine().tasks().detail(task.id);
        for (const auto& line : detail->log)
            log += line.text;
        return log.find("the template is missing") != std::string::npos && log.find("64 KiB") != std::string::npos;
    }));
}

TEST_F(DeveloperGuide, AnErrorInTheCleanUpNeverReplacesThePrimaryOne) {
    start();
    const Task task = wait(submit("test_fail_untidily"));
    EXPECT_EQ(task.errorType, "std::runtime_error");
    EXPECT_EQ(task.errorMessage, "the primary error");
    EXPECT_NE(task.traceback.find("cleaning up failed: the clean-up's own error"), std::string::npos);
    EXPECT_EQ(task.result, (Json{{"read", 7}}));
}

TEST_F(DeveloperGuide, ABatchCallsTheSingleItemCodeAndCollectsWhatFails) {
    start();
    const Task task = runBatch({{{"n", 1}}, {{"fail", "busy"}}, {{"throw", "broken"}}, {{"n", 4}}});
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.result["total"], 4);
    EXPECT_EQ(task.result["succeeded"], 2);
    EXPECT_EQ(task.result["results"], Json({{{"n", 1}}, {{"n", 4}}}));
    EXPECT_EQ(task.result["failures"][1]["message"], "broken");
    const Task fatal = runBatch({{{"n", 1}}, {{"refuse", "never"}}}, true);
    EXPECT_EQ(fatal.state, TaskState::Failure);
    EXPECT_EQ(fatal.errorType, "BatchFailed");
    EXPECT_EQ(fatal.result["succeeded"], 1);
}

TEST_F(DeveloperGuide, ABatchTellsItsAggregateProgressWithTheItemsOwnInIt) {
    start();
    const Json items = {{"list", {{{"n", 1}}, {{"ms", 60'000}}}}};
    const Task task = submit("test_batch", {{"items", items}});
    Task seen;
    ASSERT_TRUE(eventually([&] {
        seen = *engine().tasks().find(task.id);
        return seen.progressFields.is_object() && seen.progressFields.contains("half");
    }));
    EXPECT_EQ(*seen.progress, 75);
    EXPECT_EQ(seen.progressText, "Processing item 2 of 2: half of it");
    EXPECT_EQ(seen.progressFields, (Json{{"current", 2}, {"total", 2}, {"half", true}}));
    ASSERT_TRUE(engine().tasks().cancel(task.id, kTester));
    const Task ended = wait(task);
    EXPECT_EQ(ended.state, TaskState::Revoked);
    EXPECT_EQ(ended.result["succeeded"], 1) << "what was done before the cancel was not kept";
}

TEST_F(DeveloperGuide, ProgressFieldsThatAreTooLargeAreLeftOutAndTheTaskGoesOn) {
    start();
    const Task task = wait(submit("test_fields", {{"bytes", 5000}}));
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_TRUE(eventually([&] {
        const auto detail = engine().tasks().detail(task.id);
        for (const auto& line : detail->log)
            if (line.text.find("at most 4 KiB") != std::string::npos)
                return true;
        return false;
    }));
}

} // namespace
