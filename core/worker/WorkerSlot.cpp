#include "core/worker/WorkerSlot.h"

#include "core/base/Log.h"
#include "core/worker/BegunNotes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/resource.h>
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
/// A process that began no work and lived shorter than this came to nothing.
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

std::filesystem::path notesFolder(const WorkerPoolOptions& options) {
    return options.notesFolder.empty() ? options.database.parent_path() : options.notesFolder;
}

bool passed(const std::optional<Steady::time_point>& deadline, Steady::time_point now) {
    return deadline && *deadline <= now;
}

} // namespace

WorkerSlot::WorkerSlot(size_t index, const WorkerPoolOptions& options, const base::Clock& clock,
                       WorkerObserver& observer, Roster& roster)
    : m_index(index), m_options(options), m_clock(clock), m_observer(observer), m_roster(roster),
      m_status(roster.statuses()[index]), m_notes(BegunNotes::fileOf(notesFolder(options), index)) {
    if (auto made = BegunNotes::create(m_notes, options.epoch); !made) {
        m_lastFailure = made.error().message;
        base::log(LogLevel::Error, "worker", made.error().text());
    }
}

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
    m_status.task = m_jobs.empty() ? task::TaskId{} : m_jobs.front().task;
    m_roster.publish(m_index, m_status);
}

void WorkerSlot::announce(const char* what) {
    m_observer.workerChanged(m_status, what);
}

void WorkerSlot::start() {
    m_restartAt.reset();
    auto process = spawnWorker(m_options.workerProgram, m_options.database, m_notes);
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
    m_greeted = m_deaf = m_dead = m_worked = m_worn = false;
    m_openRecalls = 0;
    m_status.pid = m_process.pid;
    m_status.tasksDone = 0;
    m_status.rssBytes = 0;
    m_status.startedAt = m_status.lastHeartbeat = m_clock.now();
    enter(Phase::Starting);
    announce("started");
}

void WorkerSlot::assign(std::vector<Job> jobs) {
    m_jobs.assign(std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()));
    m_jobsSent = m_recalled = false;
    m_cancelled.clear();
    if (m_phase == Phase::Idle)
        sendJobs();
    else if (m_stopping)
        loseAll(LossKind::Shutdown, m_status.name + " was stopped before the task reached it");
    else if (m_fruitless >= kPatientStarts)
        loseAll(LossKind::WorkerDied, m_status.name + " cannot be started: " + m_lastFailure);
}

void WorkerSlot::sendJobs() {
    std::string frames;
    for (auto job = m_jobs.begin(); job != m_jobs.end();) {
        auto frame = encode(*job);
        if (frame) {
            frames += *frame;
            job->worker = label();
            ++job;
            continue;
        }
        const Job refused = std::move(*job);
        job = m_jobs.erase(job);
        m_observer.finished(refused, task::Outcome::permanentFailure("ParametersTooLarge", frame.error().message), {});
    }
    if (m_jobs.empty()) {
        enter(Phase::Idle);
        m_observer.roomAvailable();
        return;
    }
    if (!post(frames))
        return; // the process has just died without having begun: the attempts wait for the next one
    m_jobsSent = true;
    beginFront();
    enter(Phase::Busy);
    announce("busy");
}

/// The first job's time begins.
void WorkerSlot::beginFront() {
    m_frontSince = Steady::now();
    m_logBytes = 0;
    m_hardDeadline = m_clock.sinceBoot() + m_jobs.front().hardLimit;
    m_termAt.reset();
    if (isCancelled(m_jobs.front()))
        m_termAt = m_frontSince + m_jobs.front().cleanupTime;
}

bool WorkerSlot::isCancelled(const Job& job) const {
    return std::find(m_cancelled.begin(), m_cancelled.end(), job.task) != m_cancelled.end();
}

/// Asks for what has not begun behind an attempt that runs long: another worker may have time for it.
void WorkerSlot::recall() {
    m_recalled = true;
    ++m_openRecalls;
    post(encodeRecall());
}

void WorkerSlot::cancel(const AttemptKey& key) {
    const auto job = find(key);
    if (job == m_jobs.end() || isCancelled(*job))
        return;
    m_cancelled.push_back(key.task);
    if (!m_jobsSent) {
        const Job cancelled = std::move(*job);
        m_jobs.erase(job);
        m_observer.lost(cancelled, Loss{LossKind::Cancelled, "cancelled before " + m_status.name + " began"});
        return;
    }
    if (job == m_jobs.begin())
        m_termAt = Steady::now() + job->cleanupTime;
    post(encode(CancelMessage{key}));
}

