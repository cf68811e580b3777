#include "core/programme/ContingencyDocument.h"
#include "core/programme/Coverage.h"
#include "core/programme/Forecast.h"
#include "core/programme/HealthReport.h"
#include "core/programme/PairLoss.h"
#include "core/programme/SingleLoss.h"
#include "core/programme/Utilization.h"
#include "tests/unit/calc_builder.h"
#include "tests/unit/oracle_programmes.h"

#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace {

constexpr int kDays = 8;

/// A small programme of chance: services with and without a skill, day and night, people of every kind, rows anywhere.
ProgrammeBuilder anyProgramme() {
    ProgrammeBuilder builder("2026-11-02", kDays);
    const std::vector<int> rotations{builder.clinic("C"), builder.clinic("OBC"), builder.ward("FMIT"), builder.night("NF"),
                                     builder.off("OFF")};
    const int services = *rc::gen::inRange(1, 5);
    for (int s = 0; s < services; ++s) {
        const int rotation = *rc::gen::inRange(0, 4);
        const Half half = rotation == 3 ? Half::Night : *rc::gen::element(Half::Am, Half::Pm);
        Requirement& requirement = builder.require(rotations[size_t(rotation)], "Service " + std::to_string(s), half,
                                                   *rc::gen::element(0.0, 0.5, 1.0, 1.0, 2.0), *rc::gen::inRange(0, 3));
        requirement.dayClass = *rc::gen::element(DayClass::EveryDay, DayClass::Weekday);
        requirement.facultyByUnits = *rc::gen::inRange(0, 5) == 0;
        requirement.requiresSpecialty = *rc::gen::inRange(0, 3) == 0 ? "obstetrics" : "";
        requirement.shedCategory = *rc::gen::inRange(1, 8);
        if (*rc::gen::inRange(0, 3) == 0)
            requirement.maxPgy1 = 1;
    }
    const int faculty = *rc::gen::inRange(0, 7), residents = *rc::gen::inRange(0, 4);
    for (int f = 0; f < faculty; ++f) {
        builder.faculty("F " + std::to_string(f),
                        *rc::gen::arbitrary<bool>() ? std::vector<std::string>{"obstetrics"} : std::vector<std::string>{},
                        *rc::gen::element(FacultyRole::Core, FacultyRole::Core, FacultyRole::Pd, FacultyRole::Adjunct));
        builder.raw().people.back().fte = *rc::gen::element(1.0, 1.0, 0.5);
    }
    for (int r = 0; r < residents; ++r)
        builder.resident("R " + std::to_string(r), *rc::gen::inRange(0, 4));
    for (int person = 0; person < faculty + residents; ++person) {
        for (int day = 0; day < kDays; ++day)
            for (const Half half : {Half::Am, Half::Pm})
                if (*rc::gen::inRange(0, 3) > 0)
                    builder.assign(person, day, half, *rc::gen::inRange(-1, 5), *rc::gen::element<std::string>("", "", "AT", "DO"));
        if (*rc::gen::inRange(0, 3) == 0)
            builder.call(person, *rc::gen::inRange(0, kDays));
        if (*rc::gen::inRange(0, 3) == 0) {
            const int first = *rc::gen::inRange(0, kDays);
            Absence& absence = builder.absence(person, first, *rc::gen::inRange(first, kDays));
            absence.status = *rc::gen::element(AbsenceStatus::Approved, AbsenceStatus::Anticipated, AbsenceStatus::Pending);
        }
    }
    return builder;
}

std::vector<int> anyOrder(size_t people) {
    std::vector<int> order(people);
    std::iota(order.begin(), order.end(), 0);
    for (size_t i = people; i > 1; --i)
        std::swap(order[i - 1], order[size_t(*rc::gen::inRange<int>(0, int(i)))]);
    return order;
}

CoverageReport coverageOf(const Programme& programme) {
    return coverageBetween(programme, programme.first(), programme.last());
}

ContingencyReport analysisOf(const Programme& programme) {
    return analyseContingency(programme, programme.first(), programme.last(), {}, [](double, const char*) {});
}

/// The fewest slots that can stay short, by trying every way of giving people to openings.
int fewestShort(const std::vector<Opening>& openings, const std::vector<int>& people, size_t next, std::vector<int>& given) {
    if (next == people.size()) {
        int left = 0;
        for (size_t o = 0; o < openings.size(); ++o)
            left += given[o] < openings[o].units ? int(openings[o].slots.size()) : 0;
        return left;
    }
    int best = fewestShort(openings, people, next + 1, given); // does not step in
    for (size_t o = 0; o < openings.size(); ++o) {
        const auto& candidates = openings[o].candidates;
        if (std::find(candidates.begin(), candidates.end(), people[next]) == candidates.end())
            continue;
        ++given[o];
        best = std::min(best, fewestShort(openings, people, next + 1, given));
        --given[o];
    }
    return best;
}

} // namespace

RC_GTEST_PROP(CalcProperty, LosingAFacultyMemberNeverRaisesCoverage, ()) {
    ProgrammeBuilder builder = anyProgramme();
    const Programme whole = builder.build();
    const auto before = coverageOf(whole);
    for (size_t p = 0; p < whole.people.size(); ++p) {
        ProgrammeBuilder without = builder;
        without.absence(int(p), 0, kDays - 1);
        const auto after = coverageOf(without.build());
        RC_ASSERT(after.covered <= before.covered + 1e-9);
        if (whole.people[p].isFaculty() && before.ratio())
            RC_ASSERT(after.ratio().value() <= *before.ratio() + 1e-9);
    }
}

