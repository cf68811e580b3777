#include "core/engine/LiveState.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using core::base::Instant;
using core::base::ManualClock;
using core::base::milliseconds;
using core::broker::Broker;
using core::broker::Move;
using core::engine::LiveState;
using core::events::EventBus;
using core::events::EventKind;
using core::events::Interest;
using core::events::Signal;
using core::task::FailureReason;
using core::task::Task;
using core::task::TaskState;

namespace live_state_test {

const Instant kStart{milliseconds(1'790'000'000'000)};

/// A task that a test moves along, as the broker would.
class Life {
  public:
    Life(std::string id, std::string type = "metrics_compute", std::string queue = "metrics") {
        m_task.id = {std::move(id)};
        m_task.type = std::move(type);
        m_task.queue = std::move(queue);
        m_task.params = {{"secret", "body"}};
        m_task.createdAt = kStart;
    }
    Move born(TaskState state = TaskState::Pending) { return move(std::nullopt, state); }
    Move started(Instant at) {
        ++m_task.attempt;
        m_task.startedAt = at;
        m_task.finishedAt.reset();
        return move(m_task.state, TaskState::Started);
    }
    Move ended(TaskState state, Instant at, FailureReason reason = FailureReason::None) {
        if (core::task::isTerminal(state))
            m_task.finishedAt = at;
        m_task.reason = reason;
        return move(m_task.state, state);
    }
    Move moved(TaskState state) { return move(m_task.state, state); }
    Move asked() {
        m_task.cancelRequested = true;
        return move(m_task.state, m_task.state);
    }
    const Task& task() const { return m_task; }

  private:
    Move move(std::optional<TaskState> from, TaskState to) {
        m_task.state = to;
        return {from, m_task};
    }
    Task m_task;
};

class LiveStateTest : public testing::Test {
  protected:
    void apply(Broker::Moves moves) { live.apply(moves, clock.now()); }
    int64_t depth(const std::string& queue, TaskState state) const {
        for (const auto& status : live.queues())
            if (status.name == queue)
                return status.of(state);
        return -1;
    }

    ManualClock clock{kStart};
    EventBus bus;
    LiveState live{bus, clock};
};

std::vector<Signal> signalsOf(const core::events::EventBatch& batch, const std::string& subject) {
    std::vector<Signal> signals;
    for (const auto& event : batch.events)
        if (event->subject == subject)
            signals.push_back(event->signal);
    return signals;
}

} // namespace live_state_test

using namespace live_state_test;

TEST_F(LiveStateTest, CountsFollowEveryMove) {
    Life one("one"), two("two", "unknown_type", "queue of an older release");
    apply({one.born(), two.born(TaskState::Scheduled)});
    EXPECT_EQ(depth("metrics", TaskState::Pending), 1);
    EXPECT_EQ(depth("queue of an older release", TaskState::Scheduled), 1);
    apply({one.started(kStart)});
    EXPECT_EQ(depth("metrics", TaskState::Pending), 0);
    EXPECT_EQ(depth("metrics", TaskState::Started), 1);
    EXPECT_EQ(live.runningIn("metrics"), 1);
    EXPECT_EQ(live.runningOf("metrics_compute"), 1);
    apply({one.ended(TaskState::Success, kStart)});
    EXPECT_EQ(depth("metrics", TaskState::Success), 1);
    EXPECT_EQ(live.runningIn("metrics"), 0);
    EXPECT_EQ(live.runningOf("metrics_compute"), 0);
    EXPECT_EQ(live.runningOf("never seen"), 0);
}

