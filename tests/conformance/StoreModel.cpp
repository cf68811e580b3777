#include "tests/conformance/StoreModel.h"

#include "core/policy/Ageing.h"
#include "core/policy/Retry.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tests::conformance {

using core::broker::Ending;
using core::broker::EndingKind;
using core::broker::NewTask;
using core::task::TaskState;
namespace policy = core::policy;
namespace task = core::task;

namespace {

constexpr std::chrono::hours kKeyWindow{24};

std::string requestOf(const task::Task& task) {
    return task.type + core::base::dumpJson(task.params);
}

/// Stories number their tasks in the last twelve digits of the id.
size_t numberOf(const task::TaskId& id) {
    return std::stoul(id.text.substr(id.text.rfind('-') + 1), nullptr, 16);
}

policy::FailedAttempt attemptOf(const Ending& ending, bool rejected, bool cancelled) {
    policy::FailedAttempt attempt;
    switch (ending.kind) {
    case EndingKind::Outcome: attempt.end = policy::AttemptEnd::Failed; break;
    case EndingKind::Timeout: attempt.end = policy::AttemptEnd::HardLimit; break;
    case EndingKind::WorkerLost: attempt.end = policy::AttemptEnd::WorkerLost; break;
    case EndingKind::Cancelled:
    case EndingKind::Interrupted: attempt.end = policy::AttemptEnd::Interrupted; break;
    }
    attempt.retryable = rejected ? task::Retryable::No : ending.outcome.retryable;
    attempt.idempotent = ending.idempotent;
    if (cancelled || ending.kind == EndingKind::Cancelled)
        attempt.cancel = policy::CancelRequested::Yes;
    return attempt;
}

} // namespace

bool StoreModel::isWaiting(const Entry& entry) const {
    return entry.task.state != TaskState::Started && !task::isTerminal(entry.task.state);
}

bool StoreModel::isExpired(const Entry& entry) const {
    return isWaiting(entry) && entry.task.expiresAt && *entry.task.expiresAt <= m_now;
}

bool StoreModel::isDue(const Entry& entry) const {
    const TaskState state = entry.task.state;
    return (state == TaskState::Scheduled || state == TaskState::Retry) && entry.task.waitsFor == 0 &&
           entry.task.scheduledFor && *entry.task.scheduledFor <= m_now;
}

StoreModel::Entry& StoreModel::known(const std::string& id) {
    const auto found = m_tasks.find(id);
    if (found == m_tasks.end())
        throw Refused{"not_found"};
    return found->second;
}

Step StoreModel::move(Entry& entry, TaskState to) {
    const TaskState from = std::exchange(entry.task.state, to);
    entry.history.push_back(to);
    return {from, entry.task.id.text, to, entry.task.attempt};
}

StoreModel::Steps StoreModel::moveWaiting(Entry& entry, TaskState to) {
    if (to == TaskState::Pending)
        entry.rank = policy::rankOf(entry.task.scheduledFor.value_or(m_now), entry.task.priority);
    Steps steps{move(entry, to)};
    settle(entry, steps);
    return steps;
}

/// What waits for a task that has ended has one less to wait for, or goes with it.
void StoreModel::settle(const Entry& ended, Steps& steps) {
    if (!task::isTerminal(ended.task.state))
        return;
    for (const std::string& id : ended.waiters) {
        Entry& waiter = m_tasks.at(id);
        if (waiter.task.state != TaskState::Scheduled || waiter.task.waitsFor == 0)
            continue;
        if (ended.task.state != TaskState::Success) {
            steps.push_back(move(waiter, TaskState::Revoked));
            settle(waiter, steps);
            continue;
        }
        --waiter.task.waitsFor;
        if (waiter.task.waitsFor > 0 || (waiter.task.scheduledFor && *waiter.task.scheduledFor > m_now)) {
            steps.push_back({TaskState::Scheduled, id, TaskState::Scheduled, waiter.task.attempt});
        } else {
            waiter.rank = policy::rankOf(m_now, waiter.task.priority);
            steps.push_back(move(waiter, TaskState::Pending));
        }
    }
}

