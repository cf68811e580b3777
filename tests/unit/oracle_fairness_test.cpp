// Fairness (4.1) and the formulas of 3.2 and 3.7 against their definitions.

#include "core/programme/Erlang.h"
#include "core/programme/Fairness.h"
#include "core/programme/LoadShedding.h"
#include "tests/support/Dice.h"
#include "tests/unit/oracle_harness.h"

using namespace core::programme;
using namespace tests::oracle;
using tests::Dice;

namespace oracle_fairness {

/// Half the mean difference of all pairs over the mean (C. Gini 1912).
double pairwiseGini(const std::vector<double>& values) {
    double differences = 0, sum = 0;
    for (const double a : values) {
        sum += a;
        for (const double b : values)
            differences += std::abs(a - b);
    }
    const double n = double(values.size());
    return sum > 0 ? differences / (n * n) / (2 * sum / n) : 0;
}

/// 4.1, the table of weights.
double weightOf(const Facts& facts, const Assignment& row, const Day& day) {
    if (facts.isNight(row))
        return 2.5;
    const bool inpatient =
        row.rotation >= 0 && facts.programme().rotations[size_t(row.rotation)].type == RotationType::Inpatient;
    const double weekend = facts.bent(Bend::WeekendsWeighAsWeekdays) ? 1 : 1.5;
    return (day.holiday ? 2 : day.weekend ? weekend : 1) * (inpatient ? 1.2 : 1);
}

double callWeight(const Day& day) {
    const unsigned weekday = std::chrono::weekday(day.date).iso_encoding(); // 5 = Friday … 7 = Sunday
    return day.holiday ? 5 : weekday >= 5 ? 4 : 3;
}

PersonLoad plainLoad(const Facts& facts, int person) {
    const Programme& programme = facts.programme();
    PersonLoad load;
    load.person = person;
    double available = 0;
    for (int d = 0; d < facts.days(); ++d) {
        const Day& day = programme.days[size_t(d)];
        for (const Half half : {Half::Am, Half::Pm}) {
            if (facts.there(person, d, half))
                available += programme.people[size_t(person)].fte;
            for (const Assignment& row : facts.rows(person, d, half)) {
                if (!facts.isWork(row) || !facts.enrolled(person, d) || facts.away(person, d, half))
                    continue;
                load.weighted += weightOf(facts, row, day);
                load.hours += facts.hours(row);
                load.nights += facts.isNight(row);
                load.halfDays += !facts.isNight(row);
            }
        }
        if (!facts.onCall(person, d) || !facts.enrolled(person, d))
            continue;
        load.weighted += callWeight(day);
        load.hours += 12;
        const unsigned weekday = std::chrono::weekday(day.date).iso_encoding();
        ++(day.holiday || weekday == 5 || weekday == 6 ? load.otherCalls
           : weekday == 7                              ? load.sundayCalls
                                                       : load.weekdayCalls);
    }
    load.availability = available / (2 * facts.days());
    if (load.availability >= 0.2 - 1e-9)
        load.load = load.weighted / load.availability;
    return load;
}

bool isListed(const Facts& facts, int person) {
    for (int day = 0; day < facts.days(); ++day)
        if (facts.enrolled(person, day))
            return facts.programme().people[size_t(person)].status != PersonStatus::Separated;
    return false;
}

void compareIndex(Differences& differences, const std::string& who, const std::vector<double>& loads,
                  const std::optional<double>& found) {
    differences.compare(who + " compared", !loads.empty(), found.has_value());
    // Rounded to three decimals: a tie may fall to either side.
    if (found && !loads.empty() && std::abs(*found - (1 - pairwiseGini(loads))) > 0.0005 + 1e-9)
        differences.compare(who + " index", 1 - pairwiseGini(loads), *found);
}

Differences fairnessDiffers(const Programme& programme, Bend bend) {
    const Facts facts(programme, bend);
    const FairnessReport found = fairnessOf(programme, programme.first(), programme.last());
    std::map<int, PersonLoad> loads;
    for (const PersonLoad& load : found.loads)
        loads[load.person] = load;
    Differences differences;
    std::vector<double> residents, faculty;
    for (int person = 0; person < facts.people(); ++person) {
        const Person& who = programme.people[size_t(person)];
        differences.compare(who.name + " listed", isListed(facts, person), loads.contains(person));
        if (!isListed(facts, person) || !loads.contains(person))
            continue;
        const PersonLoad expected = plainLoad(facts, person), &load = loads[person];
        differences.compare(who.name + " half-days", expected.halfDays, load.halfDays);
        differences.compare(who.name + " nights", expected.nights, load.nights);
        differences.compare(who.name + " Sunday calls", expected.sundayCalls, load.sundayCalls);
        differences.compare(who.name + " weekday calls", expected.weekdayCalls, load.weekdayCalls);
        differences.compare(who.name + " other calls", expected.otherCalls, load.otherCalls);
        differences.compare(who.name + " hours", expected.hours, load.hours);
        differences.compare(who.name + " weighted", expected.weighted, load.weighted);
        differences.compare(who.name + " availability", expected.availability, load.availability);
        differences.compare(who.name + " load", expected.load, load.load);
        if (expected.load)
            (who.type == PersonType::Resident ? residents : faculty).push_back(*expected.load);
    }
    compareIndex(differences, "residents", residents, found.residents);
    compareIndex(differences, "faculty", faculty, found.faculty);
    const double worst = std::min(found.residents.value_or(1), found.faculty.value_or(1));
    differences.compare("overall", found.residents || found.faculty ? std::optional(worst) : std::nullopt,
                        found.overall);
    return differences;
}

double power(double base, int exponent) {
    double result = 1;
    for (int i = 1; i <= exponent; ++i)
        result *= base / i; // A^n / n!
    return result;
}

/// A^c/c! over the sum of A^k/k! (A. K. Erlang 1917).
double plainErlangB(double load, int servers) {
    double all = 0;
    for (int k = 0; k <= servers; ++k)
        all += power(load, k);
    return power(load, servers) / all;
}

double plainErlangC(double load, int servers) {
    if (load >= servers)
        return 1;
    double below = 0;
    for (int k = 0; k < servers; ++k)
        below += power(load, k);
    const double waiting = power(load, servers) * servers / (servers - load);
    return waiting / (below + waiting);
}

} // namespace oracle_fairness

