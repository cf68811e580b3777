#include "core/engine/LocalEngine.h"

#include "core/beat/ScheduleFile.h"
#include "core/broker/SqliteBroker.h"
#include "core/engine/Doorman.h"
#include "core/engine/GaugeKeeper.h"
#include "core/engine/Sampler.h"
#include "core/engine/TelemetryFile.h"
#include "core/engine/TelemetryKeeper.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/store/TaskSurvey.h"
#include "core/upkeep/BackupKeeper.h"
#include "core/upkeep/Checkpointer.h"
#include "core/upkeep/ClockWatch.h"
#include "core/upkeep/Expirer.h"
#include "core/upkeep/HighWaterKeeper.h"
#include "core/upkeep/MailSpool.h"
#include "core/upkeep/OutboxRelay.h"
#include "core/upkeep/OwnerLease.h"
#include "core/upkeep/Pruner.h"
#include "core/upkeep/Redelivery.h"
#include "core/upkeep/StoreKeeper.h"
#include "core/worker/BegunNotes.h"
#include "core/worker/OldWorkers.h"

namespace core::engine {

using base::Result;

namespace {

/// How long the start waits for workers of an earlier engine that still live.
constexpr base::milliseconds kOldWorkersPatience{500};

/// What the workers of the last owner noted. When their notes cannot be trusted, everything may have begun.
broker::MayHaveBegun mayHaveBegun(const std::filesystem::path& dataDirectory) {
    auto begun = std::make_shared<std::set<std::tuple<int64_t, int64_t, int>>>();
    auto epochs = std::make_shared<std::set<int64_t>>();
    if (!worker::endOldWorkers(dataDirectory, kOldWorkersPatience))
        return [](int64_t, int, int64_t) { return true; };
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(dataDirectory / "notes", none)) {
        const auto content = worker::BegunNotes::read(entry.path());
        if (!content)
            return [](int64_t, int, int64_t) { return true; };
        epochs->insert(content->epoch);
        for (const auto& note : content->notes)
            begun->insert({content->epoch, note.key, note.attempt});
    }
    return [begun, epochs](int64_t key, int attempt, int64_t epoch) {
        return !epochs->contains(epoch) || begun->contains({epoch, key, attempt});
    };
}

std::unordered_map<std::string, task::Tracking> trackedTypes(const task::TaskRegistry& registry) {
    std::unordered_map<std::string, task::Tracking> tracked;
    for (const std::string& id : registry.ids())
        if (const auto& tracking = registry.find(id)->tracks)
            tracked.emplace(id, *tracking);
    return tracked;
}

Result<std::shared_ptr<const broker::Triggers>> makeTriggers(std::vector<task::Trigger> triggers,
                                                             const task::TaskRegistry& registry,
                                                             store::Database& database) {
    broker::Triggers::Parts parts;
    parts.triggers = std::move(triggers);
    parts.types = std::make_shared<const task::TaskRegistry>(registry);
    parts.make = [types = parts.types](const broker::TriggeredTask& wanted, base::Instant now) {
        return TaskFactory(*types).fromTrigger(wanted, now);
    };
    parts.today = programme::store::localToday;
    return database.read([&](store::Connection& db) -> Result<std::shared_ptr<const broker::Triggers>> {
        return std::make_shared<const broker::Triggers>(std::move(parts), db);
    });
}

int64_t fileSize(const std::filesystem::path& file) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(file, missing);
    return missing ? 0 : int64_t(size);
}

} // namespace

Result<std::unique_ptr<Engine>> startEngine(EngineOptions options, task::TaskRegistry registry,
                                            const base::Clock& clock) {
    return LocalEngine::start(std::move(options), std::move(registry), clock);
}

Result<std::unique_ptr<Engine>> LocalEngine::start(EngineOptions options, task::TaskRegistry registry,
                                                   const base::Clock& clock) {
    auto lock = OwnerLock::acquire(options.dataDirectory);
    if (!lock)
        return lock.error();
    auto opened = openStore(options.dataDirectory, options.dataDirectory / "ballast", clock);
    if (!opened)
        return opened.error();
    auto telemetry = openTelemetry(options.dataDirectory / "telemetry.db");
    auto sqlite = std::make_unique<broker::SqliteBroker>(*opened->database, programme::store::tablesWritableByTasks());
    sqlite->setTracking({programme::store::tablesWritableByTasks(), trackedTypes(registry)});
    const auto triggers = makeTriggers(options.triggers, registry, *opened->database);
    if (!triggers)
        return triggers.error();
    sqlite->setTriggers(*triggers);
    std::unique_ptr<broker::Broker> broker = std::move(sqlite);
    if (options.wrapBroker)
        broker = options.wrapBroker(std::move(broker));
    const auto epoch = broker->takeOwnership(clock.now());
    if (!epoch)
        return epoch.error();
    std::unique_ptr<LocalEngine> engine(new LocalEngine(std::move(options), std::move(registry), clock,
                                                        std::move(*lock), std::move(*opened),
                                                        std::move(telemetry), *triggers, std::move(broker), *epoch));
    for (const auto step : {&LocalEngine::recover, &LocalEngine::installSchedules, &LocalEngine::startWork})
        if (auto done = (engine.get()->*step)(); !done)
            return done.error();
    return std::unique_ptr<Engine>(std::move(engine));
}

