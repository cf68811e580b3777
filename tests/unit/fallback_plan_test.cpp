#include "core/programme/fallback/PlanSet.h"
#include "core/programme/fallback/Filling.h"
#include "core/programme/fallback/Record.h"
#include "core/programme/sample/Sample.h"
#include "tests/unit/calc_builder.h"
#include "tests/unit/fallback_checker.h"
#include "tests/unit/oracle_programmes.h"

#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>

using namespace core::programme;
using namespace core::programme::fallback;
using core::base::Date;
using core::base::makeDate;
using std::chrono::days;
using tests::ProgrammeBuilder;

namespace {

const PlanStep kNoStep = [](double) {};

Vulnerable vulnerableIn(const Programme& programme, Date from, Date to) {
    return vulnerableOf(programme, analyseContingency(programme, from, to, {}, [](double, const char*) {}));
}

Plan planFor(const Programme& programme, Scenario scenario, Date from, Date to) {
    return makePlan(programme, scenario, vulnerableIn(programme, from, to), from, to, {}, kNoStep);
}

/// The sample's 90 days from 20 November 2026, with four weeks before them.
struct SampleWindow {
    Date from = makeDate(2026, 11, 20), to = from + days(89);
    Programme programme;
    Vulnerable vulnerable;

    explicit SampleWindow(uint64_t seed = SampleOptions{}.seed) {
        SampleOptions options;
        options.seed = seed;
        const auto founding = sample::generateSample(options, from);
        EXPECT_TRUE(founding);
        programme = tests::cutTo(founding->programme, from - days(28), to);
        vulnerable = vulnerableIn(programme, from, to);
    }
    Plan plan(Scenario scenario) const { return makePlan(programme, scenario, vulnerable, from, to, {}, kNoStep); }
};

const SampleWindow& defaultWindow() {
    static const SampleWindow window;
    return window;
}

void expectNoFaults(const Programme& programme, const Plan& plan, const std::string& what) {
    const auto faults = tests::faultsOf(programme, plan);
    for (size_t i = 0; i < std::min<size_t>(5, faults.size()); ++i)
        ADD_FAILURE() << what << " " << toText(plan.scenario) << ": " << faults[i];
    EXPECT_EQ(faults.size(), 0u) << what << " " << toText(plan.scenario);
}

std::vector<std::string> lostIn(const Programme& programme, const Plan& plan) {
    std::vector<std::string> names;
    for (const Removal& removal : plan.loss.removals)
        names.push_back(programme.people[size_t(removal.person)].name);
    return names;
}

/// The plan by ids, so that two orders of the people compare.
core::base::Json byIds(const Programme& programme, const Plan& plan) {
    return {takeoversRecord(programme, plan), gapsRecord(programme, plan), plan.loss.assumptions, plan.met.covered,
            plan.met.needed, plan.greedy.covered, plan.exact.covered};
}

/// A ward of one resident and one attending on weekdays, mornings, for two weeks from a Monday; `from` is its second.
struct SmallWard {
    ProgrammeBuilder builder{"2026-11-02", 14};
    int ward = builder.ward();
    Date from = builder.date(7), to = builder.date(13);

    SmallWard() { builder.require(ward, "Ward", Half::Am, 1); }
    Plan plan(Scenario scenario) const { return planFor(builder.build(), scenario, from, to); }
};

} // namespace

TEST(FallbackScenario, HasTheSevenKeysOfTheRequirements) {
    std::vector<std::string> keys;
    for (const Scenario scenario : kScenarios) {
        keys.push_back(toText(scenario));
        EXPECT_EQ(scenarioFromText(keys.back()), scenario);
        EXPECT_EQ(ruleOf(scenario).scenario, scenario);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"1_faculty_loss", "2_faculty_loss", "pcs_season_50_percent",
                                              "holiday_skeleton", "pandemic_essential_only", "mass_casualty_event",
                                              "weather_emergency"}));
    EXPECT_FALSE(scenarioFromText("single_absence"));
}

TEST(FallbackPlan, KeepsEveryRuleOnTheSampleInEveryScenario) {
    const SampleWindow& window = defaultWindow();
    for (const Scenario scenario : kScenarios) {
        const Plan plan = window.plan(scenario);
        expectNoFaults(window.programme, plan, "sample");
        ASSERT_TRUE(plan.met.ratio());
        EXPECT_GE(plan.met.covered, plan.kept.covered - 1e-9) << toText(scenario);
    }
}

