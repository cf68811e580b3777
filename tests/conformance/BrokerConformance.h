#pragma once

#include "tests/conformance/BrokerUnderTest.h"
#include "tests/conformance/Desk.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace tests::conformance {

using core::base::ErrorCode;
using core::base::Instant;
using core::base::Json;
using core::base::milliseconds;
using core::base::Result;
using core::broker::Broker;
using core::broker::ClaimRequest;
using core::broker::Ending;
using core::broker::EndingKind;
using core::broker::Move;
using core::broker::NewTask;
using core::task::FailureReason;
using core::task::Idempotent;
using core::task::Outcome;
using core::task::Task;
using core::task::TaskId;
using core::task::TaskState;

/// An owner of a fresh store, at a fixed time.
class BrokerConformance : public testing::TestWithParam<BrokerKind> {
  protected:
    using Moves = Broker::Moves;

    static const Instant kNow;

    void SetUp() override;
    Desk desk() { return Desk(store->broker()); }

    static Task newTask(const std::string& queue = "default", int priority = 5);
    /// Adds one task and answers with it as it is stored.
    Task enqueue(Task task);
    /// Room for `total` tasks of the type `test` in the queue `default`, one in a batch.
    ClaimRequest roomFor(int total, Instant now = kNow) const;
    Moves claim(const ClaimRequest& request);
    Moves claim(int total, Instant now = kNow) { return claim(roomFor(total, now)); }
    /// A task that runs: enqueued and claimed. Nothing else may wait before it.
    Task running(Task task = newTask(), Instant now = kNow);
    /// A task in that state, made by verbs alone.
    Task inState(TaskState state);

    Ending endingOf(const Task& task, EndingKind kind = EndingKind::Outcome) const;
    Ending endingOf(const Task& task, Outcome outcome) const;
    /// Ends one attempt: the moves that this came to. Fails the test when it is refused.
    Moves end(const Ending& ending);
    Moves succeed(const Task& task) { return end(endingOf(task, Outcome::success(nullptr))); }
    /// A new owner takes over and rescues; every attempt may have begun.
    Moves rescue(Idempotent idempotent = Idempotent::Yes, Instant now = kNow);

    Task stored(const TaskId& id) { return store->find(id).value_or(Task()); }
    TaskState stateOf(const Task& task) { return stored(task.id).state; }
    /// The history of a task replays to its present state by legal moves.
    void expectHistoryReplays(const Task& task);

    TemporaryFolder folder{TemporaryFolder::Storage::Memory};
    std::unique_ptr<BrokerUnderTest> store;
    int64_t epoch = 0;
};

} // namespace tests::conformance
