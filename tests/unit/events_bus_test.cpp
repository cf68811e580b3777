#include "core/events/EventBus.h"

#include <gtest/gtest.h>
#include <set>
#include <thread>

using namespace core::events;
using core::task::FailureReason;
using core::task::TaskState;

namespace events_bus_test {

Event about(EventKind kind, std::string subject, std::string detail = {}) {
    return {0, {}, kind, std::move(subject), std::move(detail), nullptr};
}

std::vector<std::string> subjects(const EventBatch& batch) {
    std::vector<std::string> found;
    for (const auto& event : batch.events)
        found.push_back(event->subject);
    return found;
}

} // namespace events_bus_test

using namespace events_bus_test;

TEST(Signals, EveryOneHasItsOwnNameAndIsFoundByIt) {
    std::set<std::string> names;
    for (const Signal signal : kAllSignals) {
        const std::string name = toText(signal);
        EXPECT_FALSE(name.empty());
        EXPECT_TRUE(names.insert(name).second) << name << " is used twice";
        EXPECT_EQ(signalFromText(name), signal);
    }
    EXPECT_EQ(names.size(), size_t(Signal::EngineChanged)) << "a signal is missing from kAllSignals";
    EXPECT_EQ(signalFromText(""), std::nullopt);
    EXPECT_EQ(signalFromText("task-lost"), std::nullopt);
}

TEST(Signals, CelerysNamesAreCelerys) {
    // The names of Celery's event stream (docs: "Event Reference").
    for (const char* name : {"task-sent", "task-received", "task-started", "task-succeeded", "task-failed",
                             "task-rejected", "task-revoked", "task-retried", "worker-online", "worker-heartbeat",
                             "worker-offline"})
        EXPECT_TRUE(signalFromText(name)) << name;
}

TEST(Signals, EveryLegalMoveHasTheSignalOfWhereItLeads) {
    using S = TaskState;
    EXPECT_EQ(signalOf(std::nullopt, S::Pending, FailureReason::None), Signal::TaskSent);
    EXPECT_EQ(signalOf(std::nullopt, S::Scheduled, FailureReason::None), Signal::TaskSent);
    for (const S from : core::task::kAllStates)
        for (const S to : core::task::kAllStates) {
            if (!core::task::mayMove(from, to))
                continue;
            const Signal signal = signalOf(from, to, FailureReason::Error);
            switch (to) {
            case S::Scheduled: EXPECT_EQ(signal, Signal::TaskUpdated); break;
            case S::Pending: EXPECT_EQ(signal, Signal::TaskReady); break;
            case S::Started: EXPECT_EQ(signal, Signal::TaskStarted); break;
            case S::Retry: EXPECT_EQ(signal, Signal::TaskRetried); break;
            case S::Success: EXPECT_EQ(signal, Signal::TaskSucceeded); break;
            case S::Failure: EXPECT_EQ(signal, Signal::TaskFailed); break;
            case S::Revoked: EXPECT_EQ(signal, Signal::TaskRevoked); break;
            }
        }
    EXPECT_EQ(signalOf(S::Started, S::Failure, FailureReason::Rejected), Signal::TaskRejected);
    EXPECT_EQ(signalOf(S::Started, S::Started, FailureReason::None), Signal::TaskUpdated);
}

TEST(EventBus, DerivesTheSignalOfAWorkersWords) {
    EventBus bus;
    const auto inbox = bus.subscribe();
    for (const char* word : {"started", "busy", "idle", "stopped", "lost"})
        bus.publish(about(EventKind::WorkerChanged, "worker-1", word));
    bus.publish(about(EventKind::WorkerHeartbeat, "worker-1"));
    std::vector<Signal> signals;
    for (const auto& event : inbox->drain().events)
        signals.push_back(event->signal);
    EXPECT_EQ(signals, (std::vector{Signal::WorkerOnline, Signal::WorkerChanged, Signal::WorkerChanged,
                                    Signal::WorkerOffline, Signal::WorkerOffline, Signal::WorkerHeartbeat}));
}

