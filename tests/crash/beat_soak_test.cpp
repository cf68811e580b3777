// R14: days of a beat with everything that can happen to it, each instant accounted for by an oracle of its own.

#include "tests/support/BeatSoak.h"
#include "tests/support/Campaign.h"

#include <gtest/gtest.h>

namespace beat_soak {

using tests::BeatSoak;
using tests::Campaign;

/// The problems, and what had happened to the entry before.
std::string reportOf(const BeatSoak& soak) {
    std::string text;
    for (const std::string& problem : soak.problems())
        text += problem + "\n";
    const std::string entry = "\"name\":\"" + soak.problems().front().substr(0, soak.problems().front().find(" ")) + "\"";
    for (const std::string& line : soak.story())
        if (line.find("\"name\"") == std::string::npos || line.find(entry) != std::string::npos)
            text += "  " + line + "\n";
    return text;
}

/// The seeds of the campaign until something is noticed: the number of days.
int daysUntilNoticed(const Campaign& campaign, BeatSoak::Sabotage sabotage) {
    for (int round = 0; round < campaign.rounds(); ++round) {
        BeatSoak soak(campaign.seedOf(round), sabotage);
        soak.run();
        if (!soak.problems().empty())
            return round + 1;
    }
    return 0;
}

} // namespace beat_soak

using namespace beat_soak;

TEST(BeatSoakTest, EveryInstantOfADayFiresOnceOrItsRowSaysWhyNotWhateverHappens) {
    const Campaign campaign("R14 a day of the beat", 8, 1000);
    BeatSoak::Counts counts;
    const core::base::RealClock clock;
    const auto begun = clock.sinceBoot();
    int days = 0;
    for (; days < campaign.rounds() && !HasFailure(); ++days) {
        SCOPED_TRACE("seed " + std::to_string(campaign.seedOf(days)));
        BeatSoak soak(campaign.seedOf(days));
        soak.run();
        if (!soak.problems().empty())
            ADD_FAILURE() << reportOf(soak);
        counts += soak.counts();
    }
    const double seconds = std::chrono::duration<double>(clock.sinceBoot() - begun).count();
    EXPECT_GT(counts.fired, days * 500);
    campaign.report(counts.text() + "; 0 twice, 0 missing; " + std::to_string(int64_t(days * 86'400 / seconds)) +
                    " times as fast as the clock");
}

TEST(BeatSoakTest, TheSameSeedGivesTheSameDay) {
    BeatSoak one(7), other(7);
    one.run();
    other.run();
    EXPECT_EQ(one.counts().text(), other.counts().text());
    EXPECT_EQ(one.counts().looks, other.counts().looks);
}

TEST(BeatSoakTest, AnInstantThatIsForgottenIsNoticed) {
    const Campaign campaign("R14 control, an instant is forgotten", 3, 20);
    const int days = daysUntilNoticed(campaign, BeatSoak::Sabotage::Forget);
    EXPECT_GT(days, 0);
    campaign.report("noticed on day " + std::to_string(days));
}

TEST(BeatSoakTest, AnInstantThatFiresTwiceIsNoticed) {
    const Campaign campaign("R14 control, an instant fires twice", 3, 20);
    const int days = daysUntilNoticed(campaign, BeatSoak::Sabotage::Repeat);
    EXPECT_GT(days, 0);
    campaign.report("noticed on day " + std::to_string(days));
}
