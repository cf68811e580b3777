#include "core/broker/TriggerFindings.h"

#include "core/base/Log.h"
#include "core/base/Text.h"
#include "core/broker/Moves.h"
#include "core/broker/SqliteBroker.h"
#include "core/policy/Debounce.h"
#include "core/store/StoreGuard.h"
#include "core/store/TriggerStore.h"

namespace core::broker {

using base::Error;
using base::ErrorCode;
using base::Result;
using task::TaskState;

namespace {

std::string keyOf(const task::Trigger& trigger, const task::Consequence& consequence) {
    if (trigger.keyParameter.empty())
        return {};
    const base::Json& value = consequence.params.at(trigger.keyParameter);
    return value.is_string() ? value.get<std::string>() : base::dumpJson(value);
}

/// One trigger at work in one transaction.
class Firing {
  public:
    Firing(store::Connection& db, const Triggers::Parts& parts, const task::Trigger& trigger, const TriggerFinding& finding,
           const task::Task* cause, base::Instant now, Broker::Moves& moves)
        : m_db(db), m_parts(parts), m_trigger(trigger), m_finding(finding), m_cause(cause), m_now(now), m_moves(moves),
          m_type(task::taskNamed(*parts.types, trigger.makes)->id),
          m_depth(cause ? task::triggerMarkOf(cause->metadata).depth + 1 : 1) {}

    Result<void> run() {
        if (m_depth > task::kMostInAChain)
            return Error{ErrorCode::Conflict,
                         "refused: " + std::to_string(task::kMostInAChain) +
                             " tasks followed from one another by triggers already, the last is " + m_cause->id.text,
                         "Look at the chain with: beatwarden task show " + m_cause->id.text +
                             ". If it goes round in a circle, disable one of its triggers",
                         {}};
        if (auto made = makeAll(); !made)
            return made;
        m_gain.merged = int64_t(m_finding.causes()) - m_gain.made;
        store::noteTriggered(m_db, m_trigger.name, m_gain, m_now);
        return {};
    }

  private:
    Result<void> makeAll() {
        const auto& wanted = m_finding.wanted();
        if (wanted.size() > task::kMostSingly && !m_trigger.listParameter.empty())
            return makeLists();
        for (const TriggerFinding::Wanted& one : wanted) {
            if (m_trigger.debounce && pushOut(one.key))
                continue;
            if (auto made = make(one.consequence, one.key, {m_trigger.name, m_depth, one.firstCause, one.causes}); !made)
                return made;
        }
        return {};
    }

    /// A storm: its keys in lists, so that so many rows do not make as many tasks.
    Result<void> makeLists() {
        const auto& wanted = m_finding.wanted();
        const std::string words =
            std::to_string(m_finding.causes()) + " causes in one transaction, the first: " + wanted.front().firstCause;
        for (size_t first = 0; first < wanted.size(); first += task::kMostInList) {
            const size_t end = std::min(wanted.size(), first + task::kMostInList);
            task::Consequence together = wanted[first].consequence;
            together.params.erase(m_trigger.keyParameter);
            base::Json& list = together.params[m_trigger.listParameter] = base::Json::array();
            size_t causes = 0;
            for (size_t i = first; i < end; ++i) {
                list.push_back(wanted[i].key);
                causes += wanted[i].causes;
            }
            if (auto made = make(together, {}, {m_trigger.name, m_depth, words, causes}); !made)
                return made;
        }
        base::log(base::LogLevel::Info, "broker",
                  "trigger " + m_trigger.name + ": " + std::to_string(wanted.size()) + " causes in one transaction make " +
                      std::to_string(m_gain.made) + " tasks with lists");
        return {};
    }

    Result<void> make(const task::Consequence& consequence, const std::string& key, const task::TriggerMark& mark) {
        const TriggeredTask wanted{m_type,
                                   consequence,
                                   m_trigger.debounce ? m_trigger.debounce->quiet : base::milliseconds(0),
                                   task::launcherOf(m_trigger, key),
                                   task::toJson(mark),
                                   m_cause ? m_cause->id.text : std::string()};
        auto task = m_parts.make(wanted, m_now);
        if (!task)
            return task.error();
        auto added = SqliteBroker::enqueueIn(m_db, {std::move(*task)});
        if (!added)
            return added.error();
        m_gain.lastTask = added->front().task.id.text;
        ++m_gain.made;
        std::move(added->begin(), added->end(), std::back_inserter(m_moves));
        return {};
    }

