#include "core/programme/store/ProgrammeReader.h"

#include "core/base/Zone.h"
#include "core/programme/store/BlockKey.h"
#include "core/programme/store/Cells.h"

#include <sqlite3.h>
#include <unordered_map>

namespace core::programme::store {

using core::store::Connection;
using core::store::Query;
using core::store::SqlError;

namespace {

/// Row keys of the database to positions in the vectors of a Programme.
using Positions = std::unordered_map<int64_t, int>;

int positionOf(const Positions& positions, int64_t key) {
    const auto found = positions.find(key);
    if (found == positions.end())
        throw SqlError(SQLITE_CORRUPT,
                       "the programme refers to a row that is not there (key " + std::to_string(key) + ")");
    return found->second;
}

std::optional<base::Date> dateOrNone(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.date(column));
}

Positions readPeople(Connection& db, Programme& programme) {
    Positions positions;
    Query row = db.query("SELECT key, id, name, email, type, pgy_level, faculty_role, fte, specialties, "
                         "performs_procedures, target_clinical_blocks, admin_type, active_from, active_to, status "
                         "FROM person ORDER BY key");
    while (row.step()) {
        Person person;
        person.id = row.text(1);
        person.name = row.text(2);
        person.email = row.text(3);
        person.type = known(personTypeFromText(row.text(4)), row, 4);
        person.pgy = row.intAt(5);
        person.role = known(facultyRoleFromText(row.text(6)), row, 6);
        person.fte = row.real(7);
        for (const base::Json& specialty : row.json(8))
            person.specialties.push_back(specialty.get<std::string>());
        person.performsProcedures = row.intAt(9) != 0;
        person.targetClinicalBlocks = row.intAt(10);
        person.adminType = row.text(11);
        person.activeFrom = row.date(12);
        person.activeTo = dateOrNone(row, 13);
        person.status = known(personStatusFromText(row.text(14)), row, 14);
        positions[row.integer(0)] = int(programme.people.size());
        programme.people.push_back(std::move(person));
    }
    return positions;
}

Positions readRotations(Connection& db, Programme& programme) {
    Positions positions;
    Query row = db.query(
        "SELECT key, id, name, abbreviation, rotation_type, category, shed_category, leave_eligible, max_residents, "
        "requires_specialty, requires_procedure_credential, supervision_required, max_supervision_ratio, "
        "includes_weekend_work, is_night, hours_am, hours_pm, start_minute_am, start_minute_pm, is_half_block, "
        "is_offsite, is_archived, counts_as_duty FROM rotation_template ORDER BY key");
    while (row.step()) {
        Rotation rotation;
        rotation.id = row.text(1);
        rotation.name = row.text(2);
        rotation.abbreviation = row.text(3);
        rotation.type = known(rotationTypeFromText(row.text(4)), row, 4);
        rotation.category = row.text(5);
        rotation.shedCategory = row.intAt(6);
        rotation.leaveEligible = row.intAt(7) != 0;
        if (!row.isNull(8))
            rotation.maxResidents = row.intAt(8);
        rotation.requiresSpecialty = row.text(9);
        rotation.requiresProcedureCredential = row.intAt(10) != 0;
        rotation.supervisionRequired = row.intAt(11) != 0;
        rotation.maxSupervisionRatio = row.intAt(12);
        rotation.includesWeekendWork = row.intAt(13) != 0;
        rotation.isNight = row.intAt(14) != 0;
        rotation.hoursAm = row.real(15);
        rotation.hoursPm = row.real(16);
        rotation.startMinuteAm = row.intAt(17);
        rotation.startMinutePm = row.intAt(18);
        rotation.isHalfBlock = row.intAt(19) != 0;
        rotation.isOffsite = row.intAt(20) != 0;
        rotation.isArchived = row.intAt(21) != 0;
        rotation.countsAsDuty = row.intAt(22) != 0;
        positions[row.integer(0)] = int(programme.rotations.size());
        programme.rotations.push_back(std::move(rotation));
    }
    return positions;
}

void readRequirements(Connection& db, const Positions& rotations, Programme& programme) {
    Query row = db.query("SELECT id, rotation_key, service, day_class, weekdays, half, min_residents, max_pgy1, "
                         "min_faculty, faculty_by_units, requires_specialty, requires_procedure_credential, "
                         "shed_category, valid_from, valid_to, multiplier_override "
                         "FROM coverage_requirement ORDER BY key");
    while (row.step()) {
        Requirement requirement;
        requirement.id = row.text(0);
        requirement.rotation = positionOf(rotations, row.integer(1));
        requirement.service = row.text(2);
        requirement.dayClass = known(dayClassFromText(row.text(3)), row, 3);
        requirement.weekdays = unsigned(row.intAt(4));
        requirement.half = known(halfFromText(row.text(5)), row, 5);
        requirement.minResidents = row.intAt(6);
        if (!row.isNull(7))
            requirement.maxPgy1 = row.intAt(7);
        requirement.minFaculty = row.real(8);
        requirement.facultyByUnits = row.intAt(9) != 0;
        requirement.requiresSpecialty = row.text(10);
        requirement.requiresProcedureCredential = row.intAt(11) != 0;
        requirement.shedCategory = row.intAt(12);
        requirement.validFrom = dateOrNone(row, 13);
        requirement.validTo = dateOrNone(row, 14);
        if (!row.isNull(15))
            requirement.multiplierOverride = row.real(15);
        programme.requirements.push_back(std::move(requirement));
    }
}

void readCommitments(Connection& db, const Positions& people, Programme& programme) {
    Query row = db.query("SELECT person_key, activity, half_days_per_week, shed_category FROM faculty_commitment "
                         "ORDER BY key");
    while (row.step())
        programme.commitments.push_back({positionOf(people, row.integer(0)), row.text(1), row.real(2), row.intAt(3)});
}

void readDays(Connection& db, base::Date from, base::Date to, Programme& programme) {
    Query row = db.query("SELECT key, block_number, is_weekend, is_holiday, holiday_name, day_type, multiplier "
                         "FROM block WHERE key BETWEEN ? AND ? AND half = 'AM' ORDER BY key",
                         blockKey(from, Half::Am), blockKey(to, Half::Pm));
    while (row.step())
        programme.days.push_back({dateOfBlock(row.integer(0)), row.intAt(1), row.intAt(2) != 0, row.intAt(3) != 0,
                                  row.text(4), row.text(5), row.real(6)});
}

void readAssignments(Connection& db, const Positions& people, const Positions& rotations, Programme& programme) {
    Query row = db.query("SELECT block_key, person_key, rotation_key, role, activity_override FROM assignment "
                         "WHERE block_key BETWEEN ? AND ? ORDER BY block_key, person_key",
                         blockKey(programme.first(), Half::Am), blockKey(programme.last(), Half::Pm));
    while (row.step())
        programme.assignments.push_back({dateOfBlock(row.integer(0)), halfOfBlock(row.integer(0)),
                                         positionOf(people, row.integer(1)),
                                         row.isNull(2) ? -1 : positionOf(rotations, row.integer(2)),
                                         known(assignmentRoleFromText(row.text(3)), row, 3), row.text(4)});
}

void readCalls(Connection& db, const Positions& people, Programme& programme) {
    Query row = db.query("SELECT date, person_key, type FROM call_assignment WHERE date BETWEEN ? AND ? "
                         "ORDER BY date, person_key",
                         programme.first() - std::chrono::days(1), programme.last());
    while (row.step())
        programme.calls.push_back(
            {row.date(0), positionOf(people, row.integer(1)), known(callTypeFromText(row.text(2)), row, 2)});
}

void readAbsences(Connection& db, const Positions& people, Programme& programme) {
    Query row = db.query("SELECT id, person_key, start_date, end_date, start_half, end_half, type, status, "
                         "is_away_from_program FROM absence WHERE end_date >= ? AND start_date <= ? "
                         "ORDER BY start_date, key",
                         programme.first(), programme.last());
    while (row.step()) {
        Absence absence;
        absence.id = row.text(0);
        absence.person = positionOf(people, row.integer(1));
        absence.start = row.date(2);
        absence.end = row.date(3);
        absence.startHalf = known(halfFromText(row.text(4)), row, 4);
        absence.endHalf = known(halfFromText(row.text(5)), row, 5);
        absence.type = row.text(6);
        absence.status = known(absenceStatusFromText(row.text(7)), row, 7);
        absence.awayFromProgramme = row.intAt(8) != 0;
        programme.absences.push_back(std::move(absence));
    }
}

LocalMinute localMinute(const base::Zone& zone, const Query& row, int column) {
    return std::chrono::floor<std::chrono::minutes>(zone.toLocal(instantAt(row, column)));
}

/// Logged work is stored in UTC and counted on the programme's clock. A day more on each side holds every zone.
void readExtraWork(Connection& db, const Positions& people, Programme& programme) {
    const base::Zone zone = programmeZone(db);
    Query row = db.query("SELECT id, person_key, started_at, ended_at, kind FROM extra_work "
                         "WHERE ended_at >= ? AND started_at <= ? ORDER BY started_at, key",
                         programme.first() - std::chrono::days(1), programme.last() + std::chrono::days(2));
    while (row.step())
        programme.extraWork.push_back({row.text(0), positionOf(people, row.integer(1)), localMinute(zone, row, 2),
                                       localMinute(zone, row, 3), known(extraWorkKindFromText(row.text(4)), row, 4)});
}

void readShedding(Connection& db, Programme& programme) {
    Query row = db.query("SELECT level, categories FROM shed_state WHERE id = 1");
    if (!row.step())
        return;
    programme.shedLevel = row.intAt(0);
    for (const base::Json& category : row.json(1))
        programme.shedCategories.insert(category.get<int>());
}

} // namespace

