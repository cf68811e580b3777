#include "tests/support/TriggerBench.h"

#include "core/engine/StoreOpening.h"
#include "core/engine/TaskFactory.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/store/TaskStore.h"
#include "tests/conformance/Desk.h"
#include "tests/support/Checker.h"

#include <gtest/gtest.h>

namespace tests {

using namespace core;
using base::Json;
using base::Result;
using conformance::Desk;
using store::Connection;
using task::Task;

namespace {

task::Parameter parameter(const char* name, task::ParameterKind kind) {
    task::Parameter parameter;
    parameter.name = name;
    parameter.kind = kind;
    return parameter;
}

task::TaskType typeOf(const char* id) {
    using task::ParameterKind;
    task::TaskType type;
    type.id = id;
    type.celeryName = std::string("app.bench.") + id + "_it";
    type.queue = "default";
    type.parameters = task::ParameterSchema({parameter("n", ParameterKind::Integer), parameter("job", ParameterKind::Text),
                                             parameter("row_id", ParameterKind::Text),
                                             parameter("row_ids", ParameterKind::TextList)});
    return type;
}

} // namespace

TriggerBench::TriggerBench(std::vector<task::Trigger> triggers)
    : now(*base::parseInstant("2026-11-20T08:00:00Z")), m_rules(std::move(triggers)),
      m_types(std::make_shared<task::TaskRegistry>()) {
    task::TaskType cause = typeOf("cause");
    cause.retry = task::RetryPolicy::fixed(1, base::seconds(60));
    m_types->add(std::move(cause));
    m_types->add(typeOf("other"));
    m_types->add(typeOf("effect"));
    open();
}

void TriggerBench::open() {
    auto database = store::Database::open(m_folder / "core.db", engine::allMigrations());
    ASSERT_TRUE(database) << database.error().text();
    m_database = std::move(*database);
    broker::Triggers::Parts parts;
    parts.triggers = m_rules;
    parts.types = m_types;
    parts.make = [types = m_types](const broker::TriggeredTask& wanted, base::Instant at) {
        return engine::TaskFactory(*types).fromTrigger(wanted, at);
    };
    parts.today = programme::store::localToday;
    const auto made = m_database->read([&](Connection& db) -> Result<std::shared_ptr<const broker::Triggers>> {
        return std::make_shared<const broker::Triggers>(std::move(parts), db);
    });
    ASSERT_TRUE(made) << made.error().text();
    m_triggers = *made;
    m_broker = std::make_unique<broker::SqliteBroker>(*m_database, programme::store::tablesWritableByTasks());
    m_broker->setTriggers(m_triggers);
    m_epoch = m_broker->takeOwnership(now).value_or(0);
}

void TriggerBench::restart() {
    m_broker.reset();
    m_database.reset();
    open();
    ASSERT_TRUE(m_broker->rescue(m_epoch, {}, [](int64_t, int, int64_t) { return true; }, now));
}

Task TriggerBench::insert(const std::string& type, Json params, Json metadata) {
    engine::Submission submission;
    submission.type = type;
    submission.params = std::move(params);
    submission.metadata = std::move(metadata);
    auto task = engine::TaskFactory(*m_types).fromSubmission(submission, "tester", now);
    EXPECT_TRUE(task) << task.error().text();
    return Desk(*m_broker).enqueue({*task}).value().front().task;
}

Task TriggerBench::claim(const std::string& type) {
    broker::ClaimRequest request;
    request.batches = 1;
    request.queues["default"] = 1;
    request.types[type] = {1, 1};
    request.epoch = m_epoch;
    request.now = now;
    const auto moves = Desk(*m_broker).claim(request);
    EXPECT_TRUE(moves) << moves.error().text();
    return moves && !moves->empty() ? moves->front().task : Task();
}

int TriggerBench::end(const Task& running, task::Outcome outcome, std::vector<task::FollowUp> followUps) {
    broker::Ending ending;
    ending.task = running.id;
    ending.type = running.type;
    ending.attempt = running.attempt;
    ending.epoch = m_epoch;
    ending.now = now;
    ending.outcome = std::move(outcome);
    ending.retry = m_types->find(running.type)->retry;
    ending.followUps = engine::TaskFactory(*m_types).fromFollowUps(followUps, running.id, now).value();
    const auto ended = Desk(*m_broker).end({ending});
    EXPECT_TRUE(ended) << ended.error().text();
    return ended ? ended->fenced : -1;
}

Task TriggerBench::run(const std::string& type, task::Outcome outcome, Json params, Json metadata) {
    const Task made = insert(type, std::move(params), std::move(metadata));
    const Task running = claim(type);
    EXPECT_EQ(running.id, made.id) << "something else of the type waited";
    EXPECT_EQ(end(running, std::move(outcome)), 0);
    return find(made.id);
}

void TriggerBench::stage() {
    EXPECT_TRUE(Desk(*m_broker).stage(now));
}

void TriggerBench::cancel(const Task& task) {
    EXPECT_TRUE(Desk(*m_broker).cancel(task.id, now));
}

void TriggerBench::reschedule(const Task& task, base::Instant eta) {
    EXPECT_TRUE(Desk(*m_broker).reschedule(task.id, eta, now));
}

Result<void> TriggerBench::command(const std::string& sql) {
    return m_database->write([&](Connection& db) -> Result<void> {
        broker::Triggers::Watch watch(*m_triggers, db, nullptr, now);
        db.exec(sql);
        broker::Broker::Moves moves;
        watch.follow(moves);
        return {};
    });
}

void TriggerBench::sql(const std::string& sql) {
    const auto done = m_database->write([&](Connection& db) -> Result<void> {
        db.exec(sql);
        return {};
    });
    ASSERT_TRUE(done) << done.error().text();
}

Task TriggerBench::find(const task::TaskId& id) {
    return m_database->read([&](Connection& db) -> Result<Task> { return store::readTask(db, id).value_or(Task()); })
        .value_or(Task());
}

std::vector<Task> TriggerBench::madeBy(const std::string& trigger) {
    return m_database
        ->read([&](Connection& db) -> Result<std::vector<Task>> {
            std::vector<Task> tasks;
            for (Task& task : store::readPage(db, {}, 0, 100'000))
                if (task.triggeredBy == "trigger:" + trigger || task.triggeredBy.starts_with("trigger:" + trigger + "/"))
                    tasks.insert(tasks.begin(), std::move(task));
            return tasks;
        })
        .value_or({});
}

store::TriggerRow TriggerBench::row(const std::string& trigger) {
    return m_database->read([&](Connection& db) -> Result<store::TriggerRow> { return store::readTrigger(db, trigger); })
        .value_or({});
}

broker::TriggerRest TriggerBench::restOf(const std::string& trigger) {
    for (const task::Trigger& each : m_triggers->all())
        if (each.name == trigger)
            return m_triggers->restOf(each);
    return {};
}

std::vector<task::Transition> TriggerBench::history(const Task& task) {
    return m_database
        ->read([&](Connection& db) -> Result<std::vector<task::Transition>> { return store::readHistory(db, task.key); })
        .value_or({});
}

void TriggerBench::enable(const std::string& trigger, bool enabled) {
    const auto done = m_database->write([&](Connection& db) -> Result<void> {
        store::setTriggerEnabled(db, trigger, enabled);
        return {};
    });
    ASSERT_TRUE(done);
}

std::string TriggerBench::violations() {
    return describe(checkStore(m_folder / "core.db", {}, {Running::OfThisOwner, {}, {}, {}}));
}

} // namespace tests
