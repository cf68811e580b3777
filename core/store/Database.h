#pragma once

#include "core/store/Connection.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace core::store {

/// One step of the schema. Rooms number their own steps from 1; a step is never changed once it was released.
struct Migration {
    std::string room; ///< `store`, `programme`
    int version = 1;
    std::string sql;
};

struct WriterStatistics {
    uint64_t commits = 0;
    uint64_t requests = 0;
    uint64_t failures = 0;
    double lastCommitMs = 0;
    std::string lastError;
};

/// core.db: one writer connection on one thread, and a pool of read-only connections.
/// Thread: any for the public functions. Work given to `write` runs on the writer thread, inside a transaction that
/// it shares with whatever else waited (natural group commit, at most 256); it is durable when the answer comes.
class Database {
  public:
    using Work = std::function<base::Result<void>(Connection&)>;
    using Done = std::function<void(base::Result<void>)>;

    /// Opens or creates `file`, checks that it is ours and not newer, and brings the schema up to date.
    static base::Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                        const std::vector<Migration>& migrations,
                                                        OpenMode mode = OpenMode::Writer);
    /// Finishes what was posted, then closes.
    ~Database();

    /// Queues work; `done` is called on the writer thread after the commit (or with why there was none). Work that
    /// returns an Error or throws SqlError is rolled back alone.
    void post(Work work, Done done);
    /// As `post`, waiting for the answer. Never call it on the gui or writer thread.
    template <class F>
    auto write(F work) -> decltype(work(std::declval<Connection&>()));
    /// Runs `work` on a read-only connection, seeing one state of the database.
    template <class F>
    auto read(F work) const -> decltype(work(std::declval<Connection&>()));

    const std::filesystem::path& file() const { return m_file; }
    WriterStatistics statistics() const;
    /// Truncating checkpoint when nothing is queued; called by the checkpointer.
    void checkpointWhenIdle();

  private:
    struct Request {
        Work work;
        Done done;
    };
    Database(std::filesystem::path file, std::unique_ptr<Connection> writer);
    void loop(std::stop_token stop);
    void commit(std::deque<Request>& batch);
    base::Result<void> runAlone(Work& work);
    base::Result<std::unique_ptr<Connection>> borrowReader() const;
    void returnReader(std::unique_ptr<Connection> reader) const;
    template <class F>
    static auto guarded(F&& work, Connection& connection) -> decltype(work(connection));

    const std::filesystem::path m_file;
    std::unique_ptr<Connection> m_writer; // writer thread only, once it runs
    mutable std::mutex m_mutex;           // guards m_inbox, m_statistics
    std::condition_variable_any m_wake;
    std::deque<Request> m_inbox;
    WriterStatistics m_statistics;
    mutable std::mutex m_readersMutex; // guards m_readers
    mutable std::vector<std::unique_ptr<Connection>> m_readers;
    std::jthread m_thread; // last: it stops before the rest goes
};

template <class F>
auto Database::guarded(F&& work, Connection& connection) -> decltype(work(connection)) {
    try {
        return work(connection);
    } catch (const SqlError& error) {
        return error.toError();
    }
}

template <class F>
auto Database::write(F work) -> decltype(work(std::declval<Connection&>())) {
    using R = decltype(work(std::declval<Connection&>()));
    auto answer = std::make_shared<std::optional<R>>();
    std::promise<base::Result<void>> promise;
    auto future = promise.get_future();
    post(
        [work = std::move(work), answer](Connection& connection) -> base::Result<void> {
            answer->emplace(work(connection));
            if (!answer->value())
                return (*answer)->error();
            return {};
        },
        [&promise](base::Result<void> result) { promise.set_value(std::move(result)); });
    const base::Result<void> committed = future.get();
    if (!committed)
        return committed.error();
    return std::move(**answer);
}

template <class F>
auto Database::read(F work) const -> decltype(work(std::declval<Connection&>())) {
    auto reader = borrowReader();
    if (!reader)
        return reader.error();
    auto answer = guarded(
        [&](Connection& connection) {
            const Snapshot snapshot(connection);
            return work(connection);
        },
        **reader);
    returnReader(std::move(*reader));
    return answer;
}

} // namespace core::store
