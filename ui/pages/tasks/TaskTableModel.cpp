#include "ui/pages/tasks/TaskTableModel.h"

#include <algorithm>

namespace ui::pages::tasks {

using core::store::SortDirection;
using core::store::TaskSort;
using core::task::Task;

namespace {

constexpr int kPage = 256;
constexpr size_t kMostRows = 64 * kPage;
constexpr int kReloadEveryMs = 1'000;

} // namespace

TaskTableModel::TaskTableModel(models::EngineCalls& calls, const core::task::TaskRegistry& registry,
                               const core::base::Clock& clock, QObject* parent)
    : QAbstractTableModel(parent), m_calls(calls), m_columns(taskColumns(registry, clock)) {
    m_fetchTimer.setSingleShot(true);
    connect(&m_fetchTimer, &QTimer::timeout, this, &TaskTableModel::fetchWanted);
    m_reloadTimer.setSingleShot(true);
    connect(&m_reloadTimer, &QTimer::timeout, this, &TaskTableModel::reload);
}

void TaskTableModel::setQuery(const core::store::TaskFilter& filter, const core::store::TaskOrder& order) {
    m_filter = filter;
    m_order = order;
    reload();
}

void TaskTableModel::reload() {
    m_loading = true;
    m_stale = false;
    m_arrivedMeanwhile.clear();
    const int question = ++m_question;
    m_calls.call(
        this,
        [filter = m_filter, order = m_order](core::engine::Engine& engine) {
            return engine.tasks().keys(filter, order);
        },
        [this, question](core::base::Result<std::vector<int64_t>> keys) {
            if (question != m_question)
                return;
            m_loading = false;
            if (keys)
                takeKeys(std::move(*keys));
            else
                Q_EMIT failed(keys.error());
        });
}

void TaskTableModel::takeKeys(std::vector<int64_t> keys) {
    // A list that only grew at the top keeps its rows where they are.
    const size_t grown = keys.size() >= m_keys.size() ? keys.size() - m_keys.size() : 0;
    const bool onlyGrew = m_loaded && keys.size() >= m_keys.size() &&
                          std::equal(m_keys.begin(), m_keys.end(), keys.begin() + std::ptrdiff_t(grown));
    if (onlyGrew && grown > 0) {
        beginInsertRows({}, 0, int(grown) - 1);
        m_keys = std::move(keys);
        endInsertRows();
    } else if (!onlyGrew) {
        beginResetModel();
        m_keys = std::move(keys);
        endResetModel();
    }
    m_loaded = true;
    m_waiting.clear();
    for (const Task& task : std::exchange(m_arrivedMeanwhile, {}))
        if (!patch(task))
            noteUnknown(task);
    Q_EMIT loaded();
    Q_EMIT waitingChanged(waitingCount());
}

bool TaskTableModel::isNewestFirst() const {
    return m_order.by == TaskSort::Created && m_order.direction == SortDirection::Descending;
}

bool TaskTableModel::matches(const Task& task) const {
    if (!m_filter.states.empty() &&
        std::find(m_filter.states.begin(), m_filter.states.end(), task.state) == m_filter.states.end())
        return false;
    return (m_filter.queue.empty() || m_filter.queue == task.queue) &&
           (m_filter.type.empty() || m_filter.type == task.type) &&
           (!m_filter.createdFrom || task.createdAt >= *m_filter.createdFrom) &&
           (!m_filter.createdTo || task.createdAt < *m_filter.createdTo);
}

bool TaskTableModel::hasKey(int64_t key) const {
    return isNewestFirst() ? std::binary_search(m_keys.begin(), m_keys.end(), key, std::greater<>())
                           : std::find(m_keys.begin(), m_keys.end(), key) != m_keys.end();
}

int TaskTableModel::rowOfKey(int64_t key) const {
    const auto found = isNewestFirst() ? std::lower_bound(m_keys.begin(), m_keys.end(), key, std::greater<>())
                                       : std::find(m_keys.begin(), m_keys.end(), key);
    return found != m_keys.end() && *found == key ? int(found - m_keys.begin()) : -1;
}

void TaskTableModel::setFollowing(Following following) {
    m_following = following;
    if (following == Following::On)
        showWaiting();
}

void TaskTableModel::showWaiting() {
    if (m_stale || (!m_waiting.empty() && (!isNewestFirst() || !m_filter.search.empty()))) {
        if (!m_reloadTimer.isActive())
            m_reloadTimer.start(0);
        return;
    }
    for (const auto& [key, task] : std::exchange(m_waiting, {}))
        insertTask(task);
    Q_EMIT waitingChanged(0);
}

void TaskTableModel::apply(const core::events::EventBatch& batch) {
    if (batch.dropped > 0) {
        m_rows.clear();
        reload();
        return;
    }
    bool patched = false;
    const int waitingBefore = waitingCount();
    for (const auto& event : batch.events) {
        if (!event->task || event->task->id.empty())
            continue;
        if (event->kind == core::events::EventKind::TaskProgress) {
            for (auto& [key, cached] : m_rows)
                if (cached.task.id == event->task->id) {
                    cached.task.progress = event->task->progress;
                    cached.task.progressText = event->task->progressText;
                    cached.task.etaSeconds = event->task->etaSeconds;
                    patched = true;
                    break;
                }
            continue;
        }
        if (m_loading)
            m_arrivedMeanwhile.push_back(*event->task);
        if (patch(*event->task))
            patched = true;
        else if (!m_loading)
            noteUnknown(*event->task);
    }
    if (patched)
        emitAllChanged();
    if (m_following == Following::On && (m_stale || !m_waiting.empty())) {
        if (m_stale && !m_reloadTimer.isActive())
            m_reloadTimer.start(kReloadEveryMs);
        else if (!m_stale)
            showWaiting();
    } else if (waitingCount() != waitingBefore) {
        Q_EMIT waitingChanged(waitingCount());
    }
}

bool TaskTableModel::patch(const Task& task) {
    const auto waiting = m_waiting.find(task.key);
    if (waiting != m_waiting.end()) {
        waiting->second = task;
        return false;
    }
    const auto found = m_rows.find(task.key);
    if (found == m_rows.end())
        return false;
    Task& row = found->second.task;
    // Events carry the row without its bodies: what was fetched stays.
    Task fresh = task;
    fresh.params = std::move(row.params);
    fresh.metadata = std::move(row.metadata);
    const bool wasIn = matches(row);
    row = std::move(fresh);
    if (wasIn != matches(row) || m_order.by == TaskSort::State)
        m_stale = true;
    return true;
}

void TaskTableModel::noteUnknown(const Task& task) {
    if (m_waiting.count(task.key) || !matches(task) || hasKey(task.key)) {
        if (!m_filter.states.empty() && hasKey(task.key) && !matches(task))
            m_stale = true;
        return;
    }
    m_waiting[task.key] = task;
    if (!m_filter.search.empty() || !isNewestFirst())
        m_stale = m_following == Following::On;
}

void TaskTableModel::insertTask(const Task& task) {
    const auto place = std::lower_bound(m_keys.begin(), m_keys.end(), task.key, std::greater<>());
    if (place != m_keys.end() && *place == task.key)
        return;
    const int row = int(place - m_keys.begin());
    beginInsertRows({}, row, row);
    m_keys.insert(place, task.key);
    m_rows[task.key] = {task, ++m_use};
    endInsertRows();
}

const Task* TaskTableModel::taskAt(int row) const {
    if (row < 0 || row >= int(m_keys.size()))
        return nullptr;
    const auto found = m_rows.find(m_keys[size_t(row)]);
    if (found == m_rows.end())
        return nullptr;
    found->second.used = ++m_use;
    return &found->second.task;
}

QVariant TaskTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= int(m_keys.size()) || index.column() >= int(m_columns.size()))
        return {};
    const Task* task = taskAt(index.row());
    const TaskColumn& column = m_columns[size_t(index.column())];
    if (task)
        return role == models::KeyRole ? QVariant(qlonglong(task->key)) : models::cell(column, *task, role);
    want(index.row());
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    return role == Qt::DisplayRole && index.column() == 0 ? QVariant(QStringLiteral("…")) : QVariant();
}

