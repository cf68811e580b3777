#pragma once

#include "core/programme/duty/RuleLedger.h"

namespace core::programme::duty {

/// Q3 (VI.F.7): in each whole window of 28 days that ends in the period and holds an in-house call, of which at least
/// 7 days are not leave, at most ⌊(28 − leave days) / 3⌋ of them. In-house calls are overnight and weekend calls that
/// were not missed; at-home call and night float are none. Returns the in-house calls of the period.
int checkCallFrequency(const ResidentCase& resident, RuleLedger& ledger);

} // namespace core::programme::duty
