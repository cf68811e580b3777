#pragma once

#include "core/programme/Crisis.h"
#include "core/programme/Defense.h"
#include "core/programme/Programme.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace core::programme {

/// The sacrifice hierarchy. Categories, protected first: 1 patient safety, 2 ACGME requirements, 3 continuity of care,
/// 4 core education, 5 research, 6 administration, 7 optional education. Levels: 0 NORMAL sheds nothing, 1 YELLOW 7,
/// 2 ORANGE 5–7, 3 RED 4–7, 4 BLACK 3–7, 5 CRITICAL 2–7.
inline constexpr int kHighestShedLevel = 5;
/// Level 5 would violate accreditation: nothing goes there by itself.
inline constexpr int kHighestAutomaticShedLevel = 4;
/// A suspended activity should come back within this many days.
inline constexpr int kDeferralLimitDays = 30;
/// The clinic sessions with own patients, which no requirement names, are continuity of care.
inline constexpr int kOwnClinicCategory = 3;
inline constexpr const char* kOwnClinicName = "Own clinic sessions";

/// `NORMAL`, `YELLOW`, `ORANGE`, `RED`, `BLACK`, `CRITICAL` for 0..5.
const char* shedLevelName(int level);
/// `patient safety` … `optional education` for 1..7.
const char* shedCategoryName(int category);
/// What a level (0..5) sheds.
std::set<int> shedCategoriesAt(int level);

/// The programme's activities in `categories`, most dispensable first, with their weight in a normal week (not that of
/// the window, which may hold a holiday): faculty commitments by name, and services by their requirements.
std::vector<ShedActivity> activitiesIn(const Programme& programme, const std::set<int>& categories);

/// The level that load asks for, and what stays uncovered even then.
struct ShedAdvice {
    int level = 0;
    double uncovered = 0; ///< half-days, ≥ 0
};

/// `requiredByCategory[c]` are the half-days required of category c (1..7; index 0 is ignored). 0 when the capacity
/// suffices; otherwise the smallest level whose remaining requirement fits, at most `kHighestAutomaticShedLevel`.
ShedAdvice adviseShedding(double capacity, const std::vector<double>& requiredByCategory);

/// How load shedding stands when a check looks at it.
struct ShedStanding {
    int inForce = 0;            ///< level
    bool byItself = false;      ///< the level in force was not a person's decision
    bool crisis = false;        ///< a crisis is active: then a person decides
    int previousAdvice = 0;     ///< the level that the check before advised
};

/// The highest level that load is shed to without a person's decision: that of the colour below the escalation threshold
/// (CONTAINMENT, red: level 2 ORANGE). 0 when nothing is shed by itself.
int highestLevelByItself(const DefenseAutomation& automation);

/// The level after a check. Raised at once when the week asks for more than there is; what was raised by itself is lowered
/// after two consecutive checks that ask for less; a person's decision and a crisis are left alone.
int shedLevelByItself(const ShedAdvice& advice, const ShedStanding& standing, const DefenseAutomation& automation);

/// A step of the way back.
struct RecoveryStep {
    int order = 0; ///< from 1
    ShedActivity activity;
    int suspendedDays = 0; ///< whole local days since the suspension
    bool pastLimit = false; ///< longer than kDeferralLimitDays
};

/// Brings the shed activities back in reverse order: category 3 first, 7 last; within one the heavier first (all were
/// suspended by one decision, so the deferral is equally old).
std::vector<RecoveryStep> planRecovery(const std::vector<ShedActivity>& suspended, int suspendedDays);

} // namespace core::programme
