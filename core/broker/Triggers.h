#pragma once

#include "core/broker/Broker.h"
#include "core/store/RowWatch.h"
#include "core/task/TaskRegistry.h"
#include "core/task/Trigger.h"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace core::broker {

struct TriggerFindings;

/// A task that a trigger wants made.
struct TriggeredTask {
    std::string type;
    task::Consequence consequence;
    base::milliseconds countdown{0};
    std::string launcher; ///< see task::launcherOf
    base::Json metadata = base::Json::object();
    std::string parent; ///< the causing task; empty: none
};

/// What a trigger lacks, in words.
struct TriggerRest {
    std::string waitsFor; ///< it does nothing until that is there: `the task type detect_leave_conflicts`; empty: it works
    std::string missing;  ///< of what it listens to, while the rest is there: `the table swap_record`
};

/// Makes the tasks that follow from causes, in the transaction of the cause. A trigger that fails is noted in its row and
/// in the log, and undoes nothing but itself. What waits is known by the tasks' own rows: nothing is remembered here.
/// Thread: writer for what takes a connection, any for the rest.
class Triggers {
  public:
    struct Parts {
        std::vector<task::Trigger> triggers; ///< without fault, see task::faultOf
        std::shared_ptr<const task::TaskRegistry> types;
        /// Checks and completes a task that is to be made.
        std::function<base::Result<task::Task>(const TriggeredTask&, base::Instant now)> make;
        /// The day in the programme's zone.
        std::function<base::Date(store::Connection&, base::Instant now)> today;
    };
    /// Looks which tables there are. Thread: that of the connection.
    Triggers(Parts parts, store::Connection& db);
    Triggers(const Triggers&) = delete;
    Triggers& operator=(const Triggers&) = delete;

    const std::vector<task::Trigger>& all() const { return m_parts.triggers; }
    TriggerRest restOf(const task::Trigger& trigger) const;

    /// False for the ends and changes that concern no trigger: they cost no more than this question.
    bool listensTo(const task::Task& ended) const { return m_byType.contains(ended.type); }
    bool listensTo(const task::ChangeSet& changes) const;
    /// What follows from a task's end for good; adds the moves.
    void taskEnded(store::Connection& db, const task::Task& task, base::Instant now, Broker::Moves& moves) const;

    /// The rows that change while it lives, all by one task or one person's command. Thread: writer.
    class Watch {
      public:
        /// `task`: whose success changes the rows; nullptr: a person's command does.
        Watch(const Triggers& triggers, store::Connection& db, const task::Task* task, base::Instant now);
        ~Watch();
        /// What follows from the changes until now; adds the moves. Nothing is watched any more.
        void follow(Broker::Moves& moves);

      private:
        void heard(const task::RowChange& change);

        const Triggers& m_triggers;
        store::Connection& m_db;
        const task::Task* const m_task;
        const base::Instant m_now;
        const base::Date m_today;
        std::unique_ptr<TriggerFindings> m_findings;
        std::optional<store::RowWatch> m_watch;
    };

  private:
    using Listeners = std::unordered_map<std::string, std::vector<const task::Trigger*>>;

    base::Date today(store::Connection& db, base::Instant now) const;
    void install(const task::Trigger& trigger);

    const Parts m_parts;
    const store::WatchedTables m_tables;
    Listeners m_byType, m_byTable; ///< those that have what they need
};

} // namespace core::broker
