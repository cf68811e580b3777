#include "tests/support/EngineHarness.h"

#include "core/packs/Packs.h"
#include "tests/support/MisbehavingTasks.h"
#include "tests/support/Programs.h"

#include <gtest/gtest.h>
#include <thread>

namespace tests {

using namespace core;

const engine::Actor EngineHarness::kTester{"tester", "human"};

EngineHarness::EngineHarness(TemporaryFolder::Storage storage) : m_folder(storage) {}

engine::EngineOptions EngineHarness::options(int workers) const {
    engine::EngineOptions options;
    options.dataDirectory = m_folder.path() / "data";
    options.workerProgram = testWorkerProgram();
    options.workers = workers;
    return options;
}

void EngineHarness::start(const engine::EngineOptions& options) {
    start(options, {});
}

void EngineHarness::start(const engine::EngineOptions& options, task::TaskRegistry types) {
    start(options, std::move(types), m_clock);
}

void EngineHarness::start(const engine::EngineOptions& options, task::TaskRegistry types, const base::Clock& clock) {
    addTestTasks(types);
    auto started = engine::startEngine(options, std::move(types), clock);
    ASSERT_TRUE(started) << started.error().text();
    m_engine = std::move(*started);
}

task::Task EngineHarness::submit(const std::string& type, base::Json params) {
    engine::Submission submission;
    submission.type = type;
    submission.params = std::move(params);
    return submit(submission);
}

task::Task EngineHarness::submit(const engine::Submission& submission) {
    auto task = m_engine->tasks().submit(submission, kTester);
    EXPECT_TRUE(task) << (task ? "" : task.error().text());
    return task ? *task : task::Task();
}

task::Task EngineHarness::wait(const task::Task& task) {
    return m_engine->tasks().wait(task.id, base::milliseconds(30'000)).value_or(task::Task());
}

task::Task EngineHarness::waitFor(const task::Task& task, task::TaskState state) {
    task::Task seen;
    eventually([&] {
        seen = m_engine->tasks().find(task.id).value_or(task::Task());
        return seen.state == state || task::isTerminal(seen.state);
    });
    return seen;
}

bool EngineHarness::eventually(const std::function<bool()>& fact, base::milliseconds timeout) {
    const base::RealClock clock;
    const auto deadline = clock.sinceBoot() + timeout;
    while (!fact()) {
        if (clock.sinceBoot() > deadline)
            return false;
        std::this_thread::yield();
        std::this_thread::sleep_for(base::milliseconds(2)); // between two looks at the fact, not instead of one
    }
    return true;
}

void EngineHarness::expectLegalHistory(const task::Task& task) {
    const auto detail = m_engine->tasks().detail(task.id);
    ASSERT_TRUE(detail);
    ASSERT_FALSE(detail->history.empty());
    EXPECT_FALSE(detail->history.front().from);
    for (size_t i = 1; i < detail->history.size(); ++i) {
        EXPECT_EQ(*detail->history[i].from, detail->history[i - 1].to);
        EXPECT_TRUE(task::mayMove(*detail->history[i].from, detail->history[i].to));
    }
    EXPECT_EQ(detail->history.back().to, detail->task.state);
}

} // namespace tests
