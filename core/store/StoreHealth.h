#pragma once

#include "core/base/Time.h"

#include <cstdint>
#include <string>

namespace core::store {

/// Whether the database can be written.
enum class StoreState {
    Ok,
    DiskFull, ///< no space: the ballast is freed, what runs is finished, nothing new is taken in
    Failing,  ///< the disk, the file's rights or another program is in the way
    Clogged   ///< somebody reads and does not end, so that the write-ahead log grows without bound
};

/// `ok`, `disk_full`, `failing`, `clogged`.
const char* toText(StoreState state);

/// How the database is, for people and for the health view.
struct StoreHealth {
    StoreState state = StoreState::Ok;
    base::Instant since{};     ///< of the trouble; meaningless while Ok
    std::string message;       ///< what is wrong, with the file's name
    std::string remedy;        ///< what to do about it
    uint64_t waiting = 0;      ///< endings that are kept in memory until the disk takes them
    int64_t walBytes = 0;      ///< size of the write-ahead log
    bool walLarge = false;     ///< larger than 64 MiB: the alarm
    bool ok() const { return state == StoreState::Ok; }
};

} // namespace core::store
