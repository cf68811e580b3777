#include "core/store/AuditLog.h"
#include "core/store/HighWater.h"
#include "tests/support/BrokerDriver.h"
#include "tests/support/Campaign.h"
#include "tests/support/TemporaryFolder.h"

#include <cstring>
#include <fstream>
#include <gtest/gtest.h>

namespace {

using core::base::Result;
using core::store::Connection;
using core::store::Database;
using core::store::Query;
using tests::BrokerDriver;

constexpr size_t kHeader = 32, kFrameHeader = 24, kPage = 4096;

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const std::filesystem::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

/// Everything that a store says, as one number.
Result<std::string> digestOf(const Database& database) {
    return database.read([](Connection& db) -> Result<std::string> {
        std::vector<std::string> tables;
        Query names =
            db.query("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite%' ORDER BY 1");
        while (names.step())
            tables.push_back(names.text(0));
        std::string all;
        for (const std::string& table : tables) {
            Query rows = db.query("SELECT * FROM " + table);
            all += table;
            while (rows.step())
                for (int column = 0; column < rows.columns(); ++column)
                    all += rows.text(column) + '\x1f';
        }
        return core::store::sha256(all);
    });
}

/// A store whose last commits are in its write-ahead log only, and what it said after each of them.
class TornWal : public testing::Test {
  protected:
    struct Commit {
        size_t end; ///< of the log
        std::string digest;
    };

    TornWal() {
        BrokerDriver driver(7);
        core::store::Guards guards;
        guards.clock = &m_clock; // its commits are counted
        EXPECT_TRUE(driver.open(m_made / "core.db", core::store::OpenMode::Writer, guards));
        driver.close(); // the log is emptied
        EXPECT_TRUE(driver.open(m_made / "core.db", core::store::OpenMode::Writer, guards));
        for (int i = 0; i < 25; ++i) {
            EXPECT_TRUE(driver.work(1, BrokerDriver::Checkpoints::Never));
            m_commits.push_back({std::filesystem::file_size(m_made / "core.db-wal"), *digestOf(driver.database())});
        }
        m_mark = *driver.database().read([&](Connection& db) -> Result<core::store::HighWater> {
            return core::store::readHighWater(db, m_clock.now());
        });
        m_wal = contentOf(m_made / "core.db-wal");
        m_database = contentOf(m_made / "core.db");
        m_commits.insert(m_commits.begin(), {0, digestOfStore("").value_or("")});
    }

    /// What the store says when it is opened with this log.
    Result<std::string> digestOfStore(const std::string& wal) {
        const auto file = m_torn / "core.db";
        std::filesystem::remove(m_torn / "core.db-shm");
        write(file, m_database);
        write(m_torn / "core.db-wal", wal);
        auto database = Database::open(file, BrokerDriver::migrations());
        if (!database)
            return database.error();
        m_gap = *(*database)->read([&](Connection& db) -> Result<std::optional<std::string>> {
            return core::store::gapBehind(db, m_mark);
        });
        return digestOf(**database);
    }

    /// Whether what the store last said about missing commits is what it should say.
    bool gapIsTold(const std::string& digest) const { return m_gap.has_value() == (digest != m_commits.back().digest); }

    /// The commits that lie wholly before the damage; the log's first two are those of taking the store over.
    const Commit& lastBefore(size_t damage) const {
        size_t last = 0;
        for (size_t i = 0; i < m_commits.size() && m_commits[i].end <= damage; ++i)
            last = i;
        return m_commits[last];
    }

    bool isSomePrefix(const std::string& digest) const {
        return std::any_of(m_commits.begin(), m_commits.end(), [&](const Commit& c) { return c.digest == digest; });
    }

    size_t firstKnownEnd() const { return m_commits[1].end; }

