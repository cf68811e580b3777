#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/programme/store/ProgrammeWriter.h"
#include "core/programme/sample/Sample.h"
#include "core/store/Database.h"
#include "tests/support/TemporaryFolder.h"

#include <chrono>
#include <ctime>
#include <gtest/gtest.h>

namespace store = core::programme::store;
using core::programme::SampleOptions;
using core::store::Connection;
using core::store::Database;

namespace {

std::unique_ptr<Database> openProgrammeDatabase(const tests::TemporaryFolder& folder) {
    auto database = Database::open(folder / "core.db", store::programmeMigrations());
    EXPECT_TRUE(database) << database.error().text();
    return std::move(*database);
}

const core::base::Date kSampleToday = core::base::makeDate(2026, 11, 20);

auto createSampleIn(Database& database, const SampleOptions& options = {}) {
    return database.write([&](Connection& db) { return store::createSample(db, options, kSampleToday); });
}

/// One text of every row of the tables of the residency, in their order.
std::string contentsOf(Database& database) {
    std::string text;
    for (const char* table : {"programme", "person", "academic_block", "block", "rotation_template",
                              "coverage_requirement", "faculty_commitment", "schedule_run", "assignment",
                              "schedule_version_assignment", "call_assignment", "absence", "sample_fault"}) {
        const auto rows = database.read([&](Connection& db) -> core::base::Result<std::string> {
            std::string rows = std::string("\n") + table;
            auto row = db.query(std::string("SELECT * FROM ") + table);
            while (row.step())
                for (int column = 0; column < row.columns(); ++column)
                    rows += "|" + row.text(column);
            return rows;
        });
        EXPECT_TRUE(rows);
        text += *rows;
    }
    return text;
}

} // namespace

TEST(ProgrammeSample, IsReadBackAsItWasGenerated) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    const auto stats = createSampleIn(*database);
    ASSERT_TRUE(stats) << stats.error().text();
    const auto founding = core::programme::sample::generateSample({}, kSampleToday);
    ASSERT_TRUE(founding);
    const auto& made = founding->programme;
    const auto read = database->read(
        [&](Connection& db) { return store::readProgramme(db, made.yearStart, made.yearEnd); });
    ASSERT_TRUE(read) << read.error().text();

    EXPECT_EQ(read->name, made.name);
    EXPECT_EQ(read->zone, made.zone);
    EXPECT_EQ(read->shedLevel, 0);
    ASSERT_EQ(read->people.size(), made.people.size());
    for (size_t i = 0; i < made.people.size(); ++i) {
        EXPECT_EQ(read->people[i].id, made.people[i].id);
        EXPECT_EQ(read->people[i].name, made.people[i].name);
        EXPECT_EQ(read->people[i].email, made.people[i].email);
        EXPECT_EQ(read->people[i].pgy, made.people[i].pgy);
        EXPECT_EQ(read->people[i].role, made.people[i].role);
        EXPECT_EQ(read->people[i].specialties, made.people[i].specialties);
        EXPECT_EQ(read->people[i].activeFrom, made.people[i].activeFrom);
        EXPECT_EQ(read->people[i].activeTo, made.people[i].activeTo);
    }
    ASSERT_EQ(read->rotations.size(), made.rotations.size());
    for (size_t i = 0; i < made.rotations.size(); ++i) {
        EXPECT_EQ(read->rotations[i].abbreviation, made.rotations[i].abbreviation);
        EXPECT_EQ(read->rotations[i].hoursPm, made.rotations[i].hoursPm);
        EXPECT_EQ(read->rotations[i].isNight, made.rotations[i].isNight);
    }
    ASSERT_EQ(read->requirements.size(), made.requirements.size());
    for (size_t i = 0; i < made.requirements.size(); ++i) {
        EXPECT_EQ(read->requirements[i].service, made.requirements[i].service);
        EXPECT_EQ(read->requirements[i].half, made.requirements[i].half);
        EXPECT_EQ(read->requirements[i].validTo, made.requirements[i].validTo);
        EXPECT_EQ(read->requirements[i].multiplierOverride, made.requirements[i].multiplierOverride);
    }
    ASSERT_EQ(read->assignments.size(), made.assignments.size());
    for (size_t i = 0; i < made.assignments.size(); ++i) {
        ASSERT_EQ(read->assignments[i].date, made.assignments[i].date);
        ASSERT_EQ(read->assignments[i].half, made.assignments[i].half);
        ASSERT_EQ(read->assignments[i].person, made.assignments[i].person);
        ASSERT_EQ(read->assignments[i].rotation, made.assignments[i].rotation);
        ASSERT_EQ(read->assignments[i].activity, made.assignments[i].activity);
    }
    EXPECT_EQ(read->calls.size(), made.calls.size());
    EXPECT_EQ(read->absences.size(), made.absences.size());
    EXPECT_EQ(read->commitments.size(), made.commitments.size());
    EXPECT_EQ(read->days.size(), made.days.size());
}

TEST(ProgrammeSample, TheSameSeedGivesTheSameRowsAndAnotherSeedOthers) {
    const tests::TemporaryFolder first, second, third;
    const auto one = openProgrammeDatabase(first), same = openProgrammeDatabase(second),
               other = openProgrammeDatabase(third);
    ASSERT_TRUE(createSampleIn(*one));
    ASSERT_TRUE(createSampleIn(*same));
    SampleOptions options;
    options.seed = 7;
    ASSERT_TRUE(createSampleIn(*other, options));
    const std::string contents = contentsOf(*one);
    EXPECT_TRUE(contents == contentsOf(*same));
    EXPECT_FALSE(contents == contentsOf(*other));
}

