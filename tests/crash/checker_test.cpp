// The checker's own controls: every invariant that it watches over, broken by hand, is reported by its name.
#include "tests/support/BrokerDriver.h"
#include "tests/support/EngineHarness.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace {

using core::store::Connection;

class BrokenStore : public testing::Test {
  protected:
    BrokenStore() : m_driver(3) {
        EXPECT_TRUE(m_driver.open(m_folder / "core.db"));
        EXPECT_TRUE(m_driver.work(60));
        m_acknowledged = m_driver.acknowledged();
        EXPECT_EQ(violated(), "");
    }

    enum class Sums { Left, MadeRight };
    /// Changes the store behind everybody's back.
    void tamper(const std::string& sql, Sums sums = Sums::Left) {
        m_driver.close();
        auto db = *Connection::open(m_folder / "core.db", core::store::OpenMode::Writer);
        db->exec("PRAGMA foreign_keys=0; DROP TRIGGER task_moves; DROP TRIGGER audit_no_update; "
                 "DROP TRIGGER audit_no_delete;");
        db->exec(sql);
        EXPECT_GT(db->changes(), 0) << sql;
        if (sums == Sums::MadeRight)
            tests::signTasks(*db);
    }

    /// The invariants that do not hold, in the order of their names.
    std::string violated(tests::Running running = tests::Running::OfThisOwner) {
        std::set<std::string> names;
        for (const auto& violation : tests::checkStore(m_folder / "core.db", m_acknowledged, m_driver.checks(running)))
            names.insert(violation.invariant);
        std::string all;
        for (const std::string& name : names)
            all += (all.empty() ? "" : " ") + name;
        return all;
    }

    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    tests::BrokerDriver m_driver;
    tests::Acknowledged m_acknowledged;
};

TEST_F(BrokenStore, I1AnAcknowledgedTaskThatIsNotThereIsReported) {
    m_acknowledged.enqueued.insert("never stored");
    EXPECT_EQ(violated(), "I1");
}

TEST_F(BrokenStore, I2AnAcknowledgedEndThatChangedIsReported) {
    ASSERT_FALSE(m_acknowledged.ended.empty());
    auto& state = m_acknowledged.ended.begin()->second;
    state = state == "revoked" ? "failure" : "revoked";
    EXPECT_EQ(violated(), "I2");
}

TEST_F(BrokenStore, I3AStateThatItsHistoryDoesNotLeadToIsReported) {
    tamper("UPDATE task SET state='failure' WHERE key=(SELECT min(key) FROM task WHERE state='pending')",
           Sums::MadeRight);
    EXPECT_EQ(violated(), "I3");
}

TEST_F(BrokenStore, I3AMoveThatIsNotAllowedIsReported) {
    tamper("UPDATE transition SET from_state='success' WHERE (task, version) IN "
           "(SELECT task, version FROM transition WHERE from_state='pending' LIMIT 1)");
    EXPECT_EQ(violated(), "I3");
}

TEST_F(BrokenStore, I4ARunningTaskOfAnEarlierOwnerIsReported) {
    ASSERT_EQ(violated(tests::Running::None), "I4") << "something runs";
    tamper("UPDATE task SET epoch=0 WHERE state='started'", Sums::MadeRight);
    EXPECT_EQ(violated(), "I4");
    EXPECT_EQ(violated(tests::Running::Any), "I4");
}

TEST_F(BrokenStore, I5AnEffectThatIsMissingIsReported) {
    tamper("DELETE FROM effect WHERE key=(SELECT min(key) FROM effect)");
    EXPECT_EQ(violated(), "I5");
}

TEST_F(BrokenStore, I5AnEffectThatIsThereTwiceIsReported) {
    tamper("INSERT INTO effect(task_id) SELECT task_id FROM effect LIMIT 1");
    EXPECT_EQ(violated(), "I5");
}

TEST_F(BrokenStore, I6MoreAttemptsThanAllowedAreReported) {
    tamper("UPDATE task SET interruptions=-9 WHERE key=(SELECT min(key) FROM task WHERE attempt>0)", Sums::MadeRight);
    EXPECT_EQ(violated(), "I6");
}

TEST_F(BrokenStore, I7ATaskThatTwoInstantsNameIsReported) {
    tamper("INSERT INTO fire(schedule, instant, outcome, task_id, fired_at) SELECT 's', n, 'fired', (SELECT min(id) FROM task), 0 FROM "
           "(SELECT 1 AS n UNION SELECT 2)");
    EXPECT_EQ(violated(), "I7");
}

TEST_F(BrokenStore, I8AKeyThatLeadsToAnotherTaskIsReported) {
    ASSERT_FALSE(m_acknowledged.keys.empty());
    m_acknowledged.keys.begin()->second = "another";
    EXPECT_EQ(violated(), "I8");
}

TEST_F(BrokenStore, I9AMessageOfATaskThatDidNotSucceedIsReported) {
    tamper(
        "INSERT INTO outbox(idempotency_key, task_id, channel, body, created_at, next_attempt_at) SELECT 'k', id, 'c', "
        "'{}', 0, 0 FROM task WHERE state='pending' LIMIT 1");
    EXPECT_EQ(violated(), "I9");
}

TEST_F(BrokenStore, I10AnAuditEntryThatWasChangedIsReported) {
    tamper("UPDATE audit_log SET actor='someone else' WHERE seq=2");
    EXPECT_EQ(violated(), "I10");
}

TEST_F(BrokenStore, I10AnAuditEntryThatWasTakenOutIsReported) {
    tamper("DELETE FROM audit_log WHERE seq=2");
    EXPECT_EQ(violated(), "I10");
}

TEST_F(BrokenStore, I11ARowThatDoesNotMatchItsChecksumIsReported) {
    tamper("UPDATE task SET params='{\"text\":\"forged\"}' WHERE key=(SELECT min(key) FROM task)");
    EXPECT_EQ(violated(), "I11");
}

TEST(Survivors, I12AProcessThatNamesTheFolderIsFound) {
    const std::string nonce = "beatwarden-nonce-" + std::to_string(::getpid());
    EXPECT_TRUE(tests::processesNaming(nonce).empty());
    std::string name = "sh", option = "-c", script = "read line; : " + nonce;
    char* const arguments[] = {name.data(), option.data(), script.data(), nullptr};
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    pid_t pid = 0;
    ASSERT_EQ(::posix_spawnp(&pid, "sh", &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    // Its command line is there a moment after it is.
    EXPECT_TRUE(
        tests::EngineHarness::eventually([&] { return tests::processesNaming(nonce) == std::vector{int(pid)}; }));
    ::close(ends[0]);
    ::close(ends[1]);
    ::waitpid(pid, nullptr, 0);
    EXPECT_TRUE(tests::processesNaming(nonce).empty());
}

} // namespace
