#pragma once

#include "core/engine/Engine.h"

#include <condition_variable>
#include <mutex>

namespace tests {

/// Queues that are paused and resumed, and hold nothing.
class FakeQueues final : public core::engine::QueueService {
  public:
    FakeQueues();
    core::base::Result<std::vector<core::engine::QueueStatus>> list() const override { return m_queues; }
    core::base::Result<void> pause(const std::string& queue, const core::engine::Actor& actor) override;
    core::base::Result<void> resume(const std::string& queue, const core::engine::Actor& actor) override;
    core::base::Result<int64_t> purge(const std::string& queue, const core::engine::Actor& actor) override;

  private:
    void setPaused(const std::string& queue, bool paused);
    std::vector<core::engine::QueueStatus> m_queues;
};

/// Schedules that never fire.
class FakeSchedules final : public core::engine::ScheduleService {
  public:
    FakeSchedules(core::engine::TaskService& tasks, const core::task::TaskRegistry& types) : m_tasks(tasks), m_types(types) {}
    using Seen = std::optional<core::task::Schedule>;
    core::base::Result<std::vector<core::engine::ScheduleEntry>> list() const override { return m_entries; }
    core::base::Result<std::vector<core::task::Schedule>> waiting() const override {
        return std::vector<core::task::Schedule>();
    }
    core::base::Result<core::engine::ScheduleEntry> find(const std::string& name) const override;
    core::base::Result<core::engine::ScheduleEntry> add(const core::task::Schedule& schedule,
                                                        const core::engine::Actor& actor) override;
    core::base::Result<core::engine::ScheduleEntry> change(const core::task::Schedule& schedule, const Seen& seen,
                                                           const core::engine::Actor& actor) override;
    core::base::Result<core::engine::ScheduleEntry> reset(const std::string& name, const Seen& seen,
                                                          const core::engine::Actor& actor) override;
    core::base::Result<std::vector<core::store::FireRow>> history(const std::string& name, int limit) const override;
    core::base::Result<core::engine::RecentFires> recentFires(int) const override {
        return core::engine::RecentFires();
    }
    core::base::Result<core::engine::SchedulePreview> preview(const core::task::Schedule& schedule,
                                                              int count) const override;
    core::base::Result<core::engine::ComingLoad> coming(core::base::Instant from,
                                                        core::base::Instant to) const override;
    core::base::Result<void> remove(const std::string& name, const Seen& seen,
                                    const core::engine::Actor& actor) override;
    core::base::Result<core::engine::BackfillPlan> backfillPlan(const std::string& name, core::base::Instant from,
                                                                core::base::Instant to) const override;
    core::base::Result<core::engine::BackfillResult> backfill(const core::engine::BackfillRequest& request,
                                                              const core::engine::Actor& actor) override;
    core::base::Result<void> setEnabled(const std::string& name, bool enabled,
                                        const core::engine::Actor& actor) override;
    core::base::Result<core::task::Task> runNow(const std::string& name, const core::engine::Actor& actor) override;

  private:
    core::base::Result<core::engine::ScheduleEntry*> named(const std::string& name);
    core::engine::TaskService& m_tasks;
    const core::task::TaskRegistry& m_types;
    const core::base::ZoneDatabase m_zones;
    std::vector<core::engine::ScheduleEntry> m_entries;
};

/// Task types whose circuits do what they are told.
class FakeTaskTypes final : public core::engine::TaskTypeService {
  public:
    explicit FakeTaskTypes(const core::task::TaskRegistry& registry) : m_registry(registry) {}
    core::base::Result<core::engine::TypeStatus> status(const std::string& type) const override;
    std::vector<core::engine::TypeStatus> statuses() const override;
    core::engine::RetryBudgetStatus retryBudget() const override { return {60, std::nullopt}; }
    core::base::Result<core::engine::TypeStatus> setBreaker(const std::string& type, core::policy::BreakerHold hold,
                                                            const std::string& reason,
                                                            const core::engine::Actor& actor) override;

  private:
    const core::task::TaskRegistry& m_registry;
    std::map<std::string, core::engine::BreakerOverride> m_decisions;
};

/// Triggers that never fire.
class FakeTriggers final : public core::engine::TriggerService {
  public:
    FakeTriggers();
    core::base::Result<std::vector<core::engine::TriggerStatus>> list() const override { return m_triggers; }
    core::base::Result<core::engine::TriggerStatus> find(const std::string& name) const override;
    core::base::Result<core::engine::TriggerStatus> setEnabled(const std::string& name, bool enabled,
                                                               const core::engine::Actor& actor) override;

  private:
    std::vector<core::engine::TriggerStatus> m_triggers;
};

/// One fallback schedule, which does what it is told.
class FakeFallbacks final : public core::engine::FallbackService {
  public:
    FakeFallbacks();
    core::base::Result<std::vector<core::programme::fallback::FallbackCard>> list() const override {
        return std::vector{m_card};
    }
    core::base::Result<core::programme::fallback::FallbackDetail> show(const std::string& id) const override;
    core::base::Result<core::programme::fallback::FallbackCard> activate(const core::engine::FallbackRequest& request,
                                                                         const core::engine::Actor& actor) override;
    core::base::Result<core::programme::fallback::FallbackCard> deactivate(const core::engine::FallbackRequest& request,
                                                                           const core::engine::Actor& actor) override;

