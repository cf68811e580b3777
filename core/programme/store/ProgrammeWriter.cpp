#include "core/programme/store/ProgrammeWriter.h"

#include "core/programme/sample/Sample.h"
#include "core/programme/store/BlockKey.h"
#include "core/programme/store/ContactStore.h"
#include "core/programme/store/PersonWriter.h"
#include "core/programme/store/ProgrammeReader.h"

#include <sqlite3.h>

namespace core::programme::store {

using base::Date;
using core::store::Connection;
using core::store::Query;

namespace {

int64_t keyOf(int position) {
    return position + 1;
}

void writeHead(Connection& db, const Founding& founding) {
    const Programme& programme = founding.programme;
    std::optional<std::string> seed;
    std::optional<double> full, ordinary, threeAway;
    if (founding.seed)
        seed = std::to_string(*founding.seed);
    if (founding.calibration) {
        full = founding.calibration->full;
        ordinary = founding.calibration->ordinary;
        threeAway = founding.calibration->threeAway;
    }
    db.run("INSERT INTO programme(id, name, zone, year_start, year_end, source, seed, utilization_full, "
           "utilization_ordinary, utilization_three_away) VALUES(1,?,?,?,?,?,?,?,?,?)",
           programme.name, programme.zone, programme.yearStart, programme.yearEnd, founding.seed ? "sample" : "import",
           seed, full, ordinary, threeAway);
}

void writeCalendar(Connection& db, const Founding& founding) {
    for (const AcademicBlock& block : founding.blocks)
        db.run("INSERT INTO academic_block(number, start_date, end_date) VALUES(?,?,?)", block.number, block.start,
               block.end);
    const int year = int(std::chrono::year_month_day{founding.programme.yearStart}.year());
    for (const Day& day : founding.programme.days)
        for (const Half half : {Half::Am, Half::Pm})
            db.run("INSERT INTO block(key, date, half, academic_year, block_number, is_weekend, is_holiday, "
                   "holiday_name, day_type, multiplier) VALUES(?,?,?,?,?,?,?,?,?,?)",
                   blockKey(day.date, half), day.date, toText(half), year, day.blockNumber, int(day.weekend),
                   int(day.holiday), day.holidayName, day.dayType, day.multiplier);
}

void writeRotations(Connection& db, const Programme& programme) {
    for (size_t i = 0; i < programme.rotations.size(); ++i) {
        const Rotation& rotation = programme.rotations[i];
        db.run("INSERT INTO rotation_template(key, id, name, abbreviation, rotation_type, category, shed_category, "
               "leave_eligible, max_residents, requires_specialty, requires_procedure_credential, "
               "supervision_required, max_supervision_ratio, includes_weekend_work, is_night, hours_am, hours_pm, "
               "start_minute_am, start_minute_pm, is_half_block, is_offsite, is_archived, counts_as_duty) "
               "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
               keyOf(int(i)), rotation.id, rotation.name, rotation.abbreviation, toText(rotation.type),
               rotation.category, rotation.shedCategory, int(rotation.leaveEligible), rotation.maxResidents,
               rotation.requiresSpecialty, int(rotation.requiresProcedureCredential), int(rotation.supervisionRequired),
               rotation.maxSupervisionRatio, int(rotation.includesWeekendWork), int(rotation.isNight), rotation.hoursAm,
               rotation.hoursPm, rotation.startMinuteAm, rotation.startMinutePm, int(rotation.isHalfBlock),
               int(rotation.isOffsite), int(rotation.isArchived), int(rotation.countsAsDuty));
    }
}

void writeRequirements(Connection& db, const Programme& programme) {
    for (const Requirement& requirement : programme.requirements)
        db.run("INSERT INTO coverage_requirement(id, rotation_key, service, day_class, weekdays, half, min_residents, "
               "max_pgy1, min_faculty, faculty_by_units, requires_specialty, requires_procedure_credential, "
               "shed_category, valid_from, valid_to, multiplier_override) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
               requirement.id, keyOf(requirement.rotation), requirement.service, toText(requirement.dayClass),
               int(requirement.weekdays), toText(requirement.half), requirement.minResidents, requirement.maxPgy1,
               requirement.minFaculty, int(requirement.facultyByUnits), requirement.requiresSpecialty,
               int(requirement.requiresProcedureCredential), requirement.shedCategory, requirement.validFrom,
               requirement.validTo, requirement.multiplierOverride);
}

void writeCommitments(Connection& db, const Founding& founding) {
    for (size_t i = 0; i < founding.programme.commitments.size(); ++i) {
        const Commitment& commitment = founding.programme.commitments[i];
        db.run("INSERT INTO faculty_commitment(id, person_key, activity, half_days_per_week, shed_category) "
               "VALUES(?,?,?,?,?)",
               founding.commitmentIds[i], keyOf(commitment.person), commitment.activity, commitment.halfDaysPerWeek,
               commitment.shedCategory);
    }
}

void writeAbsences(Connection& db, const Founding& founding, const std::string& createdAt) {
    for (size_t i = 0; i < founding.programme.absences.size(); ++i) {
        const Absence& absence = founding.programme.absences[i];
        db.run("INSERT INTO absence(id, person_key, start_date, end_date, start_half, end_half, type, status, "
               "is_away_from_program, deployment_orders, tdy_location, created_at) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
               absence.id, keyOf(absence.person), absence.start, absence.end, toText(absence.startHalf),
               toText(absence.endHalf), absence.type, toText(absence.status), int(absence.awayFromProgramme),
               int(absence.type == "deployment"), founding.tdyLocations[i], createdAt);
    }
}

std::optional<int64_t> rotationKey(int rotation) {
    return rotation < 0 ? std::nullopt : std::optional(keyOf(rotation));
}

/// The published versions; the last one holds the assignments that are in force.
void writeRuns(Connection& db, const Founding& founding) {
    const Programme& programme = founding.programme;
    for (size_t i = 0; i < founding.versions.size(); ++i) {
        const PublishedVersion& version = founding.versions[i];
        const bool latest = i + 1 == founding.versions.size();
        const std::string at = base::formatInstant(version.published);
        std::optional<int64_t> parent;
        if (i > 0)
            parent = keyOf(int(i) - 1);
        db.run("INSERT INTO schedule_run(key, id, start_date, end_date, algorithm, status, state, "
               "total_blocks_assigned, acgme_violations, parent_run_key, created_by, created_at, published_at) "
               "VALUES(?,?,?,?,'greedy','success',?,?,?,?,'system',?,?)",
               keyOf(int(i)), version.id, programme.yearStart, programme.yearEnd, latest ? "published" : "superseded",
               int64_t(programme.assignments.size()), version.violations, parent, at, at);
    }
}

/// Frozen copies as differences: every row is of all versions, but for those that were something else for a while.
void writeVersions(Connection& db, const Founding& founding) {
    db.run("INSERT INTO schedule_version_assignment(block_key, person_key, first_run_key, rotation_key, role, "
           "activity_override) SELECT block_key, person_key, 1, rotation_key, role, activity_override FROM assignment");
    const auto insert = [&](const Assignment& row, int first, std::optional<int64_t> end, int rotation) {
        db.run("INSERT INTO schedule_version_assignment(block_key, person_key, first_run_key, end_run_key, "
               "rotation_key, role, activity_override) VALUES(?,?,?,?,?,?,?)",
               blockKey(row.date, row.half), keyOf(row.person), first, end, rotationKey(rotation), toText(row.role),
               row.activity);
    };
    for (const EarlierRow& earlier : founding.earlierRows) {
        const Assignment& row = founding.programme.assignments[earlier.assignment];
        db.run("DELETE FROM schedule_version_assignment WHERE block_key = ? AND person_key = ?",
               blockKey(row.date, row.half), keyOf(row.person));
        if (earlier.first > 1)
            insert(row, 1, earlier.first, row.rotation);
        insert(row, earlier.first, earlier.end, earlier.rotation);
        insert(row, earlier.end, std::nullopt, row.rotation);
    }
}

void writeSchedule(Connection& db, const Founding& founding, const std::string& createdAt) {
    for (const Call& call : founding.programme.calls)
        db.run("INSERT INTO call_assignment(date, person_key, type) VALUES(?,?,?)", call.date, keyOf(call.person),
               toText(call.type));
    if (founding.versions.empty())
        return;
    writeRuns(db, founding);
    for (const Assignment& row : founding.programme.assignments)
        db.run("INSERT INTO assignment(block_key, person_key, rotation_key, role, activity_override, schedule_run_key, "
               "source, created_at) VALUES(?,?,?,?,?,?,'solver',?)",
               blockKey(row.date, row.half), keyOf(row.person), rotationKey(row.rotation), toText(row.role),
               row.activity, int64_t(founding.versions.size()), createdAt);
    writeVersions(db, founding);
}

int64_t countOf(Connection& db, const char* sql) {
    Query row = db.query(sql);
    row.step();
    return row.integer(0);
}

std::optional<double> realOrNone(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.real(column));
}

} // namespace

