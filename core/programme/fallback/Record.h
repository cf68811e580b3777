#pragma once

#include "core/programme/fallback/FallbackCard.h"
#include "core/programme/fallback/Generator.h"

#include <map>

namespace core::programme::fallback {

/// A plan as the tables keep it.

/// What each person takes over, by id: rows [days since 1970, half, rotation or null, service, replaced or null].
std::map<std::string, base::Json> takeoversRecord(const Programme& published, const Plan& plan);
/// Back, without the person; rows that make no sense are left out.
std::vector<FallbackDuty> dutiesOfRecord(const base::Json& record);

/// What stays short: {reasons, services: [[name, category]], rows: [[days since 1970, half, service, role, missing, reason]]}
/// where services and reasons are named by position: there may be thousands of rows.
base::Json gapsRecord(const Programme& published, const Plan& plan);
/// Back; rows that make no sense are left out.
std::vector<FallbackGap> gapsOfRecord(const base::Json& record);

/// What stays short by service, half and role, the most first, at most so many:
/// [{service, role, half, half_days, missing, first, reason}] with the reason of the first.
base::Json gapSummary(const Programme& published, const Plan& plan, size_t most);

} // namespace core::programme::fallback
