#include "core/base/Zone.h"
#include "core/programme/Bands.h"
#include "core/programme/CrisisPlan.h"
#include "core/programme/OrNull.h"
#include "core/programme/ScheduleMetrics.h"
#include "core/programme/Utilization.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceReader.h"

namespace core::programme::store {

namespace {

using core::store::Connection;

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

void insertWeek(Connection& connection, const Programme& programme, const PastWeek& week) {
    const DayLoad load = loadBetween(programme, week.first, week.last);
    const UtilizationReading reading = readUtilization(load.capacity, load.required);
    const ScheduleMetrics metrics = measureSchedule(programme, week.first, week.last, {});
    const std::optional<double> coverage = metrics.coverage.ratio();
    const std::optional<double> compliance = metrics.hours.compliancePercent();
    const std::string at = base::formatInstant(week.end);
    base::Json document = base::Json::object();
    document["week_start"] = base::formatDate(week.first);
    document["week_end"] = base::formatDate(week.last);
    document["capacity"] = load.capacity;
    document["required"] = load.required;
    document["residents_fairness"] = orNull(metrics.fairness.residents);
    document["faculty_fairness"] = orNull(metrics.fairness.faculty);
    const std::string text = base::dumpJson(document);
    connection.run("INSERT INTO health_check(at, source, utilization, utilization_level, coverage, buffer, document)"
                   " VALUES (?, 'backfill', ?, ?, ?, ?, ?)",
                   at, reading.ratio, toText(reading.level), coverage, reading.buffer, text);
    connection.run("INSERT INTO schedule_metrics(created_at, source, period_start, period_end, fairness, coverage_pct,"
                   " compliance_pct, json) VALUES (?, 'backfill', ?, ?, ?, ?, ?, ?)",
                   at, week.first, week.last, metrics.fairness.overall, metrics.coveragePercent(), compliance, text);
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
