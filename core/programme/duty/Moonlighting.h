#pragma once

#include "core/programme/duty/RuleLedger.h"

namespace core::programme::duty {

/// MOON (VI.F.5), by the calendar days of logged moonlighting, clipped at midnight. By a PGY-1 resident: HIGH, one
/// finding for each run of days. By others: more than the policy's hours in any 7 days are a warning. Of a resident
/// without a level it is only said that it cannot be told. The hours count towards H80 like all others.
void checkMoonlighting(const ResidentCase& resident, RuleLedger& ledger);

} // namespace core::programme::duty
