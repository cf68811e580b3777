#pragma once

#include "core/metrics/MetricRegistry.h"
#include "core/store/Connection.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace core::programme::store {

/// Changes whenever something that the gauges tell of was stored. Reads a handful of index ends.
std::string readGaugeMark(core::store::Connection& connection);

/// The figures of resilience and of the duty rules as of the latest stored results, by family name: gauges of the latest
/// health check, state of load shedding, scores of the latest metrics, and counts of what was ever recorded. What is not
/// known has no sample. Reads only, throws SqlError like every query. Thread: that of the connection.
std::map<std::string, std::vector<metrics::MetricSample>> readResilienceGauges(core::store::Connection& connection);

} // namespace core::programme::store