TEST(FallbackPlan, KeepsEveryRuleOnSamplesOfOtherSeeds) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const SampleWindow window(seed);
        const Scenario scenario = kScenarios[seed % kScenarios.size()];
        expectNoFaults(window.programme, window.plan(scenario), "seed " + std::to_string(seed));
    }
}

TEST(FallbackPlan, KeepsEveryRuleOnProgrammesOfChance) {
    tests::oracle::Extent extent;
    extent.leastDays = 8;
    int takeovers = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        const Programme programme = tests::oracle::programmeOfChance(seed, extent);
        const Date from = programme.first() + days(programme.days.size() / 3), to = programme.last();
        for (const Scenario scenario : kScenarios) {
            const Plan plan = planFor(programme, scenario, from, to);
            expectNoFaults(programme, plan, "chance " + std::to_string(seed));
            takeovers += int(plan.takeovers.size());
        }
    }
    EXPECT_GT(takeovers, 500); // otherwise little was looked at
}

TEST(FallbackPlan, IsNoticedByTheCheckerWhenItBreaksARule) {
    const SampleWindow& window = defaultWindow();
    Plan plan = window.plan(Scenario::PcsSeason);
    ASSERT_FALSE(plan.takeovers.empty());
    Plan twice = plan;
    twice.takeovers.push_back(plan.takeovers.front());
    EXPECT_FALSE(tests::faultsOf(window.programme, twice).empty());
    Plan lost = plan;
    lost.takeovers.front().person = plan.loss.removals.front().person;
    EXPECT_FALSE(tests::faultsOf(window.programme, lost).empty());
    Plan boastful = plan;
    boastful.met.covered += 1;
    EXPECT_FALSE(tests::faultsOf(window.programme, boastful).empty());
    Plan weary = plan; // the same person every day and night
    const Takeover one = plan.takeovers.front();
    for (int day = 0; day < 10; ++day)
        for (const Half half : {Half::Am, Half::Pm}) {
            weary.takeovers.push_back(one);
            weary.takeovers.back().when = {window.from + days(day), half};
        }
    EXPECT_FALSE(tests::faultsOf(window.programme, weary).empty());
}

TEST(FallbackPlan, IsTheSameForTheSameProgrammeAndForAnyOrderOfItsPeople) {
    const SampleWindow& window = defaultWindow();
    std::vector<int> order(window.programme.people.size());
    std::iota(order.begin(), order.end(), 0);
    std::reverse(order.begin(), order.end());
    std::swap(order[2], order[11]);
    const Programme other = tests::oracle::withPeopleInOrder(window.programme, order);
    const Vulnerable vulnerable = vulnerableIn(other, window.from, window.to);
    for (const Scenario scenario : kScenarios) {
        const auto first = byIds(window.programme, window.plan(scenario));
        EXPECT_EQ(first, byIds(window.programme, window.plan(scenario))) << toText(scenario);
        EXPECT_EQ(first, byIds(other, makePlan(other, scenario, vulnerable, window.from, window.to, {}, kNoStep)))
            << toText(scenario);
    }
}

TEST(FallbackPlan, OfProgrammesOfChanceDoesNotHangOnTheOrderOfThePeople) {
    tests::oracle::Extent extent;
    extent.leastDays = 8;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const Programme programme = tests::oracle::programmeOfChance(seed, extent);
        std::vector<int> order(programme.people.size());
        std::iota(order.begin(), order.end(), 0);
        std::reverse(order.begin(), order.end());
        const Programme other = tests::oracle::withPeopleInOrder(programme, order);
        for (const Scenario scenario : kScenarios)
            EXPECT_EQ(byIds(programme, planFor(programme, scenario, programme.first(), programme.last())),
                      byIds(other, planFor(other, scenario, other.first(), other.last())))
                << seed << " " << toText(scenario);
    }
}

TEST(FallbackPlan, LosesTheMostCriticalAndTheWorstPair) {
    const SampleWindow& window = defaultWindow();
    const Plan single = window.plan(Scenario::SingleLoss), pair = window.plan(Scenario::DoubleLoss);
    ASSERT_EQ(single.loss.removals.size(), 1u);
    EXPECT_EQ(single.loss.removals.front().person, window.vulnerable.byCriticality.front());
    EXPECT_EQ(single.loss.removals.front().from, window.from);
    EXPECT_EQ(single.loss.removals.front().to, window.to);
    EXPECT_EQ(pair.loss.removals.size(), 2u);
    EXPECT_EQ(pair.loss.assumptions["fatal_pair"], window.vulnerable.worstPair.has_value());
}

