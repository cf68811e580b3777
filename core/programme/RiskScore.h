#pragma once

#include "core/base/Json.h"
#include "core/programme/Defense.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// What the two summaries are made of; absent: not known, and then the summary is not known either.
struct RiskFigures {
    std::optional<double> utilization; ///< ratio of the next 7 days
    std::optional<int> criticalLosses, analysedFaculty; ///< N-1: people without a substitute, people looked at
    std::optional<int> fatalPairs, pairsChecked;        ///< N-2
    std::optional<double> cascadeProbability; ///< share of the followed losses that break somebody else, 0..1
    std::optional<int> gaps;        ///< open requirements of the next 7 days
    std::optional<int> burnoutCases; ///< regular faculty with an allostatic load of at least 50
    std::optional<double> burnoutShare; ///< of the regular faculty, 0..1
    std::optional<DefenseLevel> defense;
    std::optional<double> worstAverageHours; ///< the highest four-week average of a resident, h/week
};

/// One part of a summary.
struct RiskPart {
    std::string name;
    double weight = 0;           ///< of the colour: share of 1; of the score: the most points
    std::optional<double> value; ///< the figure itself
    std::optional<double> points; ///< of the colour: 0..4; of the score: 0..weight
    std::string text;            ///< what the figure is, for people
};

/// Composite risk: Σ weight × points. Points are the band of the figure: the highest bound that it reaches is 4, the one
/// below it 3, and so on; nothing at all is 0. Utilization .30 (80/90/95/98 %), N-1 losses .15 (3/10/25), fatal pairs .25
/// (5/15), cascade probability .15 (.10/.25/.50), gaps .10 (2/5/10), burnout cases .05 (2/5/10). Below 1 GREEN, 2 YELLOW,
/// 3 ORANGE, 3.5 RED, otherwise BLACK.
struct RiskColour {
    std::optional<double> total; ///< 0..4
    std::string colour;          ///< empty: not known
    std::vector<RiskPart> parts;
    std::string reason; ///< why it is not known
};
RiskColour riskColour(const RiskFigures& figures);

/// Dashboard score, the higher the better: utilization 30 (all at 70 %, none at 95 %), N-1 and N-2 25 (15 × share of people
/// and 10 × share of pairs that can be covered), defense 20 (a quarter less each level), burnout 15 (none at 50 % of the
/// faculty), ACGME margin 10 (all up to 70 h, none from 80 h). From 75 green, 50 yellow, 25 orange, below red.
struct DashboardScore {
    std::optional<double> total; ///< 0..100
    std::string colour;          ///< empty: not known
    std::vector<RiskPart> parts;
    std::string reason;
};
DashboardScore dashboardScore(const RiskFigures& figures);

base::Json toDocument(const RiskColour& colour);
base::Json toDocument(const DashboardScore& score);

} // namespace core::programme
