#include "core/task/ErrorSuggestion.h"
#include "core/task/Notice.h"
#include "core/task/TaskType.h"
#include "core/task/Tracking.h"

#include <gtest/gtest.h>

#include <stdexcept>

using namespace core::task;
using core::base::Json;

namespace notice_test {

EndFacts facts(NoticeOn end) {
    EndFacts facts;
    facts.taskId = "0193";
    facts.triggeredBy = "amara";
    facts.end = end;
    facts.result = {{"accuracy", 0.9}};
    if (end == NoticeOn::Failure) {
        facts.errorType = "std::runtime_error";
        facts.errorMessage = "write: No space left on device";
    }
    return facts;
}

TaskType typeWith(std::vector<Notice> notify) {
    TaskType type;
    type.id = "train";
    type.title = "Train the predictor";
    type.notify = std::move(notify);
    return type;
}

Notice on(NoticeOn end, std::string to = {}) {
    return {end, "email", std::move(to), nullptr};
}

} // namespace notice_test

using namespace notice_test;

TEST(ErrorSuggestion, SaysWhatToDoAboutErrorsThatAreKnown) {
    EXPECT_NE(errorSuggestion("std::runtime_error", "write: No space left on device").find("disk is full"), std::string::npos);
    EXPECT_NE(errorSuggestion("WorkerLost", "killed by signal 9").find("worker process died"), std::string::npos);
    EXPECT_NE(errorSuggestion("InvalidParams", "days_ahead must be an integer").find("Correct the parameters"), std::string::npos);
    EXPECT_NE(errorSuggestion("", "connect: Connection refused").find("does not listen"), std::string::npos);
}

TEST(ErrorSuggestion, TheTypeWeighsMoreThanWordsOfTheMessage) {
    EXPECT_EQ(errorSuggestion("TimeLimitExceeded", "busy"), errorSuggestion("TimeLimitExceeded", ""));
}

TEST(ErrorSuggestion, ThereIsAlwaysOneAndHostileTextIsNotRepeated) {
    for (const std::string& text : {std::string(), std::string("\xff\xfe\0x", 4), std::string(1'000'000, 'a'), std::string("no idea")})
        EXPECT_NE(errorSuggestion(text, text).find("traceback and log"), std::string::npos);
}

TEST(Notices, TellOfTheEndThatTheyAreForAndNameTheLauncherUnlessTheTypeNamesSomebody) {
    const TaskType type = typeWith({on(NoticeOn::Success), on(NoticeOn::Failure, "chief@hospital.example")});
    const Notices success = noticesOf(type, facts(NoticeOn::Success));
    ASSERT_EQ(success.messages.size(), 1u);
    EXPECT_EQ(success.messages[0].channel, "email");
    EXPECT_EQ(success.messages[0].body["type"], "task_success");
    EXPECT_EQ(success.messages[0].body["to"], "amara");
    EXPECT_EQ(success.messages[0].body["subject"], "Train the predictor is done");
    const Notices failure = noticesOf(type, facts(NoticeOn::Failure));
    ASSERT_EQ(failure.messages.size(), 1u);
    const Json& body = failure.messages[0].body;
    EXPECT_EQ(body["to"], "chief@hospital.example");
    EXPECT_EQ(body["message"], "Train the predictor failed: write: No space left on device");
    EXPECT_EQ(body["error_suggestion"], "The disk is full. Free some space; waiting tasks go on by themselves.");
    EXPECT_NE(body["body"].get<std::string>().find("beatwarden task show 0193"), std::string::npos);
}

TEST(Notices, CarryFieldsOfTheTypesOwn) {
    Notice notice = on(NoticeOn::Success);
    notice.data = [](const EndFacts& facts) { return Json{{"accuracy", facts.result["accuracy"]}}; };
    EXPECT_EQ(noticesOf(typeWith({notice}), facts(NoticeOn::Success)).messages[0].body["data"]["accuracy"], 0.9);
}

TEST(Notices, OneThatFailsOrIsTooLargeIsAProblemOfItsOwnAndTheOthersAreMade) {
    Notice throwing = on(NoticeOn::Failure), odd = on(NoticeOn::Failure), large = on(NoticeOn::Failure);
    throwing.data = [](const EndFacts&) -> Json { throw std::runtime_error("the template is missing"); };
    odd.data = [](const EndFacts&) -> Json { throw 42; };
    large.data = [](const EndFacts&) { return Json(std::string(70'000, 'x')); };
    const Notices notices = noticesOf(typeWith({throwing, odd, large, on(NoticeOn::Failure)}), facts(NoticeOn::Failure));
    EXPECT_EQ(notices.messages.size(), 1u);
    ASSERT_EQ(notices.problems.size(), 3u);
    EXPECT_NE(notices.problems[0].find("the template is missing"), std::string::npos);
    EXPECT_NE(notices.problems[2].find("more than 64 KiB"), std::string::npos);
}

TEST(Notices, ALongErrorIsCutInTheMessage) {
    EndFacts failed = facts(NoticeOn::Failure);
    failed.errorMessage = std::string(1'000'000, 'e');
    EXPECT_EQ(noticesOf(typeWith({on(NoticeOn::Failure)}), failed).messages.size(), 1u);
}

TEST(Tracking, FollowsStartsAndEndsAndLeavesTheRowAloneInBetween) {
    const Tracking tracking;
    EXPECT_EQ(tracking.wordFor(TaskState::Started), "running");
    EXPECT_EQ(tracking.wordFor(TaskState::Success), "completed");
    EXPECT_EQ(tracking.wordFor(TaskState::Failure), "failed");
    EXPECT_EQ(tracking.wordFor(TaskState::Revoked), "cancelled");
    for (const TaskState state : {TaskState::Scheduled, TaskState::Pending, TaskState::Retry})
        EXPECT_FALSE(tracking.wordFor(state));
}
