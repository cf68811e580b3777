#include "tests/support/EngineDriver.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace tests {

using namespace core;
using engine::Submission;

namespace {

const engine::Actor kActor{"driver", "system"};
constexpr size_t kRemembered = 50;
constexpr int64_t kEnoughWaiting = 100;

/// One write each: lines of several threads do not mix, and none is cut by a kill.
void say(const std::string& line) {
    const std::string whole = line + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, whole.data(), whole.size());
}

} // namespace

EngineDriver::EngineDriver(engine::Engine& engine, uint64_t seed, Acknowledge acknowledge)
    : m_engine(engine), m_dice(seed), m_acknowledge(acknowledge),
      m_watcher([this](std::stop_token stop) { watch(stop); }) {
    if (const auto tasks = engine.tasks().page({}, 0, int(kRemembered)))
        for (const task::Task& task : *tasks)
            m_known.push_back(task.id);
}

EngineDriver::~EngineDriver() = default;

void EngineDriver::watch(std::stop_token stop) {
    const auto events = m_engine.events().subscribe();
    while (!stop.stop_requested())
        for (const auto& event : events->waitAndDrain(base::milliseconds(50)).events)
            if (event->kind == events::EventKind::TaskChanged && event->task && task::isTerminal(event->task->state))
                say("D " + event->subject + " " + task::toText(event->task->state));
}

void EngineDriver::heard(const task::TaskId& task, const std::string& key) {
    say("E " + task.text + " " + (key.empty() ? "-" : key));
    m_known.push_back(task);
    if (m_known.size() > kRemembered)
        m_known.pop_front();
}

bool EngineDriver::idle() const {
    for (const engine::QueueStatus& queue : m_engine.queueSnapshot())
        for (const auto state :
             {task::TaskState::Pending, task::TaskState::Started, task::TaskState::Retry, task::TaskState::Scheduled})
            if (queue.of(state) > 0)
                return false;
    return true;
}

void EngineDriver::step() {
    int64_t waiting = 0;
    for (const engine::QueueStatus& queue : m_engine.queueSnapshot())
        waiting += queue.of(task::TaskState::Pending);
    const int what = m_dice.between(0, 99);
    if (what < 50 && waiting < kEnoughWaiting)
        submit();
    else if (what < 62)
        cancel();
    else if (what < 70)
        retry();
    else if (what < 76)
        reschedule();
    else if (what < 78)
        schedule();
    else if (what < 80)
        backfill();
    else
        std::this_thread::sleep_for(base::milliseconds(m_dice.between(0, 3))); // a client's own pace
}

Submission EngineDriver::randomSubmission() {
    Submission submission;
    const int what = m_dice.between(0, 99);
    submission.maxRetries = m_dice.between(0, 6);
    if (what < 75) {
        submission.type = "test_effect";
        submission.params = {{"ms", m_dice.between(0, 12)}};
    } else if (what < 85) {
        submission.type = "test_once";
        submission.params = {{"ms", m_dice.between(0, 12)}};
    } else if (what < 92) {
        submission.type = "test_fail_times";
    } else {
        submission.type = "test_follow";
        submission.params = {{"type", "test_effect"}, {"params", {{"ms", 1}}}};
    }
    if (m_dice.chance(10))
        submission.countdown = base::milliseconds(m_dice.between(1, 300));
    if (m_dice.chance(m_acknowledge == Acknowledge::BeforeAsking ? 100 : 15)) {
        submission.type = "test_effect";
        submission.params = {{"ms", 1}};
        submission.idempotencyKey = "key-" + std::to_string(m_dice.below(1'000'000));
    }
    return submission;
}

void EngineDriver::submit() {
    std::vector<Submission> submissions;
    for (int i = m_dice.between(1, 5); i > 0; --i)
        submissions.push_back(randomSubmission());
    if (m_acknowledge == Acknowledge::BeforeAsking) {
        for (const Submission& submission : submissions)
            say("K " + submission.idempotencyKey);
        std::this_thread::sleep_for(base::milliseconds(m_dice.between(0, 2))); // on its way
    }
    if (const auto tasks = m_engine.tasks().submitAll(submissions, kActor))
        for (const task::Task& task : *tasks)
            heard(task.id, task.idempotencyKey);
}

void EngineDriver::cancel() {
    if (m_known.empty())
        return;
    const auto task = m_engine.tasks().cancel(m_known[m_dice.below(m_known.size())], kActor);
    if (task && task::isTerminal(task->state))
        say("D " + task->id.text + " " + task::toText(task->state));
}

void EngineDriver::retry() {
    if (m_known.empty())
        return;
    if (const auto task = m_engine.tasks().retry(m_known[m_dice.below(m_known.size())], std::nullopt, kActor))
        heard(task->id, task->idempotencyKey);
}

void EngineDriver::reschedule() {
    if (m_known.empty())
        return;
    const auto eta = m_engine.clock().now() + base::milliseconds(m_dice.between(1, 200));
    (void)m_engine.tasks().reschedule(m_known[m_dice.below(m_known.size())], eta, kActor);
}

void EngineDriver::schedule() {
    engine::ScheduleEntry entry;
    entry.name = "every-" + std::to_string(m_dice.between(1, 3));
    entry.type = "test_effect";
    entry.every = base::seconds(m_dice.between(1, 3));
    if (m_dice.chance(50))
        (void)m_engine.schedules().add(entry, kActor);
    else
        (void)m_engine.schedules().remove(entry.name, std::nullopt, kActor);
}

/// Some of what is missing in the last minutes, of which nobody else's backfill may know yet.
void EngineDriver::backfill() {
    task::Schedule entry;
    entry.name = "minutely";
    entry.type = "test_effect";
    entry.params = {{"ms", 1}};
    entry.cron = "* * * * *";
    (void)m_engine.schedules().add(entry, kActor); // once
    const base::Instant now = m_engine.clock().now();
    const auto plan = m_engine.schedules().backfillPlan(entry.name, now - std::chrono::minutes(m_dice.between(1, 20)), now);
    if (!plan)
        return;
    engine::BackfillRequest request;
    request.schedule = entry.name;
    request.order = m_dice.chance(50) ? engine::BackfillOrder::Together : engine::BackfillOrder::OneAfterAnother;
    for (const auto& judged : plan->instants)
        if (m_dice.chance(50))
            request.instants.push_back(judged.instant);
    if (const auto made = m_engine.schedules().backfill(request, kActor))
        for (const task::TaskId& task : made->tasks)
            heard(task, {});
}

} // namespace tests
