#pragma once

#include "core/base/Zone.h"
#include "core/programme/Programme.h"
#include "core/store/Connection.h"

#include <optional>
#include <utility>

namespace core::programme::store {

/// True when a programme has been created or imported.
bool hasProgramme(core::store::Connection& connection);

/// First and last day of the academic year that the programme holds; none without a programme.
std::optional<std::pair<base::Date, base::Date>> academicYear(core::store::Connection& connection);

/// Reads everything that touches [from, to] (inclusive) in the caller's snapshot; days outside the stored calendar are left
/// out. NotFound when there is no programme, or none of the days is in its calendar.
/// Throws SqlError like every query. Thread: that of the connection.
base::Result<Programme> readProgramme(core::store::Connection& connection, base::Date from, base::Date to);

/// The programme's time zone; UTC when there is no programme, or when this machine does not know its zone.
base::Zone programmeZone(core::store::Connection& connection);

/// The local day of the programme at `now` (UTC when there is no programme).
base::Date localToday(core::store::Connection& connection, base::Instant now);

} // namespace core::programme::store
