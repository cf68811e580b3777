#pragma once

#include "core/base/Json.h"
#include "core/programme/Programme.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// What the schedule's rows do not say by themselves: how often somebody's half-days were changed late, and how often they
/// filled a gap, in the last 28 days.
struct StressCounts {
    int scheduleChanges = 0;
    int gapFills = 0;
};

/// What wears one faculty member out (allostatic load after B. McEwen; weights of the programme's specification).
struct AllostaticLoad {
    int person = -1;
    int weekendCalls = 0;    ///< nights that begin on Friday or Saturday, and calls of type weekend; last 28 days
    int nights = 0;          ///< other nights on call or night float; last 28 days
    int scheduleChanges = 0; ///< late changes of own half-days; last 28 days
    int gapFills = 0;        ///< half-days taken over by hand or by a fallback; last 28 days
    int holidaysWorked = 0;  ///< holidays with work or call, of the academic year so far
    double overtimeHours = 0; ///< above 60 h × FTE in each of the last four times seven days
    int crossCoverage = 0;   ///< backup nights and backup half-days; last 28 days
    double acute = 0;        ///< 4·weekend calls + 2·nights + 1.5·schedule changes + 2·gap-fills
    double chronic = 0;      ///< 5·holidays worked + 0.5·overtime hours + 1·cross-coverage
    double total = 0;        ///< acute + 1.2·chronic
    std::string state;       ///< homeostasis < 25, allostasis < 50, overload-risk < 80, overload
};

/// The state of a total.
const char* allostaticState(double total);

/// Whether burnout may spread: somebody who is overloaded leaves load to others.
struct BurnoutCascade {
    int faculty = 0;    ///< regular faculty (not adjunct) that were looked at
    int overloaded = 0; ///< of these, with a total of at least 50
    std::optional<double> share; ///< overloaded / faculty; absent without faculty
    std::string level;  ///< none, warning (> 30 %), immediate (> 50 %); empty: not known
};

struct AllostaticReport {
    base::Date from{}, to{};             ///< the 28 days, inclusive
    std::vector<AllostaticLoad> loads;   ///< every faculty member in the programme on the last day, the heaviest first
    BurnoutCascade burnout;
    std::string reason;                  ///< why there are none
};

/// The 28 days before `today`; `programme` should begin with the academic year so that all holidays are seen. `counts` by
/// the person's id; who is not in it has none.
AllostaticReport allostaticLoads(const Programme& programme, base::Date today,
                                 const std::map<std::string, StressCounts>& counts);

base::Json toDocument(const Programme& programme, const AllostaticReport& report);

} // namespace core::programme
