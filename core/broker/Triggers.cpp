#include "core/broker/Triggers.h"

#include "core/base/Log.h"
#include "core/broker/TriggerFindings.h"
#include "core/store/StoreGuard.h"
#include "core/store/TriggerStore.h"

#include <cassert>

namespace core::broker {

using task::TaskState;

namespace {

std::vector<std::string> tablesOf(const std::vector<task::Trigger>& triggers) {
    std::vector<std::string> tables;
    for (const task::Trigger& trigger : triggers)
        if (const auto* rows = std::get_if<task::RowChanges>(&trigger.listensTo))
            tables.insert(tables.end(), rows->tables.begin(), rows->tables.end());
    return tables;
}

bool covers(task::Ends ends, TaskState state) {
    switch (state) {
    case TaskState::Success: return ends != task::Ends::Failure;
    case TaskState::Failure: return ends != task::Ends::Success;
    default: return false;
    }
}

/// `the table a` or `the tables a, b`; empty for none.
std::string namesWith(const char* noun, const std::vector<std::string>& names) {
    if (names.empty())
        return {};
    std::string text = std::string("the ") + noun + (names.size() > 1 ? "s " : " ") + names.front();
    for (size_t i = 1; i < names.size(); ++i)
        text += ", " + names[i];
    return text;
}

/// The last of how many failures in a row; only what is asked for is counted.
bool isTheFailure(store::Connection& db, const task::TaskEnds& ends, const task::Task& task) {
    return ends.failuresInARow <= 1 || (task.state == TaskState::Failure &&
                                        store::failuresInARow(db, task, ends.sameParameter, ends.failuresInARow + 1) ==
                                            ends.failuresInARow);
}

} // namespace

Triggers::Triggers(Parts parts, store::Connection& db)
    : m_parts(std::move(parts)), m_tables(db, tablesOf(m_parts.triggers)) {
    assert(task::faultOf(m_parts.triggers).empty());
    for (const task::Trigger& trigger : m_parts.triggers)
        if (restOf(trigger).waitsFor.empty())
            install(trigger);
}

void Triggers::install(const task::Trigger& trigger) {
    if (const auto* rows = std::get_if<task::RowChanges>(&trigger.listensTo)) {
        for (const std::string& table : rows->tables)
            m_byTable[table].push_back(&trigger);
        return;
    }
    for (const std::string& name : std::get<task::TaskEnds>(trigger.listensTo).types)
        if (const task::TaskType* type = task::taskNamed(*m_parts.types, name))
            m_byType[type->id].push_back(&trigger);
}

TriggerRest Triggers::restOf(const task::Trigger& trigger) const {
    if (!task::taskNamed(*m_parts.types, trigger.makes))
        return {namesWith("task type", {trigger.makes}), {}};
    const auto* rows = std::get_if<task::RowChanges>(&trigger.listensTo);
    const auto& names = rows ? rows->tables : std::get<task::TaskEnds>(trigger.listensTo).types;
    std::vector<std::string> missing;
    for (const std::string& name : names)
        if (rows ? !m_tables.contains(name) : !task::taskNamed(*m_parts.types, name))
            missing.push_back(name);
    const std::string words = namesWith(rows ? "table" : "task type", missing);
    return missing.size() == names.size() ? TriggerRest{words, {}} : TriggerRest{{}, words};
}

bool Triggers::listensTo(const task::ChangeSet& changes) const {
    return !m_byTable.empty() && std::any_of(changes.changes.begin(), changes.changes.end(), [this](const task::Change& change) {
        return m_byTable.contains(change.table);
    });
}

/// Not even an unreadable programme keeps a cause from being committed.
base::Date Triggers::today(store::Connection& db, base::Instant now) const {
    try {
        return m_parts.today(db, now);
    } catch (const store::SqlError& error) {
        if (store::StoreGuard::isTrouble(error))
            throw;
        base::log(base::LogLevel::Error, "broker", std::string("the programme's zone cannot be read: ") + error.what());
        return std::chrono::floor<std::chrono::days>(now);
    }
}

void Triggers::taskEnded(store::Connection& db, const task::Task& task, base::Instant now, Broker::Moves& moves) const {
    const auto listeners = m_byType.find(task.type);
    if (listeners == m_byType.end())
        return;
    const task::Cause cause{&task, nullptr, today(db, now)};
    for (const task::Trigger* trigger : listeners->second) {
        const auto& ends = std::get<task::TaskEnds>(trigger->listensTo);
        if (!covers(ends.ends, task.state))
            continue;
        TriggerFinding finding;
        try {
            if (isTheFailure(db, ends, task))
                finding.add(*trigger, cause);
        } catch (const store::SqlError& error) {
            if (store::StoreGuard::isTrouble(error))
                throw;
            finding.addProblem(error.what());
        }
        fireTrigger(db, m_parts, *trigger, std::move(finding), &task, now, moves);
    }
}

Triggers::Watch::Watch(const Triggers& triggers, store::Connection& db, const task::Task* task, base::Instant now)
    : m_triggers(triggers), m_db(db), m_task(task), m_now(now), m_today(triggers.today(db, now)),
      m_findings(std::make_unique<TriggerFindings>()) {
    m_watch.emplace(db, triggers.m_tables, [this](const task::RowChange& change) { heard(change); });
}

Triggers::Watch::~Watch() = default;

void Triggers::Watch::heard(const task::RowChange& change) {
    const auto listeners = m_triggers.m_byTable.find(change.table);
    if (listeners == m_triggers.m_byTable.end())
        return;
    const task::Cause cause{m_task, &change, m_today};
    for (const task::Trigger* trigger : listeners->second)
        m_findings->byTrigger[trigger].add(*trigger, cause);
}

void Triggers::Watch::follow(Broker::Moves& moves) {
    m_watch.reset();
    for (auto& [trigger, finding] : m_findings->byTrigger)
        fireTrigger(m_db, m_triggers.m_parts, *trigger, std::move(finding), m_task, m_now, moves);
    m_findings->byTrigger.clear();
}

} // namespace core::broker
