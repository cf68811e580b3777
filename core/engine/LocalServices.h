#pragma once

#include "core/beat/Beat.h"
#include "core/engine/Dispatcher.h"
#include "core/engine/EagerRunner.h"
#include "core/store/Database.h"

namespace core::engine {

/// What the services of one engine share. All outlive the services.
struct ServiceParts {
    const base::Clock& clock;
    const task::TaskRegistry& registry;
    store::Database& database;
    broker::Broker& broker;
    LiveState& live;
    events::EventBus& bus;
    Dispatcher& dispatcher;
    const TaskFactory& factory;
    TaskLog& log;
    Admission& admission;
    const broker::Triggers& triggers;
    const base::ZoneDatabase& zones;
    std::function<void()> scheduleChanged;
    EagerRunner* eager = nullptr; ///< runs what is submitted before the answer; nullptr: workers run it
    int workers = 0;              ///< tasks that may run at once over all queues
    base::milliseconds firingsKept = std::chrono::days(90); ///< what became of instants is known for so long
};

/// Thread: any but gui and writer.
class LocalTaskService final : public TaskService {
  public:
    explicit LocalTaskService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<task::Task> submit(const Submission& submission, const Actor& actor) override;
    base::Result<std::vector<task::Task>> submitAll(const std::vector<Submission>& submissions,
                                                    const Actor& actor) override;
    base::Result<task::Task> cancel(const task::TaskId& id, const Actor& actor) override;
    base::Result<task::Task> retry(const task::TaskId& id, const std::optional<base::Json>& params,
                                   const Actor& actor) override;
    base::Result<task::Task> reschedule(const task::TaskId& id, base::Instant eta, const Actor& actor) override;
    base::Result<task::Task> find(const task::TaskId& id) const override;
    base::Result<TaskDetail> detail(const task::TaskId& id) const override;
    base::Result<std::vector<task::Task>> page(const store::TaskFilter& filter, int64_t beforeKey,
                                               int limit) const override;
    base::Result<std::vector<int64_t>> keys(const store::TaskFilter& filter,
                                            const store::TaskOrder& order) const override;
    base::Result<std::vector<task::Task>> rows(const std::vector<int64_t>& keys) const override;
    base::Result<task::Task> wait(const task::TaskId& id, base::milliseconds timeout) override;

  private:
    ServiceParts& m_parts;
};

/// Thread: any but gui and writer.
class LocalQueueService final : public QueueService {
  public:
    explicit LocalQueueService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<std::vector<QueueStatus>> list() const override;
    base::Result<void> pause(const std::string& queue, const Actor& actor) override;
    base::Result<void> resume(const std::string& queue, const Actor& actor) override;
    base::Result<int64_t> purge(const std::string& queue, const Actor& actor) override;

  private:
    base::Result<void> setPaused(const std::string& queue, broker::Paused paused, const Actor& actor);
    ServiceParts& m_parts;
};

/// Thread: any but gui and writer.
class LocalScheduleService final : public ScheduleService {
  public:
    LocalScheduleService(ServiceParts& parts, TaskService& tasks) : m_parts(parts), m_tasks(tasks) {}
    base::Result<std::vector<ScheduleEntry>> list() const override;
    base::Result<ScheduleEntry> find(const std::string& name) const override;
    base::Result<std::vector<task::Schedule>> waiting() const override;
    base::Result<ScheduleEntry> add(const task::Schedule& schedule, const Actor& actor) override;
    base::Result<ScheduleEntry> change(const task::Schedule& schedule, const std::optional<task::Schedule>& seen,
                                       const Actor& actor) override;
    base::Result<ScheduleEntry> reset(const std::string& name, const std::optional<task::Schedule>& seen,
                                      const Actor& actor) override;
    base::Result<void> remove(const std::string& name, const std::optional<task::Schedule>& seen,
                              const Actor& actor) override;
    base::Result<void> setEnabled(const std::string& name, bool enabled, const Actor& actor) override;
    base::Result<task::Task> runNow(const std::string& name, const Actor& actor) override;
    base::Result<std::vector<store::FireRow>> history(const std::string& name, int limit) const override;
    base::Result<RecentFires> recentFires(int perEntry) const override;
    base::Result<SchedulePreview> preview(const task::Schedule& schedule, int count) const override;
    base::Result<ComingLoad> coming(base::Instant from, base::Instant to) const override;
    // LocalBackfill.cpp
    base::Result<BackfillPlan> backfillPlan(const std::string& name, base::Instant from, base::Instant to) const override;
    base::Result<BackfillResult> backfill(const BackfillRequest& request, const Actor& actor) override;

