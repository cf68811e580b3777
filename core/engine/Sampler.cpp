#include "core/engine/Sampler.h"

#include <algorithm>

namespace core::engine {

using base::Result;
using metrics::Absent;
using metrics::Histogram;
using metrics::StepCounts;

namespace {

/// What was counted over a longer time than this is not spread over it: the machine slept.
constexpr base::milliseconds kLongestSample{10'000};

struct Quantile {
    const char* name;
    double q;
};
constexpr std::array<Quantile, 4> kQuantiles{{{"p50", 0.50}, {"p90", 0.90}, {"p95", 0.95}, {"p99", 0.99}}};

struct Count {
    const char* name;
    uint64_t StepCounts::*count;
};
constexpr std::array<Count, 8> kCounts{{{"rate.submitted", &StepCounts::submitted},
                                        {"rate.started", &StepCounts::started},
                                        {"rate.success", &StepCounts::succeeded},
                                        {"rate.failure", &StepCounts::failed},
                                        {"rate.retry", &StepCounts::retried},
                                        {"rate.revoked", &StepCounts::revoked},
                                        {"rate.deaths", &StepCounts::deaths},
                                        {"rate.fenced", &StepCounts::fenced}}};

/// The figures of one sample on their way to the store.
class Sample {
  public:
    explicit Sample(base::milliseconds elapsed) : m_seconds(std::chrono::duration<double>(elapsed).count()) {}

    void level(std::string name, double value) { m_measures.push_back({std::move(name), Absent::Zero, value}); }
    void rate(std::string name, uint64_t count) { level(std::move(name), double(count) / m_seconds); }
    void quantile(std::string name, const Histogram& of, double q) {
        if (const auto value = of.quantile(q))
            m_measures.push_back({std::move(name), Absent::Gap, std::chrono::duration<double>(*value).count(),
                                  uint32_t(std::min<uint64_t>(of.count(), UINT32_MAX))});
    }
    const std::vector<metrics::Measure>& measures() const { return m_measures; }

  private:
    const double m_seconds;
    std::vector<metrics::Measure> m_measures;
};

void addAll(Sample& sample, const metrics::ByName<metrics::TallyFigures>& tally) {
    metrics::TallyFigures all;
    for (const auto& [name, figures] : tally.queues) {
        all.counts.add(figures.counts);
        all.wait.merge(figures.wait);
        all.run.merge(figures.run);
        sample.rate("arrival." + name, figures.counts.submitted);
        sample.rate("service." + name, figures.counts.ended());
        sample.quantile("wait.p95." + name, figures.wait, 0.95);
        sample.quantile("run.p95." + name, figures.run, 0.95);
    }
    for (const Count& each : kCounts)
        sample.rate(each.name, all.counts.*each.count);
    for (const Quantile& each : kQuantiles) {
        sample.quantile(std::string("wait.") + each.name, all.wait, each.q);
        sample.quantile(std::string("run.") + each.name, all.run, each.q);
    }
    for (const auto& [name, figures] : tally.types) {
        sample.level("type.depth." + name, double(figures.pending));
        sample.rate("type.arrival." + name, figures.counts.submitted);
        sample.rate("type.service." + name, figures.counts.ended());
        sample.rate("type.failure." + name, figures.counts.failed);
        sample.quantile("type.run.p95." + name, figures.run, 0.95);
    }
}

void addQueues(Sample& sample, const std::vector<QueueStatus>& queues, base::Instant now) {
    double oldest = 0;
    for (const QueueStatus& queue : queues) {
        sample.level("depth." + queue.name, double(queue.of(task::TaskState::Pending)));
        if (!queue.oldestWaiting)
            continue;
        const double age = std::max(0.0, std::chrono::duration<double>(now - *queue.oldestWaiting).count());
        sample.level("oldest." + queue.name, age);
        oldest = std::max(oldest, age);
    }
    sample.level("oldest", oldest);
}

} // namespace

Sampler::Sampler(Parts parts) : m_parts(std::move(parts)) {
    std::vector<std::string> names{"oldest", "workers.busy"};
    for (const Count& each : kCounts)
        names.push_back(each.name);
    for (const QueueStatus& queue : m_parts.live.queues())
        for (const char* figure : {"depth.", "oldest.", "arrival.", "service."})
            names.push_back(figure + queue.name);
    m_parts.series.declare(names, Absent::Zero);
}

base::milliseconds Sampler::sinceLast() {
    const base::milliseconds present = m_parts.clock.sinceBoot();
    const auto last = std::exchange(m_last, present);
    return last ? std::clamp(present - *last, base::milliseconds(1), kLongestSample) : kPeriod;
}

Result<upkeep::NextLook> Sampler::look(base::Instant now) {
    const base::milliseconds elapsed = sinceLast();
    const auto workers = m_parts.workers();
    Sample sample(elapsed);
    addAll(sample, m_parts.live.takeTally());
    addQueues(sample, m_parts.live.queues(), now);
    sample.level("workers.busy", double(std::count_if(workers.begin(), workers.end(), [](const auto& worker) {
                     return worker.state == worker::WorkerState::Busy;
                 })));
    m_parts.series.record(now, elapsed, sample.measures());
    tellHeartbeats(workers, now);
    return upkeep::NextLook{kPeriod};
}

void Sampler::tellHeartbeats(const std::vector<worker::WorkerStatus>& workers, base::Instant now) {
    std::map<std::string, base::Instant> heartbeats;
    for (const worker::WorkerStatus& worker : workers) {
        heartbeats[worker.name] = worker.lastHeartbeat;
        const auto before = m_heartbeats.find(worker.name);
        if (before != m_heartbeats.end() && before->second == worker.lastHeartbeat)
            continue;
        if (m_parts.bus.wants(events::EventKind::WorkerHeartbeat))
            m_parts.bus.publish(
                {0, now, events::EventKind::WorkerHeartbeat, worker.name, worker::toText(worker.state), nullptr});
    }
    m_heartbeats = std::move(heartbeats);
}

} // namespace core::engine
