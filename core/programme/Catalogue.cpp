#include "core/programme/Catalogue.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr int kResidentsPerTeam = 18;
constexpr double kWardHalfDayHours = 6.0, kNightShiftHours = 12.0, kClinicHalfDayHours = 4.5;
constexpr int kWardStart = 7 * 60, kWardAfternoon = 13 * 60, kNightStart = 19 * 60;
constexpr unsigned kOnMonday = 1, kOnTuesday = 2, kOnWednesday = 4, kOnThursday = 8, kOnFriday = 16, kOnSunday = 64;

/// Families share hours, duty and leave rules.
enum class Family {
    Ward,
    Night,
    Clinic,
    Elective,
    OffsiteElective,
    HalfElective,
    Education,
    Protected,
    TimeOff,
    Leave
};

struct Entry {
    const char* abbreviation;
    const char* name;
    Family family;
    int shedCategory;
};

constexpr Entry kEntries[] = {{"FMIT", "Family medicine inpatient team", Family::Ward, 1},
                              {"NF", "Night float", Family::Night, 1},
                              {"PedW", "Pediatric ward", Family::Ward, 1},
                              {"PedNF", "Pediatric night float", Family::Night, 1},
                              {"IM", "Internal medicine ward", Family::Ward, 1},
                              {"LD", "Labor and delivery", Family::Ward, 1},
                              {"LDNF", "Labor and delivery night float", Family::Night, 1},
                              {"ICU", "Intensive care", Family::Ward, 1},
                              {"NICU", "Neonatal intensive care", Family::Ward, 1},
                              {"NBN", "Newborn nursery", Family::Ward, 1},
                              {"EM", "Emergency medicine", Family::OffsiteElective, 1},
                              {"C", "Continuity clinic", Family::Clinic, 3},
                              {"CV", "Virtual clinic", Family::Clinic, 3},
                              {"FC", "Faculty clinic", Family::Clinic, 3},
                              {"OBC", "OB clinic", Family::Clinic, 3},
                              {"SM", "Sports medicine", Family::Clinic, 3},
                              {"PR", "Procedure clinic", Family::Clinic, 3},
                              {"VAS", "Vasectomy clinic", Family::Clinic, 3},
                              {"POCUS", "Point-of-care ultrasound", Family::Elective, 4},
                              {"DERM", "Dermatology", Family::HalfElective, 4},
                              {"ENT", "Ear, nose and throat", Family::HalfElective, 4},
                              {"OPHTH", "Ophthalmology", Family::HalfElective, 4},
                              {"URO", "Urology", Family::HalfElective, 4},
                              {"ALLG", "Allergy and immunology", Family::HalfElective, 4},
                              {"RAD", "Radiology", Family::HalfElective, 4},
                              {"CARD", "Cardiology", Family::Elective, 4},
                              {"GI", "Gastroenterology", Family::Elective, 4},
                              {"ENDO", "Endocrinology", Family::Elective, 4},
                              {"NEURO", "Neurology", Family::Elective, 4},
                              {"NEPH", "Nephrology", Family::Elective, 4},
                              {"PULM", "Pulmonology", Family::Elective, 4},
                              {"RHEUM", "Rheumatology", Family::Elective, 4},
                              {"GERI", "Geriatrics", Family::Elective, 4},
                              {"PSYCH", "Psychiatry", Family::Elective, 4},
                              {"BH", "Behavioral health", Family::Elective, 4},
                              {"ORTHO", "Orthopedics", Family::Elective, 4},
                              {"SURG", "General surgery", Family::Elective, 4},
                              {"GYN", "Gynecology", Family::Elective, 4},
                              {"PEDC", "Pediatric clinic", Family::Elective, 4},
                              {"PALL", "Palliative care", Family::OffsiteElective, 4},
                              {"RURAL", "Rural medicine", Family::OffsiteElective, 4},
                              {"PH", "Population health", Family::Elective, 4},
                              {"SIM", "Simulation", Family::Education, 4},
                              {"LEC", "Lecture", Family::Education, 4},
                              {"ADV", "Advising", Family::Education, 4},
                              {"ORI", "Orientation", Family::Education, 4},
                              {"CONF", "Conference", Family::Education, 7},
                              {"JC", "Journal club", Family::Education, 7},
                              {"RES", "Research", Family::Protected, 5},
                              {"ADM", "Programme administration", Family::Protected, 6},
                              {"GME", "Graduate medical education administration", Family::Protected, 6},
                              {"DFM", "Department administration", Family::Protected, 6},
                              {"FLX", "Flexible time", Family::Protected, 6},
                              {"W", "Weekend off", Family::TimeOff, 7},
                              {"OFF", "Day off", Family::TimeOff, 7},
                              {"PC", "Post-call recovery", Family::TimeOff, 7},
                              {"DO", "Day off after call", Family::TimeOff, 7},
                              {"HOL", "Holiday", Family::TimeOff, 7},
                              {"LV", "Leave", Family::Leave, 7},
                              {"TDY", "Temporary duty", Family::Leave, 7},
                              {"DEP", "Deployment", Family::Leave, 7}};

