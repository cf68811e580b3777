#include "tests/conformance/Storyteller.h"

#include "tests/support/Dice.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

namespace tests::conformance {

using core::base::Json;
using core::broker::ClaimRequest;
using core::broker::Ending;
using core::broker::EndingKind;
using core::broker::NewTask;
using core::task::Outcome;
using core::task::Task;
using core::task::TaskState;
using Deed = Action::Deed;

namespace {

const std::vector<std::string> kQueues{"default", "exports"};
const std::vector<std::string> kTypes{"test", "once", "unknown-to-the-rescuer"};

/// What happens how often: the same deed several times.
const std::vector<Deed> kDeeds{Deed::Enqueue, Deed::Enqueue,    Deed::Enqueue,    Deed::Enqueue,   Deed::Claim,
                               Deed::Claim,   Deed::Claim,      Deed::End,        Deed::End,       Deed::End,
                               Deed::End,     Deed::End,        Deed::Cancel,     Deed::Cancel,    Deed::CancelMany,
                               Deed::Stage,   Deed::Stage,      Deed::Reschedule, Deed::Expire,    Deed::Purge,
                               Deed::Renew,   Deed::SetPaused,  Deed::TakeOver,   Deed::Reopen,    Deed::Advance,
                               Deed::Advance, Deed::Advance};

/// Small numbers out of one large one, each used once.
class Digits {
  public:
    explicit Digits(uint64_t value) : m_value(value) {}
    int below(int sides) {
        const int digit = int(m_value % uint64_t(sides));
        m_value = m_value / uint64_t(sides) + 0x9e3779b97f4a7c15u * (m_value % 1021 + 1);
        return digit;
    }
    bool oneIn(int sides) { return below(sides) == 0; }

  private:
    uint64_t m_value;
};

class Resolver {
  public:
    Resolver(const Verb& verb, const StoreModel& model)
        : m_model(model), m_digits((uint64_t(verb.a) << 32 | verb.b) ^ uint64_t(verb.c) * 0x100000001b3u) {
        m_action.deed = kDeeds[verb.kind % kDeeds.size()];
        m_action.now = model.now();
        m_action.epoch = model.epoch();
    }

    Action resolve() {
        switch (m_action.deed) {
        case Deed::Enqueue: enqueue(); break;
        case Deed::Claim:
            m_action.claim = claim();
            m_action.epoch = m_action.claim->epoch;
            break;
        case Deed::End: end(); break;
        case Deed::Cancel:
        case Deed::Reschedule: m_action.ids = {anybody()}; break;
        case Deed::CancelMany: m_action.ids = {anybody(), anybody(), anybody()}; break;
        case Deed::Purge:
        case Deed::SetPaused: m_action.queue = kQueues[size_t(m_digits.below(2))]; break;
        case Deed::Renew: m_action.epoch -= m_digits.oneIn(2) ? 1 : 0; break;
        case Deed::Advance: advance(); break;
        default: break;
        }
        m_action.eta = m_action.now + std::chrono::seconds(1 + m_digits.below(900));
        m_action.paused = m_digits.oneIn(2) ? core::broker::Paused::Yes : core::broker::Paused::No;
        m_action.limit = m_digits.oneIn(3) ? m_digits.below(3) : 1000;
        m_action.retries = m_digits.oneIn(3) ? m_digits.below(3) : 1000;
        m_action.begunParity = m_digits.below(2);
        return m_action;
    }

  private:
    Task newTask() {
        Task task;
        char id[48];
        std::snprintf(id, sizeof id, "01a1f94e-0000-7000-8000-%012zx", m_model.nextNumber() + m_made++);
        task.id = {id};
        task.queue = kQueues[size_t(m_digits.below(2))];
        task.type = kTypes[size_t(m_digits.below(3))];
        task.priority = m_digits.below(10);
        task.maxAttempts = 1 + m_digits.below(4);
        task.createdAt = m_action.now;
        if (m_digits.oneIn(4)) {
            task.state = TaskState::Scheduled;
            task.scheduledFor = m_action.now + std::chrono::seconds(1 + m_digits.below(900));
        }
        if (m_digits.oneIn(5))
            task.expiresAt = m_action.now + std::chrono::seconds(1 + m_digits.below(900));
        return task;
    }

    void enqueue() {
        for (int left = 1 + m_digits.below(3); left > 0; --left) {
            NewTask one(newTask());
            const size_t before = m_action.tasks.size();
            if (m_digits.oneIn(5)) {
                one.task.idempotencyKey = "key-" + std::to_string(m_digits.below(3));
                one.task.params = {{"p", m_digits.below(2)}};
            } else if (before > 0 && m_action.tasks.back().task.idempotencyKey.empty() && m_digits.oneIn(2)) {
                one.after = {before - 1};
            }
            m_action.tasks.push_back(std::move(one));
        }
        if (m_digits.oneIn(3))
            m_action.claim = claim();
    }

