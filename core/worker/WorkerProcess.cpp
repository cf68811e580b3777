#include "core/worker/WorkerProcess.h"

#include "core/base/Log.h"
#include "core/worker/Confinement.h"
#include "core/worker/Messages.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace core::worker {

using base::LogLevel;
using Steady = std::chrono::steady_clock;

namespace {

constexpr int kEngineSocket = 3;
constexpr std::chrono::milliseconds kBeat{1000};
/// How closely a busy worker watches for kept progress.
constexpr std::chrono::milliseconds kBusyTick{100};
/// How long the outcomes of short attempts may wait for company while others are to be run.
constexpr std::chrono::milliseconds kGathering{2};
constexpr size_t kReadChunk = 64u << 10;

enum ExitStatus { Fine = 0, CannotRun = 1, WrongArguments = 2, ForeignEngine = 3 };

} // namespace

int WorkerProcess::main(const task::TaskRegistry& registry, int argc, char** argv) {
    if (argc != 4 || std::string_view(argv[1]) != "--worker") {
        base::log(LogLevel::Error, "worker", "this program runs tasks for beatwarden, which starts it by itself");
        return WrongArguments;
    }
    if (const auto confined = confineWorker(kEngineSocket); !confined) {
        base::log(LogLevel::Error, "worker", confined.error().text());
        return CannotRun;
    }
    auto notes = BegunNotes::open(argv[3]);
    if (!notes) {
        base::log(LogLevel::Error, "worker", notes.error().text());
        return CannotRun;
    }
    return WorkerProcess(registry, argv[2], std::move(*notes), kEngineSocket).run();
}

WorkerProcess::WorkerProcess(const task::TaskRegistry& registry, std::filesystem::path database,
                             std::unique_ptr<BegunNotes> notes, int socket)
    : m_registry(registry), m_database(std::move(database)), m_socket(socket), m_notes(std::move(notes)),
      m_channel(socket),
      m_executor(registry), m_reader(Direction::EngineToWorker),
      m_taskThread([this](std::stop_token stop) { runAttempts(stop); }) {}

WorkerProcess::~WorkerProcess() = default;

int WorkerProcess::run() {
    const auto hello = encode(HelloMessage{kProtocolVersion, int(::getpid()), m_registry.ids()});
    if (!hello) {
        base::log(LogLevel::Error, "worker", hello.error().text());
        return CannotRun;
    }
    m_channel.send(*hello);
    m_nextBeat = Steady::now();
    for (;;) {
        beat();
        pollfd socket{m_socket, POLLIN, 0};
        if (::poll(&socket, 1, pollTimeout()) < 0 && errno != EINTR)
            return CannotRun;
        m_channel.flushOlderThan(kGathering);
        if (socket.revents == 0)
            continue;
        switch (readSocket()) {
        case Next::Continue: break;
        case Next::Leave: return Fine;
        case Next::Broken: ::_exit(ForeignEngine); // not by return: the handler may run for long
        }
    }
}

int WorkerProcess::pollTimeout() {
    auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_nextBeat - Steady::now());
    {
        const std::lock_guard lock(m_mutex);
        if (!m_waiting.empty())
            wait = std::min(wait, kGathering);
        else if (m_current)
            wait = std::min(wait, kBusyTick);
    }
    return int(std::max(wait, std::chrono::milliseconds(0)).count());
}

void WorkerProcess::beat() {
    std::shared_ptr<AttemptContext> current;
    {
        const std::lock_guard lock(m_mutex);
        if (m_current && m_current->closed())
            m_current.reset();
        current = m_current;
    }
    if (current)
        current->tick();
    if (Steady::now() < m_nextBeat)
        return;
    const bool sent = m_channel.trySend(encode(HeartbeatMessage{memoryUse().resident}));
    m_nextBeat = Steady::now() + (sent ? kBeat : kBusyTick);
}

