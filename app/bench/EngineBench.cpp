#include "app/bench/EngineBench.h"

#include "app/bench/Measure.h"
#include "core/base/Json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

namespace app::bench {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;
using core::base::Result;
using core::task::TaskState;

namespace {

constexpr const char* kType = "bench_noop";
constexpr const char* kQueue = "default";
constexpr int kCheckPage = 500;
/// So long without a single end of a task means that none will come.
constexpr double kPatience = 60;
constexpr core::base::milliseconds kSinglePatience{10'000};
/// Between two looks at the engine's picture; adds at most that much to a phase.
constexpr std::chrono::milliseconds kLook{1};

const core::engine::Actor kActor{"bench", "system"};

core::engine::QueueStatus queueOf(const core::engine::Engine& engine) {
    for (const auto& queue : engine.queueSnapshot())
        if (queue.name == kQueue)
            return queue;
    return {};
}

Error stopped() {
    return {ErrorCode::Cancelled, "the measurement was stopped", {}, {}};
}

Error wrong(const std::string& what) {
    return {ErrorCode::Internal, what, {}, {}};
}

double perSecond(int64_t count, double seconds) {
    return seconds > 0 ? std::round(double(count) / seconds) : 0.0;
}

} // namespace

EngineBench::EngineBench(EngineBenchPlan plan, StartEngine start, std::stop_token stop)
    : m_plan(plan), m_start(std::move(start)), m_stop(std::move(stop)),
      m_payload(size_t(std::max(plan.payloadBytes, 0)), 'x'), m_figures(std::make_unique<Json>(Json::object())) {}

EngineBench::~EngineBench() = default;

Result<Json> EngineBench::run() {
    std::vector<Step> steps{&EngineBench::open};
    if (m_plan.rows > 0)
        steps.insert(steps.end(), {&EngineBench::preload, &EngineBench::restart});
    steps.insert(steps.end(), {&EngineBench::enqueue, &EngineBench::process, &EngineBench::measureLatency,
                               &EngineBench::measureMemory, &EngineBench::check});
    for (const Step step : steps)
        if (const auto done = (this->*step)(); !done)
            return done.error();
    Json& figures = *m_figures;
    figures["n"] = m_plan.tasks;
    figures["workers"] = m_plan.workers;
    figures["payload_bytes"] = m_plan.payloadBytes;
    figures["submitters"] = m_plan.submitters;
    figures["batch"] = m_plan.batch;
    figures["rows_before"] = m_plan.rows;
    figures["latency_n"] = m_plan.latencyTasks;
    return std::move(figures);
}

Result<void> EngineBench::open() {
    auto engine = m_start();
    if (!engine)
        return engine.error();
    m_engine = std::move(*engine);
    return waitForWorkers();
}

Result<void> EngineBench::preload() {
    const Stopwatch watch;
    if (auto done = submitMany(m_plan.rows); !done)
        return done;
    if (auto done = waitForSuccess(m_submitted); !done)
        return done;
    (*m_figures)["preload_per_s"] = perSecond(m_plan.rows, watch.seconds());
    return {};
}

Result<void> EngineBench::restart() {
    const Stopwatch stopping;
    m_engine.reset();
    (*m_figures)["stop_ms"] = rounded(stopping.seconds() * 1000);
    const Stopwatch starting;
    if (auto done = open(); !done)
        return done;
    (*m_figures)["restart_ms"] = rounded(starting.seconds() * 1000);
    return waitForSuccess(m_submitted);
}

Result<void> EngineBench::enqueue() {
    if (auto paused = m_engine->queues().pause(kQueue, kActor); !paused)
        return paused;
    const double usedBefore = ProcessUse::of(::getpid()).processorSeconds;
    const Stopwatch watch;
    if (auto done = submitMany(m_plan.tasks); !done)
        return done;
    (*m_figures)["enqueue_per_s"] = perSecond(m_plan.tasks, watch.seconds());
    (*m_figures)["enqueue_cpu_us"] = microsecondsEach(ProcessUse::of(::getpid()).processorSeconds - usedBefore);
    return {};
}

Result<void> EngineBench::process() {
    const double usedBefore = ProcessUse::of(::getpid()).processorSeconds;
    const double workersBefore = workerUse().processorSeconds;
    const Stopwatch watch;
    if (auto resumed = m_engine->queues().resume(kQueue, kActor); !resumed)
        return resumed;
    if (auto done = waitForSuccess(m_submitted); !done)
        return done;
    Json& figures = *m_figures;
    figures["process_per_s"] = perSecond(m_plan.tasks, watch.seconds());
    figures["process_cpu_us"] = microsecondsEach(ProcessUse::of(::getpid()).processorSeconds - usedBefore);
    figures["worker_cpu_us"] = microsecondsEach(workerUse().processorSeconds - workersBefore);
    return {};
}

Result<void> EngineBench::measureLatency() {
    std::vector<double> milliseconds;
    for (int64_t i = 0; i < m_plan.latencyTasks; ++i) {
        if (m_stop.stop_requested())
            return stopped();
        const Stopwatch watch;
        const auto task = m_engine->tasks().submit(submission(), kActor);
        if (!task)
            return task.error();
        const auto ended = m_engine->tasks().wait(task->id, kSinglePatience);
        if (!ended)
            return ended.error();
        if (ended->state != TaskState::Success)
            return wrong("task " + task->id.text + " is " + core::task::toText(ended->state));
        milliseconds.push_back(watch.seconds() * 1000);
        ++m_submitted;
    }
    Json& figures = *m_figures;
    figures["e2e_p50_ms"] = rounded(percentile(milliseconds, 50));
    figures["e2e_p99_ms"] = rounded(percentile(milliseconds, 99));
    figures["e2e_max_ms"] = rounded(percentile(milliseconds, 100));
    return {};
}

Result<void> EngineBench::measureMemory() {
    const ProcessUse engine = ProcessUse::of(::getpid());
    Json& figures = *m_figures;
    figures["rss_mb"] = rounded(engine.peakMb);
    figures["rss_end_mb"] = rounded(engine.residentMb);
    figures["worker_rss_mb"] = rounded(workerUse().residentMb / std::max(m_plan.workers, 1));
    figures["database_mb"] = rounded(double(m_engine->status().databaseBytes) / (1 << 20));
    return {};
}

Result<void> EngineBench::check() {
    const auto queue = queueOf(*m_engine);
    if (queue.of(TaskState::Success) != m_submitted)
        return wrong(std::to_string(queue.of(TaskState::Success)) + " tasks succeeded instead of " +
                     std::to_string(m_submitted));
    int64_t unchecked = m_submitted - m_plan.rows;
    for (int64_t before = 0; unchecked > 0;) {
        const auto page = m_engine->tasks().page({}, before, int(std::min<int64_t>(kCheckPage, unchecked)));
        if (!page)
            return page.error();
        if (page->empty())
            return wrong(std::to_string(unchecked) + " tasks are not in the store");
        for (const auto& task : *page)
            if (auto fine = checkOne(task); !fine)
                return fine;
        unchecked -= int64_t(page->size());
        before = page->back().key;
    }
    (*m_figures)["checked"] = m_submitted - m_plan.rows;
    (*m_figures)["repeated_attempts"] = m_repeated;
    return {};
}

/// A success that was reached once, by legal moves from its creation on.
Result<void> EngineBench::checkOne(const core::task::Task& task) {
    if (m_stop.stop_requested())
        return stopped();
    const auto detail = m_engine->tasks().detail(task.id);
    if (!detail)
        return detail.error();
    std::optional<TaskState> state;
    int successes = 0;
    for (const auto& move : detail->history) {
        const bool legal = state ? core::task::mayMove(*state, move.to) : move.to == TaskState::Pending;
        if (move.from != state || !legal)
            return wrong("task " + task.id.text + " has an illegal move in its history");
        state = move.to;
        successes += move.to == TaskState::Success ? 1 : 0;
    }
    if (state != task.state || successes != 1 || detail->attempts.size() != size_t(task.attempt) ||
        detail->attempts.back().outcome != "success")
        return wrong("task " + task.id.text + " did not succeed exactly once");
    m_repeated += task.attempt - 1;
    return {};
}

core::engine::Submission EngineBench::submission() const {
    core::engine::Submission submission;
    submission.type = kType;
    submission.params["text"] = m_payload;
    return submission;
}

/// Shares `count` submissions among the submitting threads; the first error of any.
Result<void> EngineBench::submitMany(int64_t count) {
    std::vector<Result<void>> ends(size_t(m_plan.submitters));
    {
        std::vector<std::jthread> submitters;
        for (int64_t i = 0; i < m_plan.submitters; ++i) {
            const int64_t share = count * (i + 1) / m_plan.submitters - count * i / m_plan.submitters;
            submitters.emplace_back([this, share, &end = ends[size_t(i)]] { end = submitShare(share); });
        }
    }
    for (auto& end : ends)
        if (!end)
            return end;
    m_submitted += count;
    return {};
}

Result<void> EngineBench::submitShare(int64_t share) {
    std::vector<core::engine::Submission> batch(size_t(m_plan.batch), submission());
    while (share > 0) {
        if (m_stop.stop_requested())
            return stopped();
        batch.resize(size_t(std::min<int64_t>(share, m_plan.batch)));
        if (const auto tasks = m_engine->tasks().submitAll(batch, kActor); !tasks)
            return tasks.error();
        share -= int64_t(batch.size());
    }
    return {};
}

Result<void> EngineBench::waitForWorkers() {
    const Stopwatch watch;
    while (watch.seconds() < kPatience) {
        if (m_stop.stop_requested())
            return stopped();
        const auto workers = m_engine->status().workers;
        if (std::count_if(workers.begin(), workers.end(), [](const auto& worker) {
                return worker.state == core::worker::WorkerState::Idle;
            }) == m_plan.workers)
            return {};
        std::this_thread::sleep_for(kLook);
    }
    return Error{ErrorCode::Unavailable, "the worker processes did not start", {}, {}};
}

Result<void> EngineBench::waitForSuccess(int64_t count) {
    Stopwatch sinceChange;
    for (int64_t last = -1;;) {
        const auto queue = queueOf(*m_engine);
        const int64_t done = queue.of(TaskState::Success);
        if (done >= count)
            return {};
        if (const int64_t lost = queue.of(TaskState::Failure) + queue.of(TaskState::Revoked); lost > 0)
            return wrong(std::to_string(lost) + " tasks did not succeed");
        if (m_stop.stop_requested())
            return stopped();
        if (done != last)
            sinceChange = {};
        last = done;
        if (sinceChange.seconds() > kPatience)
            return wrong("no task ended for a minute; " + std::to_string(count - done) + " are left");
        std::this_thread::sleep_for(kLook);
    }
}

ProcessUse EngineBench::workerUse() const {
    ProcessUse sum;
    for (const auto& worker : m_engine->status().workers) {
        const ProcessUse use = ProcessUse::of(worker.pid);
        sum.residentMb += use.residentMb;
        sum.processorSeconds += use.processorSeconds;
    }
    return sum;
}

double EngineBench::microsecondsEach(double seconds) const {
    return m_plan.tasks > 0 ? rounded(seconds * 1e6 / double(m_plan.tasks)) : 0;
}

} // namespace app::bench