TEST(EventBus, NumbersGrowByOneAndEverySubscriberSeesTheSameOrder) {
    EventBus bus;
    const auto first = bus.subscribe(), second = bus.subscribe();
    bus.publish(about(EventKind::QueueChanged, "a"));
    bus.publish({about(EventKind::QueueChanged, "b"), about(EventKind::QueueChanged, "c")});
    const EventBatch one = first->drain(), two = second->drain();
    EXPECT_EQ(subjects(one), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(subjects(one), subjects(two));
    for (size_t i = 0; i < one.events.size(); ++i)
        EXPECT_EQ(one.events[i]->sequence, i + 1);
    EXPECT_EQ(bus.lastSequence(), 3u);
    EXPECT_TRUE(first->drain().events.empty());
}

TEST(EventBus, WhatNobodyWantedLeavesAGapInTheNumbers) {
    EventBus bus;
    bus.skip(41);
    const auto inbox = bus.subscribe();
    bus.publish(about(EventKind::QueueChanged, "a"));
    EXPECT_EQ(inbox->drain().events.front()->sequence, 42u);
}

TEST(EventBus, ASlowSubscriberLosesTheNewestAndIsToldHowMany) {
    EventBus bus;
    const auto slow = bus.subscribe({}, 3), quick = bus.subscribe();
    std::vector<Event> many;
    for (const char* name : {"a", "b", "c", "d", "e"})
        many.push_back(about(EventKind::QueueChanged, name));
    bus.publish(std::move(many));
    const EventBatch batch = slow->drain();
    EXPECT_EQ(subjects(batch), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(batch.dropped, 2u);
    EXPECT_EQ(quick->drain().events.size(), 5u) << "one subscriber's sleep is not another's";
    bus.publish(about(EventKind::QueueChanged, "f"));
    const EventBatch next = slow->drain();
    EXPECT_EQ(subjects(next), std::vector<std::string>{"f"});
    EXPECT_EQ(next.dropped, 0u);
    EXPECT_EQ(next.events.front()->sequence, 6u);
}

TEST(EventBus, ASubscriberGetsOnlyTheKindsThatItWants) {
    EventBus bus;
    EXPECT_FALSE(bus.wants(EventKind::QueueChanged));
    auto inbox = bus.subscribe(Interest::in({EventKind::QueueChanged, EventKind::AlertRaised}));
    EXPECT_TRUE(bus.wants(EventKind::QueueChanged));
    EXPECT_TRUE(bus.wants(EventKind::QueueChanged, "anything"));
    EXPECT_FALSE(bus.wants(EventKind::TaskChanged));
    bus.publish({about(EventKind::TaskChanged, "t"), about(EventKind::AlertRaised, "warning"),
                 about(EventKind::ScheduleChanged, "s"), about(EventKind::QueueChanged, "q")});
    EXPECT_EQ(subjects(inbox->drain()), (std::vector<std::string>{"warning", "q"}));
    inbox.reset();
    EXPECT_FALSE(bus.wants(EventKind::QueueChanged));
    inbox = bus.subscribe(Interest::inAllBut({EventKind::QueueChanged}));
    EXPECT_FALSE(bus.wants(EventKind::QueueChanged));
    EXPECT_TRUE(bus.wants(EventKind::TaskChanged));
}

TEST(EventBus, ASubscriberOfOneTaskHearsOnlyOfThatTask) {
    EventBus bus;
    const auto inbox = bus.subscribe(Interest::inTask({"mine"}));
    const auto twin = bus.subscribe(Interest::inTask({"mine"}));
    EXPECT_TRUE(bus.wants(EventKind::TaskChanged));
    EXPECT_TRUE(bus.wants(EventKind::TaskChanged, "mine"));
    EXPECT_FALSE(bus.wants(EventKind::TaskChanged, "other"));
    EXPECT_FALSE(bus.wants(EventKind::QueueChanged, "mine"));
    bus.publish({about(EventKind::TaskChanged, "other"), about(EventKind::TaskChanged, "mine"),
                 about(EventKind::QueueChanged, "mine"), about(EventKind::TaskProgress, "mine")});
    for (const auto& subscription : {inbox, twin}) {
        const EventBatch batch = subscription->drain();
        ASSERT_EQ(batch.events.size(), 2u);
        EXPECT_EQ(batch.events[0]->kind, EventKind::TaskChanged);
        EXPECT_EQ(batch.events[1]->kind, EventKind::TaskProgress);
    }
}

TEST(EventBus, ASubscriptionMayOutliveItsBus) {
    auto bus = std::make_unique<EventBus>();
    const auto inbox = bus->subscribe();
    bus->publish(about(EventKind::QueueChanged, "a"));
    bus.reset();
    EXPECT_EQ(inbox->drain().events.size(), 1u);
    EXPECT_TRUE(inbox->waitAndDrain(core::base::milliseconds(0)).events.empty());
}

TEST(EventBus, PublishersAndComingAndGoingSubscribersDoNotDisturbEachOther) {
    EventBus bus;
    const auto watcher = bus.subscribe();
    constexpr int kEach = 2000;
    std::vector<std::jthread> threads;
    for (const char* name : {"a", "b"})
        threads.emplace_back([&bus, name] {
            for (int i = 0; i < kEach; ++i)
                bus.publish(about(EventKind::QueueChanged, name));
        });
    threads.emplace_back([&bus] {
        for (int i = 0; i < kEach; ++i)
            bus.subscribe(i % 2 ? Interest::inTask({"a"}) : Interest())->drain();
    });
    threads.clear();
    const EventBatch batch = watcher->drain();
    ASSERT_EQ(batch.events.size(), size_t(2 * kEach));
    for (size_t i = 0; i < batch.events.size(); ++i)
        ASSERT_EQ(batch.events[i]->sequence, i + 1);
}
