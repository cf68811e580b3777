#pragma once

#include "core/beat/Beat.h"
#include "tests/support/TemporaryFolder.h"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace tests {

/// `2026-11-20T08:15:00Z`, or with an offset.
core::base::Instant at(const std::string& text);
/// An entry of the type `demo` that fires by a cron expression.
core::task::Schedule cron(const std::string& name, const std::string& expression, const std::string& zone = "UTC");
core::task::Schedule every(const std::string& name, core::base::seconds interval);

/// A store, a clock that is moved by hand, a tz database, and a beat that can be restarted. Types: `demo` and every other
/// but `unknown`.
class BeatWorld {
  public:
    explicit BeatWorld(core::base::Instant start, const std::filesystem::path& zones = core::base::Zone::kSystemFolder,
                       TemporaryFolder::Storage storage = TemporaryFolder::Storage::Disk);

    /// As when the program ends and is started again.
    void restart();
    std::unique_ptr<core::beat::Beat> makeBeat();
    core::beat::Beat& beat() { return *m_beat; }

    void add(const core::task::Schedule& schedule);
    core::base::Result<void> write(std::function<core::base::Result<void>(core::store::Connection&)> work);

    void look();
    /// Time passes, with a look each `step`.
    void pass(core::base::milliseconds time, core::base::milliseconds step = std::chrono::minutes(1));
    /// Time passes as the upkeep thread lets it pass: with a look exactly when the beat wants one.
    void sleepUntil(core::base::Instant end);
    void lookAt(const std::string& instant);
    core::base::ManualClock& clock() { return m_clock; }
    core::base::ZoneDatabase& zones() { return *m_zones; }

    /// Oldest first.
    std::vector<core::store::FireRow> fires(const std::string& name);
    std::vector<core::store::FireRow> firesDecidedAt(const std::string& name, core::base::Instant at);
    /// `08:15 fired, 08:30 overlapped`, in UTC.
    std::string story(const std::string& name);
    /// The same with their days: `2026-11-20T08:15:00Z fired`.
    std::vector<std::string> dates(const std::string& name);
    core::store::ScheduleRow row(const std::string& name);
    int64_t count(const std::string& sql);
    /// Tasks come to their end; without ids all that were made so far.
    void endTasks(const std::vector<std::string>& ids);
    void endTasks();

    std::vector<std::string> cancelled, told; ///< guarded by m_mutex while several beats look at once
    /// Called before the beat makes a task, and when it has told of an entry; may throw, as if the program died there.
    std::function<void()> onMake = [] {}, onTold = [] {};

  private:
    TemporaryFolder m_folder;
    const std::filesystem::path m_zoneFolder;
    core::base::ManualClock m_clock;
    std::unique_ptr<core::base::ZoneDatabase> m_zones;
    std::unique_ptr<core::store::Database> m_database;
    std::unique_ptr<core::beat::Beat> m_beat;
    std::mutex m_mutex;
    std::atomic<int64_t> m_made{0};
};

} // namespace tests
