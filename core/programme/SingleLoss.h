#pragma once

#include "core/programme/Contingency.h"
#include "core/programme/Staffing.h"

namespace core::programme {

/// The loss of one faculty member; see Vulnerability.
Vulnerability lossOf(const Staffing& staffing, int person);

} // namespace core::programme
