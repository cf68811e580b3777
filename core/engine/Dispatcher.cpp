#include "core/engine/Dispatcher.h"

#include <algorithm>
#include <array>

namespace core::engine {

using base::Result;
using broker::Broker;
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

} // namespace

void Dispatcher::start(worker::WorkerPool& pool) {
    {
        const std::lock_guard lock(m_mutex);
        m_pool = &pool;
    }
    kick();
}

void Dispatcher::stop() {
    const std::lock_guard lock(m_mutex);
    m_pool = nullptr;
}

void Dispatcher::kick() {
    auto request = nextClaim();
    if (request)
        m_parts.broker.claim(std::move(*request), [this](Result<Broker::Moves> moves) { claimed(std::move(moves)); });
}

/// What may be claimed now; none when a claim is under way, nothing waits, or nothing is free.
std::optional<broker::ClaimRequest> Dispatcher::nextClaim() {
    const std::lock_guard lock(m_mutex);
    if (!m_pool)
        return std::nullopt;
    if (m_claiming) {
        m_again = true;
        return std::nullopt;
    }
    broker::ClaimRequest request;
    request.total = m_pool->idleWorkers();
    if (request.total <= 0)
        return std::nullopt;
    for (const QueueStatus& queue : m_parts.live.queues()) {
        const int free = queue.slots - int(queue.of(TaskState::Started));
        if (!queue.paused && free > 0 && queue.of(TaskState::Pending) > 0)
            request.free[queue.name] = free;
    }
    if (request.free.empty())
        return std::nullopt;
    for (const std::string& id : m_parts.registry.ids())
        if (const int limit = m_parts.registry.find(id)->concurrency; limit > 0)
            request.typeRoom[id] = std::max(0, limit - m_parts.live.runningOf(id));
    m_parts.admission.narrow(request.typeRoom, request.free);
    if (request.free.empty())
        return std::nullopt;
    request.epoch = m_epoch;
    request.now = m_parts.clock.now();
    m_claiming = true;
    return request;
}

void Dispatcher::claimed(Result<Broker::Moves> moves) {
    bool again = false;
    if (moves) {
        m_parts.live.apply(*moves, m_parts.clock.now());
        for (const broker::Move& move : *moves)
            if (move.task.state == TaskState::Started) {
                m_parts.admission.started(move.task.type, move.task.queue);
                handOut(move.task);
            }
    } else {
        base::log(base::LogLevel::Error, "dispatcher", "claiming failed: " + moves.error().text());
    }
    {
        const std::lock_guard lock(m_mutex);
        m_claiming = false;
        again = std::exchange(m_again, false) || (moves && !moves->empty());
    }
    if (again)
        kick();
}

void Dispatcher::handOut(const task::Task& task) {
    const task::TaskType* type = m_parts.registry.find(task.type);
    worker::Job job;
    job.task = task.id;
    job.attempt = task.attempt;
    job.type = task.type;
    job.params = task.params;
    job.triggeredBy = task.triggeredBy;
    if (!type) {
        broker::Ending ending = endingOf(job);
        ending.outcome = task::Outcome::permanentFailure("UnknownTaskType", "this program has no task type '" +
                                                                                task.type + "'");
        commit(job, std::move(ending));
        return;
    }
    job.softLimit = type->softLimit;
    job.hardLimit = type->hardLimit;
    worker::WorkerPool* pool = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        pool = m_pool;
    }
    if (pool && pool->run(job))
        return;
    broker::Ending ending = endingOf(job);
    ending.kind = broker::EndingKind::Interrupted;
    ending.message = "no worker was free any more";
    commit(job, std::move(ending));
}

broker::Ending Dispatcher::endingOf(const worker::Job& job) {
    broker::Ending ending;
    ending.task = job.task;
    ending.attempt = job.attempt;
    ending.epoch = m_epoch;
    ending.now = m_parts.clock.now();
    if (const task::TaskType* type = m_parts.registry.find(job.type)) {
        ending.retry = type->retry;
        ending.idempotent = type->idempotent;
    }
    const std::lock_guard lock(m_mutex);
    ending.random01 = std::uniform_real_distribution<double>(0, 1)(m_random);
    if (const auto worker = m_workers.find(job.task); worker != m_workers.end()) {
        ending.worker = worker->second;
        m_workers.erase(worker);
    }
    return ending;
}

