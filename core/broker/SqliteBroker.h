#pragma once

#include "core/broker/Triggers.h"
#include "core/store/ChangeApplier.h"
#include "core/store/Database.h"
#include "core/store/StatusTracking.h"
#include "core/store/TaskStore.h"

namespace core::broker {

/// The Broker over core.db. Thread: any for the verbs; their work and `then` run on the writer thread.
/// Every move is one conditional UPDATE and one history row in one transaction.
class SqliteBroker final : public Broker {
  public:
    SqliteBroker(store::Database& database, const std::vector<std::string>& writableTables);

    /// Rows of the programme that follow the moves of tasks. Before any verb.
    void setTracking(store::StatusTracking tracking) { m_tracking = std::move(tracking); }
    /// What follows from ends and from rows that outcomes change. Before any verb.
    void setTriggers(std::shared_ptr<const Triggers> triggers) { m_triggers = std::move(triggers); }

    // SqliteBrokerOwner.cpp
    base::Result<int64_t> takeOwnership(base::Instant now) override;
    void renew(int64_t epoch, base::Instant now, Then<bool> then) override;
    base::Result<Moves> rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                               const MayHaveBegun& mayHaveBegun, base::Instant now) override;

    // SqliteBroker.cpp
    void enqueue(std::vector<NewTask> tasks, std::optional<ClaimRequest> next, Then<Moves> then) override;
    void claim(ClaimRequest request, Then<Moves> then) override;

    // SqliteBrokerEndings.cpp
    void end(std::shared_ptr<const std::vector<Ending>> endings, std::optional<ClaimRequest> next,
             Then<Ended> then) override;

    // SqliteBrokerChanges.cpp
    void cancel(task::TaskId id, Requester requester, base::Instant now, Then<Moves> then) override;
    void cancelMany(std::vector<task::TaskId> ids, Requester requester, base::Instant now, Then<Moves> then) override;
    void reschedule(task::TaskId id, base::Instant eta, Requester requester, base::Instant now,
                    Then<Moves> then) override;
    void stage(base::Instant now, int limit, int retries, Then<Moves> then) override;
    void shiftRetries(base::milliseconds by, base::Instant now, Then<Moves> then) override;
    void expire(base::Instant now, int limit, Then<Moves> then) override;
    void purge(std::string queue, Requester requester, base::Instant now, Then<Moves> then) override;
    void setPaused(std::string queue, Paused paused, Requester requester, base::Instant now,
                   Then<Paused> then) override;
    base::Result<std::optional<base::Instant>> nextDue() const override;
    base::Result<std::optional<base::Instant>> nextExpiry() const override;

    /// `enqueue` inside a transaction that is already open: for beat, whose firing row and task belong together.
    static base::Result<Moves> enqueueIn(store::Connection& db, const std::vector<NewTask>& tasks);

  private:
    /// Posts `work` and hands its answer to `then` after the commit.
    template <class T>
    void post(std::function<base::Result<T>(store::Connection&)> work, Then<T> then,
              store::Duty duty = store::Duty::Intake);
    /// Appends what `request` starts; nothing while the disk is in trouble. A claim that fails leaves no trace and does
    /// not undo what came before it.
    void claimIn(store::Connection& db, const std::optional<ClaimRequest>& request, Moves& moves);
    /// In the transaction of the moves: what follows them. Adds the moves of what the triggers make.
    void follow(store::Connection& db, Moves& moves) const;
    void follow(store::Connection& db, Ended& ended) const { follow(db, ended.moves); }
    template <class T>
    void follow(store::Connection&, T&) const {}
    bool commitEnding(store::Connection& db, const Ending& ending, Moves& moves);
    static base::Result<void> addFollowUps(store::Connection& db, const Ending& ending, const task::Task& task,
                                           Moves& moves);
    base::Result<void> applyChanges(store::Connection& db, const Ending& ending, const task::Task& task, Moves& moves);
    base::Result<void> commitSuccess(store::Connection& db, const Ending& ending, store::TaskRow& row, Moves& moves);

    store::Database& m_database;
    store::ChangeApplier m_applier; // writer thread only
    store::StatusTracking m_tracking;
    std::shared_ptr<const Triggers> m_triggers; ///< nullptr: nothing follows
};

template <class T>
void SqliteBroker::post(std::function<base::Result<T>(store::Connection&)> work, Then<T> then, store::Duty duty) {
    auto answer = std::make_shared<std::optional<T>>();
    m_database.post(
        [this, work = std::move(work), answer](store::Connection& db) -> base::Result<void> {
            base::Result<T> result = work(db);
            if (!result)
                return result.error();
            follow(db, *result);
            answer->emplace(std::move(*result));
            return {};
        },
        [answer, then = std::move(then)](const base::Result<void>& committed) {
            then(committed ? base::Result<T>(std::move(**answer)) : base::Result<T>(committed.error()));
        },
        duty);
}

} // namespace core::broker
