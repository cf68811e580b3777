#pragma once

#include "core/programme/Slots.h"

#include <vector>

namespace core::programme {

/// Which faculty could step into which required slot: made once for a window, then asked slot by slot.
class Substitutes {
  public:
    /// All three must outlive the object. `slots` says who already serves where.
    Substitutes(const Programme& programme, const Presence& presence, const std::vector<Slot>& slots);

    /// Faculty (positions in Programme::people, ascending) who may take one more unit of the slot: regular faculty,
    /// qualified, present, free of required services and own clinics, not on a day off, not after a night on call or
    /// an FMIT week, below 12 half-days × FTE in that week and within 80 h in it including the slot.
    std::vector<int> forSlot(const Slot& slot) const;

  private:
    size_t cell(int person, int day, Half half) const {
        return (size_t(person) * m_programme.days.size() + size_t(day)) * 3 + size_t(half);
    }
    size_t weekOf(int person, int day) const { return size_t(person) * m_weeks + size_t((day + m_weekOffset) / 7); }
    void noteAssignments();
    void noteCalls();

    const Programme& m_programme;
    const Presence& m_presence;
    int m_weekOffset = 0; ///< days between the Monday before the window and its first day
    size_t m_weeks = 0;
    std::vector<bool> m_busy;
    std::vector<double> m_hours;   ///< clock hours by person and week
    std::vector<int> m_halfDays;   ///< half-days of work by person and week
};

} // namespace core::programme
