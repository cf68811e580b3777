#pragma once

#include "core/broker/Broker.h"
#include "core/upkeep/LateFailure.h"
#include "core/upkeep/Loop.h"

#include <atomic>
#include <functional>

namespace core::upkeep {

/// Told of every durable move.
using MoveSink = std::function<void(const broker::Broker::Moves&)>;

/// Makes scheduled and retried tasks pending when their time has come. Thread: upkeep; `follow` from any.
class Stager final : public Loop {
  public:
    /// `retryRoom` says how many retries may become due now.
    Stager(broker::Broker& broker, MoveSink sink, std::function<int()> retryRoom)
        : m_broker(broker), m_sink(std::move(sink)), m_retryRoom(std::move(retryRoom)) {}
    std::string name() const override { return "stager"; }
    base::Result<NextLook> look(base::Instant now) override;
    /// Told of every durable move: when something is to wait, the next due time is read again.
    void follow(const broker::Broker::Moves& moves);

  private:
    /// It is woken when something changes; this is for what nobody told it.
    static constexpr base::seconds kPeriod{1};

    broker::Broker& m_broker;
    MoveSink m_sink;
    std::function<int()> m_retryRoom;
    std::atomic<bool> m_stale{true};
    std::atomic<bool> m_idle{false}; ///< the last stage moved nothing: what is due waits for room
    std::optional<base::Instant> m_restUntil;
    std::optional<base::Instant> m_nextDue;
    LateFailure m_late;
};

} // namespace core::upkeep
