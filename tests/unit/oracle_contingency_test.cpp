// The loss of one and of two (3.5) against every way of putting substitutes in, on programmes of chance.

#include "core/programme/Contingency.h"
#include "core/programme/PairLoss.h"
#include "core/programme/SingleLoss.h"
#include "tests/unit/oracle_harness.h"

#include <algorithm>
#include <functional>
#include <numeric>

using namespace core::programme;
using namespace tests::oracle;

namespace oracle_contingency {

/// Who may step in where, and what is left when somebody is lost.
class Losses {
  public:
    Losses(const Programme& programme, Bend bend) : m_facts(programme, bend), m_needs(m_facts.needs()) {
        for (int person = 0; person < m_facts.people(); ++person)
            if (programme.people[size_t(person)].type == PersonType::Faculty)
                m_faculty.push_back(person);
        for (const Need& need : m_needs)
            for (const int person : need.faculty)
                m_serving.emplace(person, need.day, need.half);
        for (const Need& need : m_needs)
            for (const int person : m_faculty)
                m_answers[{&need, person}] = judgeAnew(person, need);
    }

    const Facts& facts() const { return m_facts; }
    const std::vector<Need>& needs() const { return m_needs; }
    const std::vector<int>& faculty() const { return m_faculty; }

    bool serves(int person) const {
        for (const Need& need : m_needs)
            if (need.faculty.contains(person))
                return true;
        return false;
    }

    /// `need` is one of `needs`.
    StandIn judge(int person, const Need& need) const { return m_answers.at({&need, person}); }

    /// What the week from Monday to Sunday would hold if they did this instead of what they have in that half-day.
    WeekWith weekWith(int person, const Need& need) const {
        const Programme& programme = m_facts.programme();
        const Requirement& row = programme.requirements[size_t(need.requirement)];
        const auto date = programme.first() + std::chrono::days(need.day);
        const int monday = need.day + 1 - int(std::chrono::weekday(date).iso_encoding());
        WeekWith week;
        for (int day = std::max(0, monday); day < std::min(monday + 7, m_facts.days()); ++day) {
            for (const Half half : {Half::Am, Half::Pm})
                for (const Assignment& one : m_facts.rows(person, day, half)) {
                    const bool gives = day == need.day && half == need.half;
                    if (!m_facts.isWork(one) || m_facts.away(person, day, half) || gives)
                        continue;
                    week.hours += m_facts.hours(one);
                    week.halfDays += !m_facts.isNight(one);
                }
            week.hours += m_facts.onCall(person, day) ? 12 : 0;
        }
        const Rotation& rotation = programme.rotations[size_t(row.rotation)];
        week.hours += need.half == Half::Night ? 12 : need.half == Half::Am ? rotation.hoursAm : rotation.hoursPm;
        week.halfDays += need.half != Half::Night || m_facts.bent(Bend::NightsCountForTheWeeklyCap);
        return week;
    }

    std::vector<int> substitutes(const Need& need, const std::set<int>& lost) const {
        std::vector<int> all;
        for (const int person : m_faculty)
            if (!lost.contains(person) && !need.faculty.contains(person) && judge(person, need) == StandIn::Allowed)
                all.push_back(person);
        return all;
    }

    /// What the loss opens in a need: the units that are missing then, but no more than were lost. 0: not affected.
    static int opened(const Need& need, const std::set<int>& lost) {
        int gone = 0;
        for (const int person : lost)
            gone += need.faculty.contains(person);
        const double missing = need.facultyNeeded - (double(need.faculty.size()) - gone);
        return std::max(0, std::min(gone, int(std::ceil(missing - 1e-9))));
    }

  private:
    /// The first reason in the order of StandIn.
    StandIn judgeAnew(int person, const Need& need) const {
        const Programme& programme = m_facts.programme();
        const Requirement& row = programme.requirements[size_t(need.requirement)];
        if (!m_facts.belongs(person, need.day))
            return StandIn::NotHere;
        if (programme.people[size_t(person)].role == FacultyRole::Adjunct && !m_facts.bent(Bend::AdjunctsStepIn))
            return StandIn::Adjunct;
        if (!m_facts.qualified(person, row))
            return StandIn::NotQualified;
        if (m_facts.away(person, need.day, need.half))
            return StandIn::Absent;
        if (isBusy(person, need.day, need.half))
            return StandIn::Assigned;
        if (isOff(person, need.day, need.half))
            return StandIn::DayOff;
        const bool worked = m_facts.onCall(person, need.day - 1) || m_facts.onNightFloat(person, need.day - 1);
        if (worked && !m_facts.bent(Bend::PostCallStepsIn))
            return StandIn::PostCall;
        const WeekWith week = weekWith(person, need);
        const bool counts = need.half != Half::Night || m_facts.bent(Bend::NightsCountForTheWeeklyCap);
        if (counts && week.halfDays > 12 * programme.people[size_t(person)].fte + 1e-9)
            return StandIn::WeeklyCap;
        return week.hours > 80 + 1e-9 ? StandIn::EightyHours : StandIn::Allowed;
    }

