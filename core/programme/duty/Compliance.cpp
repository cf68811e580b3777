#include "core/programme/duty/Compliance.h"

namespace core::programme::duty {

namespace {

std::set<int> peopleWithViolations(const Programme& programme, const RuleReport& report,
                                   const std::set<std::string>& overridden) {
    std::set<int> people;
    for (const Finding& finding : report.findings)
        if (finding.person >= 0 && isViolation(finding.severity) && !overridden.contains(keyOf(programme, finding)))
            people.insert(finding.person);
    return people;
}

} // namespace

ComplianceFigures complianceOf(const Programme& programme, const RuleReport& report,
                               const std::set<std::string>& overridden) {
    ComplianceFigures figures;
    for (const RuleTally& tally : report.tallies) {
        RuleScore score{tally.rule, std::nullopt};
        if (tally.evaluated > 0)
            score.score = 1.0 - double(tally.violating) / tally.evaluated;
        figures.ruleScores.push_back(score);
        if (!isBinding(tally.rule))
            continue;
        figures.checks += tally.checks;
        figures.failed += tally.failed;
    }
    if (figures.checks > 0)
        figures.compliancePct = 100.0 * (figures.checks - figures.failed) / figures.checks;
    const std::set<int> violating = peopleWithViolations(programme, report, overridden);
    for (const ResidentFigures& resident : report.residents) {
        const bool bad = violating.contains(resident.person);
        if (!bad && !resident.hours.worstAverage)
            continue;
        ++figures.residents;
        figures.compliantResidents += bad ? 0 : 1;
    }
    if (figures.residents > 0)
        figures.residentCompliancePct = 100.0 * figures.compliantResidents / figures.residents;
    return figures;
}

} // namespace core::programme::duty
