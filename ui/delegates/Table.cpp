#include "ui/delegates/Table.h"

#include "ui/delegates/CellDelegate.h"
#include "ui/delegates/TableHeader.h"
#include "ui/style/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>

namespace ui::delegates {

Table::Table(const QString& name, Sorting sorting, QWidget* parent) : QTableView(parent) {
    setAccessibleName(name);
    setItemDelegate(new CellDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 13);
    setHorizontalHeader(new TableHeader(this));
    horizontalHeader()->setSectionsClickable(sorting == Sorting::On);
    setSortingEnabled(sorting == Sorting::On);
}

void Table::setEmptyText(const QString& text) {
    m_emptyText = text;
    viewport()->update();
}

void Table::stretchColumn(int column) {
    for (int i = 0; model() && i < model()->columnCount(); ++i)
        horizontalHeader()->setSectionResizeMode(i, i == column ? QHeaderView::Stretch : QHeaderView::Interactive);
}

void Table::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copySelection();
    else if (event->key() == Qt::Key_Space && turnCheckMarks())
        event->accept();
    else
        QTableView::keyPressEvent(event);
}

/// All of them as the current one comes to be.
bool Table::turnCheckMarks() {
    const QModelIndex current = currentIndex().siblingAtColumn(0);
    const QVariant check = current.data(Qt::CheckStateRole);
    if (!check.isValid())
        return false;
    const Qt::CheckState turned = check.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked;
    for (const QModelIndex& row : selectionModel()->selectedRows())
        model()->setData(row, turned, Qt::CheckStateRole);
    return true;
}

void Table::copySelection() const {
    if (!selectionModel())
        return;
    QStringList lines;
    for (const QModelIndex& row : selectionModel()->selectedRows()) {
        QStringList cells;
        for (int column = 0; column < model()->columnCount(); ++column)
            if (!isColumnHidden(column))
                cells << row.siblingAtColumn(column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void Table::paintEvent(QPaintEvent* event) {
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty() || (model() && model()->rowCount() > 0))
        return;
    QPainter painter(viewport());
    painter.setPen(style::themeOf(this).textMuted);
    painter.drawText(viewport()->rect().adjusted(24, 8, -24, -8), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

} // namespace ui::delegates
