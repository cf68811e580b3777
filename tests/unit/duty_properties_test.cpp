#include "core/programme/duty/DutyDays.h"
#include "core/programme/duty/Supervision.h"
#include "tests/unit/duty_harness.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <numeric>

using namespace core::programme;
using namespace core::programme::duty;
using std::chrono::days;
using tests::ProgrammeBuilder;

namespace duty_properties_test {

constexpr int kDays = 42;
constexpr int kResidents = 2;

/// Six weeks of two residents and a faculty member, at random: wards, clinics, nights, days off, calls, at-home
/// calls, leave of every kind and length, and logged work.
Programme someProgramme() {
    ProgrammeBuilder builder("2026-09-28", kDays);
    const int ward = builder.ward(), clinic = builder.clinic(), night = builder.night(), off = builder.off();
    builder.raw().rotations[size_t(clinic)].supervisionRequired = true;
    for (int resident = 0; resident < kResidents; ++resident)
        builder.resident("Resident " + std::to_string(resident), *rc::gen::inRange(1, 4));
    const int attending = builder.faculty("Attending");
    for (int person = 0; person <= attending; ++person)
        for (int day = 0; day < kDays; ++day)
            for (const Half half : {Half::Am, Half::Pm}) {
                const int what =
                    *rc::gen::weightedElement<int>({{5, ward}, {3, clinic}, {1, night}, {3, off}, {1, -1}, {1, -2}});
                if (what != -2)
                    builder.assign(
                        person, day, half, what,
                        *rc::gen::weightedElement<std::string>({{9, ""}, {1, "DO"}, {1, "handoff"}, {2, "AT"}}));
            }
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i)
        builder.call(*rc::gen::inRange(0, kResidents), *rc::gen::inRange(-1, kDays),
                     *rc::gen::element(CallType::Overnight, CallType::Weekend, CallType::Backup));
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
        const int first = *rc::gen::inRange(-5, kDays);
        Absence& absence =
            builder.absence(*rc::gen::inRange(0, kResidents + 1), first, first + *rc::gen::inRange(-1, 15));
        absence.status = *rc::gen::element(AbsenceStatus::Approved, AbsenceStatus::Confirmed,
                                           AbsenceStatus::Anticipated, AbsenceStatus::Pending);
        absence.startHalf = *rc::gen::element(Half::Am, Half::Pm);
        absence.endHalf = *rc::gen::element(Half::Am, Half::Pm);
    }
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i)
        builder.extra(*rc::gen::inRange(0, kResidents), *rc::gen::inRange(0, kDays), *rc::gen::inRange(0, 24),
                      *rc::gen::inRange(1, 12),
                      *rc::gen::element(ExtraWorkKind::Moonlighting, ExtraWorkKind::HomeWork, ExtraWorkKind::Handoff,
                                        ExtraWorkKind::Voluntary));
    return builder.build();
}

DutyDays daysOf(const Programme& programme, int person, const DutyPolicy& policy = {}) {
    const Presence presence(programme);
    return DutyDays(programme, presence, person, DutyReader(programme, presence, policy).of(person));
}

std::map<int, double> averagesOf(const DutyDays& days) {
    std::map<int, double> averages;
    for (const WindowValue& window : fourWeekWindows(days, 0, kDays - 1))
        averages[window.end] = window.value;
    return averages;
}

RuleReport allOf(const Programme& programme, const DutyPolicy& policy = {}) {
    return checkRules(programme, programme.first(), programme.last(), policy);
}

/// Findings as text, by the names of people, in an order of their own.
std::multiset<std::string> textsOf(const Programme& programme, const RuleReport& report) {
    std::multiset<std::string> texts;
    for (const Finding& finding : report.findings)
        texts.insert(keyOf(programme, finding) + " " + toText(finding.severity) + " " + finding.message + " " +
                     std::to_string(finding.windows));
    return texts;
}

Absence wholeDayOff(int person, core::base::Date date) {
    Absence absence;
    absence.id = "one day";
    absence.person = person;
    absence.start = absence.end = date;
    absence.status = AbsenceStatus::Approved;
    return absence;
}

} // namespace duty_properties_test

using namespace duty_properties_test;

RC_GTEST_PROP(DutyProperty, HoursOfPeriodsAreTheHoursOfTheirDays, ()) {
    const Programme programme = someProgramme();
    for (int person = 0; person < kResidents; ++person) {
        const DutyDays duty = daysOf(programme, person);
        int64_t periods = 0, perDay = 0;
        const LocalMinute begin = midnight(programme.first()), end = midnight(programme.last() + days(1));
        for (const DutyPeriod& period : duty.times().periods)
            periods += std::max<int64_t>(0, (std::min(period.end, end) - std::max(period.start, begin)).count());
        for (int day = 0; day < kDays; ++day)
            perDay += duty.minutesOn(day).count();
        RC_ASSERT(periods == perDay);
    }
}

