#include "tests/conformance/BrokerConformance.h"

namespace tests::conformance {

namespace {

core::task::Change noteChange(const std::string& id) {
    return {core::task::ChangeKind::Insert, "note", {{"id", id}, {"body", "text"}}, Json::object(), {}};
}

/// A change that finds no row where it expects one.
core::task::Change impossibleChange() {
    return {core::task::ChangeKind::Update, "note", {{"body", "other"}}, {{"id", "absent"}}, 1};
}

int64_t audited(BrokerUnderTest& store, const std::string& action) {
    const auto actions = store.auditedActions();
    return std::count(actions.begin(), actions.end(), action);
}

} // namespace

TEST_P(BrokerConformance, ASuccessCommitsResultChangesFollowUpsAuditAndMessagesTogether) {
    const auto parent = running();
    Ending ending = endingOf(parent, Outcome::success({{"answer", 42}}));
    ending.outcome.changes.changes.push_back(noteChange("n1"));
    ending.outcome.changes.audit.push_back({"note_written", "tester", "human", "note", "n1", nullptr, nullptr, "why"});
    ending.outcome.outbox.push_back({"in_app", {{"message", "done"}}});
    ending.onSuccess.push_back({"in_app", {{"message", "succeeded"}}});
    ending.onFailure.push_back({"in_app", {{"message", "failed"}}});
    Task next = newTask();
    next.parentId = parent.id.text;
    ending.followUps.emplace_back(next);
    const auto moves = end(ending);
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(moves[0].from, TaskState::Started);
    EXPECT_FALSE(moves[1].from);
    store->reopen();
    const Task ended = stored(parent.id);
    EXPECT_EQ(ended.state, TaskState::Success);
    EXPECT_EQ(ended.result["answer"], 42);
    EXPECT_EQ(ended.finishedAt, ending.now);
    EXPECT_EQ(ended.worker, ending.worker);
    EXPECT_EQ(store->notes().size(), 1u);
    const auto messages = store->outbox();
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0].body["message"], "done");
    EXPECT_EQ(messages[1].body["message"], "succeeded");
    EXPECT_EQ(messages[0].task, parent.id.text);
    EXPECT_NE(messages[0].key, messages[1].key);
    EXPECT_EQ(audited(*store, "note_written"), 1);
    EXPECT_EQ(stateOf(next), TaskState::Pending);
    EXPECT_EQ(stored(next.id).parentId, parent.id.text);
    expectHistoryReplays(parent);
}

TEST_P(BrokerConformance, ARefusedChangeSetFailsTheTaskAndLeavesNothingBehind) {
    Ending ending = endingOf(running(), Outcome::success({{"answer", 42}}));
    ending.outcome.changes.changes = {noteChange("n1"), impossibleChange()};
    ending.outcome.outbox.push_back({"in_app", {{"message", "done"}}});
    ending.onFailure.push_back({"in_app", {{"message", "failed"}}});
    ending.followUps.emplace_back(newTask());
    const auto moves = end(ending);
    ASSERT_EQ(moves.size(), 1u);
    const Task task = stored(ending.task);
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Rejected);
    EXPECT_EQ(task.errorType, "conflict");
    EXPECT_EQ(task.result["answer"], 42) << "kept, so that a person can see what would have been written";
    EXPECT_TRUE(store->notes().empty());
    ASSERT_EQ(store->outbox().size(), 1u);
    EXPECT_EQ(store->outbox()[0].body["message"], "failed");
    EXPECT_EQ(store->taskCount(), 1);
    expectHistoryReplays(task);
}

TEST_P(BrokerConformance, ARefusedFollowUpFailsTheTaskAndLeavesNothingBehind) {
    Ending ending = endingOf(running(), Outcome::success(nullptr));
    ending.outcome.changes.changes.push_back(noteChange("n1"));
    Task wrong = newTask();
    wrong.priority = 77;
    ending.followUps = {newTask(), wrong};
    end(ending);
    EXPECT_EQ(stored(ending.task).state, TaskState::Failure);
    EXPECT_TRUE(store->notes().empty());
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, ARefusedEndingDoesNotDisturbTheOthersOfItsCall) {
    std::vector<Ending> endings;
    for (const char* note : {"n1", "n1", "n2"}) { // the second finds its note taken
        endings.push_back(endingOf(running(), Outcome::success(nullptr)));
        endings.back().outcome.changes.changes.push_back(noteChange(note));
    }
    const auto ended = desk().end(endings);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->fenced, 0);
    EXPECT_EQ(stored(endings[0].task).state, TaskState::Success);
    EXPECT_EQ(stored(endings[1].task).state, TaskState::Failure);
    EXPECT_EQ(stored(endings[2].task).state, TaskState::Success);
    EXPECT_EQ(store->notes().size(), 2u);
}

