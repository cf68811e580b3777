#include "core/engine/LiveState.h"

#include <algorithm>

namespace core::engine {

using task::TaskState;

namespace {

double secondsBetween(base::Instant from, base::Instant to) {
    return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

/// The row as events carry it: without the large bodies.
std::shared_ptr<const task::Task> slim(const task::Task& task) {
    auto copy = std::make_shared<task::Task>(task);
    copy->params = base::Json::object();
    copy->result = nullptr;
    copy->traceback.clear();
    return copy;
}

/// Remaining seconds at the pace so far; none before there is a pace.
std::optional<double> estimate(const task::Task& task, base::Instant now) {
    if (!task.progress || *task.progress < 1 || !task.startedAt)
        return std::nullopt;
    const double elapsed = secondsBetween(*task.startedAt, now);
    return elapsed * (100 - *task.progress) / *task.progress;
}

} // namespace

LiveState::LiveState(events::EventBus& bus) : m_bus(bus) {
    for (const task::QueueLimit& limit : task::kQueues) {
        QueueStatus status;
        status.name = limit.name;
        status.slots = limit.slots;
        m_queues.push_back(std::move(status));
    }
}

QueueStatus& LiveState::queue(const std::string& name) {
    const auto found =
        std::find_if(m_queues.begin(), m_queues.end(), [&](const QueueStatus& q) { return q.name == name; });
    if (found != m_queues.end())
        return *found;
    // A queue of an older release that still has rows: counted, without slots.
    QueueStatus status;
    status.name = name;
    m_queues.push_back(std::move(status));
    return m_queues.back();
}

void LiveState::setSlots(int perQueue) {
    const std::lock_guard lock(m_mutex);
    for (QueueStatus& status : m_queues)
        status.slots = perQueue;
}

void LiveState::load(const std::vector<store::TaskCount>& counts, const std::set<std::string>& paused) {
    const std::lock_guard lock(m_mutex);
    for (const auto& cell : counts)
        queue(cell.queue).depth[size_t(cell.state)] = cell.count;
    for (QueueStatus& status : m_queues)
        status.paused = paused.contains(status.name);
}

void LiveState::count(const broker::Move& move) {
    QueueStatus& status = queue(move.task.queue);
    if (move.from)
        --status.depth[size_t(*move.from)];
    ++status.depth[size_t(move.task.state)];
    if (move.task.state == TaskState::Started) {
        auto [running, isNew] = m_running.try_emplace(move.task.id, move.task);
        if (!isNew)
            running->second.cancelRequested = move.task.cancelRequested;
    } else {
        m_running.erase(move.task.id);
    }
}

void LiveState::tally(const broker::Move& move) {
    const task::Task& task = move.task;
    if (!move.from) {
        ++m_tally.submitted;
        return;
    }
    if (*move.from == task.state)
        return;
    switch (task.state) {
    case TaskState::Started:
        ++m_tally.started;
        m_tally.waitSeconds.push_back(
            secondsBetween(std::max(task.createdAt, task.scheduledFor.value_or(task.createdAt)), *task.startedAt));
        break;
    case TaskState::Success: ++m_tally.success; break;
    case TaskState::Failure: ++m_tally.failure; break;
    case TaskState::Retry: ++m_tally.retry; break;
    case TaskState::Revoked: ++m_tally.revoked; break;
    case TaskState::Scheduled:
    case TaskState::Pending: break;
    }
    if (*move.from == TaskState::Started && task.startedAt && task.finishedAt)
        m_tally.runSeconds.push_back(secondsBetween(*task.startedAt, *task.finishedAt));
}

void LiveState::apply(const broker::Broker::Moves& moves, base::Instant now) {
    {
        const std::lock_guard lock(m_mutex);
        for (const broker::Move& move : moves) {
            count(move);
            tally(move);
        }
    }
    for (const broker::Move& move : moves)
        m_bus.publish({0, now, events::EventKind::TaskChanged, move.task.id.text, task::toText(move.task.state),
                       slim(move.task)});
}

void LiveState::setPaused(const std::string& name, broker::Paused paused, base::Instant now) {
    {
        const std::lock_guard lock(m_mutex);
        queue(name).paused = paused == broker::Paused::Yes;
    }
    m_bus.publish({0, now, events::EventKind::QueueChanged, name, paused == broker::Paused::Yes ? "paused" : "resumed",
                   nullptr});
}

void LiveState::setOldest(const std::map<std::string, base::Instant>& oldest) {
    const std::lock_guard lock(m_mutex);
    for (QueueStatus& status : m_queues) {
        const auto found = oldest.find(status.name);
        status.oldestWaiting = found == oldest.end() ? std::nullopt : std::optional(found->second);
    }
}

void LiveState::progress(const task::TaskId& id, int attempt, double percent, const std::string& text,
                         base::Instant now) {
    std::shared_ptr<const task::Task> changed;
    {
        const std::lock_guard lock(m_mutex);
        const auto running = m_running.find(id);
        if (running == m_running.end() || running->second.attempt != attempt)
            return;
        running->second.progress = std::clamp(percent, 0.0, 99.9);
        running->second.progressText = text;
        running->second.etaSeconds = estimate(running->second, now);
        changed = slim(running->second);
    }
    m_bus.publish({0, now, events::EventKind::TaskProgress, id.text, {}, std::move(changed)});
}

void LiveState::setWorker(const task::TaskId& id, const std::string& worker) {
    const std::lock_guard lock(m_mutex);
    if (const auto running = m_running.find(id); running != m_running.end())
        running->second.worker = worker;
}

std::vector<QueueStatus> LiveState::queues() const {
    const std::lock_guard lock(m_mutex);
    return m_queues;
}

std::vector<task::Task> LiveState::running() const {
    const std::lock_guard lock(m_mutex);
    std::vector<task::Task> tasks;
    for (const auto& [id, task] : m_running)
        tasks.push_back(task);
    std::sort(tasks.begin(), tasks.end(), [](const task::Task& a, const task::Task& b) { return a.key < b.key; });
    return tasks;
}

void LiveState::decorate(task::Task& task) const {
    const std::lock_guard lock(m_mutex);
    const auto running = m_running.find(task.id);
    if (running == m_running.end() || task.state != TaskState::Started)
        return;
    task.progress = running->second.progress;
    task.progressText = running->second.progressText;
    task.etaSeconds = running->second.etaSeconds;
    task.worker = running->second.worker;
}

int LiveState::runningIn(const std::string& name) const {
    const std::lock_guard lock(m_mutex);
    return int(std::count_if(m_running.begin(), m_running.end(),
                             [&](const auto& entry) { return entry.second.queue == name; }));
}

int LiveState::runningOf(const std::string& type) const {
    const std::lock_guard lock(m_mutex);
    return int(std::count_if(m_running.begin(), m_running.end(),
                             [&](const auto& entry) { return entry.second.type == type; }));
}

Tally LiveState::takeTally() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_tally, {});
}

} // namespace core::engine