RC_GTEST_PROP(DutyProperty, PeriodsAreApartByMoreThanTheGapAndHoldAllTheirParts, ()) {
    const Programme programme = someProgramme();
    for (int person = 0; person < kResidents; ++person) {
        const DutyDays duty = daysOf(programme, person);
        LocalMinute lastEnd = LocalMinute::min();
        for (const DutyPeriod& period : duty.times().periods) {
            RC_ASSERT(lastEnd == LocalMinute::min() || period.start - lastEnd > std::chrono::minutes(30));
            lastEnd = period.end;
            for (const DutyPart& part : period.parts)
                RC_ASSERT(part.start >= period.start && part.end <= period.end);
        }
    }
}

RC_GTEST_PROP(DutyProperty, AnHourMoreNeverLowersAnAverageNorGivesADayOff, ()) {
    Programme programme = someProgramme();
    const int person = *rc::gen::inRange(0, kResidents);
    const DutyDays before = daysOf(programme, person);
    const core::base::Date date = programme.first() + days(*rc::gen::inRange(0, kDays));
    const LocalMinute start = midnight(date) + std::chrono::hours(*rc::gen::inRange(0, 24));
    programme.extraWork.push_back({"one hour more", person, start, start + std::chrono::hours(1)});
    const DutyDays after = daysOf(programme, person);
    const auto averages = averagesOf(before), raised = averagesOf(after);
    RC_ASSERT(averages.size() == raised.size());
    for (const auto& [end, average] : averages)
        RC_ASSERT(raised.at(end) >= average - 1e-9);
    for (int end = kWindowDays - 1; end < kDays; ++end)
        for (const DayOffMode mode : {DayOffMode::Calendar, DayOffMode::Continuous24})
            RC_ASSERT(daysOff(after, end - kWindowDays + 1, end, mode) <=
                      daysOff(before, end - kWindowDays + 1, end, mode));
}

/// Taking out a day that holds more than the average of a window lowers it, one that holds less raises it: leave can
/// make a violation, when it takes the days off out of the divisor.
RC_GTEST_PROP(DutyProperty, ADayOfLeaveMovesAnAverageAwayFromTheHoursOfThatDay, ()) {
    Programme programme = someProgramme();
    const int person = *rc::gen::inRange(0, kResidents);
    const int day = *rc::gen::inRange(0, kDays);
    const DutyDays before = daysOf(programme, person);
    RC_PRE(!before.isLeave(day));
    // Only what lies in the day may change: no night reaches over its end, and none that began before would be missed.
    for (const DutyPeriod& period : before.times().periods)
        for (const DutyPart& part : period.parts)
            RC_PRE(part.date != before.date(day) || part.end <= midnight(before.date(day + 1)));
    programme.absences.push_back(wholeDayOff(person, before.date(day)));
    const DutyDays after = daysOf(programme, person);
    const double hours = double(before.minutesOn(day).count()) / 60;
    const auto lowered = averagesOf(after);
    for (const auto& [end, average] : averagesOf(before)) {
        if (!lowered.contains(end))
            continue; // fewer than 7 days are left
        const bool inside = day <= end && day > end - kWindowDays;
        if (!inside)
            RC_ASSERT(std::abs(lowered.at(end) - average) < 1e-9);
        else if (hours * 7 >= average)
            RC_ASSERT(lowered.at(end) <= average + 1e-9);
        else
            RC_ASSERT(lowered.at(end) >= average - 1e-9);
    }
}

RC_GTEST_PROP(DutyProperty, LeaveOnAWorkedDayNeverMakesADayOffMissing, ()) {
    Programme programme = someProgramme();
    const int person = *rc::gen::inRange(0, kResidents);
    const int day = *rc::gen::inRange(0, kDays);
    const DutyDays before = daysOf(programme, person);
    RC_PRE(before.isWorked(day));
    programme.absences.push_back(wholeDayOff(person, before.date(day)));
    const DutyDays after = daysOf(programme, person);
    for (int end = kWindowDays - 1; end < kDays; ++end) {
        const int start = end - kWindowDays + 1;
        RC_ASSERT(after.freeDays(start, end) - after.exposedDays(start, end) / 7 >=
                  before.freeDays(start, end) - before.exposedDays(start, end) / 7);
    }
}

