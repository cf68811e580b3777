#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core::programme {

enum class RotationType { Inpatient, Outpatient, Education, Conference, Lecture, Off, Absence, Recovery };

/// A kind of work, education or time off.
struct Rotation {
    std::string id;
    std::string name;
    std::string abbreviation; ///< at most 10 characters: `FMIT`, `NF`, `C`
    RotationType type = RotationType::Outpatient;
    std::string category;  ///< rotation, educational, time_off, absence
    int shedCategory = 3;  ///< 1 (patient safety) … 7 (optional education)
    bool leaveEligible = true;
    std::optional<int> maxResidents;
    std::string requiresSpecialty; ///< empty: none
    bool requiresProcedureCredential = false;
    bool supervisionRequired = false;
    int maxSupervisionRatio = 4;
    bool includesWeekendWork = false;
    bool isNight = false;   ///< one 19:00–07:00 shift per day, stored at the PM half
    double hoursAm = 4.5;   ///< clock hours of the AM half-day
    double hoursPm = 4.5;
    int startMinuteAm = 450; ///< local minutes after midnight: 07:30
    int startMinutePm = 780; ///< 13:00; 19:00 for nights
    bool isHalfBlock = false;
    bool isOffsite = false;
    bool isArchived = false;
    bool countsAsDuty = true;

    bool isInpatient() const { return type == RotationType::Inpatient; }
};

const char* toText(RotationType type);
std::optional<RotationType> rotationTypeFromText(std::string_view text);

} // namespace core::programme
