#pragma once

#include "core/programme/Defense.h"
#include "core/store/Connection.h"

#include <string>
#include <vector>

namespace core::programme::store {

/// The defense in depth as it is stored. They throw SqlError like every query; the caller owns the snapshot or transaction.

/// What the programme lets happen by itself.
DefenseAutomation readAutomation(core::store::Connection& connection);
/// InvalidParams as checkAutomation says; Unsupported for fallback schedules that begin by themselves: people
/// put them in force. Thread: writer.
base::Result<void> writeAutomation(core::store::Connection& connection, const DefenseAutomation& automation,
                                   base::Instant now, const std::string& by);

/// Changes of the level and of what it calls for, newest first, at most `limit`.
std::vector<DefenseEvent> readDefenseLog(core::store::Connection& connection, int limit);

} // namespace core::programme::store