void writeFounding(Connection& connection, const Founding& founding) {
    // The schedule of a year is made some weeks before it begins.
    const std::string createdAt = base::formatInstant(founding.programme.yearStart - std::chrono::days(28));
    writeHead(connection, founding);
    writeCalendar(connection, founding);
    writeRotations(connection, founding.programme);
    for (size_t i = 0; i < founding.programme.people.size(); ++i)
        insertPerson(connection, founding.programme.people[i], keyOf(int(i)));
    writeRequirements(connection, founding.programme);
    writeCommitments(connection, founding);
    writeAbsences(connection, founding, createdAt);
    writeSchedule(connection, founding, createdAt);
    for (const Contact& contact : founding.contacts)
        if (const auto saved = saveContact(connection, contact); !saved)
            throw core::store::SqlError(SQLITE_CONSTRAINT, saved.error().message);
    for (const Fault& fault : founding.faults)
        connection.run("INSERT INTO sample_fault(kind, person_id, detail) VALUES(?,?,?)", fault.kind,
                       fault.person < 0 ? std::nullopt
                                        : std::optional(founding.programme.people[size_t(fault.person)].id),
                       fault.detail);
}

base::Result<Stats> createSample(Connection& connection, const SampleOptions& options, Date today) {
    Query head = connection.query("SELECT name FROM programme");
    if (head.step())
        return base::Error{base::ErrorCode::Conflict,
                           "there is a programme already: " + head.text(0),
                           "Use another data directory for the sample",
                           {}};
    const auto sample = sample::generateSample(options, today);
    if (!sample)
        return sample.error();
    writeFounding(connection, *sample);
    return readStats(connection);
}