WorkerProcess::Next WorkerProcess::readSocket() {
    char chunk[kReadChunk];
    const ssize_t got = ::recv(m_socket, chunk, sizeof chunk, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? Next::Continue : Next::Broken;
    if (got == 0)
        ::_exit(Fine); // the engine is gone, and whatever the handler computes has no reader
    m_reader.feed({chunk, size_t(got)});
    for (;;) {
        const auto frame = m_reader.next();
        if (!frame) {
            base::log(LogLevel::Error, "worker", frame.error().text());
            return Next::Broken;
        }
        if (!*frame)
            return Next::Continue;
        if (const Next next = handle(**frame); next != Next::Continue)
            return next;
    }
}

WorkerProcess::Next WorkerProcess::handle(const FrameView& frame) {
    const auto broken = [](const base::Error& error) {
        base::log(LogLevel::Error, "worker", error.text());
        return Next::Broken;
    };
    switch (frame.kind) {
    case FrameKind::Run: {
        auto job = decodeRun(frame.payload);
        return job ? accept(std::move(*job)) : broken(job.error());
    }
    case FrameKind::Cancel: {
        const auto message = decodeCancel(frame.payload);
        if (!message)
            return broken(message.error());
        cancel(*message);
        return Next::Continue;
    }
    case FrameKind::Exit: {
        const auto empty = decodeEmpty(frame.kind, frame.payload);
        return empty ? Next::Leave : broken(empty.error());
    }
    case FrameKind::Recall: {
        const auto empty = decodeEmpty(frame.kind, frame.payload);
        if (!empty)
            return broken(empty.error());
        giveBack();
        return Next::Continue;
    }
    default: return Next::Broken; // the reader lets no other kind through
    }
}

WorkerProcess::Next WorkerProcess::accept(Job job) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.size() >= kMaxBatch) {
            base::log(LogLevel::Error, "worker", "told to run more than a batch");
            return Next::Broken;
        }
        m_waiting.push_back(std::move(job));
    }
    m_wake.notify_one();
    return Next::Continue;
}

void WorkerProcess::cancel(const CancelMessage& message) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_current && m_current->key() == message.about) {
            m_current->requestCancel();
            return;
        }
        const auto waiting = std::find_if(m_waiting.begin(), m_waiting.end(), [&](const Job& job) {
            return AttemptKey{job.task, job.attempt} == message.about;
        });
        if (waiting == m_waiting.end())
            return; // it has ended: the cancel crossed with its outcome
        m_waiting.erase(waiting);
    }
    if (const auto frame =
            encode(OutcomeMessage{message.about, memoryUse().resident, {}, std::nullopt, false, nullptr}))
        m_channel.send(*frame);
}

void WorkerProcess::giveBack() {
    ReturnedMessage returned;
    {
        const std::lock_guard lock(m_mutex);
        // The first one stays when nothing has begun: the engine takes it for the one that runs.
        const size_t kept = m_current && !m_current->closed() ? 0 : std::min<size_t>(m_waiting.size(), 1);
        for (size_t i = kept; i < m_waiting.size(); ++i)
            returned.attempts.push_back({m_waiting[i].task, m_waiting[i].attempt});
        m_waiting.resize(kept);
    }
    if (const auto frame = encode(returned))
        m_channel.send(*frame);
}

void WorkerProcess::runAttempts(std::stop_token stop) {
    for (;;) {
        std::shared_ptr<AttemptContext> context;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_waiting.empty(); }))
                return;
            Job job = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_notes->add({job.key, job.attempt});
            context = std::make_shared<AttemptContext>(std::move(job), m_database, m_clock, m_channel);
            m_current = context;
        }
        allowProcessorTime(context->job().hardLimit);
        m_channel.add(m_executor.execute(*context));
        bool more = false;
        {
            const std::lock_guard lock(m_mutex);
            more = !m_waiting.empty();
        }
        m_channel.flushOlderThan(more ? kGathering : std::chrono::milliseconds(0));
    }
}

} // namespace core::worker
