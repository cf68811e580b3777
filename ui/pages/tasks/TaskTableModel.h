#pragma once

#include "ui/models/EngineCalls.h"
#include "ui/pages/tasks/TaskColumns.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <map>
#include <set>
#include <unordered_map>

namespace ui::pages::tasks {

enum class Following { Off, On };

/// Thread: gui. A window over all tasks of a filter: the keys in order (8 bytes a row) and the rows that were looked
/// at, fetched 256 at a time off the gui thread and forgotten when others are needed more. Events patch the rows that
/// are here; new tasks appear at once while `Following` is on, and are counted while it is off, so that a row being
/// read never jumps.
class TaskTableModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    TaskTableModel(models::EngineCalls& calls, const core::task::TaskRegistry& registry,
                   const core::base::Clock& clock, QObject* parent);

    const std::vector<TaskColumn>& columns() const { return m_columns; }
    void setQuery(const core::store::TaskFilter& filter, const core::store::TaskOrder& order);
    const core::store::TaskFilter& filter() const { return m_filter; }
    const core::store::TaskOrder& order() const { return m_order; }
    /// The same question again; the list is replaced when the answer is here.
    void reload();
    void setFollowing(Following following);
    void apply(const core::events::EventBatch& batch);
    /// Tasks that are not in the list yet.
    int waitingCount() const { return int(m_waiting.size()); }
    void showWaiting();
    bool isLoaded() const { return m_loaded; }

    /// nullptr while the row is not here.
    const core::task::Task* taskAt(int row) const;
    int64_t keyAt(int row) const { return m_keys[size_t(row)]; }
    /// -1 when it is not in the list.
    int rowOfKey(int64_t key) const;

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_keys.size()); }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_columns.size());
    }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

  Q_SIGNALS:
    void loaded();
    void waitingChanged(int count);
    void failed(const core::base::Error& error);

  private:
    struct Cached {
        core::task::Task task;
        uint64_t used = 0;
    };
    bool isNewestFirst() const;
    bool matches(const core::task::Task& task) const;
    bool hasKey(int64_t key) const;
    void takeKeys(std::vector<int64_t> keys);
    bool patch(const core::task::Task& task);
    void noteUnknown(const core::task::Task& task);
    void insertTask(const core::task::Task& task);
    void want(int row) const;
    void fetchWanted();
    void takeRows(const std::vector<int64_t>& asked, std::vector<core::task::Task> rows);
    void forgetOldest();
    void emitAllChanged();

    models::EngineCalls& m_calls;
    const std::vector<TaskColumn> m_columns;
    core::store::TaskFilter m_filter;
    core::store::TaskOrder m_order;
    std::vector<int64_t> m_keys;
    mutable std::unordered_map<int64_t, Cached> m_rows;
    mutable uint64_t m_use = 0;
    mutable std::set<int> m_wantedPages;
    std::set<int64_t> m_underWay;                  ///< keys asked for
    std::map<int64_t, core::task::Task> m_waiting; ///< new, not in the list yet
    std::vector<core::task::Task> m_arrivedMeanwhile; ///< seen while keys were being read
    mutable QTimer m_fetchTimer;
    QTimer m_reloadTimer;
    Following m_following = Following::On;
    int m_question = 0; ///< number of the newest keys question
    bool m_loading = false;
    bool m_loaded = false;
    bool m_stale = false; ///< rows have left or entered the filter in a way that only the store knows
};

} // namespace ui::pages::tasks