base::Result<Stats> readStats(Connection& connection) {
    Stats stats;
    Query head = connection.query("SELECT name, zone, year_start, year_end, utilization_full, utilization_ordinary, "
                                  "utilization_three_away FROM programme");
    if (!head.step())
        return stats;
    stats.present = true;
    stats.name = head.text(0);
    stats.zone = head.text(1);
    stats.academicYearStart = head.date(2);
    stats.academicYearEnd = head.date(3);
    stats.utilizationFull = realOrNone(head, 4);
    stats.utilizationOrdinary = realOrNone(head, 5);
    stats.utilizationThreeAway = realOrNone(head, 6);
    stats.residents = int(countOf(connection, "SELECT count(*) FROM person WHERE type = 'resident'"));
    stats.faculty = int(countOf(connection, "SELECT count(*) FROM person WHERE type = 'faculty'"));
    stats.rotations = int(countOf(connection, "SELECT count(*) FROM rotation_template"));
    stats.requirements = int(countOf(connection, "SELECT count(*) FROM coverage_requirement"));
    stats.halfDays = countOf(connection, "SELECT count(*) FROM block");
    stats.assignments = countOf(connection, "SELECT count(*) FROM assignment");
    stats.calls = countOf(connection, "SELECT count(*) FROM call_assignment");
    stats.absences = countOf(connection, "SELECT count(*) FROM absence");
    return stats;
}

} // namespace core::programme::store
