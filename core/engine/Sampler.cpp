#include "core/engine/Sampler.h"

#include <algorithm>
#include <cmath>

namespace core::engine {

using base::Result;

namespace {

/// The q-quantile by nearest rank; none of nothing.
std::optional<double> quantile(std::vector<double>& values, double q) {
    if (values.empty())
        return std::nullopt;
    const size_t rank = std::min(values.size() - 1, size_t(std::ceil(q * double(values.size()))) - (q > 0 ? 1 : 0));
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(rank), values.end());
    return values[rank];
}

} // namespace

Result<void> Sampler::look(base::Instant now) {
    Tally tally = m_live.takeTally();
    const double seconds =
        m_last ? std::max(0.5, std::chrono::duration<double>(now - *m_last).count()) : 1.0;
    m_last = now;
    const auto rate = [&](const char* name, int count) { m_series.record(name, now, count / seconds); };
    rate("rate.submitted", tally.submitted);
    rate("rate.started", tally.started);
    rate("rate.success", tally.success);
    rate("rate.failure", tally.failure);
    rate("rate.retry", tally.retry);
    rate("rate.revoked", tally.revoked);
    m_series.record("wait.p50", now, quantile(tally.waitSeconds, 0.50));
    m_series.record("wait.p95", now, quantile(tally.waitSeconds, 0.95));
    m_series.record("run.p50", now, quantile(tally.runSeconds, 0.50));
    m_series.record("run.p95", now, quantile(tally.runSeconds, 0.95));
    for (const QueueStatus& queue : m_live.queues())
        m_series.record("depth." + queue.name, now, double(queue.of(task::TaskState::Pending)));
    const auto workers = m_workers();
    m_series.record("workers.busy", now, double(std::count_if(workers.begin(), workers.end(), [](const auto& worker) {
                        return worker.state == worker::WorkerState::Busy;
                    })));
    return readOldest(now);
}

Result<void> Sampler::readOldest(base::Instant now) {
    std::vector<std::string> waiting;
    for (const QueueStatus& queue : m_live.queues())
        if (queue.of(task::TaskState::Pending) > 0)
            waiting.push_back(queue.name);
    std::map<std::string, base::Instant> oldest;
    if (!waiting.empty()) {
        auto read = m_database.read([&](store::Connection& db) -> Result<std::map<std::string, base::Instant>> {
            std::map<std::string, base::Instant> found;
            for (const std::string& queue : waiting)
                for (int priority = task::kLowestPriority; priority <= task::kHighestPriority; ++priority) {
                    // One step into the index of pending tasks for each priority, whatever the depth.
                    store::Query row = db.query("SELECT created_at FROM task WHERE state='pending' AND queue=? AND "
                                                "priority=? ORDER BY key LIMIT 1",
                                                queue, priority);
                    if (!row.step())
                        continue;
                    const auto [entry, isNew] = found.try_emplace(queue, row.instant(0));
                    if (!isNew)
                        entry->second = std::min(entry->second, row.instant(0));
                }
            return found;
        });
        if (!read)
            return read.error();
        oldest = std::move(*read);
    }
    double age = 0;
    for (const auto& [queue, created] : oldest)
        age = std::max(age, std::chrono::duration<double>(now - created).count());
    m_series.record("oldest", now, age);
    m_live.setOldest(oldest);
    return {};
}

} // namespace core::engine
