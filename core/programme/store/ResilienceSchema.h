#pragma once

#include "core/store/Database.h"

#include <vector>

namespace core::programme::store {

/// Steps of the room `programme`: what the resilience and metrics tasks find out, and the crisis in force (2); changes of
/// the defense level, its automation, whom to tell and what they were told (3).
/// Every time in these tables is ISO-8601 UTC text with whole seconds, so that text order is time order.
std::vector<core::store::Migration> resilienceMigrations();

} // namespace core::programme::store
