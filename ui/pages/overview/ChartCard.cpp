#include "ui/pages/overview/ChartCard.h"

#include <QVBoxLayout>

namespace ui::pages::overview {

ChartCard::ChartCard(const QString& title, charts::Scale scale, std::function<QString(double)> axisFormat,
                     std::vector<charts::SeriesStyle> series, QWidget* parent)
    : Card(title, parent), m_view(new charts::TimeSeriesView(title, scale, std::move(axisFormat))) {
    m_view->setSeries(std::move(series));
    m_legend = new charts::ChartLegend(m_view);
    body()->setSpacing(2);
    body()->addWidget(m_legend);
    body()->addWidget(m_view, 1);
}

void ChartCard::commit() {
    m_view->commit();
    m_legend->refresh();
}

} // namespace ui::pages::overview
