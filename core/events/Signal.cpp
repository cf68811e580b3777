#include "core/events/Signal.h"

#include <algorithm>

namespace core::events {

const char* toText(Signal signal) {
    switch (signal) {
    case Signal::None: return "";
    case Signal::TaskSent: return "task-sent";
    case Signal::TaskReceived: return "task-received";
    case Signal::TaskStarted: return "task-started";
    case Signal::TaskSucceeded: return "task-succeeded";
    case Signal::TaskFailed: return "task-failed";
    case Signal::TaskRetried: return "task-retried";
    case Signal::TaskRevoked: return "task-revoked";
    case Signal::TaskRejected: return "task-rejected";
    case Signal::WorkerOnline: return "worker-online";
    case Signal::WorkerOffline: return "worker-offline";
    case Signal::WorkerHeartbeat: return "worker-heartbeat";
    case Signal::TaskReady: return "task-ready";
    case Signal::TaskUpdated: return "task-updated";
    case Signal::TaskProgress: return "task-progress";
    case Signal::WorkerChanged: return "worker-changed";
    case Signal::QueueChanged: return "queue-changed";
    case Signal::ScheduleChanged: return "schedule-changed";
    case Signal::ProgrammeChanged: return "programme-changed";
    case Signal::HealthChanged: return "health-changed";
    case Signal::CrisisChanged: return "crisis-changed";
    case Signal::AlertRaised: return "alert-raised";
    case Signal::BreakerChanged: return "breaker-changed";
    case Signal::EngineChanged: return "engine-changed";
    }
    return "";
}

std::optional<Signal> signalFromText(std::string_view text) {
    const auto found =
        std::find_if(kAllSignals.begin(), kAllSignals.end(), [&](Signal signal) { return text == toText(signal); });
    return found == kAllSignals.end() ? std::nullopt : std::optional(*found);
}

Signal signalOf(std::optional<task::TaskState> from, task::TaskState to, task::FailureReason reason) {
    using S = task::TaskState;
    if (!from)
        return Signal::TaskSent;
    if (*from == to)
        return Signal::TaskUpdated;
    switch (to) {
    case S::Started: return Signal::TaskStarted;
    case S::Success: return Signal::TaskSucceeded;
    case S::Failure: return reason == task::FailureReason::Rejected ? Signal::TaskRejected : Signal::TaskFailed;
    case S::Retry: return Signal::TaskRetried;
    case S::Revoked: return Signal::TaskRevoked;
    case S::Pending: return Signal::TaskReady;
    case S::Scheduled: return Signal::TaskUpdated;
    }
    return Signal::TaskUpdated;
}

} // namespace core::events
