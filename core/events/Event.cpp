#include "core/events/Event.h"

namespace core::events {

const char* toText(EventKind kind) {
    switch (kind) {
    case EventKind::TaskChanged: return "task-changed";
    case EventKind::TaskProgress: return "task-progress";
    case EventKind::QueueChanged: return "queue-changed";
    case EventKind::WorkerChanged: return "worker-changed";
    case EventKind::ScheduleChanged: return "schedule-changed";
    case EventKind::ProgrammeChanged: return "programme-changed";
    case EventKind::HealthChanged: return "health-changed";
    case EventKind::CrisisChanged: return "crisis-changed";
    case EventKind::AlertRaised: return "alert-raised";
    case EventKind::BreakerChanged: return "breaker-changed";
    case EventKind::EngineChanged: return "engine-changed";
    }
    return "engine-changed";
}

} // namespace core::events
