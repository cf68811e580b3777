#include "core/store/Database.h"

#include "core/base/Log.h"

#include <map>
#include <sqlite3.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr int kApplicationId = 0x42744477; // "BtDw"
constexpr size_t kMaxBatch = 256;

Result<void> checkOwnership(Connection& db) {
    Query applicationId = db.query("PRAGMA application_id");
    applicationId.step();
    if (applicationId.intAt(0) == kApplicationId)
        return {};
    Query tables = db.query("SELECT count(*) FROM sqlite_schema");
    tables.step();
    if (tables.intAt(0) != 0)
        return Error{ErrorCode::Corrupt, "the file is a database of another program", "Choose another data directory", {}};
    db.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    return {};
}

Result<void> migrate(Connection& db, const std::vector<Migration>& migrations, const Guards& guards) {
    db.exec("CREATE TABLE IF NOT EXISTS schema_version(room TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
    std::map<std::string, int> present, known;
    Query rows = db.query("SELECT room, version FROM schema_version");
    while (rows.step())
        present[rows.text(0)] = rows.intAt(1);
    for (const Migration& step : migrations)
        known[step.room] = std::max(known[step.room], step.version);
    for (const auto& [room, version] : present)
        if (version > known[room])
            return Error{ErrorCode::Unsupported,
                         "the database was written by a newer Beatwarden (" + room + " schema " +
                             std::to_string(version) + ", this one knows " + std::to_string(known[room]) + ")",
                         "Update Beatwarden, or choose another data directory", {}};
    // Grows with every commit: what the high-water mark is compared with.
    if (guards.clock)
        db.exec("CREATE TABLE IF NOT EXISTS commit_mark(id INTEGER PRIMARY KEY CHECK(id=1), commits INTEGER NOT NULL);"
                "INSERT INTO commit_mark(id, commits) VALUES(1, 0) ON CONFLICT DO NOTHING");
    bool saved = present.empty() || !guards.beforeMigration;
    for (const Migration& step : migrations) {
        if (step.version <= present[step.room])
            continue;
        if (!std::exchange(saved, true))
            if (auto backup = guards.beforeMigration(db); !backup)
                return backup.error().in("no backup could be made before the schema is changed");
        db.exec("BEGIN IMMEDIATE");
        db.exec(step.sql);
        db.run("INSERT INTO schema_version(room, version) VALUES(?,?) "
               "ON CONFLICT(room) DO UPDATE SET version=excluded.version",
               step.room, step.version);
        db.exec("COMMIT");
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file,
                                                 const std::vector<Migration>& migrations, OpenMode mode,
                                                 Guards guards) {
    auto writer = Connection::open(file, mode);
    if (!writer)
        return writer.error();
    const Result<void> prepared = guarded(
        [&](Connection& db) -> Result<void> {
            if (auto ours = checkOwnership(db); !ours)
                return ours;
            return migrate(db, migrations, guards);
        },
        **writer);
    if (!prepared)
        return prepared.error().in(file.string());
    return std::unique_ptr<Database>(new Database(file, std::move(*writer), guards));
}

Database::Database(std::filesystem::path file, std::unique_ptr<Connection> writer, const Guards& guards)
    : m_file(std::move(file)),
      m_guard(guards.clock ? std::make_unique<StoreGuard>(m_file, guards.ballast, *guards.clock) : nullptr),
      m_writer(std::move(writer)), m_readers(m_file) {
    // Takes the place of SQLite's own checkpoint inside the commit: ours comes after the answers.
    sqlite3_wal_hook(
        m_writer->handle(),
        [](void* self, sqlite3*, const char*, int frames) {
            static_cast<Database*>(self)->m_walFrames = frames;
            return SQLITE_OK;
        },
        this);
    m_thread = std::jthread([this](std::stop_token stop) { loop(stop); });
}

Database::~Database() {
    m_thread.request_stop();
    m_thread.join();
}

void Database::post(Work work, Done done, Duty duty) {
    {
        const std::lock_guard lock(m_mutex);
        m_inbox.push_back({std::move(work), std::move(done), duty});
    }
    m_wake.notify_one();
}

void Database::ask(Chore chore) {
    {
        const std::lock_guard lock(m_mutex);
        m_chores |= chore;
    }
    m_wake.notify_one();
}

WriterStatistics Database::statistics() const {
    const std::lock_guard lock(m_mutex);
    return m_statistics;
}

StoreHealth Database::health() const {
    return m_guard ? m_guard->health() : StoreHealth();
}

void Database::setHealthListener(StoreGuard::Listener listener) {
    if (m_guard)
        m_guard->setListener(std::move(listener));
}

void Database::loop(std::stop_token stop) {
    while (true) {
        Batch batch;
        unsigned chores = 0;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, stop, [&] { return !m_inbox.empty() || m_chores; });
            if (m_inbox.empty() && !m_chores)
                break; // asked to stop, and nothing waits
            chores = std::exchange(m_chores, 0);
            while (!m_inbox.empty() && batch.size() < kMaxBatch) {
                batch.push_back(std::move(m_inbox.front()));
                m_inbox.pop_front();
            }
        }
        if (chores & Chore::LookAfter) {
            tryAgain(); // what has waited longer comes first
            keepLogSmall();
        }
        if (!batch.empty()) {
            serve(std::move(batch));
            checkpointAfterCommit();
        } else if (chores & Chore::Checkpoint) {
            truncateLog();
        }
    }
    giveUp();
}

