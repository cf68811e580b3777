// A database file that is damaged: opened, checked and worked on by a process of its own.
#include "core/broker/SqliteBroker.h"
#include "core/store/AuditLog.h"
#include "core/store/HighWater.h"
#include "core/store/ScheduleStore.h"
#include "core/store/Soundness.h"
#include "core/store/StartCheck.h"
#include "tests/support/BrokerDriver.h"
#include "tests/support/Campaign.h"
#include "tests/support/DatabaseCells.h"
#include "tests/support/TemporaryFolder.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace core;
using base::Result;
using store::Connection;
using store::Database;
using store::Query;
using tests::BrokerDriver;
using tests::ByteRange;

const base::Instant kLater = *base::parseInstant("2027-01-01T00:00:00Z"); ///< everything that was planned is due
constexpr int kProcessorSeconds = 2;
constexpr int kPatienceMs = 60'000; ///< a process that computes nothing for so long hangs

/// What is looked at.
enum class Checks {
    All,
    WithoutSums ///< only what SQLite finds by itself: the control
};

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Everything that the engine's tables say.
Result<std::string> digestOf(const Database& database) {
    return database.read([](Connection& db) -> Result<std::string> {
        std::string all;
        for (const char* table : {"task", "transition", "attempt", "dependency", "idempotency", "queue", "outbox",
                                  "schedule", "fire", "audit_log"}) {
            Query rows = db.query(std::string("SELECT * FROM ") + table + " NOT INDEXED");
            while (rows.step())
                for (int column = 0; column < rows.columns(); ++column)
                    all += rows.text(column) + '\x1f';
        }
        return store::sha256(all);
    });
}

/// The life of a process that opens the database: what it finds, then what it would run. Each line goes to `out`.
class Visitor {
  public:
    Visitor(std::filesystem::path folder, int out, Checks checks)
        : m_folder(std::move(folder)), m_out(out), m_checks(checks) {}

