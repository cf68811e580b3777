#pragma once

#include "core/programme/duty/RuleLedger.h"

namespace core::programme::duty {

/// C24, R14 and R8 (VI.F.3.a, VI.F.2.c, VI.F.2.b) on merged duty periods, with the longest of them in hours.
///
/// C24, each period that touches the period looked at: above 28 h (24 + 4 for handoff) CRITICAL; above 24 h HIGH,
/// unless all that reaches beyond 24 h is handoff. R14: below 14 h of rest after a period of 24 h or more CRITICAL. R8:
/// below 8 h of rest after any other a warning; consecutive short rests are one finding. A rest belongs to the day on
/// which the duty after it begins.
///
/// No rest is: the break between the two half-days of one date (a meal). Work done from home alone neither needs nor
/// ends a rest ("will not initiate a new off-duty period").
double checkContinuousDuty(const ResidentCase& resident, RuleLedger& ledger);

} // namespace core::programme::duty
