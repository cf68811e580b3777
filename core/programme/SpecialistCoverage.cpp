#include "core/programme/SpecialistCoverage.h"

#include "core/programme/Erlang.h"
#include "core/programme/OrNull.h"
#include "core/programme/Slots.h"
#include "core/programme/Utilization.h"

#include <algorithm>
#include <map>
#include <set>

namespace core::programme {

namespace {

constexpr double kWaitTarget = 0.05;
constexpr int kMostServers = 20;
constexpr const char* kProcedures = "procedure credential";

/// What one requirement asks of whoever serves it.
std::set<std::string> skillsOf(const Programme& programme, const Requirement& requirement) {
    std::set<std::string> skills;
    const auto add = [&skills](const std::string& specialty, bool credential) {
        if (!specialty.empty())
            skills.insert(specialty);
        if (credential)
            skills.insert(kProcedures);
    };
    add(requirement.requiresSpecialty, requirement.requiresProcedureCredential);
    if (requirement.rotation >= 0) {
        const Rotation& rotation = programme.rotations[size_t(requirement.rotation)];
        add(rotation.requiresSpecialty, rotation.requiresProcedureCredential);
    }
    return skills;
}

bool holds(const Person& person, const std::string& skill) {
    return skill == kProcedures ? person.performsProcedures : person.hasSpecialty(skill);
}

/// Demand of the period by skill, and the services it comes from.
struct Demand {
    double halfDays = 0;
    std::set<std::string> services;
};

std::map<std::string, Demand> demandBetween(const Programme& programme, const Presence& presence, base::Date from,
                                            base::Date to) {
    std::map<std::string, Demand> demand;
    for (const Slot& slot : slotsBetween(programme, presence, from, to)) {
        if (slot.half == Half::Night || slot.neededFaculty <= 0)
            continue;
        const Requirement& requirement = programme.requirements[size_t(slot.requirement)];
        for (const std::string& skill : skillsOf(programme, requirement)) {
            demand[skill].halfDays += slot.neededFaculty;
            demand[skill].services.insert(requirement.service);
        }
    }
    return demand;
}

/// The days of [from, to] on which the programme is open, as positions.
std::vector<int> openDays(const Programme& programme, base::Date from, base::Date to) {
    std::vector<int> open;
    for (size_t d = 0; d < programme.days.size(); ++d) {
        const Day& day = programme.days[d];
        if (day.date >= from && day.date <= to && !day.weekend && day.multiplier > 0)
            open.push_back(int(d));
    }
    return open;
}

void countHolders(const Programme& programme, const Presence& presence, const std::vector<int>& open, base::Date first,
                  SpecialistCoverage& skill) {
    double there = 0;
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const Person& person = programme.people[p];
        if (!person.isRegularFaculty() || !holds(person, skill.skill) || !person.isActiveOn(first) ||
            person.status == PersonStatus::Separated)
            continue;
        ++skill.qualified;
        for (const int day : open)
            for (const Half half : {Half::Am, Half::Pm})
                there += presence.present(int(p), day, half) ? 1 : 0;
    }
    if (skill.openHalfDays > 0)
        skill.meanPresent = there / skill.openHalfDays;
}

void applyErlang(SpecialistCoverage& skill) {
    if (skill.openHalfDays == 0) {
        skill.reason = "no open half-day in the period";
        return;
    }
    skill.erlangs = skill.demand / skill.openHalfDays;
    skill.immediate = 1 - erlangC(*skill.erlangs, skill.qualified);
    skill.needed = serversForWait(*skill.erlangs, kWaitTarget, kMostServers);
    if (skill.needed)
        skill.missing = std::max(0, *skill.needed - skill.qualified);
    else
        skill.reason = "more than " + std::to_string(kMostServers) + " people would be needed";
}

} // namespace

std::vector<SpecialistCoverage> specialistCoverage(const Programme& programme, base::Date from, base::Date to) {
    std::vector<SpecialistCoverage> list;
    if (programme.days.empty())
        return list;
    const Presence presence(programme);
    const std::vector<int> open = openDays(programme, from, to);
    for (const auto& [name, demand] : demandBetween(programme, presence, from, to)) {
        SpecialistCoverage skill;
        skill.skill = name;
        skill.services.assign(demand.services.begin(), demand.services.end());
        skill.demand = demand.halfDays;
        skill.openHalfDays = 2 * int(open.size());
        countHolders(programme, presence, open, std::max(from, programme.first()), skill);
        applyErlang(skill);
        list.push_back(std::move(skill));
    }
    return list;
}

base::Json toDocument(const SpecialistCoverage& skill) {
    base::Json document = base::Json::object();
    document["skill"] = skill.skill;
    document["services"] = skill.services;
    document["demand_half_days"] = skill.demand;
    document["open_half_days"] = skill.openHalfDays;
    document["qualified"] = skill.qualified;
    document["mean_present"] = orNull(skill.meanPresent);
    document["offered_load_erlangs"] = orNull(skill.erlangs);
    document["immediate_coverage"] = orNull(skill.immediate);
    document["target"] = 1 - kWaitTarget;
    document["needed"] = orNull(skill.needed);
    document["missing"] = orNull(skill.missing);
    document["reason"] = orNull(skill.reason);
    return document;
}

} // namespace core::programme