    const tests::TemporaryFolder m_made{tests::TemporaryFolder::Storage::Memory};
    const tests::TemporaryFolder m_torn{tests::TemporaryFolder::Storage::Memory};
    const core::base::ManualClock m_clock{core::base::Instant(core::base::milliseconds(1'790'000'000'000))};
    std::string m_database, m_wal;
    core::store::HighWater m_mark;    ///< of the whole store, kept in a file of its own
    std::optional<std::string> m_gap; ///< what was missing in the store that was opened last
    std::vector<Commit> m_commits;
};

TEST_F(TornWal, ALogThatIsCutAnywhereGivesExactlyTheCommitsBeforeTheCut) {
    const tests::Campaign campaign("R3 log cut short", 300, 5000);
    tests::Dice dice(campaign.seedOf(0));
    for (int round = 0; round < campaign.rounds(); ++round) {
        const size_t cut = firstKnownEnd() + dice.below(m_wal.size() - firstKnownEnd() + 1);
        const auto digest = digestOfStore(m_wal.substr(0, cut));
        ASSERT_TRUE(digest) << "cut at " << cut << ": " << digest.error().text();
        ASSERT_EQ(*digest, lastBefore(cut).digest) << "cut at " << cut;
        ASSERT_TRUE(gapIsTold(*digest)) << "cut at " << cut << ": " << m_gap.value_or("nothing is missing");
    }
    campaign.report("every cut: opened, exactly the commits before it, what is missing was told");
}

TEST_F(TornWal, AFlippedBitGivesExactlyTheCommitsBeforeIt) {
    const tests::Campaign campaign("R3 bit flipped in the log", 500, 10'000);
    tests::Dice dice(campaign.seedOf(0));
    for (int round = 0; round < campaign.rounds(); ++round) {
        const size_t at = firstKnownEnd() + dice.below(m_wal.size() - firstKnownEnd());
        std::string wal = m_wal;
        wal[at] = char(wal[at] ^ (1 << dice.below(8)));
        const auto digest = digestOfStore(wal);
        ASSERT_TRUE(digest) << "flip at " << at << ": " << digest.error().text();
        ASSERT_EQ(*digest, lastBefore(at).digest) << "flip at " << at;
        ASSERT_TRUE(gapIsTold(*digest)) << "flip at " << at << ": " << m_gap.value_or("nothing is missing");
    }
    campaign.report("every flip: opened, exactly the commits before it, what is missing was told");
}

TEST_F(TornWal, AFlippedBitInTheLogsHeaderGivesTheStoreWithoutItsLog) {
    for (size_t at = 0; at < kHeader; ++at) {
        std::string wal = m_wal;
        wal[at] = char(wal[at] ^ 4);
        const auto digest = digestOfStore(wal);
        ASSERT_TRUE(digest) << at;
        EXPECT_EQ(*digest, m_commits.front().digest) << at;
        EXPECT_TRUE(m_gap) << at;
    }
}

/// The log's checksum (sqlite.org/fileformat2.html, 4.2) over little-endian words.
class WalSum {
  public:
    void add(const char* bytes, size_t size) {
        for (size_t i = 0; i < size; i += 8) {
            uint32_t words[2];
            std::memcpy(words, bytes + i, 8);
            m_first += words[0] + m_second;
            m_second += words[1] + m_first;
        }
    }
    void storeAt(char* to) const {
        for (const uint32_t sum : {m_first, m_second})
            for (int shift = 24; shift >= 0; shift -= 8)
                *to++ = char(sum >> shift);
    }

  private:
    uint32_t m_first = 0, m_second = 0;
};

void sign(std::string& wal) {
    WalSum sum;
    sum.add(wal.data(), kFrameHeader);
    for (size_t frame = kHeader; frame + kFrameHeader + kPage <= wal.size(); frame += kFrameHeader + kPage) {
        sum.add(wal.data() + frame, 8);
        sum.add(wal.data() + frame + kFrameHeader, kPage);
        sum.storeAt(wal.data() + frame + 16);
    }
}

TEST_F(TornWal, TheHarnessSeesAForgedLogThatIsNoPrefix) {
    std::string wal = m_wal;
    sign(wal);
    ASSERT_EQ(wal, m_wal) << "the checksum is the real one";
    const std::string text(20, 'p'); // of a task's parameters
    const size_t at = wal.rfind(text);
    ASSERT_NE(at, std::string::npos);
    wal.replace(at, text.size(), text.size(), 'q');
    sign(wal);
    m_mark.commits += 1; // and the mark's own control: a commit more than there ever was
    const auto digest = digestOfStore(wal);
    ASSERT_TRUE(digest);
    EXPECT_TRUE(m_gap);
    EXPECT_FALSE(isSomePrefix(*digest));
}

} // namespace
