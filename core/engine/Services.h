#pragma once

#include "core/base/Log.h"
#include "core/base/Result.h"
#include "core/engine/Backfill.h"
#include "core/engine/ComingLoad.h"
#include "core/metrics/SeriesStore.h"
#include "core/programme/Contact.h"
#include "core/programme/Crisis.h"
#include "core/programme/Defense.h"
#include "core/programme/Summary.h"
#include "core/programme/duty/HoursOutlook.h"
#include "core/programme/duty/Violation.h"
#include "core/store/BackupStatus.h"
#include "core/store/ScheduleRow.h"
#include "core/store/StoreHealth.h"
#include "core/store/TaskFilter.h"
#include "core/task/Task.h"
#include "core/upkeep/PruneStatus.h"
#include "core/worker/WorkerPool.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace core::engine {

/// Who asks. Recorded with the task and in the audit trail.
struct Actor {
    std::string name = "system";  ///< login name, `schedule:<entry>`, MCP client
    std::string type = "human";   ///< human, system, ai
};

/// A request for one task.
struct Submission {
    std::string type; ///< task type id or Celery name
    base::Json params = base::Json::object();
    std::optional<int> priority;                  ///< 0..9
    std::optional<base::Instant> eta;             ///< not before
    std::optional<base::milliseconds> countdown;  ///< not before now + this; not together with eta
    std::optional<base::milliseconds> expiresIn;  ///< not begun by then: failure `expired`
    std::optional<base::milliseconds> timeout;    ///< of each attempt, instead of the type's longer hard limit
    std::optional<int> maxRetries;                ///< 0..100; absent: the type's
    base::Json metadata = base::Json::object();
    std::vector<std::string> tags;
    std::string idempotencyKey; ///< same key and same params within 24 h: the same task again; other params: Conflict
};

struct TaskLogLine {
    base::Instant at{};
    int attempt = 0;
    base::LogLevel level = base::LogLevel::Info;
    std::string text;
};

/// Everything about one task.
struct TaskDetail {
    task::Task task;
    std::vector<task::Attempt> attempts;
    std::vector<task::Transition> history;
    std::vector<TaskLogLine> log;
    std::vector<task::Task> related; ///< parent, children, original and retries; without bodies
};

/// Commands and queries on tasks. Thread: any but gui (calls wait for the disk).
class TaskService {
  public:
    virtual ~TaskService() = default;
    /// Validates, makes durable, answers with the task. InvalidParams, Conflict (idempotency key), Unavailable.
    virtual base::Result<task::Task> submit(const Submission& submission, const Actor& actor) = 0;
    /// All or nothing, one commit.
    virtual base::Result<std::vector<task::Task>> submitAll(const std::vector<Submission>& submissions,
                                                            const Actor& actor) = 0;
    /// Waiting: revoked at once. Running: asked to stop; the answer still says `started` with cancelRequested, and
    /// `revoked` follows when the process is gone. Terminal: Conflict. Unknown: NotFound.
    virtual base::Result<task::Task> cancel(const task::TaskId& id, const Actor& actor) = 0;
    /// A new task like a failed, revoked or successful one, linked by `retryOf`; `params` replaces the parameters.
    /// Conflict while the original is not terminal.
    virtual base::Result<task::Task> retry(const task::TaskId& id, const std::optional<base::Json>& params,
                                           const Actor& actor) = 0;
    /// Moves a waiting task to another time. Conflict once it has started.
    virtual base::Result<task::Task> reschedule(const task::TaskId& id, base::Instant eta, const Actor& actor) = 0;

    virtual base::Result<task::Task> find(const task::TaskId& id) const = 0;
    virtual base::Result<TaskDetail> detail(const task::TaskId& id) const = 0;
    /// Newest first, at most `limit`, with keys below `beforeKey` (0: from the newest). Bodies included.
    virtual base::Result<std::vector<task::Task>> page(const store::TaskFilter& filter, int64_t beforeKey,
                                                       int limit) const = 0;
    /// All keys of a filter in the given order: what a windowed table scrolls over.
    virtual base::Result<std::vector<int64_t>> keys(const store::TaskFilter& filter,
                                                    const store::TaskOrder& order) const = 0;
    /// The rows of these keys, in their order, without result bodies. Vanished keys are left out.
    virtual base::Result<std::vector<task::Task>> rows(const std::vector<int64_t>& keys) const = 0;
    /// Waits until the task is terminal; the task as it is then, or as it stands when `timeout` has passed.
    virtual base::Result<task::Task> wait(const task::TaskId& id, base::milliseconds timeout) = 0;
};