bool hasProgramme(Connection& connection) {
    return connection.query("SELECT 1 FROM programme").step();
}

std::optional<std::pair<base::Date, base::Date>> academicYear(Connection& connection) {
    Query head = connection.query("SELECT year_start, year_end FROM programme");
    return head.step() ? std::optional(std::pair(head.date(0), head.date(1))) : std::nullopt;
}

base::Result<Programme> readProgramme(Connection& connection, base::Date from, base::Date to) {
    if (to < from)
        return base::Error{base::ErrorCode::InvalidParams,
                           "the period ends (" + base::formatDate(to) + ") before it begins (" +
                               base::formatDate(from) + ")",
                           "Give an end on or after the start",
                           {}};
    Query head = connection.query("SELECT name, zone, year_start, year_end FROM programme");
    if (!head.step())
        return base::Error{base::ErrorCode::NotFound,
                           "there is no programme yet",
                           "Create the sample programme or import a roster",
                           {}};
    Programme programme;
    programme.name = head.text(0);
    programme.zone = head.text(1);
    programme.yearStart = head.date(2);
    programme.yearEnd = head.date(3);
    readDays(connection, from, to, programme);
    if (programme.days.empty())
        return base::Error{base::ErrorCode::NotFound,
                           "the programme's calendar runs from " + base::formatDate(programme.yearStart) + " to " +
                               base::formatDate(programme.yearEnd) + " and has no day between " +
                               base::formatDate(from) + " and " + base::formatDate(to),
                           "Choose a period inside the academic year",
                           {}};
    const Positions people = readPeople(connection, programme);
    const Positions rotations = readRotations(connection, programme);
    readRequirements(connection, rotations, programme);
    readCommitments(connection, people, programme);
    readAssignments(connection, people, rotations, programme);
    readCalls(connection, people, programme);
    readAbsences(connection, people, programme);
    readExtraWork(connection, people, programme);
    readShedding(connection, programme);
    return programme;
}

base::Zone programmeZone(Connection& connection) {
    Query head = connection.query("SELECT zone FROM programme");
    if (head.step())
        if (const auto zone = base::Zone::find(head.text(0)))
            return *zone;
    return base::Zone::utc();
}

base::Date localToday(Connection& connection, base::Instant now) {
    return programmeZone(connection).localDate(now);
}

} // namespace core::programme::store
