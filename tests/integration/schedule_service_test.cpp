#include "core/packs/Packs.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace std::chrono_literals;
using core::base::ErrorCode;
using core::engine::ScheduleEntry;
using core::task::Schedule;
using core::task::TaskState;
using tests::EngineHarness;

namespace schedule_service_test {

const std::string kBuiltIn = "resilience-health-check";

class ScheduleServiceTest : public testing::Test, protected EngineHarness {
  protected:
    /// With the task types that come with the program, so that its schedule is there; nothing fires.
    void startWithoutBeat() {
        core::engine::EngineOptions quiet = options();
        quiet.beat = false;
        core::task::TaskRegistry types;
        core::packs::registerAll(types);
        start(quiet, std::move(types));
    }
    core::engine::ScheduleService& schedules() { return engine().schedules(); }
    static Schedule hourly(const std::string& name) {
        Schedule schedule;
        schedule.name = name;
        schedule.type = "test_echo";
        schedule.cron = "0 * * * *";
        return schedule;
    }
    static bool concerns(const std::vector<core::base::FieldError>& fields, const std::string& field) {
        return std::ranges::any_of(fields, [&](const auto& each) { return each.field == field; });
    }
};

} // namespace schedule_service_test

using namespace schedule_service_test;

TEST_F(ScheduleServiceTest, WhatSomebodyElseChangedMeanwhileIsNotOverwritten) {
    startWithoutBeat();
    const Schedule seen = *schedules().add(hourly("mine"), kTester);
    Schedule theirs = seen;
    theirs.cron = "15 * * * *";
    ASSERT_TRUE(schedules().change(theirs, seen, kTester));
    Schedule ours = seen;
    ours.priority = 9;
    const auto refused = schedules().change(ours, seen, kTester);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(refused.error().message.find("meanwhile: cron"), std::string::npos) << refused.error().message;
    EXPECT_EQ(static_cast<const Schedule&>(*schedules().find("mine")), theirs);
    EXPECT_EQ(schedules().remove("mine", seen, kTester).error().code, ErrorCode::Conflict);
    ASSERT_TRUE(schedules().setEnabled("mine", false, kTester));
    EXPECT_EQ(schedules().change(ours, theirs, kTester).error().code, ErrorCode::Conflict) << "it was switched off";
    EXPECT_TRUE(schedules().change(ours, std::nullopt, kTester)) << "whoever does not say what was seen means it";
    EXPECT_TRUE(schedules().remove("mine", ours, kTester));
}

TEST_F(ScheduleServiceTest, AResetForgetsOnlyTheChangesThatWereSeen) {
    startWithoutBeat();
    const ScheduleEntry original = *schedules().find(kBuiltIn);
    EXPECT_EQ(original.shipped["cron"], original.cron);
    Schedule changed = original;
    changed.cron = "*/10 * * * *";
    const ScheduleEntry seen = *schedules().change(changed, original, kTester);
    EXPECT_EQ(seen.changes["cron"], "*/10 * * * *");
    EXPECT_EQ(seen.shipped["cron"], original.cron);
    changed.cron = "*/20 * * * *";
    ASSERT_TRUE(schedules().change(changed, seen, kTester));
    EXPECT_EQ(schedules().reset(kBuiltIn, seen, kTester).error().code, ErrorCode::Conflict);
    const auto reset = schedules().reset(kBuiltIn, changed, kTester);
    ASSERT_TRUE(reset);
    EXPECT_EQ(static_cast<const Schedule&>(*reset), static_cast<const Schedule&>(original));
}

TEST_F(ScheduleServiceTest, EverythingThatIsWrongWithADefinitionIsSaidAtOnceByField) {
    startWithoutBeat();
    Schedule wrong = hourly("a name with spaces");
    wrong.type = "resilience_contingency";
    wrong.params = {{"days_ahead", 4000}};
    wrong.cron = "61 * * * *";
    const auto refused = schedules().add(wrong, kTester);
    ASSERT_FALSE(refused);
    for (const char* field : {"cron", "name", "params.days_ahead"})
        EXPECT_TRUE(concerns(refused.error().fields, field)) << field;
    wrong = hourly("mine");
    wrong.zone = "Mars/Olympus";
    wrong.type = "no_such_type";
    const auto other = schedules().add(wrong, kTester);
    for (const char* field : {"zone", "type"})
        EXPECT_TRUE(concerns(other.error().fields, field)) << field;
    EXPECT_EQ(other.error().code, ErrorCode::InvalidParams);
    EXPECT_TRUE(concerns(schedules().add(hourly("coming"), kTester).error().fields, "name")) << "a place of the API";
}