TEST(FallbackPlan, TakesThePcsSeasonDownToHalfTheCapacity) {
    const Plan plan = defaultWindow().plan(Scenario::PcsSeason);
    const double left = plan.loss.assumptions["capacity_left"].get<double>();
    EXPECT_LE(left, 0.5);
    EXPECT_GT(left, 0.3);
}

TEST(FallbackPlan, DrawsTheSameThreeInTenForTheSameDateAndOthersForAnother) {
    const SampleWindow& window = defaultWindow();
    const Plan plan = window.plan(Scenario::Pandemic);
    EXPECT_EQ(plan.loss.removals.size(), 4u + 5u); // of 13 and of 18
    EXPECT_EQ(lostIn(window.programme, plan), lostIn(window.programme, window.plan(Scenario::Pandemic)));
    const Plan later = makePlan(window.programme, Scenario::Pandemic, window.vulnerable, window.from + days(1), window.to,
                                {}, kNoStep);
    EXPECT_NE(lostIn(window.programme, plan), lostIn(window.programme, later));
}

TEST(FallbackPlan, RecallsWhoeverIsOnLeaveThatCanWait) {
    const Plan plan = defaultWindow().plan(Scenario::MassCasualty);
    EXPECT_TRUE(plan.loss.removals.empty());
    EXPECT_FALSE(plan.loss.cancelledLeave.empty());
    EXPECT_EQ(plan.loss.assumptions["leave_cancelled"].get<size_t>(), plan.loss.cancelledLeave.size());
}

TEST(FallbackPlan, KeepsWhoeverIsOffSiteAwayForThreeDaysOfAStorm) {
    ProgrammeBuilder builder("2026-11-02", 14);
    const int outside = builder.clinic("EM");
    builder.raw().rotations.back().isOffsite = true;
    const int resident = builder.resident("Away Resident"), adjunct = builder.faculty("Adjunct", {}, FacultyRole::Adjunct);
    builder.assign(resident, 8, Half::Am, outside);
    const Plan plan = planFor(builder.build(), Scenario::Weather, builder.date(7), builder.date(13));
    const std::vector<Removal> expected{{resident, builder.date(8), builder.date(10)},
                                        {adjunct, builder.date(7), builder.date(13)}};
    EXPECT_EQ(plan.loss.removals, expected);
}

TEST(FallbackPlan, RunsAHolidayWithNoMoreThanTheMinimumCrew) {
    SmallWard world;
    world.builder.raw().requirements.front().multiplierOverride = 1.0;
    const int clinic = world.builder.clinic();
    world.builder.require(clinic, "Clinic", Half::Pm, 1);
    for (const char* name : {"A", "B"}) {
        const int person = world.builder.faculty(name);
        for (int day = 0; day < 12; ++day)
            world.builder.assign(person, day, Half::Am, world.ward).assign(person, day, Half::Pm, clinic);
    }
    const Programme programme = world.builder.build();
    const Plan plan = world.plan(Scenario::HolidaySkeleton);
    EXPECT_DOUBLE_EQ(plan.met.needed, 5); // the ward of five weekdays; the clinic does not run
    EXPECT_EQ(plan.met.ratio(), 1.0);
    const Programme after = planned(programme, plan);
    EXPECT_EQ(std::count_if(after.assignments.begin(), after.assignments.end(),
                            [&](const Assignment& a) { return a.date >= world.from; }),
              5);
}

TEST(FallbackPlan, PutsTheOneWithTheLeastWorkInAndSaysWhyNobodyElse) {
    SmallWard world;
    const int lost = world.builder.faculty("Lost"), busy = world.builder.faculty("Busy"),
              idle = world.builder.faculty("Idle");
    const int clinic = world.builder.clinic();
    for (int day = 0; day < 12; ++day)
        if (day % 7 < 5)
            world.builder.assign(lost, day, Half::Am, world.ward).assign(busy, day, Half::Pm, clinic);
    world.builder.absence(idle, 10, 11, "sick"); // Thursday and Friday
    const Programme programme = world.builder.build();
    const Plan plan = world.plan(Scenario::SingleLoss);
    ASSERT_EQ(lostIn(programme, plan), std::vector<std::string>{"Lost"});
    ASSERT_EQ(plan.takeovers.size(), 5u);
    EXPECT_EQ(plan.takeovers[0].person, idle);
    EXPECT_EQ(plan.takeovers[3].person, busy);
    EXPECT_EQ(plan.met.ratio(), 1.0);
    EXPECT_TRUE(plan.shortages.empty());
    EXPECT_DOUBLE_EQ(plan.kept.covered, 0);
}

