#include "core/programme/duty/DutyPolicy.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace core::programme::duty;
using core::base::ErrorCode;
using core::base::Json;

TEST(DutyPolicy, IsTheRulesUnlessSomebodyChangesIt) {
    const Json document = toDocument(DutyPolicy());
    EXPECT_EQ(document.at("h80_limit"), 80.0);
    EXPECT_EQ(document.at("day_off_mode"), "calendar");
    EXPECT_EQ(document.at("consecutive_days"), 6);
    EXPECT_EQ(document.at("rest_after_continuous_hours"), 14.0);
    EXPECT_EQ(document.at("call_every_nights"), 3);
    EXPECT_EQ(document.size(), dutyPolicySchema().parameters().size());
}

TEST(DutyPolicy, ChangesWhatIsNamedAndKeepsTheRest) {
    const auto changed =
        changedPolicy({}, {{"h80_limit", 88}, {"day_off_mode", "continuous24"}, {"consecutive_days", 5}});
    ASSERT_TRUE(changed) << changed.error().text();
    EXPECT_EQ(changed->h80Limit, 88);
    EXPECT_EQ(changed->dayOffMode, DayOffMode::Continuous24);
    EXPECT_EQ(changed->consecutiveDays, 5);
    EXPECT_EQ(changed->h80Warning, 76);
    EXPECT_EQ(*changedPolicy({}, toDocument(*changed)), *changed);
}

TEST(DutyPolicy, RefusesWhatIsOutOfRangeAndNamesEveryWrongField) {
    const auto changed =
        changedPolicy({}, {{"h80_limit", 101}, {"consecutive_days", 8}, {"day_off_mode", "weekly"}, {"sleep", 8}});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, ErrorCode::InvalidParams);
    EXPECT_EQ(changed.error().message, "h80_limit must be between 40 and 100");
    EXPECT_EQ(changed.error().fields.size(), 4u);
    EXPECT_FALSE(changedPolicy({}, {{"h80_limit", 39.9}}));
    EXPECT_FALSE(changedPolicy({}, {{"consecutive_days", 0}}));
    EXPECT_FALSE(changedPolicy({}, {{"consecutive_days", 5.5}}));
    EXPECT_FALSE(changedPolicy({}, {{"rest_hours", 7}})) << "the programme may only be stricter";
}

TEST(DutyPolicy, BoundsAreAllowed) {
    EXPECT_TRUE(changedPolicy({}, {{"h80_limit", 100}}));
    EXPECT_TRUE(changedPolicy(
        {}, {{"h80_limit", 40}, {"h80_warning", 40}, {"h80_watch", 40}, {"near_yellow", 40}, {"near_orange", 40}}));
    EXPECT_TRUE(changedPolicy({}, {{"consecutive_days", 1}}));
    EXPECT_TRUE(changedPolicy({}, {{"consecutive_days", 7}}));
}

TEST(DutyPolicy, RefusesLimitsInTheWrongOrder) {
    const auto changed = changedPolicy({}, {{"h80_limit", 72}});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().message, "h80_warning (76.0) must not be above h80_limit (72.0)");
    EXPECT_EQ(changed.error().remedy, "Change both together");
}
