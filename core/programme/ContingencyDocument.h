#pragma once

#include "core/base/Json.h"
#include "core/programme/Contingency.h"

namespace core::programme {

/// The report as the task's result carries it (without `timestamp` and `period`). Lists are cut so that a large programme
/// still fits: per loss 3 substitutes, 20 rejected candidates and 5 open half-days with 20 reasons each, 10 fatal pairs with
/// 10 half-days each; what is left out is counted.
base::Json toDocument(const Programme& programme, const ContingencyReport& report);

} // namespace core::programme