TEST(FallbackPlan, LeavesAGapWithItsReasonsRatherThanBreakARule) {
    SmallWard world;
    const int lost = world.builder.faculty("Lost"), other = world.builder.faculty("Other"),
              adjunct = world.builder.faculty("Adjunct", {}, FacultyRole::Adjunct);
    const int clinic = world.builder.clinic();
    (void)adjunct;
    for (int day = 7; day < 12; ++day)
        world.builder.assign(lost, day, Half::Am, world.ward);
    world.builder.assign(other, 7, Half::Am, clinic); // at work elsewhere on Monday
    world.builder.call(other, 8);                     // on call in the night to Wednesday
    world.builder.assign(other, 10, Half::Am, clinic, "DO");
    const Plan plan = world.plan(Scenario::SingleLoss);
    ASSERT_EQ(plan.shortages.size(), 4u);
    EXPECT_EQ(plan.shortages[0].reason, "1 lost in this scenario, 1 adjunct, never called in, 1 assigned elsewhere");
    EXPECT_EQ(plan.shortages[1].when, (HalfDay{world.builder.date(8), Half::Am}));
    EXPECT_NE(plan.shortages[1].reason.find("1 without enough rest"), std::string::npos); // the call begins six hours later
    EXPECT_NE(plan.shortages[2].reason.find("1 after a night on duty"), std::string::npos);
    EXPECT_NE(plan.shortages[3].reason.find("1 on a day off"), std::string::npos);
    EXPECT_EQ(plan.shortages[3].missing, 1);
    EXPECT_DOUBLE_EQ(*plan.met.ratio(), 1.0 / 5);
}

TEST(FallbackPlan, OfSomebodyWithHalfAPostStopsAtSixHalfDaysAWeek) {
    ProgrammeBuilder builder("2026-11-02", 14);
    const int ward = builder.ward();
    builder.require(ward, "Ward", Half::Am, 1).dayClass = DayClass::EveryDay;
    builder.require(ward, "Ward", Half::Pm, 1).dayClass = DayClass::EveryDay;
    const int lost = builder.faculty("Lost"), half = builder.faculty("Half");
    builder.raw().people[size_t(half)].fte = 0.5;
    for (int day = 7; day < 14; ++day)
        builder.wholeDay(lost, day, ward);
    const Plan plan = planFor(builder.build(), Scenario::SingleLoss, builder.date(7), builder.date(13));
    EXPECT_EQ(plan.takeovers.size(), 6u);
    EXPECT_NE(plan.shortages.front().reason.find("at the weekly cap of half-days"), std::string::npos);
}

TEST(FallbackPlan, KeepsProtectedTimeThatTheScenarioDoesNotShed) {
    SmallWard world;
    const int lost = world.builder.faculty("Lost"), scholar = world.builder.faculty("Scholar");
    const int research = world.builder.clinic("RES");
    world.builder.raw().rotations.back().shedCategory = 5;
    for (int day = 7; day < 12; ++day)
        world.builder.assign(lost, day, Half::Am, world.ward).assign(scholar, day, Half::Am, research);
    const Plan single = world.plan(Scenario::SingleLoss);
    EXPECT_TRUE(single.takeovers.empty());
    EXPECT_NE(single.shortages.front().reason.find("1 on protected time that stays"), std::string::npos);
    const Programme programme = world.builder.build();
    Vulnerable vulnerable = vulnerableIn(programme, world.from, world.to);
    // In the PCS season research gives way: whoever is lost by the smaller post, the other steps in.
    const Plan season = makePlan(programme, Scenario::PcsSeason, vulnerable, world.from, world.to, {}, kNoStep);
    ASSERT_EQ(season.loss.removals.size(), 1u);
    if (season.loss.removals.front().person == lost) {
        ASSERT_EQ(season.takeovers.size(), 5u);
        EXPECT_EQ(season.takeovers.front().replaces, research);
    }
}