void WorkerSlot::stop(Steady::time_point deadline) {
    m_stopping = true;
    m_restartAt.reset();
    if (!m_jobsSent)
        loseAll(LossKind::Shutdown, m_status.name + " was stopped before the task reached it");
    else if (m_jobs.size() > 1)
        recall();
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
    hurryGroup();
    signalGroup(signal);
}

/// Whoever is to die must first be given a processor, and on a busy machine its niceness lets it wait for that. Only who may
/// raise priorities can: others are refused, and wait.
void WorkerSlot::hurryGroup() const {
    [[maybe_unused]] const int refused = ::setpriority(PRIO_PGRP, id_t(m_process.pid), 0);
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
        kill(LossKind::HardLimit, "passed the hard limit of " + secondsText(m_jobs.front().hardLimit), SIGTERM);
    } else if (passed(m_termAt, now)) {
        kill(LossKind::Cancelled, "did not obey the cancel within " + secondsText(m_jobs.front().cleanupTime), SIGTERM);
    } else if (now - m_lastBeat > m_options.heartbeatTimeout) {
        kill(LossKind::Silent, "gave no sign of life for " + secondsText(m_options.heartbeatTimeout), SIGKILL);
    } else if (m_jobsSent && m_jobs.size() > 1 && !m_recalled && now - m_frontSince > m_options.batchPatience) {
        recall();
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
    if (m_jobsSent && m_jobs.size() > 1 && !m_recalled)
        next = std::min(next, m_frontSince + m_options.batchPatience + milliseconds(1));
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
    const auto culprit = m_jobsSent ? lastBegun() : std::nullopt;
    const bool fruitless = !left && !m_worked && !culprit && Steady::now() - m_bornAt < kYoung;
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
    if (m_jobsSent)
        loseToDeath(ending, culprit);
    m_killReason.reset();
    announce(left ? "stopped" : "lost");
    m_status.pid = m_process.pid = 0;
    m_status.rssBytes = 0;
    enter(Phase::Down);
    planRestart();
}

/// The job that the worker began last, by its own notes: in a batch, the one that it died of. None when it had begun none
/// of them; the first when its notes cannot be read.
std::optional<size_t> WorkerSlot::lastBegun() const {
    const auto content = BegunNotes::read(m_notes);
    if (!content)
        return 0;
    for (auto note = content->notes.rbegin(); note != content->notes.rend(); ++note)
        for (size_t i = 0; i < m_jobs.size(); ++i)
            if (m_jobs[i].key == note->key && m_jobs[i].attempt == note->attempt)
                return i;
    return std::nullopt;
}

void WorkerSlot::loseToDeath(const std::string& ending, std::optional<size_t> culprit) {
    if (m_jobs.empty())
        return;
    // What we killed it for concerns the job that was to run, begun or not. And a job whose mere arrival kills worker
    // after worker is not handed on for ever.
    const bool ofItself = !m_killReason || *m_killReason == LossKind::WorkerDied;
    if (!culprit && (!ofItself || m_fruitless >= kPatientStarts))
        culprit = 0;
    const std::string how = label() + " " + (m_killReason ? m_killWords + " and " : "") + ending;
    const std::string elsewhere = how + (culprit ? " in another task of its batch" : " before it began anything");
    std::deque<Job> jobs;
    jobs.swap(m_jobs);
    m_jobsSent = false;
    for (size_t i = 0; i < jobs.size(); ++i) {
        if (isCancelled(jobs[i]))
            m_observer.lost(jobs[i], Loss{LossKind::Cancelled, how});
        else if (i == culprit)
            m_observer.lost(jobs[i], Loss{m_killReason.value_or(LossKind::WorkerDied), how});
        else
            m_observer.lost(jobs[i], Loss{LossKind::NotBegun, elsewhere});
    }
}

void WorkerSlot::loseAll(LossKind kind, const std::string& message) {
    std::deque<Job> jobs;
    jobs.swap(m_jobs);
    m_jobsSent = false;
    for (const Job& job : jobs)
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
    loseAll(LossKind::WorkerDied, m_status.name + " cannot be started: " + m_lastFailure);
}

} // namespace core::worker
