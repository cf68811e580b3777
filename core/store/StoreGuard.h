#pragma once

#include "core/base/Clock.h"
#include "core/store/Ballast.h"
#include "core/store/Connection.h"
#include "core/store/StoreHealth.h"

#include <atomic>
#include <functional>
#include <mutex>

namespace core::store {

/// Knows whether the database can be written, says so when that changes, and holds the ballast.
/// Thread: writer for the changes; any for `health` and `ok`.
class StoreGuard {
  public:
    using Listener = std::function<void(const StoreHealth&)>;

    StoreGuard(std::filesystem::path database, std::filesystem::path ballast, const base::Clock& clock);

    StoreHealth health() const;
    bool ok() const { return m_ok; }
    /// Told on the writer thread of every change of state and of the alarm.
    void setListener(Listener listener);

    /// True for errors that come from the disk, the file's rights or another program, not from the statement.
    static bool isTrouble(const SqlError& error);
    /// A commit failed for such a reason. True when that freed space: trying once more may help.
    bool failed(const SqlError& error, int systemError);
    /// True when there is room again; the ballast is back then. Always true for troubles other than a full disk.
    bool roomIsBack();
    /// A commit succeeded and there is room.
    void recovered();
    /// The log cannot be emptied: `readers` says who is in the way.
    void clogged(const std::string& readers);
    void setLog(int64_t bytes, bool large);
    void setWaiting(uint64_t count);
    /// Why new work is refused at this moment.
    base::Error refusal() const;

  private:
    void enter(StoreState state, const std::string& message, const std::string& remedy);
    void tell() const;

    const std::filesystem::path m_database;
    const base::Clock& m_clock;
    Ballast m_ballast; // writer thread only, after construction
    std::atomic<bool> m_ok{true};
    mutable std::mutex m_mutex; // guards m_health, m_listener
    StoreHealth m_health;
    Listener m_listener;
};

} // namespace core::store