TEST(FallbackPlan, WithoutPeopleHasNothingButGaps) {
    SmallWard world;
    for (const Scenario scenario : kScenarios) {
        const Plan plan = world.plan(scenario);
        EXPECT_TRUE(plan.takeovers.empty());
        EXPECT_TRUE(plan.loss.removals.empty());
        EXPECT_EQ(plan.met.ratio().value_or(0), 0.0);
    }
    const Plan single = world.plan(Scenario::SingleLoss);
    ASSERT_FALSE(single.shortages.empty());
    EXPECT_EQ(single.shortages.front().reason, "nobody of this role is in the programme");
}

TEST(FallbackPlan, WithoutARequirementHasNoCoverageRate) {
    ProgrammeBuilder builder("2026-11-02", 14);
    builder.faculty("Somebody");
    for (const Scenario scenario : kScenarios) {
        const Plan plan = planFor(builder.build(), scenario, builder.date(7), builder.date(13));
        EXPECT_FALSE(plan.met.ratio()) << toText(scenario);
        EXPECT_FALSE(plan.greedy.ratio());
        EXPECT_TRUE(plan.shortages.empty());
    }
}

TEST(FallbackPlan, WithEverybodyAwayCoversNothingAndSaysThatTheyAreAbsent) {
    SmallWard world;
    for (const char* name : {"A", "B", "C"}) {
        const int person = world.builder.faculty(name);
        for (int day = 0; day < 12; ++day)
            world.builder.assign(person, day, Half::Am, world.ward);
        world.builder.absence(person, 7, 13, "sick");
    }
    const Plan plan = world.plan(Scenario::MassCasualty); // sick leave is not cancelled
    EXPECT_EQ(plan.met.ratio(), 0.0);
    ASSERT_FALSE(plan.shortages.empty());
    EXPECT_EQ(plan.shortages.front().reason, "3 absent");
}

TEST(FallbackPlan, IgnoresTheLoadSheddingInForce) {
    SampleWindow window;
    const Plan before = window.plan(Scenario::SingleLoss);
    window.programme.shedLevel = 4;
    window.programme.shedCategories = {3, 4, 5, 6, 7};
    const Plan after = makePlan(window.programme, Scenario::SingleLoss, window.vulnerable, window.from, window.to, {}, kNoStep);
    EXPECT_DOUBLE_EQ(before.met.needed, after.met.needed);
    EXPECT_DOUBLE_EQ(before.published.covered, after.published.covered);
}

TEST(FallbackPlan, StopsWhenItIsToldTo) {
    const SampleWindow& window = defaultWindow();
    int steps = 0;
    const auto stop = [&](double) {
        if (++steps == 5)
            throw std::runtime_error("stop");
    };
    EXPECT_THROW(makePlan(window.programme, Scenario::Pandemic, window.vulnerable, window.from, window.to, {}, stop),
                 std::runtime_error);
}

TEST(FallbackPlanSet, GoesOnAfterAScenarioThatFails) {
    std::vector<double> shares;
    const auto results = makePlans(
        [](Scenario scenario, const PlanStep& step) {
            step(0.5);
            if (scenario == Scenario::Pandemic)
                throw std::runtime_error("no seed");
            Plan plan;
            plan.scenario = scenario;
            return plan;
        },
        [&](double done, const char*) { shares.push_back(done); });
    ASSERT_EQ(results.size(), kScenarios.size());
    for (const PlanResult& result : results) {
        EXPECT_EQ(result.plan.has_value(), result.scenario != Scenario::Pandemic);
        EXPECT_EQ(result.error, result.plan ? "" : "no seed");
    }
    EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
}

TEST(FallbackPlanSet, IsStoppedByWhoeverListens) {
    const auto stop = [](double, const char*) { throw std::runtime_error("cancelled"); };
    EXPECT_THROW(makePlans([](Scenario, const PlanStep&) { return Plan(); }, stop), std::runtime_error);
    const auto later = [](double done, const char*) {
        if (done > 0.5)
            throw std::runtime_error("cancelled");
    };
    EXPECT_THROW(makePlans(
                     [](Scenario, const PlanStep& step) {
                         step(0.9);
                         return Plan();
                     },
                     later),
                 std::runtime_error);
}