    bool isBusy(int person, int day, Half half) const {
        if (m_serving.contains({person, day, half}))
            return true;
        if (half == Half::Night && m_facts.onCall(person, day))
            return true;
        for (const Assignment& row : m_facts.rows(person, day, half == Half::Am ? Half::Am : Half::Pm)) {
            if (!m_facts.isWork(row) || (half == Half::Night && !m_facts.isNight(row)))
                continue; // who works in the afternoon may be on call in the night
            if (row.rotation < 0 || m_facts.programme().rotations[size_t(row.rotation)].shedCategory <= 3)
                return true;
        }
        return false;
    }

    /// Time off that was granted, and the night after it; days that are merely free (OFF, W, HOL) give way.
    bool isOff(int person, int day, Half half) const {
        const Programme& programme = m_facts.programme();
        for (const Assignment& row : m_facts.rows(person, day, half == Half::Am ? Half::Am : Half::Pm)) {
            if (row.role == AssignmentRole::Backup || m_facts.isWork(row))
                continue;
            const bool granted = row.activity == "DO" || row.activity == "PC" || row.activity == "LV";
            const RotationType type =
                row.rotation < 0 ? RotationType::Off : programme.rotations[size_t(row.rotation)].type;
            if (granted || (row.activity.empty() && (type == RotationType::Absence || type == RotationType::Recovery)))
                return true;
        }
        const auto weekday = std::chrono::weekday(programme.first() + std::chrono::days(day));
        return weekday == std::chrono::Friday && day > 0 && m_facts.onFmit(person, day - 1) &&
               !m_facts.onFmit(person, day);
    }

