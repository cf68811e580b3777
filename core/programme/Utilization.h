#pragma once

#include "core/programme/Programme.h"

#include <array>
#include <vector>

namespace core::programme {

class Presence;

/// Units of supervision that one attending carries.
inline constexpr int kUnitsPerAttending = 4;
/// For so many days a newcomer learns the house.
inline constexpr int kOnboardingDays = 21;

/// The load of one day or of a sum of days, in faculty half-days. Demand includes the operational multiplier.
struct DayLoad {
    double capacity = 0;        ///< Σ over faculty of their availability
    double clinicalDemand = 0;  ///< minimum faculty of the services, supervision, own clinics
    double protectedDemand = 0; ///< administration, research, optional education
    double suspended = 0;       ///< what the shed level in force takes off these two
    double required = 0;        ///< clinicalDemand + protectedDemand − suspended
    double essential = 0;       ///< the part of `required` in the categories 1–4
    std::array<double, 8> byCategory{}; ///< demand by shed category 1..7, before shedding

    DayLoad& operator+=(const DayLoad& other);
};

/// ρ = required / capacity; without any capacity 1 if something is required, otherwise 0.
double utilization(double required, double capacity);
inline double utilization(const DayLoad& load) {
    return utilization(load.required, load.capacity);
}

/// The one definition of capacity and demand, for health, forecast, crisis preview and the calibration of samples.
///
/// Availability of a faculty member in a half-day: weekday FTE (adjunct: 2 half-days a week spread over ten); 1 in
/// every half-day of an FMIT week, weekends and holidays included; other weekend half-days 0; × the day's operational
/// multiplier; × 0.5 in the first 21 days of someone who joined within the year; 0 on a day off (DO), on the Friday
/// after FMIT, and when absent (anticipated absences count half). Demand: per requirement of the day `minFaculty`, plus
/// ceil(units / 4) where supervision follows the residents who are there (PGY-1 two units, others one; whoever may be
/// away counts); own clinic sessions × FTE of those who are present, a fifth of the week each weekday; commitments
/// likewise, whoever is away. A day for which nothing is scheduled yet counts the planned minimum of residents at one
/// unit each.
///
/// On a weekend or holiday the FMIT attending alone is both capacity and demand, so the ratio of such a day is 1 by
/// construction: judge levels on seven days (`weekLoad`), not on single ones.
DayLoad dayLoad(const Programme& programme, base::Date date);

/// The sum of the days of [from, to] that the programme holds.
DayLoad loadBetween(const Programme& programme, base::Date from, base::Date to);

/// The seven days from `from`, or as many of them as the programme holds.
DayLoad weekLoad(const Programme& programme, base::Date from);

/// Capacity of one day in half-days; `perPerson` gets each person's share by index (0 for residents).
double capacityOn(const Programme& programme, base::Date date, std::vector<double>* perPerson = nullptr);

/// In the first 21 days of somebody who joined within the academic year, or who is marked as onboarding. On its first day
/// everybody begins of whom it is not known when they came, so that alone is no joining.
bool isOnboarding(const Programme& programme, const Person& person, base::Date date);

/// True if the requirement speaks of this day: its day class and validity. The multiplier may still be 0.
bool appliesOn(const Requirement& requirement, const Day& day);

/// What the demand of `requirement` is multiplied with on `day`: its own override, otherwise the day's.
double demandMultiplier(const Requirement& requirement, const Day& day);

/// Faculty half-days that `requirement` needs on `date` before multiplier and shedding: minFaculty plus, by units, the
/// supervision of the residents who are assigned and present.
double facultyNeeded(const Programme& programme, const Requirement& requirement, base::Date date);

/// The same for a day by its position in Programme::days, where the caller has the table of who is there. Whoever may be
/// away (an anticipated absence) is not there.
double facultyNeeded(const Programme& programme, const Presence& presence, const Requirement& requirement, int day);

/// Supervision units of a resident: PGY-1 (or of unknown level) two, others one; of four per attending.
int supervisionUnits(const Person& resident);

/// Regular own clinic sessions of a role, half-days a week, beyond those that a coverage requirement names.
double ownClinicSessions(FacultyRole role);

} // namespace core::programme
