#include "core/worker/AttemptContext.h"

#include <algorithm>
#include <cmath>

namespace core::worker {

using base::LogLevel;

namespace {

constexpr std::chrono::milliseconds kProgressGap{100};
constexpr double kHighestProgress = 99; ///< 100 is success itself
constexpr size_t kKeptLines = 10;
constexpr size_t kMaxCleanUpProblems = 20;
constexpr size_t kKeptLineBytes = 300;
/// Charged for each log line beside its text, so that a flood of empty lines has an end too.
constexpr size_t kLogLineCost = 32;

} // namespace

AttemptContext::AttemptContext(Job job, const std::filesystem::path& database, const base::Clock& clock,
                               FrameSink& channel)
    : m_job(std::move(job)), m_database(database), m_clock(clock), m_channel(channel),
      m_softDeadline(clock.sinceBoot() + m_job.softLimit) {}

/// Only what the engine will take: it believes no worker that sends more.
void AttemptContext::checkFields(base::Json& fields) {
    if (fields.is_null())
        return;
    const std::string text = base::dumpJson(fields);
    auto asRead = base::parseJson(text.size() <= task::kMaxProgressFields ? std::string_view(text) : "null");
    fields = asRead && asRead->is_object() ? std::move(*asRead) : base::Json();
    if (fields.is_null() && !std::exchange(m_toldOfFields, true))
        log(LogLevel::Warning, "the fields of a progress report were left out: they must be a JSON object of at most 4 KiB");
}

void AttemptContext::report(task::Progress progress) {
    progress.percent = std::isnan(progress.percent) ? 0 : std::clamp(progress.percent, 0.0, kHighestProgress);
    checkFields(progress.fields);
    ProgressMessage message{key(), std::move(progress)};
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
    if (m_clock.sinceBoot() >= m_softDeadline)
        throw task::SoftTimeLimitExceeded();
}

std::chrono::microseconds AttemptContext::ran() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - m_begunAt);
}

std::vector<std::string> AttemptContext::cleanUp() {
    std::vector<std::string> problems;
    while (!m_cleanUps.empty()) {
        const auto last = std::move(m_cleanUps.back());
        m_cleanUps.pop_back();
        try {
            last();
        } catch (const std::exception& exception) {
            problems.push_back(exception.what());
        } catch (...) {
            problems.push_back("something that is not an exception was thrown");
        }
        if (problems.size() > kMaxCleanUpProblems)
            m_cleanUps.clear();
    }
    return problems;
}

void AttemptContext::tick() {
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
