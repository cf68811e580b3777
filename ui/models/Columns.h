#pragma once

#include <QString>
#include <QVariant>

#include <functional>

namespace ui::models {

/// What a cell says beside its text: delegates know these roles and nothing of the rows.
enum CellRole {
    KeyRole = Qt::UserRole + 1, ///< text that names the row
    ToneRole,                   ///< style::Tone as int: the cell is a badge
    IconRole,                   ///< name of an icon, in the badge or before the text
    QueueRole,                  ///< name of a queue: its colour is shown as a small square before the text
    ProgressRole,               ///< double, percent: the cell is a bar
    LinkRole,                   ///< bool: the cell looks like a link
    MutedRole,                  ///< bool: the text is secondary
    MonospaceRole,              ///< bool
    MarksRole                   ///< delegates::Marks: the cell is a row of marks; its text is what they say together
};

enum class Align { Left, Right };

/// One column of one table, everything in one place: header, view, export and search read it.
template <class Row>
struct Column {
    QString id; ///< never translated; settings keep it
    QString title;
    int width = 100;
    Align align = Align::Left;
    std::function<QString(const Row&)> text;
    std::function<QVariant(const Row&)> sortKey;          ///< empty: the text
    std::function<QVariant(const Row&, int role)> detail; ///< tooltip and CellRole values; may be empty
};

/// The answer of a column for a role: the roles that all tables treat alike.
template <class Row>
QVariant cell(const Column<Row>& column, const Row& row, int role) {
    switch (role) {
    case Qt::DisplayRole: return column.text(row);
    case Qt::TextAlignmentRole:
        return int((column.align == Align::Right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return column.detail ? column.detail(row, role) : QVariant();
    }
}

} // namespace ui::models
