#include "core/engine/EagerRunner.h"

#include "core/engine/LocalServices.h"
#include "core/worker/Confinement.h"
#include "core/worker/Frame.h"

#include <algorithm>
#include <limits>
#include <unistd.h>

namespace core::engine {

using broker::Broker;
using worker::AttemptContext;
using worker::Job;
using worker::Loss;
using worker::LossKind;

namespace {

constexpr int kStageAtOnce = 256;

worker::WorkerStatus thisProcess(const base::Clock& clock) {
    worker::WorkerStatus status;
    status.name = "eager";
    status.pid = int(::getpid());
    status.state = worker::WorkerState::Idle;
    status.startedAt = clock.now();
    return status;
}

} // namespace

task::TaskRegistry eagerTypes(const task::TaskRegistry& types) {
    task::TaskRegistry eager;
    for (const std::string& id : types.ids()) {
        task::TaskType type = *types.find(id);
        type.retry.delay = base::seconds(0);
        type.rate = {};
        eager.add(std::move(type));
    }
    return eager;
}

AdmissionOptions eagerAdmission(AdmissionOptions options) {
    options.breaker.failuresToOpen = std::numeric_limits<int>::max();
    options.queueRates.clear();
    return options;
}

/// What the pool does with the frames of a worker's progress and log lines.
class EagerRunner::Listener final : public worker::FrameSink {
  public:
    explicit Listener(Dispatcher& dispatcher) : m_dispatcher(dispatcher) {}
    void send(std::string_view frame) override {
        const auto kind = worker::FrameKind(uint8_t(frame[worker::kFrameHeader - 1]));
        const std::string_view payload = frame.substr(worker::kFrameHeader);
        if (kind == worker::FrameKind::Progress) {
            if (const auto said = worker::decodeProgress(payload))
                m_dispatcher.progressed(said->about.task, said->about.attempt, said->progress);
        } else if (const auto said = worker::decodeLog(payload)) {
            m_dispatcher.logged(said->about.task, said->about.attempt, said->level, said->text);
        }
    }
    bool trySend(std::string_view frame) override {
        send(frame);
        return true;
    }

  private:
    Dispatcher& m_dispatcher;
};

EagerRunner::EagerRunner(Parts parts, Leftovers leftovers)
    : m_parts(std::move(parts)), m_leftovers(leftovers), m_listener(std::make_unique<Listener>(m_parts.dispatcher)),
      m_executor(m_parts.registry), m_status(thisProcess(m_parts.clock)) {
    if (leftovers == Leftovers::Run)
        m_thread = std::jthread([this](std::stop_token stop) { runLeftovers(stop); });
}

EagerRunner::~EagerRunner() {
    stop(base::milliseconds(0));
}

EagerRunner::Turn::Turn(EagerRunner* runner) : m_runner(runner) {
    if (!m_runner)
        return;
    m_lock = std::unique_lock(m_runner->m_turn);
    const std::lock_guard lock(m_runner->m_mutex);
    ++m_runner->m_turns;
}

EagerRunner::Turn::~Turn() {
    if (!m_runner)
        return;
    const std::lock_guard lock(m_runner->m_mutex);
    --m_runner->m_turns;
    m_runner->m_changed.notify_all();
}

void EagerRunner::Turn::runAll() {
    if (m_runner)
        m_runner->runAll();
}

/// Each round waits for the writer, so that what was asked for before is answered.
void EagerRunner::runAll() {
    m_parts.dispatcher.kick();
    for (;;) {
        const bool ran = runHandedOver();
        const int staged = stageDue();
        if (!ran && staged == 0 && !m_parts.dispatcher.claims() && !somethingHandedOver())
            return;
    }
}

bool EagerRunner::runHandedOver() {
    bool ran = false;
    while (const auto context = takeNext()) {
        runOne(context);
        ran = true;
    }
    return ran;
}

/// Retries are due at once; they need no room of the budget.
int EagerRunner::stageDue() {
    const auto moves = await<Broker::Moves>([this](Broker::Then<Broker::Moves> then) {
        m_parts.broker.stage(m_parts.clock.now(), kStageAtOnce, kStageAtOnce,
                             publishing(m_parts.dispatcher, std::move(then)));
    });
    return moves ? int(moves->size()) : 0;
}

bool EagerRunner::somethingHandedOver() const {
    const std::lock_guard lock(m_mutex);
    return m_open && !m_jobs.empty();
}

/// The next attempt, which runs from here on; none when there is none or the engine stops.
std::shared_ptr<AttemptContext> EagerRunner::takeNext() {
    worker::WorkerStatus busy;
    std::shared_ptr<AttemptContext> next;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_open || m_jobs.empty())
            return nullptr;
        Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        m_status.state = worker::WorkerState::Busy;
        m_status.task = job.task;
        busy = m_status;
        next = std::make_shared<AttemptContext>(std::move(job), m_parts.database, m_parts.clock, *m_listener);
        m_current = next;
        m_currentCancelled = false;
    }
    m_parts.dispatcher.workerChanged(busy, "busy");
    return next;
}

