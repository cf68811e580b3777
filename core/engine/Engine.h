#pragma once

#include "core/base/Zone.h"
#include "core/engine/AdmissionOptions.h"
#include "core/engine/BulkService.h"
#include "core/engine/FallbackService.h"
#include "core/engine/Services.h"
#include "core/engine/WorkflowService.h"
#include "core/engine/TaskTypeService.h"
#include "core/engine/TriggerService.h"
#include "core/events/EventBus.h"
#include "core/metrics/MetricRegistry.h"
#include "core/metrics/TaskMetrics.h"
#include "core/policy/Retention.h"
#include "core/task/TaskRegistry.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace core::broker {
class Broker;
}

namespace core::engine {

struct EngineOptions {
    std::filesystem::path dataDirectory;
    std::filesystem::path workerProgram; ///< beatwarden-worker
    int workers = task::kDefaultWorkers; ///< cap over all queues together; 0: store and look up, run nothing
    bool beat = true;                    ///< fire schedules
    std::filesystem::path zoneFolder = base::Zone::kSystemFolder; ///< the tz database
    int slotsPerQueue = 0;               ///< 0: what kQueues says
    int recycleAfterTasks = worker::WorkerPoolOptions{}.recycleAfterTasks; ///< a worker is replaced after so many
    base::milliseconds stopGrace{1000}; ///< running attempts may end within it when the engine stops
    /// Tasks run in this process, on the thread that submits them, which waits for their end; no worker is started. For
    /// tests and debugging: nothing is confined, and no hard limit is kept. See EagerRunner.
    bool eager = false;
    std::vector<task::Trigger> triggers; ///< what follows from what; without fault, see task::faultOf
    AdmissionOptions admission;          ///< circuit breakers, rates, retry budget
    policy::Retention retention;         ///< how long is kept what has ended
    /// Puts something between engine and broker, for tests that break off there; empty: nothing.
    std::function<std::unique_ptr<broker::Broker>(std::unique_ptr<broker::Broker>)> wrapBroker;
};

/// The one door: commands, queries and the event stream of a data directory's owner.
/// Thread: any but gui for the services; events, snapshot and registry from any thread.
class Engine {
  public:
    virtual ~Engine() = default; ///< stops, if that was not done

    /// No new attempts from here on. Those that run may end within `stopGrace`; what does not is killed and goes back
    /// without being counted. Waits for all that. Thread: the one that will destroy the engine.
    virtual void stop() = 0;
    /// Ends the grace of a stop that is under way or comes. Thread: any.
    virtual void stopAtOnce() = 0;

    virtual TaskService& tasks() = 0;
    virtual QueueService& queues() = 0;
    virtual ScheduleService& schedules() = 0;
    virtual ProgrammeService& programme() = 0;
    virtual WorkflowService& workflows() = 0;
    virtual BulkService& bulk() = 0;
    virtual TaskTypeService& taskTypes() = 0;
    virtual TriggerService& triggers() = 0;
    virtual FallbackService& fallbacks() = 0;

    virtual const task::TaskRegistry& registry() const = 0;
    virtual events::EventBus& events() = 0;
    /// In memory, never waits: what the live charts draw.
    virtual const metrics::SeriesStore& series() const = 0;
    /// In memory, never waits: counts per queue and state, paused flags, slots.
    virtual std::vector<QueueStatus> queueSnapshot() const = 0;
    /// In memory, never waits: the running tasks with progress.
    virtual std::vector<task::Task> runningSnapshot() const = 0;
    /// In memory, never waits: what was counted and measured per queue and per type since the engine started.
    virtual metrics::ByName<metrics::TaskFigures> figures() const = 0;
    /// In memory, never waits: named figures as monitors and alert rules know them; at most a second behind the store.
    virtual const metrics::MetricRegistry& gauges() const = 0;
    /// In memory, never waits.
    virtual EngineStatus status() const = 0;
    virtual const std::filesystem::path& dataDirectory() const = 0;
    virtual const base::Clock& clock() const = 0;
};

/// Opens `options.dataDirectory` (creating it), becomes its only owner, recovers, and starts workers and loops.
/// Conflict when another process owns it; Corrupt, Unsupported, ReadOnly or Io when its database cannot be used.
base::Result<std::unique_ptr<Engine>> startEngine(EngineOptions options, task::TaskRegistry registry,
                                                  const base::Clock& clock);

} // namespace core::engine
