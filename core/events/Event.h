#pragma once

#include "core/base/Time.h"
#include "core/task/Task.h"

#include <cstdint>
#include <memory>
#include <string>

namespace core::events {

enum class EventKind {
    TaskChanged,      ///< state, attempt, times, worker, error: `task` holds the row (without result body and params)
    TaskProgress,     ///< `task` holds id, progress, text and estimate
    QueueChanged,     ///< paused, resumed, purged: `subject` is the queue
    WorkerChanged,    ///< started, busy, idle, lost, stopped: `subject` is the worker, `detail` the word
    ScheduleChanged,  ///< added, changed, removed, fired: `subject` is the entry, `detail` the word
    ProgrammeChanged, ///< the residency data changed: `detail` says how
    HealthChanged,    ///< a new health report or metrics row was stored: `detail` is `health`, `metrics`, `forecast`…
    CrisisChanged,    ///< activated or deactivated: `detail` is the word
    AlertRaised,      ///< a message of the outbox's in_app channel: `subject` is the level, `detail` the text
    BreakerChanged,   ///< a circuit opened, half opened or closed: `subject` is the task type, `detail` the word
    EngineChanged     ///< started, stopping: `detail` is the word
};

/// A fact that already happened and is already durable (progress excepted).
struct Event {
    uint64_t sequence = 0; ///< grows by one per event of this engine run
    base::Instant at{};
    EventKind kind = EventKind::EngineChanged;
    std::string subject;
    std::string detail;
    std::shared_ptr<const task::Task> task; ///< the task kinds only
};

/// `task-changed`, `queue-changed`, …
const char* toText(EventKind kind);

} // namespace core::events
