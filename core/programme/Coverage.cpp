#include "core/programme/Coverage.h"

#include <algorithm>
#include <map>

namespace core::programme {

namespace {

ServiceCoverage& entryFor(std::vector<ServiceCoverage>& services, const Requirement& requirement) {
    for (ServiceCoverage& entry : services)
        if (entry.service == requirement.service)
            return entry;
    ServiceCoverage entry;
    entry.service = requirement.service;
    entry.shedCategory = requirement.shedCategory;
    entry.leastSpare = 1e9;
    services.push_back(entry);
    return services.back();
}

void addGaps(const Programme& programme, const Slot& slot, std::vector<CoverageGap>& gaps) {
    CoverageGap gap;
    gap.date = programme.days[size_t(slot.day)].date;
    gap.half = slot.half;
    gap.requirement = slot.requirement;
    for (const bool faculty : {false, true}) {
        gap.role = faculty ? "faculty" : "resident";
        gap.needed = faculty ? slot.neededFaculty : slot.neededResidents;
        gap.have = double(faculty ? slot.faculty.size() : slot.residents.size());
        if (gap.have < gap.needed)
            gaps.push_back(gap);
    }
}

/// Faculty who are present in the half-day and may serve the requirement, whatever they do then; adjuncts if they serve.
int qualifiedPresent(const Programme& programme, const Presence& presence, const Slot& slot) {
    const Requirement& requirement = programme.requirements[size_t(slot.requirement)];
    int count = 0;
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const Person& person = programme.people[p];
        const bool serves = std::find(slot.faculty.begin(), slot.faculty.end(), int(p)) != slot.faculty.end();
        const bool couldServe = person.isRegularFaculty() && presence.present(int(p), slot.day, slot.half) &&
                                isQualified(programme, requirement, person);
        count += serves || couldServe ? 1 : 0;
    }
    return count;
}

} // namespace

std::optional<double> CoverageReport::ratio() const {
    if (needed <= 0)
        return std::nullopt;
    return std::min(1.0, covered / needed);
}

CoverageReport coverageOf(const Programme& programme, const Presence& presence, const std::vector<Slot>& slots) {
    CoverageReport report;
    for (const Slot& slot : slots) {
        ServiceCoverage& service = entryFor(report.services, programme.requirements[size_t(slot.requirement)]);
        service.needed += slot.needed();
        service.covered += slot.covered();
        report.needed += slot.needed();
        report.covered += slot.covered();
        addGaps(programme, slot, report.gaps);
        if (slot.neededFaculty <= 0)
            continue;
        const double available = qualifiedPresent(programme, presence, slot);
        if (available - slot.neededFaculty < service.leastSpare) {
            service.leastSpare = available - slot.neededFaculty;
            service.available = available;
            service.minimum = slot.neededFaculty;
        }
    }
    return report;
}

CoverageReport coverageBetween(const Programme& programme, base::Date from, base::Date to) {
    const Presence presence(programme);
    return coverageOf(programme, presence, slotsBetween(programme, presence, from, to));
}

const char* coverageStatus(double percent) {
    return percent >= 95 ? "good" : percent >= 85 ? "warning" : "critical";
}

} // namespace core::programme
