#pragma once

#include "core/broker/Triggers.h"

#include <map>

namespace core::broker {

/// What the causes of one transaction mean to one trigger.
class TriggerFinding {
  public:
    /// Asks the trigger. What it throws is remembered as its problem.
    void add(const task::Trigger& trigger, const task::Cause& cause);
    void addProblem(const std::string& problem);

    struct Wanted {
        std::string key; ///< empty: none
        task::Consequence consequence;
        size_t causes = 1;
        std::string firstCause; ///< for people; empty of those that only ever go in lists
    };
    /// Of a debounced trigger one for each key.
    const std::vector<Wanted>& wanted() const { return m_wanted; }
    size_t causes() const { return m_causes; }
    size_t problems() const { return m_problems; }
    const std::string& firstProblem() const { return m_firstProblem; }
    bool empty() const { return m_wanted.empty() && m_problems == 0; }

  private:
    std::vector<Wanted> m_wanted;
    std::unordered_map<std::string, size_t> m_byKey;
    size_t m_causes = 0, m_problems = 0;
    std::string m_firstProblem;
};

struct TriggerFindings {
    std::map<const task::Trigger*, TriggerFinding> byTrigger;
};

/// Makes, or pushes out, the tasks that a trigger wants; adds the moves, and notes in the trigger's row what came of it. A
/// disabled trigger does nothing. Trouble of the disk is thrown; anything else that goes wrong is undone to the last row
/// and noted as the trigger's problem. Thread: writer.
void fireTrigger(store::Connection& db, const Triggers::Parts& parts, const task::Trigger& trigger, TriggerFinding finding,
                 const task::Task* cause, base::Instant now, Broker::Moves& moves);

} // namespace core::broker