TEST(FallbackRecord, GivesBackWhoTakesOverWhat) {
    const SampleWindow& window = defaultWindow();
    const Plan plan = window.plan(Scenario::PcsSeason);
    size_t count = 0;
    for (const auto& [id, record] : takeoversRecord(window.programme, plan)) {
        const auto duties = dutiesOfRecord(core::base::Json::parse(record.dump()));
        count += duties.size();
        for (const FallbackDuty& duty : duties)
            EXPECT_TRUE(std::any_of(plan.takeovers.begin(), plan.takeovers.end(), [&](const Takeover& takeover) {
                return takeover.when == duty.when && window.programme.people[size_t(takeover.person)].id == id &&
                       takeover.isCall() == duty.call;
            }));
    }
    EXPECT_EQ(count, plan.takeovers.size());
    EXPECT_TRUE(dutiesOfRecord({{1, 3, "FMIT", "Ward", nullptr}, {1, 0, 7, "Ward", nullptr}, {1}, "x"}).empty());
}

TEST(FallbackRecord, GivesBackTheGapsThatWereKept) {
    const SampleWindow& window = defaultWindow();
    const Plan plan = window.plan(Scenario::PcsSeason);
    const auto gaps = gapsOfRecord(core::base::Json::parse(gapsRecord(window.programme, plan).dump()));
    ASSERT_EQ(gaps.size(), plan.shortages.size());
    for (size_t i = 0; i < gaps.size(); ++i) {
        EXPECT_EQ(gaps[i].when, plan.shortages[i].when);
        EXPECT_EQ(gaps[i].service, window.programme.requirements[size_t(plan.shortages[i].requirement)].service);
        EXPECT_EQ(gaps[i].reason, plan.shortages[i].reason);
        EXPECT_EQ(gaps[i].missing, plan.shortages[i].missing);
    }
    EXPECT_TRUE(gapsOfRecord(core::base::Json()).empty());
    EXPECT_TRUE(gapsOfRecord({{"rows", {{1, 7, 0, "faculty", 1, 0}}}, {"services", {{"X", 1}}}, {"reasons", {"r"}}}).empty());
}

namespace {

std::vector<Vacancy> anyVacancies() {
    std::vector<Vacancy> vacancies;
    for (int v = *rc::gen::inRange(0, 6); v > 0; --v) {
        Vacancy vacancy;
        vacancy.units = *rc::gen::inRange(1, 4);
        for (int person = 0; person < 7; ++person)
            if (*rc::gen::inRange(0, 3) == 0)
                vacancy.candidates.push_back(person);
        vacancies.push_back(vacancy);
    }
    return vacancies;
}

/// The most units that can be filled, by trying everybody everywhere.
int mostUnits(const std::vector<Vacancy>& vacancies, int person, std::vector<int>& given) {
    if (person == 7)
        return 0;
    int best = mostUnits(vacancies, person + 1, given);
    for (size_t v = 0; v < vacancies.size(); ++v) {
        const auto& could = vacancies[v].candidates;
        if (given[v] == vacancies[v].units || std::find(could.begin(), could.end(), person) == could.end())
            continue;
        ++given[v];
        best = std::max(best, 1 + mostUnits(vacancies, person + 1, given));
        --given[v];
    }
    return best;
}

void assertProper(const std::vector<Vacancy>& vacancies, const Filling& filling) {
    std::set<int> seen;
    RC_ASSERT(filling.size() == vacancies.size());
    for (size_t v = 0; v < filling.size(); ++v) {
        RC_ASSERT(int(filling[v].size()) <= vacancies[v].units);
        for (const int person : filling[v]) {
            const auto& could = vacancies[v].candidates;
            RC_ASSERT(std::find(could.begin(), could.end(), person) != could.end());
            RC_ASSERT(seen.insert(person).second);
        }
    }
}

} // namespace

RC_GTEST_PROP(FallbackFilling, ExactlyFillsAsMuchAsCanBeFilledAndNeverLessThanGreedily, ()) {
    const std::vector<Vacancy> vacancies = anyVacancies();
    const Filling greedy = fillGreedily(vacancies), exact = fillExactly(vacancies);
    assertProper(vacancies, greedy);
    assertProper(vacancies, exact);
    std::vector<int> given(vacancies.size(), 0);
    RC_ASSERT(filledUnits(exact) == mostUnits(vacancies, 0, given));
    RC_ASSERT(filledUnits(greedy) <= filledUnits(exact));
}

RC_GTEST_PROP(FallbackFilling, LeavesAnEarlierVacancyNoShorterThanAGreedyWayWould, ()) {
    const std::vector<Vacancy> vacancies = anyVacancies();
    if (vacancies.empty())
        return;
    const Filling exact = fillExactly(vacancies);
    const auto& first = vacancies.front();
    RC_ASSERT(int(exact.front().size()) == std::min(first.units, int(first.candidates.size())));
}
