#pragma once

#include "core/programme/Summary.h"
#include "ui/pages/overview/ChartCard.h"
#include "ui/window/ConsoleContext.h"

namespace ui::pages::overview {

/// Thread: gui. The four live charts of the overview: built once, fed from the engine's series in memory.
class OverviewCharts : public QObject {
    Q_OBJECT
  public:
    OverviewCharts(window::ConsoleContext& context, QWidget* parent);

    ChartCard* depth() const { return m_depth; }
    ChartCard* throughput() const { return m_throughput; }
    ChartCard* latency() const { return m_latency; }
    ChartCard* trend() const { return m_trend; }
    /// The last `seconds` before now, in all live charts.
    void setSpan(int seconds);
    void update(core::base::Instant now);
    void updateTrend(const std::vector<core::programme::TrendPoint>& trend, core::base::Instant now);

  private:
    void feed(ChartCard* card, const std::vector<std::string>& names, core::base::Instant now);

    window::ConsoleContext& m_context;
    int m_span = 300;
    ChartCard *m_depth, *m_throughput, *m_latency, *m_trend;
};

} // namespace ui::pages::overview