LocalEngine::LocalEngine(EngineOptions options, task::TaskRegistry registry, const base::Clock& clock, OwnerLock lock,
                         OpenedStore opened, std::shared_ptr<store::Database> telemetry,
                         std::shared_ptr<const broker::Triggers> triggers, std::unique_ptr<broker::Broker> broker,
                         int64_t epoch)
    : m_options(std::move(options)), m_registry(m_options.eager ? eagerTypes(registry) : std::move(registry)),
      m_clock(clock), m_startedAt(clock.now()),
      m_epoch(epoch), m_lock(std::move(lock)), m_zones(m_options.zoneFolder), m_live(m_bus, m_clock), m_factory(m_registry),
      m_admission(m_registry, clock, m_options.eager ? eagerAdmission(m_options.admission) : m_options.admission),
      m_telemetry(std::move(telemetry)), m_log(m_telemetry), m_startNotice(std::move(opened.notice)),
      m_database(std::move(opened.database)), m_triggers(std::move(triggers)), m_broker(std::move(broker)),
      m_dispatcher({m_registry, m_clock, *m_broker, m_live, m_bus, m_log, m_factory, m_admission}, epoch),
      m_parts{m_clock, m_registry,   *m_database, *m_broker, m_live,
              m_bus,   m_dispatcher, m_factory,   m_log,     m_admission, *m_triggers, m_zones, [this] {
                  if (m_beat)
                      m_beat->touch();
              }},
      m_taskService(m_parts), m_queueService(m_parts), m_scheduleService(m_parts, m_taskService),
      m_programmeService(m_parts), m_taskTypeService(m_parts), m_triggerService(m_parts), m_fallbackService(m_parts),
      m_workflowService(m_parts), m_bulkService(m_parts) {
    m_parts.workers = m_options.eager ? 1 : m_options.workers;
    m_parts.firingsKept = m_options.retention.firings;
}

/// Puts back what an earlier owner left running, then counts what there is.
Result<void> LocalEngine::recover() {
    std::map<std::string, task::Idempotent> types;
    for (const std::string& id : m_registry.ids())
        types[id] = m_registry.find(id)->idempotent;
    const auto rescued =
        m_broker->rescue(m_epoch, types, mayHaveBegun(m_options.dataDirectory), m_clock.now());
    if (!rescued)
        return rescued.error();
    if (!rescued->empty())
        base::log(base::LogLevel::Warning, "engine",
                  std::to_string(rescued->size()) + " tasks were running when the last engine ended; they were put back");
    m_live.expect(m_registry.ids());
    auto paused = m_database->read([this](store::Connection& db) -> Result<std::set<std::string>> {
        store::surveyTasks(db, [this](std::string_view queue, std::string_view type, task::TaskState state,
                                      base::Instant since) { m_live.there(queue, type, state, since); });
        store::Query rows = db.query("SELECT name FROM queue WHERE paused=1");
        std::set<std::string> names;
        while (rows.step())
            names.insert(rows.text(0));
        return names;
    });
    if (!paused)
        return paused.error();
    m_live.load(*paused);
    if (m_options.slotsPerQueue > 0)
        m_live.setSlots(m_options.slotsPerQueue);
    return {};
}

/// Entries whose task type is not installed wait for it.
Result<void> LocalEngine::installSchedules() {
    const auto schedules = beat::defaultSchedule(m_zones);
    if (!schedules)
        return schedules.error();
    return m_database->write([&](store::Connection& db) -> Result<void> {
        for (const task::Schedule& schedule : *schedules)
            if (m_registry.find(schedule.type))
                store::installBuiltIn(db, schedule);
        return {};
    });
}

/// An engine without workers looks up only: there an eager one runs what is submitted to it, and nothing else.
void LocalEngine::startEager() {
    base::log(base::LogLevel::Warning, "engine",
              "eager mode: tasks run in this process when they are submitted, without limits");
    const auto leftovers = m_options.workers > 0 ? EagerRunner::Leftovers::Run : EagerRunner::Leftovers::Wait;
    m_eager = std::make_unique<EagerRunner>(
        EagerRunner::Parts{m_registry, m_clock, *m_broker, m_dispatcher, m_database->file()}, leftovers);
    m_parts.eager = m_eager.get();
}

