#include "core/metrics/TaskMetrics.h"

#include <algorithm>

namespace core::metrics {

using task::TaskState;

namespace {

/// From so many successes on, the older half is forgotten.
constexpr uint64_t kFadeAt = 2000;

size_t at(TaskState state) {
    return size_t(state);
}

template <class Figures>
void sortByName(std::vector<std::pair<std::string, Figures>>& figures) {
    std::sort(figures.begin(), figures.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

} // namespace

void StepCounts::add(const StepCounts& other) {
    submitted += other.submitted;
    started += other.started;
    succeeded += other.succeeded;
    failed += other.failed;
    retried += other.retried;
    revoked += other.revoked;
    deaths += other.deaths;
    fenced += other.fenced;
    for (size_t i = 0; i < failures.size(); ++i)
        failures[i] += other.failures[i];
}

TaskMetrics::Entry& TaskMetrics::Entries::at(std::string_view name) {
    if (const auto found = m_entries.find(name); found != m_entries.end())
        return *found->second;
    if (m_entries.size() >= m_most && name != kOther && !m_expected.contains(name))
        return at(kOther);
    return *m_entries.emplace(std::string(name), std::make_unique<Entry>()).first->second;
}

const TaskMetrics::Entry* TaskMetrics::Entries::find(std::string_view name) const {
    auto found = m_entries.find(name);
    if (found == m_entries.end() && m_entries.size() >= m_most && !m_expected.contains(name))
        found = m_entries.find(kOther);
    return found == m_entries.end() ? nullptr : found->second.get();
}

TaskMetrics::TaskMetrics(size_t most) : m_queues(most), m_types(most) {}

void TaskMetrics::expect(const std::vector<std::string>& queues, const std::vector<std::string>& types) {
    m_queues.expect(queues);
    m_types.expect(types);
}

void TaskMetrics::there(std::string_view queue, std::string_view type, TaskState state, base::Instant since) {
    for (Entry* entry : {&m_queues.at(queue), &m_types.at(type)}) {
        ++entry->depth[at(state)];
        if (state == TaskState::Pending)
            entry->ages.add(since);
    }
}

void TaskMetrics::gone(std::string_view queue, std::string_view type, TaskState state) {
    for (Entry* entry : {&m_queues.at(queue), &m_types.at(type)})
        --entry->depth[at(state)];
}

void TaskMetrics::moved(const Step& step) {
    Entry& type = m_types.at(step.type);
    count(m_queues.at(step.queue), step);
    count(type, step);
    if (step.to != TaskState::Success || !step.ran)
        return;
    if (!type.successes)
        type.successes = std::make_unique<Histogram>();
    type.successes->add(*step.ran);
    if (type.successes->count() >= kFadeAt)
        type.successes->fade();
    type.successesChanged = true;
}

void TaskMetrics::count(Entry& entry, const Step& step) {
    if (step.from)
        --entry.depth[at(*step.from)];
    ++entry.depth[at(step.to)];
    if (step.from == step.to)
        return;
    if (step.from == TaskState::Pending)
        entry.ages.remove(step.since);
    if (step.to == TaskState::Pending)
        entry.ages.add(step.since);
    entry.touched = true;
    StepCounts& counts = entry.tally.counts;
    if (!step.from) {
        ++counts.submitted;
        return;
    }
    switch (step.to) {
    case TaskState::Started: ++counts.started; break;
    case TaskState::Success: ++counts.succeeded; break;
    case TaskState::Failure: ++counts.failed; break;
    case TaskState::Retry: ++counts.retried; break;
    case TaskState::Revoked: ++counts.revoked; break;
    case TaskState::Scheduled:
    case TaskState::Pending: break;
    }
    if (step.reason != task::FailureReason::None)
        ++counts.failures[size_t(step.reason)];
    if (step.workerDied)
        ++counts.deaths;
    if (step.waited)
        entry.tally.wait.add(*step.waited);
    if (step.ran)
        entry.tally.run.add(*step.ran);
}

void TaskMetrics::fenced(std::string_view queue, std::string_view type) {
    for (Entry* entry : {&m_queues.at(queue), &m_types.at(type)}) {
        ++entry->tally.counts.fenced;
        entry->touched = true;
    }
}

ByName<TaskFigures> TaskMetrics::figures() const {
    ByName<TaskFigures> result;
    const auto copy = [](const Entries& from, std::vector<std::pair<std::string, TaskFigures>>& to) {
        from.forEach([&](const std::string& name, const Entry& entry) {
            TaskFigures figures{entry.counts, entry.depth, entry.ages.oldest(), entry.wait, entry.run};
            figures.counts.add(entry.tally.counts);
            figures.wait.merge(entry.tally.wait);
            figures.run.merge(entry.tally.run);
            to.emplace_back(name, std::move(figures));
        });
        sortByName(to);
    };
    copy(m_queues, result.queues);
    copy(m_types, result.types);
    return result;
}

ByName<TallyFigures> TaskMetrics::takeTally() {
    ByName<TallyFigures> result;
    const auto take = [](Entries& from, std::vector<std::pair<std::string, TallyFigures>>& to) {
        from.forEach([&](const std::string& name, Entry& entry) {
            const int64_t pending = entry.depth[at(TaskState::Pending)];
            if (!std::exchange(entry.touched, false) && pending <= 0)
                return;
            entry.counts.add(entry.tally.counts);
            entry.wait.merge(entry.tally.wait);
            entry.run.merge(entry.tally.run);
            to.emplace_back(name, std::exchange(entry.tally, {}));
            to.back().second.pending = pending;
        });
        sortByName(to);
    };
    take(m_queues, result.queues);
    take(m_types, result.types);
    return result;
}

std::optional<base::Instant> TaskMetrics::oldestIn(std::string_view queue) const {
    const Entry* entry = m_queues.find(queue);
    return entry ? entry->ages.oldest() : std::nullopt;
}

const Histogram& TaskMetrics::successes(std::string_view type) const {
    static const Histogram none;
    const Entry* entry = m_types.find(type);
    return entry && entry->successes ? *entry->successes : none;
}

std::vector<std::pair<std::string, std::string>> TaskMetrics::takeChangedSuccesses() {
    std::vector<std::pair<std::string, std::string>> changed;
    m_types.forEach([&](const std::string& name, Entry& entry) {
        if (std::exchange(entry.successesChanged, false))
            changed.emplace_back(name, entry.successes->encode());
    });
    return changed;
}

void TaskMetrics::restoreSuccesses(std::string_view type, const Histogram& runs) {
    Entry& entry = m_types.at(type);
    if (!entry.successes)
        entry.successes = std::make_unique<Histogram>();
    entry.successes->merge(runs);
}

} // namespace core::metrics
