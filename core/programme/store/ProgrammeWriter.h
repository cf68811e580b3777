#pragma once

#include "core/programme/Summary.h"
#include "core/store/Connection.h"

namespace core::programme::store {

/// Generates the sample programme and stores it, in the caller's transaction. Conflict when a programme is there;
/// InvalidParams for sizes or a start that cannot be. `today`: local day, chooses the academic year. Thread: writer.
base::Result<Stats> createSample(core::store::Connection& db, const SampleOptions& options, base::Date today);

/// Counts and calibration; `present` is false when there is no programme. Thread: that of the connection.
base::Result<Stats> readStats(core::store::Connection& db);

} // namespace core::programme::store
