#pragma once

#include "core/base/Result.h"
#include "core/programme/fallback/Activation.h"
#include "core/programme/fallback/FallbackCard.h"
#include "core/store/Connection.h"

#include <string>
#include <vector>

namespace core::programme::store {

/// Reads of the fallback schedules. They throw SqlError like every query; the caller owns the snapshot. Thread: that of the
/// connection.

/// The present generation of every scenario in the order of `kScenarios`, and older ones that are still in force.
std::vector<fallback::FallbackCard> readFallbacks(core::store::Connection& connection, base::Instant now);
/// Those in force, in the order of their scenarios.
std::vector<fallback::FallbackCard> readActiveFallbacks(core::store::Connection& connection, base::Instant now);
/// NotFound for an unknown id. A scenario's key is its present generation.
base::Result<fallback::FallbackCard> readFallback(core::store::Connection& connection, const std::string& id,
                                                  base::Instant now);
/// The same with its days.
base::Result<fallback::FallbackDetail> readFallbackDetail(core::store::Connection& connection, const std::string& id,
                                                          base::Instant now);
int countActiveFallbacks(core::store::Connection& connection);

/// What the choice of a fallback schedule goes by; `emergency` is the caller's to say. Without a programme nothing is lost.
fallback::Situation readSituation(core::store::Connection& connection, base::Instant now);

/// A generation on record that a new one may push out.
struct KeptGeneration {
    std::string id;
    fallback::Scenario scenario{};
    int64_t generation = 0;
    bool superseded = false, active = false;
};
/// All of them, newest first by scenario.
std::vector<KeptGeneration> readGenerations(core::store::Connection& connection);

} // namespace core::programme::store
