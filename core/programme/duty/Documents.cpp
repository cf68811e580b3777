#include "core/programme/duty/Documents.h"

#include "core/programme/OrNull.h"

#include <cmath>

namespace core::programme::duty {

using base::formatDate;
using base::Json;

namespace {

Json rounded(double value) {
    return std::round(value * 10) / 10;
}

Json rounded(const std::optional<double>& value) {
    return value ? rounded(*value) : Json();
}

void namePerson(Json& document, const Programme& programme, int person) {
    document["person_id"] = person < 0 ? Json() : Json(programme.people[size_t(person)].id);
    document["person"] = person < 0 ? Json() : Json(programme.people[size_t(person)].name);
}

const char* meaningOf(Severity severity) {
    return isViolation(severity) ? "violation" : severity == Severity::Medium ? "warning" : "information";
}

} // namespace

Json toDocument(const Programme& programme, const Finding& finding) {
    Json document = Json::object();
    document["rule"] = toText(finding.rule);
    document["basis"] = finding.basis;
    document["severity"] = toText(finding.severity);
    document["meaning"] = meaningOf(finding.severity);
    namePerson(document, programme, finding.person);
    document["half"] = finding.place ? Json(toText(finding.place->half)) : Json();
    document["rotation"] =
        finding.place ? Json(programme.rotations[size_t(finding.place->rotation)].abbreviation) : Json();
    document["first_window_start"] = formatDate(finding.firstStart);
    document["first_window_end"] = formatDate(finding.firstEnd);
    document["worst_window_start"] = formatDate(finding.worstStart);
    document["worst_window_end"] = formatDate(finding.worstEnd);
    document["last_window_end"] = formatDate(finding.lastEnd);
    document["windows"] = finding.windows;
    document["value"] = std::round(finding.value * 100) / 100; // 80.04 must not look like the limit of 80
    document["limit"] = finding.limit;
    document["message"] = finding.message;
    document["suggested_fix"] = orNull(finding.suggestedFix);
    return document;
}

Json toDocument(const std::vector<WorkedDay>& worked) {
    Json days = Json::array();
    for (const WorkedDay& day : worked) {
        Json row = Json::object();
        row["date"] = formatDate(day.date);
        row["hours"] = rounded(day.hours);
        row["mark"] = orNull(day.mark);
        row["lines"] = day.lines;
        days.push_back(std::move(row));
    }
    return days;
}

Json toDocument(const Programme& programme, const ResidentFigures& resident) {
    Json document = Json::object();
    const Person& person = programme.people[size_t(resident.person)];
    document["resident"] = person.name;
    document["person_id"] = person.id;
    document["pgy"] = person.pgy > 0 ? Json(person.pgy) : Json();
    document["average_weekly_hours"] = rounded(resident.hours.overallAverage);
    document["worst_four_week_average"] = rounded(resident.hours.worstAverage);
    document["worst_week_hours"] = rounded(resident.hours.worstWeek);
    document["worst_week_level"] = resident.hours.worstAverage ? toText(resident.weekLevel) : "insufficient_data";
    document["level"] = resident.hours.worstAverage ? toText(resident.level) : "insufficient_data";
    document["fewest_days_off"] = orNull(resident.daysOff.fewestFree);
    document["days_off_required"] = resident.daysOff.fewestFree ? Json(resident.daysOff.required) : Json();
    document["longest_streak_days"] = resident.daysOff.longestStreak;
    document["longest_duty_hours"] = rounded(resident.longestDuty);
    document["calls"] = resident.calls;
    document["longest_nights"] = resident.longestNights;
    return document;
}

Json toDocument(const Programme& programme, const NotEvaluated& entry) {
    Json document = Json::object();
    document["rule"] = toText(entry.rule);
    namePerson(document, programme, entry.person);
    document["reason"] = entry.reason;
    return document;
}

Json toDocument(const RuleReport& report, const ComplianceFigures& figures) {
    Json document = Json::object();
    document["compliance_pct"] = orNull(figures.compliancePct);
    document["compliance_reason"] = figures.compliancePct ? Json() : Json(kNotEvaluated);
    document["checks"] = figures.checks;
    document["failed"] = figures.failed;
    document["resident_compliance_pct"] = orNull(figures.residentCompliancePct);
    document["resident_compliance_reason"] = figures.residentCompliancePct ? Json() : Json(kNotEvaluated);
    document["residents"] = figures.residents;
    document["compliant_residents"] = figures.compliantResidents;
    Json& rules = document["rules"] = Json::object();
    for (const RuleScore& score : figures.ruleScores) {
        const RuleTally& tally = report.tally(score.rule);
        Json& rule = rules[toText(score.rule)] = Json::object();
        rule["rule_score"] = orNull(score.score);
        rule["reason"] = score.score ? Json() : Json(kNotEvaluated);
        rule["checks"] = tally.checks;
        rule["failed"] = tally.failed;
        rule["evaluated"] = tally.evaluated;
        rule["violating"] = tally.violating;
    }
    return document;
}

Json toDocument(const HoursOutlook& outlook) {
    Json document = Json::object();
    document["person_id"] = outlook.personId;
    document["person"] = outlook.personName;
    document["pgy"] = outlook.pgy > 0 ? Json(outlook.pgy) : Json();
    document["level"] = toText(outlook.level);
    document["reason"] = orNull(outlook.reason);
    document["hours_so_far"] = rounded(outlook.hoursSoFar);
    document["days_so_far"] = outlook.daysSoFar;
    document["average"] = rounded(outlook.average);
    document["remaining_hours"] = rounded(outlook.remainingHours);
    document["projected_average"] = rounded(outlook.projectedAverage);
    const bool known = bool(outlook.projectedAverage);
    document["projected_window_start"] = known ? Json(formatDate(outlook.projectedStart)) : Json();
    document["projected_window_end"] = known ? Json(formatDate(outlook.projectedEnd)) : Json();
    document["projected_remaining_hours"] = rounded(outlook.projectedRemaining);
    document["pre_violation"] = outlook.preViolation;
    document["exceeds_on"] = orNull(outlook.exceedsOn);
    document["longest_duty_hours"] = outlook.longestDutyStart ? rounded(outlook.longestDuty) : Json();
    document["longest_duty_start"] = outlook.longestDutyStart ? Json(formatMinute(*outlook.longestDutyStart)) : Json();
    return document;
}

} // namespace core::programme::duty
