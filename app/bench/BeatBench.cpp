#include "app/bench/BeatBench.h"

#include "core/base/Json.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <thread>

namespace app::bench {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;
using core::base::Result;

namespace {

constexpr const char* kType = "bench_noop";
const core::engine::Actor kActor{"bench", "system"};
/// After its start an engine is busy for a moment.
constexpr double kSettles = 3;
/// The idle entries fire at least so far from now, and the entries that are due at one instant so long after the start.
constexpr std::chrono::hours kFarAway{2};
constexpr core::base::seconds kUntilDue{5};
constexpr core::base::seconds kPatience{60};

double processorSeconds() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return double(used.tv_sec) + double(used.tv_nsec) / 1e9;
}

std::string dueName(int number) {
    return "due-" + std::to_string(number);
}

Error wrong(const std::string& what) {
    return {ErrorCode::Internal, what, {}, {}};
}

} // namespace

BeatBench::BeatBench(BeatBenchPlan plan, StartEngine start, std::stop_token stop)
    : m_plan(plan), m_start(std::move(start)), m_stop(std::move(stop)), m_figures(std::make_unique<Json>(Json::object())) {}

BeatBench::~BeatBench() = default;

Result<Json> BeatBench::run() {
    for (const Step step : {&BeatBench::addIdle, &BeatBench::measureIdle, &BeatBench::addDue, &BeatBench::measureLateness,
                            &BeatBench::check})
        if (const auto done = (this->*step)(); !done)
            return done.error();
    (*m_figures)["schedules"] = m_plan.schedules;
    (*m_figures)["idle_seconds"] = m_plan.idleSeconds;
    (*m_figures)["fires"] = m_plan.fires;
    return std::move(*m_figures);
}

Result<void> BeatBench::open(Beat beat) {
    m_engine.reset();
    auto engine = m_start(beat);
    if (!engine)
        return engine.error();
    m_engine = std::move(*engine);
    return {};
}

Result<void> BeatBench::add(const core::task::Schedule& schedule) {
    if (m_stop.stop_requested())
        return Error{ErrorCode::Cancelled, "the measurement was stopped", {}, {}};
    const auto added = m_engine->schedules().add(schedule, kActor);
    return added ? Result<void>() : Result<void>(added.error());
}

Result<void> BeatBench::sleep(double seconds) {
    for (const Stopwatch watch; watch.seconds() < seconds;) {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "the measurement was stopped", {}, {}};
        std::this_thread::sleep_for(std::chrono::duration<double>(std::min(1.0, seconds - watch.seconds())));
    }
    return {};
}

/// Daily, at minutes that are spread over the far half of the day.
Result<void> BeatBench::addIdle() {
    if (auto opened = open(Beat::Off); !opened)
        return opened;
    const auto first = std::chrono::floor<std::chrono::minutes>(m_engine->clock().now() + kFarAway);
    for (int i = 0; i < m_plan.schedules; ++i) {
        const core::base::Instant at = first + std::chrono::minutes(i % (20 * 60));
        const std::chrono::hh_mm_ss clock(at - std::chrono::floor<std::chrono::days>(at));
        core::task::Schedule schedule;
        schedule.name = "idle-" + std::to_string(i);
        schedule.type = kType;
        schedule.cron = std::to_string(clock.minutes().count()) + " " + std::to_string(clock.hours().count()) + " * * *";
        if (auto added = add(schedule); !added)
            return added;
    }
    return {};
}

Result<void> BeatBench::measureIdle() {
    const Stopwatch starting;
    if (auto opened = open(Beat::On); !opened)
        return opened;
    (*m_figures)["start_ms"] = rounded(starting.seconds() * 1000);
    if (auto slept = sleep(kSettles); !slept)
        return slept;
    const double before = processorSeconds();
    const Stopwatch watch;
    if (auto slept = sleep(m_plan.idleSeconds); !slept)
        return slept;
    (*m_figures)["idle_cpu"] = (processorSeconds() - before) / watch.seconds();
    return {};
}

Result<void> BeatBench::addDue() {
    if (auto opened = open(Beat::Off); !opened)
        return opened;
    // The instant is set last: what adding takes, nobody knows before.
    core::task::Schedule schedule;
    schedule.type = kType;
    schedule.every = std::chrono::days(1);
    const Stopwatch watch;
    for (int i = 0; i < m_plan.fires; ++i) {
        schedule.name = dueName(i);
        if (auto added = add(schedule); !added)
            return added;
    }
    const auto adding = core::base::seconds(int64_t(watch.seconds() * 2) + 1);
    m_due = std::chrono::ceil<core::base::seconds>(m_engine->clock().now()) + adding + kUntilDue;
    schedule.every = {};
    schedule.once = m_due;
    for (int i = 0; i < m_plan.fires; ++i) {
        schedule.name = dueName(i);
        if (const auto changed = m_engine->schedules().change(schedule, std::nullopt, kActor); !changed)
            return changed.error();
    }
    return {};
}

Result<void> BeatBench::measureLateness() {
    if (auto opened = open(Beat::On); !opened)
        return opened;
    if (m_engine->clock().now() >= m_due)
        return wrong("the machine is too busy: the entries were due before the engine was ready");
    const auto fired = m_engine->events().subscribe(core::events::Interest::in({core::events::EventKind::ScheduleChanged}));
    std::vector<double> late;
    while (late.size() < size_t(m_plan.fires) && m_engine->clock().now() < m_due + kPatience) {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "the measurement was stopped", {}, {}};
        // The beat tells of a firing when it is committed.
        for (const auto& event : fired->waitAndDrain(core::base::milliseconds(500)).events)
            if (event->detail == "fired")
                late.push_back(double((event->at - m_due).count()));
    }
    Json& figures = *m_figures;
    figures["late_p50_ms"] = rounded(percentile(late, 50));
    figures["late_p99_ms"] = rounded(percentile(late, 99));
    figures["late_max_ms"] = rounded(percentile(late, 100));
    return {};
}

Result<void> BeatBench::check() {
    for (int i = 0; i < m_plan.fires; ++i) {
        const auto history = m_engine->schedules().history(dueName(i), 10);
        if (!history)
            return history.error();
        if (history->size() != 1 || history->front().outcome != core::store::FireOutcome::Fired ||
            history->front().instant != m_due)
            return wrong("the entry '" + dueName(i) + "' did not fire once");
    }
    return {};
}

} // namespace app::bench
