#include "app/bench/BeatBench.h"

#include "core/base/Json.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ranges>
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

Error wrong(const std::string& what) {
    return {ErrorCode::Internal, what, {}, {}};
}

} // namespace

BeatBench::BeatBench(BeatBenchPlan plan, StartEngine start, std::stop_token stop)
    : m_plan(plan), m_start(std::move(start)), m_stop(std::move(stop)), m_figures(std::make_unique<Json>(Json::object())) {}

BeatBench::~BeatBench() = default;

Result<Json> BeatBench::run() {
    for (const Step step : {&BeatBench::addIdle, &BeatBench::measureIdle, &BeatBench::measureSecond, &BeatBench::measureBurst})
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

Result<void> BeatBench::measure(const std::string& name, core::base::milliseconds span, const std::string& figure) {
    const auto due = addDue(name, span);
    if (!due)
        return due.error();
    const auto late = watch(*due);
    if (!late)
        return late.error();
    for (const auto& [part, percent] : {std::pair{"_p50_ms", 50}, {"_p99_ms", 99}, {"_max_ms", 100}})
        (*m_figures)[figure + part] = rounded(percentile(*late, percent));
    return check(*due);
}

Result<BeatBench::Due> BeatBench::addDue(const std::string& name, core::base::milliseconds span) {
    if (auto opened = open(Beat::Off); !opened)
        return opened.error();
    // The instants are set last: what adding takes, nobody knows before.
    core::task::Schedule schedule;
    schedule.type = kType;
    schedule.every = std::chrono::days(1);
    const auto nameOf = [&](int i) { return name + "-" + std::to_string(i); };
    const Stopwatch watch;
    for (int i = 0; i < m_plan.fires; ++i) {
        schedule.name = nameOf(i);
        if (auto added = add(schedule); !added)
            return added.error();
    }
    const auto adding = core::base::seconds(int64_t(watch.seconds() * 2) + 1);
    const auto first = std::chrono::ceil<core::base::seconds>(m_engine->clock().now()) + adding + kUntilDue;
    schedule.every = {};
    Due due;
    for (int i = 0; i < m_plan.fires; ++i) {
        schedule.name = nameOf(i);
        schedule.once = first + span * i / m_plan.fires;
        due[schedule.name] = *schedule.once;
        if (const auto changed = m_engine->schedules().change(schedule, std::nullopt, kActor); !changed)
            return changed.error();
    }
    return due;
}

/// How late each firing was committed, in milliseconds.
Result<std::vector<double>> BeatBench::watch(const Due& due) {
    if (auto opened = open(Beat::On); !opened)
        return opened.error();
    const auto [first, last] = std::ranges::minmax(due | std::views::values);
    if (m_engine->clock().now() >= first)
        return wrong("the machine is too busy: the entries were due before the engine was ready");
    const auto fired = m_engine->events().subscribe(core::events::Interest::in({core::events::EventKind::ScheduleChanged}));
    std::vector<double> late;
    while (late.size() < due.size() && m_engine->clock().now() < last + kPatience) {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "the measurement was stopped", {}, {}};
        // The beat tells of a firing when it is committed.
        for (const auto& event : fired->waitAndDrain(core::base::milliseconds(500)).events)
            if (const auto entry = due.find(event->subject); entry != due.end() && event->detail == "fired")
                late.push_back(double((event->at - entry->second).count()));
    }
    return late;
}

Result<void> BeatBench::check(const Due& due) {
    for (const auto& [name, instant] : due) {
        const auto history = m_engine->schedules().history(name, 10);
        if (!history)
            return history.error();
        if (history->size() != 1 || history->front().outcome != core::store::FireOutcome::Fired ||
            history->front().instant != instant)
            return wrong("the entry '" + name + "' did not fire once");
    }
    return {};
}

} // namespace app::bench