    ClaimRequest claim() {
        ClaimRequest request;
        request.batches = m_digits.below(4);
        for (const std::string& queue : kQueues)
            if (!m_digits.oneIn(5))
                request.queues[queue] = m_digits.below(4);
        for (const std::string& type : kTypes)
            if (!m_digits.oneIn(5))
                request.types[type] = {m_digits.below(4), 1 + m_digits.below(3)};
        request.epoch = m_action.epoch - (m_digits.oneIn(10) ? 1 : 0);
        request.now = m_action.now;
        return request;
    }

    std::vector<std::string> running() const {
        std::vector<std::string> ids;
        for (const std::string& id : m_model.ids())
            if (m_model.task(id).state == TaskState::Started)
                ids.push_back(id);
        return ids;
    }

    core::task::TaskId anybody() {
        const auto& ids = m_model.ids();
        return {ids.empty() || m_digits.oneIn(20) ? "nobody" : ids[size_t(m_digits.below(int(ids.size())))]};
    }

    void end() {
        const auto ids = running();
        for (int left = 1 + m_digits.below(3); left > 0; --left) {
            const bool wild = ids.empty() || m_digits.oneIn(8);
            endOne(wild ? anybody() : core::task::TaskId{ids[size_t(m_digits.below(int(ids.size())))]});
        }
        if (m_digits.oneIn(2))
            m_action.claim = claim();
    }

    void endOne(const core::task::TaskId& id) {
        constexpr EndingKind kKinds[] = {EndingKind::Outcome,    EndingKind::Outcome,   EndingKind::Outcome,
                                         EndingKind::Outcome,    EndingKind::Timeout,   EndingKind::WorkerLost,
                                         EndingKind::WorkerLost, EndingKind::Cancelled, EndingKind::Interrupted};
        Ending ending;
        ending.task = id;
        if (id.text != "nobody") {
            ending.type = m_model.task(id.text).type;
            ending.attempt = m_model.task(id.text).attempt - (m_digits.oneIn(12) ? 1 : 0);
        }
        ending.epoch = m_action.epoch - (m_digits.oneIn(12) ? 1 : 0);
        ending.kind = kKinds[m_digits.below(9)];
        ending.message = "it ended";
        ending.now = m_action.now;
        ending.retry.delay = core::base::seconds(m_digits.below(120));
        ending.idempotent = m_digits.oneIn(3) ? core::task::Idempotent::No : core::task::Idempotent::Yes;
        ending.onSuccess.resize(size_t(m_digits.below(2)), {"in_app", {{"message", "succeeded"}}});
        ending.onFailure.resize(size_t(m_digits.below(2)), {"in_app", {{"message", "failed"}}});
        outcome(ending);
        m_action.endings.push_back(std::move(ending));
    }

    void outcome(Ending& ending) {
        if (m_digits.oneIn(3)) {
            ending.outcome = m_digits.oneIn(3) ? Outcome::permanentFailure("Bad", "no")
                                               : Outcome::transientFailure("Busy", "later");
            return;
        }
        ending.outcome = Outcome::success({{"answer", 42}});
        if (m_digits.oneIn(3))
            ending.outcome.changes.changes.push_back(
                {core::task::ChangeKind::Insert, "note",
                 {{"id", "note-" + std::to_string(m_digits.below(12))}, {"body", "text"}}, Json::object(), {}});
        if (m_digits.oneIn(4))
            ending.outcome.outbox.push_back({"in_app", {{"message", "done"}}});
        if (m_digits.oneIn(4)) {
            ending.followUps.emplace_back(newTask());
            if (m_digits.oneIn(2))
                ending.followUps.emplace_back(newTask(), std::vector<size_t>{0});
        }
    }

    void advance() {
        m_action.now += m_digits.oneIn(20)  ? core::base::milliseconds(std::chrono::hours(25))
                        : m_digits.oneIn(2) ? core::base::milliseconds(std::chrono::minutes(1 + m_digits.below(20)))
                                            : core::base::milliseconds(1 + m_digits.below(5000));
    }

    const StoreModel& m_model;
    Digits m_digits;
    Action m_action;
    size_t m_made = 0;
};

} // namespace

void showValue(const Verb& verb, std::ostream& out) {
    out << '{' << verb.kind << ',' << verb.a << ',' << verb.b << ',' << verb.c << '}';
}

Action actionOf(const Verb& verb, const StoreModel& model) {
    return Resolver(verb, model).resolve();
}

std::vector<Verb> storyOf(uint64_t seed, size_t verbs) {
    Dice dice(seed);
    std::vector<Verb> story(verbs);
    for (Verb& verb : story)
        verb = {uint32_t(dice.below(1u << 30)), uint32_t(dice.below(1u << 30)), uint32_t(dice.below(1u << 30)),
                uint32_t(dice.below(1u << 30))};
    return story;
}

} // namespace tests::conformance
