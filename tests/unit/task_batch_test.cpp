#include "core/task/Batch.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>
#include <vector>

using namespace core::task;
using core::base::Json;

namespace batch_test {

/// Remembers what a handler says; told to, it cancels after so many checks.
class Listener final : public TaskContext {
  public:
    const core::base::Clock& clock() const override { return m_clock; }
    const std::string& taskId() const override { return m_id; }
    int attempt() const override { return 1; }
    const std::string& triggeredBy() const override { return m_id; }
    const std::filesystem::path& databasePath() const override { return m_path; }
    const Json& upstream() const override { return m_none; }
    void log(core::base::LogLevel, std::string_view) override {}
    void checkCancelled() const override {
        if (checksLeft-- == 0)
            throw Cancelled();
    }
    void partialResult(Json result) override { partial = std::move(result); }
    void atEnd(std::function<void()>) override {}

    std::vector<Progress> reports;
    Json partial = nullptr;
    mutable int checksLeft = -1;

  private:
    void report(Progress progress) override { reports.push_back(std::move(progress)); }

    core::base::RealClock m_clock;
    std::string m_id = "task";
    std::filesystem::path m_path;
    const Json m_none;
};

Outcome oneItem(const Json& item, TaskContext& context) {
    if (item == "throw")
        throw std::runtime_error("thrown as told");
    if (item == "throw a value")
        throw 42;
    if (item == "fail")
        return Outcome::transientFailure("Busy", "failed as told");
    if (item == "refuse")
        return Outcome::permanentFailure("Refused", "refused as told");
    context.checkCancelled();
    Outcome outcome = Outcome::success(item);
    outcome.changes.changes.push_back({ChangeKind::Insert, "t", {{"item", item}}, Json::object(), std::nullopt});
    outcome.followUps.push_back({"first", Json::object(), std::nullopt, core::base::milliseconds(0), {}});
    outcome.followUps.push_back({"second", Json::object(), std::nullopt, core::base::milliseconds(0), {0}});
    return outcome;
}

} // namespace batch_test

using namespace batch_test;

TEST(ProgressScope, MapsItsPercentIntoItsShareOfTheParent) {
    Listener context;
    ProgressScope half = context.scope(50, 100);
    half.progress(0, "begun");
    half.progress(50, "in the middle", {{"epoch", 3}});
    ProgressScope inner = half.scope(50, 60);
    inner.progress(100, "inner");
    ASSERT_EQ(context.reports.size(), 3u);
    EXPECT_EQ(context.reports[0].percent, 50);
    EXPECT_EQ(context.reports[1].percent, 75);
    EXPECT_EQ(context.reports[1].fields, (Json{{"epoch", 3}}));
    EXPECT_EQ(context.reports[2].percent, 80);
}

RC_GTEST_PROP(ProgressScopeProperty, NestedScopesNeverLeaveTheirSpan, ()) {
    Listener context;
    const double from = *rc::gen::inRange(0, 100), to = from + *rc::gen::inRange(0, 101 - int(from));
    ProgressScope outer = context.scope(from, to);
    ProgressScope inner = outer.scope(*rc::gen::inRange(0, 50), *rc::gen::inRange(50, 101));
    inner.progress(*rc::gen::inRange(-1000, 1000), "anywhere");
    inner.progress(std::nan(""), "nowhere");
    for (const Progress& report : context.reports)
        RC_ASSERT(report.percent >= from - 1e-9 && report.percent <= to + 1e-9);
}

TEST(Batch, TellsWhichOfHowManyItIsAtAndLetsItemsTellTheirPart) {
    Listener context;
    const auto each = [](const Json& item, TaskContext& itemContext) {
        itemContext.progress(50, "half", {{"epoch", item}});
        return Outcome::success(item);
    };
    runBatch(context, {1, 2, 3, 4}, each, {"signal", FailedItems::Reported});
    ASSERT_EQ(context.reports.size(), 8u);
    EXPECT_EQ(context.reports[2].percent, 25);
    EXPECT_EQ(context.reports[2].text, "Processing signal 2 of 4");
    EXPECT_EQ(context.reports[3].percent, 37.5);
    EXPECT_EQ(context.reports[3].text, "Processing signal 2 of 4: half");
    EXPECT_EQ(context.reports[3].fields, (Json{{"current", 2}, {"total", 4}, {"epoch", 2}}));
}

TEST(Batch, CollectsFailuresAndGoesOn) {
    Listener context;
    const Outcome outcome = runBatch(context, {"a", "throw", "fail", "b", "throw a value"}, oneItem);
    EXPECT_EQ(outcome.verdict, Verdict::Success);
    EXPECT_EQ(outcome.result["succeeded"], 2);
    EXPECT_EQ(outcome.result["failed"], 3);
    EXPECT_EQ(outcome.result["results"], Json({"a", "b"}));
    EXPECT_EQ(outcome.result["failures"][0]["index"], 1);
    EXPECT_EQ(outcome.result["failures"][0]["type"], "std::runtime_error");
    EXPECT_EQ(outcome.result["failures"][0]["message"], "thrown as told");
}

TEST(Batch, PutsTheChangesAndFollowUpsOfItsItemsTogether) {
    Listener context;
    const Outcome outcome = runBatch(context, {"a", "fail", "b"}, oneItem);
    ASSERT_EQ(outcome.changes.changes.size(), 2u);
    EXPECT_EQ(outcome.changes.changes[1].values["item"], "b");
    ASSERT_EQ(outcome.followUps.size(), 4u);
    EXPECT_EQ(outcome.followUps[1].after, std::vector<size_t>{0});
    EXPECT_EQ(outcome.followUps[3].after, std::vector<size_t>{2});
}

TEST(Batch, FailsWhenNothingSucceedsOrWhenEveryItemMust) {
    Listener context;
    const Outcome allFailed = runBatch(context, {"fail", "throw"}, oneItem);
    EXPECT_EQ(allFailed.verdict, Verdict::Failure);
    EXPECT_EQ(allFailed.retryable, Retryable::Yes);
    EXPECT_EQ(allFailed.errorMessage, "2 of 2 items failed; the first: failed as told");
    const Outcome oneRefused = runBatch(context, {"a", "refuse"}, oneItem, {"item", FailedItems::Fatal});
    EXPECT_EQ(oneRefused.verdict, Verdict::Failure);
    EXPECT_EQ(oneRefused.retryable, Retryable::No);
    EXPECT_EQ(oneRefused.result["succeeded"], 1);
    EXPECT_TRUE(oneRefused.changes.empty());
}

TEST(Batch, OfNothingIsASuccess) {
    Listener context;
    const Outcome outcome = runBatch(context, {}, oneItem);
    EXPECT_EQ(outcome.verdict, Verdict::Success);
    EXPECT_EQ(outcome.result["total"], 0);
}

TEST(Batch, StopsOnCancelAndKeepsWhatWasDone) {
    Listener context;
    context.checksLeft = 3; // before the first item, in it, before the second, and in that one it is cancelled
    EXPECT_THROW(runBatch(context, {"a", "b", "c"}, oneItem), Cancelled);
    EXPECT_EQ(context.partial["total"], 3);
    EXPECT_EQ(context.partial["results"], Json({"a"}));
}
