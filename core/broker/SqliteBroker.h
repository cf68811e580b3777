#pragma once

#include "core/broker/Broker.h"
#include "core/store/ChangeApplier.h"
#include "core/store/Database.h"
#include "core/store/TaskStore.h"

namespace core::broker {

/// The Broker over core.db. Thread: any for the verbs; their work and `then` run on the writer thread.
/// Every move is one conditional UPDATE and one history row in one transaction.
class SqliteBroker final : public Broker {
  public:
    SqliteBroker(store::Database& database, const std::vector<std::string>& writableTables);

    base::Result<int64_t> takeOwnership(base::Instant now) override;
    base::Result<Moves> rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                               base::Instant now) override;
    void enqueue(std::vector<task::Task> tasks, Then<Moves> then) override;
    void claim(ClaimRequest request, Then<Moves> then) override;
    void end(Ending ending, Then<Moves> then) override;
    void cancel(task::TaskId id, Requester requester, base::Instant now, Then<Moves> then) override;
    void reschedule(task::TaskId id, base::Instant eta, Requester requester, base::Instant now,
                    Then<Moves> then) override;
    void stage(base::Instant now, int limit, Then<Moves> then) override;
    void expire(base::Instant now, int limit, Then<Moves> then) override;
    void purge(std::string queue, Requester requester, base::Instant now, Then<Moves> then) override;
    void setPaused(std::string queue, Paused paused, Requester requester, base::Instant now,
                   Then<Paused> then) override;
    base::Result<std::optional<base::Instant>> nextDue() const override;
    base::Result<std::optional<base::Instant>> nextExpiry() const override;

    /// `enqueue` inside a transaction that is already open: for beat, whose firing row and task belong together.
    static base::Result<Moves> enqueueIn(store::Connection& db, std::vector<task::Task>& tasks);

  private:
    /// Posts `work` and hands its answer to `then` after the commit.
    template <class T>
    void post(std::function<base::Result<T>(store::Connection&)> work, Then<T> then);
    base::Result<Moves> commitEnding(store::Connection& db, Ending& ending);
    base::Result<Moves> commitSuccess(store::Connection& db, Ending& ending, store::TaskLedger& ledger);

    store::Database& m_database;
    store::ChangeApplier m_applier; // writer thread only
};

} // namespace core::broker
