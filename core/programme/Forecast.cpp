#include "core/programme/Forecast.h"

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

std::string absenceFactor(const Programme& programme, base::Date date) {
    std::map<int, std::string> absent; ///< person → word; somebody with two absences counts once
    for (const Absence& absence : programme.absences)
        if (absence.person >= 0 && absence.blocks() && programme.people[size_t(absence.person)].isFaculty() &&
            programme.people[size_t(absence.person)].isActiveOn(date) &&
            (absence.covers(date, Half::Am) || absence.covers(date, Half::Pm)))
            absent.emplace(absence.person, absenceWord(absence.type));
    if (absent.empty())
        return {};
    std::map<std::string, int> byWord;
    for (const auto& [person, word] : absent)
        ++byWord[word];
    std::string kinds;
    for (const auto& [word, count] : byWord)
        kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + word;
    return std::to_string(absent.size()) + " faculty absent (" + kinds + ")";
}

/// Permanent changes of station fall between mid-May and August; said when somebody just left or came.
bool isStationChange(const Programme& programme, base::Date date) {
    const std::chrono::year_month_day day{date};
    const unsigned monthDay = unsigned(day.month()) * 100 + unsigned(day.day());
    if (monthDay < 515 || monthDay > 831)
        return false;
    return std::any_of(programme.people.begin(), programme.people.end(), [&](const Person& person) {
        const bool left = person.activeTo && *person.activeTo < date && date - *person.activeTo < std::chrono::days(110);
        const bool came = person.activeFrom <= date && date - person.activeFrom < std::chrono::days(kOnboardingDays) &&
                          person.activeFrom > programme.yearStart;
        return person.isFaculty() && (left || came);
    });
}

std::vector<std::string> factorsOf(const Programme& programme, const Day& day) {
    std::vector<std::string> factors;
    if (std::string absent = absenceFactor(programme, day.date); !absent.empty())
        factors.push_back(std::move(absent));
    if (day.holiday)
        factors.push_back("holiday minimal manning" + (day.holidayName.empty() ? "" : " (" + day.holidayName + ")"));
    else if (day.multiplier < 1)
        factors.push_back("reduced operation");
    if (isStationChange(programme, day.date))
        factors.push_back("PCS season");
    return factors;
}

double rounded3(double value) {
    return std::round(value * 1000) / 1000;
}

std::string shortDate(base::Date date) {
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::year_month_day day{date};
    return std::to_string(unsigned(day.day())) + " " + kMonths[unsigned(day.month()) - 1];
}

} // namespace

bool Forecast::hasBlackWithin(int count) const {
    return std::any_of(days.begin(), days.end(), [&](const ForecastDay& day) {
        return day.level == UtilizationLevel::Black && day.date < from + std::chrono::days(count);
    });
}

Forecast forecastUtilization(const Programme& programme, base::Date from, base::Date to) {
    Forecast forecast;
    forecast.from = from;
    forecast.to = to;
    for (const Person& person : programme.people)
        forecast.totalFaculty +=
            person.isFaculty() && person.isActiveOn(from) && person.status != PersonStatus::Separated ? 1 : 0;
    std::vector<DayLoad> loads;
    for (const Day& day : programme.days)
        loads.push_back(dayLoad(programme, day.date));
    double required = 0, available = 0;
    for (int d = 0; d < int(programme.days.size()); ++d) {
        const Day& day = programme.days[size_t(d)];
        if (day.date < from || day.date > to)
            continue;
        DayLoad week;
        for (int near = std::max(0, d - kHalfWindow); near <= std::min(int(loads.size()) - 1, d + kHalfWindow); ++near)
            week += loads[size_t(near)];
        ForecastDay ahead;
        ahead.date = day.date;
        ahead.required = loads[size_t(d)].required;
        ahead.available = loads[size_t(d)].capacity;
        ahead.utilization = utilization(week);
        if (const double own = utilization(loads[size_t(d)]); !day.weekend && !day.holiday && own >= 1)
            ahead.utilization = std::max(ahead.utilization, own);
        ahead.level = utilizationLevel(ahead.utilization);
        ahead.factors = factorsOf(programme, day);
        required += ahead.required;
        available += ahead.available;
        ++forecast.daysByLevel[size_t(ahead.level)];
        forecast.highRiskDays += ahead.level >= UtilizationLevel::Red ? 1 : 0;
        if (!forecast.peakDate || ahead.utilization > forecast.peak) {
            forecast.peakDate = ahead.date;
            forecast.peak = ahead.utilization;
        }
        forecast.days.push_back(std::move(ahead));
    }
    if (!forecast.days.empty())
        forecast.average = utilization(required, available);
    return forecast;
}

std::vector<std::string> highRiskGroups(const Forecast& forecast, size_t most) {
    std::vector<std::string> groups;
    size_t more = 0;
    for (size_t i = 0; i < forecast.days.size();) {
        size_t end = i;
        while (end + 1 < forecast.days.size() && forecast.days[end + 1].level == forecast.days[i].level)
            ++end;
        const ForecastDay& first = forecast.days[i];
        if (first.level >= UtilizationLevel::Red) {
            const std::string span =
                end == i ? shortDate(first.date) : shortDate(first.date) + " – " + shortDate(forecast.days[end].date);
            if (groups.size() < most)
                groups.push_back(span + " (" + toText(first.level) + ")");
            else
                ++more;
        }
        i = end + 1;
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
    document["daily"] = std::move(daily);
    return document;
}

} // namespace core::programme