RotationType typeOf(const Entry& entry) {
    const std::string_view abbreviation = entry.abbreviation;
    switch (entry.family) {
    case Family::Ward:
    case Family::Night:
        return RotationType::Inpatient;
    case Family::Clinic:
    case Family::Elective:
    case Family::OffsiteElective:
    case Family::HalfElective:
        return RotationType::Outpatient;
    case Family::Education:
        return abbreviation == "LEC"    ? RotationType::Lecture
               : abbreviation == "CONF" ? RotationType::Conference
                                        : RotationType::Education;
    case Family::Protected:
        return RotationType::Education;
    case Family::TimeOff:
        return abbreviation == "PC" || abbreviation == "DO" ? RotationType::Recovery : RotationType::Off;
    case Family::Leave:
        return RotationType::Absence;
    }
    return RotationType::Outpatient;
}

void setHours(Rotation& rotation, Family family) {
    rotation.hoursAm = rotation.hoursPm = kClinicHalfDayHours;
    if (family == Family::Ward) {
        rotation.hoursAm = rotation.hoursPm = kWardHalfDayHours;
        rotation.startMinuteAm = kWardStart;
        rotation.startMinutePm = kWardAfternoon;
    } else if (family == Family::Night) {
        rotation.hoursAm = 0;
        rotation.hoursPm = kNightShiftHours;
        rotation.startMinutePm = kNightStart;
    } else if (family == Family::TimeOff || family == Family::Leave) {
        rotation.hoursAm = rotation.hoursPm = 0;
    }
}

Rotation rotationOf(const Entry& entry) {
    Rotation rotation;
    const Family family = entry.family;
    const bool free = family == Family::TimeOff || family == Family::Leave;
    rotation.name = entry.name;
    rotation.abbreviation = entry.abbreviation;
    rotation.type = typeOf(entry);
    rotation.category = family == Family::TimeOff                                    ? "time_off"
                        : family == Family::Leave                                    ? "absence"
                        : family == Family::Education || family == Family::Protected ? "educational"
                                                                                     : "rotation";
    rotation.shedCategory = entry.shedCategory;
    rotation.leaveEligible = family != Family::Ward && family != Family::Night;
    rotation.includesWeekendWork = !rotation.leaveEligible;
    rotation.isNight = family == Family::Night;
    rotation.isHalfBlock = family == Family::HalfElective;
    rotation.isOffsite = family == Family::OffsiteElective;
    rotation.countsAsDuty = !free;
    if (family == Family::Elective || family == Family::HalfElective)
        rotation.maxResidents = 2;
    setHours(rotation, family);
    return rotation;
}

/// The special demands of single rotations.
void refine(Rotation& rotation) {
    if (rotation.abbreviation == "C" || rotation.abbreviation == "OBC" || rotation.abbreviation == "SM" ||
        rotation.abbreviation == "PR")
        rotation.supervisionRequired = true;
    if (rotation.abbreviation == "OBC")
        rotation.requiresSpecialty = "obstetrics";
    if (rotation.abbreviation == "SM")
        rotation.requiresSpecialty = "sports_medicine";
    if (rotation.abbreviation == "PR" || rotation.abbreviation == "VAS")
        rotation.requiresProcedureCredential = true;
}

/// Collects requirements; the pointer to the latest allows to say more about it.
struct ServiceList {
    const std::vector<Rotation>& rotations;
    std::vector<Requirement> rows;

    Requirement& add(const char* rotation, const char* service, DayClass dayClass, Half half, int residents,
                     double faculty, int shedCategory) {
        Requirement row;
        row.rotation = rotationNamed(rotations, rotation);
        row.service = service;
        row.dayClass = dayClass;
        row.half = half;
        row.minResidents = residents;
        row.minFaculty = faculty;
        row.shedCategory = shedCategory;
        rows.push_back(std::move(row));
        return rows.back();
    }
    Requirement& onDays(unsigned weekdays, const char* rotation, const char* service, Half half, int residents,
                        double faculty, int shedCategory) {
        Requirement& row = add(rotation, service, DayClass::ListedWeekdays, half, residents, faculty, shedCategory);
        row.weekdays = weekdays;
        return row;
    }
};

