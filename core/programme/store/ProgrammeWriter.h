#pragma once

#include "core/base/Result.h"
#include "core/programme/Founding.h"
#include "core/programme/Summary.h"
#include "core/store/Connection.h"

namespace core::programme::store {

/// Writes. They run inside the caller's transaction on the writer's connection and throw SqlError like every query.

/// Generates and writes the sample programme; `today` is the day that chooses the default academic year. Conflict when
/// there is a programme already, InvalidParams when the options are out of range.
base::Result<Stats> createSample(core::store::Connection& connection, const SampleOptions& options, base::Date today);

/// Writes a new programme into an empty database.
void writeFounding(core::store::Connection& connection, const Founding& founding);

/// Counts of everything; `present` false and zeros when there is no programme. Reads only.
base::Result<Stats> readStats(core::store::Connection& connection);

} // namespace core::programme::store
