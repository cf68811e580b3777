#include "core/store/Database.h"

#include "core/base/Log.h"

#include <algorithm>
#include <sqlite3.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kMaxBatch = 256;

/// Grows with every commit that changes something: what the high-water mark is compared with.
void prepareMark(Connection& db) {
    db.exec("CREATE TABLE IF NOT EXISTS commit_mark(id INTEGER PRIMARY KEY CHECK(id=1), commits INTEGER NOT NULL);"
            "INSERT INTO commit_mark(id, commits) VALUES(1, 0) ON CONFLICT DO NOTHING");
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
            if (auto ours = claimFile(db); !ours)
                return ours;
            if (auto current = migrate(db, migrations, guards.beforeMigration); !current)
                return current;
            if (guards.clock)
                prepareMark(db);
            return {};
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

bool Database::onlyPulses(const Batch& batch) {
    return std::all_of(batch.begin(), batch.end(), [](const Request& r) { return r.duty == Duty::Pulse; });
}

/// One transaction for all; the failure of the transaction itself, after which nothing of it is there.
std::optional<SqlError> Database::commit(Batch& batch, Answers& answers) {
    answers.assign(batch.size(), {});
    const auto begun = std::chrono::steady_clock::now();
    std::optional<SqlError> failure;
    bool marked = false;
    try {
        m_writer->query("BEGIN IMMEDIATE").run();
        const auto before = sqlite3_total_changes64(m_writer->handle());
        for (size_t i = 0; i < batch.size(); ++i)
            answers[i] = runAlone(batch[i].work);
        marked = sqlite3_total_changes64(m_writer->handle()) != before && !onlyPulses(batch);
        if (m_guard && (marked || batch.empty()))
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
    m_statistics.changes += failure || !marked ? 0 : 1;
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
