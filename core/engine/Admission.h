#pragma once

#include "core/base/Clock.h"
#include "core/broker/Broker.h"
#include "core/engine/AdmissionOptions.h"
#include "core/engine/TaskTypeService.h"
#include "core/policy/TokenBucket.h"
#include "core/task/TaskRegistry.h"

#include <functional>
#include <map>
#include <mutex>
#include <unordered_map>

namespace core::engine {

/// Says how many waiting tasks may begin: circuit breaker and rate of every type, rate of every queue, and the retry
/// budget of all. It never refuses a task, it lets it wait. Holds them in memory; the time is the clock's `sinceBoot`.
/// Thread: any. The listener is called without a lock, on the thread of the call that changed a state.
class Admission {
  public:
    using Listener = std::function<void(const std::string& type, policy::BreakerState state)>;

    Admission(const task::TaskRegistry& registry, const base::Clock& clock, AdmissionOptions options = {});
    void setListener(Listener listener) { m_listener = std::move(listener); } ///< before any other call

    /// Before a claim: lowers what each type and queue may begin to what there is room for. A type that is not in
    /// `typeRoom` is added when it is limited; a queue without room is taken out of `queueRoom`, and none is added.
    void narrow(std::map<std::string, int>& typeRoom, std::map<std::string, int>& queueRoom);
    /// After the claim: runs of this type began in this queue.
    void started(const std::string& type, const std::string& queue, int runs = 1);
    /// Once for every run that began, whatever became of it. What it says of the type: `runEndOf`.
    void ended(const std::string& type, policy::RunEnd end);

    /// So many retries may become due now; the others wait where they are.
    int retryRoom() const;
    void retried(int retries);

    /// True once after `narrow` met a closed door and the first of the closed doors has opened: look for work again.
    bool takeReopened();
    /// How long until it is true; none when no door is closed.
    std::optional<base::milliseconds> untilReopened() const;
    /// `closed` is told, under the lock, when `narrow` met a closed door that opens earlier than was known; before any
    /// other call.
    void setDoorListener(std::function<void()> closed) { m_doorListener = std::move(closed); }
    /// Tells the listener what time alone has changed.
    void announce();

    void hold(const std::string& type, const BreakerOverride& decision);
    TypeStatus status(const std::string& type) const;
    RetryBudgetStatus retryBudget() const;

  private:
    struct Gate {
        policy::CircuitBreaker breaker;
        policy::TokenBucket rate;
        BreakerOverride decision;
        policy::BreakerState announced = policy::BreakerState::Closed;
    };
    std::optional<base::milliseconds> nextChange(base::milliseconds now) const;
    base::Instant instantOf(base::milliseconds sinceBoot) const;

    const base::Clock& m_clock;
    Listener m_listener;
    std::function<void()> m_doorListener;
    mutable std::mutex m_mutex; // guards everything below
    std::unordered_map<std::string, Gate> m_types;
    std::unordered_map<std::string, policy::TokenBucket> m_queues;
    policy::RetryBudget m_retries;
    std::optional<base::milliseconds> m_blockedUntil; ///< a claim met a closed door that opens then
};

/// What the end of a run says of its type. A failure for the task's own sake (wrong parameters, refused, not found)
/// says nothing, and neither does a cancel; a timeout, a dead worker and an error that may pass do.
policy::RunEnd runEndOf(const broker::Ending& ending, const task::Task& after);

} // namespace core::engine
