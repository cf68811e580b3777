#include "core/worker/WorkerSlot.h"

#include "core/base/Log.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kReadOnce = 64u << 10;
/// Read from one worker before the others have their turn.
constexpr size_t kFairShare = 1u << 20;
/// Log payload that one attempt may send: the worker itself stops at kMaxLogBytes of text, and every line has a frame
/// around it. A worker that goes on is not ours any more.
constexpr size_t kMaxLogPayload = 8 * kMaxLogBytes;
constexpr std::chrono::milliseconds kLastBreath{50}; ///< a socket ends a moment before its process does

Error broken(std::string why) {
    return {ErrorCode::InvalidParams, std::move(why), {}, {}};
}

} // namespace

bool WorkerSlot::post(const std::string& frame) {
    m_out += frame;
    return flush();
}

void WorkerSlot::writable() {
    flush();
}

bool WorkerSlot::flush() {
    bool open = true;
    while (m_sent < m_out.size()) {
        const ssize_t sent = ::send(m_process.socket.get(), m_out.data() + m_sent, m_out.size() - m_sent,
                                    MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            m_sent += size_t(sent);
        } else if (errno == EAGAIN) {
            return true;
        } else if (errno != EINTR) {
            open = false; // the process is gone; its end is noticed by its own signs
            break;
        }
    }
    m_out.clear();
    m_sent = 0;
    return open;
}

void WorkerSlot::readable() {
    if (!m_deaf)
        receive(kFairShare);
}

void WorkerSlot::receive(size_t budget) {
    char chunk[kReadOnce];
    for (size_t total = 0; total < budget && !m_deaf;) {
        const ssize_t got = ::recv(m_process.socket.get(), chunk, sizeof chunk, MSG_DONTWAIT);
        if (got > 0) {
            total += size_t(got);
            m_reader.feed({chunk, size_t(got)});
            hear();
            if (size_t(got) < sizeof chunk)
                return; // most likely all there was; poll tells if not
        } else if (got < 0 && errno == EAGAIN) {
            return;
        } else if (got == 0 || errno != EINTR) {
            m_deaf = true;
            m_lastBreathAt = Steady::now() + kLastBreath;
        }
    }
}

void WorkerSlot::hear() {
    while (!m_deaf) {
        auto frame = m_reader.next();
        if (frame && !*frame)
            return;
        const auto handled = frame ? handle(**frame) : Result<void>(frame.error());
        if (!handled) {
            m_deaf = true;
            kill(LossKind::ProtocolError, "broke the protocol (" + handled.error().message + ")", SIGKILL);
        }
    }
}

Result<void> WorkerSlot::handle(const FrameView& frame) {
    if (!m_greeted && frame.kind != FrameKind::Hello)
        return broken(std::string("a ") + toText(frame.kind) + " frame before the hello");
    switch (frame.kind) {
    case FrameKind::Hello: return onHello(frame.payload);
    case FrameKind::Heartbeat: return onHeartbeat(frame.payload);
    case FrameKind::Progress: return onProgress(frame.payload);
    case FrameKind::Log: return onLog(frame.payload);
    case FrameKind::Outcome: return onOutcome(frame.payload);
    case FrameKind::Returned: return onReturned(frame.payload);
    default: return broken("a frame of the wrong direction");
    }
}

Result<void> WorkerSlot::onHello(std::string_view payload) {
    const auto hello = decodeHello(payload);
    if (!hello)
        return hello.error();
    if (m_greeted)
        return broken("a second hello");
    if (hello->protocol != kProtocolVersion)
        return broken("it speaks protocol " + std::to_string(hello->protocol) + " and we speak " +
                      std::to_string(kProtocolVersion));
    if (hello->pid != m_process.pid)
        return broken("it says that it is pid " + std::to_string(hello->pid));
    m_greeted = m_everReady = true;
    m_lastBeat = Steady::now();
    if (m_phase == Phase::Starting)
        becomeReady();
    return {};
}

void WorkerSlot::becomeReady() {
    if (!m_jobs.empty()) {
        sendJobs();
        return;
    }
    enter(Phase::Idle);
    announce("idle");
    m_observer.roomAvailable();
}

Result<void> WorkerSlot::onHeartbeat(std::string_view payload) {
    const auto beat = decodeHeartbeat(payload);
    if (!beat)
        return beat.error();
    m_lastBeat = Steady::now();
    m_status.rssBytes = beat->rssBytes;
    m_status.lastHeartbeat = m_clock.now();
    m_roster.refresh(m_index, m_status.rssBytes, m_status.lastHeartbeat);
    return {};
}

