#pragma once

#include "core/broker/Broker.h"

#include <atomic>
#include <functional>

namespace tests {

/// A moment between the engine and its store.
enum class CrashPoint {
    None,
    BeforeEnqueue, ///< asked for, nothing stored
    AfterEnqueue,  ///< stored, and claimed for an idle worker; nobody was told
    BeforeEnd,     ///< the worker's outcome is there, nothing of it stored
    AfterEnd,      ///< stored, nobody was told
    AfterCancel    ///< stored, nobody was told
};

/// Passes everything on to the real broker, and ends the process with SIGKILL at one point.
class KillingBroker final : public core::broker::Broker {
  public:
    /// `ending` is called before each commit of endings.
    KillingBroker(std::unique_ptr<core::broker::Broker> real, CrashPoint point, std::function<void()> ending);

    core::base::Result<int64_t> takeOwnership(core::base::Instant now) override;
    void renew(int64_t epoch, core::base::Instant now, Then<bool> then) override;
    core::base::Result<Moves> rescue(int64_t epoch, const std::map<std::string, core::task::Idempotent>& types,
                                     const core::broker::MayHaveBegun& mayHaveBegun, core::base::Instant now) override;
    void enqueue(std::vector<core::broker::NewTask> tasks, std::optional<core::broker::ClaimRequest> next,
                 Then<Moves> then) override;
    void claim(core::broker::ClaimRequest request, Then<Moves> then) override;
    void end(std::shared_ptr<const std::vector<core::broker::Ending>> endings,
             std::optional<core::broker::ClaimRequest> next, Then<Ended> then) override;
    void cancel(core::task::TaskId id, core::broker::Requester requester, core::base::Instant now,
                Then<Moves> then) override;
    void cancelMany(std::vector<core::task::TaskId> ids, core::broker::Requester requester, core::base::Instant now,
                    Then<Moves> then) override;
    void reschedule(core::task::TaskId id, core::base::Instant eta, core::broker::Requester requester,
                    core::base::Instant now, Then<Moves> then) override;
    void stage(core::base::Instant now, int limit, int retries, Then<Moves> then) override;
    void shiftRetries(core::base::milliseconds by, core::base::Instant now, Then<Moves> then) override;
    void expire(core::base::Instant now, int limit, Then<Moves> then) override;
    void purge(std::string queue, core::broker::Requester requester, core::base::Instant now,
               Then<Moves> then) override;
    void setPaused(std::string queue, core::broker::Paused paused, core::broker::Requester requester,
                   core::base::Instant now, Then<core::broker::Paused> then) override;
    core::base::Result<std::optional<core::base::Instant>> nextDue() const override;
    core::base::Result<std::optional<core::base::Instant>> nextExpiry() const override;

  private:
    void reached(CrashPoint point) const;
    template <class T>
    Then<T> dyingAt(CrashPoint point, Then<T> then) const;

    std::unique_ptr<core::broker::Broker> m_real;
    const CrashPoint m_point;
    const std::function<void()> m_ending;
};

/// Ends this process as a crash does.
[[noreturn]] void die();

} // namespace tests