TEST(ProgrammeSample, IsRefusedWhereThereIsAProgramme) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    ASSERT_TRUE(createSampleIn(*database));
    const auto again = createSampleIn(*database);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, core::base::ErrorCode::Conflict);
}

TEST(ProgrammeSample, StatsCountWhatIsThere) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    const auto before = database->read([](Connection& db) { return store::readStats(db); });
    ASSERT_TRUE(before);
    EXPECT_FALSE(before->present);
    EXPECT_EQ(before->assignments, 0);
    const auto stats = createSampleIn(*database);
    ASSERT_TRUE(stats);
    EXPECT_TRUE(stats->present);
    EXPECT_EQ(stats->residents, 18);
    EXPECT_EQ(stats->faculty, 13);
    EXPECT_EQ(stats->halfDays, 730);
    EXPECT_EQ(stats->calls, 365);
    EXPECT_GE(stats->assignments, 15'000);
    EXPECT_LE(stats->assignments, 20'000);
    EXPECT_GE(stats->absences, 160);
    EXPECT_LE(stats->absences, 190);
    ASSERT_TRUE(stats->utilizationFull && stats->utilizationOrdinary && stats->utilizationThreeAway);
    EXPECT_EQ(core::base::formatDate(stats->academicYearStart), "2026-07-01");
}

TEST(ProgrammeSample, AWindowIsCutToTheCalendarAndOutsideItNothingIsFound) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    const auto read = [&](int year, unsigned month, unsigned day, int days) {
        const auto from = core::base::makeDate(year, month, day);
        return database->read(
            [&](Connection& db) { return store::readProgramme(db, from, from + std::chrono::days(days)); });
    };
    EXPECT_EQ(read(2026, 11, 20, 7).error().code, core::base::ErrorCode::NotFound);
    ASSERT_TRUE(createSampleIn(*database));
    const auto cut = read(2027, 6, 25, 30);
    ASSERT_TRUE(cut);
    EXPECT_EQ(core::base::formatDate(cut->last()), "2027-06-30");
    const auto outside = read(2028, 1, 1, 30);
    ASSERT_FALSE(outside);
    EXPECT_NE(outside.error().message.find("2027-06-30"), std::string::npos);
    EXPECT_EQ(read(2026, 11, 20, -1).error().code, core::base::ErrorCode::InvalidParams);
}

TEST(ProgrammeSample, CallsIncludeTheNightBeforeTheWindow) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    ASSERT_TRUE(createSampleIn(*database));
    const auto read = database->read(
        [&](Connection& db) { return store::readProgramme(db, kSampleToday, kSampleToday + std::chrono::days(6)); });
    ASSERT_TRUE(read);
    ASSERT_EQ(read->calls.size(), 8u);
    EXPECT_EQ(core::base::formatDate(read->calls.front().date), "2026-11-19");
}

TEST(ProgrammeSample, NinetyDaysAreReadQuickly) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    ASSERT_TRUE(createSampleIn(*database));
    double best = 1e9;
    for (int attempt = 0; attempt < 5; ++attempt) {
        const std::clock_t begun = std::clock(); // processor time: the machine may be busy with something else
        const auto read = database->read([&](Connection& db) {
            return store::readProgramme(db, kSampleToday, kSampleToday + std::chrono::days(89));
        });
        ASSERT_TRUE(read);
        best = std::min(best, 1000.0 * double(std::clock() - begun) / CLOCKS_PER_SEC);
    }
    RecordProperty("milliseconds", std::to_string(best));
    EXPECT_LT(best, 250.0); // promised: 50 ms; a build without optimisation takes longer
}

TEST(ProgrammeSample, EightVersionsWerePublishedAndTheLastIsInForce) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    ASSERT_TRUE(createSampleIn(*database));
    const auto count = [&](const std::string& sql) {
        return *database->read([&](Connection& db) -> core::base::Result<int64_t> {
            auto row = db.query(sql);
            row.step();
            return row.integer(0);
        });
    };
    EXPECT_EQ(count("SELECT count(*) FROM schedule_run"), 8);
    EXPECT_EQ(count("SELECT key FROM schedule_run WHERE state = 'published'"), 8);
    const int64_t rows = count("SELECT count(*) FROM assignment");
    for (int version = 1; version <= 8; ++version) {
        const std::string inVersion = "first_run_key <= " + std::to_string(version) +
                                      " AND (end_run_key IS NULL OR end_run_key > " + std::to_string(version) + ")";
        EXPECT_EQ(count("SELECT count(*) FROM schedule_version_assignment WHERE " + inVersion), rows) << version;
        if (version == 1)
            continue;
        const double changed = double(count("SELECT count(*) FROM schedule_version_assignment WHERE first_run_key = " +
                                            std::to_string(version)));
        EXPECT_GE(changed / double(rows), 0.025) << version;
        EXPECT_LE(changed / double(rows), 0.12) << version;
    }
    EXPECT_EQ(count("SELECT count(*) FROM assignment a JOIN schedule_version_assignment v USING (block_key, person_key) "
                    "WHERE v.end_run_key IS NULL AND v.rotation_key IS a.rotation_key"),
              rows);
}

TEST(ProgrammeSample, TheObstetricianIsRecordedAsTheInjectedFault) {
    const tests::TemporaryFolder folder;
    const auto database = openProgrammeDatabase(folder);
    ASSERT_TRUE(createSampleIn(*database));
    const auto specialties = database->read([](Connection& db) -> core::base::Result<std::string> {
        auto row = db.query("SELECT p.specialties FROM sample_fault f JOIN person p ON p.id = f.person_id "
                            "WHERE f.kind = 'irreplaceable_obstetrics'");
        return row.step() ? row.text(0) : std::string("no fault");
    });
    ASSERT_TRUE(specialties);
    EXPECT_EQ(*specialties, R"(["obstetrics"])");
}
