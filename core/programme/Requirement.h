#pragma once

#include "core/base/Time.h"
#include "core/programme/Half.h"

#include <optional>
#include <string>

namespace core::programme {

enum class DayClass { EveryDay, Weekday, Weekend, Holiday, ListedWeekdays, LastWednesday };

/// How many of which role a service needs in a half-day.
struct Requirement {
    std::string id;
    int rotation = -1;  ///< index into Programme::rotations
    std::string service; ///< `FMIT ward`, `OB clinic`
    DayClass dayClass = DayClass::Weekday;
    unsigned weekdays = 0; ///< bit 0 = Monday … bit 6 = Sunday, for ListedWeekdays
    Half half = Half::Am;
    int minResidents = 0;
    std::optional<int> maxPgy1;
    double minFaculty = 0;       ///< faculty half-days per slot; fractions are allowed for education
    bool facultyByUnits = false; ///< faculty = ceil(supervision units / 4) of the residents assigned
    std::string requiresSpecialty; ///< faculty must hold it; empty: none
    bool requiresProcedureCredential = false;
    int shedCategory = 3;
    std::optional<base::Date> validFrom, validTo; ///< inclusive
    std::optional<double> multiplierOverride; ///< instead of the day's operational multiplier

};

const char* toText(DayClass dayClass);
std::optional<DayClass> dayClassFromText(std::string_view text);

} // namespace core::programme
