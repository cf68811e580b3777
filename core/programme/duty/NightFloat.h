#pragma once

#include "core/programme/duty/RuleLedger.h"

namespace core::programme::duty {

/// NF, the programme's own policy on nights of night float (not calls). More than so many nights in a row are noted
/// (LOW: the ACGME's limit of six was retired in 2017). The calendar day on which the last night of a run ends is for
/// recovery: other duty that begins on it is a warning; handoff and work from home are not looked at. Runs that touch
/// the period are judged; returns the nights of the longest.
int checkNightFloat(const ResidentCase& resident, RuleLedger& ledger);

} // namespace core::programme::duty