    void visit() {
        const auto file = m_folder / "core.db";
        if (auto usable = store::checkBeforeOpening(file, BrokerDriver::migrations(), store::CheckDepth::Quick,
                                                    base::milliseconds(10'000));
            !usable)
            return found("start", usable.error());
        auto database = Database::open(file, BrokerDriver::migrations());
        if (!database)
            return found("open", database.error());
        examine(**database);
        if (const auto digest = digestOf(**database))
            say("digest " + *digest);
        else
            found("read", digest.error());
        work(**database);
        say("end");
    }

  private:
    void say(const std::string& line) {
        const std::string text = line + "\n";
        (void)!::write(m_out, text.data(), text.size());
    }
    void found(const std::string& where, const std::string& what) { say("found " + where + ": " + what); }
    void found(const std::string& where, const base::Error& error) { found(where, error.text()); }

    void examine(const Database& database) {
        const auto looked = database.read([this](Connection& db) -> Result<void> {
            Query check = db.query("PRAGMA integrity_check(1)");
            if (check.step() && check.text(0) != "ok")
                found("integrity check", check.text(0));
            if (m_checks == Checks::WithoutSums)
                return {};
            for (const auto& row : store::findUnsoundRows(db, 1))
                found("sums", row.table + " " + row.row);
            if (const auto audit = store::verifyAudit(db); !audit.ok())
                found("audit chain", audit.problem);
            if (const auto mark = store::loadHighWater(m_folder / "high-water.json"))
                if (const auto gap = store::gapBehind(db, *mark))
                    found("high water", *gap);
            return {};
        });
        if (!looked)
            found("examination", looked.error());
    }

    template <class T, class Verb>
    static Result<T> ask(Verb verb) {
        auto promise = std::make_shared<std::promise<Result<T>>>();
        auto future = promise->get_future();
        verb([promise](Result<T> answer) { promise->set_value(std::move(answer)); });
        return future.get();
    }

    /// Takes the store over and starts all that may start; nothing ever ends.
    void work(Database& database) {
        broker::SqliteBroker broker(database, {"effect"});
        const auto epoch = broker.takeOwnership(kLater);
        if (!epoch)
            return found("ownership", epoch.error());
        if (auto rescued = broker.rescue(*epoch, {{"effect", task::Idempotent::Yes}},
                                         [](int64_t, int, int64_t) { return true; }, kLater);
            !rescued)
            return found("rescue", rescued.error());
        using Moves = broker::Broker::Moves;
        if (auto staged = ask<Moves>([&](auto then) { broker.stage(kLater, 10'000, 10'000, then); }); !staged)
            found("stage", staged.error());
        broker::ClaimRequest request;
        request.batches = 100;
        request.queues = {{"default", 100}};
        request.types = {{"effect", {100, 1}}};
        request.epoch = *epoch;
        request.now = kLater;
        for (bool more = true; more;) {
            const auto claimed = ask<Moves>([&](auto then) { broker.claim(request, then); });
            if (!claimed)
                return found("claim", claimed.error());
            more = false;
            for (const broker::Move& move : *claimed)
                if (move.task.state == task::TaskState::Started) {
                    more = true;
                    say("run " + move.task.id.text + " " + base::dumpJson({move.task.params, move.upstream}));
                }
        }
    }

    const std::filesystem::path m_folder;
    const int m_out;
    const Checks m_checks;
};

/// What a process made of a file.
struct Visit {
    std::vector<std::string> found, runs;
    std::string digest;
    std::string death; ///< a crash, too much time
    bool flagged() const { return !found.empty(); }
};

/// Hears what the process says until it closes the pipe; false when it is silent for too long.
bool hear(int in, std::string& text) {
    char bytes[65536];
    pollfd wait{in, POLLIN, 0};
    while (::poll(&wait, 1, kPatienceMs) > 0) {
        const ssize_t count = ::read(in, bytes, sizeof bytes);
        if (count <= 0)
            return count == 0;
        text.append(bytes, size_t(count));
    }
    return false;
}

std::string deathOf(int status, bool heard) {
    if (!heard)
        return "it hung";
    if (WIFSIGNALED(status))
        return "signal " + std::to_string(WTERMSIG(status)) +
               (WTERMSIG(status) == SIGXCPU ? ": more than two seconds of processor time" : "");
    return WEXITSTATUS(status) == 0 ? "" : "status " + std::to_string(WEXITSTATUS(status));
}

Visit visit(const std::filesystem::path& folder, Checks checks) {
    int ends[2];
    if (::pipe(ends) != 0)
        return {{}, {}, {}, "no pipe"};
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(ends[0]);
        const int silence = ::open("/dev/null", O_WRONLY);
        ::dup2(silence, STDERR_FILENO);
        const rlimit limit{kProcessorSeconds, kProcessorSeconds + 1};
        ::setrlimit(RLIMIT_CPU, &limit);
        Visitor(folder, ends[1], checks).visit();
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string text;
    const bool heard = hear(ends[0], text);
    if (!heard)
        ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    ::close(ends[0]);
    Visit result;
    result.death = deathOf(status, heard);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto after = [&](const char* word) { return line.substr(std::strlen(word)); };
        if (line.starts_with("found "))
            result.found.push_back(after("found "));
        else if (line.starts_with("run "))
            result.runs.push_back(after("run "));
        else if (line.starts_with("digest "))
            result.digest = after("digest ");
    }
    return result;
}

/// What became of many damaged files.
struct Tally {
    int files = 0, flagged = 0, harmless = 0, missed = 0;
    std::string firstMiss, firstWrong;