struct QueueStatus {
    std::string name;
    int slots = 0;
    bool paused = false;
    std::array<int64_t, task::kAllStates.size()> depth{}; ///< tasks in the store, by TaskState
    std::optional<base::Instant> oldestWaiting;           ///< since when the oldest pending task could have been started
    int64_t of(task::TaskState state) const { return depth[size_t(state)]; }
};

class QueueService {
  public:
    virtual ~QueueService() = default;
    virtual base::Result<std::vector<QueueStatus>> list() const = 0;
    virtual base::Result<void> pause(const std::string& queue, const Actor& actor) = 0;
    virtual base::Result<void> resume(const std::string& queue, const Actor& actor) = 0;
    /// Revokes everything that waits in the queue; the number of tasks revoked.
    virtual base::Result<int64_t> purge(const std::string& queue, const Actor& actor) = 0;
};

/// One entry of the beat schedule. `nextFire` is the instant by which it is called; it fires `shift` later (the spread),
/// none while disabled.
using ScheduleEntry = store::ScheduleRow;

/// What a definition would do: for people, before they save it.
struct SchedulePreview {
    std::vector<base::Instant> next;   ///< the first instants
    std::string words;                 ///< `At 02:00 every day`
    std::vector<std::string> warnings; ///< `it fires 1,440 times a day`
    /// Why it could not be saved as it is: name, type or parameters (`params.days_ahead`). The instants hold all the same.
    std::vector<base::FieldError> problems;
};

/// By entry: what became of its newest instants, newest first.
using RecentFires = std::map<std::string, std::vector<store::FireRow>>;

/// Thread: any but gui. Where `seen` is given, it is the definition that the person had in front of them: if it is no
/// longer that, nothing is done, and Conflict says what somebody else changed.
class ScheduleService {
  public:
    virtual ~ScheduleService() = default;
    virtual base::Result<std::vector<ScheduleEntry>> list() const = 0;
    virtual base::Result<ScheduleEntry> find(const std::string& name) const = 0;
    /// Entries that come with the program and wait for their task type to be installed.
    virtual base::Result<std::vector<task::Schedule>> waiting() const = 0;
    /// InvalidParams for what never fires or a task type that refuses the parameters; Conflict for a name that is taken.
    virtual base::Result<ScheduleEntry> add(const task::Schedule& schedule, const Actor& actor) = 0;
    /// Puts another definition in force. The name stays. What was due until now is not made up for.
    virtual base::Result<ScheduleEntry> change(const task::Schedule& schedule,
                                               const std::optional<task::Schedule>& seen, const Actor& actor) = 0;
    /// Back to what came with the program. Conflict for an entry that did not.
    virtual base::Result<ScheduleEntry> reset(const std::string& name, const std::optional<task::Schedule>& seen,
                                              const Actor& actor) = 0;
    virtual base::Result<void> remove(const std::string& name, const std::optional<task::Schedule>& seen,
                                      const Actor& actor) = 0;
    virtual base::Result<void> setEnabled(const std::string& name, bool enabled, const Actor& actor) = 0;
    virtual base::Result<task::Task> runNow(const std::string& name, const Actor& actor) = 0;
    /// What became of its newest instants, newest first; `limit` 1 to 1,000.
    virtual base::Result<std::vector<store::FireRow>> history(const std::string& name, int limit) const = 0;
    /// Of all entries at once, the newest `perEntry` (1 to 100) of each; entries that never fired are left out.
    virtual base::Result<RecentFires> recentFires(int perEntry) const = 0;
    /// Changes nothing: what it would do if it were saved now. InvalidParams says when it cannot fire at all.
    virtual base::Result<SchedulePreview> preview(const task::Schedule& schedule, int count) const = 0;
    /// What the enabled entries will start from `from` to `to`, at most 31 days; from now on when `from` has passed.
    virtual base::Result<ComingLoad> coming(base::Instant from, base::Instant to) const = 0;
    /// What became of the instants from `from` to `to`, both included, and what making up for them would take. Changes
    /// nothing. NotFound; Corrupt for a damaged entry; InvalidParams for a window that is the wrong way round, ends in the
    /// future, or begins before what is still known, and for an entry whose tasks could not be made.
    virtual base::Result<BackfillPlan> backfillPlan(const std::string& name, base::Instant from, base::Instant to) const = 0;
    /// Makes the tasks of exactly these instants, in one commit with what is recorded of them; an instant of which
    /// something became meanwhile is skipped. The entry's own times stay as they are. Conflict when the entry is not the
    /// one that was looked at any more; else as backfillPlan.
    virtual base::Result<BackfillResult> backfill(const BackfillRequest& request, const Actor& actor) = 0;
};

