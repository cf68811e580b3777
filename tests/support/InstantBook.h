#pragma once

#include "tests/support/CronWalk.h"
#include "tests/support/TemporaryFolder.h"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace tests {

/// When cron expressions fire in zones whose files come and go: found by walking over real minutes with the C library's
/// clock, a few days at a time. Thread: one at a time in its process.
class InstantBook {
  public:
    struct Firing {
        Second second = 0;
        Second firstLocal = 0, lastLocal = 0; ///< local times that it stands for: more than one at the end of a gap
    };
    /// In (after, to]. `zoneFile` is the content of the zone's file; empty: UTC.
    std::vector<Firing> between(const std::string& cron, const std::string& zoneFile, Second after, Second to);
    /// The first later than `after`, of the next forty days.
    std::optional<Firing> firstAfter(const std::string& cron, const std::string& zoneFile, Second after);

  private:
    using Block = int64_t; ///< two days
    const std::vector<Moment>& momentsOf(int zone, Block block);
    const std::vector<Firing>& firingsOf(const std::string& cron, int zone, Block block);
    int zoneOf(const std::string& zoneFile);

    TemporaryFolder m_folder{TemporaryFolder::Storage::Memory};
    std::map<std::string, int> m_zones; ///< content → number of its file
    std::map<std::pair<int, Block>, std::vector<Moment>> m_moments;
    std::map<std::tuple<std::string, int, Block>, std::vector<Firing>> m_firings;
    std::map<std::string, PlainCron> m_crons;
};

} // namespace tests