TEST_P(BrokerConformance, ATaskMayNotWriteTheEnginesOwnTablesOrUnknownColumns) {
    for (const auto& [table, values] : std::vector<std::pair<std::string, Json>>{
             {"task", {{"state", "success"}}},
             {"audit_log", {{"actor", "me"}}},
             {"no_such_table", {{"id", "x"}}},
             {"note", {{"id\" --", "x"}}}}) {
        Ending ending = endingOf(running(), Outcome::success(nullptr));
        ending.outcome.changes.changes.push_back({core::task::ChangeKind::Insert, table, values, Json::object(), {}});
        const auto moves = end(ending);
        ASSERT_EQ(moves.size(), 1u);
        EXPECT_EQ(moves[0].task.state, TaskState::Failure) << table;
        EXPECT_EQ(moves[0].task.reason, FailureReason::Rejected) << table;
    }
}

TEST_P(BrokerConformance, ALateResultOfAnEarlierAttemptOrEpochChangesNothing) {
    const auto first = running();
    ASSERT_EQ(end(endingOf(first, EndingKind::Interrupted)).front().task.state, TaskState::Pending);
    const auto second = claim(1).front().task;
    EXPECT_EQ(second.attempt, 2);
    Ending late = endingOf(first, Outcome::success({{"late", true}}));
    Ending stale = endingOf(second, Outcome::success({{"late", true}}));
    stale.epoch = epoch - 1;
    Ending early = endingOf(second, Outcome::success({{"late", true}}));
    early.attempt = 3;
    Ending unknown = late;
    unknown.task = {"no-such-task"};
    const auto ended = desk().end({late, stale, early, unknown});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->fenced, 4);
    EXPECT_TRUE(ended->moves.empty());
    EXPECT_EQ(stateOf(first), TaskState::Started);
    EXPECT_EQ(succeed(second).size(), 1u) << "the attempt that runs is not disturbed";
}

TEST_P(BrokerConformance, TheSecondEndOfAnAttemptIsDroppedEvenInTheSameCall) {
    const auto task = running();
    const Ending good = endingOf(task, Outcome::success("first"));
    const Ending bad = endingOf(task, Outcome::permanentFailure("Bad", "second"));
    const auto ended = desk().end({good, bad});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->moves.size(), 1u);
    EXPECT_EQ(ended->fenced, 1);
    EXPECT_TRUE(end(bad).empty());
    EXPECT_EQ(stored(task.id).result, "first");
    EXPECT_EQ(store->attempts(task.id).size(), 1u);
}

TEST_P(BrokerConformance, ATaskThatDoesNotRunCannotEnd) {
    for (const TaskState state : core::task::kAllStates) {
        if (state == TaskState::Started)
            continue;
        const auto task = inState(state);
        EXPECT_TRUE(end(endingOf(task, Outcome::success("too late"))).empty()) << core::task::toText(state);
        EXPECT_EQ(stateOf(task), state);
        if (!core::task::isTerminal(state)) { // out of the way of the next
            ASSERT_TRUE(desk().cancel(task.id, kNow));
        }
    }
}

TEST_P(BrokerConformance, AFailureIsTriedAgainUntilItsAttemptsAreSpent) {
    const auto asked = enqueue(newTask());
    Instant now = kNow;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const auto runs = claim(1, now).front().task;
        EXPECT_EQ(runs.attempt, attempt);
        Ending ending = endingOf(runs, Outcome::transientFailure("Busy", "the disk is busy"));
        ending.retry = core::task::RetryPolicy::fixed(2, core::base::seconds(60));
        ending.now = now + milliseconds(10);
        ending.onFailure.push_back({"in_app", {{"message", "failed"}}});
        const auto after = end(ending).front().task;
        if (attempt == 3) {
            EXPECT_EQ(after.state, TaskState::Failure);
            EXPECT_EQ(after.reason, FailureReason::Error);
            break;
        }
        EXPECT_EQ(after.state, TaskState::Retry);
        EXPECT_TRUE(store->outbox().empty()) << "only the last failure is told";
        EXPECT_EQ(after.scheduledFor, ending.now + core::base::seconds(60));
        EXPECT_EQ(*store->broker().nextDue(), after.scheduledFor);
        now = *after.scheduledFor;
        EXPECT_TRUE(desk().stage(now - milliseconds(1))->empty());
        EXPECT_EQ(desk().stage(now)->size(), 1u);
    }
    EXPECT_EQ(stored(asked.id).errorMessage, "the disk is busy");
    EXPECT_EQ(store->outbox().size(), 1u);
    EXPECT_EQ(store->attempts(asked.id).size(), 3u);
    expectHistoryReplays(asked);
}

