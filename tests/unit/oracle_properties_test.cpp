// What holds of every programme, whatever is in it: the programmes of chance are those of the oracles.

#include "core/programme/ContingencyDocument.h"
#include "core/programme/Coverage.h"
#include "core/programme/Fairness.h"
#include "core/programme/Forecast.h"
#include "core/programme/HealthReport.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/PairLoss.h"
#include "core/programme/SingleLoss.h"
#include "core/programme/Utilization.h"
#include "core/programme/WeeklyHours.h"
#include "tests/support/Dice.h"
#include "tests/unit/oracle_harness.h"

#include <numeric>

using namespace core::programme;
using namespace tests::oracle;

namespace oracle_properties {

constexpr double kNoise = 1e-7;

bool isRatio(const std::optional<double>& value) {
    return !value || (*value >= 0 && *value <= 1 + kNoise);
}

CoverageReport coverage(const Programme& programme) {
    return coverageBetween(programme, programme.first(), programme.last());
}

DayLoad load(const Programme& programme) {
    return loadBetween(programme, programme.first(), programme.last());
}

ContingencyReport contingency(const Programme& programme) {
    return analyseContingency(programme, programme.first(), programme.last(), {}, [](double, const char*) {});
}

Programme without(Programme programme, int person) {
    Absence absence;
    absence.id = "the loss";
    absence.person = person;
    absence.start = programme.first() - std::chrono::days(1);
    absence.end = programme.last();
    absence.type = "vacation";
    programme.absences.push_back(absence);
    return programme;
}

/// One more who can do everything and has nothing to do.
Programme withSpareAttending(Programme programme) {
    Person person;
    person.id = "spare";
    person.name = "Spare Attending";
    person.type = PersonType::Faculty;
    person.role = FacultyRole::Core;
    person.specialties = {"obstetrics", "sports_medicine"};
    person.performsProcedures = true;
    person.activeFrom = programme.first() - std::chrono::days(400);
    programme.people.push_back(person);
    return programme;
}

Differences boundsBroken(const Programme& programme, Bend) {
    Differences broken;
    const auto holds = [&broken](bool so, const std::string& what) {
        if (!so)
            broken.add("not so: " + what);
    };
    const CoverageReport covered = coverage(programme);
    holds(isRatio(covered.ratio()), "coverage is a ratio");
    holds(covered.ratio().has_value() == (covered.needed > 0), "coverage is absent only where nothing is needed");
    holds(!covered.ratio() || (covered.gaps.empty() == (covered.needed - covered.covered < kNoise)),
          "gaps are what is missing");
    std::vector<double> capacity;
    for (const Day& day : programme.days) {
        (void)capacityOn(programme, day.date, &capacity);
        for (const double halfDays : capacity)
            holds(halfDays >= 0 && halfDays <= 2, "a person has at most two half-days a day");
    }
    const DayLoad all = load(programme);
    holds(all.essential <= all.required + kNoise && all.suspended >= 0 && all.required >= -kNoise,
          "demand has its parts");
    const FairnessReport fairness = fairnessOf(programme, programme.first(), programme.last());
    for (const auto& index :
         {fairness.residents, fairness.faculty, fairness.overall, fairness.residentsJain, fairness.facultyJain})
        holds(isRatio(index), "a fairness index is a ratio");
    for (const PersonLoad& person : fairness.loads)
        holds(isRatio(person.availability) && person.weighted >= 0, "availability is a ratio");
    for (const PersonType type : {PersonType::Resident, PersonType::Faculty})
        for (const PersonWeeks& person : weeklyHours(programme, type, programme.first(), programme.last()))
            for (const WorkedWeek& week : person.weeks)
                holds(week.hours >= 0 && week.hours <= 168, "a week has 168 hours");
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    holds(forecast.days.size() == programme.days.size(), "every day is forecast");
    for (const ForecastDay& day : forecast.days)
        holds(day.utilization >= 0 && day.available >= 0, "a forecast is not negative");
    const HealthReport health = checkHealth(programme, programme.first(), {});
    holds(isRatio(health.coverage) && health.utilization.ratio >= 0 && isRatio(health.utilization.buffer),
          "health has bounds");
    holds(health.facultyOnDuty + health.facultyOnLeave <= health.facultyTotal, "nobody is counted twice");
    const ContingencyReport losses = contingency(programme);
    holds((losses.n1Pass && losses.n2Pass) == losses.unknownReason.empty(), "what is not known has a reason");
    for (const Vulnerability& loss : losses.vulnerabilities)
        holds(loss.irreplaceable <= loss.affected && isRatio(loss.share), "a loss has bounds");
    for (const Criticality& person : losses.criticality)
        holds(isRatio(person.score), "criticality is a ratio");
    return broken;
}

Differences losingSomebodyHelps(const Programme& programme, Bend) {
    Differences helps;
    const CoverageReport before = coverage(programme);
    const double capacity = load(programme).capacity;
    for (int person = 0; person < int(programme.people.size()); ++person) {
        const Programme less = without(programme, person);
        const CoverageReport after = coverage(less);
        const std::string who = programme.people[size_t(person)].name;
        if (after.covered > before.covered + kNoise)
            helps.add("more is covered without " + who);
        // A resident takes the need of supervision along, so the share may rise; without a faculty member it may not.
        if (programme.people[size_t(person)].isFaculty() && before.ratio() && *after.ratio() > *before.ratio() + kNoise)
            helps.add("a larger share is covered without " + who);
        if (load(less).capacity > capacity + kNoise)
            helps.add("more capacity without " + who);
    }
    return helps;
}

Differences sheddingAdds(const Programme& plain, Bend) {
    Programme programme = plain;
    Differences adds;
    double lastRatio = 1e9, lastNeeded = 1e9;
    for (int level = 0; level <= kHighestShedLevel; ++level) {
        programme.shedCategories = shedCategoriesAt(level);
        const DayLoad now = load(programme);
        const double needed = coverage(programme).needed;
        if (utilization(now) > lastRatio + kNoise || needed > lastNeeded + kNoise)
            adds.add("level " + std::to_string(level) + " asks for more than the level below it");
        adds.compare("what is suspended and what is required", now.clinicalDemand + now.protectedDemand,
                     now.required + now.suspended);
        lastRatio = utilization(now);
        lastNeeded = needed;
    }
    return adds;
}

Differences pairsDisagree(const Programme& programme, Bend) {
    Differences disagree;
    const Staffing staffing(programme, programme.first(), programme.last());
    const Programme more = withSpareAttending(programme);
    const Staffing richer(more, more.first(), more.last());
    for (const int f : staffing.serving()) {
        const Vulnerability one = lossOf(staffing, f);
        if (lossOf(richer, f).irreplaceable > one.irreplaceable)
            disagree.add("somebody to spare makes the loss of one worse");
        for (const int g : staffing.serving()) {
            if (f == g)
                continue;
            const FatalPair pair = lossOfPair(staffing, f, g), turned = lossOfPair(staffing, g, f);
            disagree.compare("first", pair.first, turned.first);
            disagree.compare("second", pair.second, turned.second);
            disagree.compare("affected", pair.affected, turned.affected);
            disagree.compare("uncoverable", pair.uncoverable, turned.uncoverable);
            disagree.compare("severity", pair.severity, turned.severity);
            if (!(pair.open == turned.open))
                disagree.add("the open slots depend on who is named first");
            if (pair.uncoverable < one.irreplaceable || pair.affected < one.affected ||
                pair.uncoverable > pair.affected)
                disagree.add("the loss of two is less than the loss of one");
            if (lossOfPair(richer, f, g).uncoverable > pair.uncoverable)
                disagree.add("somebody to spare makes the loss of two worse");
        }
    }
    return disagree;
}

/// Listed, and in the programme on the day.
bool isCounted(const Facts& facts, int person, int day) {
    return facts.enrolled(person, day) && facts.programme().people[size_t(person)].status != PersonStatus::Separated;
}

/// Hours by person and hours by row are the same hours.
Differences hoursAreLost(const Programme& programme, Bend bend) {
    const Facts facts(programme, bend);
    double byRow = 0, byPerson = 0;
    int halfDays = 0, calls = 0, halfDaysByPerson = 0, callsByPerson = 0;
    for (const Assignment& row : programme.assignments) {
        const int day = int((row.date - programme.first()).count());
        if (!facts.isWork(row) || !isCounted(facts, row.person, day) || facts.away(row.person, day, row.half))
            continue;
        byRow += facts.hours(row);
        ++halfDays;
    }
    for (const Call& call : programme.calls) {
        const int day = int((call.date - programme.first()).count());
        calls += call.type != CallType::Backup && day >= 0 && isCounted(facts, call.person, day) &&
                 !facts.away(call.person, day, Half::Night);
    }
    for (const PersonLoad& load : loadsOf(programme, programme.first(), programme.last())) {
        byPerson += load.hours;
        halfDaysByPerson += load.halfDays + load.nights;
        callsByPerson += load.calls();
    }
    Differences lost;
    lost.compare("hours", byRow + 12 * calls, byPerson);
    lost.compare("half-days and nights", halfDays, halfDaysByPerson);
    lost.compare("calls", calls, callsByPerson);
    return lost;
}

/// What two windows that meet have is what the whole has.
Differences partsDoNotAddUp(const Programme& programme, Bend) {
    Differences differ;
    const auto last = programme.last();
    const auto half = programme.first() + (last - programme.first()) / 2, next = half + std::chrono::days(1);
    if (next > last)
        return differ;
    const CoverageReport whole = coverage(programme), one = coverageBetween(programme, programme.first(), half),
                         two = coverageBetween(programme, next, last);
    differ.compare("needed", whole.needed, one.needed + two.needed);
    differ.compare("covered", whole.covered, one.covered + two.covered);
    differ.compare("gaps", whole.gaps.size(), one.gaps.size() + two.gaps.size());
    DayLoad parts = loadBetween(programme, programme.first(), half);
    parts += loadBetween(programme, next, last);
    differ.compare("capacity", load(programme).capacity, parts.capacity);
    differ.compare("required", load(programme).required, parts.required);
    return differ;
}

Differences orderMatters(const Programme& programme, Bend) {
    std::vector<int> order(programme.people.size());
    std::iota(order.begin(), order.end(), 0);
    tests::Dice dice(programme.assignments.size());
    for (size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[dice.below(i)]);
    const Programme other = withPeopleInOrder(programme, order);
    Differences matters;
    matters.compare("needed", coverage(programme).needed, coverage(other).needed);
    matters.compare("covered", coverage(programme).covered, coverage(other).covered);
    matters.compare("required", load(programme).required, load(other).required);
    matters.compare("capacity", load(programme).capacity, load(other).capacity);
    const FairnessReport fairness = fairnessOf(programme, programme.first(), programme.last()),
                         same = fairnessOf(other, other.first(), other.last());
    matters.compare("fairness of residents", fairness.residents, same.residents);
    matters.compare("fairness of faculty", fairness.faculty, same.faculty);
    if (toDocument(programme, contingency(programme)) != toDocument(other, contingency(other)))
        matters.add("the contingency analysis is another");
    return matters;
}

constexpr Extent kShort{.mostDays = 14};

} // namespace oracle_properties

