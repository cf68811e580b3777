#pragma once

#include "core/base/Result.h"
#include "core/programme/Founding.h"
#include "core/programme/Summary.h"

namespace core::programme::sample {

/// The academic year that the options ask for; `today` chooses the year when they do not. The same options and year
/// give the same rows. InvalidParams when the start is not a 1 July, or a size is out of range (residents 6–300,
/// faculty 4–200).
base::Result<Founding> generateSample(const SampleOptions& options, base::Date today);

} // namespace core::programme::sample
