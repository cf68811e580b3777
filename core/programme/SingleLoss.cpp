#include "core/programme/SingleLoss.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace core::programme {

namespace {

/// Collects what one loss means, slot by slot.
class SingleLoss {
  public:
    SingleLoss(const Staffing& staffing, int person) : m_staffing(staffing) {
        m_loss.person = person;
        m_loss.assignments = staffing.assignmentsOf(person);
        m_loss.share = double(m_loss.assignments) / std::max(1, staffing.allAssignments());
        for (const int other : staffing.judge().faculty())
            if (other != person) {
                m_candidates.emplace_back();
                m_candidates.back().person = other;
            }
    }

    Vulnerability run() {
        for (const int s : m_staffing.slotsOf(m_loss.person))
            if (m_staffing.openUnits(s, 1) > 0)
                add(s);
        for (auto& [name, service] : m_services)
            m_loss.services.push_back(std::move(service));
        std::stable_sort(m_loss.services.begin(), m_loss.services.end(),
                         [](const ServiceAtRisk& a, const ServiceAtRisk& b) {
                             return std::tie(a.sole, a.irreplaceable, a.affected) >
                                    std::tie(b.sole, b.irreplaceable, b.affected);
                         });
        rank();
        m_loss.severity = m_loss.irreplaceable > 0 ? "critical"
                          : m_loss.affected > 5    ? "high"
                          : m_loss.affected > 0    ? "medium"
                                                   : "low";
        return std::move(m_loss);
    }

  private:
    void add(int position) {
        const Slot& slot = m_staffing.slot(position);
        const Requirement& requirement = m_staffing.requirementOf(slot);
        const HalfDay when{m_staffing.dateOf(slot), slot.half};
        ServiceAtRisk& service = m_services[requirement.service];
        service.service = requirement.service;
        ++service.affected;
        ++m_loss.affected;
        const bool irreplaceable = m_staffing.substitutes(position).empty();
        OpenHalfDay open{requirement.service, when, {}};
        for (Candidate& candidate : m_candidates) {
            const StandIn answer = m_staffing.judge().judge(candidate.person, slot);
            ++candidate.answers[size_t(answer)];
            if (answer == StandIn::Allowed)
                noteWeek(candidate, slot);
            else if (irreplaceable)
                open.rejected.emplace_back(candidate.person, answer);
        }
        if (!irreplaceable)
            return;
        ++service.irreplaceable;
        ++m_loss.irreplaceable;
        service.when.push_back(when);
        service.sole |= m_staffing.othersQualified(requirement, m_loss.person) == 0;
        m_loss.open.push_back(std::move(open));
    }

    void noteWeek(Candidate& candidate, const Slot& slot) const {
        const WeekWith week = m_staffing.judge().weekWith(candidate.person, slot);
        candidate.mostHours = std::max(candidate.mostHours, week.hours);
        candidate.mostHalfDays = std::max(candidate.mostHalfDays, week.halfDays);
    }

    void rank() {
        if (m_loss.affected == 0)
            return;
        for (const Candidate& candidate : m_candidates)
            (candidate.halfDays() > 0 ? m_loss.substitutes : m_loss.rejected).push_back(candidate);
        // Candidates come by id, which decides among equals.
        std::stable_sort(m_loss.substitutes.begin(), m_loss.substitutes.end(), [](const Candidate& a, const Candidate& b) {
            return std::tuple(-a.halfDays(), a.mostHours, a.mostHalfDays) <
                   std::tuple(-b.halfDays(), b.mostHours, b.mostHalfDays);
        });
    }

    const Staffing& m_staffing;
    Vulnerability m_loss;
    std::map<std::string, ServiceAtRisk> m_services;
    std::vector<Candidate> m_candidates; ///< by id
};

} // namespace

Vulnerability lossOf(const Staffing& staffing, int person) {
    return SingleLoss(staffing, person).run();
}

} // namespace core::programme
