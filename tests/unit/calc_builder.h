#pragma once

#include "core/programme/Programme.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace tests {

/// A small programme in memory for tests of pure calculations: people, rotations and rows as the test names them.
class ProgrammeBuilder {
  public:
    ProgrammeBuilder(const std::string& first, int days) {
        m_programme.name = "Test programme";
        m_programme.zone = "UTC";
        m_programme.yearStart = *core::base::parseDate(first);
        m_programme.yearEnd = m_programme.yearStart + std::chrono::days(days - 1);
        for (int d = 0; d < days; ++d) {
            core::programme::Day day;
            day.date = m_programme.yearStart + std::chrono::days(d);
            day.weekend = core::base::isWeekend(day.date);
            m_programme.days.push_back(day);
        }
    }

    int resident(const std::string& name, int pgy = 2) {
        core::programme::Person person;
        person.type = core::programme::PersonType::Resident;
        person.pgy = pgy;
        return add(person, name);
    }

    int faculty(const std::string& name, std::vector<std::string> specialties = {},
                core::programme::FacultyRole role = core::programme::FacultyRole::Core) {
        core::programme::Person person;
        person.type = core::programme::PersonType::Faculty;
        person.role = role;
        person.specialties = std::move(specialties);
        return add(person, name);
    }

    /// Six hours a half-day, 07:00–19:00.
    int ward(const std::string& abbreviation = "FMIT") {
        core::programme::Rotation rotation;
        rotation.type = core::programme::RotationType::Inpatient;
        rotation.hoursAm = rotation.hoursPm = 6;
        rotation.startMinuteAm = 7 * 60;
        rotation.startMinutePm = 13 * 60;
        rotation.shedCategory = 1;
        return add(rotation, abbreviation);
    }

    int clinic(const std::string& abbreviation = "C") { return add(core::programme::Rotation{}, abbreviation); }

    int night(const std::string& abbreviation = "NF") {
        core::programme::Rotation rotation;
        rotation.type = core::programme::RotationType::Inpatient;
        rotation.isNight = true;
        rotation.hoursAm = 0;
        rotation.hoursPm = 12;
        rotation.startMinutePm = 19 * 60;
        return add(rotation, abbreviation);
    }

    int off(const std::string& abbreviation = "OFF") {
        core::programme::Rotation rotation;
        rotation.type = core::programme::RotationType::Off;
        rotation.countsAsDuty = false;
        rotation.hoursAm = rotation.hoursPm = 0;
        return add(rotation, abbreviation);
    }

    core::programme::Requirement& require(int rotation, const std::string& service, core::programme::Half half,
                                          double faculty, int residents = 0) {
        core::programme::Requirement requirement;
        requirement.id = service + core::programme::toText(half);
        requirement.rotation = rotation;
        requirement.service = service;
        requirement.dayClass = core::programme::DayClass::Weekday;
        requirement.half = half;
        requirement.minFaculty = faculty;
        requirement.minResidents = residents;
        requirement.shedCategory = m_programme.rotations[size_t(rotation)].shedCategory;
        m_programme.requirements.push_back(requirement);
        return m_programme.requirements.back();
    }

    ProgrammeBuilder& assign(int person, int day, core::programme::Half half, int rotation,
                             const std::string& activity = {}) {
        core::programme::Assignment assignment;
        assignment.date = date(day);
        assignment.half = half;
        assignment.person = person;
        assignment.rotation = rotation;
        assignment.activity = activity;
        m_programme.assignments.push_back(assignment);
        return *this;
    }

    ProgrammeBuilder& wholeDay(int person, int day, int rotation) {
        return assign(person, day, core::programme::Half::Am, rotation)
            .assign(person, day, core::programme::Half::Pm, rotation);
    }

    ProgrammeBuilder& call(int person, int day, core::programme::CallType type = core::programme::CallType::Overnight) {
        m_programme.calls.push_back({date(day), person, type});
        return *this;
    }

    core::programme::Absence& absence(int person, int firstDay, int lastDay, const std::string& type = "vacation") {
        core::programme::Absence absence;
        absence.id = "absence-" + std::to_string(m_programme.absences.size());
        absence.person = person;
        absence.start = date(firstDay);
        absence.end = date(lastDay);
        absence.type = type;
        m_programme.absences.push_back(absence);
        return m_programme.absences.back();
    }

    /// Logged work of so many hours, from `hour` on a day (25.5: half past one in the next night).
    ProgrammeBuilder& extra(int person, int day, double hour, double hours,
                            core::programme::ExtraWorkKind kind = core::programme::ExtraWorkKind::Moonlighting) {
        using std::chrono::minutes;
        const core::programme::LocalMinute start =
            core::programme::LocalMinute(date(day).time_since_epoch()) + minutes(std::lround(hour * 60));
        m_programme.extraWork.push_back({"extra-" + std::to_string(m_programme.extraWork.size()), person, start,
                                         start + minutes(std::lround(hours * 60)), kind});
        return *this;
    }

    core::base::Date date(int day) const { return m_programme.yearStart + std::chrono::days(day); }

    core::programme::Programme& raw() { return m_programme; }

    core::programme::Programme build() const {
        core::programme::Programme programme = m_programme;
        std::stable_sort(programme.assignments.begin(), programme.assignments.end(), [](const auto& a, const auto& b) {
            return std::tie(a.date, a.half, a.person) < std::tie(b.date, b.half, b.person);
        });
        std::stable_sort(programme.calls.begin(), programme.calls.end(),
                         [](const auto& a, const auto& b) { return a.date < b.date; });
        std::stable_sort(programme.extraWork.begin(), programme.extraWork.end(),
                         [](const auto& a, const auto& b) { return a.start < b.start; });
        return programme;
    }

  private:
    int add(core::programme::Person person, const std::string& name) {
        person.id = "person-" + std::to_string(m_programme.people.size());
        person.name = name;
        person.activeFrom = m_programme.yearStart - std::chrono::days(400);
        m_programme.people.push_back(std::move(person));
        return int(m_programme.people.size()) - 1;
    }

    int add(core::programme::Rotation rotation, const std::string& abbreviation) {
        rotation.id = "rotation-" + abbreviation;
        rotation.name = abbreviation;
        rotation.abbreviation = abbreviation;
        m_programme.rotations.push_back(std::move(rotation));
        return int(m_programme.rotations.size()) - 1;
    }

    core::programme::Programme m_programme;
};

} // namespace tests
