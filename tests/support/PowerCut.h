#pragma once

#include "tests/support/Dice.h"
#include "tests/support/DiskShim.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tests {

/// A disk that forgets what was not synced when its power goes. It keeps the old bytes of every 512-byte sector that
/// was written since the last sync of its file; nothing is truly synced, since the machine goes on.
class PowerCut final : public Disk {
  public:
    /// What of the unsynced writes is gone afterwards.
    enum class Loss {
        Everything,
        NewestHalf,
        NewestEighth,
        Scattered, ///< each sector by itself: what was synced, what was written last, or anything between
        SizesOnly  ///< what lies beyond the end that the file had at its last sync
    };
    static constexpr Loss kLosses[] = {Loss::Everything, Loss::NewestHalf, Loss::NewestEighth, Loss::Scattered,
                                       Loss::SizesOnly};

    explicit PowerCut(uint64_t seed) : m_dice(seed) {}

    /// The power goes at the `operation`-th write, truncation, sync or deletion from the beginning; none: never.
    void cutAt(std::optional<uint64_t> operation) { m_cutAt = operation; }
    uint64_t operations() const { return m_operations; }
    bool isOff() const { return m_off; }

    /// Leaves the files as the machine finds them when the power is back: without what is lost, without shared-memory
    /// files; names whose folder was not synced may be there again or be gone. Every handle must be closed.
    void settle(Loss loss);

    Answer ask(const DiskOperation& operation) override;
    int code() const override;

  private:
    /// Bytes that lie on the disk as long as their file is not synced.
    struct OldSector {
        std::string path;
        int64_t sector = 0;
        std::string bytes;      ///< shorter than a sector at the end of the file
        int64_t sizeBefore = 0; ///< of the file
    };
    struct NameChange {
        std::string path;
        std::string kept; ///< where a deleted file lives on; empty: the file was made
    };

    Answer goOn(const DiskOperation& operation);
    Answer goOff(const DiskOperation& operation);
    void remember(const DiskOperation& operation, int64_t from, int64_t to);
    void rememberName(const DiskOperation& operation);
    void forget(const DiskOperation& operation);
    void forgetNames();
    void forgetBytes(const std::string& path);
    std::vector<bool> chooseLost(Loss loss);
    void takeBack(const std::vector<bool>& lost);
    void takeBackSizes();
    void takeBackNames();

    Dice m_dice;
    std::optional<uint64_t> m_cutAt;
    uint64_t m_operations = 0;
    bool m_off = false;
    std::vector<OldSector> m_unsynced;           ///< oldest first
    std::map<std::string, int64_t> m_syncedSize; ///< of files with unsynced changes
    std::vector<NameChange> m_names;             ///< oldest first
    std::map<std::string, bool> m_newJournals;   ///< journals whose first sync also syncs the folder
    std::set<std::filesystem::path> m_folders;
};

} // namespace tests
