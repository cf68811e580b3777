#pragma once

#include "core/programme/fallback/Generator.h"

#include <string>
#include <vector>

namespace tests {

/// What a fallback schedule breaks of domain rules 3.6 with 1.5–1.8, 2.2 and 3.5; empty: nothing. Written from the rules
/// alone: it shares no line with the generator, and takes of it only the schedule (`planned`) and who is lost.
std::vector<std::string> faultsOf(const core::programme::Programme& published,
                                  const core::programme::fallback::Plan& plan);

/// A whole programme cut to some of its days, as it is read for a task.
core::programme::Programme cutTo(const core::programme::Programme& programme, core::base::Date from,
                                 core::base::Date to);

} // namespace tests
