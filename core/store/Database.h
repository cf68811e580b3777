#pragma once

#include "core/store/Migration.h"
#include "core/store/ReaderPool.h"
#include "core/store/StoreGuard.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace core::store {

struct WriterStatistics {
    uint64_t commits = 0;
    uint64_t changes = 0; ///< commits that changed more than a sign of life
    uint64_t requests = 0;
    uint64_t failures = 0;
    double lastCommitMs = 0;
    std::string lastError;
};

/// What becomes of work while the database cannot be written.
enum class Duty {
    Intake, ///< brings something new: refused as Unavailable, without being tried
    Act,    ///< is tried, and answered with the failure
    Pulse,  ///< as Act; only says that somebody lives, so that it alone is no reason for a copy of the database
    Finish  ///< ends what was begun: kept and tried again until the disk takes it, or the database closes
};

/// What a database that must not be lost needs beside its file.
struct Guards {
    const base::Clock* clock = nullptr;  ///< nullptr: no guards; every request is tried and answered by itself
    std::filesystem::path ballast;       ///< see Ballast; empty: none
    /// Called before the schema of a database that holds something is changed; an error stops the change.
    std::function<base::Result<void>()> beforeMigration;
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
                                                        OpenMode mode = OpenMode::Writer, Guards guards = {});
    /// Finishes what was posted, then closes.
    ~Database();

    /// Queues work; `done` is called on the writer thread after the commit (or with why there was none). Work that
    /// returns an Error or throws SqlError is rolled back alone. Work of Duty::Finish may be run several times.
    void post(Work work, Done done, Duty duty = Duty::Intake);
    /// As `post`, waiting for the answer. Never call it on the gui or writer thread.
    template <class F>
    auto write(F work) -> decltype(work(std::declval<Connection&>()));
    /// Runs `work` on a read-only connection, seeing one state of the database. Unavailable when it takes longer than
    /// `patience` (or than kPressedReadPatience while the write-ahead log is too large).
    template <class F>
    auto read(F work, base::milliseconds patience = kReadPatience) const -> decltype(work(std::declval<Connection&>()));

    const std::filesystem::path& file() const { return m_file; }
    WriterStatistics statistics() const;
    StoreHealth health() const;
    /// False while new work is refused.
    bool ok() const { return !m_guard || m_guard->ok(); }
    /// `listener` is told on the writer thread when the state or the alarm changes.
    void setHealthListener(StoreGuard::Listener listener);
    /// To be called every second: tries again what waits for the disk, and keeps the write-ahead log small.
    void lookAfter() { ask(Chore::LookAfter); }
    /// Empties the write-ahead log when nothing is queued.
    void checkpointWhenIdle() { ask(Chore::Checkpoint); }

  private:
    struct Request {
        Work work;
        Done done;
        Duty duty;
    };
    using Batch = std::deque<Request>;
    using Answers = std::vector<base::Result<void>>;
    enum Chore : unsigned { LookAfter = 1, Checkpoint = 2 };

    Database(std::filesystem::path file, std::unique_ptr<Connection> writer, const Guards& guards);
    void loop(std::stop_token stop);
    void ask(Chore chore);
    void serve(Batch batch);
    std::optional<SqlError> commit(Batch& batch, Answers& answers);
    static bool onlyPulses(const Batch& batch);
    base::Result<void> runAlone(Work& work);
    void turnAwayIntake(Batch& batch);
    void keepOrAnswer(Batch& batch, const SqlError& failure);
    void setBusyPatience();
    void tryAgain();
    void giveUp();
    void keepLogSmall();
    void checkpointAfterCommit();
    int truncateLog();
    template <class F>
    static auto guarded(F&& work, Connection& connection) -> decltype(work(connection));

    const std::filesystem::path m_file;
    std::unique_ptr<StoreGuard> m_guard;  // nullptr without guards
    std::unique_ptr<Connection> m_writer; // this and the next three: writer thread only, once it runs
    Batch m_kept;                         // what waits for the disk
    int m_walFrames = 0;                  // in the log after the last commit
    int m_walFramesTried = 0;             // in it when a checkpoint was last tried
    mutable std::mutex m_mutex;           // guards m_inbox, m_chores, m_statistics
    std::condition_variable_any m_wake;
    Batch m_inbox;
    unsigned m_chores = 0;
    WriterStatistics m_statistics;
    mutable ReaderPool m_readers;
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
auto Database::read(F work, base::milliseconds patience) const -> decltype(work(std::declval<Connection&>())) {
    auto reader = m_readers.borrow(patience);
    if (!reader)
        return reader.error();
    auto answer = guarded(
        [&](Connection& connection) {
            const Snapshot snapshot(connection);
            return work(connection);
        },
        **reader);
    if (!answer)
        return reader->explain(answer.error());
    return answer;
}

} // namespace core::store
