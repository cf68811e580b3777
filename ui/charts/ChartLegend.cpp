#include "ui/charts/ChartLegend.h"

#include "ui/charts/TimeSeriesView.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ui::charts {

namespace {
constexpr int kBox = 9;
constexpr int kTextLeft = 15;
constexpr int kEntryGap = 10;
} // namespace

LegendEntry::LegendEntry(TimeSeriesView* view, int series, QWidget* parent)
    : QAbstractButton(parent), m_view(view), m_series(series) {
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("Box: show or hide the line. Name: list these tasks, where there are any."));
    refresh();
}

QFont LegendEntry::smallFont() const {
    QFont small = font();
    small.setPointSizeF(8.5);
    return small;
}

void LegendEntry::refresh() {
    const SeriesStyle& style = m_view->series()[size_t(m_series)];
    const auto last = m_view->lastValue(m_series);
    const QString text = QStringLiteral("%1 %2").arg(style.name, last ? style.format(*last) : QStringLiteral("—"));
    if (text == m_text)
        return;
    const bool wider = text.size() != m_text.size();
    m_text = text;
    setAccessibleName(text);
    if (wider)
        updateGeometry();
    update();
}

QSize LegendEntry::sizeHint() const {
    const QFontMetrics metrics(smallFont());
    return {kTextLeft + metrics.horizontalAdvance(m_text) + 4, metrics.height() + 2};
}

void LegendEntry::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    const QColor color = m_view->series()[size_t(m_series)].color(theme);
    const bool visible = m_view->isSeriesVisible(m_series);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.4));
    painter.setBrush(visible ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(1, (height() - kBox) / 2.0, kBox, kBox), 2, 2);
    painter.setFont(smallFont());
    painter.setPen(!visible ? theme.textDisabled : underMouse() ? theme.accent : theme.text);
    painter.drawText(rect().adjusted(kTextLeft, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_text);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), 3, 3);
    }
}

void LegendEntry::mouseReleaseEvent(QMouseEvent* event) {
    setDown(false);
    if (!rect().contains(event->position().toPoint()))
        return;
    if (event->position().x() < kTextLeft - 2)
        m_view->setSeriesVisible(m_series, !m_view->isSeriesVisible(m_series));
    else
        Q_EMIT nameClicked();
    update();
}

void LegendEntry::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space)
        m_view->setSeriesVisible(m_series, !m_view->isSeriesVisible(m_series));
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT nameClicked();
    else
        QAbstractButton::keyPressEvent(event);
    update();
}

ChartLegend::ChartLegend(TimeSeriesView* view, QWidget* parent) : QWidget(parent) {
    for (int i = 0; i < int(view->series().size()); ++i) {
        auto* entry = new LegendEntry(view, i, this);
        m_entries.push_back(entry);
        connect(entry, &LegendEntry::nameClicked, this, [this, i] { Q_EMIT nameClicked(i); });
    }
    place();
}

void ChartLegend::refresh() {
    for (LegendEntry* entry : m_entries)
        entry->refresh();
    place();
}

void ChartLegend::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place();
}

void ChartLegend::place() {
    int x = 0, y = 0, height = 0;
    for (LegendEntry* entry : m_entries) {
        const QSize size = entry->sizeHint();
        if (x > 0 && x + size.width() > width()) {
            x = 0;
            y += size.height();
        }
        entry->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + kEntryGap;
        height = y + size.height();
    }
    if (height != this->height())
        setFixedHeight(height);
}

} // namespace ui::charts
