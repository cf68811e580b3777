#include "tests/support/MisbehavingTasks.h"

#include "core/store/Connection.h"
#include "core/worker/Messages.h"
#include "tests/support/DeathModes.h"
#include "tests/support/DiligentTasks.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <spawn.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tests {

using core::base::Json;
using core::base::LogLevel;
using core::task::Change;
using core::task::ChangeKind;
using core::task::Handler;
using core::task::Outcome;
using core::task::Parameter;
using core::task::ParameterKind;
using core::task::ParameterSchema;
using core::task::TaskContext;
using core::task::TaskType;
using Steady = std::chrono::steady_clock;

namespace {

constexpr int kEngine = 3; ///< the descriptor that leads to the engine
constexpr std::chrono::milliseconds kNap{2};

Parameter parameter(const char* name, ParameterKind kind, Json defaultValue = nullptr) {
    Parameter p;
    p.name = name;
    p.kind = kind;
    p.defaultValue = std::move(defaultValue);
    return p;
}

Parameter integer(const char* name, int defaultValue) {
    return parameter(name, ParameterKind::Integer, defaultValue);
}

std::chrono::milliseconds millisecondsOf(const Json& params) {
    return std::chrono::milliseconds(params.at("ms").get<int64_t>());
}

Outcome echo(const Json& params, TaskContext&) {
    return Outcome::success(params);
}

Outcome tellContext(const Json&, TaskContext& context) {
    return Outcome::success({{"task", context.taskId()},
                             {"attempt", context.attempt()},
                             {"triggered_by", context.triggeredBy()},
                             {"database", context.databasePath().string()},
                             {"pid", int(::getpid())}});
}

Outcome readDatabase(const Json&, TaskContext& context) {
    auto db = core::store::Connection::open(context.databasePath(), core::store::OpenMode::ReadOnly);
    if (!db)
        return Outcome::permanentFailure("Unreadable", db.error().text());
    core::store::Query rows = (*db)->query("SELECT count(*) FROM task");
    rows.step();
    return Outcome::success({{"tasks", rows.integer(0)}});
}

Outcome fail(const Json& params, TaskContext& context) {
    context.log(LogLevel::Info, "about to fail");
    throw std::runtime_error(params.at("message").get<std::string>());
}

/// With a message of that size, thrown, returned, or as the error's type.
Outcome failAtLength(const Json& params, TaskContext&) {
    const std::string words(params.at("kb").get<size_t>() << 10, 'e');
    const std::string how = params.at("how");
    if (how == "thrown")
        throw std::runtime_error(words);
    return Outcome::transientFailure(how == "type" ? words : "Long", words);
}

Outcome failNested(const Json&, TaskContext&) {
    try {
        throw std::invalid_argument("the inner cause");
    } catch (...) {
        std::throw_with_nested(std::runtime_error("the outer failure"));
    }
}

Outcome failWithValue(const Json&, TaskContext&) {
    throw 42;
}

Outcome failPermanently(const Json&, TaskContext&) {
    return Outcome::permanentFailure("TestRefused", "this will never work", {{"hint", "stop trying"}});
}

Outcome failTimes(const Json& params, TaskContext& context) {
    if (context.attempt() <= params.at("times").get<int>())
        throw std::runtime_error("attempt " + std::to_string(context.attempt()) + " fails as told");
    return Outcome::success({{"attempt", context.attempt()}});
}

Outcome sleepPolitely(const Json& params, TaskContext& context) {
    context.progress(1, "asleep");
    const auto end = Steady::now() + millisecondsOf(params);
    while (Steady::now() < end) {
        context.checkCancelled();
        std::this_thread::sleep_for(kNap);
    }
    return Outcome::success({{"slept_ms", params.at("ms")}});
}

/// Notices the cancel and ends well all the same.
Outcome obeyLate(const Json& params, TaskContext& context) {
    try {
        sleepPolitely(params, context);
    } catch (const core::task::Cancelled&) {
        return Outcome::success("finished although cancelled");
    }
    return Outcome::success("not cancelled");
}

Outcome beStubborn(const Json& params, TaskContext& context) {
    if (params.at("ignore_term").get<bool>())
        ::signal(SIGTERM, SIG_IGN);
    context.progress(1, "deaf");
    std::this_thread::sleep_for(millisecondsOf(params));
    return Outcome::success("slept through everything");
}

Outcome spin(const Json& params, TaskContext& context) {
    context.progress(1, "spinning");
    const auto end = Steady::now() + millisecondsOf(params);
    volatile uint64_t turns = 0;
    while (Steady::now() < end)
        turns = turns + 1;
    return Outcome::success({{"turns", uint64_t(turns)}});
}

Outcome claimCancelled(const Json&, TaskContext&) {
    throw core::task::Cancelled();
}

Outcome crash(const Json&, TaskContext& context) {
    context.log(LogLevel::Info, "about to crash");
    ::signal(SIGSEGV, SIG_DFL); // a sanitizer's handler would turn the crash into an exit
    ::raise(SIGSEGV);
    return Outcome::success(nullptr);
}

Outcome leaveProcess(const Json& params, TaskContext&) {
    ::_exit(params.at("status").get<int>());
}

void sendRaw(const std::string& bytes) {
    size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t n = ::send(kEngine, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        sent += size_t(n);
    }
}

Outcome sendRubbish(const Json& params, TaskContext& context) {
    std::string rubbish;
    uint32_t state = 12345;
    for (int i = 0; i < params.at("bytes").get<int>(); ++i) {
        state = state * 1664525u + 1013904223u;
        rubbish += char(state >> 24 | 0x80);
    }
    sendRaw(rubbish);
    return sleepPolitely({{"ms", 60'000}}, context);
}

Outcome tellUpstream(const Json&, TaskContext& context) {
    return Outcome::success({{"upstream", context.upstream()}});
}

Outcome sendForeignFrame(const Json&, TaskContext& context) {
    sendRaw(core::worker::encode(core::worker::ProgressMessage{{{"somebody-else"}, 1}, {50, "not mine", nullptr}}));
    return sleepPolitely({{"ms", 60'000}}, context);
}

Outcome sendOutcomeTwice(const Json&, TaskContext& context) {
    const core::worker::OutcomeMessage first{
        {{context.taskId()}, context.attempt()}, 0, {}, Outcome::success("first"), false, nullptr};
    sendRaw(*core::worker::encode(first));
    return Outcome::success("second");
}

Outcome beHuge(const Json& params, TaskContext&) {
    return Outcome::success(std::string(params.at("mb").get<size_t>() << 20, 'x'));
}

Outcome beDeep(const Json& params, TaskContext&) {
    Json value = 1;
    for (int i = 0; i < params.at("levels").get<int>(); ++i) {
        Json outer = Json::array();
        outer.push_back(std::move(value));
        value = std::move(outer);
    }
    return Outcome::success(std::move(value));
}

Outcome tellProgress(const Json& params, TaskContext& context) {
    const int steps = params.at("steps").get<int>();
    for (int step = 1; step <= steps; ++step) {
        context.checkCancelled();
        context.progress(100.0 * step / steps, "step " + std::to_string(step) + " of " + std::to_string(steps));
        std::this_thread::sleep_for(millisecondsOf(params));
    }
    return Outcome::success({{"steps", steps}});
}

Outcome writeLog(const Json& params, TaskContext& context) {
    for (int line = 1; line <= params.at("lines").get<int>(); ++line)
        context.log(LogLevel::Info, "line " + std::to_string(line));
    return Outcome::success(nullptr);
}

Outcome floodLog(const Json& params, TaskContext& context) {
    const std::string line(1000, 'f');
    for (int i = 0; i < params.at("mb").get<int>() * 1000; ++i)
        context.log(LogLevel::Info, line);
    return Outcome::success(nullptr);
}

Outcome keepMemory(const Json& params, TaskContext&) {
    const size_t size = params.at("mb").get<size_t>() << 20;
    static std::vector<std::vector<char>> kept; // on purpose for as long as the process lives
    kept.emplace_back(size, 'm');
    return Outcome::success({{"kept", kept.back().size()}});
}

Outcome startChildren(const Json& params, TaskContext& context) {
    Json pids = Json::array();
    for (int i = 0; i < params.at("count").get<int>(); ++i) {
        char name[] = "sleep", time[] = "1000";
        char* const arguments[] = {name, time, nullptr};
        pid_t pid = 0;
        if (::posix_spawnp(&pid, name, nullptr, nullptr, arguments, environ) == 0)
            pids.push_back(int(pid));
    }
    context.log(LogLevel::Info, pids.dump());
    return sleepPolitely({{"ms", 60'000}}, context);
}

Outcome proposeChange(const Json& params, TaskContext&) {
    const std::string kind = params.at("kind");
    Change change;
    change.kind = kind == "insert"   ? ChangeKind::Insert
                  : kind == "update" ? ChangeKind::Update
                  : kind == "upsert" ? ChangeKind::Upsert
                                     : ChangeKind::Delete;
    change.table = params.at("table");
    change.values = params.at("values");
    change.where = params.at("where");
    if (params.contains("expect_rows"))
        change.expectRows = params.at("expect_rows").get<int>();
    core::task::ChangeSet changes;
    changes.changes.push_back(std::move(change));
    return Outcome::success({{"proposed", 1}}, std::move(changes));
}

/// Leaves one row that names the task, and sometimes a message.
Outcome leaveEffect(const Json& params, TaskContext& context) {
    std::this_thread::sleep_for(millisecondsOf(params));
    core::task::ChangeSet changes;
    changes.changes.push_back({ChangeKind::Insert,
                               "health_check",
                               {{"at", "2026-11-20T08:00:00Z"}, {"document", "{}"}, {"task_id", context.taskId()}},
                               Json::object(),
                               {}});
    Outcome outcome = Outcome::success({{"attempt", context.attempt()}}, std::move(changes));
    if (context.taskId().back() == '0')
        outcome.outbox.push_back({"in_app", {{"message", "done"}}});
    return outcome;
}

/// The first attempt ends the engine: before it does anything, or with its outcome made and not yet sent.
Outcome killEngine(const Json& params, TaskContext& context) {
    const auto strike = [&] {
        if (context.attempt() > 1)
            return;
        ::kill(::getppid(), SIGKILL);
        for (;;)
            ::pause();
    };
    if (params.at("when") == "begun")
        strike();
    Outcome outcome = leaveEffect({{"ms", 0}}, context);
    strike();
    return outcome;
}

Outcome startFollowUp(const Json& params, TaskContext&) {
    Outcome outcome = Outcome::success("followed");
    core::task::FollowUp next;
    next.type = params.at("type");
    next.params = params.at("params");
    outcome.followUps.push_back(std::move(next));
    return outcome;
}

Outcome sendMessage(const Json& params, TaskContext&) {
    Outcome outcome = Outcome::success("sent");
    outcome.outbox.push_back({params.at("channel"), params.at("body")});
    return outcome;
}

TaskType taskType(const std::string& id, Handler run, std::vector<Parameter> parameters = {}) {
    TaskType type;
    type.id = id;
    type.celeryName = "app.test.tasks." + id.substr(std::string("test_").size());
    type.queue = "default";
    type.title = id;
    type.description = "A task for tests";
    type.parameters = ParameterSchema(std::move(parameters));
    type.retry = core::task::RetryPolicy::fixed(0, core::base::seconds(0));
    type.run = std::move(run);
    return type;
}

void addFailing(core::task::TaskRegistry& registry) {
    registry.add(taskType("test_fail", fail, {parameter("message", ParameterKind::Text, "failed as told")}));
    TaskType lengthy = taskType("test_fail_at_length", failAtLength,
                                {integer("kb", 1024), parameter("how", ParameterKind::Text, "thrown")});
    lengthy.retry = {1, core::task::Backoff::Exponential, core::base::seconds(3600), core::base::seconds(3600),
                     core::task::Jitter::Full};
    registry.add(std::move(lengthy));
    registry.add(taskType("test_fail_nested", failNested));
    registry.add(taskType("test_fail_with_value", failWithValue));
    registry.add(taskType("test_fail_permanently", failPermanently));
    TaskType times = taskType("test_fail_times", failTimes, {integer("times", 1)});
    times.retry = core::task::RetryPolicy::fixed(3, core::base::seconds(1));
    registry.add(std::move(times));
}

void addLingering(core::task::TaskRegistry& registry) {
    registry.add(taskType("test_sleep", sleepPolitely, {integer("ms", 1000)}));
    registry.add(taskType("test_late_obeyer", obeyLate, {integer("ms", 60'000)}));
    registry.add(taskType("test_stubborn", beStubborn,
                          {integer("ms", 60'000), parameter("ignore_term", ParameterKind::Boolean, false)}));
    registry.add(taskType("test_spin", spin, {integer("ms", 60'000)}));
    registry.add(taskType("test_false_cancel", claimCancelled));
    registry.add(taskType("test_children", startChildren, {integer("count", 2)}));
}

void addBreaking(core::task::TaskRegistry& registry) {
    TaskType crashing = taskType("test_crash", crash);
    crashing.retry = core::task::RetryPolicy::fixed(5, core::base::seconds(1));
    registry.add(std::move(crashing));
    registry.add(taskType("test_exit", leaveProcess, {integer("status", 3)}));
    registry.add(taskType("test_rubbish", sendRubbish, {integer("bytes", 4096)}));
    registry.add(taskType("test_foreign_frame", sendForeignFrame));
    registry.add(taskType("test_two_outcomes", sendOutcomeTwice));
    registry.add(taskType("test_huge", beHuge, {integer("mb", 9)}));
    registry.add(taskType("test_deep", beDeep, {integer("levels", 5000)}));
    registry.add(taskType("test_memory", keepMemory, {integer("mb", 64)}));
}

void addTelling(core::task::TaskRegistry& registry) {
    registry.add(taskType("test_progress", tellProgress, {integer("steps", 10), integer("ms", 5)}));
    registry.add(taskType("test_log", writeLog, {integer("lines", 3)}));
    registry.add(taskType("test_log_flood", floodLog, {integer("mb", 3)}));
    registry.add(taskType("test_change", proposeChange,
                          {parameter("kind", ParameterKind::Text, "insert"), parameter("table", ParameterKind::Text, ""),
                           parameter("values", ParameterKind::Object, Json::object()),
                           parameter("where", ParameterKind::Object, Json::object()),
                           parameter("expect_rows", ParameterKind::Integer)}));
    registry.add(taskType("test_effect", leaveEffect, {integer("ms", 1)}));
    TaskType once = taskType("test_once", leaveEffect, {integer("ms", 1)});
    once.idempotent = core::task::Idempotent::No;
    registry.add(std::move(once));
    TaskType limited = taskType("test_short_limit", leaveEffect, {integer("ms", 100)});
    limited.softLimit = limited.hardLimit = core::base::seconds(1);
    registry.add(std::move(limited));
    registry.add(taskType("test_kill_engine", killEngine, {parameter("when", ParameterKind::Text, "begun")}));
    registry.add(taskType("test_follow", startFollowUp,
                          {parameter("type", ParameterKind::Text, "test_echo"),
                           parameter("params", ParameterKind::Object, Json::object())}));
    registry.add(taskType("test_outbox", sendMessage,
                          {parameter("channel", ParameterKind::Text, "in_app"),
                           parameter("body", ParameterKind::Object, Json::object())}));
}

} // namespace

void addTestTasks(core::task::TaskRegistry& registry) {
    const std::vector<Parameter> echoed{parameter("text", ParameterKind::Text),
                                        parameter("number", ParameterKind::Integer),
                                        parameter("value", ParameterKind::Object)};
    registry.add(taskType("test_echo", echo, echoed));
    TaskType metrics = taskType("test_metrics", echo, echoed);
    metrics.idempotent = core::task::Idempotent::No; // so that each is claimed alone: what is started runs
    metrics.queue = "metrics";
    registry.add(std::move(metrics));
    TaskType rated = taskType("test_rated", echo, echoed);
    rated.rate = {10, core::base::seconds(1), 1};
    registry.add(std::move(rated));
    registry.add(taskType("test_context", tellContext));
    registry.add(taskType("test_upstream", tellUpstream));
    registry.add(taskType("test_read_database", readDatabase));
    addDeathModes(registry);
    addFailing(registry);
    addLingering(registry);
    addBreaking(registry);
    addTelling(registry);
    addDiligentTasks(registry);
}

} // namespace tests
