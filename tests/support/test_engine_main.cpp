// An engine in a process of its own, to be killed by tests. It ends in order when its standard input ends.
//   <folder> <tasks> <ms>        submits so many tasks that sleep, names each that was acknowledged on standard output
//   --drive <folder> <seed>      says `ready`, then does random work and says what it was told (EngineDriver)
//   --drive-early <folder> <seed>   the same, but acknowledges before it asks: the control of the harness
//   --drain <folder>             says `ready`, waits until nothing waits or runs any more, and ends in order
//   --crash <point> <folder> <n>  dies at a crash point (CrashPoints.h)
#include "core/engine/Engine.h"
#include "tests/support/CrashPoints.h"
#include "tests/support/EngineDriver.h"
#include "tests/support/MisbehavingTasks.h"
#include "tests/support/Programs.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace {

using core::base::milliseconds;

std::unique_ptr<core::engine::Engine> start(const char* folder, const core::base::Clock& clock) {
    core::task::TaskRegistry registry;
    tests::addTestTasks(registry);
    core::engine::EngineOptions options;
    options.dataDirectory = folder;
    options.workerProgram = tests::testWorkerProgram();
    options.slotsPerQueue = options.workers;
    options.admission.breaker.failuresToOpen = 1'000'000; // a killed worker says nothing about its task type
    auto engine = core::engine::startEngine(options, std::move(registry), clock);
    if (!engine) {
        std::fprintf(stderr, "%s\n", engine.error().text().c_str());
        std::exit(1);
    }
    return std::move(*engine);
}

bool inputEnded() {
    pollfd look{STDIN_FILENO, POLLIN, 0};
    char byte;
    return ::poll(&look, 1, 0) > 0 && ::read(STDIN_FILENO, &byte, 1) <= 0;
}

void say(const char* line) {
    std::printf("%s\n", line);
    std::fflush(stdout);
}

int submitSleepers(core::engine::Engine& engine, int count, int ms) {
    for (int i = 0; i < count; ++i) {
        core::engine::Submission submission;
        submission.type = "test_sleep";
        submission.params = {{"ms", ms}};
        submission.maxRetries = 5;
        const auto task = engine.tasks().submit(submission, {"crash", "system"});
        if (!task)
            return 1;
        say(task->id.text.c_str());
    }
    std::this_thread::sleep_for(std::chrono::hours(1));
    return 0;
}

int drive(core::engine::Engine& engine, uint64_t seed, tests::Acknowledge acknowledge) {
    tests::EngineDriver first(engine, seed, acknowledge), second(engine, ~seed, acknowledge);
    const std::jthread beside([&](std::stop_token stop) {
        while (!stop.stop_requested())
            second.step();
    });
    say("ready");
    while (!inputEnded())
        first.step();
    return 0;
}

int drain(core::engine::Engine& engine) {
    const auto schedules = engine.schedules().list();
    for (const auto& entry : schedules.value_or({}))
        (void)engine.schedules().remove(entry.name, std::nullopt, {"drain", "system"});
    tests::EngineDriver driver(engine, 0, tests::Acknowledge::AfterTheAnswer);
    say("ready");
    while (!driver.idle() && !inputEnded())
        std::this_thread::sleep_for(milliseconds(5)); // between two looks
    if (driver.idle())
        return 0;
    for (const auto& task : engine.tasks().page({}, 0, 1000).value_or({}))
        if (!core::task::isTerminal(task.state))
            std::fprintf(stderr, "left: %s\n", core::base::dumpJson(toDocument(task)).c_str());
    return 3;
}

} // namespace

int main(int argc, char** argv) {
    const core::base::RealClock clock;
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "--crash" && argc == 5)
        return tests::runToCrashPoint(argv[2], argv[3], std::atoi(argv[4]));
    if (mode == "--drain" && argc == 3)
        return drain(*start(argv[2], clock));
    if ((mode == "--drive" || mode == "--drive-early") && argc == 4)
        return drive(*start(argv[2], clock), std::strtoull(argv[3], nullptr, 10),
                     mode == "--drive" ? tests::Acknowledge::AfterTheAnswer : tests::Acknowledge::BeforeAsking);
    if (argc == 4)
        return submitSleepers(*start(argv[1], clock), std::atoi(argv[2]), std::atoi(argv[3]));
    return 2;
}
