#pragma once

#include "core/programme/ExtraWork.h"
#include "core/programme/Half.h"
#include "core/programme/Programme.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme::duty {

/// The rules, in the order of the ACGME Common Program Requirements (VI.F, 2023) and then the programme's own.
enum class Rule {
    H80,   ///< at most 80 h a week, averaged over four weeks
    D1In7, ///< one day in seven free, averaged over four weeks
    C24,   ///< at most 24 h of continuous duty, and 4 h for transitions
    R14,   ///< 14 h free after 24 h of duty
    R8,    ///< 8 h should be free between scheduled periods
    Q3,    ///< in-house call at most every third night, averaged over four weeks
    Moon,  ///< no moonlighting by PGY-1; for others a weekly limit of the programme
    Sup,   ///< enough attendings where residents see patients (programme policy)
    Wday,  ///< days worked in a row (programme policy)
    Nf     ///< nights in a row and the day of recovery after them (programme policy)
};
inline constexpr size_t kRules = 10;

/// `H80`, `D1IN7`, `C24`, `R14`, `R8`, `Q3`, `MOON`, `SUP`, `WDAY`, `NF`; and back, exactly as written.
const char* toText(Rule rule);
std::optional<Rule> ruleFromText(std::string_view text);
/// False where the worst that is ever found is a warning: R8, NF.
bool isBinding(Rule rule);

/// Low: information. Medium: warning. High and Critical: the rule is violated.
enum class Severity { Low, Medium, High, Critical };

/// `LOW`, `MEDIUM`, `HIGH`, `CRITICAL`; and back, exactly as written.
const char* toText(Severity severity);
std::optional<Severity> severityFromText(std::string_view text);
inline bool isViolation(Severity severity) {
    return severity >= Severity::High;
}

/// One calendar day (or half-day) of what a finding was worked out from.
struct WorkedDay {
    base::Date date{};
    std::optional<double> hours;    ///< of duty between 00:00 and 24:00; absent: the finding is not about hours
    std::string mark;               ///< `leave`, `free`, `at-home call`; SUP: `AM`, `PM`; or empty
    std::vector<std::string> lines; ///< `07:00–13:00 FMIT`, `Ada Core (AT)`
};

/// Where and in which half of a day residents were supervised.
struct Place {
    Half half = Half::Am;
    int rotation = -1; ///< index into Programme::rotations
};

/// Something that a rule objects to. A maximal run of consecutive windows is one finding. Days are local and inclusive.
struct Finding {
    Rule rule = Rule::H80;
    /// Which form of the rule: H80 `rolling`, `rotation`, `week`; D1IN7 `calendar`, `continuous24`; Q3 `rolling`;
    /// C24, R14, R8 `period`; MOON `pgy1`, `week`; SUP the rotation's abbreviation; WDAY `streak`; NF `streak`,
    /// `recovery`.
    std::string basis;
    Severity severity = Severity::Medium;
    int person = -1;                     ///< index into Programme::people; -1: about a place
    std::optional<Place> place;          ///< SUP only
    base::Date firstStart{}, firstEnd{}; ///< the first window
    base::Date worstStart{}, worstEnd{}; ///< the worst window, the first of several
    base::Date lastEnd{};                ///< of the last window
    int windows = 1;                     ///< that violate, or of whatever was counted
    double value = 0, limit = 0;         ///< of the worst window: h/week, h, days, calls or attendings
    std::optional<LocalMinute> at;       ///< C24: when the limit was passed; R14, R8: when duty began too early
    /// What tells it from other findings of its rule, basis and person; the same as long as the same thing is found.
    std::string anchor;
    std::string message;
    std::string suggestedFix;
    std::vector<WorkedDay> worked; ///< the worst window, day by day
};

/// `rule|person id|anchor|basis`: the natural key of the record.
std::string keyOf(const Programme& programme, const Finding& finding);

} // namespace core::programme::duty
