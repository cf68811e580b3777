#include "core/programme/store/FallbackStore.h"

#include "core/programme/Presence.h"
#include "core/programme/fallback/Record.h"
#include "core/programme/store/Cells.h"
#include "core/programme/store/ProgrammeReader.h"

#include <algorithm>
#include <map>

namespace core::programme::store {

using base::Error;
using base::ErrorCode;
using base::Result;
using core::store::Connection;
using core::store::Query;
using fallback::FallbackCard;
using fallback::FallbackDay;
using fallback::FallbackDetail;
using fallback::FallbackDuty;

namespace {

constexpr const char* kCardColumns =
    "id, scenario, name, description, created_at, valid_from, valid_until, assumptions_json, services_reduced_json,"
    " coverage_rate, coverage_unknown_reason, coverage_greedy, coverage_exact, coverage_kept, coverage_published,"
    " coverage_goal, method, gap_count, assignment_count, generation, superseded, is_active, last_activated_at,"
    " activation_count, crisis_id, activated_by, approved_by, activation_reason, version";

std::optional<double> ratioAt(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.real(column));
}

FallbackCard cardOf(const Query& row, base::Instant now, base::Date today) {
    FallbackCard card;
    card.id = row.text(0);
    card.scenario = known(fallback::scenarioFromText(row.text(1)), row, 1);
    card.name = row.text(2);
    card.description = row.text(3);
    card.createdAt = instantAt(row, 4);
    card.validFrom = row.date(5);
    card.validUntil = row.date(6);
    card.assumptions = row.json(7);
    for (const base::Json& service : row.json(8))
        card.servicesReduced.push_back(service.get<std::string>());
    card.coverage = ratioAt(row, 9);
    card.unknownReason = row.text(10);
    card.greedyCoverage = ratioAt(row, 11);
    card.exactCoverage = ratioAt(row, 12);
    card.keptCoverage = ratioAt(row, 13);
    card.publishedCoverage = ratioAt(row, 14);
    card.goal = row.real(15);
    card.method = row.text(16);
    card.gapCount = row.intAt(17);
    card.assignmentCount = row.intAt(18);
    card.generation = row.integer(19);
    card.superseded = row.intAt(20) != 0;
    card.active = row.intAt(21) != 0;
    if (!row.isNull(22))
        card.activatedAt = instantAt(row, 22);
    card.activationCount = row.intAt(23);
    card.crisisId = row.text(24);
    card.activatedBy = row.text(25);
    card.approvedBy = row.text(26);
    card.reason = row.text(27);
    card.version = row.integer(28);
    card.stale = card.validUntil < today;
    card.ageDays = int(std::chrono::floor<std::chrono::days>(std::max(base::milliseconds(0), now - card.createdAt)).count());
    return card;
}

/// In the order of the scenarios; of one, the newest first.
std::vector<FallbackCard> cardsWhere(Connection& connection, const char* condition, base::Instant now) {
    const base::Date today = localToday(connection, now);
    std::vector<FallbackCard> cards;
    Query rows = connection.query(std::string("SELECT ") + kCardColumns + " FROM fallback_schedule WHERE " + condition +
                                  " ORDER BY generation DESC, id");
    while (rows.step())
        cards.push_back(cardOf(rows, now, today));
    std::stable_sort(cards.begin(), cards.end(),
                     [](const FallbackCard& a, const FallbackCard& b) { return a.scenario < b.scenario; });
    return cards;
}

/// By half-day, service and person.
std::vector<FallbackDuty> dutiesOf(Connection& connection, const std::string& id) {
    std::vector<FallbackDuty> duties;
    Query rows = connection.query(
        "SELECT f.person_id, coalesce(p.name, f.person_id), f.role, f.duties_json FROM fallback_assignment AS f"
        " LEFT JOIN person AS p ON p.id = f.person_id WHERE f.fallback_id = ?",
        id);
    while (rows.step())
        for (FallbackDuty& duty : fallback::dutiesOfRecord(rows.json(3))) {
            duty.personId = rows.text(0);
            duty.personName = rows.text(1);
            duty.role = rows.text(2);
            duties.push_back(std::move(duty));
        }
    std::sort(duties.begin(), duties.end(), [](const FallbackDuty& a, const FallbackDuty& b) {
        return std::tie(a.when, a.service, a.personId) < std::tie(b.when, b.service, b.personId);
    });
    return duties;
}

bool isPcsSeason(base::Date date) {
    const std::chrono::year_month_day day{date};
    const auto month = unsigned(day.month());
    return (month == 5 && unsigned(day.day()) >= 15) || (month >= 6 && month <= 8);
}

/// On whom the schedule of these days counts although they are away, or have left.
int countFacultyLost(const Programme& week) {
    const Presence presence(week);
    std::set<int> lost;
    for (const Assignment& a : week.assignments)
        if (a.person >= 0 && week.people[size_t(a.person)].isFaculty() && isWork(week, a) &&
            !presence.present(a.person, presence.dayIndex(a.date), a.half))
            lost.insert(a.person);
    for (const Call& call : week.calls)
        if (const int day = presence.dayIndex(call.date);
            day >= 0 && call.person >= 0 && call.type != CallType::Backup &&
            week.people[size_t(call.person)].isFaculty() && !presence.present(call.person, day, Half::Night))
            lost.insert(call.person);
    return int(lost.size());
}

} // namespace

