#pragma once

#include "app/bench/Measure.h"
#include "core/engine/Engine.h"

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <vector>

namespace app::bench {

/// What is measured, and how much of it.
struct BeatBenchPlan {
    int schedules = 10'000;  ///< that are not due while the idle beat is measured
    double idleSeconds = 10;
    int fires = 1'000;       ///< entries that are due within one second, and as many that are due at one instant
};

/// Thread: main. Measures the beat of one engine on the real clock: the processor time of the whole idle process with
/// many schedules, and how late the firings of one second, and those of one instant, are committed. Afterwards looks at
/// every entry: fired once.
class BeatBench {
  public:
    enum class Beat { Off, On };
    using StartEngine = std::function<core::base::Result<std::unique_ptr<core::engine::Engine>>(Beat beat)>;

    /// `start` opens the same, at first empty, data directory each time.
    BeatBench(BeatBenchPlan plan, StartEngine start, std::stop_token stop);
    ~BeatBench();

    /// The figures: `idle_cpu` is a fraction of one core; `late_…_ms` go from an entry's instant to its commit, with one
    /// entry after another through a second, `burst_late_…_ms` with all at one instant. Cancelled when stopped; Internal
    /// when an entry did not fire once.
    core::base::Result<core::base::Json> run();

  private:
    using Step = core::base::Result<void> (BeatBench::*)();

    core::base::Result<void> addIdle();
    core::base::Result<void> measureIdle();
    core::base::Result<void> measureSecond() { return measure("due", std::chrono::seconds(1), "late"); }
    core::base::Result<void> measureBurst() { return measure("burst", core::base::milliseconds(0), "burst_late"); }

    /// Entries of one measurement, by name: each is due once.
    using Due = std::map<std::string, core::base::Instant>;
    /// `name`: what its entries are called; `span`: over which they are due; `figure`: what its figures are called.
    core::base::Result<void> measure(const std::string& name, core::base::milliseconds span, const std::string& figure);
    core::base::Result<Due> addDue(const std::string& name, core::base::milliseconds span);
    core::base::Result<std::vector<double>> watch(const Due& due);
    core::base::Result<void> check(const Due& due);

    core::base::Result<void> open(Beat beat);
    core::base::Result<void> add(const core::task::Schedule& schedule);
    core::base::Result<void> sleep(double seconds);

    const BeatBenchPlan m_plan;
    const StartEngine m_start;
    const std::stop_token m_stop;
    std::unique_ptr<core::engine::Engine> m_engine;
    std::unique_ptr<core::base::Json> m_figures;
};

} // namespace app::bench
