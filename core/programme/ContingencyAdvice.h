#pragma once

#include "core/programme/Contingency.h"

#include <string>
#include <vector>

namespace core::programme {

/// The four leading indicators of a phase transition, each with the worst bound that it passes: utilization > .85, .90,
/// .95; edits in 7 days > 10, 20; critical N-1 losses ≥ 1, 3; fatal pairs ≥ 1, 5. What is not known is left out.
std::vector<LeadingIndicator> leadingIndicators(const ContingencyReport& report, const ContingencySignals& signals);

/// By the number of indicators that warn: ≥ 3 critical, 2 high, 1 medium, 0 low.
std::string phaseRisk(const std::vector<LeadingIndicator>& indicators);

/// What to do about the findings, the most urgent first, at most twelve; it names people, services and dates.
std::vector<std::string> recommend(const Programme& programme, const ContingencyReport& report);

/// Why somebody may step in and how often, and what else kept them from it:
/// `qualified and free on 12 of 15; at most 58.5 h and 11 half-days in a week; otherwise: 3 absent`.
std::string whyAllowed(const Candidate& candidate, int affected);
/// Why somebody may not: `9 absent, 6 at the weekly cap of half-days`.
std::string whyRejected(const Candidate& candidate);

} // namespace core::programme
