#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

namespace tests {

/// Whole seconds since the epoch.
using Second = int64_t;

/// A clock on the wall of a zone, as the C library shows it: it knows nothing of our own readers of time zones.
/// It is the process' zone for the life of the object. Thread: one at a time in its process.
class WallClock {
  public:
    /// A name of the system's tz database, or the path of a file.
    explicit WallClock(const std::string& zone);
    ~WallClock();
    WallClock(const WallClock&) = delete;
    WallClock& operator=(const WallClock&) = delete;

    std::tm at(Second second) const;
    Second offset(Second second) const { return at(second).tm_gmtoff; }

    /// The first instants of every new offset in (from, to]. Offsets that last less than six hours are not seen.
    std::vector<Second> changes(Second from, Second to) const;

  private:
    Second firstOther(Second with, Second without, Second old) const;
};

/// Every zone of the system's tz database, in order of their names.
std::vector<std::string> allZones();

} // namespace tests
