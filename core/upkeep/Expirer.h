#pragma once

#include "core/upkeep/Stager.h"

namespace core::upkeep {

/// Ends waiting tasks that were not begun in time. Thread: upkeep.
class Expirer final : public Loop {
  public:
    Expirer(broker::Broker& broker, MoveSink sink) : m_broker(broker), m_sink(std::move(sink)) {}
    std::string name() const override { return "expirer"; }
    base::Result<NextLook> look(base::Instant now) override;

  private:
    static constexpr base::seconds kPeriod{1};

    broker::Broker& m_broker;
    MoveSink m_sink;
    LateFailure m_late;
};

} // namespace core::upkeep
