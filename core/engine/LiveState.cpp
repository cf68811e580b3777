#include "core/engine/LiveState.h"

#include "core/metrics/Eta.h"

#include <algorithm>

namespace core::engine {

using task::TaskState;

namespace {

constexpr std::string_view kWorkerLost = "WorkerLost"; // the error type that the broker gives an attempt so ended

/// When a task could have been started first.
base::Instant readySince(const task::Task& task) {
    return std::max(task.createdAt, task.scheduledFor.value_or(task.createdAt));
}

/// Why an attempt failed; a task that is to be retried has no reason in its row.
task::FailureReason failureOf(const broker::Move& move) {
    if (move.task.state == TaskState::Failure)
        return move.task.reason;
    if (move.from == TaskState::Started && move.task.state == TaskState::Retry)
        return move.task.errorType == kWorkerLost ? task::FailureReason::WorkerLost : task::FailureReason::Error;
    return task::FailureReason::None;
}

/// The row as events carry it: field by field, since copying the large bodies first would cost most of it.
void copySlim(const task::Task& from, task::Task& to) {
    to.key = from.key;
    to.id = from.id;
    to.type = from.type;
    to.queue = from.queue;
    to.state = from.state;
    to.reason = from.reason;
    to.priority = from.priority;
    to.tags = from.tags;
    to.errorType = from.errorType;
    to.errorMessage = from.errorMessage;
    to.attempt = from.attempt;
    to.maxAttempts = from.maxAttempts;
    to.createdAt = from.createdAt;
    to.scheduledFor = from.scheduledFor;
    to.startedAt = from.startedAt;
    to.finishedAt = from.finishedAt;
    to.expiresAt = from.expiresAt;
    to.worker = from.worker;
    to.parentId = from.parentId;
    to.retryOf = from.retryOf;
    to.idempotencyKey = from.idempotencyKey;
    to.triggeredBy = from.triggeredBy;
    to.workflow = from.workflow;
    to.waitsFor = from.waitsFor;
    to.version = from.version;
    to.timeLimit = from.timeLimit;
    to.cancelRequested = from.cancelRequested;
}

/// A row's times and the boot clock differ by more than this only when the wall clock was set meanwhile.
constexpr base::milliseconds kClockWasSet{2000};
/// Names of types and queues are kept while they run nothing, up to so many.
constexpr size_t kIdleNames = 256;
/// Of so many at once it is known since when they could have been started; of more, only when they were created.
constexpr size_t kMostLate = 65'536;

template <class Names>
typename Names::value_type* oneMore(Names& names, const std::string& name) {
    const auto entry = names.try_emplace(name, 0).first;
    ++entry->second;
    return &*entry;
}

template <class Names>
void oneLess(Names& names, typename Names::value_type* entry) {
    if (--entry->second == 0 && names.size() > kIdleNames)
        names.erase(names.find(entry->first));
}

template <class Names>
int countIn(const Names& names, const std::string& name) {
    const auto entry = names.find(name);
    return entry == names.end() ? 0 : entry->second;
}

} // namespace

LiveState::LiveState(events::EventBus& bus, const base::Clock& clock) : m_bus(bus), m_clock(clock) {
    for (const task::QueueLimit& limit : task::kQueues) {
        QueueStatus status;
        status.name = limit.name;
        status.slots = limit.slots;
        m_queues.push_back(std::move(status));
    }
}

QueueStatus& LiveState::queue(std::string_view name) {
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

void LiveState::expect(const std::vector<std::string>& types) {
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> queues;
    for (const QueueStatus& status : m_queues)
        queues.push_back(status.name);
    m_metrics.expect(queues, types);
}

void LiveState::there(std::string_view queueName, std::string_view type, TaskState state, base::Instant since) {
    const std::lock_guard lock(m_mutex);
    ++queue(queueName).depth[size_t(state)];
    m_metrics.there(queueName, type, state, since);
}

void LiveState::forget(const std::vector<store::ForgottenTask>& tasks) {
    const std::lock_guard lock(m_mutex);
    for (const store::ForgottenTask& task : tasks) {
        --queue(task.queue).depth[size_t(task.state)];
        m_metrics.gone(task.queue, task.type, task.state);
    }
}

void LiveState::load(const std::set<std::string>& paused) {
    const std::lock_guard lock(m_mutex);
    for (QueueStatus& status : m_queues)
        status.paused = paused.contains(status.name);
}

void LiveState::restoreSuccesses(const std::string& type, const metrics::Histogram& runs) {
    const std::lock_guard lock(m_mutex);
    m_metrics.restoreSuccesses(type, runs);
}

LiveState::Runtime LiveState::count(const broker::Move& move, base::milliseconds sinceBoot, base::Instant now) {
    const task::Task& task = move.task;
    QueueStatus& status = queue(task.queue);
    if (move.from)
        --status.depth[size_t(*move.from)];
    ++status.depth[size_t(task.state)];
    if (task.state == TaskState::Started)
        begin(task, sinceBoot);
    else if (move.from == TaskState::Started)
        return end(task, sinceBoot, now);
    return std::nullopt;
}

void LiveState::begin(const task::Task& task, base::milliseconds sinceBoot) {
    const auto [entry, isNew] = m_running.try_emplace(task.id);
    Running& running = entry->second;
    running.cancelRequested = task.cancelRequested;
    if (!isNew)
        return;
    running.key = task.key;
    running.type = oneMore(m_runningOf, task.type);
    running.queue = oneMore(m_runningIn, task.queue);
    running.attempt = task.attempt;
    running.maxAttempts = task.maxAttempts;
    running.priority = task.priority;
    running.createdAt = task.createdAt;
    running.startedAt = task.startedAt.value_or(task.createdAt);
    running.scheduledFor = task.scheduledFor;
    running.startedSinceBoot = sinceBoot;
    running.worker = task.worker;
    running.triggeredBy = task.triggeredBy;
    running.parentId = task.parentId;
}

LiveState::Runtime LiveState::end(const task::Task& task, base::milliseconds sinceBoot, base::Instant now) {
    Runtime byRow;
    if (task.startedAt)
        byRow = task.finishedAt.value_or(now) - *task.startedAt;
    const auto entry = m_running.find(task.id);
    if (entry == m_running.end())
        return byRow;
    const base::milliseconds watched = sinceBoot - entry->second.startedSinceBoot;
    oneLess(m_runningOf, entry->second.type);
    oneLess(m_runningIn, entry->second.queue);
    m_running.erase(entry);
    // The row says when the handler began, which in a batch is later than the claim; but never before it.
    const bool possible = byRow && byRow->count() >= 0 && *byRow <= watched + kClockWasSet;
    return possible ? byRow : watched;
}

/// The same answer for the move into `pending` and for the one out of it.
base::Instant LiveState::waitingSince(const broker::Move& move, base::Instant now) {
    const task::Task& task = move.task;
    if (move.from == TaskState::Scheduled && task.state == TaskState::Pending && !task.scheduledFor) {
        // It waited for other tasks, and the row does not say until when.
        if (m_late.size() < kMostLate)
            return m_late[task.key] = now;
    } else if (move.from == TaskState::Pending && !m_late.empty() && task.state != TaskState::Pending) {
        if (const auto late = m_late.extract(task.key))
            return late.mapped();
    }
    return readySince(task);
}

void LiveState::measure(const broker::Move& move, Runtime runtime, base::Instant now) {
    const task::Task& task = move.task;
    metrics::Step step;
    step.queue = task.queue;
    step.type = task.type;
    step.from = move.from;
    step.to = task.state;
    step.reason = failureOf(move);
    step.since = waitingSince(move, now);
    if (task.state == TaskState::Started && task.startedAt)
        step.waited = *task.startedAt - step.since;
    if (move.from == TaskState::Started && task.state != TaskState::Started && task.state != TaskState::Pending) {
        step.ran = runtime;
        step.workerDied = task.errorType == kWorkerLost;
    }
    m_metrics.moved(step);
}

void LiveState::apply(const broker::Broker::Moves& moves, base::Instant now) {
    const bool heard = m_bus.wants(events::EventKind::TaskChanged) || m_bus.wants(events::EventKind::TaskReceived);
    std::vector<Runtime> runtimes;
    if (heard)
        runtimes.reserve(moves.size());
    const base::milliseconds sinceBoot = m_clock.sinceBoot();
    {
        const std::lock_guard lock(m_mutex);
        for (const broker::Move& move : moves) {
            const Runtime runtime = count(move, sinceBoot, now);
            measure(move, runtime, now);
            if (heard)
                runtimes.push_back(runtime);
        }
    }
    if (heard)
        tell(moves, runtimes, now);
    else
        m_bus.skip(moves.size());
}

void LiveState::tell(const broker::Broker::Moves& moves, const std::vector<Runtime>& runtimes, base::Instant now) {
    using events::EventKind;
    const auto rows = std::make_shared<std::vector<task::Task>>(moves.size());
    std::vector<events::Event> told;
    told.reserve(moves.size());
    for (size_t i = 0; i < moves.size(); ++i) {
        const task::Task& task = moves[i].task;
        const bool starts = task.state == TaskState::Started && moves[i].from != TaskState::Started;
        const bool received = starts && m_bus.wants(EventKind::TaskReceived, task.id.text);
        const bool changed = m_bus.wants(EventKind::TaskChanged, task.id.text);
        if (!received && !changed) {
            m_bus.skip(1);
            continue;
        }
        copySlim(task, (*rows)[i]);
        const std::shared_ptr<const task::Task> row(rows, &(*rows)[i]);
        if (received)
            told.push_back({0, now, EventKind::TaskReceived, task.id.text, task::toText(task.state), row,
                            events::Signal::TaskReceived, std::nullopt});
        if (changed)
            told.push_back({0, now, EventKind::TaskChanged, task.id.text, task::toText(task.state), row,
                            events::signalOf(moves[i].from, task.state, task.reason), runtimes[i]});
    }
    m_bus.publish(std::move(told));
}

void LiveState::setPaused(const std::string& name, broker::Paused paused, base::Instant now) {
    {
        const std::lock_guard lock(m_mutex);
        queue(name).paused = paused == broker::Paused::Yes;
    }
    m_bus.publish({0, now, events::EventKind::QueueChanged, name, paused == broker::Paused::Yes ? "paused" : "resumed",
                   nullptr});
}

void LiveState::fenced(const std::string& queueName, const std::string& type) {
    const std::lock_guard lock(m_mutex);
    m_metrics.fenced(queueName, type);
}

std::optional<base::milliseconds> LiveState::usualRunTime(const std::string& type) const {
    const std::lock_guard lock(m_mutex);
    const metrics::Histogram& runs = m_metrics.successes(type);
    const auto median = runs.count() < metrics::kEnoughRuns ? std::nullopt : runs.quantile(0.5);
    return median ? std::optional(std::chrono::ceil<base::milliseconds>(*median)) : std::nullopt;
}

std::optional<double> LiveState::secondsLeft(const Running& running, base::milliseconds sinceBoot) const {
    const auto left = metrics::remainingTime(m_metrics.successes(running.type->first),
                                             sinceBoot - running.startedSinceBoot, running.progress);
    if (!left)
        return std::nullopt;
    return std::chrono::duration<double>(*left).count();
}

task::Task LiveState::rowOf(const task::TaskId& id, const Running& running, base::milliseconds sinceBoot) const {
    task::Task task;
    task.key = running.key;
    task.id = id;
    task.type = running.type->first;
    task.queue = running.queue->first;
    task.state = TaskState::Started;
    task.attempt = running.attempt;
    task.maxAttempts = running.maxAttempts;
    task.priority = running.priority;
    task.cancelRequested = running.cancelRequested;
    task.createdAt = running.createdAt;
    task.startedAt = running.startedAt;
    task.scheduledFor = running.scheduledFor;
    task.worker = running.worker;
    task.triggeredBy = running.triggeredBy;
    task.parentId = running.parentId;
    task.progress = running.progress;
    task.progressText = running.progressText;
    task.progressFields = running.progressFields;
    task.etaSeconds = secondsLeft(running, sinceBoot);
    return task;
}

void LiveState::progress(const task::TaskId& id, int attempt, const task::Progress& progress, base::Instant now) {
    const base::milliseconds sinceBoot = m_clock.sinceBoot();
    std::shared_ptr<const task::Task> row;
    {
        const std::lock_guard lock(m_mutex);
        const auto entry = m_running.find(id);
        if (entry == m_running.end() || entry->second.attempt != attempt)
            return;
        Running& running = entry->second;
        running.progress = std::clamp(progress.percent, 0.0, 99.9);
        running.progressText = progress.text;
        running.progressFields = progress.fields;
        if (!m_bus.wants(events::EventKind::TaskProgress, id.text)) {
            m_bus.skip(1);
            return;
        }
        row = std::make_shared<const task::Task>(rowOf(id, running, sinceBoot));
    }
    m_bus.publish({0, now, events::EventKind::TaskProgress, id.text, {}, std::move(row)});
}

void LiveState::setWorker(const task::TaskId& id, const std::string& worker) {
    const std::lock_guard lock(m_mutex);
    if (const auto running = m_running.find(id); running != m_running.end())
        running->second.worker = worker;
}

std::vector<QueueStatus> LiveState::queues() const {
    const std::lock_guard lock(m_mutex);
    std::vector<QueueStatus> queues = m_queues;
    for (QueueStatus& status : queues)
        if (status.of(TaskState::Pending) > 0)
            status.oldestWaiting = m_metrics.oldestIn(status.name);
    return queues;
}

std::vector<task::Task> LiveState::running() const {
    std::vector<task::Task> tasks;
    const base::milliseconds sinceBoot = m_clock.sinceBoot();
    {
        const std::lock_guard lock(m_mutex);
        tasks.reserve(m_running.size());
        for (const auto& [id, running] : m_running)
            tasks.push_back(rowOf(id, running, sinceBoot));
    }
    std::sort(tasks.begin(), tasks.end(), [](const task::Task& a, const task::Task& b) { return a.key < b.key; });
    return tasks;
}

void LiveState::decorate(task::Task& task) const {
    const base::milliseconds sinceBoot = m_clock.sinceBoot();
    const std::lock_guard lock(m_mutex);
    const auto running = m_running.find(task.id);
    if (running == m_running.end() || task.state != TaskState::Started)
        return;
    task.progress = running->second.progress;
    task.progressText = running->second.progressText;
    task.progressFields = running->second.progressFields;
    task.etaSeconds = secondsLeft(running->second, sinceBoot);
    task.worker = running->second.worker;
}

int LiveState::runningIn(const std::string& name) const {
    const std::lock_guard lock(m_mutex);
    return countIn(m_runningIn, name);
}

int LiveState::runningOf(const std::string& type) const {
    const std::lock_guard lock(m_mutex);
    return countIn(m_runningOf, type);
}

metrics::ByName<metrics::TaskFigures> LiveState::figures() const {
    const std::lock_guard lock(m_mutex);
    return m_metrics.figures();
}

metrics::ByName<metrics::TallyFigures> LiveState::takeTally() {
    const std::lock_guard lock(m_mutex);
    return m_metrics.takeTally();
}

std::vector<std::pair<std::string, std::string>> LiveState::takeChangedSuccesses() {
    const std::lock_guard lock(m_mutex);
    return m_metrics.takeChangedSuccesses();
}

} // namespace core::engine
