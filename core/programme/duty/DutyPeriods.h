#pragma once

#include "core/programme/Presence.h"
#include "core/programme/Programme.h"
#include "core/programme/duty/DutyPolicy.h"

#include <string>
#include <vector>

namespace core::programme::duty {

/// What a stretch of duty is.
enum class DutyKind { HalfDay, Night, Call, Handoff, Moonlighting, HomeWork, Voluntary };

/// A stretch of duty as schedule or log have it.
struct DutyPart {
    LocalMinute start{}, end{}; ///< `end` is exclusive
    DutyKind kind = DutyKind::HalfDay;
    base::Date date{};    ///< of the half-day, night or call; of its begin for logged work
    Half half = Half::Am; ///< of a half-day, night or call
    int rotation = -1;    ///< of a half-day or night; -1: without a template, or neither
};

/// One unbroken stretch of duty, and what it is made of. Its length counts the short gaps between its parts.
struct DutyPeriod {
    LocalMinute start{}, end{};
    std::vector<DutyPart> parts; ///< by start
    double hours() const { return double((end - start).count()) / 60.0; }
};

/// On call from home: no hours of work, but no day off either.
struct AtHomeCall {
    LocalMinute start{}, end{};
};

/// When somebody is on duty.
struct DutyTimes {
    std::vector<DutyPeriod> periods;    ///< by start, more than the policy's gap apart
    std::vector<AtHomeCall> atHomeCall; ///< by start; may overlap duty
};

/// Hours as the nearest whole minutes, in which everything here is counted.
std::chrono::minutes wholeMinutes(double hours);
/// 00:00 of a day.
LocalMinute midnight(base::Date date);
/// The day in which a minute lies.
base::Date dayOf(LocalMinute minute);

/// Sorts the parts and makes one period of those with at most `gap` between them. Parts may overlap.
std::vector<DutyPeriod> mergeParts(std::vector<DutyPart> parts, std::chrono::minutes gap);
/// What lies between them is the break between the morning and the afternoon of one date: no rest.
bool isMealBreak(const DutyPeriod& before, const DutyPeriod& after);
/// Nothing but work from home, which neither ends a rest nor needs one.
bool isWorkFromHome(const DutyPeriod& period);

/// Reads off who is on duty when (domain rules 2.2, step 0). Made once for a programme, then asked by person.
/// Duty is:
/// - an assignment that `isWork` (not backup, a rotation that counts as duty or none, no time-off activity), from the
///   rotation's start minute for its clock hours; a night rotation from 19:00 (its PM start); without a template 07:00
///   or 13:00 for 6 h; with the activity `handoff` for at most the policy's handoff hours;
/// - an overnight or weekend call, 19:00 to 07:00;
/// - logged extra work.
/// Scheduled duty on a blocking absence (approved, confirmed, anticipated) is none; a night is missed when its night
/// is covered. A call of the night before the first day counts. Backup assignments and backup calls are at-home call.
/// Rows of nobody, and extra work that ends before it begins, are left out.
class DutyReader {
  public:
    /// All three outlive the object.
    DutyReader(const Programme& programme, const Presence& presence, const DutyPolicy& policy);
    DutyTimes of(int person) const;
    /// The parts of one person, unmerged and in no order.
    std::vector<DutyPart> partsOf(int person) const;
    /// Scheduled assignments of the person, as positions in the programme's vector.
    const std::vector<int>& assignmentsOf(int person) const { return m_assignments[size_t(person)]; }
    /// False when the programme holds no assignment, call or extra work of the person at all.
    bool hasRows(int person) const;

  private:
    bool isMissed(int person, base::Date date, Half half) const;
    std::optional<DutyPart> partOf(const Assignment& assignment) const;

    const Programme& m_programme;
    const Presence& m_presence;
    const DutyPolicy& m_policy;
    std::vector<std::vector<int>> m_assignments, m_calls, m_extraWork; ///< positions by person
};

/// `FMIT`, `NF`, `call`, `moonlighting`, `assignment without a rotation` …
std::string nameOf(const Programme& programme, const DutyPart& part);

} // namespace core::programme::duty
