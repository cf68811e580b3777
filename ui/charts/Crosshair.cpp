#include "ui/charts/TimeSeriesView.h"

#include <QChart>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

// The crosshair of TimeSeriesView: where the mouse or the arrow keys are, with the values there.

namespace ui::charts {

namespace {

struct Reading {
    QString name;
    QString text;
    QColor color;
    double value;
    QPointF point;
};

void paintReadings(QPainter& painter, const QRectF& plot, double x, const QString& title,
                   const std::vector<Reading>& readings, const style::Theme& theme) {
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height() + 1;
    double width = metrics.horizontalAdvance(title);
    for (const Reading& reading : readings)
        width = std::max(width, metrics.horizontalAdvance(reading.name + QStringLiteral("   ") + reading.text) + 14);
    const QSizeF size(width + 16, line * double(readings.size() + 1) + 10);
    const double left = x + 10 + size.width() > plot.right() ? x - 10 - size.width() : x + 10;
    const QRectF box(QPointF(std::max(0.0, left), plot.top() + 2), size);
    painter.setPen(theme.borderStrong);
    painter.setBrush(theme.card);
    painter.drawRoundedRect(box, 5, 5);
    painter.setPen(theme.textMuted);
    QRectF row(box.left() + 8, box.top() + 5, box.width() - 16, line);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, title);
    for (const Reading& reading : readings) {
        row.translate(0, line);
        painter.fillRect(QRectF(row.left(), row.center().y() - 4, 8, 8), reading.color);
        painter.setPen(theme.text);
        painter.drawText(row.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, reading.name);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, reading.text);
    }
}

} // namespace

void TimeSeriesView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF scene = mapToScene(event->position().toPoint());
    const QRectF plot = chart()->plotArea();
    const QPointF inChart = chart()->mapFromScene(scene);
    const auto before = m_cursor;
    m_cursor.reset();
    if (plot.contains(inChart) && plot.width() > 0)
        m_cursor = m_time.from + (inChart.x() - plot.left()) / plot.width() * (m_time.to - m_time.from);
    if (before != m_cursor)
        viewport()->update();
    QChartView::mouseMoveEvent(event);
}

void TimeSeriesView::leaveEvent(QEvent* event) {
    m_cursor.reset();
    viewport()->update();
    QChartView::leaveEvent(event);
}

void TimeSeriesView::focusOutEvent(QFocusEvent* event) {
    m_cursor.reset();
    viewport()->update();
    QChartView::focusOutEvent(event);
}

double TimeSeriesView::stepOfSamples() const {
    for (const Line& line : m_lines)
        if (line.samples.size() > 1)
            return std::max(1e-6, line.samples[1].x - line.samples[0].x);
    return (m_time.to - m_time.from) / 100;
}

void TimeSeriesView::keyPressEvent(QKeyEvent* event) {
    const int direction = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (direction == 0) {
        QChartView::keyPressEvent(event);
        return;
    }
    m_cursor = std::clamp(m_cursor.value_or(m_time.to) + direction * stepOfSamples(), m_time.from, m_time.to);
    viewport()->update();
}

const Sample* TimeSeriesView::sampleNear(const Line& line, double x) const {
    const Sample* nearest = nullptr;
    for (const Sample& sample : line.samples)
        if (sample.value && (!nearest || std::abs(sample.x - x) < std::abs(nearest->x - x)))
            nearest = &sample;
    const double reach = std::max(m_time.gap, (m_time.to - m_time.from) / 60);
    return nearest && std::abs(nearest->x - x) <= reach ? nearest : nullptr;
}

void TimeSeriesView::drawForeground(QPainter* painter, const QRectF& rect) {
    QChartView::drawForeground(painter, rect);
    if (!m_cursor || m_time.to <= m_time.from)
        return;
    const style::Theme& theme = style::themeOf(this);
    const QRectF plot = chart()->mapRectToScene(chart()->plotArea());
    const auto sceneX = [&](double x) {
        return plot.left() + (x - m_time.from) / (m_time.to - m_time.from) * plot.width();
    };
    std::vector<Reading> readings;
    for (size_t i = 0; i < m_lines.size(); ++i) {
        const Sample* sample = m_lines[i].visible ? sampleNear(m_lines[i], *m_cursor) : nullptr;
        if (!sample)
            continue;
        const double y = plot.bottom() - (toAxis(*sample->value) - m_low) / (m_high - m_low) * plot.height();
        readings.push_back({m_styles[i].name, m_styles[i].format(*sample->value), m_styles[i].color(theme),
                            *sample->value, QPointF(sceneX(sample->x), std::clamp(y, plot.top(), plot.bottom()))});
    }
    std::stable_sort(readings.begin(), readings.end(),
                     [](const Reading& a, const Reading& b) { return a.value > b.value; });
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QFont font = this->font();
    font.setPointSizeF(8);
    painter->setFont(font);
    QPen pen(theme.borderStrong, 1);
    pen.setCosmetic(true);
    painter->setPen(pen);
    const double x = sceneX(*m_cursor);
    painter->drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter->setPen(Qt::NoPen);
    for (const Reading& reading : readings) {
        painter->setBrush(reading.color);
        painter->drawEllipse(reading.point, 2.5, 2.5);
    }
    paintReadings(*painter, plot, x, m_time.describe ? m_time.describe(*m_cursor) : QString(), readings, theme);
    painter->restore();
}

} // namespace ui::charts
