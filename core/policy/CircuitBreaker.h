#pragma once

#include "core/base/Time.h"

#include <optional>

namespace core::policy {

/// When a circuit opens, and how it closes again.
struct BreakerPolicy {
    int failuresToOpen = 5;            ///< in a row
    base::milliseconds openFor{60'000};
    int trials = 3;                    ///< runs that may begin while half open …
    int successesToClose = 2;          ///< … and how many of them have to succeed
};

enum class BreakerState { Closed, Open, HalfOpen };
/// What a person decided; it outweighs what the runs say.
enum class BreakerHold { None, Open, Closed };
/// What a run's end says of its type. Neutral: nothing (cancelled, interrupted, refused for its own parameters).
enum class RunEnd { Neutral, Success, Failure };

/// `closed`, `open`, `half_open`.
const char* toText(BreakerState state);

/// The circuit breaker of one task type: a value that is told the time (since boot) and what happened. It opens after
/// some failures in a row, is half open after a while, and then closes or opens by what the trial runs come to.
/// A run that began before the circuit opened and ends while it is half open counts as a trial: it says the same.
class CircuitBreaker {
  public:
    explicit CircuitBreaker(const BreakerPolicy& policy = {}) : m_policy(policy) {}

    BreakerState state(base::milliseconds now) const;
    /// So many runs may begin now; kNoLimit while closed, 0 while open.
    int room(base::milliseconds now) const;
    void begun(int runs, base::milliseconds now);
    void ended(RunEnd end, base::milliseconds now);
    /// Open or Closed: it stays so. None: back to its own judgement, closed, with nothing counted.
    void hold(BreakerHold hold);

    BreakerHold held() const { return m_hold; }
    int failuresInARow() const { return m_failures; }
    /// When an open circuit lets trial runs begin; none when it does not open by itself, or is not open.
    std::optional<base::milliseconds> openUntil(base::milliseconds now) const;

  private:
    void open(base::milliseconds now);
    void judgeTrial(RunEnd end, base::milliseconds now);

    BreakerPolicy m_policy;
    BreakerHold m_hold = BreakerHold::None;
    int m_failures = 0;                            ///< in a row, while closed
    std::optional<base::milliseconds> m_openUntil; ///< none: closed; in the past: half open
    int m_trialsLeft = 0, m_successes = 0, m_trialFailures = 0; ///< of the half-open time to come or under way
};

} // namespace core::policy
