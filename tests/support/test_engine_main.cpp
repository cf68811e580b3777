// An engine in a process of its own, to be killed by tests: submits tasks, names each one that was acknowledged on
// standard output, and goes on until it is killed.
#include "core/engine/Engine.h"
#include "tests/support/MisbehavingTasks.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

int main(int argc, char** argv) {
    if (argc != 4)
        return 2;
    const core::base::RealClock clock;
    core::task::TaskRegistry registry;
    tests::addTestTasks(registry);
    core::engine::EngineOptions options;
    options.dataDirectory = argv[1];
    options.workerProgram = BEATWARDEN_TEST_WORKER;
    auto engine = core::engine::startEngine(options, std::move(registry), clock);
    if (!engine) {
        std::fprintf(stderr, "%s\n", engine.error().text().c_str());
        return 1;
    }
    const int count = std::atoi(argv[2]);
    for (int i = 0; i < count; ++i) {
        core::engine::Submission submission;
        submission.type = "test_sleep";
        submission.params = {{"ms", std::atoi(argv[3])}};
        submission.maxRetries = 5;
        const auto task = (*engine)->tasks().submit(submission, {"crash", "system"});
        if (!task)
            return 1;
        std::printf("%s\n", task->id.text.c_str());
        std::fflush(stdout);
    }
    std::this_thread::sleep_for(std::chrono::hours(1));
    return 0;
}
