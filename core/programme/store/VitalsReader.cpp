#include "core/programme/store/VitalsReader.h"

#include "core/programme/store/BlockKey.h"
#include "core/programme/store/ProgrammeReader.h"

#include <algorithm>

namespace core::programme::store {

namespace {

using core::store::Connection;
using core::store::Query;

constexpr int kStressDays = 28;
constexpr std::chrono::days kSpecialistsAhead{90};

/// The first column, oldest first; `newestFirst` says which rows.
std::vector<double> readingsOf(Connection& connection, const char* newestFirst) {
    std::vector<double> readings;
    Query row = connection.query(newestFirst);
    while (row.step())
        readings.push_back(row.real(0));
    std::reverse(readings.begin(), readings.end());
    return readings;
}

void readHistory(Connection& connection, VitalsInputs& inputs) {
    inputs.utilization = readingsOf(connection, "SELECT utilization FROM health_check WHERE source = 'task' AND utilization"
                                                " IS NOT NULL ORDER BY at DESC, id DESC LIMIT 101");
    inputs.coverage = readingsOf(connection, "SELECT coverage FROM health_check WHERE source = 'task' AND coverage"
                                             " IS NOT NULL ORDER BY at DESC, id DESC LIMIT 101");
    inputs.workloadGini = readingsOf(connection, "SELECT 1 - fairness FROM schedule_metrics WHERE source = 'task' AND"
                                                 " fairness IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 3");
    inputs.compliance =
        readingsOf(connection, "SELECT compliance_pct / 100 FROM schedule_metrics WHERE source = 'task' AND"
                               " compliance_pct IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 3");
    inputs.stability = readingsOf(
        connection, "SELECT 1 - json_extract(json, '$.stability_metrics.churn_rate') AS stability FROM schedule_metrics"
                    " WHERE source = 'task' AND json_extract(json, '$.stability_metrics.churn_rate') IS NOT NULL"
                    " ORDER BY created_at DESC, id DESC LIMIT 3");
}

/// Late edits of half-days of the last 28 days: a gap that was filled when somebody put them there by hand or a fallback
/// did, otherwise a change.
void readStress(Connection& connection, base::Date today, VitalsInputs& inputs) {
    Query row = connection.query(
        "SELECT p.id, sum(a.source NOT IN ('manual', 'fallback')), sum(a.source IN ('manual', 'fallback'))"
        " FROM assignment a JOIN person p ON p.key = a.person_key"
        " WHERE a.block_key BETWEEN ?1 AND ?2 AND a.updated_at IS NOT NULL"
        " AND a.block_key / 2 - (julianday(a.updated_at) - 2440587.5) < 14 GROUP BY p.id",
        blockKey(today - std::chrono::days(kStressDays), Half::Am), blockKey(today - std::chrono::days(1), Half::Pm));
    while (row.step())
        inputs.stress[row.text(0)] = {row.intAt(1), row.intAt(2)};
}

std::optional<int> countIn(const base::Json& document, const char* field) {
    return document.contains(field) && document[field].is_number_integer() ? std::optional(document[field].get<int>())
                                                                           : std::nullopt;
}

void readContingency(Connection& connection, VitalsInputs& inputs) {
    Query row = connection.query("SELECT document FROM contingency_report ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return;
    const base::Json document = row.json(0);
    if (!document.is_object() || document.value("n1_pass", base::Json()).is_null())
        return;
    inputs.figures.criticalLosses = countIn(document, "n1_critical_count");
    inputs.figures.analysedFaculty = countIn(document, "faculty_analysed");
    inputs.figures.fatalPairs = countIn(document, "n2_fatal_pairs_count");
    inputs.figures.pairsChecked = countIn(document, "total_pairs_checked");
    const auto followed = countIn(document, "cascade_losses_followed");
    const auto spread = countIn(document, "cascade_losses_that_spread");
    if (followed && spread && *followed > 0)
        inputs.figures.cascadeProbability = double(*spread) / *followed;
    for (const base::Json& person : document.value("criticality", base::Json::array()))
        if (person.contains("hub"))
            inputs.network[person.value("person_id", "")] = {
                person.value("score", 0.0), person["hub"].value("score", 0.0), person["hub"].value("degree", 0.0)};
}

void readHealth(Connection& connection, VitalsInputs& inputs) {
    Query row = connection.query("SELECT utilization, defense_level, json_extract(document, '$.coverage_gaps')"
                                 " FROM health_check WHERE source = 'task' ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return;
    if (!row.isNull(0))
        inputs.figures.utilization = row.real(0);
    if (!row.isNull(1))
        inputs.figures.defense = DefenseLevel(row.intAt(1));
    if (!row.isNull(2))
        inputs.figures.gaps = row.intAt(2);
}

} // namespace

VitalsInputs readVitalsInputs(Connection& connection, base::Instant now) {
    VitalsInputs inputs;
    readHistory(connection, inputs);
    readStress(connection, localToday(connection, now), inputs);
    readContingency(connection, inputs);
    readHealth(connection, inputs);
    return inputs;
}

base::Result<base::Json> readVitals(Connection& connection, base::Instant now) {
    Query head = connection.query("SELECT year_start FROM programme");
    if (!head.step())
        return base::Error{base::ErrorCode::NotFound, "there is no programme yet",
                           "Create the sample programme or import a roster", {}};
    const base::Date today = localToday(connection, now);
    const base::Date from = std::min(head.date(0), today);
    const auto programme = readProgramme(connection, from, today + kSpecialistsAhead);
    if (!programme)
        return programme.error();
    if (!programme->day(today))
        return base::Error{base::ErrorCode::NotFound,
                           "today (" + base::formatDate(today) + ") is outside the calendar of the programme",
                           "Create or import the academic year that contains it", {}};
    base::Json document = toDocument(*programme, takeVitals(*programme, today, readVitalsInputs(connection, now)));
    document["timestamp"] = base::formatInstant(now);
    return document;
}

} // namespace core::programme::store
