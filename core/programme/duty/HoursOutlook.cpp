#include "core/programme/duty/HoursOutlook.h"

#include "core/programme/Words.h"
#include "core/programme/duty/DutyDays.h"
#include "core/programme/duty/AverageHours.h"

#include <algorithm>

namespace core::programme::duty {

namespace {

constexpr Word<NearLimit> kNearLimits[] = {{NearLimit::Unknown, "unknown"},
                                           {NearLimit::Green, "green"},
                                           {NearLimit::Yellow, "yellow"},
                                           {NearLimit::Orange, "orange"},
                                           {NearLimit::Red, "red"}};

NearLimit levelNear(double average, const DutyPolicy& policy) {
    return average >= policy.h80Limit     ? NearLimit::Red
           : average >= policy.nearOrange ? NearLimit::Orange
           : average >= policy.nearYellow ? NearLimit::Yellow
                                          : NearLimit::Green;
}

double higherOf(const HoursOutlook& outlook) {
    return std::max(outlook.average.value_or(0), outlook.projectedAverage.value_or(0));
}

double remaining(const DutyDays& days, int from, int to, const DutyPolicy& policy) {
    return policy.h80Limit * days.exposedDays(from, to) / 7 - days.hours(from, to);
}

void lookBack(const DutyDays& days, int today, const DutyPolicy& policy, HoursOutlook& outlook) {
    const int start = std::max(today - kWindowDays + 1, days.first());
    outlook.hoursSoFar = days.hours(start, today);
    outlook.daysSoFar = days.exposedDays(start, today);
    outlook.average = days.average(start, today);
    if (outlook.average)
        outlook.remainingHours = remaining(days, start, today, policy);
}

void lookAhead(const DutyDays& days, int today, const DutyPolicy& policy, HoursOutlook& outlook) {
    for (const WindowValue& window : fourWeekWindows(days, today + 1, today + kWindowDays)) {
        if (!outlook.exceedsOn && levelOf(window.value, policy) == HoursLevel::Violation)
            outlook.exceedsOn = days.date(window.end);
        if (outlook.projectedAverage && window.value <= *outlook.projectedAverage)
            continue;
        outlook.projectedAverage = window.value;
        outlook.projectedStart = days.date(window.start);
        outlook.projectedEnd = days.date(window.end);
        outlook.projectedRemaining = remaining(days, window.start, window.end, policy);
        outlook.preViolation = levelOf(window.value, policy) >= HoursLevel::Warning;
    }
    const LocalMinute begin = midnight(days.date(today + 1)), end = midnight(days.date(today + kWindowDays + 1));
    for (const DutyPeriod& period : days.times().periods)
        if (period.start >= begin && period.start < end && period.hours() > outlook.longestDuty) {
            outlook.longestDuty = period.hours();
            outlook.longestDutyStart = period.start;
        }
}

} // namespace

const char* toText(NearLimit level) {
    return wordOf(kNearLimits, level);
}

std::vector<HoursOutlook> hoursOutlook(const Programme& programme, base::Date today, const DutyPolicy& policy) {
    const Presence presence(programme);
    const DutyReader duty(programme, presence, policy);
    const bool isScheduled = programme.day(today) != nullptr;
    std::vector<HoursOutlook> outlooks;
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const Person& person = programme.people[p];
        if (person.isFaculty() || !person.isActiveOn(today))
            continue;
        HoursOutlook outlook;
        outlook.personId = person.id;
        outlook.personName = person.name;
        outlook.pgy = person.pgy;
        if (isScheduled && duty.hasRows(int(p))) {
            const DutyDays days(programme, presence, int(p), duty.of(int(p)));
            lookBack(days, presence.dayIndex(today), policy, outlook);
            lookAhead(days, presence.dayIndex(today), policy, outlook);
            outlook.reason = "insufficient data: fewer than 7 days that are not leave";
        } else {
            outlook.reason = "insufficient data: nothing is scheduled";
        }
        if (outlook.average || outlook.projectedAverage) {
            outlook.level = levelNear(higherOf(outlook), policy);
            outlook.reason.clear();
        }
        outlooks.push_back(std::move(outlook));
    }
    return outlooks;
}

std::vector<HoursOutlook> nearLimit(std::vector<HoursOutlook> outlooks) {
    std::erase_if(outlooks, [](const HoursOutlook& outlook) { return outlook.level < NearLimit::Yellow; });
    std::stable_sort(outlooks.begin(), outlooks.end(),
                     [](const HoursOutlook& a, const HoursOutlook& b) { return higherOf(a) > higherOf(b); });
    return outlooks;
}

} // namespace core::programme::duty