void Dispatcher::finished(const worker::Job& job, task::Outcome outcome) {
    broker::Ending ending = endingOf(job);
    if (outcome.verdict == task::Verdict::Success) {
        auto followUps = m_parts.factory.fromFollowUps(outcome.followUps, job.task, ending.now);
        if (followUps)
            ending.followUps = std::move(*followUps);
        else
            outcome = task::Outcome::permanentFailure("rejected", followUps.error().text(), outcome.result);
    }
    ending.outcome = std::move(outcome);
    commit(job, std::move(ending));
}

void Dispatcher::lost(const worker::Job& job, const worker::Loss& loss) {
    broker::Ending ending = endingOf(job);
    ending.message = loss.message;
    switch (loss.kind) {
    case worker::LossKind::WorkerDied:
    case worker::LossKind::ProtocolError:
    case worker::LossKind::Silent: ending.kind = broker::EndingKind::WorkerLost; break;
    case worker::LossKind::HardLimit: ending.kind = broker::EndingKind::Timeout; break;
    case worker::LossKind::Cancelled: ending.kind = broker::EndingKind::Cancelled; break;
    case worker::LossKind::Shutdown: ending.kind = broker::EndingKind::Interrupted; break;
    }
    commit(job, std::move(ending));
}

void Dispatcher::commit(const worker::Job& job, broker::Ending ending) {
    auto shared = std::make_shared<broker::Ending>(std::move(ending));
    m_parts.broker.end(*shared, [this, shared, type = job.type](Result<Broker::Moves> moves) {
        m_parts.admission.ended(type, moves && !moves->empty() ? runEndOf(*shared, moves->front().task)
                                                               : policy::RunEnd::Neutral);
        if (!moves) {
            // Nothing was committed: the attempt stays `started` in the store and is put back when the disk allows.
            base::log(base::LogLevel::Error, "dispatcher",
                      "the end of task " + shared->task.text + " could not be stored: " + moves.error().text());
            return;
        }
        if (moves->empty()) {
            ++m_fenced;
            return;
        }
        publish(*moves);
        if (moves->front().task.state == TaskState::Success)
            announce(*shared);
    });
}

void Dispatcher::announce(const broker::Ending& ending) {
    for (const TableEvent& event : kTableEvents) {
        const auto& changes = ending.outcome.changes.changes;
        if (std::any_of(changes.begin(), changes.end(),
                        [&](const task::Change& change) { return change.table == event.table; }))
            m_parts.bus.publish({0, ending.now, event.kind, ending.task.text, std::string(event.detail), nullptr});
    }
}

void Dispatcher::publish(const Broker::Moves& moves) {
    m_parts.live.apply(moves, m_parts.clock.now());
    const bool waits = std::any_of(moves.begin(), moves.end(), [](const broker::Move& move) {
        return move.task.state == TaskState::Scheduled || move.task.state == TaskState::Retry;
    });
    if (waits && m_somethingWaits)
        m_somethingWaits();
    kick();
}

void Dispatcher::cancelRunning(const task::Task& task) {
    worker::WorkerPool* pool = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        pool = m_pool;
    }
    if (pool)
        pool->cancel(task.id, task.attempt);
}

void Dispatcher::workerChanged(const worker::WorkerStatus& worker, const std::string& what) {
    if (!worker.task.empty()) {
        const std::string label = worker.name + " (pid " + std::to_string(worker.pid) + ")";
        {
            const std::lock_guard lock(m_mutex);
            if (what == "busy")
                m_workers[worker.task] = label;
        }
        m_parts.live.setWorker(worker.task, label);
    }
    m_parts.bus.publish({0, m_parts.clock.now(), events::EventKind::WorkerChanged, worker.name, what, nullptr});
}

void Dispatcher::progressed(const task::TaskId& task, int attempt, double percent, const std::string& text) {
    m_parts.live.progress(task, attempt, percent, text, m_parts.clock.now());
}

void Dispatcher::logged(const task::TaskId& task, int attempt, base::LogLevel level, const std::string& text) {
    m_parts.log.append(task, {m_parts.clock.now(), attempt, level, text});
}

} // namespace core::engine
