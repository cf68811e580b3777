#pragma once

#include "core/programme/duty/RuleCheck.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace core::programme::duty {

/// 1 − violating / evaluated of one rule; people, or half-days at a place for SUP.
struct RuleScore {
    Rule rule = Rule::H80;
    std::optional<double> score; ///< 0..1; absent: nothing was evaluated
};

/// Three figures that are easily taken for each other. None is 100 when nothing was evaluated.
struct ComplianceFigures {
    /// 100 × (checks − violations) / checks over the binding rules; checks are evaluations actually made, of a person
    /// and window (or period, or rest), and for SUP of a place and half-day.
    std::optional<double> compliancePct;
    /// % of residents without an unresolved violation (CRITICAL, HIGH) that is not overridden. Residents with
    /// insufficient data count neither way, unless something was found.
    std::optional<double> residentCompliancePct;
    std::vector<RuleScore> ruleScores; ///< one a rule
    int checks = 0, failed = 0;
    int residents = 0, compliantResidents = 0;
};

/// `overridden`: keys (`keyOf`) of findings that are excused at present.
ComplianceFigures complianceOf(const Programme& programme, const RuleReport& report,
                               const std::set<std::string>& overridden = {});

/// Why a figure is absent.
inline constexpr const char* kNotEvaluated = "not evaluated";

} // namespace core::programme::duty
