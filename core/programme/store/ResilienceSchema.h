#pragma once

#include "core/store/Database.h"

#include <vector>

namespace core::programme::store {

/// Step 2 of the room `programme`: what the resilience and metrics tasks find out, and the crisis in force.
/// Every time in these tables is ISO-8601 UTC text with whole seconds, so that text order is time order.
std::vector<core::store::Migration> resilienceMigrations();

} // namespace core::programme::store
