#include "tests/support/FakeEngine.h"

#include "core/beat/Timetable.h"
#include "core/engine/BackfillPlanning.h"

#include <algorithm>
#include <stdexcept>

namespace tests {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;
using core::base::Result;
using core::engine::Actor;
using core::engine::ScheduleEntry;
using core::engine::TriggerStatus;
using core::engine::TypeStatus;
using core::task::Task;
using core::task::TaskId;
using core::task::TaskState;

namespace {

core::task::TaskType typeNamed(const std::string& id, std::vector<core::task::Parameter> parameters) {
    core::task::TaskType type;
    type.id = id;
    type.celeryName = "app.tests." + id;
    type.queue = "default";
    type.title = id;
    type.parameters = core::task::ParameterSchema(std::move(parameters));
    return type;
}

core::task::Parameter parameterNamed(const std::string& name, core::task::ParameterKind kind) {
    core::task::Parameter parameter;
    parameter.name = name;
    parameter.kind = kind;
    return parameter;
}

} // namespace

FakeQueues::FakeQueues() {
    for (const core::task::QueueLimit& limit : core::task::kQueues) {
        core::engine::QueueStatus queue;
        queue.name = limit.name;
        queue.slots = limit.slots;
        m_queues.push_back(std::move(queue));
    }
}

void FakeQueues::setPaused(const std::string& queue, bool paused) {
    for (auto& status : m_queues)
        if (status.name == queue)
            status.paused = paused;
}

Result<void> FakeQueues::pause(const std::string& queue, const Actor&) {
    setPaused(queue, true);
    return {};
}

Result<void> FakeQueues::resume(const std::string& queue, const Actor&) {
    setPaused(queue, false);
    return {};
}

Result<int64_t> FakeQueues::purge(const std::string&, const Actor&) {
    return int64_t(0);
}

Result<TypeStatus> FakeTaskTypes::status(const std::string& type) const {
    const auto known = m_registry.require(type);
    if (!known)
        return known.error();
    TypeStatus status;
    status.type = (*known)->id;
    if (const auto decision = m_decisions.find(status.type); decision != m_decisions.end())
        status.decision = decision->second;
    if (status.decision.hold == core::policy::BreakerHold::Open) {
        status.breaker = core::policy::BreakerState::Open;
        status.waitsFor = "circuit held open";
    }
    return status;
}

std::vector<TypeStatus> FakeTaskTypes::statuses() const {
    std::vector<TypeStatus> all;
    for (const std::string& id : m_registry.ids())
        all.push_back(*status(id));
    return all;
}

Result<TypeStatus> FakeTaskTypes::setBreaker(const std::string& type, core::policy::BreakerHold hold,
                                             const std::string& reason, const Actor& actor) {
    if (const auto known = status(type); !known)
        return known;
    m_decisions[type] = {hold, reason, actor.name, {}};
    return status(type);
}

Result<ScheduleEntry*> FakeSchedules::named(const std::string& name) {
    for (ScheduleEntry& entry : m_entries)
        if (entry.name == name)
            return &entry;
    return Error{ErrorCode::NotFound, "there is no schedule " + name, {}, {}};
}

Result<ScheduleEntry> FakeSchedules::find(const std::string& name) const {
    for (const ScheduleEntry& entry : m_entries)
        if (entry.name == name)
            return entry;
    return Error{ErrorCode::NotFound, "there is no schedule " + name, {}, {}};
}

Result<ScheduleEntry> FakeSchedules::add(const core::task::Schedule& schedule, const Actor&) {
    if (const auto table = core::beat::Timetable::of(schedule, core::base::ZoneDatabase()); !table)
        return table.error();
    if (find(schedule.name))
        return Error{ErrorCode::Conflict, "there is a schedule " + schedule.name + " already", {}, {}};
    static_cast<core::task::Schedule&>(m_entries.emplace_back()) = schedule;
    return m_entries.back();
}

Result<ScheduleEntry> FakeSchedules::change(const core::task::Schedule& schedule, const Seen&, const Actor&) {
    const auto entry = named(schedule.name);
    if (!entry)
        return entry.error();
    static_cast<core::task::Schedule&>(**entry) = schedule;
    return **entry;
}

Result<ScheduleEntry> FakeSchedules::reset(const std::string& name, const Seen&, const Actor&) {
    return find(name);
}

Result<std::vector<core::store::FireRow>> FakeSchedules::history(const std::string& name, int) const {
    if (const auto entry = find(name); !entry)
        return entry.error();
    return std::vector<core::store::FireRow>();
}

Result<core::engine::SchedulePreview> FakeSchedules::preview(const core::task::Schedule& schedule, int) const {
    if (const auto table = core::beat::Timetable::of(schedule, core::base::ZoneDatabase()); !table)
        return table.error();
    return core::engine::SchedulePreview();
}

Result<core::engine::ComingLoad> FakeSchedules::coming(core::base::Instant from, core::base::Instant to) const {
    return core::engine::comingLoad(m_entries, {m_types, m_zones, {}, {}, 4}, from, to);
}

/// Of schedules that never fired.
Result<core::engine::BackfillPlan> FakeSchedules::backfillPlan(const std::string& name, core::base::Instant from,
                                                               core::base::Instant to) const {
    const auto entry = find(name);
    if (!entry)
        return entry.error();
    const auto table = core::beat::Timetable::of(*entry, core::base::ZoneDatabase());
    if (!table)
        return table.error();
    return core::engine::planOf({*table, *entry, nullptr, from, to, {}, {}});
}

Result<core::engine::BackfillResult> FakeSchedules::backfill(const core::engine::BackfillRequest& request,
                                                             const Actor& actor) {
    core::engine::BackfillResult result;
    for (const core::base::Instant instant : request.instants) {
        if (instant < *core::base::parseInstant("2026-11-01T00:00:00Z")) {
            result.skipped.push_back({instant, core::engine::InstantState::Fired, {}});
            continue;
        }
        const auto task = runNow(request.schedule, actor);
        if (!task)
            return task.error();
        result.tag = "backfill-000000000001";
        result.tasks.push_back(task->id);
    }
    return result;
}

Result<void> FakeSchedules::remove(const std::string& name, const Seen&, const Actor&) {
    if (const auto entry = named(name); !entry)
        return entry.error();
    std::erase_if(m_entries, [&](const ScheduleEntry& entry) { return entry.name == name; });
    return {};
}

Result<void> FakeSchedules::setEnabled(const std::string& name, bool enabled, const Actor&) {
    const auto entry = named(name);
    if (!entry)
        return entry.error();
    (*entry)->enabled = enabled;
    return {};
}

Result<Task> FakeSchedules::runNow(const std::string& name, const Actor& actor) {
    const auto entry = named(name);
    if (!entry)
        return entry.error();
    core::engine::Submission submission;
    submission.type = (*entry)->type;
    submission.params = (*entry)->params;
    return m_tasks.submit(submission, actor);
}

FakeFallbacks::FakeFallbacks() {
    m_card.id = "fallback-1";
    m_card.scenario = core::programme::fallback::Scenario::DoubleLoss;
    m_card.name = ruleOf(m_card.scenario).name;
    m_card.validFrom = core::base::makeDate(2026, 11, 20);
    m_card.validUntil = m_card.validFrom + std::chrono::days(89);
    m_card.coverage = m_card.greedyCoverage = m_card.exactCoverage = 0.94;
    m_card.method = "greedy";
    m_card.generation = m_card.version = 1;
}

Result<void> FakeFallbacks::mustBeKnown(const std::string& id) const {
    if (id == m_card.id || id == toText(m_card.scenario))
        return {};
    return {ErrorCode::NotFound, "there is no fallback schedule " + id};
}

Result<core::programme::fallback::FallbackDetail> FakeFallbacks::show(const std::string& id) const {
    if (auto known = mustBeKnown(id); !known)
        return known.error();
    core::programme::fallback::FallbackDetail detail{m_card, {}};
    core::programme::fallback::FallbackDay day;
    day.date = m_card.validFrom;
    day.duties.push_back({{day.date, core::programme::Half::Am}, "p-1", "Dr. Ada Ward", "faculty", "FMIT", "FMIT ward", "RES", false});
    day.gaps.push_back({{day.date, core::programme::Half::Pm}, "OB clinic", "faculty", 3, 1, "12 not qualified"});
    detail.days.push_back(day);
    return detail;
}

Result<core::programme::fallback::FallbackCard> FakeFallbacks::activate(const core::engine::FallbackRequest& request,
                                                                        const core::engine::Actor&) {
    if (auto known = mustBeKnown(request.id); !known)
        return known.error();
    if (request.version && *request.version != m_card.version)
        return {ErrorCode::Conflict, "it has changed since you looked at it"};
    m_card.active = true;
    m_card.reason = request.reason;
    m_card.approvedBy = request.approvedBy;
    ++m_card.activationCount;
    ++m_card.version;
    return m_card;
}

Result<core::programme::fallback::FallbackCard> FakeFallbacks::deactivate(const core::engine::FallbackRequest& request,
                                                                          const core::engine::Actor&) {
    if (auto known = mustBeKnown(request.id); !known)
        return known.error();
    if (!m_card.active)
        return {ErrorCode::Conflict, "it is not in force"};
    m_card.active = false;
    ++m_card.version;
    return m_card;
}

FakeTriggers::FakeTriggers() {
    core::engine::TriggerStatus& works = m_triggers.emplace_back();
    works.name = works.rule.name = "echo-after-echo";
    works.rule.about = "a task of this type succeeded";
    works.rule.listensTo = core::task::TaskEnds{{"test_echo"}};
    works.makes = works.rule.makes = "test_echo";
    core::engine::TriggerStatus& waits = m_triggers.emplace_back(works);
    waits.name = waits.rule.name = "not-yet";
    waits.rule.listensTo = core::task::RowChanges{{"absence"}};
    waits.rule.debounce = core::task::Debounce{std::chrono::minutes(5), std::chrono::minutes(30)};
    waits.makes = waits.rule.makes = "test_missing";
    waits.waitsFor = "the task type test_missing";
}

Result<TriggerStatus> FakeTriggers::find(const std::string& name) const {
    for (const TriggerStatus& trigger : m_triggers)
        if (trigger.name == name)
            return trigger;
    return Error{ErrorCode::NotFound, "there is no trigger " + name, {}, {}};
}

Result<TriggerStatus> FakeTriggers::setEnabled(const std::string& name, bool enabled, const Actor&) {
    for (TriggerStatus& trigger : m_triggers)
        if (trigger.name == name)
            trigger.enabled = enabled;
    return find(name);
}

FakeEngine::FakeEngine() : m_clock(*core::base::parseInstant("2026-11-20T08:00:00Z")) {
    auto days = parameterNamed("days_ahead", core::task::ParameterKind::Integer);
    days.minimum = 1;
    days.maximum = 365;
    days.defaultValue = 90;
    m_registry.add(typeNamed("test_echo", {days}));
    const auto text = core::task::ParameterKind::Text;
    m_registry.add(typeNamed("resilience_crisis_activation",
                             {parameterNamed("severity", text), parameterNamed("reason", text),
                              parameterNamed("approved_by", text)}));
    m_registry.add(typeNamed("resilience_crisis_deactivation",
                             {parameterNamed("reason", text), parameterNamed("approved_by", text)}));
}

void FakeEngine::finish(const std::string& id, TaskState state, Json result) {
    {
        const std::lock_guard lock(m_mutex);
        for (Task& task : m_tasks)
            if (task.id.text == id) {
                task.state = state;
                task.startedAt = task.finishedAt = m_clock.now();
                task.result = std::move(result);
            }
    }
    m_ended.notify_all();
}

Actor FakeEngine::lastActor() const {
    const std::lock_guard lock(m_mutex);
    return m_actor;
}

int FakeEngine::waiters() const {
    const std::lock_guard lock(m_mutex);
    return m_waiters;
}

core::engine::EngineStatus FakeEngine::status() const {
    core::engine::EngineStatus status;
    status.version = "1.2.3";
    status.startedAt = m_clock.now();
    status.workerLimit = 4;
    return status;
}

Result<Task> FakeEngine::submit(const core::engine::Submission& submission, const Actor& actor) {
    const auto type = m_registry.require(submission.type);
    if (!type)
        return type.error();
    auto params = (*type)->parameters.validate(submission.params);
    if (!params)
        return params.error();
    const std::lock_guard lock(m_mutex);
    Task task;
    task.key = int64_t(m_tasks.size()) + 1;
    task.id = {"task-" + std::to_string(task.key)};
    task.type = (*type)->id;
    task.queue = (*type)->queue;
    task.params = std::move(*params);
    task.priority = submission.priority.value_or(core::task::kDefaultPriority);
    task.metadata = submission.metadata;
    task.tags = submission.tags;
    task.idempotencyKey = submission.idempotencyKey;
    task.createdAt = m_clock.now();
    task.scheduledFor = submission.eta;
    task.timeLimit = submission.timeout;
    task.triggeredBy = actor.name;
    m_actor = actor;
    m_tasks.push_back(task);
    return task;
}

Result<std::vector<Task>> FakeEngine::submitAll(const std::vector<core::engine::Submission>& submissions,
                                                const Actor& actor) {
    std::vector<Task> tasks;
    for (const auto& submission : submissions) {
        auto task = submit(submission, actor);
        if (!task)
            return task.error();
        tasks.push_back(std::move(*task));
    }
    return tasks;
}

Result<Task> FakeEngine::cancel(const TaskId& id, const Actor& actor) {
    const std::lock_guard lock(m_mutex);
    m_actor = actor;
    for (Task& task : m_tasks) {
        if (task.id != id)
            continue;
        if (core::task::isTerminal(task.state))
            return Error{ErrorCode::Conflict, std::string("task already ") + core::task::toText(task.state), {}, {}};
        task.state = TaskState::Revoked;
        return task;
    }
    return Error{ErrorCode::NotFound, "there is no task " + id.text, {}, {}};
}

Result<Task> FakeEngine::retry(const TaskId& id, const std::optional<Json>& params, const Actor& actor) {
    const auto original = find(id);
    if (!original)
        return original.error();
    if (!core::task::isTerminal(original->state))
        return Error{ErrorCode::Conflict, "the task has not ended", {}, {}};
    core::engine::Submission submission;
    submission.type = original->type;
    submission.params = params.value_or(original->params);
    return submit(submission, actor);
}

Result<Task> FakeEngine::reschedule(const TaskId& id, core::base::Instant eta, const Actor&) {
    const std::lock_guard lock(m_mutex);
    for (Task& task : m_tasks)
        if (task.id == id) {
            task.scheduledFor = eta;
            return task;
        }
    return Error{ErrorCode::NotFound, "there is no task " + id.text, {}, {}};
}

Result<Task> FakeEngine::find(const TaskId& id) const {
    const std::lock_guard lock(m_mutex);
    for (const Task& task : m_tasks)
        if (task.id == id)
            return task;
    return Error{ErrorCode::NotFound, "there is no task " + id.text, {}, {}};
}

Result<core::engine::TaskDetail> FakeEngine::detail(const TaskId& id) const {
    auto task = find(id);
    if (!task)
        return task.error();
    core::engine::TaskDetail detail;
    detail.task = std::move(*task);
    detail.log.push_back({m_clock.now(), 1, core::base::LogLevel::Info, "read 18 residents"});
    return detail;
}

bool FakeEngine::matches(const Task& task, const core::store::TaskFilter& filter) const {
    const bool state = filter.states.empty() ||
                       std::find(filter.states.begin(), filter.states.end(), task.state) != filter.states.end();
    return state && (filter.queue.empty() || filter.queue == task.queue) &&
           (filter.type.empty() || filter.type == task.type) &&
           (!filter.createdFrom || task.createdAt >= *filter.createdFrom) &&
           (!filter.createdTo || task.createdAt < *filter.createdTo);
}

Result<std::vector<Task>> FakeEngine::page(const core::store::TaskFilter& filter, int64_t beforeKey,
                                           int limit) const {
    const std::lock_guard lock(m_mutex);
    std::vector<Task> page;
    for (auto task = m_tasks.rbegin(); task != m_tasks.rend() && int(page.size()) < limit; ++task)
        if ((beforeKey == 0 || task->key < beforeKey) && matches(*task, filter))
            page.push_back(*task);
    return page;
}

Result<std::vector<int64_t>> FakeEngine::keys(const core::store::TaskFilter& filter,
                                              const core::store::TaskOrder&) const {
    const std::lock_guard lock(m_mutex);
    std::vector<int64_t> keys;
    for (const Task& task : m_tasks)
        if (matches(task, filter))
            keys.push_back(task.key);
    return keys;
}

Result<std::vector<Task>> FakeEngine::rows(const std::vector<int64_t>& keys) const {
    const std::lock_guard lock(m_mutex);
    std::vector<Task> rows;
    for (const int64_t key : keys)
        rows.push_back(m_tasks[size_t(key - 1)]);
    return rows;
}

Result<Task> FakeEngine::wait(const TaskId& id, core::base::milliseconds timeout) {
    const auto ended = [&]() -> const Task* {
        for (const Task& task : m_tasks)
            if (task.id == id && core::task::isTerminal(task.state))
                return &task;
        return nullptr;
    };
    {
        std::unique_lock lock(m_mutex);
        ++m_waiters;
        m_ended.wait_for(lock, timeout, [&] { return ended() != nullptr; });
        --m_waiters;
    }
    return find(id);
}

Result<core::programme::Stats> FakeEngine::stats() const {
    if (m_broken)
        throw std::runtime_error("secret detail of the disk");
    return m_stats;
}

Result<core::programme::Stats> FakeEngine::createSample(const core::programme::SampleOptions& options, const Actor&) {
    if (m_stats.present)
        return Error{ErrorCode::Conflict, "there is a programme already", {}, {}};
    m_stats.present = true;
    m_stats.residents = options.residents;
    m_stats.faculty = options.faculty;
    return m_stats;
}

Result<core::programme::ImportReport> FakeEngine::import(const std::filesystem::path&, bool dryRun, const Actor&) {
    core::programme::ImportReport report;
    report.dryRun = dryRun;
    report.errors.push_back({"absences.csv", 3, "End Date", "ends before it starts"});
    return report;
}

Result<std::vector<core::programme::TrendPoint>> FakeEngine::trend(core::base::Instant) const {
    return std::vector<core::programme::TrendPoint>();
}

Result<core::programme::CrisisStatus> FakeEngine::crisisStatus() const {
    return core::programme::CrisisStatus();
}

Result<std::vector<core::programme::CrisisStatus>> FakeEngine::crisisLog(int) const {
    return std::vector<core::programme::CrisisStatus>();
}

Result<core::programme::CrisisPreview> FakeEngine::crisisPreview(const std::string& severity) const {
    core::programme::CrisisPreview preview;
    preview.severity = severity;
    return preview;
}

Result<core::programme::duty::ViolationPage>
FakeEngine::violations(const core::programme::duty::ViolationFilter& filter) const {
    lastFilter = filter;
    core::programme::duty::ViolationPage page{violationRows, int64_t(violationRows.size())};
    page.violations.resize(std::min(page.violations.size(), size_t(filter.limit)));
    return page;
}

Result<core::programme::duty::Violation> FakeEngine::violation(int64_t id) const {
    for (const core::programme::duty::Violation& row : violationRows)
        if (row.id == id)
            return row;
    return Error{ErrorCode::NotFound, "there is no violation " + std::to_string(id), {}, {}};
}

Result<core::programme::duty::Violation> FakeEngine::acknowledgeViolation(int64_t id, std::optional<int64_t> version,
                                                                          const std::string& note, const Actor& actor) {
    auto row = violation(id);
    if (!row)
        return row;
    if (version && *version != row->version)
        return Error{ErrorCode::Conflict, "it has changed", {}, {}};
    {
        const std::lock_guard lock(m_mutex);
        m_actor = actor;
    }
    row->status = core::programme::duty::ViolationStatus::Acknowledged;
    row->acknowledgement = core::programme::duty::Acknowledgement{actor.name, note, m_clock.now()};
    return row;
}

Result<core::programme::duty::Violation>
FakeEngine::overrideViolation(int64_t id, std::optional<int64_t> version,
                              const core::programme::duty::OverrideRequest& request, const Actor& actor) {
    auto row = acknowledgeViolation(id, version, {}, actor);
    if (!row)
        return row;
    lastOverride = request;
    row->status = core::programme::duty::ViolationStatus::Overridden;
    row->override = core::programme::duty::Override{.by = actor.name,
                                                    .approvedBy = request.approvedBy,
                                                    .reasonCode = request.reasonCode,
                                                    .reason = request.reason,
                                                    .at = m_clock.now(),
                                                    .expiresAt = request.expiresAt.value_or(m_clock.now()),
                                                    .severity = row->severity};
    return row;
}

Result<core::programme::duty::PolicyInForce> FakeEngine::changeDutyPolicy(const Json& changes, const std::string&,
                                                                          const Actor& actor) {
    const auto changed = core::programme::duty::changedPolicy(m_policy.policy, changes);
    if (!changed)
        return changed.error();
    m_policy = {*changed, m_policy.version + 1, actor.name, {}};
    return m_policy;
}

} // namespace tests