/// The residency programme and the state of its resilience.
class ProgrammeService {
  public:
    virtual ~ProgrammeService() = default;
    virtual base::Result<programme::Stats> stats() const = 0;
    /// Conflict when a programme is already there.
    virtual base::Result<programme::Stats> createSample(const programme::SampleOptions& options,
                                                        const Actor& actor) = 0;
    virtual base::Result<programme::ImportReport> import(const std::filesystem::path& fileOrFolder, bool dryRun,
                                                         const Actor& actor) = 0;
    /// The latest figures with their ages, for the status strip and the overview. Never computes.
    virtual base::Result<programme::Pulse> pulse() const = 0;
    /// Stored health and metrics history, oldest first.
    virtual base::Result<std::vector<programme::TrendPoint>> trend(base::Instant from) const = 0;
    /// What wears the programme out, what wavers and what it hangs on, as of now (`programme/Vitals.h`). Computes it.
    virtual base::Result<base::Json> vitals() const = 0;

    /// Changes of the defense level, newest first.
    virtual base::Result<std::vector<programme::DefenseEvent>> defenseLog(int limit) const = 0;
    virtual base::Result<programme::DefenseAutomation> defenseAutomation() const = 0;
    /// InvalidParams for an impossible threshold or without a reason; audited.
    virtual base::Result<void> setDefenseAutomation(const programme::DefenseAutomation& automation,
                                                    const std::string& reason, const Actor& actor) = 0;

    /// Whom to tell, by name.
    virtual base::Result<std::vector<programme::Contact>> contacts() const = 0;
    /// Adds a contact (without an id), or changes the one with its id; audited. The contact with its id.
    virtual base::Result<programme::Contact> saveContact(const programme::Contact& contact, const Actor& actor) = 0;

    virtual base::Result<programme::CrisisStatus> crisisStatus() const = 0;
    /// Crises, newest first.
    virtual base::Result<std::vector<programme::CrisisStatus>> crisisLog(int limit) const = 0;
    /// What activating at `severity` would shed, and utilization and coverage before and after. Changes nothing.
    virtual base::Result<programme::CrisisPreview> crisisPreview(const std::string& severity) const = 0;

    /// Violations of the duty rules as the last check recorded them, the most severe first.
    virtual base::Result<programme::duty::ViolationPage>
    violations(const programme::duty::ViolationFilter& filter) const = 0;
    /// With its worked window. NotFound.
    virtual base::Result<programme::duty::Violation> violation(int64_t id) const = 0;
    /// `version`: as it was seen; Conflict when it is another by now, and for one that is overridden or resolved.
    virtual base::Result<programme::duty::Violation> acknowledgeViolation(int64_t id, std::optional<int64_t> version,
                                                                          const std::string& note,
                                                                          const Actor& actor) = 0;
    /// By name, who may approve an override: programme directors and administrators.
    virtual base::Result<std::vector<std::string>> overrideApprovers() const = 0;
    /// Lets it stand until it expires. InvalidParams names what is wrong with the request; Conflict as above.
    virtual base::Result<programme::duty::Violation> overrideViolation(int64_t id, std::optional<int64_t> version,
                                                                       const programme::duty::OverrideRequest& request,
                                                                       const Actor& actor) = 0;
    /// The hours that every resident has left, computed from the schedule as it is.
    virtual base::Result<std::vector<programme::duty::HoursOutlook>> hoursOutlook() const = 0;
    virtual base::Result<programme::duty::PolicyInForce> dutyPolicy() const = 0;
    /// `changes`: settings by name. InvalidParams says which are not allowed. The next check uses them.
    virtual base::Result<programme::duty::PolicyInForce> changeDutyPolicy(const base::Json& changes,
                                                                          const std::string& reason,
                                                                          const Actor& actor) = 0;
};

/// How the engine itself is.
struct EngineStatus {
    std::string version;
    int64_t epoch = 0;
    base::Instant startedAt{};
    bool stopping = false;
    bool eager = false; ///< tasks run in the engine's process, when they are submitted
    int workerLimit = 0;
    std::vector<worker::WorkerStatus> workers;
    /// Loops of the engine with their last run and last error (`stager`, `rescuer`, `beat`, `writer` …).
    struct Loop {
        std::string name;
        std::optional<base::Instant> lastRun;
        uint64_t failures = 0;
        std::string lastError;
    };
    std::vector<Loop> loops;
    double commitMs = 0;         ///< the last commit took this long
    uint64_t fencedWrites = 0;   ///< moves dropped because somebody was faster
    uint64_t failedNotices = 0;  ///< notices of an end that could not be made; their tasks ended as they had to
    int64_t databaseBytes = 0;
    int64_t walBytes = 0;
    store::StoreHealth store;    ///< whether core.db can be written
    store::BackupStatus backup;  ///< the copies of core.db
    upkeep::PruneStatus retention; ///< what was kept long enough and is gone
    std::string startNotice;     ///< what opening core.db noticed, for people; empty: nothing
};

} // namespace core::engine
