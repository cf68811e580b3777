#include "ui/models/ProgrammeWatch.h"

namespace ui::models {

namespace {
constexpr auto kTrendSpan = std::chrono::hours(24 * 90);
constexpr int kSecondsBetweenReadings = 60;
} // namespace

struct ProgrammeWatch::Reading {
    core::base::Result<core::programme::Stats> stats;
    core::base::Result<core::programme::Pulse> pulse;
    core::base::Result<core::programme::CrisisStatus> crisis;
    core::base::Result<std::vector<core::programme::TrendPoint>> trend;
};

ProgrammeWatch::ProgrammeWatch(EngineCalls& calls, EngineFeed& feed, QObject* parent)
    : QObject(parent), m_calls(calls) {
    connect(&feed, &EngineFeed::arrived, this, [this](const core::events::EventBatch& batch) {
        using K = core::events::EventKind;
        if (mentions(batch, {K::ProgrammeChanged, K::HealthChanged, K::CrisisChanged}))
            refresh();
    });
    connect(&feed, &EngineFeed::secondPassed, this, [this] {
        if (++m_seconds % kSecondsBetweenReadings == 0)
            refresh();
    });
    refresh();
}

void ProgrammeWatch::refresh() {
    if (m_reading) {
        m_readAgain = true;
        return;
    }
    m_reading = true;
    m_calls.call(
        this,
        [](core::engine::Engine& engine) {
            core::engine::ProgrammeService& programme = engine.programme();
            return Reading{programme.stats(), programme.pulse(), programme.crisisStatus(),
                           programme.trend(engine.clock().now() - kTrendSpan)};
        },
        [this](Reading reading) { take(std::move(reading)); });
}

void ProgrammeWatch::take(Reading reading) {
    m_error.reset();
    const auto keep = [this](auto&& result, auto& place) {
        if (result)
            place = std::move(*result);
        else if (!m_error)
            m_error = result.error();
    };
    keep(reading.stats, m_stats);
    keep(reading.pulse, m_pulse);
    keep(reading.crisis, m_crisis);
    keep(reading.trend, m_trend);
    m_reading = false;
    Q_EMIT changed();
    if (std::exchange(m_readAgain, false))
        refresh();
}

} // namespace ui::models
