#pragma once

#include "core/base/Json.h"
#include "core/programme/Programme.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// How many holders of one skill a programme needs so that one is there at once when the skill is asked for.
struct SpecialistCoverage {
    std::string skill;                 ///< a specialty, or `procedure credential`
    std::vector<std::string> services; ///< that ask for it in the period, by name
    double demand = 0;   ///< faculty half-days of the period that ask for the skill (nights left out)
    int openHalfDays = 0; ///< half-days of the period on which the programme is open (weekday, multiplier above 0)
    int qualified = 0;   ///< regular faculty (not adjunct) in the programme on the first day who hold it
    std::optional<double> meanPresent; ///< of these, present in an open half-day on average
    std::optional<double> erlangs;     ///< offered load: demand / openHalfDays
    std::optional<double> immediate;   ///< 1 − Erlang C with `qualified` servers, 0..1
    std::optional<int> needed;         ///< the fewest with at least 95 % immediate, at most 20
    std::optional<int> missing;        ///< max(0, needed − qualified)
    std::string reason;                ///< why something is absent
};

/// Every skill that a requirement of [from, to] asks of faculty, by name. Service time is one half-day, so that the
/// offered load is the mean number of holders at work at once. A. K. Erlang's delay formula assumes that requests come
/// by chance; scheduled ones come more evenly, so the answer errs on the safe side.
std::vector<SpecialistCoverage> specialistCoverage(const Programme& programme, base::Date from, base::Date to);

base::Json toDocument(const SpecialistCoverage& skill);

} // namespace core::programme
