#include "core/programme/sample/Sample.h"

#include "core/programme/Catalogue.h"
#include "core/programme/Utilization.h"
#include "core/programme/sample/Contacts.h"
#include "core/programme/sample/Draft.h"
#include "core/programme/sample/Versions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace core::programme::sample {

using base::kThursday;

using base::Date;
using base::Error;
using base::ErrorCode;
using std::chrono::days;

namespace {

constexpr int kMinResidents = 6, kMaxResidents = 300, kMinFaculty = 4, kMaxFaculty = 200;
constexpr double kTargets[] = {0.70, 0.78, 0.90};
constexpr double kTolerance = 0.02; ///< of the calibration; the promise is 0.05
constexpr int kRounds = 4;
constexpr int kMaxChange = 400;    ///< of attendings a week, in one round
constexpr int kClinicHalfDays = 9; ///< a week
constexpr double kNoEffect = 0.002;

base::Result<Date> startOf(const SampleOptions& options, Date today) {
    const Date start = options.start.value_or(academicYearStart(today));
    const std::chrono::year_month_day ymd{start};
    if (ymd.month() != std::chrono::July || ymd.day() != std::chrono::day(1))
        return Error{ErrorCode::InvalidParams,
                     "an academic year starts on 1 July, not on " + base::formatDate(start),
                     "Choose a start such as " + base::formatDate(academicYearStart(start)),
                     {{"start", "must be a 1 July"}}};
    if (int(ymd.year()) < 2000 || int(ymd.year()) > 2099)
        return Error{ErrorCode::InvalidParams,
                     "the year " + std::to_string(int(ymd.year())) + " is out of range",
                     "Choose a start from 2000-07-01 to 2099-07-01",
                     {{"start", "must be from 2000 to 2099"}}};
    const auto outOfRange = [](const char* field, int value, int low, int high) {
        const std::string range = "from " + std::to_string(low) + " to " + std::to_string(high);
        return Error{ErrorCode::InvalidParams,
                     std::string("the number of ") + field + " must be " + range + ", not " + std::to_string(value),
                     "Choose another number",
                     {{field, "must be " + range}}};
    };
    if (options.residents < kMinResidents || options.residents > kMaxResidents)
        return outOfRange("residents", options.residents, kMinResidents, kMaxResidents);
    if (options.faculty < kMinFaculty || options.faculty > kMaxFaculty)
        return outOfRange("faculty", options.faculty, kMinFaculty, kMaxFaculty);
    return start;
}

Draft begin(const SampleOptions& options, Date start) {
    Draft draft;
    draft.seed = options.seed;
    draft.residents = options.residents;
    draft.faculty = options.faculty;
    Programme& programme = draft.programme;
    programme.name = "Sample Family Medicine Residency";
    programme.zone = "Pacific/Honolulu";
    programme.yearStart = start;
    programme.yearEnd = academicYearEnd(start);
    programme.days = academicCalendar(start);
    draft.blocks = academicBlocks(start);
    programme.rotations = defaultRotations();
    programme.requirements = defaultRequirements(programme.rotations, options.residents);
    makePeople(draft);
    programme.commitments = defaultCommitments(programme.people);
    return draft;
}

/// Measures one state of a draft: the same weeks under three assumptions about who is away.
class CalibrationStep {
  public:
    explicit CalibrationStep(const Draft& draft) : m_draft(draft), m_programme(draft.programme) {
        for (int i = draft.residents; i < draft.people(); ++i)
            if (draft.person(i).role == FacultyRole::Core)
                m_core.push_back(i);
        // A faculty without enough core members loses others.
        for (int i = draft.people() - 1; i >= draft.residents && m_core.size() < 3; --i)
            if (draft.person(i).role != FacultyRole::Core)
                m_core.push_back(i);
    }

    Calibration run() {
        Calibration result;
        result.ordinary = utilization(sum(&CalibrationStep::anyWeek, nullptr));
        m_programme.absences.clear();
        result.full = utilization(sum(&CalibrationStep::anyWeek, nullptr));
        result.threeAway = utilization(sum(&CalibrationStep::inSeason, &CalibrationStep::sendThreeAway));
        return result;
    }

  private:
    DayLoad sum(bool (CalibrationStep::*wanted)(Date) const, void (CalibrationStep::*prepare)(int)) {
        DayLoad total;
        const int first = (7 - m_draft.weekday(0)) % 7;
        for (int monday = first; monday + 6 < m_draft.dayCount(); monday += 7) {
            if (!isOrdinary(monday) || !(this->*wanted)(m_draft.date(monday)))
                continue;
            if (prepare)
                (this->*prepare)(monday);
            total += weekLoad(m_programme, m_draft.date(monday));
        }
        return total;
    }

    /// A week without holidays or reduced days.
    bool isOrdinary(int monday) const {
        return std::all_of(m_draft.programme.days.begin() + monday, m_draft.programme.days.begin() + monday + 7,
                           [](const Day& day) { return day.multiplier == 1.0; });
    }
    bool anyWeek(Date) const { return true; }
    bool inSeason(Date date) const {
        const std::chrono::month_day md{std::chrono::year_month_day{date}.month(),
                                        std::chrono::year_month_day{date}.day()};
        return md >= std::chrono::May / 15 && md <= std::chrono::August / 31;
    }

    /// Three core members without FMIT that week.
    void sendThreeAway(int monday) {
        m_programme.absences.clear();
        for (const int person : m_core) {
            bool onFmit = false;
            for (int day = monday - 1; day < monday + 7; ++day)
                onFmit |= m_draft.onFmit(person, day);
            if (onFmit || m_programme.absences.size() == 3)
                continue;
            Absence absence;
            absence.person = person;
            absence.start = m_draft.date(monday);
            absence.end = absence.start + days(6);
            m_programme.absences.push_back(absence);
        }
    }