Result<void> WorkerSlot::mustBeCurrent(const AttemptKey& key) const {
    if (m_jobsSent && !m_jobs.empty() && m_jobs.front().task == key.task && m_jobs.front().attempt == key.attempt)
        return {};
    return broken("a frame about task " + key.task.text.substr(0, 64) + ", attempt " + std::to_string(key.attempt) +
                  ", which it does not run");
}

Result<void> WorkerSlot::onProgress(std::string_view payload) {
    const auto message = decodeProgress(payload);
    if (!message)
        return message.error();
    if (auto current = mustBeCurrent(message->about); !current)
        return current;
    m_observer.progressed(message->about.task, message->about.attempt, message->progress);
    return {};
}

Result<void> WorkerSlot::onLog(std::string_view payload) {
    const auto message = decodeLog(payload);
    if (!message)
        return message.error();
    if (auto current = mustBeCurrent(message->about); !current)
        return current;
    m_logBytes += payload.size();
    if (m_logBytes > kMaxLogPayload)
        return broken("more log than an attempt may write");
    m_observer.logged(message->about.task, message->about.attempt, message->level, message->text);
    return {};
}

std::deque<Job>::iterator WorkerSlot::find(const AttemptKey& key) {
    return std::find_if(m_jobs.begin(), m_jobs.end(),
                        [&](const Job& job) { return job.attempt == key.attempt && job.task == key.task; });
}

Result<void> WorkerSlot::onOutcome(std::string_view payload) {
    auto message = decodeOutcome(payload);
    if (!message)
        return message.error();
    const auto job = find(message->about);
    // One that waits behind the first ends only by a cancel that reached it there.
    if (!m_jobsSent || job == m_jobs.end() || (job != m_jobs.begin() && message->outcome))
        return mustBeCurrent(message->about);
    if (!message->outcome && !isCancelled(*job))
        return broken("it says that the task was cancelled, and nobody asked for that");
    m_status.rssBytes = message->rssBytes;
    m_worn = m_worn || message->worn;
    settle(job, std::move(*message));
    return {};
}

void WorkerSlot::settle(std::deque<Job>::iterator at, OutcomeMessage message) {
    const bool wasFirst = at == m_jobs.begin();
    const Job job = std::move(*at);
    m_jobs.erase(at);
    ++m_status.tasksDone;
    m_worked = true;
    m_fruitless = 0;
    if (m_jobs.empty())
        afterJobs();
    else if (wasFirst && m_phase == Phase::Busy)
        beginFront();
    if (m_worn && m_jobs.size() > 1 && !m_recalled)
        recall();
    if (message.outcome)
        m_observer.finished(job, std::move(*message.outcome), message.ran);
    else
        m_observer.lost(job, Loss{LossKind::Cancelled, label() + " stopped the task on request", std::move(message.partial)});
    tellIfIdle();
}

/// After the last job of a batch.
void WorkerSlot::tellIfIdle() {
    if (m_jobs.empty() && m_phase == Phase::Idle) {
        announce("idle");
        m_observer.roomAvailable();
    }
}

/// Nothing is left to run: the next phase of the process.
void WorkerSlot::afterJobs() {
    m_jobsSent = false;
    if (m_phase != Phase::Busy)
        return;
    m_hardDeadline.reset();
    m_termAt.reset();
    m_stopAt.reset();
    if (m_stopping || m_dead || overdueForRecycling())
        leave();
    else
        enter(Phase::Idle);
}

Result<void> WorkerSlot::onReturned(std::string_view payload) {
    const auto message = decodeReturned(payload);
    if (!message)
        return message.error();
    if (m_openRecalls == 0)
        return broken("it gives back what nobody asked for");
    --m_openRecalls;
    for (const AttemptKey& key : message->attempts) {
        const auto at = find(key);
        if (!m_jobsSent || at == m_jobs.end())
            return broken("it gives back what it does not have");
        // The answer may have crossed with the outcome of the one before: then the returned one has moved to the front.
        const bool wasFirst = at == m_jobs.begin();
        const Job job = std::move(*at);
        m_jobs.erase(at);
        if (m_jobs.empty())
            afterJobs();
        else if (wasFirst && m_phase == Phase::Busy)
            beginFront();
        m_observer.lost(job, isCancelled(job) ? Loss{LossKind::Cancelled, "cancelled before " + label() + " began"}
                                              : Loss{LossKind::NotBegun, label() + " was busy with the task before it"});
    }
    if (!message->attempts.empty())
        tellIfIdle();
    return {};
}

bool WorkerSlot::overdueForRecycling() const {
    return m_worn || m_status.tasksDone >= m_options.recycleAfterTasks || m_status.rssBytes > m_options.recycleAboveRssBytes ||
           Steady::now() - m_bornAt > m_options.recycleAfterTime;
}

} // namespace core::worker
