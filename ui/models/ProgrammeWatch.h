#pragma once

#include "core/programme/Crisis.h"
#include "core/programme/Summary.h"
#include "ui/models/EngineCalls.h"
#include "ui/models/EngineFeed.h"

#include <QObject>

#include <optional>

namespace ui::models {

/// Thread: gui. What the strip, the banner and the pages know of the programme: read when the engine says that it
/// changed and once a minute, kept here so that everybody shows the same figures.
class ProgrammeWatch : public QObject {
    Q_OBJECT
  public:
    ProgrammeWatch(EngineCalls& calls, EngineFeed& feed, QObject* parent = nullptr);

    /// Absent until the first answer came.
    const std::optional<core::programme::Stats>& stats() const { return m_stats; }
    const core::programme::Pulse& pulse() const { return m_pulse; }
    const core::programme::CrisisStatus& crisis() const { return m_crisis; }
    const std::vector<core::programme::TrendPoint>& trend() const { return m_trend; }
    /// Why the last reading failed; empty when it did not.
    const std::optional<core::base::Error>& error() const { return m_error; }
    void refresh();

  Q_SIGNALS:
    void changed();

  private:
    struct Reading;
    void take(Reading reading);

    EngineCalls& m_calls;
    std::optional<core::programme::Stats> m_stats;
    core::programme::Pulse m_pulse;
    core::programme::CrisisStatus m_crisis;
    std::vector<core::programme::TrendPoint> m_trend;
    std::optional<core::base::Error> m_error;
    bool m_reading = false;
    bool m_readAgain = false;
    int m_seconds = 0;
};

} // namespace ui::models