TEST_P(BrokerConformance, APermanentFailureIsNotTriedAgainAndKeepsItsResult) {
    Ending ending = endingOf(running(), Outcome::permanentFailure("ValueError", "wrong", {{"task_status", "failed"}}));
    ending.outcome.changes.changes.push_back(noteChange("n1"));
    const auto task = end(ending).front().task;
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.errorType, "ValueError");
    EXPECT_EQ(stored(task.id).result["task_status"], "failed");
    EXPECT_TRUE(store->notes().empty()) << "a failure changes nothing";
}

TEST_P(BrokerConformance, ATimeLimitIsFinal) {
    const auto task = end(endingOf(running(), EndingKind::Timeout)).front().task;
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Timeout);
    EXPECT_EQ(store->attempts(task.id).size(), 1u);
}

TEST_P(BrokerConformance, AnInterruptedAttemptIsNotCounted) {
    Task once = newTask();
    once.maxAttempts = 1;
    enqueue(once);
    for (int i = 0; i < 5; ++i)
        ASSERT_EQ(end(endingOf(claim(1).front().task, EndingKind::Interrupted)).front().task.state, TaskState::Pending);
    EXPECT_EQ(succeed(claim(1).front().task).front().task.state, TaskState::Success);
    expectHistoryReplays(once);
}

TEST_P(BrokerConformance, TheThirdDeadWorkerMakesTheTaskPoison) {
    Task task = newTask();
    task.maxAttempts = 10;
    enqueue(task);
    Instant now = kNow;
    for (int death = 1; death <= 3; ++death) {
        Ending ending = endingOf(claim(1, now).front().task, EndingKind::WorkerLost);
        ending.now = now;
        const auto after = end(ending).front().task;
        EXPECT_EQ(after.state, death < 3 ? TaskState::Retry : TaskState::Failure);
        if (death == 3) {
            EXPECT_EQ(after.reason, FailureReason::Poison);
        } else {
            now = *after.scheduledFor;
            ASSERT_EQ(desk().stage(now)->size(), 1u);
            store->reopen(); // deaths are remembered
        }
    }
    EXPECT_TRUE(desk().stage(now + std::chrono::hours(24))->empty());
    expectHistoryReplays(task);
}

TEST_P(BrokerConformance, ADeadWorkerEndsATaskThatMayNotRunTwice) {
    Ending ending = endingOf(running(), EndingKind::WorkerLost);
    ending.idempotent = Idempotent::No;
    const auto task = end(ending).front().task;
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::WorkerLost);
}

TEST_P(BrokerConformance, AnEndCanClaimInTheSameStepAndSeesWhatItMadeDue) {
    Ending ending = endingOf(running(), Outcome::success(nullptr));
    const Task next = newTask();
    ending.followUps.emplace_back(next);
    const auto ended = desk().end({ending}, roomFor(1));
    ASSERT_TRUE(ended);
    ASSERT_EQ(ended->moves.size(), 3u);
    EXPECT_EQ(ended->moves[2].task.id, next.id);
    EXPECT_EQ(ended->moves[2].task.state, TaskState::Started);
}

TEST_P(BrokerConformance, AClaimThatIsRefusedDoesNotUndoTheEndBeforeIt) {
    const auto task = running();
    ClaimRequest stale = roomFor(1);
    stale.epoch = epoch - 1;
    const auto ended = desk().end({endingOf(task, Outcome::success(nullptr))}, stale);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->moves.size(), 1u);
    EXPECT_EQ(stateOf(task), TaskState::Success);
}

TEST_P(BrokerConformance, AnAttemptBeganWhenItsWorkerSaysSo) {
    const auto task = running();
    Ending ending = endingOf(task, Outcome::success(nullptr));
    ending.now = kNow + milliseconds(5000);
    ending.ran = milliseconds(200);
    EXPECT_EQ(end(ending).front().task.startedAt, kNow + milliseconds(4800));
}

} // namespace tests::conformance
