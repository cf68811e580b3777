#include "tests/conformance/StoreModel.h"

#include <algorithm>

namespace tests::conformance {

using core::broker::ClaimRequest;
using core::task::TaskState;
using Deed = Action::Deed;

class StoreModel::Told {
  public:
    Told() = default; ///< nobody told anything: whatever happens is believed
    explicit Told(const Steps& steps) : m_steps(&steps) {}

    bool atEnd() const { return m_at == m_steps->size(); }
    const Step& peek() const { return (*m_steps)[m_at]; }
    /// The next moves are these: the first as it is, the others in any order.
    void expect(const Steps& wanted) {
        if (!m_steps)
            return;
        const auto begin = m_steps->begin() + ptrdiff_t(m_at);
        const Steps found(begin, begin + ptrdiff_t(std::min(wanted.size(), m_steps->size() - m_at)));
        m_at += found.size();
        Steps sortedFound = found, sortedWanted = wanted;
        std::sort(sortedFound.begin(), sortedFound.end());
        std::sort(sortedWanted.begin(), sortedWanted.end());
        if (sortedFound != sortedWanted || (!found.empty() && found.front() != wanted.front()))
            throw Wrong{"expected" + describe(wanted) + "\n    but was told" + describe(found)};
    }
    void countFenced() { ++m_fenced; }
    void expectEnd(int fenced) const {
        if (!atEnd())
            throw Wrong{"was told of more than there was:" + describe({m_steps->begin() + ptrdiff_t(m_at), m_steps->end()})};
        if (fenced != m_fenced)
            throw Wrong{std::to_string(fenced) + " endings were dropped instead of " + std::to_string(m_fenced)};
    }

  private:
    const Steps* m_steps = nullptr;
    size_t m_at = 0;
    int m_fenced = 0;
};

/// The pending tasks by queue and type, and the room that is left for them.
class StoreModel::Lanes {
  public:
    using Name = std::pair<std::string, std::string>;

    Lanes(const StoreModel& model, const ClaimRequest& request)
        : m_queues(request.queues), m_types(request.types), m_left(request.batches) {
        for (const std::string& id : model.m_order) {
            const Entry& entry = model.m_tasks.at(id);
            if (entry.task.state != TaskState::Pending)
                continue;
            if (model.isExpired(entry))
                m_withExpired.insert({entry.task.queue, entry.task.type});
            else
                m_waiting[{entry.task.queue, entry.task.type}].insert({entry.rank, entry.number, id});
        }
    }

    static Name nameOf(const Entry& entry) { return {entry.task.queue, entry.task.type}; }

    void openBatch(const Name& lane, const std::string& id) {
        if (m_left-- <= 0 || !hasRoom(lane))
            throw Wrong{"there was no room for " + id};
        for (const auto& [other, tasks] : m_waiting)
            if (hasRoom(other) && !tasks.empty() && before(*tasks.begin(), headOf(lane, id)))
                throw Wrong{"in place of " + id + " there was a better one: " + std::get<2>(*tasks.begin())};
        --m_queues.at(lane.first);
        --m_types.at(lane.second).batches;
    }

    void take(const Name& lane, const std::string& id, int inBatch) {
        auto& tasks = m_waiting[lane];
        if (tasks.empty() || std::get<2>(*tasks.begin()) != id)
            throw Wrong{id + " was not the next of its queue and type"};
        if (inBatch > m_types.at(lane.second).batchSize)
            throw Wrong{"a batch of " + lane.second + " is too large"};
        tasks.erase(tasks.begin());
    }

    /// A batch that has ended was full, or nothing was left.
    void closeBatch(const Name& lane, int inBatch) {
        if (inBatch < m_types.at(lane.second).batchSize && !m_waiting[lane].empty() && !m_withExpired.contains(lane))
            throw Wrong{"a batch of " + lane.second + " could have held more"};
    }

    void expectNothingLeft() const {
        for (const auto& [lane, tasks] : m_waiting)
            if (m_left > 0 && hasRoom(lane) && !tasks.empty())
                throw Wrong{"there was room for " + std::get<2>(*tasks.begin()) + ", and it was not started"};
    }

