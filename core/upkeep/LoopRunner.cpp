#include "core/upkeep/LoopRunner.h"

#include "core/base/Log.h"

#include <algorithm>

namespace core::upkeep {

namespace {

constexpr base::milliseconds kFirstPause{40};
constexpr base::milliseconds kLongestPause{30'000};
constexpr int kMostDoublings = 10;

} // namespace

void Loop::wake() {
    if (m_woken.exchange(true))
        return; // it was not looked at since
    if (base::Alarm* alarm = m_alarm)
        alarm->wake();
}

LoopRunner::LoopRunner(std::vector<std::unique_ptr<Loop>> loops, const base::Clock& clock)
    : m_clock(clock), m_alarm(clock.alarm()) {
    for (auto& loop : loops) {
        Entry entry;
        entry.report.name = loop->name();
        entry.loop = std::move(loop);
        entry.loop->m_alarm = m_alarm.get();
        m_entries.push_back(std::move(entry));
    }
    m_kicked = true;
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LoopRunner::~LoopRunner() {
    stop();
}

void LoopRunner::stop() {
    m_thread.request_stop();
    m_alarm->wake();
    if (m_thread.joinable())
        m_thread.join();
    for (Entry& entry : m_entries)
        entry.loop->halt();
}

void LoopRunner::kick() {
    m_kicked = true;
    m_alarm->wake();
}

std::vector<LoopReport> LoopRunner::reports() const {
    const std::lock_guard lock(m_mutex);
    std::vector<LoopReport> reports;
    for (const Entry& entry : m_entries)
        reports.push_back(entry.report);
    return reports;
}

void LoopRunner::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        bool all = m_kicked.exchange(false);
        for (size_t i = 0; i < m_entries.size() && !stop.stop_requested(); ++i) {
            // A clock that was set concerns everybody: the first loops see to it before others take it at its word.
            if (m_jumps.look(m_clock.moment())) {
                all = true;
                i = 0;
            }
            if (all || isDue(m_entries[i]))
                look(m_entries[i]);
        }
        if (!stop.stop_requested())
            sleep();
    }
}

bool LoopRunner::isDue(const Entry& entry) const {
    const base::Moment moment = m_clock.moment();
    return moment.sinceBoot >= entry.nextLook || (entry.nextWall && moment.now >= *entry.nextWall) ||
           (entry.loop->m_woken && moment.sinceBoot >= entry.lastLook + kPace);
}

void LoopRunner::sleep() {
    base::milliseconds boot = base::milliseconds::max();
    std::optional<base::Instant> wall;
    for (const Entry& entry : m_entries) {
        boot = std::min(boot, entry.loop->m_woken ? std::min(entry.nextLook, entry.lastLook + kPace) : entry.nextLook);
        if (entry.nextWall)
            wall = std::min(wall.value_or(*entry.nextWall), *entry.nextWall);
    }
    m_alarm->wait(boot, wall);
}

void LoopRunner::look(Entry& entry) {
    entry.loop->m_woken = false;
    const base::Moment moment = m_clock.moment();
    const base::Result<NextLook> next = entry.loop->look(moment.now);
    entry.failuresInARow = next ? 0 : entry.failuresInARow + 1;
    const auto pause = kFirstPause * (int64_t(1) << std::min(entry.failuresInARow, kMostDoublings));
    entry.lastLook = m_clock.sinceBoot();
    entry.nextLook = entry.lastLook + (next ? std::max(next->within, kPace) : std::min<base::milliseconds>(pause, kLongestPause));
    entry.nextWall = next ? next->at : std::nullopt;
    // What it saw to be due and left, waits for something else.
    if (entry.nextWall && *entry.nextWall <= moment.now) {
        entry.nextWall.reset();
        entry.nextLook = entry.lastLook + kPace;
    }
    const std::lock_guard lock(m_mutex);
    entry.report.lastRun = moment.now;
    if (next) {
        entry.report.lastError.clear();
        return;
    }
    ++entry.report.failures;
    if (entry.report.lastError != next.error().text())
        base::log(base::LogLevel::Error, entry.report.name, next.error().text());
    entry.report.lastError = next.error().text();
}

} // namespace core::upkeep
