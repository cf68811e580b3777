#include "core/worker/WorkerPool.h"

#include "core/base/Log.h"
#include "core/worker/Messages.h"
#include "core/worker/Roster.h"
#include "core/worker/WorkerSlot.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <variant>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::milliseconds;
using base::Result;

namespace {

/// The io thread looks at its deadlines at least this often, because the clock that they are on may be moved by hand.
constexpr milliseconds kLongestWait{250};
/// A round of the io thread that took longer than this was a standstill, of the machine or of this program.
constexpr milliseconds kStandstill{1500};
/// How long start waits for the first hello.
constexpr std::chrono::seconds kStartPatience{20};

} // namespace

const char* toText(WorkerState state) {
    switch (state) {
    case WorkerState::Starting: return "starting";
    case WorkerState::Idle: return "idle";
    case WorkerState::Busy: return "busy";
    case WorkerState::Stopping: return "stopping";
    }
    return "stopping";
}

/// Thread: any for the functions that WorkerPool offers; the rest io.
class WorkerPool::Implementation {
  public:
    Implementation(WorkerPoolOptions options, const base::Clock& clock, WorkerObserver& observer)
        : m_options(std::move(options)), m_clock(clock), m_observer(observer),
          m_roster(std::max(m_options.workers, 1)) {}
    ~Implementation() { stop(milliseconds(0)); }

    Result<void> start();
    bool run(std::vector<Job> jobs);
    void cancel(AttemptKey key);
    void stop(milliseconds grace);
    void stopAtOnce();
    const Roster& roster() const { return m_roster; }

  private:
    struct RunCommand {
        size_t slot;
        std::vector<Job> jobs;
    };
    struct StopCommand {
        Steady::time_point deadline;
    };
    using Command = std::variant<RunCommand, AttemptKey, StopCommand>;

    enum class Startup { Pending, Ready, Failed };

    Result<void> checkProgram() const;
    /// False when commands are not taken.
    bool push(Command command);
    /// Commands it; the caller holds the lock.
    void command(Command what);

    void watch();
    void takeCommands();
    void obey(RunCommand& command);
    void obey(AttemptKey& key);
    void obey(StopCommand& command);
    void tick();
    bool allGone() const;
    milliseconds pollTimeout() const;
    void pollOnce();
    void settleStartup();
    void sayStartup(Startup how, std::string why);

    const WorkerPoolOptions m_options;
    const base::Clock& m_clock;
    WorkerObserver& m_observer;
    Roster m_roster;

    std::mutex m_mutex; ///< guards the fields below
    Descriptor m_wake;  ///< eventfd; valid while the io thread runs
    std::vector<Command> m_commands;
    bool m_wakePending = false;
    bool m_open = false;    ///< commands are taken
    bool m_hurried = false; ///< a stop has no grace any more
    Startup m_startup = Startup::Pending;
    std::string m_startupFailure;
    std::condition_variable m_startupSettled;

    std::mutex m_threadMutex; ///< guards the fields below: start and stop one at a time
    std::thread m_thread;
    bool m_started = false;

    // io thread only
    std::vector<std::unique_ptr<WorkerSlot>> m_slots;
    std::vector<Command> m_taken;
    std::vector<pollfd> m_polled;
    Steady::time_point m_lastRound{};
    bool m_stopping = false;
    bool m_startupSaid = false;
};

Result<void> WorkerPool::Implementation::checkProgram() const {
    const std::string remedy = "Install beatwarden-worker beside beatwarden";
    if (::access(m_options.workerProgram.c_str(), X_OK) != 0)
        return Error{ErrorCode::Io,
                     "cannot run the worker program " + m_options.workerProgram.string() + ": " + std::strerror(errno),
                     remedy, {}};
    if (!std::filesystem::is_regular_file(m_options.workerProgram))
        return Error{ErrorCode::Io, "the worker program " + m_options.workerProgram.string() + " is not a file",
                     remedy, {}};
    return {};
}

