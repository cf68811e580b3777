#include "core/base/Zone.h"
#include "core/programme/Bands.h"
#include "core/programme/CrisisPlan.h"
#include "core/programme/OrNull.h"
#include "core/programme/Coverage.h"
#include "core/programme/Fairness.h"
#include "core/programme/Utilization.h"
#include "core/programme/duty/Compliance.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceReader.h"

#include <algorithm>

namespace core::programme::store {

namespace {

using core::store::Connection;

constexpr std::chrono::days kFairnessSpan{90};
constexpr std::chrono::days kLeastFairnessSpan{27}; ///< four weeks
constexpr std::chrono::days kWindowBefore{27};      ///< of a four-week window that ends on the first day

/// One past week of the recorded schedule.
struct PastWeek {
    base::Date first{}, last{};
    base::Instant end{}; ///< midnight after the last day, in the programme's zone
};

/// The weeks from the first day of the year that lie wholly before `today`.
std::vector<PastWeek> weeksBefore(const Programme& programme, base::Date today) {
    const auto zone = base::Zone::find(programme.zone);
    std::vector<PastWeek> weeks;
    for (base::Date first = programme.first(); first + std::chrono::days(7) <= today; first += std::chrono::days(7)) {
        const base::Date next = first + std::chrono::days(7);
        const std::chrono::local_time<base::milliseconds> midnight{next.time_since_epoch()};
        weeks.push_back({first, next - std::chrono::days(1), (zone ? *zone : base::Zone::utc()).toInstant(midnight)});
    }
    return weeks;
}

/// The part of a programme that lies in [from, to], so that a calculation over it costs only its length.
Programme sliceOf(const Programme& programme, base::Date from, base::Date to) {
    const auto outside = [&](const auto& row) { return row.date < from || row.date > to; };
    Programme slice;
    slice.zone = programme.zone;
    slice.yearStart = programme.yearStart;
    slice.yearEnd = programme.yearEnd;
    slice.people = programme.people;
    slice.rotations = programme.rotations;
    slice.requirements = programme.requirements;
    slice.commitments = programme.commitments;
    std::remove_copy_if(programme.days.begin(), programme.days.end(), std::back_inserter(slice.days), outside);
    std::remove_copy_if(programme.assignments.begin(), programme.assignments.end(),
                        std::back_inserter(slice.assignments), outside);
    for (const Call& call : programme.calls)
        if (call.date >= from - std::chrono::days(1) && call.date <= to)
            slice.calls.push_back(call);
    for (const Absence& absence : programme.absences)
        if (absence.end >= from && absence.start <= to)
            slice.absences.push_back(absence);
    slice.extraWork = programme.extraWork;
    return slice;
}

/// Fairness of the time before the end of the week, at most as long as the metrics task looks; a few weeks say nothing,
/// because a week on the ward falls on one person at a time.
FairnessReport trailingFairness(const Programme& programme, const PastWeek& week) {
    const base::Date from = std::max(programme.first(), week.last - kFairnessSpan);
    if (week.last - from < kLeastFairnessSpan)
        return {};
    return fairnessOf(sliceOf(programme, from, week.last), from, week.last);
}

void insertWeek(Connection& connection, const Programme& programme, const PastWeek& week) {
    const Programme recent = sliceOf(programme, week.first - kWindowBefore, week.last);
    const DayLoad load = loadBetween(recent, week.first, week.last);
    const UtilizationReading reading = readUtilization(load.capacity, load.required);
    const CoverageReport covered = coverageBetween(recent, week.first, week.last);
    const std::optional<double> coverage = covered.ratio();
    const std::optional<double> compliance =
        duty::complianceOf(recent, duty::checkRules(duty::scheduledPart(recent), week.first, week.last)).compliancePct;
    const FairnessReport fairness = trailingFairness(programme, week);
    const std::string at = base::formatInstant(week.end);
    base::Json document = base::Json::object();
    document["week_start"] = base::formatDate(week.first);
    document["week_end"] = base::formatDate(week.last);
    document["capacity"] = load.capacity;
    document["required"] = load.required;
    document["residents_fairness"] = orNull(fairness.residents);
    document["faculty_fairness"] = orNull(fairness.faculty);
    document["fairness_reason"] = fairness.overall ? base::Json() : base::Json("insufficient data");
    const std::string text = base::dumpJson(document);
    connection.run("INSERT INTO health_check(at, source, utilization, utilization_level, coverage, buffer, document)"
                   " VALUES (?, 'backfill', ?, ?, ?, ?, ?)",
                   at, reading.ratio, toText(reading.level), coverage, reading.buffer, text);
    const std::optional<double> percent = coverage ? std::optional(100 * *coverage) : std::nullopt;
    connection.run("INSERT INTO schedule_metrics(created_at, source, period_start, period_end, fairness, coverage_pct,"
                   " compliance_pct, json) VALUES (?, 'backfill', ?, ?, ?, ?, ?, ?)",
                   at, week.first, week.last, fairness.overall, percent, compliance, text);
}

} // namespace

base::Result<CrisisPreview> previewCrisis(Connection& connection, const std::string& severity, base::Instant now) {
    const auto plan = planFor(severity);
    if (!plan)
        return plan.error();
    if (!hasProgramme(connection))
        return base::Error{base::ErrorCode::NotFound, "there is no programme yet",
                           "Create the sample programme or import a roster", {}};
    const base::Date today = localToday(connection, now);
    // A week before and after lets days off after a week on the ward be seen.
    const auto programme =
        readProgramme(connection, today - std::chrono::days(7), today + std::chrono::days(7));
    CrisisPreview preview =
        programme ? previewPlan(*plan, *programme, today) : previewPlan(*plan, programme.error().message);
    preview.at = now;
    return preview;
}

base::Result<void> backfillHistory(Connection& connection, base::Instant now) {
    if (connection.query("SELECT 1 FROM health_check WHERE source = 'backfill'").step())
        return {};
    auto head = connection.query("SELECT year_start, year_end FROM programme");
    if (!head.step())
        return base::Error{base::ErrorCode::NotFound, "there is no programme yet",
                           "Create the sample programme or import a roster", {}};
    const base::Date today = localToday(connection, now);
    const base::Date yearStart = head.date(0);
    const base::Date last = std::min(today, head.date(1));
    if (last < yearStart)
        return {};
    const auto programme = readProgramme(connection, yearStart, last);
    if (!programme)
        return programme.error();
    for (const PastWeek& week : weeksBefore(*programme, today))
        insertWeek(connection, *programme, week);
    return {};
}

} // namespace core::programme::store
