#pragma once

#include "core/engine/LiveState.h"
#include "core/metrics/SeriesStore.h"
#include "core/store/Database.h"
#include "core/upkeep/Loop.h"
#include "core/worker/WorkerPool.h"

namespace core::engine {

/// Once a second: the live state becomes a bucket of every series. Thread: upkeep.
class Sampler final : public upkeep::Loop {
  public:
    Sampler(const store::Database& database, LiveState& live, metrics::SeriesStore& series,
            std::function<std::vector<worker::WorkerStatus>()> workers)
        : m_database(database), m_live(live), m_series(series), m_workers(std::move(workers)) {}
    std::string name() const override { return "sampler"; }
    base::milliseconds period() const override { return base::milliseconds(1000); }
    base::Result<void> look(base::Instant now) override;

  private:
    base::Result<void> readOldest(base::Instant now);

    const store::Database& m_database;
    LiveState& m_live;
    metrics::SeriesStore& m_series;
    std::function<std::vector<worker::WorkerStatus>()> m_workers;
    std::optional<base::Instant> m_last;
};

} // namespace core::engine
