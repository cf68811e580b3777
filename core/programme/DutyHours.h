#pragma once

#include "core/programme/Programme.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// Hours of work by residents against the 80-hour rule (ACGME Common Program Requirements VI.F.1, code H80): at most
/// 80 h a week, averaged over four weeks, with all in-house work and without leave days in numerator or denominator.
struct DutyLimits {
    double limit = 80.0;   ///< h/week, 40..100
    double watch = 70.0;   ///< h/week above which an average is worth watching
    double warning = 76.0; ///< h/week
};

/// One unbroken stretch of duty in local minutes since 1970-01-01 00:00.
struct DutyPeriod {
    int64_t start = 0;
    int64_t end = 0; ///< exclusive
    double hours() const { return double(end - start) / 60.0; }
};

/// The merged duty periods of a person in the window: assignments that count as duty, and calls 19:00–07:00, neither
/// on a blocking absence; stretches with at most 30 minutes between them are one.
std::vector<DutyPeriod> dutyPeriods(const Programme& programme, int person);
/// The same of everybody at once, by position in Programme::people.
std::vector<std::vector<DutyPeriod>> dutyPeriods(const Programme& programme);
/// Hours of duty from the midnight that begins `from` to the one that begins `before`.
double hoursBetween(const std::vector<DutyPeriod>& periods, base::Date from, base::Date before);

/// How far an average is from the limit.
enum class HoursLevel { Fine, Watch, Warning, Violation };
/// `fine`, `watch`, `warning`, `violation`.
const char* toText(HoursLevel level);

/// What one resident's hours come to.
struct ResidentHours {
    int person = -1;
    std::optional<double> worstAverage;  ///< h/week, the highest 4-week average; absent: insufficient data
    std::optional<double> overallAverage; ///< h/week over the whole period; absent: insufficient data
    double worstWeek = 0;                ///< h in the heaviest 7 days
    HoursLevel level = HoursLevel::Fine;
    int checks = 0;                      ///< windows and rotation segments evaluated
    int failed = 0;                      ///< of these, above the limit
};

/// A maximal run of windows above the limit, or one rotation above it.
struct HoursViolation {
    int person = -1;
    std::string basis;    ///< `rolling` (28 days) or `rotation` (one rotation, at most 28 days)
    std::string severity; ///< HIGH up to 88 h, CRITICAL beyond
    base::Date firstWindowStart{};
    base::Date worstWindowStart{}, worstWindowEnd{}; ///< inclusive
    double worstAverage = 0; ///< h/week
    int windows = 0;
};

struct DutyHoursReport {
    std::vector<ResidentHours> residents;
    std::vector<HoursViolation> violations;
    int checks = 0;
    int failed = 0;
    /// 100 × (checks − failed) / checks; absent when nothing could be evaluated.
    std::optional<double> compliancePercent() const;
};

/// Evaluates every resident over windows that end in [from, to]. A window that reaches back before the data (or before
/// the resident came) is evaluated over the days since then; below 7 exposed days it is not evaluated. Each rotation
/// of at least 7 exposed days is evaluated with its own divisor as well, so that a light one cannot dilute a heavy one.
DutyHoursReport checkDutyHours(const Programme& programme, base::Date from, base::Date to,
                               const DutyLimits& limits = {});

} // namespace core::programme
