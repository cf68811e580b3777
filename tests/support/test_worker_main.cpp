#include "core/worker/WorkerPool.h"
#include "core/worker/WorkerProcess.h"
#include "tests/support/MisbehavingTasks.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unistd.h>

namespace {

/// An engine of the smallest kind, to be killed by a test: says its workers' pids once each of them runs a task.
class SmallestEngine final : public core::worker::WorkerObserver {
  public:
    void workerChanged(const core::worker::WorkerStatus& worker, const std::string& what) override {
        if (what == "busy") {
            std::printf("%d\n", worker.pid);
            std::fflush(stdout);
        }
    }
    void roomAvailable() override {}
    void progressed(const core::task::TaskId&, int, const core::task::Progress&) override {}
    void logged(const core::task::TaskId&, int, core::base::LogLevel, const std::string&) override {}
    void finished(const core::worker::Job&, core::task::Outcome, std::chrono::microseconds) override {}
    void lost(const core::worker::Job&, const core::worker::Loss&) override {}
};

/// `--engine <worker program>`: two workers that spin, until this process is killed.
int runSmallestEngine(const char* workerProgram) {
    const core::base::RealClock clock;
    SmallestEngine engine;
    core::worker::WorkerPoolOptions options;
    options.workerProgram = workerProgram;
    options.database = "/nonexistent/core.db";
    options.notesFolder = std::filesystem::temp_directory_path() / ("beatwarden-notes-" + std::to_string(::getpid()));
    options.workers = 2;
    core::worker::WorkerPool pool(options, clock, engine);
    if (!pool.start())
        return 1;
    for (int begun = 0; begun < options.workers;) {
        core::worker::Job job;
        job.task.text = "spin-" + std::to_string(begun);
        job.type = "test_spin";
        job.params = core::base::Json::object();
        begun += pool.run(job) ? 1 : 0;
    }
    for (;;)
        ::pause();
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--engine")
        return runSmallestEngine(argv[2]);
    core::task::TaskRegistry registry;
    tests::addTestTasks(registry);
    return core::worker::WorkerProcess::main(registry, argc, argv);
}
