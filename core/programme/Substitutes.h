#pragma once

#include "core/programme/Slots.h"

#include <array>
#include <cstdint>
#include <vector>

namespace core::programme {

/// Whether somebody may step into a slot, and if not, the first reason why not, in this order.
enum class StandIn {
    Allowed,
    NotHere,      ///< not in the programme on that day, away or separated
    Adjunct,      ///< never called in
    NotQualified, ///< lacks a specialty or the procedure credential of requirement or rotation
    Absent,       ///< a blocking absence covers the half-day
    Assigned,     ///< serves a required service, an own clinic or other work of category 1–3, or works that night
    DayOff,       ///< a granted day off (DO), leave or recovery, with the night after it; the Friday after FMIT
    PostCall,     ///< after a night on call or on night float
    WeeklyCap,    ///< would pass 12 half-days × FTE in that week (nights do not count)
    EightyHours   ///< would pass 80 h in that week
};
inline constexpr size_t kStandIns = size_t(StandIn::EightyHours) + 1;
/// `allowed`, `not_in_programme`, `adjunct`, `not_qualified`, `absent`, `assigned`, `day_off`, `post_call`, `weekly_cap`,
/// `80_hours`.
const char* toText(StandIn standIn);
/// The same as part of a sentence: `not qualified`, `after a night on call`.
const char* wordsOf(StandIn standIn);

/// A free half-day that must stay free: after a night, leave, or a granted day off. Weekends and holidays can be called in.
bool isProtectedRest(const Programme& programme, const Assignment& assignment);
/// A row on FMIT on a Thursday, and none of the same person on the Friday after it, which is off then.
bool endsFmitWeek(const Programme& programme, const Assignment& assignment);

/// What somebody's week (Monday to Sunday) would hold with the slot instead of what gives way to it.
struct WeekWith {
    double hours = 0;
    int halfDays = 0;
};

/// Which faculty could step into which required slot: made once for a window, then asked slot by slot. Each slot is judged
/// by itself: that somebody steps in on Monday is not counted on Tuesday.
class Substitutes {
  public:
    /// All three must outlive the object. `slots` says who already serves where.
    Substitutes(const Programme& programme, const Presence& presence, const std::vector<Slot>& slots);

    /// Of a faculty member; protected time (category 4–7), backup duty and days without work (OFF, W, HOL) give way.
    StandIn judge(int person, const Slot& slot) const;
    WeekWith weekWith(int person, const Slot& slot) const;
    /// Faculty (positions in Programme::people, by id) who may take one more unit of the slot.
    std::vector<int> forSlot(const Slot& slot) const;
    /// All faculty, by id.
    const std::vector<int>& faculty() const { return m_faculty; }

  private:
    size_t cell(int person, int day, Half half) const {
        return (size_t(person) * m_programme.days.size() + size_t(day)) * 3 + size_t(half);
    }
    size_t weekOf(int person, int day) const { return size_t(person) * m_weeks + size_t((day + m_weekOffset) / 7); }
    void tie(int person, int day, Half half, StandIn reason);
    void tieDay(int person, int day, StandIn reason);
    void noteWork(const Assignment& a, int day);
    void noteAssignments();
    void noteCalls();

    const Programme& m_programme;
    const Presence& m_presence;
    std::vector<int> m_faculty;
    int m_weekOffset = 0; ///< days between the Monday before the window and its first day
    size_t m_weeks = 0;
    std::vector<uint8_t> m_tied;   ///< StandIn by person, day and half; Allowed: free
    std::vector<double> m_workHours; ///< clock hours of a half-day's work by person, day and half; below 0: none
    std::vector<double> m_hours;   ///< clock hours by person and week
    std::vector<int> m_halfDays;   ///< half-days of work by person and week
};

} // namespace core::programme
