#pragma once

#include "ui/style/Theme.h"

#include <QMetaType>
#include <QVector>

class QPainter;

namespace ui::delegates {

/// What a small mark looks like: the shape says the same as the colour.
enum class MarkShape {
    Bar,     ///< it went well
    Cross,   ///< it failed
    Hollow,  ///< it goes on
    Short,   ///< it was stopped
    Diamond, ///< it was left out on purpose
    Dash     ///< nobody was there
};

struct Mark {
    MarkShape shape = MarkShape::Bar;
    style::Tone tone = style::Tone::Neutral;
    bool operator==(const Mark&) const = default;
};
using Marks = QVector<Mark>;

/// One mark at `place`, as legends show it.
void paintMark(QPainter& painter, const QRectF& place, const Mark& mark, const style::Theme& theme);
/// From left to right, centred in the height of `cell`; the last ones when there is no room for all.
void paintMarks(QPainter& painter, const QRect& cell, const Marks& marks, const style::Theme& theme);
int widthOfMarks(qsizetype count);

} // namespace ui::delegates

Q_DECLARE_METATYPE(ui::delegates::Marks)