  private:
    using Place = std::tuple<int64_t, size_t, std::string>;

    static bool before(const Place& a, const Place& b) { return a < b; }
    bool hasRoom(const Name& lane) const {
        const auto queue = m_queues.find(lane.first);
        const auto type = m_types.find(lane.second);
        return queue != m_queues.end() && queue->second > 0 && type != m_types.end() && type->second.batches > 0;
    }
    const Place& headOf(const Name& lane, const std::string& id) const {
        const auto tasks = m_waiting.find(lane);
        if (tasks == m_waiting.end() || tasks->second.empty())
            throw Wrong{id + " did not wait"};
        return *tasks->second.begin();
    }

    std::map<std::string, int> m_queues;
    std::map<std::string, core::broker::TypeRoom> m_types;
    int m_left;
    std::map<Name, std::set<Place>> m_waiting;
    std::set<Name> m_withExpired;
};

StoreModel::Steps StoreModel::start(Entry& entry, int64_t epoch, int batch) {
    if (entry.task.state != TaskState::Pending || isExpired(entry))
        throw Wrong{entry.task.id.text + " was started although it was not waiting, or had expired"};
    ++entry.task.attempt;
    entry.epoch = epoch;
    Step step = move(entry, TaskState::Started);
    step.batch = batch;
    return {step};
}

void StoreModel::acceptClaim(const ClaimRequest& request, Told& told) {
    Lanes lanes(*this, request);
    int batch = -1, inBatch = 0;
    Lanes::Name lane;
    const auto close = [&] {
        if (batch >= 0)
            lanes.closeBatch(lane, inBatch);
    };
    while (!told.atEnd()) {
        const Step& step = told.peek();
        Entry& entry = known(step.id);
        if (step.to == TaskState::Failure) {
            if (!isExpired(entry) || entry.task.state != TaskState::Pending)
                throw Wrong{step.id + " had not expired"};
            entry.task.reason = core::task::FailureReason::Expired;
            told.expect(moveWaiting(entry, TaskState::Failure));
            continue;
        }
        if (step.batch != batch) {
            close();
            if (step.batch != batch + 1)
                throw Wrong{"batch " + std::to_string(step.batch) + " follows batch " + std::to_string(batch)};
            batch = step.batch;
            inBatch = 0;
            lane = Lanes::nameOf(entry);
            lanes.openBatch(lane, step.id);
        }
        lanes.take(lane, step.id, ++inBatch);
        told.expect(start(entry, request.epoch, batch));
    }
    close();
    lanes.expectNothingLeft();
}

void StoreModel::acceptStaged(const Action& action, Told& told) {
    std::map<TaskState, int> staged;
    while (!told.atEnd()) {
        const std::string id = told.peek().id;
        Entry& entry = known(id);
        if (!isDue(entry))
            throw Wrong{id + " was not due"};
        ++staged[entry.task.state];
        for (const auto& [otherId, other] : m_tasks)
            if (isDue(other) && other.task.state == entry.task.state &&
                *other.task.scheduledFor < *entry.task.scheduledFor)
                throw Wrong{otherId + " was due before " + id};
        told.expect(moveWaiting(entry, TaskState::Pending));
    }
    const int all = staged[TaskState::Retry] + staged[TaskState::Scheduled];
    if (all > action.limit || staged[TaskState::Retry] > action.retries)
        throw Wrong{"more were staged than allowed"};
    for (const auto& [id, entry] : m_tasks)
        if (isDue(entry) && all < action.limit &&
            (entry.task.state == TaskState::Scheduled || staged[TaskState::Retry] < action.retries))
            throw Wrong{id + " was due and was not staged"};
}

void StoreModel::acceptExpired(const Action& action, Told& told) {
    int expired = 0;
    for (; !told.atEnd(); ++expired) {
        Entry& entry = known(told.peek().id);
        if (!isExpired(entry))
            throw Wrong{entry.task.id.text + " had not expired"};
        entry.task.reason = core::task::FailureReason::Expired;
        told.expect(moveWaiting(entry, TaskState::Failure));
    }
    if (expired > action.limit)
        throw Wrong{"more expired than allowed"};
    for (const auto& [id, entry] : m_tasks)
        if (isExpired(entry) && expired == 0 && action.limit > 0)
            throw Wrong{id + " had expired"};
}

/// The part of an action that has only one answer.
void StoreModel::carryOut(const Action& action, Told& told) {
    switch (action.deed) {
    case Deed::Enqueue: told.expect(enqueue(action.tasks)); break;
    case Deed::End:
        for (const auto& ending : action.endings)
            if (const auto steps = end(ending))
                told.expect(*steps);
            else
                told.countFenced();
        break;
    case Deed::Cancel: told.expect(cancel(action.ids.front().text)); break;
    case Deed::CancelMany:
        for (const auto& id : action.ids)
            try {
                told.expect(cancel(id.text));
            } catch (const Refused&) { // left out
            }
        break;
    case Deed::Reschedule: told.expect(reschedule(action)); break;
    case Deed::Purge: told.expect(purge(action.queue)); break;
    case Deed::SetPaused:
        if (action.paused == core::broker::Paused::Yes)
            m_paused.insert(action.queue);
        else
            m_paused.erase(action.queue);
        break;
    case Deed::Claim:
    case Deed::Renew:
        if (action.epoch != m_epoch)
            throw Refused{"conflict"};
        break;
    case Deed::TakeOver: told.expect(takeOver(action)); break;
    case Deed::Stage:
    case Deed::Expire:
    case Deed::Reopen:
    case Deed::Advance: break;
    }
}

std::string StoreModel::accept(const Action& action, const Answer& answer) {
    const StoreModel before = *this;
    m_now = action.now;
    try {
        Told told(answer.steps);
        carryOut(action, told);
        if (action.deed == Deed::Stage)
            acceptStaged(action, told);
        if (action.deed == Deed::Expire)
            acceptExpired(action, told);
        if (action.claim && action.claim->epoch == m_epoch)
            acceptClaim(*action.claim, told);
        told.expectEnd(answer.fenced);
        if (action.deed == Deed::TakeOver && std::exchange(m_epoch, answer.epoch) > answer.epoch)
            throw Wrong{"the epoch is not larger than every one before"};
        return answer.error.empty() ? "" : "was refused (" + answer.error + ") although it was allowed";
    } catch (const Wrong& wrong) {
        return answer.error.empty() ? wrong.what : wrong.what + " and the error " + answer.error;
    } catch (const Refused& refused) {
        *this = before;
        m_now = action.now;
        return answer.error == refused.word ? "" : "should have been refused (" + refused.word + "), but: " + answer.error;
    }
}

/// Whatever choices the store shows to have been made.
void StoreModel::readChoices(const Action& action, BrokerUnderTest& store) {
    for (const std::string& id : m_order) {
        Entry& entry = m_tasks.at(id);
        const auto found = store.find({id});
        if (!found || found->state == entry.task.state)
            continue;
        if (found->state == TaskState::Started && action.claim) {
            start(entry, action.claim->epoch, -1);
        } else if (found->state == TaskState::Failure && isExpired(entry)) {
            entry.task.reason = core::task::FailureReason::Expired;
            moveWaiting(entry, TaskState::Failure);
        } else if (found->state == TaskState::Pending && isDue(entry)) {
            moveWaiting(entry, TaskState::Pending);
        }
    }
}

void StoreModel::follow(const Action& action, BrokerUnderTest& store) {
    m_now = action.now;
    try {
        Told nobody;
        carryOut(action, nobody);
        if (action.claim || action.deed == Deed::Stage || action.deed == Deed::Expire)
            readChoices(action, store);
    } catch (const Wrong&) { // comparing shows it
    } catch (const Refused&) { // nothing happened
    }
}

} // namespace tests::conformance
