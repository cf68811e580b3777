#include "tests/unit/oracle_facts.h"

namespace tests::oracle {

using namespace core::programme;

namespace {

/// Half-days since 1970; a night goes with the afternoon before it.
int halfDayOf(core::base::Date date, Half half) {
    return 2 * int(date.time_since_epoch().count()) + (half == Half::Am ? 0 : 1);
}

} // namespace

Facts::Facts(const Programme& programme, Bend bend) : m_programme(programme), m_bend(bend) {
    for (const Assignment& row : programme.assignments)
        m_rows[{row.person, int((row.date - programme.first()).count()), row.half}].push_back(row);
    for (const Call& call : programme.calls)
        if (call.type != CallType::Backup)
            m_calls.emplace(call.person, int((call.date - programme.first()).count()));
    for (const Absence& row : programme.absences) {
        const bool sure = row.status == AbsenceStatus::Approved || row.status == AbsenceStatus::Confirmed ||
                          (row.status == AbsenceStatus::Pending && bent(Bend::PendingAbsencesKeepFromWork));
        if (!sure && row.status != AbsenceStatus::Anticipated)
            continue;
        for (int day = -1; day < days(); ++day)
            for (const Half half : {Half::Am, Half::Pm, Half::Night}) {
                const int at = halfDayOf(programme.first() + std::chrono::days(day), half);
                if (at < halfDayOf(row.start, row.startHalf) || at > halfDayOf(row.end, row.endHalf))
                    continue;
                double& share = m_away[{row.person, day, half}];
                share = std::max(share, sure ? 1.0 : 0.5);
            }
    }
}

bool Facts::enrolled(int person, int day) const {
    const Person& who = m_programme.people[size_t(person)];
    const core::base::Date date = m_programme.first() + std::chrono::days(day);
    return who.activeFrom <= date && (!who.activeTo || date <= *who.activeTo);
}

bool Facts::belongs(int person, int day) const {
    const PersonStatus status = m_programme.people[size_t(person)].status;
    return enrolled(person, day) && (status == PersonStatus::Active || status == PersonStatus::Onboarding);
}

bool Facts::away(int person, int day, Half half) const {
    return m_away.contains({person, day, half});
}

bool Facts::maybeAway(int person, int day, Half half) const {
    const auto found = m_away.find({person, day, half});
    return found != m_away.end() && found->second < 1 && !bent(Bend::AnticipatedAbsencesTakeAll);
}

const std::vector<Assignment>& Facts::rows(int person, int day, Half half) const {
    const auto found = m_rows.find({person, day, half});
    return found == m_rows.end() ? m_none : found->second;
}

bool Facts::isWork(const Assignment& row) const {
    const std::set<std::string> timeOff{"DO", "PC", "W", "OFF", "LV", "HOL"};
    if (row.role == AssignmentRole::Backup && !bent(Bend::HoursOfBackupCount))
        return false;
    if (timeOff.contains(row.activity))
        return false;
    return row.rotation < 0 || m_programme.rotations[size_t(row.rotation)].countsAsDuty;
}

bool Facts::isNight(const Assignment& row) const {
    return row.rotation >= 0 && m_programme.rotations[size_t(row.rotation)].isNight;
}

double Facts::hours(const Assignment& row) const {
    if (row.rotation < 0)
        return 6;
    const Rotation& rotation = m_programme.rotations[size_t(row.rotation)];
    return row.half == Half::Am ? rotation.hoursAm : rotation.hoursPm;
}

bool Facts::onCall(int person, int day) const {
    return m_calls.contains({person, day}) && !away(person, day, Half::Night);
}

bool Facts::onNightFloat(int person, int day) const {
    for (const Assignment& row : rows(person, day, Half::Pm))
        if (isWork(row) && isNight(row) && !away(person, day, Half::Night))
            return true;
    return false;
}

bool Facts::onFmit(int person, int day) const {
    for (const Half half : {Half::Am, Half::Pm})
        for (const Assignment& row : rows(person, day, half))
            if (isWork(row) && row.rotation >= 0 && m_programme.rotations[size_t(row.rotation)].abbreviation == "FMIT")
                return true;
    return false;
}

bool Facts::speaksOf(const Requirement& row, int day) const {
    const Day& on = m_programme.days[size_t(day)];
    const std::chrono::weekday weekday(on.date);
    if ((row.validFrom && on.date < *row.validFrom) || (row.validTo && on.date > *row.validTo))
        return false;
    switch (row.dayClass) {
    case DayClass::EveryDay:
        return true;
    case DayClass::Weekday:
        return !on.weekend;
    case DayClass::Weekend:
        return on.weekend;
    case DayClass::Holiday:
        return on.holiday;
    case DayClass::ListedWeekdays:
        return row.weekdays >> (weekday.iso_encoding() - 1) & 1;
    case DayClass::LastWednesday:
        return weekday == std::chrono::Wednesday &&
               std::chrono::year_month_day(on.date).month() !=
                   std::chrono::year_month_day(on.date + std::chrono::days(7)).month();
    }
    return false;
}

double Facts::multiplier(const Requirement& row, int day) const {
    if (row.multiplierOverride)
        return *row.multiplierOverride;
    return bent(Bend::HolidaysRunInFull) ? 1 : m_programme.days[size_t(day)].multiplier;
}

bool Facts::qualified(int person, const Requirement& row) const {
    const Person& who = m_programme.people[size_t(person)];
    const Rotation& rotation = m_programme.rotations[size_t(row.rotation)];
    for (const std::string& wanted : {row.requiresSpecialty, rotation.requiresSpecialty}) {
        bool holds = wanted.empty();
        for (const std::string& specialty : who.specialties)
            holds = holds || specialty == wanted;
        if (!holds)
            return false;
    }
    return who.performsProcedures || (!row.requiresProcedureCredential && !rotation.requiresProcedureCredential);
}

bool Facts::servesNight(int person, const Requirement& row, int day) const {
    if (onCall(person, day))
        return true;
    const bool named = m_programme.rotations[size_t(row.rotation)].isNight;
    for (const Assignment& one : rows(person, day, Half::Pm))
        if (isWork(one) && isNight(one) && (one.rotation == row.rotation || !named))
            return true;
    return false;
}

bool Facts::servesAsResident(int person, const Requirement& row, int day, Doubtful doubtful) const {
    const bool here = there(person, day, row.half) ||
                      (doubtful == Doubtful::AreThere && belongs(person, day) && maybeAway(person, day, row.half));
    if (m_programme.people[size_t(person)].type != PersonType::Resident || !here)
        return false;
    if (row.half == Half::Night)
        return servesNight(person, row, day);
    for (const Assignment& one : rows(person, day, row.half))
        if (isWork(one) && one.rotation == row.rotation)
            return true;
    return false;
}

bool Facts::servesAsFaculty(int person, const Requirement& row, int day) const {
    if (m_programme.people[size_t(person)].type != PersonType::Faculty || !there(person, day, row.half) ||
        !qualified(person, row))
        return false;
    if (row.half == Half::Night)
        return servesNight(person, row, day);
    for (const Assignment& one : rows(person, day, row.half)) {
        const bool supervises =
            one.role == AssignmentRole::Supervising || one.activity == "AT" || one.activity == "PCAT";
        if (isWork(one) && one.rotation == row.rotation && (supervises || !row.facultyByUnits))
            return true;
    }
    return false;
}

double Facts::attendingsNeeded(const Requirement& row, int day, Doubtful doubtful) const {
    if (!row.facultyByUnits)
        return row.minFaculty;
    int units = 0, scheduled = 0;
    for (int person = 0; person < people(); ++person) {
        for (const Half half : {Half::Am, Half::Pm, Half::Night})
            scheduled += int(rows(person, day, half).size());
        const bool intern = m_programme.people[size_t(person)].pgy <= 1 && !bent(Bend::InternsAreOneUnit);
        if (servesAsResident(person, row, day, doubtful))
            units += intern ? 2 : 1;
    }
    if (scheduled == 0)
        units = row.minResidents;
    int attendings = 0;
    while (4 * attendings < units)
        ++attendings;
    return row.minFaculty + attendings;
}

std::vector<Need> Facts::needs() const {
    std::vector<Need> all;
    for (int day = 0; day < days(); ++day)
        for (const Half half : {Half::Am, Half::Pm, Half::Night})
            for (int r = 0; r < int(m_programme.requirements.size()); ++r) {
                const Requirement& row = m_programme.requirements[size_t(r)];
                if (row.half != half || !speaksOf(row, day) || m_programme.shedCategories.contains(row.shedCategory))
                    continue;
                Need need{day,
                          half,
                          r,
                          row.minResidents * multiplier(row, day),
                          attendingsNeeded(row, day, Doubtful::AreAway) * multiplier(row, day),
                          0,
                          {}};
                if (need.residentsNeeded + need.facultyNeeded <= 0)
                    continue;
                int interns = 0;
                for (int person = 0; person < people(); ++person) {
                    if (servesAsFaculty(person, row, day))
                        need.faculty.insert(person);
                    if (servesAsResident(person, row, day, Doubtful::AreAway))
                        ++(m_programme.people[size_t(person)].pgy <= 1 ? interns : need.residents);
                }
                if (row.maxPgy1 && interns > *row.maxPgy1 && !bent(Bend::InternsCountWithoutLimit))
                    interns = *row.maxPgy1;
                need.residents += interns;
                all.push_back(std::move(need));
            }
    return all;
}

} // namespace tests::oracle
