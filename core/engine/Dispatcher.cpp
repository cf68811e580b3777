#include "core/engine/Dispatcher.h"

#include "core/engine/EndNotices.h"

#include <algorithm>
#include <array>

namespace core::engine {

using base::Result;
using broker::Broker;
using broker::Ending;
using task::TaskState;

namespace {

/// Which part of the window a stored result concerns.
struct TableEvent {
    std::string_view table;
    events::EventKind kind;
    std::string_view detail;
};

constexpr std::array<TableEvent, 6> kTableEvents{{{"health_check", events::EventKind::HealthChanged, "health"},
                                                  {"schedule_metrics", events::EventKind::HealthChanged, "metrics"},
                                                  {"utilization_forecast", events::EventKind::HealthChanged, "forecast"},
                                                  {"contingency_report", events::EventKind::HealthChanged, "contingency"},
                                                  {"crisis", events::EventKind::CrisisChanged, "changed"},
                                                  {"assignment", events::EventKind::ProgrammeChanged, "assignments"}}};

broker::EndingKind kindOf(worker::LossKind loss) {
    switch (loss) {
    case worker::LossKind::WorkerDied:
    case worker::LossKind::ProtocolError:
    case worker::LossKind::Silent: return broker::EndingKind::WorkerLost;
    case worker::LossKind::HardLimit: return broker::EndingKind::Timeout;
    case worker::LossKind::Cancelled: return broker::EndingKind::Cancelled;
    case worker::LossKind::NotBegun:
    case worker::LossKind::Shutdown: return broker::EndingKind::Interrupted;
    }
    return broker::EndingKind::WorkerLost;
}

void takeOne(std::map<std::string, int>& counts, const std::string& name) {
    if (const auto count = counts.find(name); count != counts.end() && --count->second == 0)
        counts.erase(count);
}

int countOf(const std::map<std::string, int>& counts, const std::string& name) {
    const auto count = counts.find(name);
    return count == counts.end() ? 0 : count->second;
}

} // namespace

void Dispatcher::start(worker::AttemptRunner& runner) {
    {
        const std::lock_guard lock(m_mutex);
        m_runner = &runner;
    }
    kick();
}

void Dispatcher::stop() {
    const std::lock_guard lock(m_mutex);
    m_runner = nullptr;
}

bool Dispatcher::claims() const {
    const std::lock_guard lock(m_mutex);
    return m_claiming;
}

void Dispatcher::kick() {
    auto request = nextClaim();
    if (request)
        m_parts.broker.claim(*request, [this, request](const Result<Moves>& moves) {
            if (moves)
                publish(*moves);
            claimed(request, moves);
        });
}

/// What may be claimed now; none when a claim is under way, nothing waits, or nothing is free. `added` will wait once
/// it is stored, which is before the claim.
std::optional<broker::ClaimRequest> Dispatcher::nextClaim(const std::vector<broker::NewTask>* added) {
    std::map<std::string, int64_t> waiting; ///< queue → tasks that may start
    std::map<std::string, int> slots;
    for (const QueueStatus& queue : m_parts.live.queues()) {
        if (queue.paused)
            continue;
        slots[queue.name] = queue.slots;
        if (const int64_t pending = queue.of(TaskState::Pending); pending > 0)
            waiting[queue.name] = pending;
    }
    if (added)
        for (const broker::NewTask& one : *added)
            if (one.task.state == TaskState::Pending && one.after.empty() && slots.contains(one.task.queue))
                ++waiting[one.task.queue];
    if (waiting.empty())
        return std::nullopt;

    const std::lock_guard lock(m_mutex);
    if (!m_runner)
        return std::nullopt;
    if (m_claiming) {
        m_again = true;
        return std::nullopt;
    }
    broker::ClaimRequest request;
    request.batches = m_runner->idleWorkers();
    if (request.batches <= 0)
        return std::nullopt;
    for (const auto& [queue, tasks] : waiting)
        if (const int free = slots[queue] - countOf(m_queueBatches, queue); free > 0)
            request.queues[queue] = free;
    if (request.queues.empty())
        return std::nullopt;
    fillRoom(request, waiting);
    request.epoch = m_epoch;
    request.now = m_parts.clock.now();
    m_claiming = true;
    return request;
}

/// Room by type: its own limit, short tasks in batches, and what admission lets through.
void Dispatcher::fillRoom(broker::ClaimRequest& request, const std::map<std::string, int64_t>& waiting) {
    std::map<std::string, int> tasks; ///< type → tasks that may start
    for (const std::string& id : m_parts.registry.ids()) {
        const task::TaskType& type = *m_parts.registry.find(id);
        broker::TypeRoom room;
        room.batches = type.concurrency > 0 ? type.concurrency - countOf(m_typeBatches, id) : request.batches;
        if (room.batches <= 0)
            continue;
        const auto queued = waiting.find(type.queue);
        const int64_t share = queued == waiting.end() ? 1 : queued->second / request.batches;
        room.batchSize = int(std::clamp<int64_t>(share, 1, m_sizes.sizeFor(type)));
        tasks[id] = room.batches * room.batchSize;
        request.types[id] = room;
    }
    std::map<std::string, int> queueTasks = request.queues;
    for (auto& [queue, room] : queueTasks)
        room *= BatchSizes::kLargest;
    m_parts.admission.narrow(tasks, queueTasks);
    for (auto& [id, room] : request.types) {
        // Where a queue has a rate every task counts: none may come along in a batch.
        const auto left = queueTasks.find(m_parts.registry.find(id)->queue);
        const bool rated = left != queueTasks.end() && left->second < request.queues.at(left->first) * BatchSizes::kLargest;
        room.batchSize = rated ? 1 : std::min(room.batchSize, std::max(tasks[id], 1));
        room.batches = std::min(room.batches, tasks[id] / room.batchSize);
    }
    for (auto queue = request.queues.begin(); queue != request.queues.end();) {
        const auto left = queueTasks.find(queue->first);
        queue->second = left == queueTasks.end() ? 0 : std::min(queue->second, left->second);
        queue = queue->second > 0 ? std::next(queue) : request.queues.erase(queue);
    }
}

/// After the answer to a claim: the next one may be asked for.
void Dispatcher::claimed(const std::optional<broker::ClaimRequest>& request, const Result<Moves>& moves) {
    if (!request)
        return;
    if (!moves)
        base::log(base::LogLevel::Error, "dispatcher", "claiming failed: " + moves.error().text());
    bool again = false;
    {
        const std::lock_guard lock(m_mutex);
        m_claiming = false;
        again = std::exchange(m_again, false) && moves;
    }
    if (again)
        kick();
}

void Dispatcher::enqueue(std::vector<broker::NewTask> tasks, Broker::Then<Moves> then) {
    auto request = nextClaim(&tasks);
    m_parts.broker.enqueue(std::move(tasks), request, [this, request, then = std::move(then)](Result<Moves> moves) {
        if (moves)
            publish(*moves);
        claimed(request, moves);
        then(std::move(moves));
    });
}

worker::Job Dispatcher::jobOf(const broker::Move& move, uint64_t batch) const {
    const task::Task& task = move.task;
    worker::Job job;
    job.task = task.id;
    job.attempt = task.attempt;
    job.key = task.key;
    job.type = task.type;
    job.params = task.params;
    job.upstream = move.upstream;
    job.triggeredBy = task.triggeredBy;
    job.batch = batch;
    if (const task::TaskType* type = m_parts.registry.find(task.type)) {
        job.softLimit = type->softLimit;
        job.hardLimit = type->hardLimit;
        job.cleanupTime = type->cleanupTime;
    }
    if (task.timeLimit && *task.timeLimit < job.hardLimit) {
        job.hardLimit = *task.timeLimit;
        job.softLimit = std::min(job.softLimit, *task.timeLimit * 9 / 10);
    }
    return job;
}

/// Gives each batch of a claim to an idle worker.
void Dispatcher::handOut(const Moves& moves) {
    for (auto move = moves.begin(); move != moves.end();) {
        if (move->batch < 0) {
            ++move;
            continue;
        }
        const int number = move->batch;
        std::vector<worker::Job> jobs;
        worker::AttemptRunner* runner = nullptr;
        {
            const std::lock_guard lock(m_mutex);
            runner = m_runner;
            const auto first = move;
            for (++m_lastBatch; move != moves.end() && move->batch == number; ++move)
                jobs.push_back(jobOf(*move, m_lastBatch));
            m_batches[m_lastBatch] = {first->task.queue, first->task.type, int(jobs.size())};
            ++m_queueBatches[first->task.queue];
            ++m_typeBatches[first->task.type];
        }
        const task::Task& first = (move - 1)->task;
        m_parts.admission.started(first.type, first.queue, int(jobs.size()));
        if (!runner || !runner->run(jobs))
            giveBack(jobs);
    }
}

void Dispatcher::giveBack(const std::vector<worker::Job>& jobs) {
    for (const worker::Job& job : jobs) {
        Ending ending = endingOf(job);
        ending.kind = broker::EndingKind::Interrupted;
        ending.message = "no worker was free any more";
        note(std::move(ending));
    }
    roundEnded();
}

/// The frame of an ending. The attempt leaves its batch, and the last one frees the batch's place.
Ending Dispatcher::endingOf(const worker::Job& job) {
    Ending ending;
    ending.task = job.task;
    ending.type = job.type;
    ending.attempt = job.attempt;
    ending.epoch = m_epoch;
    ending.now = m_parts.clock.now();
    ending.worker = job.worker;
    if (const task::TaskType* type = m_parts.registry.find(job.type)) {
        ending.retry = type->retry;
        ending.idempotent = type->idempotent;
    }
    const std::lock_guard lock(m_mutex);
    ending.random01 = std::uniform_real_distribution<double>(0, 1)(m_random);
    if (const auto batch = m_batches.find(job.batch); batch != m_batches.end() && --batch->second.left == 0) {
        takeOne(m_queueBatches, batch->second.queue);
        takeOne(m_typeBatches, batch->second.type);
        m_batches.erase(batch);
    }
    return ending;
}

void Dispatcher::note(Ending ending) {
    const std::lock_guard lock(m_mutex);
    m_endings.push_back(std::move(ending));
}

void Dispatcher::finished(const worker::Job& job, task::Outcome outcome, std::chrono::microseconds ran) {
    Ending ending = endingOf(job);
    ending.ran = std::chrono::duration_cast<base::milliseconds>(ran);
    if (outcome.verdict == task::Verdict::Success && !outcome.followUps.empty()) {
        auto followUps = m_parts.factory.fromFollowUps(outcome.followUps, job.task, ending.now);
        if (followUps)
            ending.followUps = std::move(*followUps);
        else
            outcome = task::Outcome::permanentFailure("rejected", followUps.error().text(), outcome.result);
    }
    ending.outcome = std::move(outcome);
    addNotices(ending, job);
    const std::lock_guard lock(m_mutex);
    m_sizes.ran(job.type, ran);
    m_endings.push_back(std::move(ending));
}

/// A notice that fails hides nothing: the ending is committed without it.
void Dispatcher::addNotices(Ending& ending, const worker::Job& job) {
    const task::TaskType* type = m_parts.registry.find(job.type);
    if (!type)
        return;
    for (const std::string& problem : engine::addNotices(ending, *type, job)) {
        ++m_failedNotices;
        base::log(base::LogLevel::Warning, "dispatcher", "task " + job.task.text + ": " + problem);
        m_parts.log.append(job.task, {ending.now, job.attempt, base::LogLevel::Warning, problem});
    }
}

void Dispatcher::lost(const worker::Job& job, const worker::Loss& loss) {
    Ending ending = endingOf(job);
    ending.message = loss.message;
    ending.outcome.result = loss.partial;
    ending.kind = kindOf(loss.kind);
    addNotices(ending, job);
    if (ending.kind != broker::EndingKind::Cancelled) {
        const std::lock_guard lock(m_mutex);
        m_sizes.lost(job.type);
    }
    note(std::move(ending));
}

void Dispatcher::roundEnded() {
    std::vector<Ending> endings;
    {
        const std::lock_guard lock(m_mutex);
        endings.swap(m_endings);
    }
    const bool roomMade = m_roomMade.exchange(false);
    if (!endings.empty())
        commit(std::move(endings));
    else if (roomMade)
        kick();
}

void Dispatcher::commit(std::vector<Ending> endings) {
    auto request = nextClaim();
    auto kept = std::make_shared<const std::vector<Ending>>(std::move(endings));
    m_parts.broker.end(kept, request, [this, kept, request](Result<Broker::Ended> ended) {
        if (!ended) {
            keepUnstored(*kept, ended.error());
            claimed(request, ended.error());
            return;
        }
        stored(*kept, *ended);
        claimed(request, std::move(ended->moves));
    });
}

void Dispatcher::stored(const std::vector<Ending>& endings, const Broker::Ended& ended) {
    m_fenced += uint64_t(ended.fenced);
    std::unordered_map<task::TaskId, const broker::Move*> left; ///< what each attempt came to
    for (const broker::Move& move : ended.moves)
        if (move.from == TaskState::Started)
            left.emplace(move.task.id, &move);
    // Before anybody is told: who waits for a task's end finds its circuit as that end left it.
    for (const Ending& ending : endings) {
        const auto move = left.find(ending.task);
        if (move == left.end()) {
            const task::TaskType* type = m_parts.registry.find(ending.type);
            m_parts.live.fenced(type ? type->queue : std::string(), ending.type);
        }
        m_parts.admission.ended(ending.type, move == left.end() ? policy::RunEnd::Neutral
                                                                : runEndOf(ending, move->second->task));
    }
    publish(ended.moves);
    for (const Ending& ending : endings)
        if (const auto move = left.find(ending.task);
            move != left.end() && move->second->task.state == TaskState::Success)
            announce(ending);
}

/// Nothing was committed: the attempts stay `started` in the store until it takes their endings.
void Dispatcher::keepUnstored(const std::vector<Ending>& endings, const base::Error& why) {
    base::log(base::LogLevel::Error, "dispatcher",
              std::to_string(endings.size()) + " endings could not be stored and are kept: " + why.text());
    const std::lock_guard lock(m_mutex);
    m_unstored.insert(m_unstored.end(), endings.begin(), endings.end());
}

void Dispatcher::retryUnstored() {
    std::vector<Ending> endings;
    {
        const std::lock_guard lock(m_mutex);
        endings.swap(m_unstored);
    }
    if (!endings.empty())
        commit(std::move(endings));
}

size_t Dispatcher::unstored() const {
    const std::lock_guard lock(m_mutex);
    return m_unstored.size();
}

void Dispatcher::announce(const Ending& ending) {
    for (const TableEvent& event : kTableEvents) {
        const auto& changes = ending.outcome.changes.changes;
        if (std::any_of(changes.begin(), changes.end(),
                        [&](const task::Change& change) { return change.table == event.table; }))
            m_parts.bus.publish({0, ending.now, event.kind, ending.task.text, std::string(event.detail), nullptr});
    }
}

void Dispatcher::publish(const Moves& moves) {
    if (moves.empty())
        return;
    m_parts.live.apply(moves, m_parts.clock.now());
    handOut(moves);
    int retries = 0;
    for (const broker::Move& move : moves)
        retries += move.from == TaskState::Retry && move.task.state == TaskState::Pending ? 1 : 0;
    if (retries > 0)
        m_parts.admission.retried(retries);
    if (m_moved)
        m_moved(moves);
    kick();
}

void Dispatcher::cancelRunning(const task::Task& task) {
    worker::AttemptRunner* runner = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        runner = m_runner;
    }
    if (runner)
        runner->cancel(task.id, task.attempt);
}

void Dispatcher::workerChanged(const worker::WorkerStatus& worker, const std::string& what) {
    if (!worker.task.empty())
        m_parts.live.setWorker(worker.task, worker.name + " (pid " + std::to_string(worker.pid) + ")");
    m_parts.bus.publish({0, m_parts.clock.now(), events::EventKind::WorkerChanged, worker.name, what, nullptr});
}

void Dispatcher::progressed(const task::TaskId& task, int attempt, const task::Progress& progress) {
    m_parts.live.progress(task, attempt, progress, m_parts.clock.now());
}

void Dispatcher::logged(const task::TaskId& task, int attempt, base::LogLevel level, const std::string& text) {
    m_parts.log.append(task, {m_parts.clock.now(), attempt, level, text});
}

} // namespace core::engine
