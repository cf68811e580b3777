#pragma once

#include "core/base/Time.h"
#include "core/programme/ExtraWork.h"
#include "core/programme/Half.h"
#include "core/programme/Person.h"
#include "core/programme/Requirement.h"
#include "core/programme/Rotation.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme {

/// One calendar day of the programme.
struct Day {
    base::Date date{};
    int blockNumber = 0; ///< 0..13
    bool weekend = false;
    bool holiday = false;
    std::string holidayName;
    std::string dayType = "NORMAL"; ///< NORMAL, FEDERAL_HOLIDAY, TRAINING_HOLIDAY, MINIMAL_MANNING, …
    double multiplier = 1.0;        ///< operational: 1.0, 0.25, 0
};

enum class AssignmentRole { Primary, Supervising, Backup };

/// One person in one half-day. Unique per (date, half, person).
struct Assignment {
    base::Date date{};
    Half half = Half::Am;
    int person = -1;   ///< index into Programme::people
    int rotation = -1; ///< index into Programme::rotations; -1: assignment without a template
    AssignmentRole role = AssignmentRole::Primary;
    std::string activity; ///< override code such as AT, PCAT, DO; empty: the rotation's own
};

enum class CallType { Overnight, Weekend, Backup };

/// 19:00–07:00 on the night that begins on `date`.
struct Call {
    base::Date date{};
    int person = -1;
    CallType type = CallType::Overnight;
};

enum class AbsenceStatus { Pending, Approved, Rejected, Cancelled, Anticipated, Confirmed, Denied };

struct Absence {
    std::string id;
    int person = -1;
    base::Date start{}, end{}; ///< inclusive
    Half startHalf = Half::Am, endHalf = Half::Pm;
    std::string type; ///< vacation, sick, medical, convalescent, maternity_paternity, family_emergency, …
    AbsenceStatus status = AbsenceStatus::Approved;
    bool awayFromProgramme = true;

    /// Approved, confirmed or anticipated: it keeps the person from working.
    bool blocks() const {
        return status == AbsenceStatus::Approved || status == AbsenceStatus::Confirmed ||
               status == AbsenceStatus::Anticipated;
    }
    bool covers(base::Date date, Half half) const {
        if (date < start || date > end)
            return false;
        const Half asked = half == Half::Night ? Half::Pm : half; // a night goes with the afternoon before it
        return !(date == start && asked < startHalf) && !(date == end && asked > endHalf);
    }
    bool coversWholeDay(base::Date date) const { return covers(date, Half::Am) && covers(date, Half::Pm); }
};

/// Protected time of a faculty member, which load shedding can suspend.
struct Commitment {
    int person = -1;
    std::string activity; ///< `Programme administration`, `Research`, `Journal club`
    double halfDaysPerWeek = 0;
    int shedCategory = 6; ///< 4..7
};

/// The words of the database and of documents: `supervising`, `overnight`, `approved` …; and back, exactly as written.
const char* toText(AssignmentRole role);
const char* toText(CallType type);
const char* toText(AbsenceStatus status);
std::optional<AssignmentRole> assignmentRoleFromText(std::string_view text);
std::optional<CallType> callTypeFromText(std::string_view text);
std::optional<AbsenceStatus> absenceStatusFromText(std::string_view text);
std::optional<Half> halfFromText(std::string_view text);

/// One consistent copy of the residency data for a window of days, as read in one snapshot. A value: calculations are
/// pure functions of it. `days`, `assignments` and `calls` are sorted by date; indices are positions in the vectors.
struct Programme {
    std::string name;
    std::string zone;
    base::Date yearStart{}, yearEnd{};
    std::vector<Person> people;
    std::vector<Rotation> rotations;
    std::vector<Requirement> requirements;
    std::vector<Commitment> commitments;
    std::vector<Day> days;               ///< contiguous
    std::vector<Assignment> assignments; ///< of `days`, sorted by (date, half, person)
    std::vector<Call> calls;             ///< of `days` and the night before the first
    std::vector<Absence> absences;       ///< overlapping `days`, any status
    std::vector<ExtraWork> extraWork;    ///< touching `days`, sorted by start
    int shedLevel = 0;                   ///< in force, 0..5
    std::set<int> shedCategories;        ///< in force

    base::Date first() const { return days.front().date; }
    base::Date last() const { return days.back().date; }
    const Day* day(base::Date date) const;
    /// The assignments of one date (all halves).
    std::span<const Assignment> assignmentsOn(base::Date date) const;
    std::span<const Call> callsOn(base::Date date) const;
    /// True if a blocking absence covers the half-day.
    bool isAbsent(int person, base::Date date, Half half) const;
    bool isFmit(int rotation) const { return rotation >= 0 && rotations[size_t(rotation)].abbreviation == "FMIT"; }
};

} // namespace core::programme