using namespace oracle_properties;

TEST(OracleProperty, EveryFigureIsWithinItsBoundsOrAbsentWithAReason) {
    expectSame("bounds", 200, boundsBroken, kShort);
}

TEST(OracleProperty, LosingSomebodyNeverCoversMore) {
    expectSame("loss of somebody", 200, losingSomebodyHelps, kShort);
}

TEST(OracleProperty, SheddingNeverAsksForMore) {
    expectSame("shedding", 200, sheddingAdds, kShort);
}

TEST(OracleProperty, TheLossOfTwoIsSymmetricNoLessThanThatOfOneAndNoWorseWithSomebodyToSpare) {
    expectSame("loss of two", 200, pairsDisagree, kShort);
}

TEST(OracleProperty, HoursByPersonAndByRowAreTheSameHours) {
    expectSame("conservation of hours", 200, hoursAreLost);
}

TEST(OracleProperty, HoursThatAreNotWorkAreNoticed) {
    expectNoticed(hoursAreLost, Bend::HoursOfBackupCount);
}

TEST(OracleProperty, TwoWindowsThatMeetHaveWhatTheWholeHas) {
    expectSame("windows that meet", 200, partsDoNotAddUp);
}

TEST(OracleProperty, TheOrderOfThePeopleChangesNothing) {
    expectSame("order of people", 200, orderMatters, kShort);
}