using namespace oracle_fairness;

TEST(OracleFairness, IsOneLessHalfTheMeanDifferenceOfAllPairsOfLoads) {
    expectSame("oracle of fairness", 600, fairnessDiffers);
}

TEST(OracleFairness, NoticesAWrongRule) {
    for (const Bend bend : {Bend::PendingAbsencesKeepFromWork, Bend::WeekendsWeighAsWeekdays, Bend::HoursOfBackupCount})
        expectNoticed(fairnessDiffers, bend);
}

TEST(OracleFairness, GiniIsThatOfAllPairsForAnyValues) {
    Dice dice(1);
    for (int round = 0; round < 500; ++round) {
        std::vector<double> values;
        for (int i = dice.between(1, 12); i > 0; --i)
            values.push_back(dice.chance(30) ? 0 : dice.between(1, 4000) / 16.0);
        const double expected = pairwiseGini(values);
        EXPECT_NEAR(gini(values).value(), expected, 1e-12) << "round " << round;
        EXPECT_NEAR(fairnessIndex(values).value(), 1 - expected, 0.0005 + 1e-12) << "round " << round;
        double sum = 0, squares = 0;
        for (const double value : values) {
            sum += value;
            squares += value * value;
        }
        EXPECT_NEAR(jainIndex(values).value(), sum > 0 ? sum * sum / (double(values.size()) * squares) : 1, 1e-12);
    }
    EXPECT_FALSE(gini({}) || fairnessIndex({}) || jainIndex({}));
}

TEST(OracleErlang, IsTheRatioOfSumsThatErlangWrote) {
    for (int servers = 0; servers <= 25; ++servers)
        for (double load = 0; load <= 30; load += 0.25) {
            EXPECT_NEAR(erlangB(load, servers), plainErlangB(load, servers), 1e-9) << load << ", " << servers;
            EXPECT_NEAR(erlangC(load, servers), plainErlangC(load, servers), 1e-9) << load << ", " << servers;
            const auto wait = erlangMeanWait(load, servers, 60);
            ASSERT_EQ(wait.has_value(), load < servers) << load << ", " << servers;
            if (wait) {
                EXPECT_NEAR(*wait, plainErlangC(load, servers) * 60 / (servers - load), 1e-9);
                EXPECT_NEAR(erlangServiceLevel(load, servers, 60, 15),
                            1 - plainErlangC(load, servers) * std::exp(-(servers - load) * 15 / 60), 1e-9);
            } else {
                EXPECT_EQ(erlangServiceLevel(load, servers, 60, 15), 0) << load << ", " << servers;
            }
        }
    for (double load = 0; load <= 30; load += 0.25) {
        std::optional<int> fewest;
        for (int servers = 20; servers >= 0; --servers)
            if (plainErlangC(load, servers) <= 0.05)
                fewest = servers;
        EXPECT_EQ(serversForWait(load), fewest) << load;
    }
}

TEST(OracleShedding, IsTheSmallestLevelWhoseRestFits) {
    const std::vector<std::set<int>> levels{{}, {7}, {5, 6, 7}, {4, 5, 6, 7}, {3, 4, 5, 6, 7}};
    Dice dice(2);
    for (int round = 0; round < 500; ++round) {
        std::vector<double> required(8);
        for (int category = 1; category <= 7; ++category)
            required[size_t(category)] = dice.chance(30) ? 0 : dice.between(0, 40) / 4.0;
        const double capacity = dice.between(0, 160) / 4.0;
        std::optional<int> expected;
        double rest = 0;
        for (int level = 0; level < int(levels.size()) && !expected; ++level) {
            rest = 0;
            for (int category = 1; category <= 7; ++category)
                rest += levels[size_t(level)].contains(category) ? 0 : required[size_t(category)];
            if (rest <= capacity)
                expected = level;
        }
        const ShedAdvice advice = adviseShedding(capacity, required);
        EXPECT_EQ(advice.level, expected.value_or(4)) << "round " << round;
        EXPECT_NEAR(advice.uncovered, expected ? 0 : rest - capacity, 1e-12) << "round " << round;
    }
}
