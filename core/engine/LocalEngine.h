#pragma once

#include "core/engine/EagerRunner.h"
#include "core/engine/Engine.h"
#include "core/engine/LocalBulkService.h"
#include "core/engine/LocalFallbackService.h"
#include "core/engine/LocalServices.h"
#include "core/engine/LocalTaskTypeService.h"
#include "core/engine/LocalTriggerService.h"
#include "core/engine/LocalWorkflowService.h"
#include "core/engine/OwnerLock.h"
#include "core/engine/StoreOpening.h"
#include "core/upkeep/LoopRunner.h"

namespace core::upkeep {
class BackupKeeper;
class Pruner;
}

namespace core::engine {

class TelemetryKeeper;

/// The engine in this process: owns everything, in the order in which it starts and the reverse in which it stops.
/// Thread: made and destroyed on one thread (not the gui's: both wait for the disk); the rest as Engine says.
class LocalEngine final : public Engine {
  public:
    static base::Result<std::unique_ptr<Engine>> start(EngineOptions options, task::TaskRegistry registry,
                                                       const base::Clock& clock);
    ~LocalEngine() override;
    void stop() override;
    void stopAtOnce() override;

    TaskService& tasks() override { return m_taskService; }
    QueueService& queues() override { return m_queueService; }
    ScheduleService& schedules() override { return m_scheduleService; }
    ProgrammeService& programme() override { return m_programmeService; }
    BulkService& bulk() override { return m_bulkService; }
    WorkflowService& workflows() override { return m_workflowService; }
    TaskTypeService& taskTypes() override { return m_taskTypeService; }
    TriggerService& triggers() override { return m_triggerService; }
    FallbackService& fallbacks() override { return m_fallbackService; }
    const task::TaskRegistry& registry() const override { return m_registry; }
    events::EventBus& events() override { return m_bus; }
    const metrics::SeriesStore& series() const override { return m_series; }
    std::vector<QueueStatus> queueSnapshot() const override { return m_live.queues(); }
    std::vector<task::Task> runningSnapshot() const override { return m_live.running(); }
    metrics::ByName<metrics::TaskFigures> figures() const override { return m_live.figures(); }
    const metrics::MetricRegistry& gauges() const override { return m_gauges; }
    EngineStatus status() const override;
    const std::filesystem::path& dataDirectory() const override { return m_options.dataDirectory; }
    const base::Clock& clock() const override { return m_clock; }

  private:
    LocalEngine(EngineOptions options, task::TaskRegistry registry, const base::Clock& clock, OwnerLock lock,
                OpenedStore opened, std::shared_ptr<store::Database> telemetry,
                std::shared_ptr<const broker::Triggers> triggers, std::unique_ptr<broker::Broker> broker, int64_t epoch);
    base::Result<void> recover();
    base::Result<void> installSchedules();
    base::Result<void> startWork();
    base::Result<void> startPool();
    void startEager();
    std::vector<std::unique_ptr<upkeep::Loop>> makeLoops();
    std::vector<worker::WorkerStatus> workers() const;
    void raiseAlert(const base::Json& body);
    void clockWasSet(base::milliseconds by);
    void storeChanged(const store::StoreHealth& health);

    const EngineOptions m_options;
    const task::TaskRegistry m_registry;
    const base::Clock& m_clock;
    const base::Instant m_startedAt;
    const int64_t m_epoch;
    OwnerLock m_lock;
    base::ZoneDatabase m_zones;
    events::EventBus m_bus;
    metrics::SeriesStore m_series;
    LiveState m_live;
    metrics::MetricRegistry m_gauges;
    TaskFactory m_factory;
    Admission m_admission;
    std::shared_ptr<store::Database> m_telemetry; ///< nullptr when it cannot be used
    TaskLog m_log;
    const std::string m_startNotice; ///< what opening the database noticed
    std::unique_ptr<store::Database> m_database;
    const std::shared_ptr<const broker::Triggers> m_triggers;
    std::unique_ptr<broker::Broker> m_broker;
    Dispatcher m_dispatcher;
    std::unique_ptr<worker::WorkerPool> m_pool;  ///< nullptr without workers
    std::unique_ptr<EagerRunner> m_eager;        ///< nullptr unless eager
    std::unique_ptr<upkeep::LoopRunner> m_loops;
    upkeep::Stager* m_stager = nullptr; ///< owned by m_loops
    TelemetryKeeper* m_keeper = nullptr; ///< owned by m_loops
    upkeep::BackupKeeper* m_backups = nullptr; ///< owned by m_loops
    upkeep::Pruner* m_pruner = nullptr; ///< owned by m_loops
    beat::Beat* m_beat = nullptr;       ///< owned by m_loops; nullptr when beat is off
    ServiceParts m_parts;
    LocalTaskService m_taskService;
    LocalQueueService m_queueService;
    LocalScheduleService m_scheduleService;
    LocalProgrammeService m_programmeService;
    LocalTaskTypeService m_taskTypeService;
    LocalTriggerService m_triggerService;
    LocalFallbackService m_fallbackService;
    LocalWorkflowService m_workflowService;
    LocalBulkService m_bulkService;
    std::atomic<bool> m_stopping{false};
    bool m_stopped = false; ///< the owner's thread only
};

} // namespace core::engine
