#pragma once

#include "core/beat/Schedule.h"
#include "core/store/Database.h"
#include "core/task/Task.h"
#include "core/upkeep/Stager.h"

#include <atomic>
#include <functional>

namespace core::beat {

/// Builds the task of an entry, ready to be inserted; validates type and parameters.
using MakeTask = std::function<base::Result<task::Task>(const store::ScheduleRow& entry, base::Instant now)>;

/// Clock in, tasks out: at each due instant one transaction inserts the firing row (unique on schedule and instant)
/// and the task. An entry whose last task has not ended yet is passed over for that instant. Thread: upkeep; `touch`
/// from any.
class Beat final : public upkeep::Loop {
  public:
    Beat(store::Database& database, MakeTask makeTask, upkeep::MoveSink sink,
         std::function<void(const std::string& entry, const std::string& word)> changed)
        : m_database(database), m_makeTask(std::move(makeTask)), m_sink(std::move(sink)),
          m_changed(std::move(changed)) {}
    std::string name() const override { return "beat"; }
    base::milliseconds period() const override { return base::milliseconds(20); }
    base::Result<void> look(base::Instant now) override;
    /// An entry was added, changed or removed: read the schedule again.
    void touch() { m_stale = true; }

  private:
    base::Result<void> readEntries();
    base::Result<broker::Broker::Moves> fire(const store::ScheduleRow& entry, const Due& due, task::Task task,
                                             base::Instant now);
    base::Result<void> lookAt(store::ScheduleRow& entry, base::Instant now);

    store::Database& m_database;
    MakeTask m_makeTask;
    upkeep::MoveSink m_sink;
    std::function<void(const std::string&, const std::string&)> m_changed;
    std::atomic<bool> m_stale{true};
    std::vector<store::ScheduleRow> m_entries;
};

} // namespace core::beat