    void add(const Visit& visit, const Visit& whole, const std::string& what) {
        ++files;
        if (!visit.death.empty() && firstWrong.empty())
            firstWrong = what + " killed the process: " + visit.death;
        std::vector<std::string> runs = visit.runs;
        std::sort(runs.begin(), runs.end());
        if (!std::includes(whole.runs.begin(), whole.runs.end(), runs.begin(), runs.end()) && firstWrong.empty())
            firstWrong = what + " made a task run that was never asked for";
        if (visit.flagged())
            ++flagged;
        else if (visit.digest == whole.digest)
            ++harmless; // a bit that says nothing
        else if (++missed == 1)
            firstMiss = what;
    }
    double share() const { return files == harmless ? 1 : double(flagged) / double(files - harmless); }
    std::string text() const {
        return tests::percentText(share(), 1) + " of " + std::to_string(files - harmless) + " noticed" +
               (firstMiss.empty() ? "" : ", first miss: " + firstMiss);
    }
};

class DamagedFile : public testing::Test {
  protected:
    DamagedFile() {
        BrokerDriver driver(11);
        EXPECT_TRUE(driver.open(m_made / "core.db"));
        EXPECT_TRUE(driver.work(150));
        const auto markFile = m_made / "high-water.json";
        EXPECT_TRUE(driver.database().write([&](Connection& db) -> Result<void> {
            store::ScheduleRow daily;
            daily.name = daily.type = "effect";
            daily.cron = "0 3 * * *";
            EXPECT_TRUE(store::insertSchedule(db, daily));
            for (int i = 0; i < 20; ++i)
                store::insertFire(db, {daily.name, kLater + base::seconds(i), store::FireOutcome::Overlapped, {}, kLater, {}, {}, {}, {}});
            return store::saveHighWater(markFile, store::readHighWater(db, kLater));
        }));
        driver.close();
        m_whole = contentOf(m_made / "core.db");
        m_mark = contentOf(m_made / "high-water.json");
        auto db = *Connection::open(m_made / "core.db", store::OpenMode::ReadOnly);
        for (const char* table : {"task", "transition", "audit_log", "attempt", "dependency", "idempotency", "outbox",
                                  "schedule", "fire", "task_pending", "task_due", "task_state",
                                  "sqlite_autoindex_task_1", "dependency_upstream"})
            m_cells[table] = tests::cellsOf(*db, m_whole, table);
        m_truth = visitOf(m_whole);
        EXPECT_EQ(m_truth.death, "");
        EXPECT_TRUE(m_truth.found.empty()) << m_truth.found.front();
        EXPECT_GT(m_truth.runs.size(), 10u);
        std::sort(m_truth.runs.begin(), m_truth.runs.end());
    }

    Visit visitOf(const std::string& content, Checks checks = Checks::All) {
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(m_damaged.path() / (std::string("core.db") + suffix));
        std::ofstream(m_damaged / "core.db", std::ios::binary) << content;
        std::ofstream(m_damaged / "high-water.json", std::ios::binary) << m_mark;
        ::chmod((m_damaged / "core.db").c_str(), 0600);
        return visit(m_damaged.path(), checks);
    }

    /// Flips one bit in each of many files, in the cells of these tables in turn.
    Tally flipRows(const tests::Campaign& campaign, std::vector<std::string> tables, Checks checks) {
        std::erase_if(tables, [this](const std::string& table) { return tests::sizeOf(m_cells[table]) == 0; });
        Tally tally;
        for (int round = 0; round < campaign.rounds(); ++round) {
            tests::Dice dice(campaign.seedOf(round));
            const std::string& table = tables[dice.below(tables.size())];
            const size_t at = tests::byteOf(m_cells[table], dice.below(tests::sizeOf(m_cells[table])));
            flip(tally, at, dice, table, checks);
        }
        return tally;
    }

    void flip(Tally& tally, size_t at, tests::Dice& dice, const std::string& where, Checks checks) {
        std::string content = m_whole;
        content[at] = char(content[at] ^ (1 << dice.below(8)));
        tally.add(visitOf(content, checks), m_truth, "a flip at byte " + std::to_string(at) + " (" + where + ")");
    }

