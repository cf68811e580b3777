#include "tests/support/DeathModes.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <spawn.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace tests {

using core::base::Json;
using core::task::FailureReason;
using core::task::Outcome;
using core::task::TaskContext;

namespace {

constexpr int kEngine = 3; ///< the descriptor that leads to the engine

[[noreturn]] void waitForever() {
    for (;;)
        ::pause();
}

/// Without a sanitizer's handler, which would turn the death into an exit.
void raiseFatally(int signal) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

void spin() {
    volatile uint64_t turns = 0;
    for (;;)
        turns = turns + 1;
}

void deadlock() {
    std::mutex first, second;
    std::thread other([&] {
        const std::lock_guard one(second);
        std::this_thread::sleep_for(std::chrono::milliseconds(20)); // until both have one
        const std::lock_guard two(first);
    });
    const std::lock_guard one(first);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::lock_guard two(second);
    other.join();
}

/// Takes address space until there is none; touches little of it, for the sake of its neighbours.
void takeAllMemory() {
    constexpr size_t kPiece = size_t(64) << 20;
    while (char* piece = static_cast<char*>(std::malloc(kPiece)))
        *static_cast<volatile char*>(piece) = 1;
    throw std::bad_alloc();
}

/// `depth` is more than any stack holds.
int descend(int64_t depth) {
    volatile char frame[4096];
    frame[0] = char(depth);
    return depth == 0 ? 0 : descend(depth - 1) + frame[0];
}

void leakDescriptors() {
    while (::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) {
    }
    throw std::runtime_error("too many open files");
}

void sendGarbage() {
    std::string garbage(4096, '\xee');
    ::send(kEngine, garbage.data(), garbage.size(), MSG_NOSIGNAL);
    waitForever();
}

void floodLog(TaskContext& context) {
    const std::string line(1000, 'f');
    for (int i = 0; i < 1'000'000; ++i)
        context.log(core::base::LogLevel::Info, line);
}

void startChildren() {
    for (int i = 0; i < 3; ++i) {
        char name[] = "sleep", time[] = "1000";
        char* const arguments[] = {name, time, nullptr};
        pid_t pid = 0;
        ::posix_spawnp(&pid, name, nullptr, nullptr, arguments, environ);
    }
    waitForever();
}

/// A child of a child that leaves the session of its ancestors, as daemons do.
void startDaemon() {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::fork() == 0) {
            ::setsid();
            char name[] = "sleep", time[] = "1000";
            char* const arguments[] = {name, time, nullptr};
            ::execvp(name, arguments);
        }
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    raiseFatally(SIGKILL);
}

Outcome die(const Json& params, TaskContext& context) {
    static const std::map<std::string, std::function<void(TaskContext&)>> kWays{
        {"segv", [](TaskContext&) { raiseFatally(SIGSEGV); }},
        {"abort", [](TaskContext&) { raiseFatally(SIGABRT); }},
        {"silent_exit", [](TaskContext&) { ::_exit(0); }},
        {"spin", [](TaskContext&) { spin(); }},
        {"deadlock", [](TaskContext&) { deadlock(); }},
        {"memory_bomb", [](TaskContext&) { takeAllMemory(); }},
        {"stack_overflow",
         [](TaskContext&) {
             ::signal(SIGSEGV, SIG_DFL);
             descend(INT64_MAX);
         }},
        {"descriptor_leak", [](TaskContext&) { leakDescriptors(); }},
        {"stops_itself", [](TaskContext&) { ::raise(SIGSTOP); }},
        {"closes_channel",
         [](TaskContext&) {
             ::close(kEngine);
             waitForever();
         }},
        {"garbage", [](TaskContext&) { sendGarbage(); }},
        {"log_flood", floodLog},
        {"ignores_term",
         [](TaskContext&) {
             ::signal(SIGTERM, SIG_IGN);
             waitForever();
         }},
        {"children", [](TaskContext&) { startChildren(); }},
        {"daemon", [](TaskContext&) { startDaemon(); }},
    };
    kWays.at(params.at("mode").get<std::string>())(context);
    return Outcome::success("survived");
}

} // namespace

const std::vector<DeathMode>& deathModes() {
    static const std::vector<DeathMode> kModes{
        {"segv", FailureReason::WorkerLost},           {"abort", FailureReason::WorkerLost},
        {"silent_exit", FailureReason::WorkerLost},    {"spin", FailureReason::Timeout},
        {"deadlock", FailureReason::Timeout},          {"memory_bomb", FailureReason::Error},
        {"stack_overflow", FailureReason::WorkerLost}, {"descriptor_leak", FailureReason::Error},
        {"stops_itself", FailureReason::Timeout},      {"closes_channel", FailureReason::WorkerLost},
        {"garbage", FailureReason::WorkerLost},        {"log_flood", FailureReason::Timeout, true},
        {"ignores_term", FailureReason::Timeout},      {"children", FailureReason::Timeout},
        {"daemon", FailureReason::WorkerLost},
    };
    return kModes;
}

void addDeathModes(core::task::TaskRegistry& registry) {
    core::task::Parameter mode;
    mode.name = "mode";
    mode.kind = core::task::ParameterKind::Text;
    mode.defaultValue = "segv";
    core::task::TaskType type;
    type.id = "test_mayhem";
    type.celeryName = "app.test.tasks.mayhem";
    type.queue = "default";
    type.title = type.id;
    type.description = "A task that brings its worker down";
    type.parameters = core::task::ParameterSchema({mode});
    type.softLimit = type.hardLimit = core::base::seconds(1);
    type.run = die;
    registry.add(std::move(type));
}

} // namespace tests