Result<void> WorkerPool::Implementation::start() {
    {
        const std::lock_guard threadLock(m_threadMutex);
        if (m_thread.joinable() || m_started)
            return Error{ErrorCode::Conflict, "the worker pool has been started already", {}, {}};
        if (auto fine = checkProgram(); !fine)
            return fine;
        Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (!wake.valid())
            return Error{ErrorCode::Io, std::string("no eventfd for the worker pool: ") + std::strerror(errno), {}, {}};
        {
            const std::lock_guard lock(m_mutex);
            m_wake = std::move(wake);
            m_open = true;
        }
        m_started = true;
        m_thread = std::thread([this] { watch(); });
    }
    std::unique_lock lock(m_mutex);
    m_startupSettled.wait_for(lock, kStartPatience, [this] { return m_startup != Startup::Pending; });
    if (m_startup == Startup::Ready)
        return {};
    const std::string why = m_startup == Startup::Failed ? m_startupFailure : "no worker said hello in time";
    lock.unlock();
    stop(milliseconds(0));
    return Error{ErrorCode::Io, "the workers cannot be started: " + why,
                 "Check that " + m_options.workerProgram.string() + " belongs to this version", {}};
}

bool WorkerPool::Implementation::run(std::vector<Job> jobs) {
    assert(!jobs.empty() && jobs.size() <= kMaxBatch);
    const auto slot = m_roster.claim(jobs.front().task);
    if (!slot)
        return false;
    // When the pool stops meanwhile the claim does not matter any more: the workers leave.
    return push(RunCommand{*slot, std::move(jobs)});
}

void WorkerPool::Implementation::cancel(AttemptKey key) {
    push(std::move(key)); // of a stopped pool there is nothing to cancel
}

bool WorkerPool::Implementation::push(Command command) {
    const std::lock_guard lock(m_mutex);
    if (!m_open)
        return false;
    this->command(std::move(command));
    return true;
}

void WorkerPool::Implementation::command(Command what) {
    m_commands.push_back(std::move(what));
    if (std::exchange(m_wakePending, true))
        return;
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_wake.get(), &one, sizeof one);
}

void WorkerPool::Implementation::stop(milliseconds grace) {
    const std::lock_guard threadLock(m_threadMutex);
    if (!m_thread.joinable())
        return;
    assert(std::this_thread::get_id() != m_thread.get_id());
    {
        const std::lock_guard lock(m_mutex);
        m_open = false;
        command(StopCommand{Steady::now() + (m_hurried ? milliseconds(0) : grace)});
    }
    m_thread.join();
    const std::lock_guard lock(m_mutex);
    m_wake.reset();
}

void WorkerPool::Implementation::stopAtOnce() {
    const std::lock_guard lock(m_mutex);
    m_hurried = true;
    if (!m_open && m_wake.valid())
        command(StopCommand{Steady::now()});
}

void WorkerPool::Implementation::watch() {
    for (int index = 0; index < std::max(m_options.workers, 1); ++index)
        m_slots.push_back(std::make_unique<WorkerSlot>(size_t(index), m_options, m_clock, m_observer, m_roster));
    for (const auto& slot : m_slots)
        slot->start();
    m_lastRound = Steady::now();
    for (;;) {
        takeCommands();
        tick();
        settleStartup();
        m_observer.roundEnded();
        if (m_stopping && allGone())
            break;
        pollOnce();
        m_observer.roundEnded();
    }
    if (!m_startupSaid)
        sayStartup(Startup::Failed, "stopped meanwhile");
    m_slots.clear();
}

void WorkerPool::Implementation::takeCommands() {
    {
        const std::lock_guard lock(m_mutex);
        m_taken.swap(m_commands);
        m_wakePending = false;
    }
    for (Command& command : m_taken)
        std::visit([this](auto& each) { obey(each); }, command);
    m_taken.clear();
}

void WorkerPool::Implementation::obey(RunCommand& command) {
    m_slots[command.slot]->assign(std::move(command.jobs));
}

