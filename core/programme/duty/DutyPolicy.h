#pragma once

#include "core/base/Json.h"
#include "core/task/ParameterSchema.h"

namespace core::programme::duty {

/// What a day off is. ACGME: one continuous 24-hour period free of all clinical work, education and at-home call.
enum class DayOffMode {
    Calendar,    ///< no duty between 00:00 and 24:00, so that a call ending at 07:00 spoils the day (the stricter one)
    Continuous24 ///< any 24 hours without a break
};

/// `calendar`, `continuous24`.
const char* toText(DayOffMode mode);

/// The limits that the rules are checked against: those of the ACGME Common Program Requirements (VI.F, 2023) and the
/// programme's own. Ranges are those of `dutyPolicySchema`.
struct DutyPolicy {
    double h80Limit = 80;      ///< h/week averaged over four weeks; a review committee may grant up to 88
    double h80Warning = 76;    ///< h/week
    double h80Watch = 70;      ///< h/week
    double nearYellow = 75;    ///< h/week: close to the limit
    double nearOrange = 78;    ///< h/week: very close to it; red is the limit itself
    double weekWatch = 72;     ///< h in any 7 days
    double weekAttention = 80; ///< h in any 7 days; not itself a violation
    DayOffMode dayOffMode = DayOffMode::Calendar;
    int consecutiveDays = 6;              ///< days worked in a row without a word
    int longestStreak = 13;               ///< days worked in a row; more is a violation of the programme's policy
    double continuousHours = 24;          ///< h of duty without a break
    double handoffHours = 4;              ///< h that may follow for transitions, without new patients
    double restAfterContinuousHours = 14; ///< h free after `continuousHours` of duty
    double restHours = 8;                 ///< h that should be free between scheduled periods
    int callEveryNights = 3;              ///< in-house call no more often than every so many nights
    int nightFloatNights = 6;             ///< nights in a row
    double moonlightingWeekHours = 20;    ///< h in any 7 days
    int mergeGapMinutes = 30;             ///< stretches no farther apart are one duty period
    int pgy1PerFaculty = 2;               ///< PGY-1 residents that one attending supervises
    int seniorsPerFaculty = 4;            ///< residents from PGY-2 on that one attending supervises

    bool operator==(const DutyPolicy&) const = default;
};

/// The settings by name with kind, range, unit and meaning; all optional, so that it describes a change as well.
task::ParameterSchema dutyPolicySchema();

/// `policy` with the values that `changes` names (an object) replaced. InvalidParams with one field error for each
/// value out of its range or of the wrong kind, for each unknown name, and for limits in the wrong order
/// (watch ≤ warning ≤ limit, yellow ≤ orange ≤ limit, week watch ≤ week attention, days in a row ≤ longest streak).
base::Result<DutyPolicy> changedPolicy(const DutyPolicy& policy, const base::Json& changes);

/// Every setting under its name.
base::Json toDocument(const DutyPolicy& policy);

/// The limits in force and who set them.
struct PolicyInForce {
    DutyPolicy policy;
    int64_t version = 0;   ///< 0: nobody has changed anything yet
    std::string updatedBy; ///< empty as long as that is so
    std::string updatedAt; ///< ISO-8601 UTC
};

base::Json toDocument(const PolicyInForce& policy);

} // namespace core::programme::duty
