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
constexpr size_t kMaxIdleReaders = 8;

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

Result<void> migrate(Connection& db, const std::vector<Migration>& migrations) {
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
    for (const Migration& step : migrations) {
        if (step.version <= present[step.room])
            continue;
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
                                                 const std::vector<Migration>& migrations, OpenMode mode) {
    auto writer = Connection::open(file, mode);
    if (!writer)
        return writer.error();
    const Result<void> prepared = guarded(
        [&](Connection& db) -> Result<void> {
            if (auto ours = checkOwnership(db); !ours)
                return ours;
            return migrate(db, migrations);
        },
        **writer);
    if (!prepared)
        return prepared.error().in(file.string());
    return std::unique_ptr<Database>(new Database(file, std::move(*writer)));
}

Database::Database(std::filesystem::path file, std::unique_ptr<Connection> writer)
    : m_file(std::move(file)), m_writer(std::move(writer)), m_thread([this](std::stop_token stop) { loop(stop); }) {}

Database::~Database() {
    m_thread.request_stop();
    m_thread.join();
}

void Database::post(Work work, Done done) {
    {
        const std::lock_guard lock(m_mutex);
        m_inbox.push_back({std::move(work), std::move(done)});
    }
    m_wake.notify_one();
}

WriterStatistics Database::statistics() const {
    const std::lock_guard lock(m_mutex);
    return m_statistics;
}

void Database::loop(std::stop_token stop) {
    while (true) {
        std::deque<Request> batch;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, stop, [&] { return !m_inbox.empty(); });
            if (m_inbox.empty())
                return; // asked to stop, and nothing waits
            while (!m_inbox.empty() && batch.size() < kMaxBatch) {
                batch.push_back(std::move(m_inbox.front()));
                m_inbox.pop_front();
            }
        }
        commit(batch);
    }
}

Result<void> Database::runAlone(Work& work) {
    m_writer->query("SAVEPOINT request").run();
    Result<void> answer = guarded(work, *m_writer);
    if (!answer)
        m_writer->query("ROLLBACK TO request").run();
    m_writer->query("RELEASE request").run();
    return answer;
}

void Database::commit(std::deque<Request>& batch) {
    std::vector<Result<void>> answers(batch.size());
    const auto begun = std::chrono::steady_clock::now();
    std::optional<Error> failure;
    try {
        m_writer->query("BEGIN IMMEDIATE").run();
        for (size_t i = 0; i < batch.size(); ++i)
            answers[i] = runAlone(batch[i].work);
        m_writer->query("COMMIT").run();
    } catch (const SqlError& error) {
        failure = error.toError();
        base::log(base::LogLevel::Error, "store", "a commit failed: " + failure->text());
        if (!sqlite3_get_autocommit(m_writer->handle()))
            sqlite3_exec(m_writer->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    {
        const std::lock_guard lock(m_mutex);
        m_statistics.commits += failure ? 0 : 1;
        m_statistics.failures += failure ? 1 : 0;
        m_statistics.requests += batch.size();
        m_statistics.lastCommitMs =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
        m_statistics.lastError = failure ? failure->text() : std::string();
    }
    for (size_t i = 0; i < batch.size(); ++i)
        if (batch[i].done)
            batch[i].done(failure ? Result<void>(*failure) : std::move(answers[i]));
}

void Database::checkpointWhenIdle() {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_inbox.empty())
            return;
    }
    // A checkpoint cannot run inside the request's transaction: it is done by hand between two groups.
    post([](Connection&) { return Result<void>(); },
         [this](const Result<void>&) {
             sqlite3_wal_checkpoint_v2(m_writer->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
         });
}

Result<std::unique_ptr<Connection>> Database::borrowReader() const {
    {
        const std::lock_guard lock(m_readersMutex);
        if (!m_readers.empty()) {
            auto reader = std::move(m_readers.back());
            m_readers.pop_back();
            return reader;
        }
    }
    return Connection::open(m_file, OpenMode::ReadOnly);
}

void Database::returnReader(std::unique_ptr<Connection> reader) const {
    const std::lock_guard lock(m_readersMutex);
    if (m_readers.size() < kMaxIdleReaders)
        m_readers.push_back(std::move(reader));
}

} // namespace core::store
