#pragma once

#include "core/base/Time.h"
#include "core/events/Signal.h"
#include "core/task/Task.h"

#include <cstdint>
#include <memory>
#include <string>

namespace core::events {

enum class EventKind {
    TaskChanged,      ///< one durable move: state, attempt, times, worker, error in `task` (without its bodies)
    TaskReceived,     ///< a claimed task goes to a worker: comes directly before the TaskChanged of its start
    TaskProgress,     ///< `task` holds the running row with progress, text and estimate
    QueueChanged,     ///< paused, resumed, purged: `subject` is the queue
    WorkerChanged,    ///< started, busy, idle, lost, stopped: `subject` is the worker, `detail` the word
    WorkerHeartbeat,  ///< a worker process gave a sign of life: `subject` is the worker
    ScheduleChanged,  ///< added, changed, removed, fired: `subject` is the entry, `detail` the word
    ProgrammeChanged, ///< the residency data changed: `detail` says how
    HealthChanged,    ///< a new health report or metrics row was stored: `detail` is `health`, `metrics`, `forecast`…
    CrisisChanged,    ///< activated or deactivated: `detail` is the word
    AlertRaised,      ///< a message of the outbox's in_app channel: `subject` is the level, `detail` the text
    BreakerChanged,   ///< a circuit opened, half opened or closed: `subject` is the task type, `detail` the word
    EngineChanged     ///< started, stopping: `detail` is the word
};

inline constexpr size_t kEventKinds = size_t(EventKind::EngineChanged) + 1;

/// A fact that already happened and is already durable (progress and heartbeats excepted).
struct Event {
    uint64_t sequence = 0; ///< grows with every fact of this engine run, given by the bus
    base::Instant at{};
    EventKind kind = EventKind::EngineChanged;
    std::string subject; ///< of the task kinds: the task's id
    std::string detail;
    std::shared_ptr<const task::Task> task; ///< the task kinds only; without params, metadata, result and traceback
    Signal signal = Signal::None;           ///< None when published: the bus derives it from kind and detail
    std::optional<base::milliseconds> runtime{}; ///< a move out of `started`: how long the attempt ran
};

/// The signal of a kind that is not a move: `worker-online` of (WorkerChanged, "started").
Signal signalOf(EventKind kind, std::string_view detail);

} // namespace core::events
