#pragma once

#include "core/engine/LiveState.h"
#include "core/metrics/SeriesStore.h"
#include "core/upkeep/Loop.h"
#include "core/worker/WorkerPool.h"

#include <map>

namespace core::engine {

/// Once a second: the live state becomes a sample of every series, and workers' signs of life become events.
/// Thread: upkeep.
class Sampler final : public upkeep::Loop {
  public:
    struct Parts {
        const base::Clock& clock;
        LiveState& live;
        metrics::SeriesStore& series;
        events::EventBus& bus;
        std::function<std::vector<worker::WorkerStatus>()> workers;
    };
    explicit Sampler(Parts parts);
    std::string name() const override { return "sampler"; }
    base::Result<upkeep::NextLook> look(base::Instant now) override;

  private:
    static constexpr base::milliseconds kPeriod{1000};

    base::milliseconds sinceLast();
    void tellHeartbeats(const std::vector<worker::WorkerStatus>& workers, base::Instant now);

    Parts m_parts;
    std::optional<base::milliseconds> m_last; ///< boot clock
    std::map<std::string, base::Instant> m_heartbeats;
};

} // namespace core::engine
