#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

struct sqlite3_vfs;

namespace tests {

/// What SQLite asks of a disk.
enum class DiskCall { Open, Read, Write, Sync, Truncate };

/// While this lives, every file that SQLite opens below `folder` is on a disk whose calls a test may fail: `verdict`
/// is asked before each, and answers with the SQLite code that the call comes to (0: do it; a sync only pretends). One
/// at a time in a process.
class FaultyDisk {
  public:
    using Verdict = std::function<int(DiskCall, const std::string& file)>;

    explicit FaultyDisk(std::filesystem::path folder);
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    void set(Verdict verdict);
    /// Every call does what it says.
    void heal() { set(nullptr); }
    /// Every write and truncation says that the disk is full.
    void fill();
    /// Calls that change the disk since the last `set`: writes, syncs, truncations.
    int64_t changes() const;

    /// For the shim's functions.
    int ask(DiskCall call, const std::string& file);

  private:
    const std::filesystem::path m_folder;
    sqlite3_vfs* m_vfs;
    mutable std::mutex m_mutex; // guards the fields below
    Verdict m_verdict;
    int64_t m_changes = 0;
};

} // namespace tests
