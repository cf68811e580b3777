#include "core/programme/ScheduleMetrics.h"

#include "core/programme/OrNull.h"
#include "core/programme/Presence.h"
#include "core/programme/duty/Documents.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace core::programme {

namespace {

constexpr size_t kListedGaps = 50;
constexpr double kHalfDaysPerNight = 2; ///< 12 hours count as a whole day towards the target
constexpr double kDaysPerBlock = 28; ///< that a target speaks of

double roundedTo(double value, double factor) {
    return std::round(value * factor) / factor;
}

const char* complianceStatus(double percent) {
    return percent >= 100 ? "good" : percent >= 90 ? "warning" : "critical";
}

base::Json metric(const std::optional<double>& value, const char* trend, double benchmark, const char* status,
                  const char* description, base::Json details) {
    base::Json document = base::Json::object();
    document["value"] = orNull(value);
    document["trend"] = trend;
    document["benchmark"] = benchmark;
    document["status"] = value ? status : "no_data";
    document["description"] = description;
    document["details"] = std::move(details);
    return document;
}

base::Json fairnessMetric(const ScheduleMetrics& m) {
    const std::optional<double>& value = m.fairness.overall;
    base::Json details = base::Json::object();
    details["residents"] = orNull(m.fairness.residents);
    details["faculty"] = orNull(m.fairness.faculty);
    details["residents_jain"] = orNull(m.fairness.residentsJain);
    details["faculty_jain"] = orNull(m.fairness.facultyJain);
    return metric(value, trendOf(m.signals.previousFairness, value), 0.90, fairnessStatus(value.value_or(0)),
                  "1 − Gini of the weighted load per availability; the worse of residents and faculty",
                  std::move(details));
}

base::Json coverageMetric(const Programme& programme, const ScheduleMetrics& m) {
    const std::optional<double> value = m.coveragePercent();
    base::Json gaps = base::Json::array();
    for (size_t i = 0; i < std::min(kListedGaps, m.coverage.gaps.size()); ++i) {
        const CoverageGap& gap = m.coverage.gaps[i];
        const Requirement& requirement = programme.requirements[size_t(gap.requirement)];
        base::Json entry = base::Json::object();
        entry["date"] = base::formatDate(gap.date);
        entry["half"] = toText(gap.half);
        entry["rotation"] = programme.rotations[size_t(requirement.rotation)].abbreviation;
        entry["service"] = requirement.service;
        entry["role"] = gap.role;
        entry["needed"] = gap.needed;
        entry["have"] = gap.have;
        gaps.push_back(std::move(entry));
    }
    base::Json details = base::Json::object();
    details["needed"] = m.coverage.needed;
    details["covered"] = m.coverage.covered;
    details["gap_count"] = m.coverage.gaps.size();
    details["gaps"] = std::move(gaps);
    details["reason"] = value ? base::Json() : base::Json("no requirement");
    return metric(value, trendOf(m.signals.previousCoverage, value), 95, coverageStatus(value.value_or(0)),
                  "required person half-days that a present, qualified person is assigned to, in percent",
                  std::move(details));
}

base::Json complianceMetric(const Programme& programme, const ScheduleMetrics& m) {
    std::optional<double> value = m.compliance.compliancePct;
    if (value)
        value = roundedTo(*value, 100);
    base::Json details = duty::toDocument(m.rules, m.compliance);
    details["resident_hours"] = base::Json::array();
    for (const duty::ResidentFigures& resident : m.rules.residents)
        details["resident_hours"].push_back(duty::toDocument(programme, resident));
    details["not_evaluated"] = base::Json::array();
    for (const duty::NotEvaluated& entry : m.rules.notEvaluated)
        details["not_evaluated"].push_back(duty::toDocument(programme, entry));
    details["notes"] = m.rules.notes;
    details["reason"] = value ? base::Json() : base::Json(duty::kNotEvaluated);
    return metric(value, trendOf(m.signals.previousCompliance, value), 100, complianceStatus(value.value_or(0)),
                  "windows, periods, rests and supervised half-days that keep the rules, in percent of those evaluated",
                  std::move(details));
}

/// Whether somebody acknowledged or overrode it: a run may have begun before the period, so its days decide.
const AnsweredViolation* answerTo(const Programme& programme, const duty::Finding& finding,
                                  const std::vector<AnsweredViolation>& answered) {
    const std::string person = finding.person < 0 ? std::string() : programme.people[size_t(finding.person)].id;
    const std::string half = finding.place ? toText(finding.place->half) : std::string();
    const auto found = std::find_if(answered.begin(), answered.end(), [&](const AnsweredViolation& violation) {
        return violation.rule == duty::toText(finding.rule) && violation.personId == person &&
               violation.half == half && violation.basis == finding.basis && violation.start <= finding.lastEnd &&
               violation.end >= finding.firstStart;
    });
    return found == answered.end() ? nullptr : &*found;
}

std::set<std::string> overriddenKeys(const Programme& programme, const ScheduleMetrics& m) {
    std::set<std::string> keys;
    for (const duty::Finding& finding : m.rules.findings)
        if (const AnsweredViolation* violation = answerTo(programme, finding, m.signals.answered);
            violation && violation->answer == AnsweredViolation::Answer::Overridden)
            keys.insert(duty::keyOf(programme, finding));
    return keys;
}

base::Json violationsDocument(const Programme& programme, const ScheduleMetrics& m) {
    base::Json list = base::Json::array();
    int acknowledged = 0;
    for (const duty::Finding& finding : m.rules.findings) {
        if (!duty::isViolation(finding.severity))
            continue;
        list.push_back(duty::toDocument(programme, finding));
        acknowledged += answerTo(programme, finding, m.signals.answered) ? 1 : 0;
    }
    base::Json document = base::Json::object();
    document["total"] = list.size();
    document["overrides_acknowledged"] = acknowledged;
    document["unacknowledged"] = int(list.size()) - acknowledged;
    document["warnings"] = m.rules.findings.size() - list.size();
    document["list"] = std::move(list);
    return document;
}

/// Minimum, maximum, mean, median and standard deviation; all null without values.
base::Json distribution(std::vector<double> values) {
    base::Json document = {{"min", nullptr}, {"max", nullptr}, {"mean", nullptr}, {"median", nullptr}, {"sigma", nullptr}};
    if (values.empty())
        return document;
    std::sort(values.begin(), values.end());
    const double n = double(values.size());
    double sum = 0, squares = 0;
    for (const double value : values)
        sum += value;
    for (const double value : values)
        squares += (value - sum / n) * (value - sum / n);
    const size_t middle = values.size() / 2;
    document["min"] = values.front();
    document["max"] = values.back();
    document["mean"] = roundedTo(sum / n, 100);
    document["median"] = values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    document["sigma"] = roundedTo(std::sqrt(squares / n), 100);
    return document;
}

base::Json workloadDocument(const Programme& programme, const ScheduleMetrics& m) {
    const double days = double((m.to - m.from).count() + 1);
    base::Json people = base::Json::array();
    std::vector<double> residents, faculty;
    for (const PersonLoad& load : m.fairness.loads) {
        const Person& person = programme.people[size_t(load.person)];
        (person.isFaculty() ? faculty : residents).push_back(load.halfDays);
        base::Json entry = base::Json::object();
        entry["person_id"] = person.id;
        entry["person"] = person.name;
        entry["type"] = toText(person.type);
        entry["half_days"] = load.halfDays;
        entry["weekend"] = load.weekendHalfDays;
        entry["holiday"] = load.holidayHalfDays;
        entry["nights"] = load.nights;
        entry["calls"] = load.calls();
        entry["sunday_calls"] = load.sundayCalls;
        entry["hours"] = roundedTo(load.hours, 10);
        entry["weighted_load"] = roundedTo(load.weighted, 100);
        entry["availability"] = roundedTo(load.availability, 1000);
        const double target = person.targetClinicalBlocks * days / kDaysPerBlock;
        entry["target"] = person.isFaculty() ? base::Json() : base::Json(roundedTo(target, 10));
        entry["delta"] = person.isFaculty() ? base::Json() : base::Json(roundedTo(load.halfDays + kHalfDaysPerNight * load.nights - target, 10));
        people.push_back(std::move(entry));
    }
    base::Json document = base::Json::object();
    document["residents"] = distribution(residents);
    document["faculty"] = distribution(faculty);
    document["people"] = std::move(people);
    return document;
}

} // namespace

