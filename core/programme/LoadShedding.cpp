#include "core/programme/LoadShedding.h"

#include "core/programme/Utilization.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>

namespace core::programme {

namespace {

constexpr std::array<const char*, 6> kShedLevelNames{"NORMAL", "YELLOW", "ORANGE", "RED", "BLACK", "CRITICAL"};
constexpr std::array<const char*, 8> kShedCategoryNames{"",
                                                        "patient safety",
                                                        "ACGME requirements",
                                                        "continuity of care",
                                                        "core education",
                                                        "research",
                                                        "administration",
                                                        "optional education"};
/// The first category that each level sheds; everything behind it goes with it. 8: none.
constexpr std::array<int, 6> kFirstShedCategory{8, 7, 5, 4, 3, 2};

/// How often a day class comes in a normal week.
double daysPerWeek(const Requirement& requirement) {
    constexpr double kHolidaysPerYear = 11, kMonthsPerYear = 12, kWeeksPerYear = 52;
    switch (requirement.dayClass) {
    case DayClass::EveryDay: return 7;
    case DayClass::Weekday: return 5;
    case DayClass::Weekend: return 2;
    case DayClass::Holiday: return kHolidaysPerYear / kWeeksPerYear;
    case DayClass::ListedWeekdays: return std::popcount(requirement.weekdays);
    case DayClass::LastWednesday: return kMonthsPerYear / kWeeksPerYear;
    }
    return 0;
}

/// Faculty half-days that a requirement asks for in a normal week: what it needs on the days of the window on average,
/// otherwise its minimum, as often as its days come.
double halfDaysPerWeek(const Programme& programme, const Requirement& requirement) {
    if (requirement.half == Half::Night)
        return 0;
    double sum = 0;
    int days = 0;
    for (const Day& day : programme.days)
        if (day.multiplier >= 1 && appliesOn(requirement, day)) {
            sum += facultyNeeded(programme, requirement, day.date);
            ++days;
        }
    return daysPerWeek(requirement) * (days > 0 ? sum / days : requirement.minFaculty);
}

bool isInProgramme(const Programme& programme, int person) {
    return !programme.days.empty() && person >= 0 &&
           programme.people[size_t(person)].isActiveOn(programme.first()) &&
           programme.people[size_t(person)].status != PersonStatus::Separated;
}

} // namespace

const char* shedLevelName(int level) {
    return kShedLevelNames[size_t(std::clamp(level, 0, kHighestShedLevel))];
}

const char* shedCategoryName(int category) {
    return kShedCategoryNames[size_t(std::clamp(category, 1, 7))];
}

std::set<int> shedCategoriesAt(int level) {
    std::set<int> categories;
    for (int category = kFirstShedCategory[size_t(std::clamp(level, 0, kHighestShedLevel))]; category <= 7; ++category)
        categories.insert(category);
    return categories;
}

std::vector<ShedActivity> activitiesIn(const Programme& programme, const std::set<int>& categories) {
    std::map<std::pair<int, std::string>, double> weight; ///< (−category, name) → half-days a week
    for (const Commitment& commitment : programme.commitments)
        if (categories.contains(commitment.shedCategory) && isInProgramme(programme, commitment.person))
            weight[{-commitment.shedCategory, commitment.activity}] += commitment.halfDaysPerWeek;
    for (const Requirement& requirement : programme.requirements)
        if (categories.contains(requirement.shedCategory))
            weight[{-requirement.shedCategory, requirement.service}] += halfDaysPerWeek(programme, requirement);
    if (categories.contains(kOwnClinicCategory))
        for (size_t p = 0; p < programme.people.size(); ++p)
            if (const Person& person = programme.people[p]; person.isFaculty() && isInProgramme(programme, int(p)))
                weight[{-kOwnClinicCategory, kOwnClinicName}] += ownClinicSessions(person.role) * person.fte;
    std::vector<ShedActivity> activities;
    for (const auto& [key, halfDays] : weight)
        activities.push_back({key.second, -key.first, shedCategoryName(-key.first), halfDays});
    return activities;
}

ShedAdvice adviseShedding(double capacity, const std::vector<double>& requiredByCategory) {
    const auto remaining = [&](int level) {
        const std::set<int> shed = shedCategoriesAt(level);
        double sum = 0;
        for (size_t c = 1; c < requiredByCategory.size(); ++c)
            sum += shed.contains(int(c)) ? 0 : requiredByCategory[c];
        return sum;
    };
    ShedAdvice advice;
    while (advice.level < kHighestAutomaticShedLevel && remaining(advice.level) > capacity)
        ++advice.level;
    advice.uncovered = std::max(0.0, remaining(advice.level) - capacity);
    return advice;
}

int highestLevelByItself(const DefenseAutomation& automation) {
    // Shedding level n has the colour of defense level n + 1.
    return automation.shedLoad ? std::min(kHighestAutomaticShedLevel, int(automation.escalation) - 2) : 0;
}

int shedLevelByItself(const ShedAdvice& advice, const ShedStanding& standing, const DefenseAutomation& automation) {
    const int highest = highestLevelByItself(automation);
    if (standing.crisis || highest == 0)
        return standing.inForce;
    const int wanted = std::min(advice.level, highest);
    if (wanted >= standing.inForce)
        return wanted;
    const int before = std::min(standing.previousAdvice, highest);
    return standing.byItself && before < standing.inForce ? std::max(wanted, before) : standing.inForce;
}

std::vector<RecoveryStep> planRecovery(const std::vector<ShedActivity>& suspended, int suspendedDays) {
    std::vector<ShedActivity> ordered = suspended;
    std::stable_sort(ordered.begin(), ordered.end(), [](const ShedActivity& a, const ShedActivity& b) {
        return std::pair(a.category, -a.halfDaysPerWeek) < std::pair(b.category, -b.halfDaysPerWeek);
    });
    std::vector<RecoveryStep> plan;
    for (const ShedActivity& activity : ordered)
        plan.push_back({int(plan.size()) + 1, activity, suspendedDays, suspendedDays > kDeferralLimitDays});
    return plan;
}

} // namespace core::programme
