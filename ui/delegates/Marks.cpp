#include "ui/delegates/Marks.h"

#include <QPainter>

namespace ui::delegates {

namespace {

constexpr int kMarkWidth = 6;
constexpr int kMarkGap = 4;
constexpr int kMarkHeight = 14;

} // namespace

void paintMark(QPainter& painter, const QRectF& place, const Mark& mark, const style::Theme& theme) {
    const QColor colour = theme.tone(mark.tone).text;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const QPointF middle = place.center();
    switch (mark.shape) {
    case MarkShape::Bar: painter.drawRoundedRect(place, 1.5, 1.5); return;
    case MarkShape::Short:
        painter.drawRoundedRect(QRectF(place.left(), place.bottom() - place.height() / 2, place.width(), place.height() / 2), 1.5, 1.5);
        return;
    case MarkShape::Dash: painter.drawRect(QRectF(place.left(), place.bottom() - 2, place.width(), 2)); return;
    case MarkShape::Diamond: {
        const double reach = place.width() / 2 + 1;
        painter.drawPolygon(QPolygonF({middle + QPointF(0, -reach), middle + QPointF(reach, 0), middle + QPointF(0, reach),
                                       middle + QPointF(-reach, 0)}));
        return;
    }
    case MarkShape::Hollow:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.4));
        painter.drawRoundedRect(place.adjusted(0.7, 0.7, -0.7, -0.7), 1.5, 1.5);
        return;
    case MarkShape::Cross: {
        const double reach = place.width() / 2 + 0.5;
        painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(middle + QPointF(-reach, -reach - 1), middle + QPointF(reach, reach + 1));
        painter.drawLine(middle + QPointF(-reach, reach + 1), middle + QPointF(reach, -reach - 1));
        return;
    }
    }
}

void paintMarks(QPainter& painter, const QRect& cell, const Marks& marks, const style::Theme& theme) {
    const qsizetype room = std::max(1, (cell.width() + kMarkGap) / (kMarkWidth + kMarkGap));
    QRectF place(cell.left(), cell.top() + (cell.height() - kMarkHeight) / 2.0, kMarkWidth, kMarkHeight);
    for (qsizetype i = std::max<qsizetype>(0, marks.size() - room); i < marks.size(); ++i) {
        paintMark(painter, place, marks[i], theme);
        place.translate(kMarkWidth + kMarkGap, 0);
    }
}

int widthOfMarks(qsizetype count) {
    return int(count) * (kMarkWidth + kMarkGap);
}

} // namespace ui::delegates
