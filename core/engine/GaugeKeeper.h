#pragma once

#include "core/engine/LiveState.h"
#include "core/metrics/MetricRegistry.h"
#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

namespace core::engine {

/// Keeps the figures of resilience in the registry at what is stored, however it came there: a task, a crisis, a restored
/// copy. Durations and failures of the tasks are asked of the live state when somebody reads.
/// Thread: upkeep.
class GaugeKeeper final : public upkeep::Loop {
  public:
    /// All three must outlive the registry's readers.
    GaugeKeeper(const store::Database& database, const LiveState& live, metrics::MetricRegistry& registry);
    std::string name() const override { return "gauges"; }
    base::Result<upkeep::NextLook> look(base::Instant now) override;

  private:
    static constexpr base::seconds kPeriod{1};

    const store::Database& m_database;
    metrics::MetricRegistry& m_registry;
    std::string m_mark; ///< of what the registry holds; empty: nothing yet
};

} // namespace core::engine
