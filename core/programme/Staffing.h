#pragma once

#include "core/programme/Substitutes.h"

#include <vector>

namespace core::programme {

/// The required slots of a period, who of the faculty serves them and who else could: what a contingency analysis looks
/// at. The programme must outlive it.
class Staffing {
  public:
    Staffing(const Programme& programme, base::Date from, base::Date to);
    Staffing(const Staffing&) = delete;
    Staffing& operator=(const Staffing&) = delete;

    const Programme& programme() const { return m_programme; }
    base::Date from() const { return m_from; }
    base::Date to() const { return m_to; }
    const std::vector<Slot>& slots() const { return m_slots; }
    const Slot& slot(int position) const { return m_slots[size_t(position)]; }
    const Requirement& requirementOf(const Slot& slot) const {
        return m_programme.requirements[size_t(slot.requirement)];
    }
    base::Date dateOf(const Slot& slot) const { return m_programme.days[size_t(slot.day)].date; }

    /// Faculty who serve at least one slot, by id.
    const std::vector<int>& serving() const { return m_serving; }
    /// Positions of the slots that a person serves, in their order.
    const std::vector<int>& slotsOf(int person) const { return m_own[size_t(person)]; }
    /// The half-days and nights in which they do: one half-day may serve several requirements.
    int assignmentsOf(int person) const { return m_assignments[size_t(person)]; }
    int allAssignments() const { return m_allAssignments; }

    /// Who could take one more unit of the slot, by id; only of slots that somebody of the faculty serves.
    const std::vector<int>& substitutes(int slot) const { return m_free[size_t(slot)]; }
    const Substitutes& judge() const { return m_substitutes; }
    /// Units that are open when `lost` of those who serve the slot are gone: what is missing then, rounded up, and at
    /// most `lost`, because what was open before is no consequence of the loss.
    int openUnits(int slot, int lost) const;
    /// Of the faculty other than `person` who are in the programme on a day of the period, how many may serve the
    /// requirement at all (adjuncts too).
    int othersQualified(const Requirement& requirement, int person) const;

  private:
    void countAssignments();

    const Programme& m_programme;
    const base::Date m_from, m_to;
    const Presence m_presence;
    const std::vector<Slot> m_slots;
    const Substitutes m_substitutes;
    std::vector<std::vector<int>> m_own;  ///< slots by person
    std::vector<std::vector<int>> m_free; ///< substitutes by slot
    std::vector<int> m_serving;
    std::vector<int> m_assignments; ///< by person
    int m_allAssignments = 0;
};

} // namespace core::programme