TEST_F(ScheduleServiceTest, WhatAPersonMustDecideEachTimeIsNotForASchedule) {
    startWithoutBeat();
    for (const char* type : {"resilience_crisis_activation", "resilience_crisis_deactivation"}) {
        Schedule wrong = hourly("by-itself");
        wrong.type = type;
        const auto refused = schedules().add(wrong, kTester);
        ASSERT_FALSE(refused) << type;
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidParams);
        EXPECT_TRUE(concerns(refused.error().fields, "type"));
        ASSERT_TRUE(schedules().add(hourly("mine"), kTester));
        wrong.name = "mine";
        EXPECT_FALSE(schedules().change(wrong, std::nullopt, kTester)) << "nor by a change";
        ASSERT_TRUE(schedules().remove("mine", std::nullopt, kTester));
    }
}

TEST_F(ScheduleServiceTest, APreviewShowsTheInstantsAlsoOfWhatCannotBeSavedYet) {
    startWithoutBeat();
    Schedule unfinished = hourly("");
    unfinished.type = "no_such_type";
    const auto preview = schedules().preview(unfinished, 10);
    ASSERT_TRUE(preview);
    EXPECT_EQ(preview->next.size(), 10u);
    EXPECT_TRUE(concerns(preview->problems, "name"));
    EXPECT_TRUE(concerns(preview->problems, "type"));
    EXPECT_TRUE(schedules().preview(hourly("mine"), 10)->problems.empty());
}

TEST_F(ScheduleServiceTest, EntriesOfTypesThatAreNotInstalledWait) {
    startWithoutBeat();
    const auto waiting = *schedules().waiting();
    const auto entries = *schedules().list();
    for (const Schedule& each : waiting) {
        EXPECT_EQ(engine().registry().find(each.type), nullptr) << each.name;
        EXPECT_FALSE(schedules().find(each.name)) << each.name;
    }
    for (const ScheduleEntry& entry : entries)
        EXPECT_TRUE(entry.builtIn) << entry.name;
    EXPECT_GE(waiting.size() + entries.size(), 29u) << "what comes with the program is here or waits";
}

TEST_F(ScheduleServiceTest, AForecastGoesByTheRunTimesThatWereMeasured) {
    startWithoutBeat();
    ASSERT_TRUE(schedules().add(hourly("mine"), kTester));
    const auto now = engine().clock().now();
    const auto entryOf = [](const core::engine::ComingLoad& load) {
        return *std::ranges::find_if(load.entries, [](const auto& entry) { return entry.name == "mine"; });
    };
    const auto before = *schedules().coming(now, now + std::chrono::days(7));
    EXPECT_FALSE(entryOf(before).runTime.has_value());
    EXPECT_EQ(entryOf(before).firings, 7 * 24);
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    const auto after = *schedules().coming(now, now + std::chrono::days(7));
    ASSERT_TRUE(entryOf(after).runTime.has_value());
    EXPECT_EQ(entryOf(after).runTime->runs, 3);
    EXPECT_EQ(entryOf(after).queue, engine().registry().find("test_echo")->queue);
}

TEST_F(ScheduleServiceTest, AForecastOfNothingOrOfYearsIsRefused) {
    startWithoutBeat();
    const auto now = engine().clock().now();
    for (const auto to : {now - 1h, now + std::chrono::days(40)})
        EXPECT_EQ(schedules().coming(now - 2h, to).error().code, ErrorCode::InvalidParams);
    EXPECT_TRUE(schedules().coming(now - 2h, now + 1h)) << "it begins now";
}

TEST_F(ScheduleServiceTest, TheNewestFiringsOfEveryEntryComeTogether) {
    start();
    Schedule often = hourly("often");
    often.cron.clear();
    often.every = 1s;
    ASSERT_TRUE(schedules().add(often, kTester));
    ASSERT_TRUE(schedules().add(hourly("never"), kTester));
    ASSERT_TRUE(eventually([&] { return schedules().history("often", 10)->size() >= 3; }));
    ASSERT_TRUE(schedules().setEnabled("often", false, kTester));
    const auto recent = *schedules().recentFires(2);
    EXPECT_FALSE(recent.contains("never"));
    const auto history = *schedules().history("often", 2);
    ASSERT_EQ(recent.at("often").size(), 2u);
    for (size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(recent.at("often")[i].instant, history[i].instant);
        EXPECT_EQ(recent.at("often")[i].task, history[i].task);
    }
    EXPECT_EQ(schedules().recentFires(0).error().code, ErrorCode::InvalidParams);
}