  private:
    std::vector<base::FieldError> problemsOf(const task::Schedule& schedule, base::Instant now) const;
    base::Result<beat::Timetable> check(const task::Schedule& schedule, base::Instant now) const;
    /// Reads the entry, looks whether it is as it was seen, does `work` in the same transaction, and tells everybody.
    base::Result<void> act(const std::string& name, const std::string& action,
                           const std::optional<task::Schedule>& seen, const Actor& actor,
                           std::function<base::Result<void>(store::Connection&, store::ScheduleRow&)> work);
    struct PreparedBackfill;
    base::Result<PreparedBackfill> prepareBackfill(const BackfillRequest& request, const Actor& actor,
                                                   base::Instant now) const;
    base::Result<void> commitBackfill(store::Connection& db, const std::string& name, PreparedBackfill& prepared,
                                      base::Instant now) const;
    static void auditBackfill(store::Connection& db, const BackfillRequest& request, const BackfillResult& result,
                              const Actor& actor, base::Instant now);
    ServiceParts& m_parts;
    TaskService& m_tasks;
};

/// Thread: any but gui and writer.
class LocalProgrammeService final : public ProgrammeService {
  public:
    explicit LocalProgrammeService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<programme::Stats> stats() const override;
    base::Result<programme::Stats> createSample(const programme::SampleOptions& options, const Actor& actor) override;
    base::Result<programme::ImportReport> import(const std::filesystem::path& fileOrFolder, bool dryRun,
                                                 const Actor& actor) override;
    base::Result<programme::Pulse> pulse() const override;
    base::Result<std::vector<programme::TrendPoint>> trend(base::Instant from) const override;
    base::Result<base::Json> vitals() const override;
    base::Result<std::vector<programme::DefenseEvent>> defenseLog(int limit) const override;
    base::Result<programme::DefenseAutomation> defenseAutomation() const override;
    base::Result<void> setDefenseAutomation(const programme::DefenseAutomation& automation, const std::string& reason,
                                            const Actor& actor) override;
    base::Result<std::vector<programme::Contact>> contacts() const override;
    base::Result<programme::Contact> saveContact(const programme::Contact& contact, const Actor& actor) override;
    base::Result<programme::CrisisStatus> crisisStatus() const override;
    base::Result<std::vector<programme::CrisisStatus>> crisisLog(int limit) const override;
    base::Result<programme::CrisisPreview> crisisPreview(const std::string& severity) const override;
    base::Result<programme::duty::ViolationPage>
    violations(const programme::duty::ViolationFilter& filter) const override;
    base::Result<programme::duty::Violation> violation(int64_t id) const override;
    base::Result<programme::duty::Violation> acknowledgeViolation(int64_t id, std::optional<int64_t> version,
                                                                  const std::string& note, const Actor& actor) override;
    base::Result<std::vector<std::string>> overrideApprovers() const override;
    base::Result<programme::duty::Violation> overrideViolation(int64_t id, std::optional<int64_t> version,
                                                               const programme::duty::OverrideRequest& request,
                                                               const Actor& actor) override;
    base::Result<std::vector<programme::duty::HoursOutlook>> hoursOutlook() const override;
    base::Result<programme::duty::PolicyInForce> dutyPolicy() const override;
    base::Result<programme::duty::PolicyInForce> changeDutyPolicy(const base::Json& changes, const std::string& reason,
                                                                  const Actor& actor) override;

  private:
    void tell(base::Instant now, const char* what) const;
    ServiceParts& m_parts;
};

/// Tells of the moves on the broker's thread, in the order of the commits, before the caller gets the answer.
inline broker::Broker::Then<broker::Broker::Moves> publishing(Dispatcher& dispatcher,
                                                              broker::Broker::Then<broker::Broker::Moves> then) {
    return [&dispatcher, then = std::move(then)](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            dispatcher.publish(*moves);
        then(std::move(moves));
    };
}

/// Tells the workers of running tasks that were marked, on the broker's thread: there the attempt has been handed out.
inline broker::Broker::Then<broker::Broker::Moves> stoppingRunning(Dispatcher& dispatcher,
                                                                   broker::Broker::Then<broker::Broker::Moves> then) {
    return [&dispatcher, then = std::move(then)](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            for (const broker::Move& move : *moves)
                if (move.task.cancelRequested)
                    dispatcher.cancelRunning(move.task);
        then(std::move(moves));
    };
}

/// Adds tasks and answers with them in their order: those that are new, and the earlier ones of repeated keys. An eager
/// engine has run them by then.
base::Result<std::vector<task::Task>> addTasks(ServiceParts& parts, std::vector<broker::NewTask> tasks);

/// A person's command on the programme's rows: triggers make what follows from its changes in the same transaction, and
/// everybody hears of that after the commit.
template <class T>
base::Result<T> changeProgramme(ServiceParts& parts, base::Instant now,
                                const std::function<base::Result<T>(store::Connection&)>& work) {
    broker::Broker::Moves moves;
    std::optional<T> answer;
    std::promise<base::Result<void>> promise;
    parts.database.post(
        [&](store::Connection& db) -> base::Result<void> {
            moves.clear();
            broker::Triggers::Watch watch(parts.triggers, db, nullptr, now);
            auto done = work(db);
            if (!done)
                return done.error();
            answer = std::move(*done);
            watch.follow(moves);
            return {};
        },
        [&](base::Result<void> committed) {
            if (committed)
                parts.dispatcher.publish(moves);
            promise.set_value(std::move(committed));
        });
    if (const auto committed = promise.get_future().get(); !committed)
        return committed.error();
    return std::move(*answer);
}

/// Waits for the answer of a broker verb.
template <class T, class Verb>
base::Result<T> await(Verb&& verb) {
    auto promise = std::make_shared<std::promise<base::Result<T>>>();
    auto future = promise->get_future();
    verb([promise](base::Result<T> answer) { promise->set_value(std::move(answer)); });
    return future.get();
}

inline base::Error noSuchTask(const task::TaskId& id) {
    return {base::ErrorCode::NotFound, "there is no task " + id.text, "List tasks with: beatwarden task list", {}};
}

inline base::Error noSuchSchedule(const std::string& name) {
    return {base::ErrorCode::NotFound, "there is no schedule '" + name + "'", "List them with: beatwarden beat list", {}};
}

/// Nobody knows what a damaged entry was to do: a person says it anew.
inline base::Result<void> mustBeSound(const store::ScheduleRow& row) {
    if (row.sound)
        return {};
    return base::Error{base::ErrorCode::Corrupt, "the stored schedule '" + row.name + "' is damaged",
                       "Remove it and add it again: beatwarden beat remove " + row.name, {}};
}

inline broker::Requester requesterOf(const Actor& actor) {
    return {actor.name, actor.type};
}

} // namespace core::engine
