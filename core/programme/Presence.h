#pragma once

#include "core/programme/Programme.h"

#include <vector>

namespace core::programme {

/// Which halves a person can work at all, as a table over the window of a programme: made once by a calculation that
/// asks often. Dates outside the window are nobody's.
class Presence {
  public:
    explicit Presence(const Programme& programme);

    /// Position of a date in `Programme::days`; -1 outside the window.
    int dayIndex(base::Date date) const;
    /// In the programme on that day, neither away nor separated, and no blocking absence covers the half.
    bool present(int person, int day, Half half) const { return m_present[at(person, day, half)]; }
    /// A blocking absence covers the half (whether or not the person is in the programme).
    bool absent(int person, int day, Half half) const { return m_absent[at(person, day, half)]; }
    /// Approved or confirmed absences, one or several, cover the whole calendar day: it counts neither as work nor as time.
    bool leaveDay(int person, int day) const { return m_leave[size_t(person) * m_days + size_t(day)]; }

  private:
    size_t at(int person, int day, Half half) const {
        return (size_t(person) * m_days + size_t(day)) * 3 + size_t(half);
    }
    /// `certain` has the layout of `m_absent`: what anticipated absences do not take.
    void mark(const Programme& programme, const Absence& absence, std::vector<bool>& certain);

    base::Date m_first{};
    size_t m_days = 0;
    std::vector<bool> m_present, m_absent, m_leave;
};

/// Whether the assignment is work: not backup, a rotation that counts as duty (or none), and no activity that means
/// time off (DO, PC, W, OFF, LV, HOL). Absences are not looked at.
bool isWork(const Programme& programme, const Assignment& assignment);

/// Clock hours of a half-day of this rotation; 6.0 for an assignment without a template (the conservative value).
double hoursOf(const Programme& programme, int rotation, Half half);

/// For every person the positions of their assignments, in the order of the vector.
std::vector<std::vector<int>> assignmentsByPerson(const Programme& programme);

} // namespace core::programme
