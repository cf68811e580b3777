#pragma once

#include "tests/conformance/Story.h"

namespace tests::conformance {

/// What a store must hold, in memory and slowly: the other opinion. Where the contract leaves a choice (which of the best
/// tasks start, which of those that are due are staged) it follows the answer and checks that the choice was allowed.
class StoreModel {
  public:
    /// Takes the answer; says what is wrong with it, or nothing. Afterwards the model stands where the store must stand.
    std::string accept(const Action& action, const Answer& answer);
    /// As accept, for an action that was carried out while nobody heard the answer: finds its choices in the store.
    void follow(const Action& action, BrokerUnderTest& store);
    /// What differs between the store and this, or nothing.
    std::string compare(BrokerUnderTest& store) const;

    core::base::Instant now() const { return m_now; }
    int64_t epoch() const { return m_epoch; }
    const std::vector<std::string>& ids() const { return m_order; } ///< in the order of submission
    size_t nextNumber() const { return m_nextNumber; } ///< that no task of the story has in its id
    const core::task::Task& task(const std::string& id) const { return m_tasks.at(id).task; }

  private:
    using TaskState = core::task::TaskState;
    using Steps = std::vector<Step>;
    class Told;  ///< the moves of an answer, read in order
    class Lanes; ///< the pending tasks of a claim

    struct Entry {
        core::task::Task task;
        int interruptions = 0, deaths = 0;
        int64_t epoch = 0, rank = 0;
        size_t number = 0; ///< in the order of submission
        std::vector<std::string> waiters;
        std::vector<TaskState> history;
        size_t attempts = 0; ///< that have ended
    };
    struct Key {
        std::string id, request;
        core::base::Instant expiresAt{};
    };

    // StoreModel.cpp: what has only one answer. They throw when the action must be refused.
    Steps enqueue(const std::vector<core::broker::NewTask>& tasks);
    /// None: dropped.
    std::optional<Steps> end(const core::broker::Ending& ending);
    Steps cancel(const std::string& id);
    Steps reschedule(const Action& action);
    Steps purge(const std::string& queue);
    Steps takeOver(const Action& action);

    bool isRejected(const core::broker::Ending& ending) const;
    void fail(const core::broker::Ending& ending, bool rejected, Entry& entry, Steps& steps);
    void putBack(Entry& entry, bool begun, Steps& steps);
    Step move(Entry& entry, TaskState to);
    Steps moveWaiting(Entry& entry, TaskState to);
    void settle(const Entry& ended, Steps& steps);
    void tell(const std::string& id, size_t messages);
    Entry& known(const std::string& id);
    bool isWaiting(const Entry& entry) const;
    bool isExpired(const Entry& entry) const;
    bool isDue(const Entry& entry) const;
    std::string compareTask(const std::string& id, BrokerUnderTest& store) const;

    // StoreModelChoices.cpp: what has several.
    void carryOut(const Action& action, Told& told);
    void acceptClaim(const core::broker::ClaimRequest& request, Told& told);
    void acceptStaged(const Action& action, Told& told);
    void acceptExpired(const Action& action, Told& told);
    Steps start(Entry& entry, int64_t epoch, int batch);
    void readChoices(const Action& action, BrokerUnderTest& store);

    core::base::Instant m_now = *core::base::parseInstant("2026-11-20T08:00:00Z");
    int64_t m_epoch = 0;
    size_t m_nextNumber = 0;
    std::map<std::string, Entry> m_tasks;
    std::vector<std::string> m_order;
    std::map<std::string, Key> m_keys;
    std::set<std::string> m_notes, m_outbox, m_paused;
};

/// Thrown inside the model: an action that must be refused, with the word of the error.
struct Refused {
    std::string word;
};
/// Thrown inside the model: an answer that is wrong.
struct Wrong {
    std::string what;
};

} // namespace tests::conformance
