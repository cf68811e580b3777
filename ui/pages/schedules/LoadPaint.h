#pragma once

#include "ui/pages/schedules/LoadGrid.h"
#include "ui/style/Theme.h"

class QPainter;
class QRectF;

namespace ui::pages::schedules {

// The pieces of which the calendar and its legend are painted.

/// The ground of an hour by its step of business, and text on it.
QColor busyGround(int step, const style::Theme& theme);
QColor busyText(int step, const style::Theme& theme);
/// The ground where firings come whose run time is not known.
void paintUnknown(QPainter& painter, const QRectF& rect, const style::Theme& theme);
/// A small ring: it is not known for some.
void paintRing(QPainter& painter, const QPointF& middle, const QColor& colour);
/// The ground of an hour that the clock skips or repeats.
void paintClockChange(QPainter& painter, const QRectF& rect, const style::Theme& theme);
/// A firing, on the base line of `strip`: the more entries in its minute, the taller, and of another colour.
void paintTick(QPainter& painter, const QRectF& strip, const LoadGrid::Tick& tick, const style::Theme& theme);
/// A triangle: more runs at once than there are slots.
void paintOverload(QPainter& painter, const QPointF& middle, const style::Theme& theme);
/// A line with a head: now.
void paintNowLine(QPainter& painter, double x, double top, double bottom, const style::Theme& theme);

} // namespace ui::pages::schedules
