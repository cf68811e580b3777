#pragma once

#include "core/programme/Founding.h"
#include "core/programme/sample/Draft.h"

namespace core::programme::sample {

/// The published versions that led to the draft's schedule, weekly before the year: each changes 3 to 6 % of the rows,
/// one is bad (10 %, with violations) and taken back. Independent of today.
void makeVersions(const Draft& draft, Founding& founding);

} // namespace core::programme::sample