std::optional<double> ScheduleMetrics::coveragePercent() const {
    const std::optional<double> ratio = coverage.ratio();
    if (!ratio)
        return std::nullopt;
    return roundedTo(100 * *ratio, 100);
}

const char* trendOf(const std::optional<double>& previous, const std::optional<double>& value) {
    if (!previous || !value)
        return "unknown";
    if (std::abs(*value - *previous) <= 0.01 * std::abs(*previous))
        return "stable";
    return *value > *previous ? "up" : "down";
}

ScheduleMetrics measureSchedule(const Programme& programme, base::Date from, base::Date to,
                                const MetricsSignals& signals) {
    ScheduleMetrics m;
    m.from = from;
    m.to = to;
    m.signals = signals;
    m.fairness = fairnessOf(programme, from, to);
    m.coverage = coverageBetween(programme, from, to);
    m.rules = duty::checkRules(duty::scheduledPart(programme), from, to, signals.policy);
    m.compliance = duty::complianceOf(programme, m.rules, overriddenKeys(programme, m));
    std::set<int> people;
    for (const Day& day : programme.days)
        m.halfDays += day.date >= from && day.date <= to ? 2 : 0;
    for (const Assignment& a : programme.assignments)
        if (a.date >= from && a.date <= to) {
            ++m.assignments;
            people.insert(a.person);
        }
    m.people = int(people.size());
    return m;
}

base::Json toDocument(const Programme& programme, const ScheduleMetrics& m) {
    base::Json document = base::Json::object();
    document["period"]["start_date"] = base::formatDate(m.from);
    document["period"]["end_date"] = base::formatDate(m.to);
    document["summary"]["total_blocks"] = m.halfDays;
    document["summary"]["total_assignments"] = m.assignments;
    document["summary"]["unique_people"] = m.people;
    document["summary"]["schedule_runs"] = m.signals.scheduleRuns;
    document["metrics"]["fairness"] = fairnessMetric(m);
    document["metrics"]["coverage"] = coverageMetric(programme, m);
    document["metrics"]["compliance"] = complianceMetric(programme, m);
    document["workload"] = workloadDocument(programme, m);
    document["violations"] = violationsDocument(programme, m);
    return document;
}

} // namespace core::programme
