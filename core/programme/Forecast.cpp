#include "core/programme/Forecast.h"

#include "core/programme/DayText.h"
#include "core/programme/OrNull.h"
#include "core/programme/Presence.h"
#include "core/programme/Utilization.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace core::programme {

namespace {

constexpr int kHalfWindow = 3;
constexpr size_t kListedPeriods = 10;
constexpr double kUnplannedRate = 0.02; ///< unplanned sickness, of scheduled half-days
constexpr int kTolerableHighRiskDays = 5;
constexpr int kNearDays = 14;
constexpr std::chrono::days kSaidAfterLeaving{110}; ///< as long as a season lasts

/// How people speak of an absence type.
const char* absenceWord(const std::string& type) {
    if (type == "tdy")
        return "TDY";
    if (type == "deployment")
        return "deployment";
    if (type == "pcs")
        return "PCS";
    if (type == "sick" || type == "medical" || type == "convalescent")
        return "sick";
    if (type == "conference" || type == "training" || type == "military_duty")
        return "training";
    return "leave";
}

void addAbsences(const Programme& programme, base::Date date, std::vector<std::string>& factors) {
    std::map<int, const Absence*> absent; ///< by person: somebody with two absences counts once
    for (const Absence& absence : programme.absences)
        if (absence.person >= 0 && absence.blocks() && programme.people[size_t(absence.person)].isFaculty() &&
            programme.people[size_t(absence.person)].isActiveOn(date) &&
            (absence.covers(date, Half::Am) || absence.covers(date, Half::Pm)))
            absent.emplace(absence.person, &absence);
    if (absent.empty())
        return;
    std::map<std::string, int> byWord;
    std::vector<std::string> people;
    for (const auto& [person, absence] : absent) {
        const std::string word = absenceWord(absence->type);
        ++byWord[word];
        people.push_back(programme.people[size_t(person)].name + " (" + word +
                         (absence->status == AbsenceStatus::Anticipated ? ", anticipated: counts half" : "") + ")");
    }
    std::sort(people.begin(), people.end());
    std::string kinds, names;
    for (const auto& [word, count] : byWord)
        kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + word;
    for (const std::string& each : people)
        names += (names.empty() ? "" : ", ") + each;
    factors.push_back(std::to_string(absent.size()) + " faculty absent (" + kinds + ")");
    factors.push_back("away: " + names);
}

/// Permanent changes of station fall between mid-May and August.
bool isMovingSeason(base::Date date) {
    const std::chrono::year_month_day day{date};
    const unsigned monthDay = unsigned(day.month()) * 100 + unsigned(day.day());
    return monthDay >= 515 && monthDay <= 831;
}

/// Who just left and who is new; both together in the moving season are said by its name.
void addMoves(const Programme& programme, base::Date date, std::vector<std::string>& factors) {
    std::vector<std::string> left, came;
    for (const Person& person : programme.people) {
        if (!person.isFaculty())
            continue;
        if (person.activeTo && *person.activeTo < date && date - *person.activeTo < kSaidAfterLeaving)
            left.push_back(person.name);
        if (isOnboarding(programme, person, date))
            came.push_back(person.name);
    }
    if (left.empty() && came.empty())
        return;
    if (isMovingSeason(date))
        factors.push_back("PCS season");
    std::sort(left.begin(), left.end());
    std::sort(came.begin(), came.end());
    if (!left.empty())
        factors.push_back("left: " + enumerated(left));
    if (!came.empty())
        factors.push_back("onboarding at half capacity: " + enumerated(came));
}

std::vector<std::string> factorsOf(const Programme& programme, const Day& day) {
    std::vector<std::string> factors;
    addAbsences(programme, day.date, factors);
    if (day.holiday)
        factors.push_back("holiday minimal manning" + (day.holidayName.empty() ? "" : " (" + day.holidayName + ")"));
    else if (day.multiplier < 1)
        factors.push_back("reduced operation");
    addMoves(programme, day.date, factors);
    return factors;
}

double rounded3(double value) {
    return std::round(value * 1000) / 1000;
}

/// The load of the days around position `d`, three before and three after.
DayLoad loadAround(const std::vector<DayLoad>& loads, int d) {
    DayLoad sum;
    for (int near = std::max(0, d - kHalfWindow); near <= std::min(int(loads.size()) - 1, d + kHalfWindow); ++near)
        sum += loads[size_t(near)];
    return sum;
}

/// The ratio of the days around, or the day's own where it alone asks for more than there is; with `left` of capacity.
double ratioOf(const Day& day, const DayLoad& around, const DayLoad& own, double left) {
    const double ratio = utilization(around.required, around.capacity * left);
    const double alone = utilization(own.required, own.capacity * left);
    return !day.weekend && !day.holiday && alone >= 1 ? std::max(ratio, alone) : ratio;
}

/// `RED`, `BLACK`, `RED and BLACK`.
std::string levelsOf(bool red, bool black) {
    return red && black ? "RED and BLACK" : black ? "BLACK" : "RED";
}

} // namespace

