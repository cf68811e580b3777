#pragma once

#include "core/broker/SqliteBroker.h"
#include "tests/support/Checker.h"
#include "tests/support/Dice.h"

#include <set>

namespace tests {

/// A store with a broker, worked on by random clients and workers, repeatably for a seed: enqueues (some with keys,
/// some for later), claims, ends of every kind, cancels, stages, checkpoints. Notes what was acknowledged. Successes of
/// `effect` tasks leave a row in the table `effect`.
class BrokerDriver {
  public:
    enum class Checkpoints { Never, NowAndThen };
    explicit BrokerDriver(uint64_t seed);
    ~BrokerDriver();

    /// Opens the store and puts back what an earlier life left running; false when the store refuses.
    bool open(const std::filesystem::path& file, core::store::OpenMode mode = core::store::OpenMode::Writer,
              core::store::Guards guards = {});
    void close();
    /// `groups` commits of one to eight verbs each; ends early once a verb is refused by the disk. False then.
    bool work(int groups, Checkpoints checkpoints = Checkpoints::NowAndThen);
    /// One task from its enqueueing to its success; false when the store does not do that.
    bool runOneTask();

    core::store::Database& database() { return *m_database; }
    const Acknowledged& acknowledged() const { return m_acknowledged; }
    /// Refusals for reasons other than the state of a task.
    int refusals() const { return m_refusals; }
    CheckOptions checks(Running running) const;

    /// The tables of the engine and `effect`.
    static std::vector<core::store::Migration> migrations();

  private:
    using Moves = core::broker::Broker::Moves;
    core::broker::Broker::Then<Moves> noting();
    void note(const Moves& moves);
    void answered();
    core::task::Task newTask();
    void step();
    void enqueue();
    void claim();
    void end();
    void commit(std::vector<core::broker::Ending> endings);
    core::broker::Ending endingOf(const core::task::Task& running);
    core::broker::ClaimRequest claimRequest();
    std::optional<core::broker::ClaimRequest> maybeClaim();
    void cancel();
    /// Runs `verbs` in one group commit and waits for all answers.
    void together(const std::function<void()>& verbs);

    Dice m_dice;
    std::unique_ptr<core::store::Database> m_database;
    std::unique_ptr<core::broker::SqliteBroker> m_broker;
    int64_t m_epoch = 0;
    int64_t m_now;
    int m_made = 0;
    std::atomic<int> m_asked{0}, m_answered{0};
    // Filled on the writer thread, read while nothing is asked.
    Acknowledged m_acknowledged;
    std::vector<core::task::TaskId> m_known;
    std::map<std::string, core::task::Task> m_running;
    int m_refusals = 0;
};

} // namespace tests
