#pragma once

#include "core/api/Route.h"
#include "core/engine/Services.h"

namespace core::api {

/// What a request for one task may say.
task::ParameterSchema submissionSchema();
/// The request, from a body that fits the schema.
base::Result<engine::Submission> submissionOf(const base::Json& body);

} // namespace core::api
