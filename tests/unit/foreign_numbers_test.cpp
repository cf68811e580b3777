// Numbers of outsiders that do not fit where they are to go: refused, never turned into others.

#include "core/task/Outcome.h"
#include "core/task/ParameterSchema.h"
#include "core/task/Schedule.h"

#include <gtest/gtest.h>
#include <limits>

using core::base::Json;

namespace tests::foreign_numbers {

const uint64_t kLargest = std::numeric_limits<uint64_t>::max();
const int64_t kBeyondInt = (int64_t(1) << 32) + 5;

TEST(ForeignNumbers, AWholeNumberIsTakenOnlyWithinItsLimits) {
    using core::base::integerIn;
    EXPECT_EQ(integerIn(7, 0, 9), 7);
    EXPECT_EQ(integerIn(-5, -5, 9), -5);
    for (const Json& wrong : {Json(10), Json(-1), Json(7.0), Json("7"), Json(true), Json(), Json(kLargest)})
        EXPECT_EQ(integerIn(wrong, 0, 9), std::nullopt) << wrong;
    EXPECT_EQ(integerIn(kLargest, -9, 9), std::nullopt) << "as a number with a sign it is -1";
}

TEST(ForeignNumbers, AnInfiniteNumberIsNoParameter) {
    core::task::Parameter factor;
    factor.name = "factor";
    factor.kind = core::task::ParameterKind::Number;
    const core::task::ParameterSchema schema({factor});
    for (const double wrong : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
        const auto checked = schema.validate({{"factor", wrong}});
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().message, "factor must be a finite number");
    }
}

TEST(ForeignNumbers, AnOutcomeWithANumberThatDoesNotFitIsRefused) {
    Json outcome = core::task::toJson(core::task::Outcome::success(nullptr));
    const Json next{{"type", "t"}, {"params", Json::object()}, {"countdown_ms", 0}};
    const auto refusal = [&](const char* key, const Json& value) {
        outcome["follow_ups"] = Json::array({next});
        outcome["follow_ups"][0][key] = value;
        const auto read = core::task::outcomeFromJson(outcome);
        return read ? std::string() : read.error().message;
    };
    EXPECT_EQ(refusal("priority", 9), "");
    EXPECT_NE(refusal("priority", kBeyondInt).find("priority"), std::string::npos) << "not 5";
    EXPECT_NE(refusal("countdown_ms", kLargest).find("countdown_ms"), std::string::npos);
    EXPECT_NE(refusal("after", {-1}).find("after"), std::string::npos);
    outcome["follow_ups"] = Json::array();
    outcome["changes"] = {{{"kind", "delete"}, {"table", "t"}, {"values", Json::object()}, {"where", {{"id", 1}}},
                           {"expect_rows", kBeyondInt}}};
    EXPECT_FALSE(core::task::outcomeFromJson(outcome));
}

TEST(ForeignNumbers, SecondsOfAScheduleThatDoNotFitAreRefusedAsWhatTheyAre) {
    const auto read = core::task::scheduleFromJson({{"name", "n"}, {"type", "t"}, {"every_seconds", kLargest}});
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("18446744073709551615"), std::string::npos) << "not -1";
}

} // namespace tests::foreign_numbers
