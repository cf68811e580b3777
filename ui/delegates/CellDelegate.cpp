#include "ui/delegates/CellDelegate.h"

#include "ui/delegates/Badge.h"
#include "ui/delegates/Marks.h"
#include "ui/models/Columns.h"
#include "ui/style/Appearance.h"
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTableView>
#include <QToolTip>

namespace ui::delegates {

namespace {

constexpr int kPadding = 8;
constexpr int kCheckSize = 15;
constexpr int kTextIcon = 14; ///< before a text

void paintGround(QPainter& painter, const QStyleOptionViewItem& option, const style::Theme& theme) {
    if (option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(option.rect, theme.selection);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter.fillRect(option.rect, theme.cardAlternate);
    painter.setPen(theme.grid);
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

void paintBar(QPainter& painter, const QRect& cell, const QString& text, double percent, const style::Theme& theme) {
    const int textWidth = painter.fontMetrics().horizontalAdvance(QStringLiteral("100 % "));
    const QRectF track(cell.left() + kPadding, cell.center().y() - 2, cell.width() - 2 * kPadding - textWidth, 6);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.border);
    painter.drawRoundedRect(track, 3, 3);
    if (percent > 0) {
        painter.setBrush(theme.accent);
        QRectF done = track;
        done.setWidth(std::max(6.0, track.width() * std::min(100.0, percent) / 100));
        painter.drawRoundedRect(done, 3, 3);
    }
    painter.setPen(theme.text);
    painter.drawText(cell.adjusted(0, 0, -kPadding, 0), Qt::AlignRight | Qt::AlignVCenter, text);
}

QRect checkBoxIn(const QRect& cell) {
    return {cell.left() + kPadding, cell.center().y() - kCheckSize / 2, kCheckSize, kCheckSize};
}

void paintCheckMark(QPainter& painter, const QRect& cell, Qt::CheckState state, const style::Theme& theme) {
    const QRect box = checkBoxIn(cell);
    const bool checked = state == Qt::Checked;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(checked ? theme.accent : theme.textMuted);
    painter.setBrush(checked ? theme.accent : theme.field);
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (checked)
        painter.drawPixmap(box.adjusted(1, 1, -1, -1),
                           style::iconPixmap(QStringLiteral("check"), theme.accentText, kCheckSize - 2,
                                             painter.device()->devicePixelRatioF()));
}

} // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const style::Theme& theme = style::themeOf(option.palette);
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(*painter, option, theme);
    const QString text = index.data(Qt::DisplayRole).toString();
    const QVariant tone = index.data(models::ToneRole);
    const QVariant progress = index.data(models::ProgressRole);
    const QVariant marks = index.data(models::MarksRole);
    QFont font = option.font;
    if (index.data(models::MonospaceRole).toBool())
        font = style::monospaceFont(option.font);
    painter->setFont(font);
    if (tone.isValid()) {
        const QRect badge = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        paintBadge(*painter, badge, text, index.data(models::IconRole).toString(), style::Tone(tone.toInt()), theme);
    } else if (progress.isValid()) {
        paintBar(*painter, option.rect, text, progress.toDouble(), theme);
    } else if (marks.isValid()) {
        paintMarks(*painter, option.rect.adjusted(kPadding, 0, -kPadding, 0), marks.value<Marks>(), theme);
    } else {
        QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        if (const QVariant check = index.data(Qt::CheckStateRole); check.isValid()) {
            paintCheckMark(*painter, option.rect, Qt::CheckState(check.toInt()), theme);
            rect.setLeft(checkBoxIn(option.rect).right() + kPadding);
        }
        if (const QVariant queue = index.data(models::QueueRole); queue.isValid()) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.queue(queue.toString().toStdString()));
            painter->drawRoundedRect(QRectF(rect.left(), rect.center().y() - 4, 9, 9), 2, 2);
            rect.setLeft(rect.left() + 17);
        }
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        if (const QString icon = index.data(models::IconRole).toString(); !icon.isEmpty()) {
            painter->drawPixmap(rect.left(), rect.center().y() - kTextIcon / 2,
                                style::iconPixmap(icon, selected ? theme.selectionText : theme.textMuted, kTextIcon,
                                                  painter->device()->devicePixelRatioF()));
            rect.setLeft(rect.left() + kTextIcon + 6);
        }
        if (index.data(models::LinkRole).toBool())
            painter->setPen(selected ? theme.selectionText : theme.accent);
        else if (index.data(models::MutedRole).toBool())
            painter->setPen(selected ? theme.selectionText : theme.textMuted);
        else
            painter->setPen(selected ? theme.selectionText : theme.text);
        const int alignment = index.data(Qt::TextAlignmentRole).toInt();
        painter->drawText(rect, alignment ? alignment : int(Qt::AlignLeft | Qt::AlignVCenter),
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    }
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_Selected)) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), theme.accent);
    }
    painter->restore();
}

bool CellDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                             const QModelIndex& index) {
    const bool cut = view && sizeHint(option, index).width() > option.rect.width();
    if (!cut || index.data(Qt::ToolTipRole).isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), index.data(Qt::DisplayRole).toString(), view);
    return true;
}

bool CellDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                               const QModelIndex& index) {
    const QVariant check = index.data(Qt::CheckStateRole);
    if (!check.isValid() || event->type() != QEvent::MouseButtonRelease)
        return false;
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const QRect area = checkBoxIn(option.rect).adjusted(-kPadding, -option.rect.height(), kPadding, option.rect.height());
    if (mouse->button() != Qt::LeftButton || !area.contains(mouse->position().toPoint()))
        return false;
    return model->setData(index, check.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    if (const QVariant marks = index.data(models::MarksRole); marks.isValid())
        return {widthOfMarks(marks.value<Marks>().size()) + 2 * kPadding, option.fontMetrics.height() + 12};
    const int width = option.fontMetrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + 2 * kPadding + 4;
    const int before = index.data(models::ToneRole).isValid()       ? 24
                       : index.data(Qt::CheckStateRole).isValid() ? kCheckSize + kPadding
                                                                  : 0;
    return {width + before, option.fontMetrics.height() + 12};
}

} // namespace ui::delegates
