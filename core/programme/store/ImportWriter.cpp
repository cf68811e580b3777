#include "core/programme/store/ImportWriter.h"

#include "core/base/Uuid.h"
#include "core/base/Zone.h"
#include "core/programme/Catalogue.h"
#include "core/programme/store/ProgrammeWriter.h"

#include <sqlite3.h>

namespace core::programme::store {

using core::store::Connection;
using core::store::Query;

std::vector<KnownPerson> readKnownPeople(Connection& connection) {
    std::vector<KnownPerson> people;
    Query row = connection.query("SELECT key, name, email, type FROM person ORDER BY key");
    while (row.step())
        people.push_back({row.integer(0), row.text(1), row.text(2),
                          row.text(3) == "faculty" ? PersonType::Faculty : PersonType::Resident});
    return people;
}

std::set<AbsenceKey> readAbsenceKeys(Connection& connection) {
    std::set<AbsenceKey> keys;
    Query row = connection.query("SELECT person_key, type, start_date, end_date FROM absence");
    while (row.step())
        keys.emplace(row.integer(0), row.text(1), row.date(2), row.date(3));
    return keys;
}

void createShell(Connection& connection, const std::string& zoneName, int residents, base::Instant now) {
    const auto zone = base::Zone::find(zoneName);
    Founding founding;
    Programme& programme = founding.programme;
    programme.name = "Residency programme";
    programme.zone = zone ? zone->name() : base::Zone::utc().name();
    programme.yearStart = academicYearStart((zone ? *zone : base::Zone::utc()).localDate(now));
    programme.yearEnd = academicYearEnd(programme.yearStart);
    programme.days = academicCalendar(programme.yearStart);
    founding.blocks = academicBlocks(programme.yearStart);
    programme.rotations = defaultRotations();
    programme.requirements = defaultRequirements(programme.rotations, residents);
    for (Rotation& rotation : programme.rotations)
        rotation.id = base::newUuidV7(now);
    for (Requirement& requirement : programme.requirements)
        requirement.id = base::newUuidV7(now);
    writeFounding(connection, founding);
}

base::Date yearStart(Connection& connection) {
    Query head = connection.query("SELECT year_start FROM programme");
    if (!head.step())
        throw core::store::SqlError(SQLITE_NOTFOUND, "the programme has no head row");
    return head.date(0);
}

void insertCommitments(Connection& connection, const std::vector<Person>& people, const std::vector<int64_t>& keys,
                       base::Instant now) {
    for (const Commitment& commitment : defaultCommitments(people))
        connection.run("INSERT INTO faculty_commitment(id, person_key, activity, half_days_per_week, shed_category) "
                       "VALUES(?,?,?,?,?)",
                       base::newUuidV7(now), keys[size_t(commitment.person)], commitment.activity,
                       commitment.halfDaysPerWeek, commitment.shedCategory);
}

void insertAbsence(Connection& connection, const AbsenceEntry& entry, int64_t person, base::Instant now) {
    const Absence& absence = entry.absence;
    connection.run("INSERT INTO absence(id, person_key, start_date, end_date, type, status, is_away_from_program, "
                   "deployment_orders, tdy_location, notes, created_at) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                   base::newUuidV7(now), person, absence.start, absence.end, absence.type, toText(absence.status),
                   int(absence.awayFromProgramme), int(absence.type == "deployment"), entry.tdyLocation, entry.notes,
                   base::formatInstant(now));
}

} // namespace core::programme::store
