#include "core/worker/WorkerSlot.h"

#include "core/base/Log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <sys/wait.h>

namespace core::worker {

using base::LogLevel;
using base::milliseconds;

namespace {

/// Waiting times before the next start, by the number of starts in a row that came to nothing: five within a minute,
/// then one a minute.
constexpr std::array kRestartDelays{milliseconds(0), milliseconds(250), milliseconds(1000), milliseconds(4000),
                                    milliseconds(60'000)};
/// After so many of them an attempt that waits for the process is given up.
constexpr int kPatientStarts = 2;
/// A process that was given no work and lived shorter than this came to nothing.
constexpr std::chrono::seconds kYoung{10};
constexpr milliseconds kExitPatience{2000};
/// Longer than this a killed process can only be stuck in the kernel.
constexpr std::chrono::seconds kStuck{10};
/// Without pidfds a death is looked for this often.
constexpr milliseconds kPollForDeath{50};

std::string secondsText(milliseconds time) {
    std::string text = std::to_string(time.count() / 1000);
    if (const auto rest = time.count() % 1000; rest != 0) {
        const std::string digits = std::to_string(1000 + rest).substr(1);
        text += "." + digits.substr(0, digits.find_last_not_of('0') + 1);
    }
    return text + " s";
}

bool passed(const std::optional<Steady::time_point>& deadline, Steady::time_point now) {
    return deadline && *deadline <= now;
}

} // namespace

WorkerSlot::WorkerSlot(size_t index, const WorkerPoolOptions& options, const base::Clock& clock,
                       WorkerObserver& observer, Roster& roster)
    : m_index(index), m_options(options), m_clock(clock), m_observer(observer), m_roster(roster),
      m_status(roster.statuses()[index]) {}

std::string WorkerSlot::label() const {
    return m_status.name + " (pid " + std::to_string(m_process.pid) + ")";
}

void WorkerSlot::enter(Phase phase) {
    m_phase = phase;
    switch (phase) {
    case Phase::Down: m_status.state = m_stopping ? WorkerState::Stopping : WorkerState::Starting; break;
    case Phase::Starting: m_status.state = WorkerState::Starting; break;
    case Phase::Idle: m_status.state = WorkerState::Idle; break;
    case Phase::Busy: m_status.state = WorkerState::Busy; break;
    case Phase::Leaving:
    case Phase::Dying: m_status.state = WorkerState::Stopping; break;
    }
    m_status.task = m_job ? m_job->task : task::TaskId{};
    m_roster.publish(m_index, m_status);
}

void WorkerSlot::announce(const char* what) {
    m_observer.workerChanged(m_status, what);
}

void WorkerSlot::start() {
    m_restartAt.reset();
    auto process = spawnWorker(m_options.workerProgram, m_options.database);
    m_bornAt = m_lastBeat = Steady::now();
    if (!process) {
        m_lastFailure = process.error().message;
        ++m_fruitless;
        planRestart();
        return;
    }
    m_process = std::move(*process);
    m_reader = FrameReader(Direction::WorkerToEngine);
    m_out.clear();
    m_sent = 0;
    m_greeted = m_deaf = m_dead = m_tookJob = false;
    m_status.pid = m_process.pid;
    m_status.tasksDone = 0;
    m_status.rssBytes = 0;
    m_status.startedAt = m_status.lastHeartbeat = m_clock.now();
    enter(Phase::Starting);
    announce("started");
}

void WorkerSlot::assign(Job job, std::string frame) {
    m_job = std::move(job);
    m_jobFrame = std::move(frame);
    m_jobSent = m_cancelRequested = false;
    m_logBytes = 0;
    if (m_phase == Phase::Idle)
        sendJob();
    else if (m_stopping)
        lose(LossKind::Shutdown, m_status.name + " was stopped before the task reached it");
    else if (m_fruitless >= kPatientStarts)
        lose(LossKind::WorkerDied, m_status.name + " cannot be started: " + m_lastFailure);
}

void WorkerSlot::sendJob() {
    if (!post(m_jobFrame))
        return; // the process has just died without having begun: the attempt waits for the next one
    m_jobFrame.clear();
    m_jobSent = m_tookJob = true;
    m_fruitless = 0;
    m_hardDeadline = m_clock.sinceBoot() + m_job->hardLimit;
    enter(Phase::Busy);
    announce("busy");
}

void WorkerSlot::refuse(const Job& job, task::Outcome outcome) {
    if (m_phase == Phase::Idle)
        enter(Phase::Idle);
    m_observer.finished(job, std::move(outcome));
    if (m_phase == Phase::Idle)
        m_observer.roomAvailable();
}

void WorkerSlot::cancel(const AttemptKey& key) {
    if (!m_job || m_cancelRequested || m_job->task != key.task || m_job->attempt != key.attempt)
        return;
    m_cancelRequested = true;
    if (!m_jobSent) {
        lose(LossKind::Cancelled, "cancelled before " + m_status.name + " began");
        return;
    }
    post(encode(CancelMessage{key}));
    m_termAt = Steady::now() + m_options.termGrace;
}

void WorkerSlot::stop(Steady::time_point deadline) {
    m_stopping = true;
    m_restartAt.reset();
    if (m_job && !m_jobSent)
        lose(LossKind::Shutdown, m_status.name + " was stopped before the task reached it");
    switch (m_phase) {
    case Phase::Down: enter(Phase::Down); break;
    case Phase::Starting: kill(LossKind::Shutdown, "was stopped with the engine", SIGKILL); break;
    case Phase::Idle: leave(); break;
    case Phase::Busy: m_stopAt = deadline; break;
    case Phase::Leaving: break;
    case Phase::Dying:
        if (m_killAt)
            m_killAt = std::min(*m_killAt, deadline);
        break;
    }
}

void WorkerSlot::leave() {
    m_killAt = Steady::now() + kExitPatience;
    enter(Phase::Leaving);
    post(encodeExit());
}

void WorkerSlot::kill(LossKind reason, std::string words, int signal) {
    if (!m_killReason) {
        m_killReason = reason;
        m_killWords = std::move(words);
    }
    const auto now = Steady::now();
    m_termAt.reset();
    m_hardDeadline.reset();
    m_stopAt.reset();
    m_killAt.reset();
    m_lastBreathAt.reset();
    if (signal == SIGKILL)
        m_abandonAt = now + kStuck;
    else
        m_killAt = now + m_options.termGrace;
    if (m_phase != Phase::Dying)
        enter(Phase::Dying);
    signalGroup(signal);
}

void WorkerSlot::signalGroup(int signal) const {
    // The group is the process's own, made at its birth, so children of a handler go with it.
    if (::kill(-m_process.pid, signal) != 0 && errno == ESRCH)
        ::kill(m_process.pid, signal);
}

void WorkerSlot::tick() {
    const auto now = Steady::now();
    if (m_phase == Phase::Down) {
        if (passed(m_restartAt, now))
            start();
        return;
    }
    if (!m_process.pidfd.valid()) {
        reap();
        if (m_phase == Phase::Down)
            return;
    }
    if (passed(m_abandonAt, now)) {
        base::log(LogLevel::Error, "worker", label() + " does not die; it is left behind");
        bury("is stuck in the kernel and was left behind");
    } else if (passed(m_killAt, now)) {
        kill(m_phase == Phase::Leaving ? LossKind::Shutdown : LossKind::WorkerDied, "did not leave", SIGKILL);
    } else if (passed(m_lastBreathAt, now)) {
        kill(LossKind::WorkerDied, "closed its connection", SIGKILL);
    } else if (m_phase == Phase::Dying) {
        return;
    } else if (passed(m_stopAt, now)) {
        kill(LossKind::Shutdown, "was stopped with the engine", SIGKILL);
    } else if (m_hardDeadline && *m_hardDeadline <= m_clock.sinceBoot()) {
        kill(LossKind::HardLimit, "passed the hard limit of " + secondsText(m_job->hardLimit), SIGTERM);
    } else if (passed(m_termAt, now)) {
        kill(LossKind::Cancelled, "did not obey the cancel within " + secondsText(m_options.termGrace), SIGTERM);
    } else if (now - m_lastBeat > m_options.heartbeatTimeout) {
        kill(LossKind::Silent, "gave no sign of life for " + secondsText(m_options.heartbeatTimeout), SIGKILL);
    }
}

Steady::time_point WorkerSlot::nextDeadline() const {
    const auto now = Steady::now();
    if (m_phase == Phase::Down)
        return m_restartAt.value_or(Steady::time_point::max());
    auto next = m_phase == Phase::Dying ? Steady::time_point::max()
                                        : m_lastBeat + m_options.heartbeatTimeout + milliseconds(1);
    for (const auto& deadline : {m_termAt, m_killAt, m_abandonAt, m_stopAt, m_lastBreathAt})
        if (deadline)
            next = std::min(next, *deadline);
    if (m_hardDeadline)
        next = std::min(next, now + (*m_hardDeadline - m_clock.sinceBoot()));
    if (!m_process.pidfd.valid())
        next = std::min(next, now + kPollForDeath);
    return next;
}

void WorkerSlot::reap() {
    siginfo_t info{};
    // Look without reaping: while the dead process is there, its number and group cannot be anyone else's.
    const bool ours = ::waitid(P_PID, id_t(m_process.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
    if (ours && info.si_pid == 0)
        return;
    m_dead = true;
    if (!m_deaf)
        receive(2 * kMaxLargeFrame); // what it sent before it died counts: the last frame may be an outcome
    int status = 0;
    if (ours) {
        signalGroup(SIGKILL);
        ::waitpid(m_process.pid, &status, WNOHANG);
    }
    bury(ours ? describeExit(status) : "ended in an unknown way");
}

void WorkerSlot::bury(const std::string& ending) {
    const bool left = m_phase == Phase::Leaving || (m_stopping && m_phase == Phase::Dying);
    const bool fruitless = !left && !m_tookJob && Steady::now() - m_bornAt < kYoung;
    m_fruitless = fruitless ? m_fruitless + 1 : 0;
    m_lastFailure = label() + " " + (m_killReason ? m_killWords + " and " : "") + ending;
    m_process.socket.reset();
    m_process.pidfd.reset();
    m_deaf = true;
    m_out.clear();
    m_sent = 0;
    m_hardDeadline.reset();
    for (auto* deadline : {&m_termAt, &m_killAt, &m_abandonAt, &m_stopAt, &m_lastBreathAt})
        deadline->reset();
    enter(Phase::Down);
    if (!left)
        base::log(LogLevel::Warning, "worker", m_lastFailure);
    if (m_jobSent)
        loseToDeath(ending);
    m_killReason.reset();
    announce(left ? "stopped" : "lost");
    m_status.pid = m_process.pid = 0;
    m_status.rssBytes = 0;
    enter(Phase::Down);
    planRestart();
}

void WorkerSlot::loseToDeath(const std::string& ending) {
    if (!m_job)
        return;
    const LossKind kind =
        m_cancelRequested ? LossKind::Cancelled : m_killReason.value_or(LossKind::WorkerDied);
    lose(kind, label() + " " + (m_killReason ? m_killWords + " and " : "") + ending);
}

void WorkerSlot::lose(LossKind kind, const std::string& message) {
    const Job job = std::move(*m_job);
    m_job.reset();
    m_jobSent = false;
    m_jobFrame.clear();
    m_observer.lost(job, Loss{kind, message});
}

void WorkerSlot::planRestart() {
    if (m_stopping) {
        enter(Phase::Down);
        return;
    }
    const auto step = std::min(size_t(std::max(m_fruitless, 1) - 1), kRestartDelays.size() - 1);
    const milliseconds delay = kRestartDelays[step];
    m_restartAt = Steady::now() + delay;
    if (m_fruitless < kPatientStarts)
        return;
    base::log(LogLevel::Warning, "worker",
              m_status.name + " came to nothing " + std::to_string(m_fruitless) + " times in a row: " + m_lastFailure +
                  "; next try in " + secondsText(delay));
    if (m_job)
        lose(LossKind::WorkerDied, m_status.name + " cannot be started: " + m_lastFailure);
}

} // namespace core::worker