bool Forecast::hasBlackWithin(int count) const {
    return std::any_of(days.begin(), days.end(), [&](const ForecastDay& day) {
        return day.level == UtilizationLevel::Black && day.date < from + std::chrono::days(count);
    });
}

int alertRank(const Forecast& forecast) {
    if (forecast.hasBlackWithin(kNearDays))
        return 2;
    return forecast.highRiskDays > kTolerableHighRiskDays ? 1 : 0;
}

Forecast forecastUtilization(const Programme& programme, base::Date from, base::Date to) {
    Forecast forecast;
    forecast.from = from;
    forecast.to = to;
    if (!programme.days.empty() && to > programme.last()) {
        forecast.to = programme.last();
        forecast.message = "the calendar of the programme ends on " + dayText(programme.last());
    }
    for (const Person& person : programme.people)
        forecast.totalFaculty +=
            person.isFaculty() && person.isActiveOn(from) && person.status != PersonStatus::Separated ? 1 : 0;
    std::vector<DayLoad> loads;
    for (const Day& day : programme.days)
        loads.push_back(dayLoad(programme, day.date));
    DayLoad all;
    for (int d = 0; d < int(programme.days.size()); ++d) {
        const Day& day = programme.days[size_t(d)];
        if (day.date < from || day.date > to)
            continue;
        const DayLoad& own = loads[size_t(d)];
        const DayLoad around = loadAround(loads, d);
        ForecastDay ahead;
        ahead.date = day.date;
        ahead.required = own.required;
        ahead.available = own.capacity;
        ahead.utilization = ratioOf(day, around, own, 1);
        ahead.level = utilizationLevel(ahead.utilization);
        ahead.expectedUnplanned = kUnplannedRate * own.capacity;
        ahead.levelWithUnplanned = utilizationLevel(ratioOf(day, around, own, 1 - kUnplannedRate));
        ahead.factors = factorsOf(programme, day);
        all += own;
        ++forecast.daysByLevel[size_t(ahead.level)];
        forecast.highRiskDays += ahead.level >= UtilizationLevel::Red ? 1 : 0;
        forecast.highRiskDaysWithUnplanned += ahead.levelWithUnplanned >= UtilizationLevel::Red ? 1 : 0;
        if (!forecast.peakDate || ahead.utilization > forecast.peak) {
            forecast.peakDate = ahead.date;
            forecast.peak = ahead.utilization;
        }
        forecast.days.push_back(std::move(ahead));
    }
    if (!forecast.days.empty()) {
        forecast.average = utilization(all);
        forecast.averageWithUnplanned = utilization(all.required, all.capacity * (1 - kUnplannedRate));
    }
    return forecast;
}

