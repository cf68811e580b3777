#pragma once

#include "core/base/Json.h"
#include "core/programme/Contingency.h"
#include "core/programme/fallback/Scenario.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace core::programme::fallback {

/// Somebody cannot work on the days [from, to].
struct Removal {
    int person = -1;
    base::Date from{}, to{};
    bool operator==(const Removal&) const = default;
};

/// Whether the house is staffed as always or as on a federal holiday.
enum class Crew { Usual, Holiday };

/// Who is away in a scenario.
struct Loss {
    std::vector<Removal> removals;           ///< by the person's id, then by day
    std::vector<std::string> cancelledLeave; ///< ids of absences, ascending
    Crew crew = Crew::Usual;
    base::Json assumptions; ///< the same for people and for the record: {lost [{id, name, from, to}], …}
};

/// What losses are chosen by.
struct Vulnerable {
    std::vector<int> byCriticality;   ///< faculty who serve, the most critical first
    std::vector<int64_t> criticality; ///< by person, in billionths; 0 for whoever does not serve
    std::optional<std::pair<int, int>> worstPair; ///< the fatal pair that hurts most
};
Vulnerable vulnerableOf(const Programme& programme, const ContingencyReport& report);

/// The loss model of the scenario over the days [from, to] of the programme. Deterministic; the order of the people changes
/// nothing. Those who are lost are lost for the whole period, but for weather.
/// - Single: the highest criticality. Double: the worst fatal pair, otherwise the two highest.
/// - PCS season: faculty who leave in the period (their last day, or an absence of a type that begins with `pcs`), then the
///   lowest FTE (equals by id), until at most half of the faculty's capacity is left.
/// - Pandemic: three in ten of the faculty and of the residents who are in the programme, rounded, drawn by a hash of
///   id and first day.
/// - Mass casualty: nobody; vacation, conference and training are cancelled.
/// - Weather: who works on an off-site rotation, on that day and the two after it; adjuncts, who come from outside, always.
Loss lossIn(Scenario scenario, const Programme& programme, const Vulnerable& vulnerable, base::Date from, base::Date to);

} // namespace core::programme::fallback