    const Draft& m_draft;
    Programme m_programme;
    std::vector<int> m_core;
};

/// The largest distance from the three targets if attending demand changed by `attendings` half-days a week.
double missBy(const Calibration& measured, const double (&weeklyCapacity)[3], double attendings) {
    const double values[] = {measured.full, measured.ordinary, measured.threeAway};
    double worst = 0;
    for (size_t i = 0; i < 3; ++i)
        worst = std::max(worst, std::abs(values[i] + attendings / weeklyCapacity[i] - kTargets[i]));
    return worst;
}

/// Schedules the year for the draft's attending demand and measures it.
Calibration schedule(Draft& draft) {
    for (Requirement& row : draft.programme.requirements)
        if (row.facultyByUnits)
            row.minFaculty = draft.extraAttending;
    makeResidentDays(draft);
    makeFacultyDays(draft);
    std::stable_sort(draft.programme.assignments.begin(), draft.programme.assignments.end(),
                     [](const Assignment& a, const Assignment& b) {
                         return std::tie(a.date, a.half, a.person) < std::tie(b.date, b.half, b.person);
                     });
    return CalibrationStep(draft).run();
}

/// Scales the attending demand of the clinic until the three figures are near their targets, or as near as the number
/// of residents and faculty allows: first by the residents in clinic, then by further attendings. Keeps the best try.
Calibration calibrate(Draft& draft) {
    double fullTime = 0;
    for (const Person& person : draft.programme.people)
        fullTime += person.isFaculty() ? person.fte : 0;
    const double weekly[] = {10 * fullTime, 9 * fullTime, std::max(5.0, 10 * (fullTime - 3))};
    Calibration best;
    double least = std::numeric_limits<double>::max(), before = 0;
    std::pair<int, int> bestPlan;
    for (int round = 0; round < kRounds && least > kTolerance; ++round) {
        const std::pair<int, int> plan{draft.attendingPerWeek, draft.extraAttending};
        const Calibration measured = schedule(draft);
        const double miss = missBy(measured, weekly, 0);
        if (miss < least) {
            least = miss;
            best = measured;
            bestPlan = plan;
        }
        int change = 0;
        for (int step = -kMaxChange; step <= kMaxChange; ++step)
            if (missBy(measured, weekly, step) < missBy(measured, weekly, change))
                change = step;
        if (change == 0)
            break;
        if (change > 0 && round > 0 && std::abs(miss - before) < kNoEffect) // no further residents for the clinic
            draft.extraAttending += std::max(1, change / kClinicHalfDays);
        draft.attendingPerWeek = std::max(kClinicHalfDays, draft.attendingPerWeek + change);
        before = miss;
    }
    if (bestPlan != std::pair(draft.attendingPerWeek, draft.extraAttending)) {
        std::tie(draft.attendingPerWeek, draft.extraAttending) = bestPlan;
        best = schedule(draft);
    }
    return best;
}

/// The OB clinic is not held while its only attending is away: its requirement is valid between those Thursdays.
void suspendObClinic(Draft& draft) {
    auto& requirements = draft.programme.requirements;
    const auto found = std::find_if(requirements.begin(), requirements.end(),
                                    [](const Requirement& row) { return row.requiresSpecialty == "obstetrics"; });
    Requirement whole = *found;
    requirements.erase(found);
    const auto isHeld = [&](int day) {
        const auto rows = draft.programme.assignmentsOn(draft.date(day));
        return std::any_of(rows.begin(), rows.end(), [&](const Assignment& row) {
            return row.person == draft.obstetrician && row.rotation == whole.rotation;
        });
    };
    std::optional<Date> from;
    for (int day = 0; day < draft.dayCount(); ++day) {
        if (draft.weekday(day) != kThursday || draft.day(day).multiplier <= 0 || isHeld(day))
            continue;
        Requirement part = whole;
        part.validFrom = from;
        part.validTo = draft.date(day) - days(1);
        requirements.push_back(part);
        from = draft.date(day) + days(1);
    }
    whole.validFrom = from;
    requirements.push_back(whole);
}

void giveIds(Founding& sample, Random chance) {
    for (Person& person : sample.programme.people)
        person.id = chance.uuid();
    for (Rotation& rotation : sample.programme.rotations)
        rotation.id = chance.uuid();
    for (Requirement& requirement : sample.programme.requirements)
        requirement.id = chance.uuid();
    for (size_t i = 0; i < sample.programme.commitments.size(); ++i)
        sample.commitmentIds.push_back(chance.uuid());
    for (Absence& absence : sample.programme.absences)
        absence.id = chance.uuid();
}

} // namespace

base::Result<Founding> generateSample(const SampleOptions& options, Date today) {
    const auto start = startOf(options, today);
    if (!start)
        return start.error();
    Draft draft = begin(options, *start);
    makeMatrix(draft);
    makeLongAbsences(draft);
    makeFmitWeeks(draft);
    makeAbsences(draft);
    makeCalls(draft);
    Founding sample;
    sample.seed = options.seed;
    sample.calibration = calibrate(draft);
    suspendObClinic(draft);
    makeVersions(draft, sample);
    makeContacts(draft, sample);
    sample.faults.push_back({"irreplaceable_obstetrics", draft.obstetrician,
                             "The OB clinic on Thursday morning has one attending who holds obstetrics: " +
                                 draft.person(draft.obstetrician).name});
    sample.programme = std::move(draft.programme);
    sample.blocks = std::move(draft.blocks);
    sample.tdyLocations = std::move(draft.tdyLocations);
    giveIds(sample, draft.chance(Step::Ids));
    return sample;
}

} // namespace core::programme::sample
