#pragma once

#include "core/programme/duty/Compliance.h"
#include "core/programme/duty/RuleCheck.h"
#include "tests/unit/calc_builder.h"

#include <string>
#include <vector>

namespace tests {

/// The rules over all days of what a builder has.
inline core::programme::duty::RuleReport checked(const ProgrammeBuilder& builder,
                                                 const core::programme::duty::DutyPolicy& policy = {}) {
    const core::programme::Programme programme = builder.build();
    return core::programme::duty::checkRules(programme, programme.first(), programme.last(), policy);
}

/// The findings of a rule, of any or one basis.
inline std::vector<core::programme::duty::Finding> findingsOf(const core::programme::duty::RuleReport& report,
                                                              core::programme::duty::Rule rule,
                                                              const std::string& basis = {}) {
    std::vector<core::programme::duty::Finding> found;
    for (const auto& finding : report.findings)
        if (finding.rule == rule && (basis.empty() || finding.basis == basis))
            found.push_back(finding);
    return found;
}

/// Four weeks from a Monday, 12 of 14 half-days a week on a ward with six-hour half-days; Sundays free.
inline ProgrammeBuilder fourWardWeeks(int& resident, int weeks = 4) {
    ProgrammeBuilder builder("2026-11-02", 7 * weeks);
    resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 7 * weeks; ++day)
        if (day % 7 != 6)
            builder.wholeDay(resident, day, ward);
    return builder;
}

} // namespace tests
