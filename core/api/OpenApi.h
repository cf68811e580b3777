#pragma once

#include "core/api/Route.h"

namespace core::api {

/// The OpenAPI 3.1 description of a route table.
base::Json describe(const std::vector<Route>& routes, const std::string& version);

} // namespace core::api