Result<void> LocalEngine::startPool() {
    if (m_options.eager)
        startEager();
    if (m_options.eager || m_options.workers == 0)
        return {};
    worker::WorkerPoolOptions pool;
    pool.workerProgram = m_options.workerProgram;
    pool.database = m_options.dataDirectory / "core.db";
    pool.workers = m_options.workers;
    pool.epoch = m_epoch;
    pool.recycleAfterTasks = m_options.recycleAfterTasks;
    m_pool = std::make_unique<worker::WorkerPool>(pool, m_clock, m_dispatcher);
    return m_pool->start();
}

Result<void> LocalEngine::startWork() {
    m_admission.setListener([this](const std::string& type, policy::BreakerState state) {
        m_bus.publish({0, m_clock.now(), events::EventKind::BreakerChanged, type, policy::toText(state), nullptr});
    });
    if (auto loaded = m_taskTypeService.load(); !loaded)
        return loaded;
    if (auto started = startPool(); !started)
        return started;
    auto loops = makeLoops();
    m_dispatcher.setMovesListener([stager = m_stager, beat = m_beat](const broker::Broker::Moves& moves) {
        stager->follow(moves);
        if (beat)
            beat->follow(moves);
    });
    if (m_pool)
        m_dispatcher.start(*m_pool);
    else if (m_eager)
        m_dispatcher.start(*m_eager);
    m_loops = std::make_unique<upkeep::LoopRunner>(std::move(loops), m_clock);
    m_database->setHealthListener([this](const store::StoreHealth& health) { storeChanged(health); });
    m_bus.publish({0, m_clock.now(), events::EventKind::EngineChanged, {}, "started", nullptr});
    return {};
}

std::vector<std::unique_ptr<upkeep::Loop>> LocalEngine::makeLoops() {
    const upkeep::MoveSink sink = [this](const broker::Broker::Moves& moves) { m_dispatcher.publish(moves); };
    std::vector<std::unique_ptr<upkeep::Loop>> loops;
    loops.push_back(std::make_unique<upkeep::ClockWatch>(
        *m_broker, m_clock, sink, [this](base::milliseconds by) { clockWasSet(by); }));
    auto stager = std::make_unique<upkeep::Stager>(*m_broker, sink, [this] { return m_admission.retryRoom(); });
    m_stager = stager.get();
    loops.push_back(std::move(stager));
    loops.push_back(std::make_unique<upkeep::Expirer>(*m_broker, sink));
    loops.push_back(std::make_unique<Doorman>(m_admission, [this] { m_dispatcher.kick(); }));
    loops.push_back(std::make_unique<upkeep::OwnerLease>(*m_broker, m_epoch, [this] { m_dispatcher.stop(); }));
    loops.push_back(std::make_unique<BulkRunner>(m_parts));
    loops.push_back(std::make_unique<upkeep::Redelivery>([this] { m_dispatcher.retryUnstored(); }));
    if (m_options.beat) {
        auto beat = std::make_unique<beat::Beat>(beat::Beat::Parts{
            *m_database, m_clock, m_zones,
            [this](const store::ScheduleRow& entry, base::Instant instant) {
                return m_factory.fromSchedule(entry, instant, m_clock.now());
            },
            sink,
            [this](const task::TaskId& task) {
                if (const auto done = m_taskService.cancel(task, {"beat", "system"}); !done)
                    base::log(base::LogLevel::Warning, "beat", "the task before was not cancelled: " + done.error().text());
            },
            [this](const std::string& entry, const std::string& word) {
                m_bus.publish({0, m_clock.now(), events::EventKind::ScheduleChanged, entry, word, nullptr});
            }});
        m_beat = beat.get();
        loops.push_back(std::move(beat));
    }
    std::map<std::string, upkeep::Deliver> channels;
    channels["in_app"] = [this](const base::Json& body, const std::string&) -> Result<void> {
        raiseAlert(body);
        return {};
    };
    channels["email"] = [mail = upkeep::MailSpool(m_options.dataDirectory / "spool" / "mail", m_clock)](
                            const base::Json& body, const std::string& key) { return mail.deliver(body, key); };
    loops.push_back(std::make_unique<upkeep::OutboxRelay>(*m_database, std::move(channels)));
    loops.push_back(std::make_unique<upkeep::StoreKeeper>(*m_database));
    loops.push_back(std::make_unique<upkeep::HighWaterKeeper>(*m_database, m_options.dataDirectory / kHighWaterFile));
    auto backups = std::make_unique<upkeep::BackupKeeper>(*m_database, m_options.dataDirectory, m_clock);
    m_backups = backups.get();
    loops.push_back(std::move(backups));
    auto pruner = std::make_unique<upkeep::Pruner>(
        *m_database, m_telemetry, m_options.retention, m_clock,
        [this](const std::vector<store::ForgottenTask>& tasks) { m_live.forget(tasks); });
    m_pruner = pruner.get();
    loops.push_back(std::move(pruner));
    loops.push_back(std::make_unique<upkeep::Checkpointer>(*m_database));
    // Before the sampler, so that what was measured earlier is there before the first sample.
    auto keeper = std::make_unique<TelemetryKeeper>(m_telemetry, m_live, m_series);
    m_keeper = keeper.get();
    loops.push_back(std::move(keeper));
    loops.push_back(std::make_unique<GaugeKeeper>(*m_database, m_live, m_gauges));
    loops.push_back(std::make_unique<Sampler>(Sampler::Parts{m_clock, m_live, m_series, m_bus, [this] { return workers(); }}));
    return loops;
}