StoreModel::Steps StoreModel::enqueue(const std::vector<NewTask>& tasks) {
    Steps steps;
    for (const NewTask& one : tasks) {
        const task::Task& asked = one.task;
        m_nextNumber = std::max(m_nextNumber, numberOf(asked.id) + 1);
        if (!asked.idempotencyKey.empty()) {
            Key& key = m_keys[asked.idempotencyKey];
            if (!key.id.empty() && key.expiresAt > asked.createdAt) {
                if (key.request != requestOf(asked))
                    throw Refused{"conflict"};
                const task::Task& earlier = m_tasks.at(key.id).task;
                steps.push_back({earlier.state, key.id, earlier.state, earlier.attempt});
                continue;
            }
            key = {asked.id.text, requestOf(asked), asked.createdAt + kKeyWindow};
        }
        Entry entry;
        entry.task = asked;
        entry.number = m_order.size();
        entry.rank = policy::rankOf(asked.scheduledFor.value_or(asked.createdAt), asked.priority);
        entry.task.waitsFor = int(one.after.size());
        if (!one.after.empty())
            entry.task.state = TaskState::Scheduled;
        entry.history.push_back(entry.task.state);
        for (const size_t upstream : one.after)
            m_tasks.at(tasks[upstream].task.id.text).waiters.push_back(asked.id.text);
        steps.push_back({std::nullopt, asked.id.text, entry.task.state, 0});
        m_order.push_back(asked.id.text);
        m_tasks[asked.id.text] = std::move(entry);
    }
    return steps;
}

/// Whether the store must refuse the change set: a note that is there already.
bool StoreModel::isRejected(const Ending& ending) const {
    std::set<std::string> notes = m_notes;
    for (const auto& change : ending.outcome.changes.changes)
        if (!notes.insert(change.values["id"]).second)
            return true;
    return false;
}

void StoreModel::tell(const std::string& id, size_t messages) {
    for (size_t number = 1; number <= messages; ++number)
        m_outbox.insert(id + ":" + std::to_string(number));
}

void StoreModel::fail(const Ending& ending, bool rejected, Entry& entry, Steps& steps) {
    policy::FailedAttempt attempt = attemptOf(ending, rejected, entry.task.cancelRequested);
    entry.interruptions += ending.kind == EndingKind::Interrupted ? 1 : 0;
    entry.deaths += ending.kind == EndingKind::WorkerLost ? 1 : 0;
    attempt.spentAttempts = entry.task.attempt - entry.interruptions + (ending.kind == EndingKind::Interrupted ? 1 : 0);
    attempt.maxAttempts = entry.task.maxAttempts;
    attempt.workerDeaths = entry.deaths;
    const auto decision = policy::decideRetry(ending.retry, attempt, ending.random01);
    entry.task.reason = rejected ? task::FailureReason::Rejected : decision.reason;
    if (decision.to == TaskState::Retry)
        entry.task.scheduledFor = m_now + decision.delay;
    steps.push_back(move(entry, decision.to));
    if (decision.to == TaskState::Failure)
        tell(entry.task.id.text, ending.onFailure.size());
    settle(entry, steps);
}

std::optional<StoreModel::Steps> StoreModel::end(const Ending& ending) {
    const auto found = m_tasks.find(ending.task.text);
    if (found == m_tasks.end())
        return std::nullopt;
    Entry& entry = found->second;
    if (entry.task.state != TaskState::Started || entry.task.attempt != ending.attempt || entry.epoch != ending.epoch)
        return std::nullopt;
    Steps steps;
    ++entry.attempts;
    const bool succeeded = ending.kind == EndingKind::Outcome && ending.outcome.verdict == task::Verdict::Success;
    if (!succeeded || isRejected(ending)) {
        fail(ending, succeeded, entry, steps);
    } else {
        steps.push_back(move(entry, TaskState::Success));
        settle(entry, steps);
        for (const auto& change : ending.outcome.changes.changes)
            m_notes.insert(change.values["id"]);
        tell(ending.task.text, ending.outcome.outbox.size() + ending.onSuccess.size());
        if (!entry.task.cancelRequested)
            for (const Step& step : enqueue(ending.followUps))
                steps.push_back(step);
    }
    m_tasks.at(ending.task.text).task.cancelRequested = false;
    return steps;
}

StoreModel::Steps StoreModel::cancel(const std::string& id) {
    Entry& entry = known(id);
    if (task::isTerminal(entry.task.state) || entry.task.cancelRequested)
        throw Refused{"conflict"};
    if (isWaiting(entry))
        return moveWaiting(entry, TaskState::Revoked);
    entry.task.cancelRequested = true;
    return {{TaskState::Started, id, TaskState::Started, entry.task.attempt}};
}

StoreModel::Steps StoreModel::reschedule(const Action& action) {
    Entry& entry = known(action.ids.front().text);
    if (!isWaiting(entry) || entry.task.waitsFor > 0)
        throw Refused{"conflict"};
    entry.task.scheduledFor = action.eta;
    if (entry.task.state == TaskState::Scheduled)
        return {{TaskState::Scheduled, entry.task.id.text, TaskState::Scheduled, entry.task.attempt}};
    return {move(entry, TaskState::Scheduled)};
}