void WorkerPool::Implementation::obey(AttemptKey& key) {
    for (const auto& slot : m_slots)
        slot->cancel(key);
}

void WorkerPool::Implementation::obey(StopCommand& command) {
    m_stopping = true;
    for (const auto& slot : m_slots)
        slot->stop(command.deadline);
}

void WorkerPool::Implementation::tick() {
    const auto now = Steady::now();
    const auto round = now - std::exchange(m_lastRound, now);
    for (const auto& slot : m_slots) {
        if (round > kStandstill)
            slot->forgive(round);
        slot->tick();
    }
}

bool WorkerPool::Implementation::allGone() const {
    return std::all_of(m_slots.begin(), m_slots.end(), [](const auto& slot) { return slot->gone(); });
}

milliseconds WorkerPool::Implementation::pollTimeout() const {
    auto next = Steady::now() + kLongestWait;
    for (const auto& slot : m_slots)
        next = std::min(next, slot->nextDeadline());
    return std::max(std::chrono::ceil<milliseconds>(next - Steady::now()), milliseconds(0));
}

void WorkerPool::Implementation::pollOnce() {
    m_polled.clear();
    m_polled.push_back({m_wake.get(), POLLIN, 0});
    for (const auto& slot : m_slots) {
        m_polled.push_back({slot->socketToPoll(), short(slot->wantsToWrite() ? POLLIN | POLLOUT : POLLIN), 0});
        m_polled.push_back({slot->pidfd(), POLLIN, 0});
    }
    if (::poll(m_polled.data(), m_polled.size(), int(pollTimeout().count())) <= 0)
        return;
    if (m_polled.front().revents != 0) {
        uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = ::read(m_wake.get(), &count, sizeof count);
    }
    for (size_t index = 0; index < m_slots.size(); ++index) {
        WorkerSlot& slot = *m_slots[index];
        const short socket = m_polled[1 + 2 * index].revents, death = m_polled[2 + 2 * index].revents;
        if (socket & POLLOUT)
            slot.writable();
        if (socket & ~POLLOUT)
            slot.readable();
        if (death != 0)
            slot.reap();
    }
}

void WorkerPool::Implementation::settleStartup() {
    if (m_startupSaid)
        return;
    const bool ready =
        std::any_of(m_slots.begin(), m_slots.end(), [](const auto& slot) { return slot->everReady(); });
    const bool failed =
        std::all_of(m_slots.begin(), m_slots.end(), [](const auto& slot) { return slot->fruitlessStarts() > 0; });
    if (!ready && !failed)
        return;
    sayStartup(ready ? Startup::Ready : Startup::Failed, m_slots.front()->lastFailure());
}

void WorkerPool::Implementation::sayStartup(Startup how, std::string why) {
    m_startupSaid = true;
    const std::lock_guard lock(m_mutex);
    m_startup = how;
    m_startupFailure = std::move(why);
    m_startupSettled.notify_all();
}

WorkerPool::WorkerPool(WorkerPoolOptions options, const base::Clock& clock, WorkerObserver& observer)
    : m_implementation(std::make_unique<Implementation>(std::move(options), clock, observer)) {}

WorkerPool::~WorkerPool() = default;

Result<void> WorkerPool::start() {
    return m_implementation->start();
}

bool WorkerPool::run(Job job) {
    std::vector<Job> one;
    one.push_back(std::move(job));
    return run(std::move(one));
}

bool WorkerPool::run(std::vector<Job> jobs) {
    return m_implementation->run(std::move(jobs));
}

int WorkerPool::idleWorkers() const {
    return m_implementation->roster().idle();
}

void WorkerPool::cancel(const task::TaskId& task, int attempt) {
    m_implementation->cancel({task, attempt});
}

std::vector<WorkerStatus> WorkerPool::workers() const {
    return m_implementation->roster().statuses();
}

void WorkerPool::stop(milliseconds grace) {
    m_implementation->stop(grace);
}

void WorkerPool::stopAtOnce() {
    m_implementation->stopAtOnce();
}

} // namespace core::worker