RC_GTEST_PROP(DutyProperty, TheOrderOfPeopleDoesNotMatter, ()) {
    const Programme programme = someProgramme();
    std::vector<int> order(programme.people.size()); // old position by new one
    std::iota(order.begin(), order.end(), 0);
    std::rotate(order.begin(), order.begin() + *rc::gen::inRange(0, int(order.size())), order.end());
    Programme other = programme;
    std::vector<int> place(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
        other.people[i] = programme.people[size_t(order[i])];
        place[size_t(order[i])] = int(i);
    }
    const auto move = [&](auto& rows) {
        for (auto& row : rows)
            row.person = place[size_t(row.person)];
    };
    move(other.assignments);
    move(other.calls);
    move(other.absences);
    move(other.extraWork);
    RC_ASSERT(textsOf(programme, allOf(programme)) == textsOf(other, allOf(other)));
}

RC_GTEST_PROP(DutyProperty, AHigherLimitNeverFindsMore, ()) {
    const Programme programme = someProgramme();
    DutyPolicy loose;
    loose.h80Limit = *rc::gen::inRange(80, 101);
    const RuleReport more = allOf(programme), less = allOf(programme, loose);
    RC_ASSERT(less.tally(Rule::H80).failed <= more.tally(Rule::H80).failed);
    RC_ASSERT(less.tally(Rule::H80).checks == more.tally(Rule::H80).checks);
}

RC_GTEST_PROP(DutyProperty, TheCalendarIsTheStricterDayOff, ()) {
    const Programme programme = someProgramme();
    for (int person = 0; person < kResidents; ++person) {
        const DutyDays duty = daysOf(programme, person);
        for (int end = kWindowDays - 1; end < kDays; ++end)
            RC_ASSERT(daysOff(duty, end - kWindowDays + 1, end, DayOffMode::Calendar) <=
                      daysOff(duty, end - kWindowDays + 1, end, DayOffMode::Continuous24));
    }
}

RC_GTEST_PROP(DutyProperty, EveryViolatingWindowIsInExactlyOneRun, ()) {
    const Programme programme = someProgramme();
    DutyPolicy strict;
    strict.h80Limit = 50;
    strict.h80Warning = strict.h80Watch = 45;
    const RuleReport report = allOf(programme, strict);
    for (int person = 0; person < kResidents; ++person) {
        const DutyDays duty = daysOf(programme, person, strict);
        int violating = 0, inRuns = 0;
        for (const auto& [end, average] : averagesOf(duty))
            violating += average > 50 + kHoursTolerance ? 1 : 0;
        for (const Finding& finding : report.findings)
            if (finding.rule == Rule::H80 && finding.basis == "rolling" && finding.person == person &&
                isViolation(finding.severity)) {
                inRuns += finding.windows;
                RC_ASSERT(finding.windows == (finding.lastEnd - finding.firstEnd).count() + 1);
                RC_ASSERT(finding.worstEnd >= finding.firstEnd && finding.worstEnd <= finding.lastEnd);
            }
        RC_ASSERT(violating == inRuns);
    }
}

RC_GTEST_PROP(DutyProperty, KeysTellFindingsApart, ()) {
    const Programme programme = someProgramme();
    std::set<std::string> keys;
    for (const Finding& finding : allOf(programme).findings)
        RC_ASSERT(keys.insert(keyOf(programme, finding)).second);
}

RC_GTEST_PROP(DutyProperty, AWeekLaterEverythingIsFoundAWeekLater, ()) {
    const Programme programme = someProgramme();
    Programme later = programme;
    const days week(7);
    later.yearStart += week;
    later.yearEnd += week;
    for (auto* rows : {&later.days})
        for (Day& day : *rows)
            day.date += week;
    for (Assignment& row : later.assignments)
        row.date += week;
    for (Call& row : later.calls)
        row.date += week;
    for (Absence& row : later.absences) {
        row.start += week;
        row.end += week;
    }
    for (ExtraWork& row : later.extraWork) {
        row.start += week;
        row.end += week;
    }
    const RuleReport now = allOf(programme), then = allOf(later);
    RC_ASSERT(now.findings.size() == then.findings.size());
    for (size_t i = 0; i < now.findings.size(); ++i) {
        RC_ASSERT(now.findings[i].worstStart + week == then.findings[i].worstStart);
        RC_ASSERT(now.findings[i].value == then.findings[i].value);
    }
}

RC_GTEST_PROP(DutyProperty, AnAttendingMoreNeverMakesSupervisionWorseAndAResidentMoreNeverBetter, ()) {
    const DutyPolicy policy;
    const int pgy1 = *rc::gen::inRange(0, 20), seniors = *rc::gen::inRange(0, 20);
    RC_ASSERT(attendingsFor(policy, pgy1 + 1, seniors) >= attendingsFor(policy, pgy1, seniors));
    RC_ASSERT(attendingsFor(policy, pgy1, seniors + 1) >= attendingsFor(policy, pgy1, seniors));
    RC_ASSERT(attendingsFor(policy, pgy1 + 1, seniors) >= attendingsFor(policy, pgy1, seniors + 1));
}