void LocalEngine::clockWasSet(base::milliseconds by) {
    const std::string words = "the wall clock was set " + std::string(by.count() > 0 ? "forth" : "back") + " by " +
                              std::to_string(std::abs(by.count()) / 1000) + " s";
    base::log(base::LogLevel::Warning, "engine", words + "; retries wait as long as they would have");
    m_bus.publish({0, m_clock.now(), events::EventKind::EngineChanged, {}, words, nullptr});
}

/// In-app delivery: whoever listens to the event stream is told; the alert's row is in the database already.
void LocalEngine::raiseAlert(const base::Json& body) {
    const auto textOf = [&](const char* name) {
        return body.is_object() && body.contains(name) && body[name].is_string() ? body[name].get<std::string>()
                                                                                 : std::string();
    };
    m_bus.publish({0, m_clock.now(), events::EventKind::AlertRaised, textOf("level"), textOf("message"), nullptr});
}

/// Runs on the writer thread. What stood still while the disk was full goes on at once.
void LocalEngine::storeChanged(const store::StoreHealth& health) {
    const bool well = health.ok() && !health.walLarge;
    const std::string word = !health.ok() ? "store_failing" : well ? "store_ok" : "wal_large";
    m_bus.publish({0, m_clock.now(), events::EventKind::EngineChanged, health.message, word, nullptr});
    if (!health.ok())
        return;
    m_loops->kick();
    m_dispatcher.kick();
}

EngineStatus LocalEngine::status() const {
    EngineStatus status;
    status.version = BEATWARDEN_VERSION;
    status.epoch = m_epoch;
    status.startedAt = m_startedAt;
    status.stopping = m_stopping;
    status.eager = m_options.eager;
    status.workerLimit = m_parts.workers;
    status.workers = workers();
    const store::WriterStatistics writer = m_database->statistics();
    if (m_loops)
        for (const upkeep::LoopReport& report : m_loops->reports())
            status.loops.push_back({report.name, report.lastRun, report.failures, report.lastError});
    status.loops.push_back({"writer", std::nullopt, writer.failures, writer.lastError});
    status.commitMs = writer.lastCommitMs;
    status.fencedWrites = m_dispatcher.fencedWrites();
    status.failedNotices = m_dispatcher.failedNotices();
    status.databaseBytes = fileSize(m_database->file());
    status.walBytes = fileSize(m_database->file().string() + "-wal");
    status.store = m_database->health();
    status.startNotice = m_startNotice;
    if (m_backups)
        status.backup = m_backups->status();
    if (m_pruner)
        status.retention = m_pruner->status();
    return status;
}

std::vector<worker::WorkerStatus> LocalEngine::workers() const {
    if (m_eager)
        return {m_eager->status()};
    return m_pool ? m_pool->workers() : std::vector<worker::WorkerStatus>();
}

void LocalEngine::stop() {
    if (std::exchange(m_stopped, true))
        return;
    m_stopping = true;
    m_bus.publish({0, m_clock.now(), events::EventKind::EngineChanged, {}, "stopping", nullptr});
    if (m_loops)
        m_loops->stop();
    m_dispatcher.stop();
    if (m_pool)
        m_pool->stop(m_options.stopGrace);
    if (m_eager)
        m_eager->stop(m_options.stopGrace);
}

void LocalEngine::stopAtOnce() {
    if (m_pool)
        m_pool->stopAtOnce();
    if (m_eager)
        m_eager->stopAtOnce();
}

LocalEngine::~LocalEngine() {
    stop();
    // Everything that was posted is committed before the database closes; its answers still find the dispatcher.
    closeStore(std::move(m_database), m_clock);
    if (m_keeper)
        m_keeper->stop(m_clock.now());
    m_pool.reset();
}

} // namespace core::engine