std::vector<FallbackCard> readFallbacks(Connection& connection, base::Instant now) {
    return cardsWhere(connection, "superseded = 0 OR is_active = 1", now);
}

std::vector<FallbackCard> readActiveFallbacks(Connection& connection, base::Instant now) {
    return cardsWhere(connection, "is_active = 1", now);
}

Result<FallbackCard> readFallback(Connection& connection, const std::string& id, base::Instant now) {
    if (const auto scenario = fallback::scenarioFromText(id))
        return fallback::currentOf(readFallbacks(connection, now), *scenario);
    const base::Date today = localToday(connection, now);
    Query row = connection.query(std::string("SELECT ") + kCardColumns + " FROM fallback_schedule WHERE id = ?", id);
    if (!row.step())
        return Error{ErrorCode::NotFound, "there is no fallback schedule " + id,
                     "List them with: beatwarden programme fallbacks", {}};
    return cardOf(row, now, today);
}

Result<FallbackDetail> readFallbackDetail(Connection& connection, const std::string& id, base::Instant now) {
    const auto card = readFallback(connection, id, now);
    if (!card)
        return card.error();
    std::map<base::Date, FallbackDay> days;
    for (FallbackDuty& duty : dutiesOf(connection, card->id))
        days[duty.when.date].duties.push_back(std::move(duty));
    Query gaps = connection.query("SELECT gaps_json FROM fallback_schedule WHERE id = ?", card->id);
    if (gaps.step())
        for (fallback::FallbackGap& gap : fallback::gapsOfRecord(gaps.json(0)))
            days[gap.when.date].gaps.push_back(std::move(gap));
    FallbackDetail detail{*card, {}};
    for (auto& [date, day] : days) {
        day.date = date;
        detail.days.push_back(std::move(day));
    }
    return detail;
}

int countActiveFallbacks(Connection& connection) {
    Query row = connection.query("SELECT count(*) FROM fallback_schedule WHERE is_active = 1");
    return row.step() ? row.intAt(0) : 0;
}

fallback::Situation readSituation(Connection& connection, base::Instant now) {
    const base::Date today = localToday(connection, now);
    fallback::Situation situation;
    situation.pcsSeason = isPcsSeason(today);
    const auto week = readProgramme(connection, today, today + std::chrono::days(6));
    if (!week)
        return situation;
    situation.holiday = std::any_of(week->days.begin(), week->days.end(), [](const Day& day) { return day.holiday; });
    situation.facultyLost = countFacultyLost(*week);
    return situation;
}

std::vector<KeptGeneration> readGenerations(Connection& connection) {
    std::vector<KeptGeneration> generations;
    Query rows = connection.query("SELECT id, scenario, generation, superseded, is_active FROM fallback_schedule"
                                  " ORDER BY scenario, generation DESC");
    while (rows.step())
        generations.push_back({rows.text(0), known(fallback::scenarioFromText(rows.text(1)), rows, 1), rows.integer(2),
                               rows.intAt(3) != 0, rows.intAt(4) != 0});
    return generations;
}

} // namespace core::programme::store