  private:
    core::base::Result<void> mustBeKnown(const std::string& id) const;
    core::programme::fallback::FallbackCard m_card;
};

/// No workflows.
class FakeWorkflows final : public core::engine::WorkflowService {
  public:
    core::base::Result<std::vector<core::task::Task>> submit(const core::engine::Workflow&,
                                                             const core::engine::Actor&) override {
        return none();
    }
    core::base::Result<std::vector<core::engine::TreeNode>> tree(const core::task::TaskId&) const override {
        return none();
    }
    core::base::Result<int> cancelTree(const core::task::TaskId&, const core::engine::Actor&) override {
        return none();
    }
    core::base::Result<std::vector<core::task::Task>> retryTree(const core::task::TaskId&,
                                                                const core::engine::Actor&) override {
        return none();
    }

  private:
    static core::base::Error none() { return {core::base::ErrorCode::Unsupported, "no workflows here", {}, {}}; }
};

/// No bulk acts.
class FakeBulk final : public core::engine::BulkService {
  public:
    core::base::Result<core::store::BulkAct> begin(const core::engine::BulkRequest&,
                                                   const core::engine::Actor&) override {
        return none();
    }
    core::base::Result<core::store::BulkAct> undo(const std::string&, const core::engine::Actor&) override {
        return none();
    }
    core::base::Result<core::store::BulkAct> find(const std::string&) const override { return none(); }
    core::base::Result<std::vector<core::store::BulkAct>> recent(int) const override { return none(); }

