#pragma once

#include "core/worker/WorkerPool.h"
#include "tests/support/Programs.h"
#include "tests/support/TemporaryFolder.h"

#include <chrono>
#include <condition_variable>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tests::worker {

using core::base::Json;
using core::base::milliseconds;
using core::task::Outcome;
using core::task::TaskId;
using core::worker::Job;
using core::worker::Loss;
using core::worker::LossKind;
using core::worker::WorkerStatus;

/// How long a test waits for a fact before it calls it missing.
inline constexpr std::chrono::seconds kPatience{30};

/// How one attempt ended, as the pool told it.
struct Ending {
    Job job;
    std::optional<Outcome> outcome;
    std::optional<Loss> loss;
};

struct Told {
    std::string task;
    double percent = 0;
    std::string text;
};

/// Keeps everything that a pool tells and lets a test wait for it.
class Recorder final : public core::worker::WorkerObserver {
  public:
    void workerChanged(const WorkerStatus& worker, const std::string& what) override {
        record([&] { changes.emplace_back(worker, what); });
    }
    void roomAvailable() override {
        record([&] { ++rooms; });
    }
    void progressed(const TaskId& task, int, const core::task::Progress& told) override {
        record([&] { progress.push_back({task.text, told.percent, told.text}); });
    }
    void logged(const TaskId& task, int, core::base::LogLevel, const std::string& text) override {
        record([&] { log.push_back({task.text, 0, text}); });
    }
    void finished(const Job& job, Outcome outcome, std::chrono::microseconds) override {
        record([&] { endings[job.task.text].push_back({job, std::move(outcome), std::nullopt}); });
    }
    void lost(const Job& job, const Loss& loss) override {
        record([&] { endings[job.task.text].push_back({job, std::nullopt, loss}); });
    }

    /// Waits until `fact` holds; false when it does not come true in time. Called with the recorder locked.
    template <class Fact>
    bool await(Fact fact, std::chrono::milliseconds patience = kPatience) {
        std::unique_lock lock(m_mutex);
        return m_news.wait_for(lock, patience, fact);
    }
    bool awaitProgress(const std::string& task) {
        return await([&] {
            return std::any_of(progress.begin(), progress.end(), [&](const Told& told) { return told.task == task; });
        });
    }
    /// The one ending of a task; fails the test when it does not come.
    Ending ending(const std::string& task) {
        EXPECT_TRUE(await([&] { return endings.contains(task); })) << task << " did not end";
        const std::lock_guard lock(m_mutex);
        return endings.contains(task) ? endings[task].front() : Ending{};
    }
    size_t countOf(const std::string& what) const { // with the recorder locked
        return size_t(std::count_if(changes.begin(), changes.end(), [&](const auto& c) { return c.second == what; }));
    }
    std::unique_lock<std::mutex> locked() { return std::unique_lock(m_mutex); }

    std::vector<std::pair<WorkerStatus, std::string>> changes;
    int rooms = 0;
    std::vector<Told> progress, log;
    std::map<std::string, std::vector<Ending>> endings;

  private:
    template <class Act>
    void record(Act act) {
        const std::lock_guard lock(m_mutex);
        act();
        m_news.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_news;
};

/// A pool of the test worker, ready to be started.
class PoolTest : public ::testing::Test {
  protected:
    PoolTest() {
        options.workerProgram = tests::testWorkerProgram();
        options.database = folder / "core.db";
        options.workers = 2;
        options.termGrace = milliseconds(300);
    }
    ~PoolTest() override {
        if (pool)
            pool->stop(milliseconds(0));
    }

    void startPool() {
        pool = std::make_unique<core::worker::WorkerPool>(options, clock, recorder);
        const auto started = pool->start();
        ASSERT_TRUE(started) << started.error().text();
        ASSERT_TRUE(awaitIdle(options.workers));
    }
    /// Waits until that many workers are idle.
    bool awaitIdle(int count) {
        return recorder.await([&] { return pool->idleWorkers() >= count; });
    }
    static Job jobOf(const std::string& task, const std::string& type, Json params = Json::object(), int attempt = 1) {
        Job job;
        job.task.text = task;
        job.attempt = attempt;
        job.type = type;
        job.params = std::move(params);
        job.triggeredBy = "tester";
        job.cleanupTime = milliseconds(300);
        return job;
    }
    bool run(const std::string& task, const std::string& type, Json params = Json::object(), int attempt = 1) {
        return pool->run(jobOf(task, type, std::move(params), attempt));
    }
    /// Runs a task to its end.
    Ending runToEnd(const std::string& task, const std::string& type, Json params = Json::object()) {
        EXPECT_TRUE(run(task, type, std::move(params)));
        return recorder.ending(task);
    }
    /// The pool works as if nothing had happened: all workers idle, and one runs a task.
    void expectRecovered(const std::string& task = "afterwards") {
        EXPECT_TRUE(awaitIdle(options.workers)) << "the pool does not recover";
        const Ending ending = runToEnd(task, "test_echo", {{"text", "alive"}});
        ASSERT_TRUE(ending.outcome);
        EXPECT_EQ(ending.outcome->result.value("text", ""), "alive");
        EXPECT_TRUE(awaitIdle(options.workers));
    }
    int pidOf(const std::string& task) {
        for (const auto& status : pool->workers())
            if (status.task.text == task)
                return status.pid;
        return 0;
    }

    TemporaryFolder folder;
    core::base::RealClock clock;
    core::worker::WorkerPoolOptions options;
    Recorder recorder;
    std::unique_ptr<core::worker::WorkerPool> pool;
};

} // namespace tests::worker