    /// The task that an earlier cause with this key made and that has not begun. What the row says counts, not its index.
    std::optional<store::TaskRow> waiting(const std::string& key) {
        const std::string launcher = task::launcherOf(m_trigger, key);
        const auto newest = store::newestTriggered(m_db, launcher);
        if (!newest)
            return std::nullopt;
        try {
            auto row = store::readTaskRow(m_db, *newest);
            const bool waits = row && (row->task.state == TaskState::Scheduled || row->task.state == TaskState::Pending);
            if (waits && row->task.type == m_type && row->task.triggeredBy == launcher)
                return row;
        } catch (const store::DamagedRow& damaged) {
            base::log(base::LogLevel::Error, "broker", damaged.what()); // whoever would run it puts it aside
        }
        return std::nullopt;
    }

    /// False when nothing waits.
    bool pushOut(const std::string& key) {
        auto row = waiting(key);
        if (!row)
            return false;
        m_gain.lastTask = row->task.id.text;
        const base::Instant due = policy::dueAfter(*m_trigger.debounce, row->task.createdAt, m_now,
                                                   row->task.scheduledFor.value_or(base::Instant()));
        if (due <= m_now || row->task.scheduledFor == due)
            return true; // it has waited long enough
        row->task.scheduledFor = due;
        if (row->task.state == TaskState::Pending)
            moveWaiting(m_db, *row, TaskState::Scheduled, m_now, "pushed out by another cause", m_moves);
        else if (store::updateTask(m_db, *row, store::fenceOf(*row)))
            m_moves.push_back({TaskState::Scheduled, row->task});
        return true;
    }

    store::Connection& m_db;
    const Triggers::Parts& m_parts;
    const task::Trigger& m_trigger;
    const TriggerFinding& m_finding;
    const task::Task* const m_cause;
    const base::Instant m_now;
    Broker::Moves& m_moves;
    const std::string m_type;
    const int m_depth;
    store::TriggerGain m_gain;
};

/// What went wrong in `work`, everything that it wrote undone; none: nothing did.
template <class Work>
std::optional<std::string> guarded(store::Connection& db, Work work) {
    std::optional<std::string> problem;
    db.run("SAVEPOINT trigger");
    try {
        if (const Result<void> done = work(); !done)
            problem = done.error().text();
    } catch (const store::SqlError& error) {
        if (store::StoreGuard::isTrouble(error))
            throw; // concerns the cause, too
        problem = error.toError().text();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    if (problem)
        db.run("ROLLBACK TO trigger");
    db.run("RELEASE trigger");
    return problem;
}

} // namespace

void TriggerFinding::add(const task::Trigger& trigger, const task::Cause& cause) {
    try {
        auto consequence = trigger.judge(cause);
        if (!consequence)
            return;
        const std::string key = keyOf(trigger, *consequence);
        ++m_causes;
        if (trigger.debounce) {
            const auto [known, isNew] = m_byKey.emplace(key, m_wanted.size());
            if (!isNew) {
                ++m_wanted[known->second].causes;
                return;
            }
        }
        const bool named = !trigger.debounce || m_wanted.size() <= task::kMostSingly;
        m_wanted.push_back({key, std::move(*consequence), 1, named ? wordsOf(cause) : std::string()});
    } catch (const std::exception& error) {
        addProblem(std::string(error.what()) + " (" + wordsOf(cause) + ")");
    }
}

void TriggerFinding::addProblem(const std::string& problem) {
    if (m_problems++ == 0)
        m_firstProblem = problem;
}

void fireTrigger(store::Connection& db, const Triggers::Parts& parts, const task::Trigger& trigger, TriggerFinding finding,
                 const task::Task* cause, base::Instant now, Broker::Moves& moves) {
    if (finding.empty())
        return;
    const size_t before = moves.size();
    bool enabled = true;
    const auto undone = guarded(db, [&]() -> Result<void> {
        enabled = store::readTrigger(db, trigger.name).enabled;
        return enabled && !finding.wanted().empty() ? Firing(db, parts, trigger, finding, cause, now, moves).run()
                                                    : Result<void>();
    });
    if (undone) {
        moves.erase(moves.begin() + ptrdiff_t(before), moves.end());
        finding.addProblem(*undone);
    }
    if (!enabled || finding.problems() == 0)
        return;
    const std::string problem = base::shortened(finding.firstProblem(), kMaxStoredNote);
    base::log(base::LogLevel::Error, "broker", "trigger " + trigger.name + ": " + problem);
    const size_t lost = finding.problems() + (undone ? finding.causes() - 1 : 0);
    if (const auto failed = guarded(db, [&]() -> Result<void> {
            store::noteTriggerProblem(db, trigger.name, problem, int64_t(lost), now);
            return {};
        }))
        base::log(base::LogLevel::Error, "broker", "trigger " + trigger.name + ": its problem was not noted: " + *failed);
}

} // namespace core::broker