/// A refusal of the work itself concerns it alone; trouble with the disk concerns everything that it shares a commit with.
Result<void> Database::runAlone(Work& work) {
    m_writer->query("SAVEPOINT request").run();
    Result<void> answer;
    try {
        answer = work(*m_writer);
    } catch (const SqlError& error) {
        if (StoreGuard::isTrouble(error))
            throw;
        answer = error.toError();
    }
    if (!answer)
        m_writer->query("ROLLBACK TO request").run();
    m_writer->query("RELEASE request").run();
    return answer;
}

/// One transaction for all; the failure of the transaction itself, after which nothing of it is there.
std::optional<SqlError> Database::commit(Batch& batch, Answers& answers) {
    answers.assign(batch.size(), {});
    const auto begun = std::chrono::steady_clock::now();
    std::optional<SqlError> failure;
    try {
        m_writer->query("BEGIN IMMEDIATE").run();
        const auto before = sqlite3_total_changes64(m_writer->handle());
        for (size_t i = 0; i < batch.size(); ++i)
            answers[i] = runAlone(batch[i].work);
        if (m_guard && (batch.empty() || sqlite3_total_changes64(m_writer->handle()) != before))
            m_writer->run("UPDATE commit_mark SET commits=commits+1");
        m_writer->query("COMMIT").run();
    } catch (const SqlError& error) {
        failure = error;
        if (!sqlite3_get_autocommit(m_writer->handle()))
            sqlite3_exec(m_writer->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    const std::string text = failure ? failure->toError().text() : std::string();
    const std::lock_guard lock(m_mutex);
    if (failure && text != m_statistics.lastError)
        base::log(base::LogLevel::Error, "store", "a commit failed: " + text);
    m_statistics.commits += failure ? 0 : 1;
    m_statistics.failures += failure ? 1 : 0;
    m_statistics.requests += batch.size();
    m_statistics.lastCommitMs =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
    m_statistics.lastError = text;
    return failure;
}

void Database::serve(Batch batch) {
    if (m_guard && !m_guard->ok())
        turnAwayIntake(batch);
    if (batch.empty())
        return;
    Answers answers;
    auto failure = commit(batch, answers);
    if (failure && m_guard && StoreGuard::isTrouble(*failure) &&
        m_guard->failed(*failure, sqlite3_system_errno(m_writer->handle())))
        failure = commit(batch, answers);
    if (failure) {
        keepOrAnswer(batch, *failure);
        return;
    }
    for (size_t i = 0; i < batch.size(); ++i)
        if (batch[i].done)
            batch[i].done(std::move(answers[i]));
}

} // namespace core::store
