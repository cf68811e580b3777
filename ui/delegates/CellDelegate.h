#pragma once

#include <QStyledItemDelegate>

namespace ui::delegates {

/// Thread: gui. Paints the cells of every table: text, badge, bar, mark, link, check mark. Knows roles, never rows. Colours
/// come from the view's palette, so that a change of theme needs no notice. A click on a check mark turns it.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// The cell's own words, or its whole text where it was cut.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui::delegates
