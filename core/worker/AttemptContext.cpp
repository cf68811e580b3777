#include "core/worker/AttemptContext.h"

#include <algorithm>
#include <cmath>

namespace core::worker {

using base::LogLevel;

namespace {

constexpr std::chrono::milliseconds kProgressGap{100};
constexpr double kHighestProgress = 99; ///< 100 is success itself
constexpr size_t kKeptLines = 10;
constexpr size_t kKeptLineBytes = 300;
/// Charged for each log line beside its text, so that a flood of empty lines has an end too.
constexpr size_t kLogLineCost = 32;

} // namespace

AttemptContext::AttemptContext(Job job, const std::filesystem::path& database, const base::Clock& clock,
                               WorkerChannel& channel)
    : m_job(std::move(job)), m_database(database), m_clock(clock), m_channel(channel),
      m_softDeadline(clock.sinceBoot() + m_job.softLimit) {}

void AttemptContext::progress(double percent, std::string_view text) {
    const double bounded = std::isnan(percent) ? 0 : std::clamp(percent, 0.0, kHighestProgress);
    ProgressMessage message{key(), bounded, std::string(text)};
    const std::lock_guard lock(m_mutex);
    const auto now = Steady::now();
    if (m_lastProgress != Steady::time_point{} && now - m_lastProgress < kProgressGap) {
        m_keptProgress = std::move(message);
        return;
    }
    m_keptProgress.reset();
    m_lastProgress = now;
    m_channel.send(encode(message));
}

void AttemptContext::log(LogLevel level, std::string_view text) {
    const std::lock_guard lock(m_mutex);
    m_lastLines.push_back(std::string(base::toText(level)) + ": " + std::string(text.substr(0, kKeptLineBytes)));
    if (m_lastLines.size() > kKeptLines)
        m_lastLines.pop_front();
    if (m_logFull)
        return;
    m_logBytes += std::min(text.size(), kMaxTextBytes) + kLogLineCost;
    m_logFull = m_logBytes > kMaxLogBytes;
    if (m_logFull)
        m_channel.send(encode(LogMessage{key(), LogLevel::Warning, "log truncated: this attempt has said 1 MiB"}));
    else
        m_channel.send(encode(LogMessage{key(), level, std::string(text)}));
}

void AttemptContext::checkCancelled() const {
    if (m_cancelled.load(std::memory_order_relaxed))
        throw task::Cancelled();
    if (m_softLimitPassed.load(std::memory_order_relaxed))
        throw task::SoftTimeLimitExceeded();
}

std::chrono::microseconds AttemptContext::ran() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - m_begunAt);
}

void AttemptContext::tick() {
    if (m_clock.sinceBoot() >= m_softDeadline)
        m_softLimitPassed = true;
    const std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock || !m_keptProgress || m_closed || Steady::now() - m_lastProgress < kProgressGap)
        return;
    if (m_channel.trySend(encode(*m_keptProgress))) {
        m_keptProgress.reset();
        m_lastProgress = Steady::now();
    }
}

void AttemptContext::close() {
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    if (m_keptProgress)
        m_channel.send(encode(*m_keptProgress));
    m_keptProgress.reset();
}

std::deque<std::string> AttemptContext::lastLogLines() const {
    const std::lock_guard lock(m_mutex);
    return m_lastLines;
}

} // namespace core::worker