QVariant TaskTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= int(m_columns.size()))
        return {};
    const TaskColumn& column = m_columns[size_t(section)];
    if (role == Qt::DisplayRole)
        return column.title;
    if (role == Qt::TextAlignmentRole)
        return int((column.align == models::Align::Right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && !column.order)
        return tr("The history cannot be sorted by this column");
    return {};
}

void TaskTableModel::sort(int column, Qt::SortOrder order) {
    if (column < 0 || column >= int(m_columns.size()) || !m_columns[size_t(column)].order)
        return;
    const core::store::TaskOrder wanted{*m_columns[size_t(column)].order, order == Qt::AscendingOrder
                                                                              ? SortDirection::Ascending
                                                                              : SortDirection::Descending};
    if (wanted.by == m_order.by && wanted.direction == m_order.direction)
        return;
    setQuery(m_filter, wanted);
}

void TaskTableModel::want(int row) const {
    if (m_wantedPages.insert(row / kPage).second && !m_fetchTimer.isActive())
        m_fetchTimer.start(0);
}

void TaskTableModel::fetchWanted() {
    for (const int page : std::exchange(m_wantedPages, {})) {
        std::vector<int64_t> keys;
        const size_t first = size_t(page) * kPage;
        for (size_t i = first; i < std::min(m_keys.size(), first + kPage); ++i)
            if (!m_rows.count(m_keys[i]) && m_underWay.insert(m_keys[i]).second)
                keys.push_back(m_keys[i]);
        if (keys.empty())
            continue;
        m_calls.call(
            this, [keys](core::engine::Engine& engine) { return engine.tasks().rows(keys); },
            [this, keys](core::base::Result<std::vector<Task>> rows) {
                for (const int64_t key : keys)
                    m_underWay.erase(key);
                if (rows)
                    takeRows(keys, std::move(*rows));
                else
                    Q_EMIT failed(rows.error());
            });
    }
}

void TaskTableModel::takeRows(const std::vector<int64_t>& asked, std::vector<Task> rows) {
    for (Task& task : rows) {
        const int64_t key = task.key;
        m_rows[key] = {std::move(task), ++m_use};
    }
    // A task that was deleted meanwhile: the list is out of date.
    if (rows.size() < asked.size() && !m_reloadTimer.isActive())
        m_reloadTimer.start(kReloadEveryMs);
    forgetOldest();
    emitAllChanged();
}

void TaskTableModel::forgetOldest() {
    if (m_rows.size() <= kMostRows)
        return;
    std::vector<uint64_t> uses;
    uses.reserve(m_rows.size());
    for (const auto& [key, cached] : m_rows)
        uses.push_back(cached.used);
    const auto middle = uses.begin() + std::ptrdiff_t(uses.size() / 2);
    std::nth_element(uses.begin(), middle, uses.end());
    std::erase_if(m_rows, [limit = *middle](const auto& entry) { return entry.second.used < limit; });
}

void TaskTableModel::emitAllChanged() {
    // The view clips this to what is on screen; one signal a tick, however many rows were patched.
    if (!m_keys.empty())
        Q_EMIT dataChanged(index(0, 0), index(int(m_keys.size()) - 1, int(m_columns.size()) - 1));
}

} // namespace ui::pages::tasks