StoreModel::Steps StoreModel::purge(const std::string& queue) {
    Steps steps;
    for (const std::string& id : m_order)
        if (Entry& entry = m_tasks.at(id); entry.task.queue == queue && isWaiting(entry))
            for (const Step& step : moveWaiting(entry, TaskState::Revoked))
                steps.push_back(step);
    return steps;
}

void StoreModel::putBack(Entry& entry, bool begun, Steps& steps) {
    const auto type = storyTypes().find(entry.task.type);
    const bool mayRepeat = type != storyTypes().end() && type->second == task::Idempotent::Yes &&
                           entry.task.attempt - entry.interruptions < entry.task.maxAttempts;
    Steps hidden; // what waits for it: nobody is told, everything is counted anew afterwards
    ++entry.attempts;
    if (entry.task.cancelRequested) {
        move(entry, TaskState::Revoked);
    } else if (!begun) {
        ++entry.interruptions;
        move(entry, TaskState::Pending);
    } else if (mayRepeat) {
        move(entry, TaskState::Retry);
        entry.task.scheduledFor = m_now;
        moveWaiting(entry, TaskState::Pending);
    } else {
        entry.task.reason = task::FailureReason::WorkerLost;
        move(entry, TaskState::Failure);
    }
    entry.task.cancelRequested = false;
    settle(entry, hidden);
    steps.push_back({TaskState::Started, entry.task.id.text, entry.task.state, entry.task.attempt});
}

StoreModel::Steps StoreModel::takeOver(const Action& action) {
    ++m_epoch;
    Steps steps;
    for (const std::string& id : m_order) {
        Entry& entry = m_tasks.at(id);
        if (entry.task.state == TaskState::Started && entry.epoch < m_epoch)
            putBack(entry, entry.task.attempt % 2 == action.begunParity, steps);
    }
    return steps;
}

std::string StoreModel::compareTask(const std::string& id, BrokerUnderTest& store) const {
    const Entry& entry = m_tasks.at(id);
    const auto found = store.find({id});
    if (!found)
        return id + " is missing";
    const auto differs = [&](const std::string& what) { return what + " of " + id + " differs"; };
    if (found->state != entry.task.state)
        return differs(std::string("the state (") + task::toText(found->state) + " instead of " +
                       task::toText(entry.task.state) + ")");
    if (found->state == TaskState::Failure && found->reason != entry.task.reason)
        return differs("the reason");
    if (found->attempt != entry.task.attempt)
        return differs("the attempt");
    if (found->cancelRequested != entry.task.cancelRequested)
        return differs("the wish to cancel");
    if (isWaiting(entry) && found->waitsFor != entry.task.waitsFor)
        return differs("the count of tasks to wait for");
    if (isWaiting(entry) && found->scheduledFor != entry.task.scheduledFor)
        return differs("the time");
    std::vector<TaskState> history;
    for (const auto& transition : store.history({id}))
        history.push_back(transition.to);
    if (history != entry.history)
        return differs("the history");
    const auto attempts = store.attempts({id});
    if (size_t(std::count_if(attempts.begin(), attempts.end(), [](const auto& one) { return one.endedAt.has_value(); })) !=
        entry.attempts)
        return differs("the number of attempts that ended");
    return {};
}

std::string StoreModel::compare(BrokerUnderTest& store) const {
    if (store.taskCount() != int64_t(m_order.size()))
        return "there are " + std::to_string(store.taskCount()) + " tasks instead of " + std::to_string(m_order.size());
    std::optional<core::base::Instant> due, expiry;
    const auto sooner = [](std::optional<core::base::Instant>& first, const std::optional<core::base::Instant>& at) {
        if (at && (!first || *at < *first))
            first = at;
    };
    for (const std::string& id : m_order) {
        if (std::string difference = compareTask(id, store); !difference.empty())
            return difference;
        const Entry& entry = m_tasks.at(id);
        if ((entry.task.state == TaskState::Scheduled || entry.task.state == TaskState::Retry) && entry.task.waitsFor == 0)
            sooner(due, entry.task.scheduledFor);
        if (isWaiting(entry))
            sooner(expiry, entry.task.expiresAt);
    }
    if (*store.broker().nextDue() != due)
        return "the time of the next due task differs";
    if (*store.broker().nextExpiry() != expiry)
        return "the time of the next expiry differs";
    std::set<std::string> notes, messages;
    for (const auto& [id, body] : store.notes())
        notes.insert(id);
    for (const Message& message : store.outbox())
        messages.insert(message.key);
    if (notes != m_notes)
        return "the notes differ";
    if (messages != m_outbox)
        return "the messages differ";
    return store.pausedQueues() == m_paused ? "" : "the paused queues differ";
}

} // namespace tests::conformance
