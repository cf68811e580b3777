#pragma once

#include "core/broker/Broker.h"
#include "core/upkeep/Loop.h"

#include <functional>

namespace core::upkeep {

/// Says every 10 s that the owner is alive. When the store has a newer owner, `lost` is told, once: this engine must
/// start nothing more; what it still runs is fenced off by its epoch. Thread: upkeep; `lost` on the broker's.
class OwnerLease final : public Loop {
  public:
    OwnerLease(broker::Broker& broker, int64_t epoch, std::function<void()> lost)
        : m_broker(broker), m_epoch(epoch), m_lost(std::move(lost)) {}
    std::string name() const override { return "owner lease"; }
    base::Result<NextLook> look(base::Instant now) override;

  private:
    static constexpr base::seconds kPeriod{10};

    broker::Broker& m_broker;
    const int64_t m_epoch;
    std::function<void()> m_lost;
};

} // namespace core::upkeep
