// CronExpression against an oracle: a walk over real instants that reads the clocks on the wall from the C library and
// knows nothing of the code under test. Every zone of the system, every change of its clocks, forty expressions.

#include "core/beat/CronExpression.h"
#include "tests/support/CronWalk.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>

using core::base::Instant;
using core::beat::CronExpression;
using tests::Moment;
using tests::PlainCron;
using tests::Second;
using tests::WallClock;

namespace cron_oracle {

constexpr Second kMinute = 60, kDay = 86'400;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kStride = 16; // the walk itself, at a tenth of the speed, finds no more
#else
constexpr size_t kStride = 1;
#endif

const std::vector<std::string> kExpressions{
    "* * * * *",       "*/5 * * * *",      "*/15 * * * *",    "7-59/13 * * * *",   "0 * * * *",        "30 * * * *",
    "59 * * * *",      "0,30 * * * *",     "*/20 1-3 * * *",  "0 */2 * * *",       "0 */3 * * *",      "30 */6 * * *",
    "* 2 * * *",       "*/10 0 * * *",     "0 0 * * *",       "30 0 * * *",        "0 1 * * *",        "30 1 * * *",
    "59 1 * * *",      "0 2 * * *",        "30 2 * * *",      "15,45 2 * * *",     "0 3 * * *",        "30 3 * * *",
    "0-59 2 * * *",    "0-59/7 1-2 * * *", "0 0-23 * * *",    "0,30 0-4 * * *",    "0 12 * * *",       "45 23 * * *",
    "30 2 * * 0",      "30 2 * * 1-5",     "0 3 8 * *",       "30 1 1-7 * 0",      "0 2 * 3 *",        "30 1 * 10,11 *",
    "30 2 29 2 *",     "0 0 1 1 *",        "*/30 1 */2 * 0",  "30 2 8-14 3 0"};

Second startOf(int year) {
    return std::chrono::sys_days(std::chrono::year(year) / 1 / 1).time_since_epoch() / std::chrono::seconds(1);
}

/// What the code under test says, as the oracle counts.
std::vector<Second> firings(const CronExpression& cron, const core::base::Zone& zone, Second from, Second to) {
    std::vector<Second> found;
    Instant at{std::chrono::seconds(from - 1)};
    while (const auto next = cron.next(at, zone)) {
        const Second second = std::chrono::floor<std::chrono::seconds>(next->time_since_epoch()).count();
        if (second >= to)
            break;
        if (*next <= at)
            throw std::runtime_error(cron.text() + ": the next firing is not later than " + zone.format(at));
        found.push_back(second);
        at = *next;
    }
    return found;
}

/// Compares them on many stretches of time of many zones.
class Comparison {
  public:
    void compare(const std::string& name, const WallClock& clock, Second from, Second to) {
        const auto zone = core::base::Zone::find(name);
        ASSERT_TRUE(zone) << zone.error().text();
        // The walk begins a day and a half earlier, so that it knows what the wall showed before.
        const std::vector<Moment> moments = walk(clock, from - 3 * kDay / 2, to);
        for (size_t i = 0; i < kExpressions.size(); ++i) {
            std::vector<Second> expected;
            for (const Moment& moment : moments)
                if (moment.second >= from && fires(m_plain[i], moment))
                    expected.push_back(moment.second);
            const std::vector<Second> found = firings(m_crons[i], *zone, from, to);
            ++m_cases;
            m_firings += int64_t(expected.size());
            if (found == expected)
                continue;
            ++m_mismatches;
            if (m_mismatches <= 20)
                ADD_FAILURE() << difference(*zone, kExpressions[i], expected, found);
        }
    }
    void expectNone() const {
        EXPECT_EQ(m_mismatches, 0) << "of " << m_cases << " cases with " << m_firings << " firings";
        EXPECT_GT(m_firings, m_cases) << "too little was compared";
        std::cout << m_cases << " cases, " << m_firings << " firings\n";
    }

  private:
    static std::vector<PlainCron> plain() { return {kExpressions.begin(), kExpressions.end()}; }
    static std::vector<CronExpression> parsed() {
        std::vector<CronExpression> crons;
        for (const std::string& text : kExpressions)
            crons.push_back(*CronExpression::parse(text));
        return crons;
    }
    static std::string difference(const core::base::Zone& zone, const std::string& cron,
                                  const std::vector<Second>& expected, const std::vector<Second>& found) {
        std::string text = "'" + cron + "' in " + zone.name() + ":";
        const auto say = [&](const char* what, const std::vector<Second>& these, const std::vector<Second>& those) {
            std::vector<Second> only;
            std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(only));
            for (size_t i = 0; i < only.size() && i < 5; ++i)
                text += std::string(" ") + what + " " + zone.format(Instant(std::chrono::seconds(only[i])));
        };
        say("missing", expected, found);
        say("too much", found, expected);
        return text;
    }

    const std::vector<PlainCron> m_plain = plain();
    const std::vector<CronExpression> m_crons = parsed();
    int64_t m_cases = 0, m_firings = 0, m_mismatches = 0;
};

/// Around every change of the clocks between two years.
void compareChanges(Comparison& comparison, const std::string& zone, int firstYear, int lastYear) {
    const WallClock clock(zone);
    for (const Second change : clock.changes(startOf(firstYear), startOf(lastYear + 1)))
        comparison.compare(zone, clock, (change / kMinute - 180) * kMinute, (change / kMinute + 240) * kMinute);
}

} // namespace cron_oracle

using namespace cron_oracle;

TEST(CronOracle, EveryChangeOfTheClocksInEveryZoneFrom2015To2037) {
    const std::vector<std::string> zones = tests::allZones();
    ASSERT_GT(zones.size(), 500u) << "the package tzdata is not installed";
    Comparison comparison;
    for (size_t i = 0; i < zones.size(); i += kStride)
        compareChanges(comparison, zones[i], 2015, 2037);
    comparison.expectNone();
}

TEST(CronOracle, TheOddestClocksSince1970) {
    Comparison comparison;
    for (const char* zone : {"Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia", "Africa/Casablanca", "Africa/Cairo",
                             "Africa/Monrovia", "Asia/Gaza", "Asia/Pyongyang", "America/Caracas", "Pacific/Kwajalein",
                             "Europe/Dublin", "America/Sao_Paulo"})
        compareChanges(comparison, zone, 1970, 2037);
    comparison.expectNone();
}

TEST(CronOracle, EveryMinuteOfFourHundredDays) {
    Comparison comparison;
    for (const char* zone : {"UTC", "America/New_York", "Pacific/Honolulu", "Europe/London", "Asia/Kathmandu"})
        comparison.compare(zone, WallClock(zone), startOf(2027) + 300 * kDay, startOf(2027) + 700 * kDay);
    comparison.expectNone();
}

TEST(CronOracle, TheOracleTellsAnExpressionFromItsNeighbour) {
    const WallClock clock("America/New_York");
    const std::vector<Moment> moments = walk(clock, startOf(2026) + 60 * kDay, startOf(2026) + 75 * kDay);
    const auto count = [&](const char* expression) {
        return std::count_if(moments.begin(), moments.end(),
                             [cron = PlainCron(expression)](const Moment& moment) { return fires(cron, moment); });
    };
    EXPECT_EQ(count("30 2 * * *"), 15) << "the skipped half past two is made up for";
    EXPECT_EQ(count("30 2-2 * * 0"), 2);
    EXPECT_EQ(count("*/30 2 * * *"), 28) << "a wildcard leaves the skipped hour out";
}