  private:
    static core::base::Error none() { return {core::base::ErrorCode::Unsupported, "no bulk acts here", {}, {}}; }
};

/// An engine that keeps its tasks in memory and runs none of them: for tests of what stands in front of an engine.
/// Types: `test_echo` {days_ahead: 1..365, default 90} and the two crisis tasks. A test ends a task with `finish`.
class FakeEngine final : public core::engine::Engine,
                         public core::engine::TaskService,
                         public core::engine::ProgrammeService {
  public:
    FakeEngine();

    void finish(const std::string& id, core::task::TaskState state, core::base::Json result = nullptr);
    /// The actor of the last command.
    core::engine::Actor lastActor() const;
    /// How many requests wait in `wait` at this moment.
    int waiters() const;
    core::base::ManualClock& manualClock() { return m_clock; }
    void setProgrammePresent() { m_stats.present = true; }
    /// The next query of statistics throws.
    void breakStatistics() { m_broken = true; }

    // Engine
    void stop() override {}
    void stopAtOnce() override {}
    core::engine::TaskService& tasks() override { return *this; }
    core::engine::QueueService& queues() override { return m_queues; }
    core::engine::ScheduleService& schedules() override { return m_schedules; }
    core::engine::ProgrammeService& programme() override { return *this; }
    core::engine::WorkflowService& workflows() override { return m_workflows; }
    core::engine::BulkService& bulk() override { return m_bulk; }
    core::engine::TaskTypeService& taskTypes() override { return m_taskTypes; }
    core::engine::TriggerService& triggers() override { return m_triggers; }
    core::engine::FallbackService& fallbacks() override { return m_fallbacks; }
    const core::task::TaskRegistry& registry() const override { return m_registry; }
    core::events::EventBus& events() override { return m_events; }
    const core::metrics::SeriesStore& series() const override { return m_series; }
    std::vector<core::engine::QueueStatus> queueSnapshot() const override { return *m_queues.list(); }
    std::vector<core::task::Task> runningSnapshot() const override { return {}; }
    core::metrics::ByName<core::metrics::TaskFigures> figures() const override { return {}; }
    const core::metrics::MetricRegistry& gauges() const override { return m_gauges; }
    core::engine::EngineStatus status() const override;
    const std::filesystem::path& dataDirectory() const override { return m_folder; }
    const core::base::Clock& clock() const override { return m_clock; }

    // TaskService
    core::base::Result<core::task::Task> submit(const core::engine::Submission& submission,
                                                const core::engine::Actor& actor) override;
    core::base::Result<std::vector<core::task::Task>> submitAll(
        const std::vector<core::engine::Submission>& submissions, const core::engine::Actor& actor) override;
    core::base::Result<core::task::Task> cancel(const core::task::TaskId& id,
                                                const core::engine::Actor& actor) override;
    core::base::Result<core::task::Task> retry(const core::task::TaskId& id,
                                               const std::optional<core::base::Json>& params,
                                               const core::engine::Actor& actor) override;
    core::base::Result<core::task::Task> reschedule(const core::task::TaskId& id, core::base::Instant eta,
                                                    const core::engine::Actor& actor) override;
    core::base::Result<core::task::Task> find(const core::task::TaskId& id) const override;
    core::base::Result<core::engine::TaskDetail> detail(const core::task::TaskId& id) const override;
    core::base::Result<std::vector<core::task::Task>> page(const core::store::TaskFilter& filter, int64_t beforeKey,
                                                           int limit) const override;
    core::base::Result<std::vector<int64_t>> keys(const core::store::TaskFilter& filter,
                                                  const core::store::TaskOrder& order) const override;
    core::base::Result<std::vector<core::task::Task>> rows(const std::vector<int64_t>& keys) const override;
    core::base::Result<core::task::Task> wait(const core::task::TaskId& id,
                                              core::base::milliseconds timeout) override;

    // ProgrammeService
    core::base::Result<core::programme::Stats> stats() const override;
    core::base::Result<core::programme::Stats> createSample(const core::programme::SampleOptions& options,
                                                            const core::engine::Actor& actor) override;
    core::base::Result<core::programme::ImportReport> import(const std::filesystem::path& fileOrFolder, bool dryRun,
                                                             const core::engine::Actor& actor) override;
    core::base::Result<core::programme::Pulse> pulse() const override { return core::programme::Pulse(); }
    core::base::Result<std::vector<core::programme::TrendPoint>> trend(core::base::Instant from) const override;
    core::base::Result<core::base::Json> vitals() const override { return core::base::Json::object(); }
    core::base::Result<std::vector<core::programme::DefenseEvent>> defenseLog(int) const override {
        return std::vector<core::programme::DefenseEvent>();
    }
    core::base::Result<core::programme::DefenseAutomation> defenseAutomation() const override {
        return core::programme::DefenseAutomation();
    }
    core::base::Result<void> setDefenseAutomation(const core::programme::DefenseAutomation&, const std::string&,
                                                  const core::engine::Actor&) override {
        return {};
    }
    core::base::Result<std::vector<core::programme::Contact>> contacts() const override {
        return std::vector<core::programme::Contact>();
    }
    core::base::Result<core::programme::Contact> saveContact(const core::programme::Contact& contact,
                                                             const core::engine::Actor&) override {
        return contact;
    }
    core::base::Result<core::programme::CrisisStatus> crisisStatus() const override;
    core::base::Result<std::vector<core::programme::CrisisStatus>> crisisLog(int limit) const override;
    core::base::Result<core::programme::CrisisPreview> crisisPreview(const std::string& severity) const override;
    core::base::Result<core::programme::duty::ViolationPage>
    violations(const core::programme::duty::ViolationFilter& filter) const override;
    core::base::Result<core::programme::duty::Violation> violation(int64_t id) const override;
    core::base::Result<core::programme::duty::Violation>
    acknowledgeViolation(int64_t id, std::optional<int64_t> version, const std::string& note,
                         const core::engine::Actor& actor) override;
    core::base::Result<std::vector<std::string>> overrideApprovers() const override { return std::vector<std::string>{"Ada Director"}; }
    core::base::Result<core::programme::duty::Violation>
    overrideViolation(int64_t id, std::optional<int64_t> version, const core::programme::duty::OverrideRequest& request,
                      const core::engine::Actor& actor) override;
    core::base::Result<std::vector<core::programme::duty::HoursOutlook>> hoursOutlook() const override { return outlooks; }
    core::base::Result<core::programme::duty::PolicyInForce> dutyPolicy() const override { return m_policy; }
    core::base::Result<core::programme::duty::PolicyInForce> changeDutyPolicy(const core::base::Json& changes,
                                                                              const std::string& reason,
                                                                              const core::engine::Actor& actor) override;

    /// What the violation verbs show and change; `lastFilter` is what a list was asked for, `lastOverride` an override.
    core::programme::duty::OverrideRequest lastOverride;
    std::vector<core::programme::duty::Violation> violationRows;
    mutable core::programme::duty::ViolationFilter lastFilter;
    std::vector<core::programme::duty::HoursOutlook> outlooks;

  private:
    bool matches(const core::task::Task& task, const core::store::TaskFilter& filter) const;

    core::base::ManualClock m_clock;
    core::task::TaskRegistry m_registry;
    core::events::EventBus m_events;
    core::metrics::SeriesStore m_series;
    core::metrics::MetricRegistry m_gauges;
    std::filesystem::path m_folder = "/tmp";
    FakeQueues m_queues;
    FakeSchedules m_schedules{*this, m_registry};
    FakeWorkflows m_workflows;
    FakeBulk m_bulk;
    FakeTaskTypes m_taskTypes{m_registry};
    FakeTriggers m_triggers;
    FakeFallbacks m_fallbacks;
    core::programme::Stats m_stats;
    core::programme::duty::PolicyInForce m_policy;
    bool m_broken = false;
    mutable std::mutex m_mutex; // guards the fields below
    std::condition_variable m_ended;
    std::vector<core::task::Task> m_tasks; ///< by key, from 1
    core::engine::Actor m_actor;
    int m_waiters = 0;
};

} // namespace tests
