#pragma once

#include "core/programme/Calendar.h"
#include "core/programme/Programme.h"
#include "core/programme/Summary.h"
#include "core/programme/sample/Random.h"

#include <array>
#include <string>
#include <vector>

namespace core::programme::sample {

/// No person, no rotation: a position that is not one.
inline constexpr int kNone = -1;

/// The streams of chance, one a step.
enum class Step : uint64_t {
    People = 1,
    Matrix,
    LongAbsences,
    Fmit,
    Absences,
    Calls,
    Residents,
    Faculty,
    Ids,
    Versions,
    Contacts
};

/// What a resident does in one academic block: the second differs from the first when two half-block electives share
/// it.
struct Cell {
    int first = -1, second = -1; ///< positions in Programme::rotations
};

/// A weekend of nights that a resident on an outpatient rotation covers: Friday and Saturday night, then Monday off.
struct WeekendNights {
    int friday = 0; ///< day of the year, 0 = 1 July
    int person = -1;
};

/// A year in the making: the steps of the generator read what earlier steps wrote. Days are counted from 1 July = 0.
struct Draft {
    uint64_t seed = 0;
    Programme programme; ///< of the whole year
    std::vector<AcademicBlock> blocks;
    int residents = 0; ///< people [0, residents) are residents, the rest faculty
    int faculty = 0;
    int obstetrician = -1;                    ///< the only one who holds `obstetrics`
    std::vector<std::array<Cell, 14>> matrix; ///< by resident, by academic block
    std::vector<int> fmit;                    ///< by day: the FMIT attending
    std::vector<std::array<int, 2>> reserved; ///< by day: faculty held back by absence or FMIT, per skill (see Skill)
    std::vector<std::vector<char>> away;   ///< by person, by 2 × day + half: a blocking absence and its rotation's tag
    std::vector<std::string> tdyLocations; ///< by absence, empty: none
    int attendingPerWeek = 18;             ///< clinic half-days a week that an attending is to be planned for
    int extraAttending = 0;                ///< attending per clinic half-day beyond what the residents need

    Random chance(Step step) const { return Random(seed, uint64_t(step)); }
    int dayCount() const { return int(programme.days.size()); }
    base::Date date(int day) const { return programme.days[size_t(day)].date; }
    const Day& day(int day) const { return programme.days[size_t(day)]; }
    int weekday(int day) const { return base::isoWeekday(date(day)); }
    const Person& person(int index) const { return programme.people[size_t(index)]; }
    int people() const { return residents + faculty; }
    bool isAway(int person, int day, int half) const {
        return day >= 0 && day < dayCount() && away[size_t(person)][size_t(2 * day + half)] != 0;
    }
    bool isAwayAllDay(int person, int day) const { return isAway(person, day, 0) || isAway(person, day, 1); }
    bool onFmit(int person, int day) const { return day >= 0 && day < dayCount() && fmit[size_t(day)] == person; }
    /// The rotation of a resident on a day, by the matrix.
    int rotationOf(int resident, int day) const;
    const Rotation& rotation(int index) const { return programme.rotations[size_t(index)]; }
    int rotationNamed(std::string_view abbreviation) const;
};

/// Skills that a service asks for and of which somebody must stay free.
enum class Skill { SportsMedicine, Procedures };
bool hasSkill(const Person& person, Skill skill);

/// The steps, in their order.
void makePeople(Draft& draft);
void makeMatrix(Draft& draft);
void makeLongAbsences(Draft& draft);
void makeFmitWeeks(Draft& draft);
void makeAbsences(Draft& draft);
void makeCalls(Draft& draft);
/// Replaces the assignments of the residents, then those of the faculty; may be repeated after another
/// `attendingPerWeek`.
void makeResidentDays(Draft& draft);
void makeFacultyDays(Draft& draft);

} // namespace core::programme::sample
