#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "tests/support/TemporaryFolder.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

using core::base::ErrorCode;
using core::base::Result;
using namespace core::store;

const std::vector<Migration> kSteps{{"test", 1, "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT)"}};

TEST(Database, AFailedRequestIsRolledBackAloneWhileItsNeighboursCommit) {
    const tests::TemporaryFolder folder;
    auto database = *Database::open(folder / "a.db", kSteps);
    std::vector<std::future<Result<void>>> answers;
    for (int i = 0; i < 20; ++i) {
        auto promise = std::make_shared<std::promise<Result<void>>>();
        answers.push_back(promise->get_future());
        database->post(
            [i](Connection& db) -> Result<void> {
                db.run("INSERT INTO note(id, body) VALUES(?,?)", i, "x");
                if (i % 5 == 0)
                    return core::base::Error{ErrorCode::Conflict, "no", {}, {}};
                if (i % 7 == 0)
                    db.run("INSERT INTO note(id, body) VALUES(?,?)", i, "twice");
                return {};
            },
            [promise](Result<void> answer) { promise->set_value(std::move(answer)); });
    }
    int committed = 0;
    for (auto& answer : answers)
        committed += answer.get() ? 1 : 0;
    const auto stored = *database->read([](Connection& db) -> Result<int> {
        Query row = db.query("SELECT count(*) FROM note");
        row.step();
        return row.intAt(0);
    });
    EXPECT_EQ(committed, 14); // not 0, 5, 10, 15; not 7, 14
    EXPECT_EQ(stored, committed);
}

TEST(Database, WhatWasWrittenIsThereAfterReopening) {
    const tests::TemporaryFolder folder;
    {
        auto database = *Database::open(folder / "a.db", kSteps);
        ASSERT_TRUE(database->write([](Connection& db) -> Result<void> {
            db.run("INSERT INTO note(body) VALUES('kept')");
            return {};
        }));
    }
    auto database = *Database::open(folder / "a.db", kSteps);
    EXPECT_EQ(*database->read([](Connection& db) -> Result<std::string> {
        Query row = db.query("SELECT body FROM note");
        row.step();
        return row.text(0);
    }),
              "kept");
}

TEST(Database, AReaderCannotWrite) {
    const tests::TemporaryFolder folder;
    auto database = *Database::open(folder / "a.db", kSteps);
    const auto tried = database->read([](Connection& db) -> Result<int> { return db.run("DELETE FROM note"); });
    EXPECT_EQ(tried.error().code, ErrorCode::ReadOnly);
}

TEST(Database, AForeignDatabaseIsLeftAlone) {
    const tests::TemporaryFolder folder;
    {
        auto foreign = *Connection::open(folder / "a.db", OpenMode::Writer);
        foreign->exec("CREATE TABLE theirs(x)");
    }
    const auto opened = Database::open(folder / "a.db", kSteps);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
    auto foreign = *Connection::open(folder / "a.db", OpenMode::ReadOnly);
    Query tables = foreign->query("SELECT group_concat(name) FROM sqlite_schema");
    tables.step();
    EXPECT_EQ(tables.text(0), "theirs");
}

TEST(Database, AFileThatIsNoDatabaseIsRefused) {
    const tests::TemporaryFolder folder;
    std::ofstream(folder / "a.db") << std::string(8192, 'x');
    const auto opened = Database::open(folder / "a.db", kSteps);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
    EXPECT_NE(opened.error().message.find("a.db"), std::string::npos);
}

TEST(Database, ANewerSchemaIsRefusedWithAdvice) {
    const tests::TemporaryFolder folder;
    {
        auto newer = kSteps;
        newer.push_back({"test", 2, "CREATE TABLE later(x)"});
        ASSERT_TRUE(Database::open(folder / "a.db", newer));
    }
    const auto opened = Database::open(folder / "a.db", kSteps);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
    EXPECT_NE(opened.error().remedy.find("Update"), std::string::npos);
}

TEST(Database, FilesAreForTheirOwnerOnly) {
    const tests::TemporaryFolder folder;
    auto database = *Database::open(folder / "a.db", kSteps);
    for (const char* name : {"a.db", "a.db-wal"}) {
        struct stat status {};
        ASSERT_EQ(::stat((folder / name).c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
    }
}

TEST(Database, AMissingFolderIsAnErrorThatSaysWhatToCheck) {
    const auto opened = Database::open("/nonexistent/folder/core.db", kSteps);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Io);
    EXPECT_FALSE(opened.error().remedy.empty());
}

} // namespace
