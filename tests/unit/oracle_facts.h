#pragma once

#include "core/programme/Substitutes.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tests::oracle {

/// One rule of the oracle turned wrong on purpose: a comparison that does not notice it compares nothing.
enum class Bend {
    Nothing,
    PendingAbsencesKeepFromWork,
    InternsCountWithoutLimit,
    InternsAreOneUnit,
    HolidaysRunInFull,
    AnticipatedAbsencesTakeAll,
    AdjunctsWorkTheirFte,
    OwnClinicsGoOnWithoutTheirOwner,
    WeekendsWeighAsWeekdays,
    HoursOfBackupCount,
    AdjunctsStepIn,
    PostCallStepsIn,
    NightsCountForTheWeeklyCap,
    OneSubstituteFillsEverything,
};

/// Whether somebody who may be away (an anticipated absence) is there.
enum class Doubtful { AreAway, AreThere };

/// One requirement in one half-day and who is there for it.
struct Need {
    int day = 0; ///< position in Programme::days
    core::programme::Half half = core::programme::Half::Am;
    int requirement = 0;
    double residentsNeeded = 0, facultyNeeded = 0;
    int residents = 0;     ///< who count
    std::set<int> faculty; ///< who count
};

/// The statements of the specification about one person, one half-day or one service, each said as directly as it can
/// be and nothing kept that was said before but by loops over rows: slow, and without a line of what it judges.
/// Sections of the domain rules are named. The programme outlives it.
class Facts {
  public:
    explicit Facts(const core::programme::Programme& programme, Bend bend = Bend::Nothing);

    int days() const { return int(m_programme.days.size()); }
    int people() const { return int(m_programme.people.size()); }

    // Who is there (1.2, 1.7).
    bool enrolled(int person, int day) const; ///< by dates
    bool belongs(int person, int day) const;  ///< by dates and status
    bool away(int person, int day, core::programme::Half half) const;
    bool maybeAway(int person, int day, core::programme::Half half) const; ///< and for no surer reason
    bool there(int person, int day, core::programme::Half half) const {
        return belongs(person, day) && !away(person, day, half);
    }

    // What they do (1.5, 1.6, 1.8).
    const std::vector<core::programme::Assignment>& rows(int person, int day, core::programme::Half half) const;
    bool isWork(const core::programme::Assignment& row) const;
    bool isNight(const core::programme::Assignment& row) const;
    double hours(const core::programme::Assignment& row) const;
    /// On call in the night that begins on the day (-1: before the first), and not away.
    bool onCall(int person, int day) const;
    /// Works that night on a night rotation. Nights are kept at the PM half.
    bool onNightFloat(int person, int day) const;
    bool onFmit(int person, int day) const; ///< in one of the halves of the day

    // What is needed (2.3, 3.1, 4.2, 12.1).
    bool speaksOf(const core::programme::Requirement& row, int day) const;
    double multiplier(const core::programme::Requirement& row, int day) const;
    bool qualified(int person, const core::programme::Requirement& row) const;
    bool servesAsResident(int person, const core::programme::Requirement& row, int day, Doubtful doubtful) const;
    bool servesAsFaculty(int person, const core::programme::Requirement& row, int day) const;
    /// Before the multiplier.
    double attendingsNeeded(const core::programme::Requirement& row, int day, Doubtful doubtful) const;
    /// Everything that is required and not shed, by day, half and requirement.
    std::vector<Need> needs() const;

    const core::programme::Programme& programme() const { return m_programme; }
    bool bent(Bend bend) const { return m_bend == bend; }

  private:
    /// A night's service: on call, or on the night rotation that it names; on any, if it names none.
    bool servesNight(int person, const core::programme::Requirement& row, int day) const;

    const core::programme::Programme& m_programme;
    const Bend m_bend;
    /// Only so that 2,000 programmes take seconds: rows by person, day and half; absences by half-day, 1 sure, 0.5
    /// maybe.
    std::map<std::tuple<int, int, core::programme::Half>, std::vector<core::programme::Assignment>> m_rows;
    std::map<std::tuple<int, int, core::programme::Half>, double> m_away;
    std::set<std::pair<int, int>> m_calls;
    const std::vector<core::programme::Assignment> m_none;
};

} // namespace tests::oracle
