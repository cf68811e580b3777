#include "core/task/TaskState.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

using namespace core::task;

namespace state_test {

using S = TaskState;

/// The whole table, written out a second time: what may follow each state.
const std::map<S, std::set<S>>& legalMoves() {
    static const std::map<S, std::set<S>> moves{
        {S::Scheduled, {S::Pending, S::Revoked, S::Failure}},
        {S::Pending, {S::Started, S::Revoked, S::Scheduled, S::Failure}},
        {S::Started, {S::Success, S::Failure, S::Retry, S::Revoked, S::Pending}},
        {S::Retry, {S::Pending, S::Revoked, S::Failure, S::Scheduled}},
        {S::Success, {}},
        {S::Failure, {}},
        {S::Revoked, {}},
    };
    return moves;
}

std::set<S> reachableFrom(S start) {
    std::set<S> seen{start};
    std::vector<S> open{start};
    while (!open.empty()) {
        const S state = open.back();
        open.pop_back();
        for (const S to : kAllStates)
            if (mayMove(state, to) && seen.insert(to).second)
                open.push_back(to);
    }
    return seen;
}

} // namespace state_test

using namespace state_test;

TEST(StateMachine, EveryPairIsLegalOrIllegalAsTheTableSays) {
    for (const S from : kAllStates)
        for (const S to : kAllStates)
            EXPECT_EQ(mayMove(from, to), legalMoves().at(from).contains(to)) << toText(from) << " → " << toText(to);
}

TEST(StateMachine, TerminalStatesHaveNoExitAndAllOthersDo) {
    for (const S from : kAllStates) {
        bool exits = false;
        for (const S to : kAllStates)
            exits |= mayMove(from, to);
        EXPECT_EQ(exits, !isTerminal(from)) << toText(from);
    }
}

TEST(StateMachine, NoStateMovesToItself) {
    for (const S state : kAllStates)
        EXPECT_FALSE(mayMove(state, state)) << toText(state);
}

TEST(StateMachine, EveryLivingStateCanEndInEveryTerminalState) {
    for (const S from : kAllStates) {
        if (isTerminal(from))
            continue;
        const std::set<S> reachable = reachableFrom(from);
        for (const S end : {S::Success, S::Failure, S::Revoked})
            EXPECT_TRUE(reachable.contains(end)) << toText(from) << " → " << toText(end);
    }
}

TEST(StateMachine, OnlyARunningTaskSucceedsAndOnlyAPendingOneStarts) {
    for (const S from : kAllStates) {
        EXPECT_EQ(mayMove(from, S::Success), from == S::Started) << toText(from);
        EXPECT_EQ(mayMove(from, S::Started), from == S::Pending) << toText(from);
    }
}

TEST(StateMachine, EveryStateAndReasonSurvivesItsWord) {
    for (const S state : kAllStates)
        EXPECT_EQ(stateFromText(toText(state)), state);
    for (const FailureReason reason : {FailureReason::None, FailureReason::Error, FailureReason::Timeout,
                                       FailureReason::WorkerLost, FailureReason::Expired, FailureReason::Rejected,
                                       FailureReason::Poison})
        EXPECT_EQ(reasonFromText(toText(reason)), reason);
    EXPECT_FALSE(stateFromText("PENDING"));
    EXPECT_FALSE(stateFromText(""));
    EXPECT_FALSE(reasonFromText("bored"));
}

RC_GTEST_PROP(StateMachineProperty, AWalkOfLegalMovesStaysInATerminalStateForEver, ()) {
    S state = S::Pending;
    bool ended = false;
    for (int step = 0; step < 50; ++step) {
        const S to = *rc::gen::elementOf(kAllStates);
        if (!mayMove(state, to))
            continue;
        RC_ASSERT(!ended);
        state = to;
        ended = isTerminal(state);
    }
}