std::vector<std::string> highRiskGroups(const Forecast& forecast, size_t most) {
    std::vector<std::string> groups;
    size_t more = 0;
    for (size_t i = 0; i < forecast.days.size();) {
        size_t end = i;
        bool red = false, black = false;
        for (; end < forecast.days.size() && forecast.days[end].level >= UtilizationLevel::Red; ++end) {
            red |= forecast.days[end].level == UtilizationLevel::Red;
            black |= forecast.days[end].level == UtilizationLevel::Black;
        }
        if (end > i) {
            const base::Date first = forecast.days[i].date, last = forecast.days[end - 1].date;
            const std::string span =
                first == last ? shortDayText(first) : shortDayText(first) + " – " + shortDayText(last);
            if (groups.size() < most)
                groups.push_back(span + " (" + levelsOf(red, black) + ")");
            else
                ++more;
        }
        i = std::max(end, i + 1);
    }
    if (more > 0)
        groups.push_back("and " + std::to_string(more) + " more");
    return groups;
}

base::Json toDocument(const Forecast& forecast) {
    base::Json daily = base::Json::array(), risky = base::Json::array(), levels = base::Json::object();
    for (const ForecastDay& day : forecast.days) {
        base::Json entry = base::Json::object();
        entry["date"] = base::formatDate(day.date);
        entry["required"] = rounded3(day.required);
        entry["available"] = rounded3(day.available);
        entry["utilization"] = rounded3(day.utilization);
        entry["level"] = toText(day.level);
        entry["expected_unplanned"] = rounded3(day.expectedUnplanned);
        daily.push_back(std::move(entry));
    }
    std::vector<const ForecastDay*> worst;
    for (const ForecastDay& day : forecast.days)
        if (day.level >= UtilizationLevel::Red)
            worst.push_back(&day);
    if (worst.size() > kListedPeriods) {
        std::stable_sort(worst.begin(), worst.end(),
                         [](const ForecastDay* a, const ForecastDay* b) { return a->utilization > b->utilization; });
        worst.resize(kListedPeriods);
        std::sort(worst.begin(), worst.end(),
                  [](const ForecastDay* a, const ForecastDay* b) { return a->date < b->date; });
    }
    for (const ForecastDay* day : worst) {
        base::Json entry = base::Json::object();
        entry["date"] = base::formatDate(day->date);
        entry["utilization"] = rounded3(day->utilization);
        entry["level"] = toText(day->level);
        entry["factors"] = day->factors;
        risky.push_back(std::move(entry));
    }
    for (size_t level = 0; level < forecast.daysByLevel.size(); ++level)
        levels[toText(UtilizationLevel(level))] = forecast.daysByLevel[level];
    base::Json document = base::Json::object();
    document["period"]["start"] = base::formatDate(forecast.from);
    document["period"]["end"] = base::formatDate(forecast.to);
    document["total_faculty"] = forecast.totalFaculty;
    document["average_utilization"] = forecast.average ? base::Json(rounded3(*forecast.average)) : base::Json();
    document["peak"]["date"] = orNull(forecast.peakDate);
    document["peak"]["value"] = forecast.peakDate ? base::Json(rounded3(forecast.peak)) : base::Json();
    document["days_by_level"] = std::move(levels);
    document["high_risk_days"] = forecast.highRiskDays;
    document["high_risk_periods"] = std::move(risky);
    double unplanned = 0;
    for (const ForecastDay& day : forecast.days)
        unplanned += day.expectedUnplanned;
    base::Json& expected = document["expected_unplanned"];
    expected["rate"] = kUnplannedRate;
    expected["half_days"] = rounded3(unplanned);
    expected["average_utilization"] =
        forecast.averageWithUnplanned ? base::Json(rounded3(*forecast.averageWithUnplanned)) : base::Json();
    expected["high_risk_days"] = forecast.highRiskDaysWithUnplanned;
    document["message"] = orNull(forecast.message);
    document["daily"] = std::move(daily);
    return document;
}

} // namespace core::programme