    const Facts m_facts;
    const std::vector<Need> m_needs;
    std::vector<int> m_faculty;
    std::set<std::tuple<int, int, Half>> m_serving;
    std::map<std::pair<const Need*, int>, StandIn> m_answers;
};

/// The needs that stay short, by trying for every substitute every place or none: whoever steps in on a rotation (at
/// night: anywhere) counts in each of its services that they may serve.
int fewestShort(const Losses& losses, const std::vector<const Need*>& affected, const std::set<int>& lost) {
    const auto placeOf = [&](const Need& need) {
        return need.half == Half::Night ? -1
                                        : losses.facts().programme().requirements[size_t(need.requirement)].rotation;
    };
    std::vector<int> places;
    std::vector<std::vector<int>> candidates;
    std::set<int> everybody;
    for (const Need* need : affected) {
        places.push_back(placeOf(*need));
        candidates.push_back(losses.substitutes(*need, lost));
        everybody.insert(candidates.back().begin(), candidates.back().end());
    }
    const std::vector<int> people(everybody.begin(), everybody.end());
    const std::set<int> choices(places.begin(), places.end());
    std::vector<int> given(affected.size(), 0);
    int fewest = int(affected.size());
    const std::function<void(size_t)> place = [&](size_t next) {
        if (next == people.size()) {
            int left = 0;
            for (size_t i = 0; i < affected.size(); ++i)
                left += given[i] < Losses::opened(*affected[i], lost);
            if (losses.facts().bent(Bend::OneSubstituteFillsEverything))
                left = people.empty() ? left : 0;
            fewest = std::min(fewest, left);
            return;
        }
        place(next + 1);
        for (const int choice : choices) {
            const auto step = [&](int by) {
                for (size_t i = 0; i < affected.size(); ++i)
                    if (places[i] == choice && std::count(candidates[i].begin(), candidates[i].end(), people[next]))
                        given[i] += by;
            };
            step(+1);
            place(next + 1);
            step(-1);
        }
    };
    place(0);
    return fewest;
}

struct Loss {
    int affected = 0;
    int uncoverable = 0;
};

/// Half-day by half-day: nobody steps in twice in one.
Loss lossOfAll(const Losses& losses, const std::set<int>& lost) {
    std::map<std::pair<int, Half>, std::vector<const Need*>> byHalfDay;
    for (const Need& need : losses.needs())
        if (Losses::opened(need, lost) > 0)
            byHalfDay[{need.day, need.half}].push_back(&need);
    Loss loss;
    for (const auto& [halfDay, affected] : byHalfDay) {
        loss.affected += int(affected.size());
        loss.uncoverable += fewestShort(losses, affected, lost);
    }
    return loss;
}

std::string severityOfOne(int affected, int irreplaceable) {
    return irreplaceable > 0 ? "critical" : affected > 5 ? "high" : affected > 0 ? "medium" : "low";
}

std::string severityOfPair(const Loss& loss) {
    const double ratio = double(loss.uncoverable) / loss.affected;
    return ratio > 0.2                            ? "critical"
           : ratio > 0.1 || loss.uncoverable > 10 ? "high"
           : ratio > 0.05 || loss.uncoverable > 5 ? "medium"
                                                  : "low";
}

std::string nameOf(const Programme& programme, const Need& need) {
    return core::base::formatDate(programme.first() + std::chrono::days(need.day)) + " " + toText(need.half) + " row " +
           std::to_string(need.requirement);
}

/// The slots, who serves them, and what is said of everybody of the faculty in each.
Differences standInsDiffer(const Programme& programme, Bend bend) {
    const Losses losses(programme, bend);
    const Staffing staffing(programme, programme.first(), programme.last());
    Differences differences;
    differences.compare("slots", losses.needs().size(), staffing.slots().size());
    for (size_t i = 0; i < losses.needs().size() && i < staffing.slots().size(); ++i) {
        const Need& need = losses.needs()[i];
        const Slot& slot = staffing.slots()[i];
        const std::string name = nameOf(programme, need);
        differences.compare(name + ", row", need.requirement, slot.requirement);
        differences.compare(name + ", day", need.day, slot.day);
        differences.compare(name + ", faculty needed", need.facultyNeeded, slot.neededFaculty);
        differences.compare(name + ", residents", need.residents, int(slot.residents.size()));
        differences.compare(name + ", faculty", need.faculty, std::set<int>(slot.faculty.begin(), slot.faculty.end()));
        if (!differences.none())
            return differences;
        for (const int person : losses.faculty()) {
            const std::string who = name + ", " + programme.people[size_t(person)].name;
            const StandIn expected = losses.judge(person, need), found = staffing.judge().judge(person, slot);
            differences.compare(who, std::string(toText(expected)), std::string(toText(found)));
            if (expected != StandIn::Allowed && expected < StandIn::WeeklyCap)
                continue;
            const WeekWith week = losses.weekWith(person, need), with = staffing.judge().weekWith(person, slot);
            differences.compare(who + ", hours", week.hours, with.hours);
            differences.compare(who + ", half-days", week.halfDays, with.halfDays);
        }
    }
    return differences;
}

Differences singleLossDiffers(const Programme& programme, Bend bend) {
    const Losses losses(programme, bend);
    const Staffing staffing(programme, programme.first(), programme.last());
    Differences differences;
    int serving = 0, all = 0;
    std::map<int, std::set<std::pair<int, Half>>> halfDays;
    for (const Need& need : losses.needs())
        for (const int person : need.faculty)
            all += halfDays[person].emplace(need.day, need.half).second;
    for (const int person : losses.faculty()) {
        if (!losses.serves(person))
            continue;
        ++serving;
        const std::string who = "loss of " + programme.people[size_t(person)].name + ", ";
        int affected = 0, irreplaceable = 0;
        std::map<std::string, std::pair<int, int>> services;
        std::map<int, std::array<int, kStandIns>> answers;
        for (const Need& need : losses.needs()) {
            if (Losses::opened(need, {person}) == 0)
                continue;
            auto& service = services[programme.requirements[size_t(need.requirement)].service];
            const bool nobody = losses.substitutes(need, {person}).empty();
            ++affected;
            ++service.first;
            irreplaceable += nobody;
            service.second += nobody;
            for (const int other : losses.faculty())
                if (other != person)
                    ++answers[other][size_t(losses.judge(other, need))];
        }
        const Vulnerability found = lossOf(staffing, person);
        differences.compare(who + "affected", affected, found.affected);
        differences.compare(who + "irreplaceable", irreplaceable, found.irreplaceable);
        differences.compare(who + "severity", severityOfOne(affected, irreplaceable), found.severity);
        differences.compare(who + "assignments", int(halfDays[person].size()), found.assignments);
        differences.compare(who + "share", double(halfDays[person].size()) / all, found.share);
        std::map<std::string, std::pair<int, int>> told;
        for (const ServiceAtRisk& service : found.services)
            told[service.service] = {service.affected, service.irreplaceable};
        std::erase_if(told, [](const auto& service) { return service.second.first == 0; });
        differences.compare(who + "services", services, told);
        for (const auto* list : {&found.substitutes, &found.rejected})
            for (const Candidate& candidate : *list)
                differences.compare(who + "answers of " + programme.people[size_t(candidate.person)].name,
                                    answers[candidate.person], candidate.answers);
    }
    differences.compare("serving", size_t(serving), staffing.serving().size());
    return differences;
}

Differences pairLossDiffers(const Programme& programme, Bend bend) {
    const Losses losses(programme, bend);
    const Staffing staffing(programme, programme.first(), programme.last());
    Differences differences;
    for (const int f : losses.faculty())
        for (const int g : losses.faculty()) {
            if (f >= g || !losses.serves(f) || !losses.serves(g))
                continue;
            const std::string who =
                "loss of " + programme.people[size_t(f)].name + " and " + programme.people[size_t(g)].name + ", ";
            const Loss loss = lossOfAll(losses, {f, g});
            const FatalPair found = lossOfPair(staffing, f, g);
            int alone = 0; // for one of the two, whichever
            for (const Need& need : losses.needs())
                alone += (Losses::opened(need, {f}) > 0 && losses.substitutes(need, {f}).empty()) ||
                         (Losses::opened(need, {g}) > 0 && losses.substitutes(need, {g}).empty());
            differences.compare(who + "affected", loss.affected, found.affected);
            differences.compare(who + "uncoverable", loss.uncoverable, found.uncoverable);
            differences.compare(who + "beyond singles", loss.uncoverable - alone, found.beyondSingles);
            differences.compare(who + "open", loss.uncoverable, int(found.open.size()));
            if (loss.uncoverable > 0)
                differences.compare(who + "severity", severityOfPair(loss), found.severity);
        }
    return differences;
}

/// What the whole analysis says of N-1 and N-2.
Differences verdictDiffers(const Programme& programme, Bend bend) {
    const Losses losses(programme, bend);
    const ContingencyReport found =
        analyseContingency(programme, programme.first(), programme.last(), {}, [](double, const char*) {});
    std::optional<bool> n1, n2;
    int fatal = 0, pairs = 0;
    for (const int f : losses.faculty()) {
        if (!losses.serves(f))
            continue;
        n1 = n1.value_or(true) && lossOfAll(losses, {f}).uncoverable == 0;
        for (const int g : losses.faculty())
            if (f < g && losses.serves(g)) {
                ++pairs;
                fatal += lossOfAll(losses, {f, g}).uncoverable > 0;
            }
    }
    if (pairs > 0) // otherwise there are no two to lose
        n2 = fatal == 0;
    Differences differences;
    differences.compare("N-1 passes", n1, found.n1Pass);
    differences.compare("N-2 passes", n2, found.n2Pass);
    differences.compare("fatal pairs", fatal, int(found.fatalPairs.size()));
    differences.compare("pairs", pairs, found.pairsChecked);
    if ((!n1 || !n2) && found.unknownReason.empty())
        differences.add("no reason for what is not known");
    return differences;
}

/// How much hangs on one: services covered, covered by them alone, and the mean of the alternatives.
struct Weight {
    int covered = 0, sole = 0;
    double alternatives = 0, score = 0;
};

Weight weightOf(const Losses& losses, int person) {
    const Facts& facts = losses.facts();
    std::set<std::string> services;          ///< that need faculty
    std::map<std::string, int> alternatives; ///< by service that they cover: of the rows that they serve the fewest
    std::map<int, std::set<std::pair<int, Half>>> halfDays;
    for (const Need& need : losses.needs()) {
        const Requirement& row = facts.programme().requirements[size_t(need.requirement)];
        for (const int one : need.faculty)
            halfDays[one].emplace(need.day, need.half);
        if (need.facultyNeeded <= 0)
            continue;
        services.insert(row.service);
        if (!need.faculty.contains(person))
            continue;
        int others = 0;
        for (const int other : losses.faculty()) {
            bool belongs = false;
            for (int day = 0; day < facts.days(); ++day)
                belongs = belongs || facts.belongs(other, day);
            others += belongs && other != person && facts.qualified(other, row);
        }
        const auto known = alternatives.emplace(row.service, others).first;
        known->second = std::min(known->second, others);
    }
    size_t most = 0;
    for (const auto& [one, halves] : halfDays)
        most = std::max(most, halves.size());
    Weight weight;
    weight.covered = int(alternatives.size());
    weight.score = 0.2 * double(halfDays[person].size()) / double(most);
    for (const auto& [service, others] : alternatives) {
        weight.sole += others == 0;
        weight.alternatives += double(others) / weight.covered;
    }
    if (weight.covered > 0) // nothing hangs on somebody who only serves where nobody of the faculty is needed
        weight.score += 0.3 * weight.covered / double(services.size()) + 0.3 * weight.sole / weight.covered +
                        0.2 / (1 + weight.alternatives);
    return weight;
}

Differences criticalityDiffers(const Programme& programme, Bend bend) {
    const Losses losses(programme, bend);
    const ContingencyReport found =
        analyseContingency(programme, programme.first(), programme.last(), {}, [](double, const char*) {});
    Differences differences;
    for (const Criticality& one : found.criticality) {
        const std::string who = programme.people[size_t(one.person)].name;
        const Weight expected = weightOf(losses, one.person);
        differences.compare(who + ", covered", expected.covered, one.servicesCovered);
        differences.compare(who + ", sole", expected.sole, one.servicesSole);
        differences.compare(who + ", alternatives", expected.alternatives, one.meanAlternatives);
        differences.compare(who + ", score", expected.score, one.score);
    }
    size_t serving = 0;
    for (const int person : losses.faculty())
        serving += losses.serves(person);
    differences.compare("people", serving, found.criticality.size());
    return differences;
}

/// So that there is somebody to lose and somebody to step in.
constexpr Extent kTwoWeeks{.mostDays = 14, .leastFaculty = 3, .mostFaculty = 6, .mostResidents = 2, .leastServices = 4};

} // namespace oracle_contingency

