#pragma once

#include "ui/models/Columns.h"

#include <QAbstractTableModel>

#include <algorithm>
#include <map>
#include <vector>

namespace ui::models {

/// Thread: gui. A table of at most a few hundred rows without a proxy: new values are patched into place by key, so
/// that selection, scroll position and open menus stay where they are. Sorting is by the columns' sort keys.
template <class Row>
class SmallTable : public QAbstractTableModel {
  public:
    using Key = std::function<QString(const Row&)>;
    SmallTable(std::vector<Column<Row>> columns, Key key, QObject* parent)
        : QAbstractTableModel(parent), m_columns(std::move(columns)), m_key(std::move(key)) {}

    const std::vector<Column<Row>>& columns() const { return m_columns; }
    const std::vector<Row>& rows() const { return m_rows; }
    const Row* rowAt(const QModelIndex& index) const {
        return index.isValid() && index.row() < int(m_rows.size()) ? &m_rows[size_t(index.row())] : nullptr;
    }
    int rowOf(const QString& key) const {
        for (size_t i = 0; i < m_rows.size(); ++i)
            if (m_key(m_rows[i]) == key)
                return int(i);
        return -1;
    }

    void setRows(std::vector<Row> rows) {
        arrange(rows);
        removeVanished(rows);
        reorderKept(rows);
        insertNew(rows);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(int(m_rows.size()) - 1, int(m_columns.size()) - 1));
    }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_columns.size());
    }
    QVariant data(const QModelIndex& index, int role) const override {
        const Row* row = rowAt(index);
        if (!row || index.column() >= int(m_columns.size()))
            return {};
        return role == KeyRole ? QVariant(m_key(*row)) : cell(m_columns[size_t(index.column())], *row, role);
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal || section < 0 || section >= int(m_columns.size()))
            return {};
        const Column<Row>& column = m_columns[size_t(section)];
        if (role == Qt::DisplayRole)
            return column.title;
        if (role == Qt::TextAlignmentRole)
            return int((column.align == Align::Right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        return {};
    }
    void sort(int column, Qt::SortOrder order) override {
        m_sortColumn = column;
        m_sortOrder = order;
        std::vector<Row> rows = m_rows;
        arrange(rows);
        reorderKept(rows);
    }

  private:
    void arrange(std::vector<Row>& rows) const {
        if (m_sortColumn < 0 || m_sortColumn >= int(m_columns.size()))
            return;
        const Column<Row>& column = m_columns[size_t(m_sortColumn)];
        const auto value = [&](const Row& row) {
            return column.sortKey ? column.sortKey(row) : QVariant(column.text(row));
        };
        std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
            const auto order = QVariant::compare(value(a), value(b));
            return m_sortOrder == Qt::AscendingOrder ? order == QPartialOrdering::Less
                                                     : order == QPartialOrdering::Greater;
        });
    }
    std::map<QString, int> positions(const std::vector<Row>& rows) const {
        std::map<QString, int> result;
        for (size_t i = 0; i < rows.size(); ++i)
            result.emplace(m_key(rows[i]), int(i));
        return result;
    }
    void removeVanished(const std::vector<Row>& rows) {
        const auto wanted = positions(rows);
        for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
            if (wanted.count(m_key(m_rows[size_t(i)])))
                continue;
            beginRemoveRows({}, i, i);
            m_rows.erase(m_rows.begin() + i);
            endRemoveRows();
        }
    }
    /// Brings the rows that stay into the order of `rows`.
    void reorderKept(const std::vector<Row>& rows) {
        const auto wanted = positions(rows);
        std::vector<int> order(m_rows.size());
        for (size_t i = 0; i < order.size(); ++i)
            order[i] = int(i);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            return wanted.at(m_key(m_rows[size_t(a)])) < wanted.at(m_key(m_rows[size_t(b)]));
        });
        if (std::is_sorted(order.begin(), order.end()))
            return;
        Q_EMIT layoutAboutToBeChanged();
        std::vector<Row> moved;
        std::vector<int> newPlace(order.size());
        for (size_t i = 0; i < order.size(); ++i) {
            moved.push_back(std::move(m_rows[size_t(order[i])]));
            newPlace[size_t(order[i])] = int(i);
        }
        m_rows = std::move(moved);
        const QModelIndexList before = persistentIndexList();
        QModelIndexList after;
        for (const QModelIndex& old : before)
            after << index(newPlace[size_t(old.row())], old.column());
        changePersistentIndexList(before, after);
        Q_EMIT layoutChanged();
    }
    void insertNew(std::vector<Row>& rows) {
        for (size_t i = 0; i < rows.size(); ++i) {
            if (i < m_rows.size() && m_key(m_rows[i]) == m_key(rows[i])) {
                m_rows[i] = std::move(rows[i]);
                continue;
            }
            beginInsertRows({}, int(i), int(i));
            m_rows.insert(m_rows.begin() + std::ptrdiff_t(i), std::move(rows[i]));
            endInsertRows();
        }
    }

    std::vector<Column<Row>> m_columns;
    Key m_key;
    std::vector<Row> m_rows;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace ui::models