void EagerRunner::runOne(const std::shared_ptr<AttemptContext>& context) {
    const std::string frame = m_executor.execute(*context);
    auto message = worker::decodeOutcome(std::string_view(frame).substr(worker::kFrameHeader));
    worker::WorkerStatus idle;
    bool cancelled = false;
    {
        const std::lock_guard lock(m_mutex);
        m_current.reset();
        cancelled = m_currentCancelled;
        m_status.state = worker::WorkerState::Idle;
        m_status.task = {};
        ++m_status.tasksDone;
        idle = m_status;
        m_changed.notify_all();
    }
    const Job& job = context->job();
    if (!message)
        m_parts.dispatcher.lost(job, {LossKind::ProtocolError, "its outcome cannot be read: " + message.error().message});
    else if (message->outcome)
        m_parts.dispatcher.finished(job, std::move(*message->outcome), message->ran);
    else if (cancelled)
        m_parts.dispatcher.lost(job, Loss{LossKind::Cancelled, "stopped on request", std::move(message->partial)});
    else
        m_parts.dispatcher.lost(job, Loss{LossKind::Shutdown, "stopped with the engine"});
    m_parts.dispatcher.workerChanged(idle, "idle");
    m_parts.dispatcher.roundEnded();
}

void EagerRunner::runLeftovers(std::stop_token stop) {
    for (;;) {
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [this] { return !m_jobs.empty() && m_turns == 0; }))
                return;
        }
        Turn(this).runAll();
    }
}

bool EagerRunner::run(std::vector<Job> jobs) {
    const std::lock_guard lock(m_mutex);
    if (!m_open || (m_turns == 0 && m_leftovers == Leftovers::Wait))
        return false;
    for (Job& job : jobs) {
        job.worker = m_status.name + " (pid " + std::to_string(m_status.pid) + ")";
        m_jobs.push_back(std::move(job));
    }
    m_changed.notify_all();
    return true;
}

int EagerRunner::idleWorkers() const {
    const std::lock_guard lock(m_mutex);
    const bool somebodyRuns = m_turns > 0 || m_leftovers == Leftovers::Run;
    return m_open && somebodyRuns && m_jobs.empty() && !m_current ? 1 : 0;
}

void EagerRunner::cancel(const task::TaskId& task, int attempt) {
    const worker::AttemptKey key{task, attempt};
    std::optional<Job> waiting;
    {
        const std::lock_guard lock(m_mutex);
        if (m_current && m_current->key() == key) {
            m_currentCancelled = true;
            m_current->requestCancel();
            return;
        }
        const auto job = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const Job& each) {
            return worker::AttemptKey{each.task, each.attempt} == key;
        });
        if (job == m_jobs.end())
            return;
        waiting = std::move(*job);
        m_jobs.erase(job);
    }
    m_parts.dispatcher.lost(*waiting, Loss{LossKind::Cancelled, "cancelled before it began"});
    m_parts.dispatcher.roundEnded();
}

void EagerRunner::stop(base::milliseconds grace) {
    std::deque<Job> left;
    {
        std::unique_lock lock(m_mutex);
        m_open = false;
        m_thread.request_stop();
        m_changed.wait_for(lock, grace, [this] { return m_turns == 0 || m_hurried; });
        if (m_current)
            m_current->requestCancel();
        m_changed.wait(lock, [this] { return m_turns == 0; });
        left.swap(m_jobs);
    }
    for (const Job& job : left)
        m_parts.dispatcher.lost(job, Loss{LossKind::Shutdown, "stopped with the engine before it began"});
    m_parts.dispatcher.roundEnded();
    if (m_thread.joinable())
        m_thread.join();
}

void EagerRunner::stopAtOnce() {
    const std::lock_guard lock(m_mutex);
    m_hurried = true;
    m_changed.notify_all();
}

worker::WorkerStatus EagerRunner::status() const {
    worker::WorkerStatus status;
    {
        const std::lock_guard lock(m_mutex);
        status = m_status;
    }
    status.rssBytes = worker::memoryUse().resident;
    status.lastHeartbeat = m_parts.clock.now();
    return status;
}

} // namespace core::engine
