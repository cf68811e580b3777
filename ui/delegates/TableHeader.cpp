#include "ui/delegates/TableHeader.h"

#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

#include <QPainter>

namespace ui::delegates {

namespace {
constexpr int kTitlePadding = 8;
constexpr int kArrow = 10;
} // namespace

TableHeader::TableHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setHighlightSections(false);
    setSectionsMovable(true);
    setMinimumSectionSize(40);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

QSize TableHeader::sizeHint() const {
    return {QHeaderView::sizeHint().width(), fontMetrics().height() + 16};
}

void TableHeader::paintSection(QPainter* painter, const QRect& rect, int section) const {
    const style::Theme& theme = style::themeOf(this);
    painter->save();
    painter->fillRect(rect, theme.card);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    const bool sorts = isSortIndicatorShown() && sortIndicatorSection() == section;
    const bool right = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    const QRect inner = rect.adjusted(kTitlePadding, 0, -kTitlePadding, 0);
    const QString title = painter->fontMetrics().elidedText(
        model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString(), Qt::ElideRight, inner.width());
    painter->setPen(sorts ? theme.text : theme.textMuted);
    painter->drawText(inner, (right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, title);
    if (sorts) {
        const int width = painter->fontMetrics().horizontalAdvance(title);
        const int x = right ? inner.right() - width - kArrow - 3 : inner.left() + width + 4;
        const QString arrow = sortIndicatorOrder() == Qt::DescendingOrder ? QStringLiteral("arrow-down")
                                                                          : QStringLiteral("arrow-up");
        painter->drawPixmap(x, rect.center().y() - kArrow / 2 + 1,
                            style::iconPixmap(arrow, theme.text, kArrow, devicePixelRatioF()));
    }
    painter->restore();
}

} // namespace ui::delegates
