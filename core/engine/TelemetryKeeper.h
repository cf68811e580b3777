#pragma once

#include "core/engine/LiveState.h"
#include "core/metrics/SeriesStore.h"
#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

namespace core::engine {

/// Keeps figures across restarts: what was measured comes back from telemetry.db before the first sample, and goes
/// there in one small transaction every ten seconds, for which nobody waits; the newest quarter of an hour of seconds
/// goes with the stop. Thread: upkeep; `stop` after the loops have ended. Live state and series outlive the database.
class TelemetryKeeper final : public upkeep::Loop {
  public:
    /// Without a database nothing is kept.
    TelemetryKeeper(std::shared_ptr<store::Database> telemetry, LiveState& live, metrics::SeriesStore& series)
        : m_database(std::move(telemetry)), m_live(live), m_series(series), m_last(std::make_shared<Save>()) {}
    std::string name() const override { return "telemetry"; }
    base::Result<upkeep::NextLook> look(base::Instant now) override;
    void stop(base::Instant now);

  private:
    static constexpr base::seconds kPeriod{10};

    /// What became of the newest save: told on the database's own thread.
    struct Save {
        std::mutex mutex; // guards the fields below
        bool underWay = false;
        std::optional<base::Error> error;
    };
    void restore(base::Instant now);
    store::Database::Work workOf(std::vector<metrics::SavedBucket> buckets, base::Instant now, bool prune);

    std::shared_ptr<store::Database> m_database;
    LiveState& m_live;
    metrics::SeriesStore& m_series;
    const std::shared_ptr<Save> m_last;
    bool m_restored = false;
    int m_savesToPrune = 0;
};

} // namespace core::engine
