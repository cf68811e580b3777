#include "ui/pages/schedules/LoadPaint.h"

#include <QPainter>

namespace ui::pages::schedules {

namespace {

/// How much of the accent is in the ground of each step.
constexpr std::array<double, kBusySteps> kShades{0, 0.10, 0.22, 0.36, 0.52, 0.70, 0.90};

QColor blend(const QColor& from, const QColor& to, double share) {
    const auto mix = [share](int a, int b) { return int(std::lround(a + (b - a) * share)); };
    return {mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue())};
}

} // namespace

QColor busyGround(int step, const style::Theme& theme) {
    return blend(theme.card, theme.accent, kShades[size_t(step)]);
}

QColor busyText(int step, const style::Theme& theme) {
    const QColor ground = busyGround(step, theme);
    return style::contrast(theme.text, ground) >= style::contrast(theme.accentText, ground) ? theme.text : theme.accentText;
}

void paintUnknown(QPainter& painter, const QRectF& rect, const style::Theme& theme) {
    painter.fillRect(rect, theme.cardAlternate);
    painter.fillRect(rect, QBrush(theme.borderStrong, Qt::BDiagPattern));
}

void paintRing(QPainter& painter, const QPointF& middle, const QColor& colour) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(middle, 2.6, 2.6);
}

void paintClockChange(QPainter& painter, const QRectF& rect, const style::Theme& theme) {
    const QColor colour = theme.state(core::task::TaskState::Scheduled);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(rect, QBrush(colour, Qt::DiagCrossPattern));
    painter.setPen(QPen(colour, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(0, 0, -1, -1));
}

void paintTick(QPainter& painter, const QRectF& strip, const LoadGrid::Tick& tick, const style::Theme& theme) {
    const double height = tick.entries == 1 ? 4 : tick.entries <= 3 ? 7 : strip.height();
    const QColor colour = tick.entries == 1 ? theme.textMuted : theme.tone(style::Tone::Warning).text;
    const double left = strip.left() + tick.at * (strip.width() - 1.5);
    const double width = std::max(1.5, (tick.to - tick.at) * strip.width());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(left, strip.bottom() - height, width, height), colour);
}

void paintOverload(QPainter& painter, const QPointF& middle, const style::Theme& theme) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.card, 1));
    painter.setBrush(theme.tone(style::Tone::Bad).text);
    painter.drawPolygon(QPolygonF({middle + QPointF(0, -5), middle + QPointF(5.5, 4), middle + QPointF(-5.5, 4)}));
}

void paintNowLine(QPainter& painter, double x, double top, double bottom, const style::Theme& theme) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.text);
    painter.drawRect(QRectF(x - 1, top, 2, bottom - top));
    painter.drawPolygon(QPolygonF({QPointF(x - 4.5, top - 2), QPointF(x + 4.5, top - 2), QPointF(x, top + 5)}));
}

} // namespace ui::pages::schedules
