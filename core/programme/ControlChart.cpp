#include "core/programme/ControlChart.h"

#include "core/programme/Moments.h"
#include "core/programme/OrNull.h"

#include <algorithm>
#include <set>

namespace core::programme {

namespace {

constexpr double kMostHours = 168;

/// Rules 1 to 3: `enough` of the last `span` points beyond `sigmas` on one side, the last one among them.
struct ZoneRule {
    int rule;
    const char* severity;
    size_t span;
    int enough;
    double sigmas;
};
constexpr ZoneRule kZoneRules[] = {{1, "CRITICAL", 1, 1, 3}, {2, "WARNING", 3, 2, 2}, {3, "WARNING", 5, 4, 1}};
constexpr size_t kRunLength = 8;

const char* sideOf(double sign) {
    return sign > 0 ? "above" : "below";
}

void addZoneSignals(std::span<const double> z, size_t last, std::vector<RunSignal>& signals) {
    for (const ZoneRule& rule : kZoneRules)
        for (const double sign : {1.0, -1.0}) {
            if (sign * z[last] <= rule.sigmas)
                continue;
            const size_t begin = last + 1 >= rule.span ? last + 1 - rule.span : 0;
            int beyond = 0;
            size_t first = last;
            for (size_t i = last + 1; i-- > begin;)
                if (sign * z[i] > rule.sigmas) {
                    ++beyond;
                    first = i;
                }
            if (beyond >= rule.enough)
                signals.push_back({rule.rule, rule.severity, sideOf(sign), first, last});
        }
}

std::vector<double> pooled(const std::vector<PersonWeeks>& people) {
    std::vector<double> hours;
    for (const PersonWeeks& person : people)
        for (const WorkedWeek& week : person.weeks)
            hours.push_back(week.hours);
    return hours;
}

base::Json signalDocument(const PersonChart& chart, const RunSignal& signal) {
    base::Json document = base::Json::object();
    document["rule"] = signal.rule;
    document["severity"] = signal.severity;
    document["side"] = signal.side;
    document["from_week"] = base::formatDate(chart.weeks[signal.first].monday);
    document["to_week"] = base::formatDate(chart.weeks[signal.last].monday);
    document["hours"] = chart.weeks[signal.last].hours;
    return document;
}

} // namespace

ControlLimits estimateLimits(const std::vector<PersonWeeks>& people) {
    ControlLimits limits;
    std::set<base::Date> weeks;
    for (const PersonWeeks& person : people)
        for (const WorkedWeek& week : person.weeks)
            weeks.insert(week.monday);
    const Moments moments = momentsOf(pooled(people));
    limits.weeks = int(weeks.size());
    limits.samples = moments.samples;
    const std::string there = std::to_string(limits.weeks) + " of " + std::to_string(kWeeksToEstimate) + " weeks";
    if (limits.weeks < kWeeksToEstimate)
        limits.basis = "default 60 ± 5 h: only " + there + " to estimate from";
    else if (!(moments.sigma > 0))
        limits.basis = "default 60 ± 5 h: the programme's own weeks do not vary";
    else {
        limits.centre = moments.mean;
        limits.sigma = moments.sigma;
        limits.estimated = true;
        limits.basis = "estimated from " + std::to_string(limits.samples) + " resident weeks in " +
                       std::to_string(limits.weeks) + " weeks of this programme";
    }
    return limits;
}

base::Result<std::vector<RunSignal>> runSignals(std::span<const double> hours, const ControlLimits& limits) {
    if (!(limits.sigma > 0))
        return {base::ErrorCode::InvalidParams, "sigma must be above 0"};
    std::vector<double> z;
    for (const double each : hours) {
        if (!(each >= 0 && each <= kMostHours))
            return {base::ErrorCode::InvalidParams, "weekly hours must be between 0 and 168"};
        z.push_back((each - limits.centre) / limits.sigma);
    }
    std::vector<RunSignal> signals;
    size_t run = 0;
    for (size_t i = 0; i < z.size(); ++i) {
        addZoneSignals(z, i, signals);
        const bool goesOn = i > 0 && z[i] * z[i - 1] > 0;
        run = z[i] == 0 ? 0 : goesOn ? run + 1 : 1;
        if (run == kRunLength)
            signals.push_back({4, "INFO", sideOf(z[i]), i + 1 - kRunLength, i});
    }
    return signals;
}

HoursChart chartHours(const Programme& programme, base::Date from, base::Date to) {
    HoursChart chart;
    chart.from = from;
    chart.to = to;
    const std::vector<PersonWeeks> people = weeklyHours(programme, PersonType::Resident, from, to);
    chart.limits = estimateLimits(people);
    for (const PersonWeeks& own : people) {
        PersonChart person{own.person, own.weeks, {}};
        std::vector<double> hours;
        for (const WorkedWeek& week : own.weeks)
            hours.push_back(week.hours);
        if (auto signals = runSignals(hours, chart.limits))
            person.signals = std::move(*signals);
        chart.people.push_back(std::move(person));
    }
    const Moments moments = momentsOf(pooled(people));
    if (moments.samples < kSamplesToJudge)
        chart.reason = "insufficient data: " + std::to_string(moments.samples) + " of " +
                       std::to_string(kSamplesToJudge) + " resident weeks";
    else if (chart.cpk = processCapability(moments.mean, moments.sigma); chart.cpk)
        chart.capability = gradeCapability(*chart.cpk);
    else
        chart.reason = "the hours do not vary";
    return chart;
}

base::Json toDocument(const Programme& programme, const HoursChart& chart) {
    base::Json people = base::Json::array();
    for (const PersonChart& own : chart.people) {
        base::Json entry = base::Json::object();
        entry["person_id"] = programme.people[size_t(own.person)].id;
        entry["person"] = programme.people[size_t(own.person)].name;
        entry["weeks"] = own.weeks.size();
        entry["last_week"] = own.weeks.empty() ? base::Json() : base::Json(base::formatDate(own.weeks.back().monday));
        entry["last_hours"] = own.weeks.empty() ? base::Json() : base::Json(own.weeks.back().hours);
        entry["hours"] = base::Json::array();
        for (const WorkedWeek& week : own.weeks)
            entry["hours"].push_back({base::formatDate(week.monday), week.hours});
        entry["signals"] = base::Json::array();
        for (const RunSignal& signal : own.signals)
            entry["signals"].push_back(signalDocument(own, signal));
        people.push_back(std::move(entry));
    }
    base::Json document = base::Json::object();
    document["period"]["start"] = base::formatDate(chart.from);
    document["period"]["end"] = base::formatDate(chart.to);
    document["centre"] = chart.limits.centre;
    document["sigma"] = chart.limits.sigma;
    document["estimated"] = chart.limits.estimated;
    document["basis"] = chart.limits.basis;
    document["weeks"] = chart.limits.weeks;
    document["samples"] = chart.limits.samples;
    document["cpk"] = orNull(chart.cpk);
    document["capability"] = chart.capability ? base::Json(toText(*chart.capability)) : base::Json();
    document["reason"] = orNull(chart.reason);
    document["people"] = std::move(people);
    return document;
}

} // namespace core::programme