    const tests::TemporaryFolder m_made{tests::TemporaryFolder::Storage::Memory};
    const tests::TemporaryFolder m_damaged{tests::TemporaryFolder::Storage::Memory};
    std::string m_whole, m_mark;
    std::map<std::string, std::vector<ByteRange>> m_cells;
    Visit m_truth; ///< of the whole file
};

TEST_F(DamagedFile, AFlippedBitInARowOfATaskItsHistoryOrTheAuditLogIsNoticed) {
    const tests::Campaign campaign("R4 bit flipped in rows of tasks, history, audit", 150, 2000);
    const Tally tally = flipRows(campaign, {"task", "transition", "audit_log"}, Checks::All);
    campaign.report(tally.text());
    EXPECT_GE(tally.share(), 0.999) << tally.firstMiss;
    EXPECT_EQ(tally.firstWrong, "");
}

TEST_F(DamagedFile, AFlippedBitInARowAroundTheTasksIsNoticed) {
    const tests::Campaign campaign("R4 bit flipped in rows around the tasks", 60, 1000);
    const Tally tally =
        flipRows(campaign, {"attempt", "dependency", "idempotency", "outbox", "schedule", "fire"}, Checks::All);
    campaign.report(tally.text());
    EXPECT_GE(tally.share(), 0.999) << tally.firstMiss;
    EXPECT_EQ(tally.firstWrong, "");
}

TEST_F(DamagedFile, AFlippedBitInAnIndexIsNoticedAndLeadsToNoOtherTask) {
    const tests::Campaign campaign("R4 bit flipped in an index", 60, 1000);
    const Tally tally = flipRows(campaign,
                                 {"task_pending", "task_due", "task_state", "sqlite_autoindex_task_1",
                                  "dependency_upstream"},
                                 Checks::All);
    campaign.report(tally.text());
    EXPECT_GE(tally.share(), 0.999) << tally.firstMiss;
    EXPECT_EQ(tally.firstWrong, "");
}

TEST_F(DamagedFile, AFlippedBitAnywhereNeitherCrashesNorHangsNorMakesADamagedTaskRun) {
    const tests::Campaign campaign("R4 bit flipped anywhere in the file", 120, 2000);
    Tally tally;
    for (int round = 0; round < campaign.rounds(); ++round) {
        tests::Dice dice(campaign.seedOf(round));
        flip(tally, dice.below(m_whole.size()), dice, "anywhere", Checks::All);
    }
    campaign.report(tally.text());
    EXPECT_EQ(tally.firstWrong, "");
}

TEST_F(DamagedFile, AFileThatIsCutOffAnywhereIsNoticed) {
    const tests::Campaign campaign("R4 file cut off", 40, 500);
    Tally tally;
    for (int round = 0; round < campaign.rounds(); ++round) {
        tests::Dice dice(campaign.seedOf(round));
        const size_t size = round == 0 ? 0 : dice.below(m_whole.size());
        tally.add(visitOf(m_whole.substr(0, size)), m_truth, "a cut at " + std::to_string(size));
    }
    campaign.report(tally.text());
    EXPECT_EQ(tally.missed, 0) << tally.firstMiss;
    EXPECT_EQ(tally.firstWrong, "");
}

TEST_F(DamagedFile, APageOfZerosIsNoticed) {
    const tests::Campaign campaign("R4 page of zeros", 30, 300);
    Tally tally;
    const size_t pages = m_whole.size() / 4096;
    for (int round = 0; round < campaign.rounds(); ++round) {
        const size_t page = size_t(tests::Dice(campaign.seedOf(round)).below(pages));
        std::string content = m_whole;
        content.replace(page * 4096, 4096, 4096, '\0');
        tally.add(visitOf(content), m_truth, "page " + std::to_string(page + 1) + " of zeros");
    }
    campaign.report(tally.text());
    EXPECT_EQ(tally.missed, 0) << tally.firstMiss;
    EXPECT_EQ(tally.firstWrong, "");
}

TEST_F(DamagedFile, WhatIsNoDatabaseIsRefusedByName) {
    tests::Dice dice(1);
    std::string random(m_whole.size(), '\0');
    for (char& byte : random)
        byte = char(dice.below(256));
    std::string magic = m_whole;
    magic[3] = 'X';
    for (const std::string& content : {random, magic, std::string("a note to myself\n"), m_whole + "x"}) {
        const Visit visit = visitOf(content);
        EXPECT_EQ(visit.death, "");
        if (content != m_whole + "x") {
            ASSERT_TRUE(visit.flagged());
            EXPECT_NE(visit.found.front().find("core.db"), std::string::npos) << visit.found.front();
            EXPECT_TRUE(visit.runs.empty());
        }
    }
}

TEST_F(DamagedFile, TheHarnessSeesTheFlipsThatSqliteAloneMisses) {
    const tests::Campaign campaign("R4 control: without our checksums", 60, 1000);
    const Tally tally =
        flipRows(campaign, {"task", "transition", "audit_log", "attempt", "outbox"}, Checks::WithoutSums);
    campaign.report(tally.text());
    EXPECT_LT(tally.share(), 0.9) << "without checksums nearly everything is noticed: the harness proves nothing";
    EXPECT_GT(tally.missed, 0);
}

} // namespace
