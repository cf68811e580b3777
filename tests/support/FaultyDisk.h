#pragma once

#include "tests/support/DiskShim.h"

#include <functional>
#include <mutex>

namespace tests {

/// While this lives, every file that SQLite opens below `folder` is on a disk whose operations a test may fail: `verdict`
/// is asked before each, and answers with the SQLite code that the operation comes to (0: do it). A sync only pretends.
/// Every connection must be closed before it goes.
class FaultyDisk final : public Disk {
  public:
    using Verdict = std::function<int(const DiskOperation&)>;

    explicit FaultyDisk(const std::filesystem::path& folder) : m_shim(folder, *this) {}

    void set(Verdict verdict);
    /// Every operation does what it says.
    void heal() { set(nullptr); }
    /// Every write and truncation says that the disk is full.
    void fill();

    Answer ask(const DiskOperation& operation) override;
    int code() const override { return m_code; }

  private:
    std::mutex m_mutex; // guards m_verdict
    Verdict m_verdict;
    int m_code = 0; ///< of the last refusal; under the shim's own lock
    DiskShim m_shim;
};

} // namespace tests
