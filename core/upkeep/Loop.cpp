#include "core/upkeep/Loop.h"

#include "core/base/Log.h"

#include <algorithm>

namespace core::upkeep {

namespace {

constexpr base::milliseconds kTick{20};
constexpr base::milliseconds kLongestPause{30'000};

} // namespace

LoopRunner::LoopRunner(std::vector<std::unique_ptr<Loop>> loops, const base::Clock& clock) : m_clock(clock) {
    for (auto& loop : loops) {
        Entry entry;
        entry.report.name = loop->name();
        entry.loop = std::move(loop);
        m_entries.push_back(std::move(entry));
    }
    m_thread = std::jthread([this](std::stop_token stop) { run(stop); });
}

LoopRunner::~LoopRunner() {
    stop();
}

void LoopRunner::stop() {
    m_thread.request_stop();
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    for (Entry& entry : m_entries)
        entry.loop->halt();
}

void LoopRunner::kick() {
    {
        const std::lock_guard lock(m_mutex);
        m_kicked = true;
    }
    m_wake.notify_all();
}

std::vector<LoopReport> LoopRunner::reports() const {
    const std::lock_guard lock(m_mutex);
    std::vector<LoopReport> reports;
    for (const Entry& entry : m_entries)
        reports.push_back(entry.report);
    return reports;
}

void LoopRunner::run(std::stop_token stop) {
    while (!stop.stop_requested()) {
        bool all = false;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, stop, kTick, [&] { return m_kicked; });
            all = std::exchange(m_kicked, false);
        }
        const auto now = m_clock.sinceBoot();
        for (Entry& entry : m_entries) {
            if (stop.stop_requested())
                return;
            if (all || now >= entry.nextLook)
                look(entry);
        }
    }
}

void LoopRunner::look(Entry& entry) {
    const base::Instant now = m_clock.now();
    const base::Result<void> done = entry.loop->look(now);
    entry.failuresInARow = done ? 0 : entry.failuresInARow + 1;
    const auto pause = entry.loop->period() * (int64_t(1) << std::min(entry.failuresInARow, 10));
    entry.nextLook = m_clock.sinceBoot() + std::min(pause, std::max(kLongestPause, entry.loop->period()));
    const std::lock_guard lock(m_mutex);
    entry.report.lastRun = now;
    if (done) {
        entry.report.lastError.clear();
        return;
    }
    ++entry.report.failures;
    if (entry.report.lastError != done.error().text())
        base::log(base::LogLevel::Error, entry.report.name, done.error().text());
    entry.report.lastError = done.error().text();
}

} // namespace core::upkeep