TEST_F(LiveStateTest, RunningTasksAreShownByKeyWithTheirProgress) {
    Life one("one"), two("two");
    Move second = two.started(kStart), first = one.started(kStart);
    second.task.key = 2;
    first.task.key = 1;
    second.from = first.from = TaskState::Pending;
    apply({second, first});
    live.setWorker({"two"}, "worker-2 (pid 7)");
    clock.advance(milliseconds(30'000));
    live.progress({"two"}, 1, {25, "step 1 of 4", {{"step", 1}}}, clock.now());
    live.progress({"two"}, 2, {99, "of another attempt", nullptr}, clock.now());
    const auto running = live.running();
    ASSERT_EQ(running.size(), 2u);
    EXPECT_EQ(running[0].id.text, "one");
    EXPECT_EQ(running[1].type, "metrics_compute");
    EXPECT_EQ(running[1].state, TaskState::Started);
    EXPECT_EQ(running[1].worker, "worker-2 (pid 7)");
    EXPECT_EQ(running[1].progress, 25);
    EXPECT_EQ(running[1].progressText, "step 1 of 4");
    EXPECT_EQ(running[1].etaSeconds, 90);
    Task row = second.task;
    live.decorate(row);
    EXPECT_EQ(row.progress, 25);
    EXPECT_EQ(row.worker, "worker-2 (pid 7)");
}

TEST_F(LiveStateTest, AnEventCarriesTheRowWithoutItsBodies) {
    const auto inbox = bus.subscribe();
    Life one("one");
    Move end = one.born();
    end.task.result = {{"large", "result"}};
    end.task.traceback = "long";
    end.task.metadata = {{"any", "thing"}};
    end.task.errorMessage = "short";
    apply({end});
    const auto events = inbox->drain().events;
    ASSERT_EQ(events.size(), 1u);
    const Task& row = *events.front()->task;
    EXPECT_EQ(row.id.text, "one");
    EXPECT_EQ(row.queue, "metrics");
    EXPECT_EQ(row.errorMessage, "short");
    EXPECT_TRUE(row.params.empty());
    EXPECT_TRUE(row.metadata.empty());
    EXPECT_TRUE(row.result.is_null());
    EXPECT_TRUE(row.traceback.empty());
}

TEST_F(LiveStateTest, SignalsOfOneTaskComeInTheOrderOfItsMoves) {
    const auto inbox = bus.subscribe();
    Life one("one"), other("other");
    apply({one.born(TaskState::Scheduled), other.born()});
    apply({other.started(kStart), one.moved(TaskState::Pending)});
    apply({one.started(kStart)});
    apply({one.ended(TaskState::Retry, kStart, FailureReason::Error), other.ended(TaskState::Revoked, kStart)});
    apply({one.moved(TaskState::Pending), one.started(kStart)});
    apply({one.asked()});
    apply({one.ended(TaskState::Failure, kStart, FailureReason::Rejected)});
    const auto batch = inbox->drain();
    EXPECT_EQ(signalsOf(batch, "one"),
              (std::vector{Signal::TaskSent, Signal::TaskReady, Signal::TaskReceived, Signal::TaskStarted,
                           Signal::TaskRetried, Signal::TaskReady, Signal::TaskReceived, Signal::TaskStarted,
                           Signal::TaskUpdated, Signal::TaskRejected}));
    EXPECT_EQ(signalsOf(batch, "other"), (std::vector{Signal::TaskSent, Signal::TaskReceived, Signal::TaskStarted,
                                                      Signal::TaskRevoked}));
    for (size_t i = 1; i < batch.events.size(); ++i)
        EXPECT_LT(batch.events[i - 1]->sequence, batch.events[i]->sequence);
}

TEST_F(LiveStateTest, TheEndOfAnAttemptTellsItsRunTimeAndReason) {
    const auto inbox = bus.subscribe(Interest::in({EventKind::TaskChanged}));
    Life one("one");
    apply({one.born(), one.started(clock.now())});
    clock.advance(milliseconds(1500));
    apply({one.ended(TaskState::Retry, clock.now(), FailureReason::Timeout)});
    apply({one.moved(TaskState::Pending), one.started(clock.now())});
    clock.advance(milliseconds(250));
    apply({one.ended(TaskState::Success, clock.now())});
    const auto events = inbox->drain().events;
    ASSERT_EQ(events.size(), 6u);
    EXPECT_EQ(events[1]->runtime, std::nullopt);
    EXPECT_EQ(events[2]->runtime, milliseconds(1500));
    EXPECT_EQ(events[2]->task->reason, FailureReason::Timeout);
    EXPECT_EQ(events[5]->runtime, milliseconds(250));
}

TEST_F(LiveStateTest, ARunTimeDoesNotFollowAWallClockThatIsSetMeanwhile) {
    for (const auto jump : {std::chrono::hours(1), std::chrono::hours(-1)}) {
        const auto inbox = bus.subscribe(Interest::inTask({"one"}));
        Life one("one");
        apply({one.born(), one.started(clock.now())});
        clock.advance(milliseconds(4000));
        clock.jump(jump);
        apply({one.ended(TaskState::Success, clock.now())});
        EXPECT_EQ(inbox->drain().events.back()->runtime, milliseconds(4000));
    }
}

TEST_F(LiveStateTest, NothingIsBuiltForNobodyButTheNumbersGoOn) {
    Life one("one"), two("two");
    apply({one.born(), two.born()});
    EXPECT_EQ(bus.lastSequence(), 2u);
    const auto inbox = bus.subscribe(Interest::inTask({"two"}));
    apply({one.started(kStart), two.started(kStart)});
    const auto events = inbox->drain().events;
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events.front()->subject, "two");
    EXPECT_GE(events.front()->sequence, 4u);
}

TEST_F(LiveStateTest, ASlowSubscriberDropsAndTheCountsStayRight) {
    const auto slow = bus.subscribe({}, 2);
    Life one("one");
    apply({one.born(), one.started(kStart), one.ended(TaskState::Success, kStart)});
    const auto batch = slow->drain();
    EXPECT_EQ(batch.events.size(), 2u);
    EXPECT_EQ(batch.dropped, 2u);
    EXPECT_EQ(depth("metrics", TaskState::Success), 1);
}

TEST_F(LiveStateTest, TwoOfThemInOneProcessDoNotHearEachOther) {
    EventBus otherBus;
    LiveState otherLive(otherBus, clock);
    const auto here = bus.subscribe(), there = otherBus.subscribe();
    Life one("one"), two("two");
    apply({one.born()});
    otherLive.apply({two.born()}, clock.now());
    EXPECT_EQ(signalsOf(here->drain(), "one"), std::vector{Signal::TaskSent});
    const auto batch = there->drain();
    EXPECT_EQ(signalsOf(batch, "two"), std::vector{Signal::TaskSent});
    EXPECT_EQ(batch.events.size(), 1u);
    EXPECT_EQ(batch.events.front()->sequence, 1u);
    EXPECT_EQ(depth("metrics", TaskState::Pending), 1);
}
