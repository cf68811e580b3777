#pragma once

#include "core/base/Json.h"
#include "core/programme/Contingency.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace core::programme {

/// The four leading indicators of a phase transition, each with the worst bound that it passes: utilization > .85, .90,
/// .95; edits in 7 days > 10, 20; critical N-1 losses ≥ 1, 3; fatal pairs ≥ 1, 5.
std::vector<LeadingIndicator> leadingIndicators(const ContingencyReport& report, const ContingencySignals& signals);

/// By the number of indicators that warn: ≥ 3 critical, 2 high, 1 medium, 0 low.
std::string phaseRisk(const std::vector<LeadingIndicator>& indicators);

/// What to do about the findings, the most urgent first; it names people and services.
std::vector<std::string> recommend(const Programme& programme, const ContingencyReport& report);

/// The report as the task's result carries it (without `timestamp` and `period`).
base::Json toDocument(const Programme& programme, const ContingencyReport& report);

} // namespace core::programme
