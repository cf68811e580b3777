#pragma once

#include "ui/charts/ChartLegend.h"
#include "ui/charts/TimeSeriesView.h"
#include "ui/style/Card.h"

namespace ui::pages::overview {

/// Thread: gui. A card with a chart over time and its legend.
class ChartCard : public style::Card {
    Q_OBJECT
  public:
    ChartCard(const QString& title, charts::Scale scale, std::function<QString(double)> axisFormat,
              std::vector<charts::SeriesStyle> series, QWidget* parent);
    charts::TimeSeriesView* view() const { return m_view; }
    charts::ChartLegend* legend() const { return m_legend; }
    void commit();

  private:
    charts::TimeSeriesView* m_view;
    charts::ChartLegend* m_legend;
};

} // namespace ui::pages::overview
