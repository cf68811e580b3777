#pragma once

#include "core/task/TaskState.h"

#include <array>
#include <optional>
#include <string_view>

namespace core::events {

/// What an event is called outside: Celery's names where Celery has one, ours where it has none. Names never change.
enum class Signal {
    None,
    TaskSent,      ///< submitted, and durable
    TaskReceived,  ///< handed to a worker; directly before its task-started
    TaskStarted,   ///< prerun
    TaskSucceeded, ///< this and the four below are postrun too: they carry the attempt's run time
    TaskFailed,    ///< the reason stands in the task's row
    TaskRetried,
    TaskRevoked,
    TaskRejected,  ///< what it came to was refused
    WorkerOnline,
    WorkerOffline, ///< stopped or lost: `detail` says which
    WorkerHeartbeat,
    // Ours.
    TaskReady,   ///< its time has come, or an interrupted attempt was put back: it waits to be started
    TaskUpdated, ///< changed without running: rescheduled, asked to stop, answered again
    TaskProgress,
    WorkerChanged, ///< busy, idle
    QueueChanged,
    ScheduleChanged,
    ProgrammeChanged,
    HealthChanged,
    CrisisChanged,
    AlertRaised,
    BreakerChanged,
    EngineChanged
};

/// Every signal but None, in the order of the enum.
inline constexpr std::array kAllSignals{
    Signal::TaskSent,        Signal::TaskReceived,     Signal::TaskStarted,     Signal::TaskSucceeded,
    Signal::TaskFailed,      Signal::TaskRetried,      Signal::TaskRevoked,     Signal::TaskRejected,
    Signal::WorkerOnline,    Signal::WorkerOffline,    Signal::WorkerHeartbeat, Signal::TaskReady,
    Signal::TaskUpdated,     Signal::TaskProgress,     Signal::WorkerChanged,   Signal::QueueChanged,
    Signal::ScheduleChanged, Signal::ProgrammeChanged, Signal::HealthChanged,   Signal::CrisisChanged,
    Signal::AlertRaised,     Signal::BreakerChanged,   Signal::EngineChanged};

/// `task-sent`, `worker-online`, …; None is empty.
const char* toText(Signal signal);
std::optional<Signal> signalFromText(std::string_view text);

/// The signal of a move; `from` is absent for a new task.
Signal signalOf(std::optional<task::TaskState> from, task::TaskState to, task::FailureReason reason);

} // namespace core::events