using namespace oracle_contingency;

TEST(OracleStandIn, IsJudgedByTheRulesForEverybodyAndEveryHalfDay) {
    expectSame("oracle of stand-ins", 400, standInsDiffer);
}

TEST(OracleStandIn, NoticesAWrongRule) {
    for (const Bend bend : {Bend::AdjunctsStepIn, Bend::PostCallStepsIn, Bend::NightsCountForTheWeeklyCap,
                            Bend::PendingAbsencesKeepFromWork, Bend::HoursOfBackupCount})
        expectNoticed(standInsDiffer, bend);
}

TEST(OracleSingleLoss, IsWhatNobodyElseCanDo) {
    expectSame("oracle of N-1", 400, singleLossDiffers);
}

TEST(OracleSingleLoss, NoticesAWrongRule) {
    for (const Bend bend : {Bend::AdjunctsStepIn, Bend::PostCallStepsIn, Bend::PendingAbsencesKeepFromWork})
        expectNoticed(singleLossDiffers, bend);
}

TEST(OraclePairLoss, IsWhatNoWayOfSpreadingSubstitutesCovers) {
    expectSame("oracle of N-2", 400, pairLossDiffers, kTwoWeeks);
}

TEST(OraclePairLoss, NoticesAWrongRule) {
    for (const Bend bend :
         {Bend::OneSubstituteFillsEverything, Bend::AdjunctsStepIn, Bend::PendingAbsencesKeepFromWork})
        expectNoticed(pairLossDiffers, bend, kTwoWeeks);
}

TEST(OracleVerdict, OfTheWholeAnalysisIsThatOfItsParts) {
    expectSame("oracle of the analysis", 200, verdictDiffers, kTwoWeeks);
}

TEST(OracleVerdict, NoticesAWrongRule) {
    for (const Bend bend : {Bend::AdjunctsStepIn, Bend::PendingAbsencesKeepFromWork})
        expectNoticed(verdictDiffers, bend, kTwoWeeks);
}

TEST(OracleCriticality, IsTheFormulaOverServicesAndAlternatives) {
    expectSame("oracle of criticality", 200, criticalityDiffers, kTwoWeeks);
}

TEST(OracleCriticality, NoticesAWrongRule) {
    expectNoticed(criticalityDiffers, Bend::PendingAbsencesKeepFromWork, kTwoWeeks);
}
