#pragma once

#include "core/store/BackupFolder.h"
#include "core/store/BackupStatus.h"
#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

#include <mutex>
#include <thread>

namespace core::upkeep {

/// Makes a copy of the database every 15 minutes when it has changed, and keeps the folder of copies in bounds.
/// Thread: upkeep; the copy is made on a thread of its own, `status` is for any.
class BackupKeeper final : public Loop {
  public:
    /// Between two copies.
    static constexpr base::milliseconds kInterval = std::chrono::minutes(15);
    /// After the start, and after a failure.
    static constexpr base::milliseconds kPause = std::chrono::minutes(1);

    BackupKeeper(store::Database& database, std::filesystem::path dataDirectory, const base::Clock& clock);
    ~BackupKeeper() override;

    std::string name() const override { return "backup"; }
    base::Result<NextLook> look(base::Instant now) override;
    /// Breaks off what is being copied.
    void halt() override;

    store::BackupStatus status() const;

  private:
    static constexpr base::seconds kPeriod{5};

    base::milliseconds firstAt(base::Instant now) const;
    bool isChanged() const;
    void start(base::Instant now);
    void copy(const std::stop_token& stop, base::Instant now, uint64_t changes);
    base::Result<void> copyInto(const std::stop_token& stop, base::Instant now);
    void lookIntoFolder();

    store::Database& m_database;
    const std::filesystem::path m_dataDirectory;
    const base::Clock& m_clock;
    mutable std::mutex m_mutex; // guards the next three
    store::BackupStatus m_status;
    std::optional<base::milliseconds> m_nextAt; ///< on the clock since boot; absent: not looked yet
    std::optional<uint64_t> m_changesCopied;
    std::jthread m_thread; // last: it ends before the rest goes
};

} // namespace core::upkeep