/// Wards never close: their demand ignores the operational multiplier.
void addWards(ServiceList& list, int residents) {
    const auto services = blockServices(residents);
    const auto staffed = [&](std::string_view rotation) {
        return int(std::count_if(services.begin(), services.end(),
                                 [&](const BlockService& service) { return rotation == service.rotation; }));
    };
    for (const Half half : {Half::Am, Half::Pm}) {
        const int team = staffed("FMIT");
        Requirement& weekday = list.add("FMIT", "FMIT ward", DayClass::Weekday, half, team, 1, 1);
        weekday.maxPgy1 = team / 2;
        list.add("FMIT", "FMIT ward", DayClass::Weekend, half, team / 2, 1, 1);
        if (const int count = staffed("LD"))
            list.add("LD", "Labor and delivery", DayClass::EveryDay, half, count, 0, 1).maxPgy1 = count;
        if (const int count = staffed("PedW"))
            list.add("PedW", "Pediatric ward", DayClass::EveryDay, half, count, 0, 1).maxPgy1 = count;
        if (const int count = staffed("IM"))
            list.add("IM", "Internal medicine ward", DayClass::Weekday, half, count, 0, 1);
    }
    list.add("NF", "FMIT ward", DayClass::EveryDay, Half::Night, staffed("NF"), 1, 1).maxPgy1 = 0;
    constexpr unsigned nights = kOnSunday | kOnMonday | kOnTuesday | kOnWednesday | kOnThursday;
    if (const int count = staffed("PedNF"))
        list.onDays(nights, "PedNF", "Pediatric ward", Half::Night, count, 0, 1);
    if (const int count = staffed("LDNF"))
        list.onDays(nights, "LDNF", "Labor and delivery", Half::Night, count, 0, 1);
    for (Requirement& row : list.rows)
        row.multiplierOverride = 1.0;
}

} // namespace

int rotationNamed(const std::vector<Rotation>& rotations, std::string_view abbreviation) {
    const auto found = std::find_if(rotations.begin(), rotations.end(),
                                    [&](const Rotation& rotation) { return rotation.abbreviation == abbreviation; });
    return found == rotations.end() ? -1 : int(found - rotations.begin());
}

int wardTeams(int residents) {
    return std::max(1, residents / kResidentsPerTeam);
}

int clinicResidents(int residents) {
    return std::max(1, residents * 4 / kResidentsPerTeam);
}

std::vector<BlockService> blockServices(int residents) {
    using enum BlockService::Eligible;
    constexpr BlockService kServices[] = {{"FMIT", Interns},  {"FMIT", Seniors}, {"NF", Seniors},
                                          {"IM", Anyone},     {"PedW", Anyone},  {"LD", Anyone},
                                          {"PedNF", Seniors}, {"LDNF", Seniors}, {"EM", Anyone}};
    std::vector<BlockService> services;
    const int limit = residents / 2;
    for (int team = 0; team < wardTeams(residents); ++team)
        for (const BlockService& service : kServices)
            if (int(services.size()) < limit)
                services.push_back(service);
    return services;
}

std::vector<Rotation> defaultRotations() {
    std::vector<Rotation> rotations;
    for (const Entry& entry : kEntries) {
        rotations.push_back(rotationOf(entry));
        refine(rotations.back());
    }
    return rotations;
}

std::vector<Requirement> defaultRequirements(const std::vector<Rotation>& rotations, int residents) {
    ServiceList list{rotations, {}};
    addWards(list, residents);
    const int clinic = clinicResidents(residents);
    list.add("C", "Clinic (continuity)", DayClass::Weekday, Half::Am, clinic, 0, 3).facultyByUnits = true;
    list.onDays(kOnMonday | kOnTuesday | kOnThursday | kOnFriday, "C", "Clinic (continuity)", Half::Pm, clinic, 0, 3)
        .facultyByUnits = true;
    list.onDays(kOnThursday, "OBC", "OB clinic", Half::Am, 1, 1, 3).requiresSpecialty = "obstetrics";
    list.onDays(kOnTuesday | kOnThursday, "PR", "Procedure clinic", Half::Pm, 1, 1, 3).requiresProcedureCredential =
        true;
    list.onDays(kOnMonday | kOnWednesday | kOnFriday, "SM", "Sports medicine", Half::Am, 1, 1, 3).requiresSpecialty =
        "sports_medicine";
    list.onDays(kOnWednesday, "LEC", "Lecture", Half::Pm, 0, 1, 4);
    list.add("ADV", "Advising", DayClass::LastWednesday, Half::Pm, 0, std::max(1, residents / 9), 4);
    return std::move(list.rows);
}

std::vector<Commitment> defaultCommitments(const std::vector<Person>& people) {
    std::vector<Commitment> rows;
    int core = 0;
    for (size_t i = 0; i < people.size(); ++i) {
        double administration = 0;
        switch (people[i].role) {
        case FacultyRole::Pd:
            administration = 3;
            break;
        case FacultyRole::Apd:
        case FacultyRole::Oic:
        case FacultyRole::DeptChief:
            administration = 2;
            break;
        case FacultyRole::SportsMed:
            administration = 1;
            break;
        case FacultyRole::Core:
            administration = 0.5;
            break;
        case FacultyRole::None:
        case FacultyRole::Adjunct:
            continue;
        }
        rows.push_back({int(i), "Programme administration", administration, 6});
        if (people[i].role != FacultyRole::Core)
            continue;
        if (++core <= 2)
            rows.push_back({int(i), "Research", 1, 5});
        rows.push_back({int(i), "Journal club", 0.5, 7});
    }
    return rows;
}

} // namespace core::programme
