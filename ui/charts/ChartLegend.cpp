#include "ui/charts/ChartLegend.h"

#include "ui/charts/TimeSeriesView.h"
#include "ui/style/FlowLayout.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPainter>
#include <QToolButton>

namespace ui::charts {

namespace {

QPixmap swatch(const QColor& color, bool filled, double ratio) {
    QPixmap pixmap(QSize(10, 10) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.4));
    painter.setBrush(filled ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(0.8, 0.8, 8.4, 8.4), 2, 2);
    return pixmap;
}

} // namespace

ChartLegend::ChartLegend(TimeSeriesView* view, QWidget* parent) : QWidget(parent), m_view(view) {
    auto* flow = new style::FlowLayout(this, 10, 0);
    flow->setContentsMargins(0, 0, 0, 0);
    rebuild();
}

void ChartLegend::rebuild() {
    for (const Entry& entry : m_entries)
        delete entry.box->parentWidget();
    m_entries.clear();
    const auto& series = m_view->series();
    for (int i = 0; i < int(series.size()); ++i) {
        auto* holder = new QWidget;
        auto* row = new QHBoxLayout(holder);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(0);
        auto* box = new QToolButton;
        box->setCheckable(true);
        box->setChecked(true);
        box->setAutoRaise(true);
        box->setStyleSheet(QStringLiteral("QToolButton { padding: 2px; background: transparent; }"));
        box->setAccessibleName(tr("Show %1").arg(series[size_t(i)].name));
        box->setToolTip(tr("Show or hide %1").arg(series[size_t(i)].name));
        auto* name = new QToolButton;
        name->setAutoRaise(true);
        name->setStyleSheet(QStringLiteral("QToolButton { padding: 1px 2px; font-size: 8.5pt; }"));
        row->addWidget(box);
        row->addWidget(name);
        layout()->addWidget(holder);
        m_entries.push_back({box, name});
        connect(box, &QToolButton::toggled, this, [this, i](bool shown) {
            m_view->setSeriesVisible(i, shown);
            paintBoxes();
        });
        connect(name, &QToolButton::clicked, this, [this, i] { Q_EMIT nameClicked(i); });
    }
    paintBoxes();
    refresh();
}

void ChartLegend::refresh() {
    for (int i = 0; i < int(m_entries.size()); ++i) {
        const auto& style = m_view->series()[size_t(i)];
        const auto last = m_view->lastValue(i);
        const QString text =
            QStringLiteral("%1  %2").arg(style.name, last ? style.format(*last) : QStringLiteral("—"));
        if (m_entries[size_t(i)].name->text() != text)
            m_entries[size_t(i)].name->setText(text);
    }
}

void ChartLegend::paintBoxes() {
    const style::Theme& theme = style::themeOf(this);
    for (int i = 0; i < int(m_entries.size()); ++i)
        m_entries[size_t(i)].box->setIcon(swatch(m_view->series()[size_t(i)].color(theme),
                                                 m_entries[size_t(i)].box->isChecked(), devicePixelRatioF()));
}

void ChartLegend::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintBoxes();
}

} // namespace ui::charts
