#include "core/events/Event.h"

namespace core::events {

Signal signalOf(EventKind kind, std::string_view detail) {
    switch (kind) {
    case EventKind::TaskChanged: return Signal::TaskUpdated;
    case EventKind::TaskReceived: return Signal::TaskReceived;
    case EventKind::TaskProgress: return Signal::TaskProgress;
    case EventKind::QueueChanged: return Signal::QueueChanged;
    case EventKind::WorkerChanged:
        if (detail == "started")
            return Signal::WorkerOnline;
        return detail == "stopped" || detail == "lost" ? Signal::WorkerOffline : Signal::WorkerChanged;
    case EventKind::WorkerHeartbeat: return Signal::WorkerHeartbeat;
    case EventKind::ScheduleChanged: return Signal::ScheduleChanged;
    case EventKind::ProgrammeChanged: return Signal::ProgrammeChanged;
    case EventKind::HealthChanged: return Signal::HealthChanged;
    case EventKind::CrisisChanged: return Signal::CrisisChanged;
    case EventKind::AlertRaised: return Signal::AlertRaised;
    case EventKind::BreakerChanged: return Signal::BreakerChanged;
    case EventKind::EngineChanged: return Signal::EngineChanged;
    }
    return Signal::EngineChanged;
}

} // namespace core::events
