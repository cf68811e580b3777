#pragma once

#include "core/broker/Triggers.h"
#include "core/engine/Services.h"
#include "core/store/ScheduleStore.h"
#include "core/task/TaskRegistry.h"

namespace core::engine {

/// Turns requests into tasks that may be inserted: every surface and every follow-up is validated here. Thread: any.
class TaskFactory {
  public:
    explicit TaskFactory(const task::TaskRegistry& registry) : m_registry(registry) {}

    /// InvalidParams for an unknown type, wrong parameters or options out of range.
    base::Result<task::Task> fromSubmission(const Submission& submission, const std::string& triggeredBy,
                                            base::Instant now) const;
    /// The type of a schedule. As of TaskRegistry::require, and InvalidParams for one that only a person may start.
    base::Result<const task::TaskType*> typeForSchedule(const std::string& name) const;
    /// The task of one instant of a schedule; it expires so long after the instant as the schedule says.
    base::Result<task::Task> fromSchedule(const task::Schedule& schedule, base::Instant instant, base::Instant now) const;
    /// The task that makes up for one instant of a schedule, for `actor`. It expires so long after `now` as the schedule says
    /// of an instant, and its result is kept as that of any other task of the schedule.
    base::Result<task::Task> forBackfill(const task::Schedule& schedule, base::Instant instant, const std::string& tag,
                                         const std::string& actor, base::Instant now) const;
    /// The task that follows from a cause.
    base::Result<task::Task> fromTrigger(const broker::TriggeredTask& wanted, base::Instant now) const;
    /// A task like an earlier one, linked to it; `params` replaces the parameters.
    base::Result<task::Task> again(const task::Task& original, const std::optional<base::Json>& params,
                                   const std::string& triggeredBy, base::Instant now) const;
    /// Tasks that an outcome asks for; `parent` is the task that asks.
    base::Result<std::vector<broker::NewTask>> fromFollowUps(const std::vector<task::FollowUp>& followUps,
                                                        const task::TaskId& parent, base::Instant now) const;

  private:
    static Submission submissionOf(const task::Schedule& schedule, base::Instant instant);
    const task::TaskRegistry& m_registry;
};

} // namespace core::engine