RC_GTEST_PROP(CalcProperty, SheddingNeverRaisesUtilization, ()) {
    Programme programme = anyProgramme().build();
    double last = std::numeric_limits<double>::max();
    for (int level = 0; level <= kHighestShedLevel; ++level) {
        programme.shedCategories = shedCategoriesAt(level);
        const DayLoad load = loadBetween(programme, programme.first(), programme.last());
        RC_ASSERT(utilization(load) <= last);
        RC_ASSERT(std::abs(load.required + load.suspended - load.clinicalDemand - load.protectedDemand) < 1e-9);
        RC_ASSERT(load.essential <= load.required + 1e-9);
        last = utilization(load);
    }
}

RC_GTEST_PROP(CalcProperty, FiguresStayInsideTheirBounds, ()) {
    const Programme programme = anyProgramme().build();
    const HealthReport health = checkHealth(programme, programme.first(), {});
    RC_ASSERT(health.utilization.ratio >= 0);
    RC_ASSERT(health.utilization.buffer >= 0 && health.utilization.buffer <= 0.8 + 1e-9);
    RC_ASSERT((!health.coverage || (*health.coverage >= 0 && *health.coverage <= 1)));
    RC_ASSERT(healthRank(health.status) >= 0);
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    int days = 0;
    for (const int count : forecast.daysByLevel)
        days += count;
    RC_ASSERT(days == kDays);
    RC_ASSERT(forecast.highRiskDays <= forecast.highRiskDaysWithUnplanned);
    const ContingencyReport report = analysisOf(programme);
    double shares = 0;
    for (const Vulnerability& loss : report.vulnerabilities) {
        shares += loss.share;
        RC_ASSERT(loss.irreplaceable <= loss.affected);
        RC_ASSERT(int(loss.open.size()) == loss.irreplaceable);
        for (const auto* list : {&loss.substitutes, &loss.rejected})
            for (const Candidate& candidate : *list)
                RC_ASSERT(std::accumulate(candidate.answers.begin(), candidate.answers.end(), 0) == loss.affected);
    }
    RC_ASSERT((report.vulnerabilities.empty() || std::abs(shares - 1) < 1e-9));
    for (const Criticality& c : report.criticality)
        RC_ASSERT(c.score >= 0 && c.score <= 1 + 1e-9 && c.hub.score >= 0 && c.hub.score <= 1 + 1e-9);
    for (const CascadeCase& c : report.cascade)
        RC_ASSERT(c.finalCoverage >= -1e-9 && c.finalCoverage <= 1 + 1e-9);
    RC_ASSERT(report.n1Pass.has_value() == !report.vulnerabilities.empty());
}

RC_GTEST_PROP(CalcProperty, TheOrderOfThePeopleChangesNothing, ()) {
    const Programme programme = anyProgramme().build();
    const Programme other = tests::oracle::withPeopleInOrder(programme, anyOrder(programme.people.size()));
    RC_ASSERT(toDocument(programme, analysisOf(programme)) == toDocument(other, analysisOf(other)));
    const HealthReport health = checkHealth(programme, programme.first(), {}), same = checkHealth(other, other.first(), {});
    RC_ASSERT(health.coverage == same.coverage);
    RC_ASSERT(std::abs(health.utilization.ratio - same.utilization.ratio) < 1e-9);
    RC_ASSERT(health.status == same.status);
}

RC_GTEST_PROP(CalcProperty, TheLossOfTwoIsSymmetricAndAtLeastThatOfEach, ()) {
    const Programme programme = anyProgramme().build();
    const Staffing staffing(programme, programme.first(), programme.last());
    for (const int f : staffing.serving())
        for (const int g : staffing.serving()) {
            if (f == g)
                continue;
            const FatalPair pair = lossOfPair(staffing, f, g), turned = lossOfPair(staffing, g, f);
            RC_ASSERT(pair.first == turned.first && pair.second == turned.second);
            RC_ASSERT(pair.affected == turned.affected && pair.open == turned.open);
            RC_ASSERT(pair.beyondSingles == turned.beyondSingles && pair.beyondSingles >= 0);
            RC_ASSERT(pair.uncoverable <= pair.affected);
            RC_ASSERT(pair.uncoverable >= lossOf(staffing, f).irreplaceable);
            RC_ASSERT(pair.affected >= lossOf(staffing, f).affected);
        }
}

RC_GTEST_PROP(CalcProperty, NoOtherWayOfSpreadingSubstitutesLeavesFewerSlotsShort, ()) {
    const std::vector<int> people{1, 2, 3, 4, 5};
    std::vector<Opening> openings;
    for (int o = *rc::gen::inRange(0, 5); o > 0; --o) {
        Opening opening;
        opening.units = *rc::gen::inRange(1, 3);
        for (int s = *rc::gen::inRange(1, 4); s > 0; --s)
            opening.slots.push_back(10 * o + s);
        for (const int person : people)
            if (*rc::gen::inRange(0, 3) == 0)
                opening.candidates.push_back(person);
        openings.push_back(opening);
    }
    std::vector<int> given(openings.size(), 0);
    RC_ASSERT(int(shortSlots(openings).size()) == fewestShort(openings, people, 0, given));
}
