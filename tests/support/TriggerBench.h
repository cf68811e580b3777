#pragma once

#include "core/broker/SqliteBroker.h"
#include "core/broker/Triggers.h"
#include "core/store/TriggerStore.h"
#include "tests/support/TemporaryFolder.h"

namespace tests {

/// A store with a broker and triggers, and no engine: the test says what time it is and how every attempt ends. Task
/// types: `cause`, `other` and `effect` {n, job, row_id, row_ids}, all on the queue `default`, `cause` with one retry
/// after a minute. Tasks may write the programme's tables.
class TriggerBench {
  public:
    explicit TriggerBench(std::vector<core::task::Trigger> triggers);
    /// Lets everything go and opens it again, as after a crash.
    void restart();

    /// A task of this type, from its submission to the end of one attempt, now.
    core::task::Task run(const std::string& type, core::task::Outcome outcome,
                         core::base::Json params = core::base::Json::object(),
                         core::base::Json metadata = core::base::Json::object());
    core::task::Task succeed(const std::string& type, core::base::Json result = nullptr) {
        return run(type, core::task::Outcome::success(std::move(result)));
    }
    core::task::Task fail(const std::string& type, const std::string& job = {}) {
        return run(type, core::task::Outcome::permanentFailure("Busy", "it failed"), {{"job", job}});
    }
    /// Starts the best waiting task of the type; a task without id when there is none.
    core::task::Task claim(const std::string& type);
    /// Ends a running attempt; how many of the endings were fenced.
    int end(const core::task::Task& running, core::task::Outcome outcome,
            std::vector<core::task::FollowUp> followUps = {});
    /// Makes due what is due now.
    void stage();
    void cancel(const core::task::Task& task);
    void reschedule(const core::task::Task& task, core::base::Instant eta);
    /// SQL of a person's command, watched by the triggers; of anybody else, not watched.
    core::base::Result<void> command(const std::string& sql);
    void sql(const std::string& sql);

    core::task::Task find(const core::task::TaskId& id);
    /// What a trigger made, oldest first.
    std::vector<core::task::Task> madeBy(const std::string& trigger);
    core::store::TriggerRow row(const std::string& trigger);
    core::broker::TriggerRest restOf(const std::string& trigger);
    std::vector<core::task::Transition> history(const core::task::Task& task);
    void enable(const std::string& trigger, bool enabled);
    /// What the checker of crashes has to say; empty: all its invariants hold.
    std::string violations();

    core::base::Instant now;

  private:
    void open();
    core::task::Task insert(const std::string& type, core::base::Json params, core::base::Json metadata);

    TemporaryFolder m_folder;
    const std::vector<core::task::Trigger> m_rules;
    std::shared_ptr<core::task::TaskRegistry> m_types;
    std::unique_ptr<core::store::Database> m_database;
    std::shared_ptr<const core::broker::Triggers> m_triggers;
    std::unique_ptr<core::broker::SqliteBroker> m_broker;
    int64_t m_epoch = 0;
};

} // namespace tests
