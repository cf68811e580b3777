#include "core/api/Health.h"

#include "core/api/Documents.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Json;

namespace {

constexpr std::chrono::minutes kBacklogAge{5};
/// A copy is made every 15 minutes when something changed.
constexpr std::chrono::minutes kOldBackup{60};

/// Collects checks; the worst one is the status.
class HealthChecks {
  public:
    void add(const std::string& name, int severity, const std::string& detail) {
        m_checks.push_back({{"name", name}, {"status", kWords[severity]}, {"detail", detail}});
        m_worst = std::max(m_worst, severity);
    }
    const char* status() const { return kWords[m_worst]; }
    const Json& checks() const { return m_checks; }

    static constexpr int kHealthy = 0, kDegraded = 1, kUnhealthy = 2;

  private:
    static constexpr const char* kWords[] = {"healthy", "degraded", "unhealthy"};
    Json m_checks = Json::array();
    int m_worst = kHealthy;
};

void checkEngine(const engine::EngineStatus& status, HealthChecks& checks) {
    if (status.stopping)
        checks.add("engine", HealthChecks::kUnhealthy, "the engine is stopping");
    else
        checks.add("engine", HealthChecks::kHealthy, "running since " + base::formatInstant(status.startedAt));
    if (status.eager)
        checks.add("workers", HealthChecks::kDegraded,
                   "eager mode: tasks run in the engine's own process, one at a time and without limits");
    else if (status.workers.empty())
        checks.add("workers", HealthChecks::kUnhealthy, "no worker process is online");
    else
        checks.add("workers", HealthChecks::kHealthy, std::to_string(status.workers.size()) + " online");
    if (!status.store.ok())
        checks.add("store", HealthChecks::kUnhealthy, status.store.message + ". " + status.store.remedy);
    else if (status.store.walLarge)
        checks.add("store", HealthChecks::kDegraded, "a reader keeps the write-ahead log from being emptied");
    for (const auto& loop : status.loops)
        if (!loop.lastError.empty())
            checks.add(loop.name, HealthChecks::kDegraded, loop.lastError);
}

void checkHistory(const engine::EngineStatus& status, base::Instant now, HealthChecks& checks) {
    if (!status.startNotice.empty())
        checks.add("history", HealthChecks::kDegraded, status.startNotice);
    const store::BackupStatus& backup = status.backup;
    const auto since = std::max(backup.lastAt.value_or(status.startedAt), status.startedAt);
    if (!backup.lastError.empty())
        checks.add("backup", HealthChecks::kDegraded, backup.lastError);
    else if (backup.changed && now - since > kOldBackup)
        checks.add("backup", HealthChecks::kDegraded, "no copy of the database since " + base::formatInstant(since));
    else
        checks.add("backup", HealthChecks::kHealthy,
                   backup.lastAt ? "last copy at " + base::formatInstant(*backup.lastAt) : "no copy yet");
}

Json backupPart(const store::BackupStatus& backup) {
    return {{"last_at", instantOrNull(backup.lastAt)},
            {"file", textOrNull(backup.lastFile.string())},
            {"bytes", backup.lastBytes},
            {"copies", backup.copies},
            {"running", backup.running},
            {"changed_since", backup.changed},
            {"failures", backup.failures},
            {"last_error", textOrNull(backup.lastError)}};
}

Json retentionPart(const upkeep::PruneStatus& retention) {
    Json removed = Json::object();
    for (const auto& [what, count] : retention.removed)
        removed[what] = count;
    return {{"last_pass_at", instantOrNull(retention.lastPassAt)}, {"removed", removed}};
}

void checkQueues(const std::vector<engine::QueueStatus>& queues, base::Instant now, HealthChecks& checks) {
    for (const engine::QueueStatus& queue : queues) {
        if (queue.paused)
            checks.add("queue " + queue.name, HealthChecks::kDegraded, "paused");
        else if (queue.oldestWaiting && now - *queue.oldestWaiting > kBacklogAge)
            checks.add("queue " + queue.name, HealthChecks::kDegraded,
                       "backlogged: the oldest task waits since " + base::formatInstant(*queue.oldestWaiting));
    }
}

Json tasksPart(const engine::Engine& engine, const std::vector<engine::QueueStatus>& queues) {
    Json active = Json::array();
    for (const task::Task& task : engine.runningSnapshot())
        active.push_back({{"id", task.id.text}, {"type", task.type}, {"worker", textOrNull(task.worker)}});
    int64_t scheduled = 0, pending = 0, retry = 0;
    for (const engine::QueueStatus& queue : queues) {
        scheduled += queue.of(task::TaskState::Scheduled);
        pending += queue.of(task::TaskState::Pending);
        retry += queue.of(task::TaskState::Retry);
    }
    Json part = Json::object();
    part["registered"] = engine.registry().ids();
    part["active"] = std::move(active);
    part["scheduled"] = scheduled;
    part["pending"] = pending;
    part["retry"] = retry;
    return part;
}

Json workersPart(const engine::EngineStatus& status) {
    Json list = Json::array();
    for (const worker::WorkerStatus& worker : status.workers)
        list.push_back(toDocument(worker));
    Json part{{"count", status.workers.size()}, {"concurrency", status.workerLimit}};
    part["list"] = std::move(list);
    return part;
}

Json loopsPart(const engine::EngineStatus& status) {
    Json loops = Json::array();
    for (const auto& loop : status.loops)
        loops.push_back({{"name", loop.name},
                         {"last_run_at", instantOrNull(loop.lastRun)},
                         {"failures", loop.failures},
                         {"last_error", textOrNull(loop.lastError)}});
    return loops;
}

} // namespace

Json healthDocument(engine::Engine& engine) {
    const engine::EngineStatus status = engine.status();
    const auto queues = engine.queueSnapshot();
    const base::Instant now = engine.clock().now();
    HealthChecks checks;
    checkEngine(status, checks);
    checkHistory(status, now, checks);
    checkQueues(queues, now, checks);
    const auto pulse = engine.programme().pulse();
    if (!pulse)
        checks.add("programme", HealthChecks::kUnhealthy, pulse.error().text());

    Json document = Json::object();
    document["status"] = checks.status();
    document["checked_at"] = base::formatInstant(now);
    document["version"] = status.version;
    document["eager"] = status.eager;
    document["started_at"] = base::formatInstant(status.startedAt);
    document["data_directory"] = engine.dataDirectory().string();
    document["checks"] = checks.checks();
    document["tasks"] = tasksPart(engine, queues);
    document["workers"] = workersPart(status);
    document["queues"] = Json::object();
    for (const engine::QueueStatus& queue : queues)
        document["queues"][queue.name] = queue.of(task::TaskState::Pending);
    document["loops"] = loopsPart(status);
    document["storage"] = {{"state", store::toText(status.store.state)},
                           {"database_bytes", status.databaseBytes},
                           {"wal_bytes", status.walBytes},
                           {"endings_waiting", status.store.waiting},
                           {"last_commit_ms", status.commitMs},
                           {"fenced_writes", status.fencedWrites}};
    document["backup"] = backupPart(status.backup);
    document["retention"] = retentionPart(status.retention);
    document["programme"] = pulse ? toDocument(*pulse) : Json();
    return document;
}

} // namespace core::api
