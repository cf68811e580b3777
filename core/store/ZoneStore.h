#pragma once

#include "core/store/Connection.h"

#include <string>
#include <vector>

namespace core::store {

/// The rules of a time zone by which the next instants of its schedules were found: what the file of the tz database
/// said, kept so that other rules of a later database are noticed, and what was found by the old ones is known.
struct ZoneRow {
    std::string zone;
    std::string version; ///< of the database
    std::string content; ///< of the file
    bool operator==(const ZoneRow&) const = default;
};

/// The step of the schema that makes room for them.
const char* zoneSchema();

/// Rows that do not match their checksum are left out.
std::vector<ZoneRow> readZones(Connection& db);
/// Makes them all that there are. Thread: writer.
void replaceZones(Connection& db, const std::vector<ZoneRow>& zones);

} // namespace core::store
