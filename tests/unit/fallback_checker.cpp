#include "tests/unit/fallback_checker.h"

#include "tests/unit/oracle_facts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tests {

using namespace core::programme;
using core::base::Date;
using core::base::formatDate;
using fallback::Plan;
using fallback::Scenario;
using fallback::Takeover;
using oracle::Facts;
using std::chrono::days;

namespace {

/// The table of domain 3.6, read as: who works on this in the scenario does not.
bool isDoneWithout(Scenario scenario, int category, const Rotation* rotation, const std::string& specialty,
                   bool procedures) {
    const bool clinic = rotation && rotation->type == RotationType::Outpatient && rotation->shedCategory == 3 &&
                        !rotation->requiresProcedureCredential && rotation->requiresSpecialty != "obstetrics" &&
                        specialty != "obstetrics" && category >= 3;
    const bool continuity = rotation && rotation->supervisionRequired && rotation->requiresSpecialty.empty();
    const bool procedure =
        category >= 3 &&
        (procedures || (rotation && rotation->requiresProcedureCredential && rotation->shedCategory >= 3));
    switch (scenario) {
    case Scenario::SingleLoss: return false;
    case Scenario::DoubleLoss: return procedure;
    case Scenario::PcsSeason: return category == 5 || category == 7 || (clinic && !continuity);
    case Scenario::HolidaySkeleton: return category >= 4;
    case Scenario::Pandemic: return category >= 5 || procedure || clinic;
    case Scenario::MassCasualty: return category >= 2;
    case Scenario::Weather: return category >= 5 || procedure;
    }
    return false;
}

bool isDoneWithout(Scenario scenario, const Programme& programme, const Requirement& row) {
    const Rotation* rotation = row.rotation < 0 ? nullptr : &programme.rotations[size_t(row.rotation)];
    return isDoneWithout(scenario, row.shedCategory, rotation, row.requiresSpecialty, row.requiresProcedureCredential);
}

/// The published programme with the scenario's people, days and requirements, and the planned rows: so that the oracle
/// counts from what the rules say and not from what the generator made of them.
Programme asTheRulesSay(const Programme& published, const Plan& plan) {
    Programme world = published;
    const Programme planned = fallback::planned(published, plan);
    world.assignments = planned.assignments;
    world.calls = planned.calls;
    world.shedCategories.clear();
    const std::set<std::string> cancelled(plan.loss.cancelledLeave.begin(), plan.loss.cancelledLeave.end());
    for (Absence& absence : world.absences)
        if (cancelled.contains(absence.id) && absence.end >= plan.from) {
            absence.end = plan.from - days(1);
            absence.endHalf = Half::Pm;
        }
    std::erase_if(world.absences, [](const Absence& absence) { return absence.end < absence.start; });
    for (const fallback::Removal& removal : plan.loss.removals) {
        Absence away;
        away.id = "lost";
        away.person = removal.person;
        away.start = removal.from;
        away.end = removal.to;
        away.status = AbsenceStatus::Confirmed;
        world.absences.push_back(away);
    }
    for (Requirement& row : world.requirements)
        if (isDoneWithout(plan.scenario, published, row)) {
            row.minFaculty = row.minResidents = 0;
            row.facultyByUnits = false;
        }
    if (plan.scenario == Scenario::HolidaySkeleton)
        for (Day& day : world.days)
            if (day.date >= plan.from && day.date <= plan.to) {
                day.holiday = true;
                day.multiplier = 0;
            }
    return world;
}

/// Duty in minutes since the first day's midnight.
struct Duty {
    int start = 0, end = 0;
    int day = 0;
    Half half = Half::Am;
    bool taken = false; ///< a takeover
};

class Checker {
  public:
    Checker(const Programme& published, const Plan& plan)
        : m_published(published), m_plan(plan), m_world(asTheRulesSay(published, plan)), m_facts(m_world) {}

    std::vector<std::string> run() {
        checkCoverage();
        checkRows();
        for (const Takeover& takeover : m_plan.takeovers)
            checkTakeover(takeover);
        for (const int person : m_takers)
            checkDuty(person);
        return std::move(m_faults);
    }

  private:
    int dayOf(Date date) const { return int((date - m_world.first()).count()); }
    const Person& personOf(int person) const { return m_world.people[size_t(person)]; }
    void fault(int person, Date date, const std::string& text) {
        m_faults.push_back((person < 0 ? std::string() : personOf(person).name + " ") + formatDate(date) + ": " + text);
    }
    bool isInPeriod(Date date) const { return date >= m_plan.from && date <= m_plan.to; }

    void checkCoverage() {
        double needed = 0, covered = 0;
        int gaps = 0;
        for (const oracle::Need& need : m_facts.needs()) {
            if (!isInPeriod(m_world.days[size_t(need.day)].date))
                continue;
            needed += need.residentsNeeded + need.facultyNeeded;
            covered += std::min(double(need.residents), need.residentsNeeded) +
                       std::min(double(need.faculty.size()), need.facultyNeeded);
            gaps += need.residents < need.residentsNeeded - 1e-9 ? 1 : 0;
            gaps += double(need.faculty.size()) < need.facultyNeeded - 1e-9 ? 1 : 0;
        }
        if (std::abs(needed - m_plan.met.needed) > 1e-6 || std::abs(covered - m_plan.met.covered) > 1e-6)
            fault(-1, m_plan.from,
                  "coverage is said to be " + std::to_string(m_plan.met.covered) + " of " +
                      std::to_string(m_plan.met.needed) + ", it is " + std::to_string(covered) + " of " +
                      std::to_string(needed));
        if (m_plan.met.ratio().has_value() != (needed > 0))
            fault(-1, m_plan.from, "a rate without demand, or none with it");
        if (gaps != int(m_plan.shortages.size()))
            fault(-1, m_plan.from, std::to_string(m_plan.shortages.size()) + " gaps are told of " + std::to_string(gaps));
        const double best = std::max(m_plan.greedy.ratio().value_or(1), m_plan.exact.ratio().value_or(1));
        if (std::abs(m_plan.met.ratio().value_or(1) - best) > 1e-6)
            fault(-1, m_plan.from, "the plan is not the better of the two ways");
    }

    using Place = std::tuple<Date, Half, int>;

    /// Every row of the period is published or a takeover, and what is missing of the published ones has a reason.
    void checkRows() {
        std::map<Place, std::vector<Assignment>> published, planned;
        for (const Assignment& a : m_published.assignments)
            published[{a.date, a.half, a.person}].push_back(a);
        std::set<Place> taken;
        for (const Takeover& takeover : m_plan.takeovers) {
            const Half half = takeover.when.half == Half::Night ? Half::Pm : takeover.when.half;
            if (!takeover.isCall() && !taken.insert({takeover.when.date, half, takeover.person}).second)
                fault(takeover.person, takeover.when.date, "is put in two places");
        }
        for (const Assignment& a : m_world.assignments) {
            planned[{a.date, a.half, a.person}].push_back(a);
            const auto found = published.find({a.date, a.half, a.person});
            const bool known = found != published.end() &&
                               std::any_of(found->second.begin(), found->second.end(),
                                           [&](const Assignment& other) { return other.rotation == a.rotation; });
            if (!known && !taken.contains({a.date, a.half, a.person}))
                fault(a.person, a.date, "works where neither the schedule nor the plan put them");
            const bool night = a.rotation >= 0 && m_world.rotations[size_t(a.rotation)].isNight;
            if (isInPeriod(a.date) && a.person >= 0 && m_facts.isWork(a) &&
                !m_facts.there(a.person, dayOf(a.date), night ? Half::Night : a.half))
                fault(a.person, a.date, "works although away");
        }
        if (m_plan.scenario == Scenario::HolidaySkeleton)
            return; // whoever is not needed is off
        for (const auto& [place, rows] : published)
            for (const Assignment& a : rows)
                if (a.person >= 0 && isInPeriod(a.date) && m_facts.isWork(a) && !planned.contains(place) &&
                    !mayBeDropped(a))
                    fault(a.person, a.date, "lost the published work on " +
                                                (a.rotation < 0 ? std::string("nothing")
                                                                : m_world.rotations[size_t(a.rotation)].abbreviation));
    }

    bool mayBeDropped(const Assignment& a) const {
        const Rotation* rotation = a.rotation < 0 ? nullptr : &m_world.rotations[size_t(a.rotation)];
        const bool night = rotation && rotation->isNight;
        return !m_facts.there(a.person, dayOf(a.date), night ? Half::Night : a.half) ||
               (rotation && isDoneWithout(m_plan.scenario, rotation->shedCategory, rotation, {}, false));
    }

    void checkTakeover(const Takeover& takeover) {
        const int person = takeover.person, day = dayOf(takeover.when.date);
        const Person& who = personOf(person);
        const Requirement& row = m_published.requirements[size_t(takeover.requirement)];
        const Date date = takeover.when.date;
        m_takers.insert(person);
        m_taken.insert({person, day, takeover.when.half});
        if (!isInPeriod(date))
            fault(person, date, "steps in outside the period");
        if (isDoneWithout(m_plan.scenario, m_published, row))
            fault(person, date, "steps in at " + row.service + ", which is done without");
        if (!m_facts.there(person, day, takeover.when.half))
            fault(person, date, "steps in although away, lost or not in the programme");
        if (who.role == FacultyRole::Adjunct)
            fault(person, date, "is an adjunct and is never called in");
        if (who.isFaculty() && !m_facts.qualified(person, row))
            fault(person, date, "is not qualified for " + row.service);
        if (m_facts.onCall(person, day - 1) || (day > 0 && m_facts.onNightFloat(person, day - 1)))
            fault(person, date, "steps in after a night of duty");
        for (const Half half : {Half::Am, Half::Pm})
            for (const Assignment& a : m_facts.rows(person, day, half))
                if (half == takeover.when.half &&
                    (a.activity == "DO" || a.activity == "PC" || a.activity == "LV"))
                    fault(person, date, "steps in on a day off");
        if (takeover.when.half == Half::Night)
            checkDayAfter(person, day);
        const bool fits = takeover.isCall() ? takeover.when.half == Half::Night
                                            : takeover.rotation == row.rotation;
        if (!fits)
            fault(person, date, "is put on another rotation than " + row.service + " has");
    }

    void checkDayAfter(int person, int day) {
        if (day + 1 >= m_facts.days())
            return;
        bool works = m_facts.onCall(person, day + 1);
        for (const Half half : {Half::Am, Half::Pm})
            for (const Assignment& a : m_facts.rows(person, day + 1, half))
                works |= m_facts.isWork(a) && !m_facts.away(person, day + 1, half);
        if (works)
            fault(person, m_world.days[size_t(day)].date, "takes a night and works on the day after it");
    }

    std::vector<Duty> dutyOf(int person) const {
        std::vector<Duty> list;
        for (int day = 0; day < m_facts.days(); ++day) {
            for (const Half half : {Half::Am, Half::Pm})
                for (const Assignment& a : m_facts.rows(person, day, half)) {
                    const Rotation* rotation = a.rotation < 0 ? nullptr : &m_world.rotations[size_t(a.rotation)];
                    const Half real = rotation && rotation->isNight ? Half::Night : half;
                    if (!m_facts.isWork(a) || m_facts.away(person, day, real))
                        continue;
                    const int begin = rotation ? (half == Half::Am ? rotation->startMinuteAm : rotation->startMinutePm)
                                               : (half == Half::Am ? 7 : 13) * 60;
                    const double hours = hoursOfRow(a);
                    if (hours > 0)
                        list.push_back({day * 1440 + begin, day * 1440 + begin + int(std::lround(60 * hours)), day, real,
                                        m_taken.contains({person, day, real})});
                }
        }
        for (int day = -1; day < m_facts.days(); ++day)
            if (m_facts.onCall(person, day))
                list.push_back({day * 1440 + 1140, day * 1440 + 1860, day, Half::Night,
                                m_taken.contains({person, day, Half::Night})});
        std::sort(list.begin(), list.end(), [](const Duty& a, const Duty& b) { return a.start < b.start; });
        return list;
    }

    void checkDuty(int person) {
        const std::vector<Duty> duty = dutyOf(person);
        for (size_t i = 1; i < duty.size(); ++i)
            if (duty[i].start < duty[i - 1].end && (duty[i].taken || duty[i - 1].taken))
                fault(person, m_world.days[size_t(std::max(0, duty[i].day))].date, "is on duty twice at once");
        checkRest(person, duty);
        checkWeeks(person, duty);
        checkAverages(person, duty);
    }

    /// R8, R14 and C24 of every duty that somebody steps in for.
    void checkRest(int person, const std::vector<Duty>& duty) {
        struct Period {
            int start, end;
            size_t first, last;
            bool taken;
        };
        std::vector<Period> periods;
        for (size_t i = 0; i < duty.size(); ++i) {
            if (periods.empty() || duty[i].start - periods.back().end > 30)
                periods.push_back({duty[i].start, duty[i].end, i, i, duty[i].taken});
            periods.back().end = std::max(periods.back().end, duty[i].end);
            periods.back().last = i;
            periods.back().taken |= duty[i].taken;
        }
        for (size_t p = 0; p < periods.size(); ++p) {
            const Date date = m_world.days[size_t(std::clamp(duty[periods[p].first].day, 0, m_facts.days() - 1))].date;
            if (periods[p].taken && periods[p].end - periods[p].start > 24 * 60)
                fault(person, date, "is on duty for more than 24 h");
            if (p == 0 || (!periods[p].taken && !periods[p - 1].taken))
                continue;
            const int rest = periods[p].start - periods[p - 1].end;
            const Duty& before = duty[periods[p - 1].last];
            const Duty& after = duty[periods[p].first];
            const bool meal = before.day == after.day && before.half == Half::Am && after.half == Half::Pm;
            const bool isLong = periods[p - 1].end - periods[p - 1].start >= 24 * 60;
            if (isLong ? rest < 14 * 60 : rest < 8 * 60 && !meal)
                fault(person, date, "has " + std::to_string(rest) + " minutes of rest");
        }
    }

    std::map<int, double> minutesByDay(const std::vector<Duty>& duty) const {
        std::map<int, double> sum;
        for (const Duty& one : duty)
            for (int start = one.start; start < one.end;) {
                const int day = int(std::floor(start / 1440.0));
                const int end = std::min(one.end, (day + 1) * 1440);
                sum[day] += end - start;
                start = end;
            }
        return sum;
    }

    void checkWeeks(int person, const std::vector<Duty>& duty) {
        std::map<Date, int> halfDays;
        std::map<Date, double> minutes;
        std::set<Date> taken, takenByDay;
        const auto mondayOf = [&](int day) {
            const Date date = m_world.first() + days(day);
            return date - days(core::base::isoWeekday(date));
        };
        for (const Duty& one : duty) {
            halfDays[mondayOf(one.day)] += one.half == Half::Night ? 0 : 1;
            if (one.taken) {
                taken.insert(mondayOf(one.day));
                if (one.half != Half::Night)
                    takenByDay.insert(mondayOf(one.day));
            }
        }
        for (const auto& [day, sum] : minutesByDay(duty))
            minutes[mondayOf(day)] += sum;
        for (const Date monday : takenByDay)
            if (halfDays[monday] > 12 * personOf(person).fte + 1e-9)
                fault(person, monday, std::to_string(halfDays[monday]) + " half-days in the week");
        for (const Date monday : taken)
            if (minutes[monday] > 80 * 60 + 1e-9)
                fault(person, monday, std::to_string(minutes[monday] / 60) + " h in the week");
    }

    bool isLeave(int person, int day) const {
        return m_facts.away(person, day, Half::Am) && m_facts.away(person, day, Half::Pm) &&
               !m_facts.maybeAway(person, day, Half::Am) && !m_facts.maybeAway(person, day, Half::Pm);
    }

    /// H80, and D1IN7 of residents, in every four weeks that hold a takeover.
    void checkAverages(int person, const std::vector<Duty>& duty) {
        const auto minutes = minutesByDay(duty);
        std::set<int> took;
        for (const Duty& one : duty)
            if (one.taken)
                took.insert(one.day);
        for (int start = 0; start + 27 < m_facts.days(); ++start) {
            if (took.lower_bound(start) == took.end() || *took.lower_bound(start) > start + 27 ||
                m_world.first() + days(start) < personOf(person).activeFrom)
                continue;
            double sum = 0;
            int exposed = 0, free = 0;
            for (int day = start; day < start + 28; ++day) {
                if (isLeave(person, day))
                    continue;
                ++exposed;
                const auto found = minutes.find(day);
                sum += found == minutes.end() ? 0 : found->second;
                free += found == minutes.end() && !isAtHomeCall(person, day) ? 1 : 0;
            }
            const Date date = m_world.first() + days(start);
            if (exposed >= 7 && sum / 60 / (exposed / 7.0) > 80.01)
                fault(person, date, std::to_string(sum / 60 / (exposed / 7.0)) + " h a week in four weeks");
            // A takeover on a day that was worked anyway costs no day off.
            if (!personOf(person).isFaculty() && free < exposed / 7 && costsDayOff(person, duty, start))
                fault(person, date, std::to_string(free) + " days off in four weeks");
        }
    }

    double hoursOfRow(const Assignment& a) const {
        if (a.rotation < 0)
            return 6;
        const Rotation& rotation = m_world.rotations[size_t(a.rotation)];
        return a.half == Half::Am ? rotation.hoursAm : rotation.hoursPm;
    }

    bool isAtHomeCall(int person, int day) const {
        for (const Half half : {Half::Am, Half::Pm})
            for (const Assignment& a : m_facts.rows(person, day, half))
                if (a.role == AssignmentRole::Backup && hoursOfRow(a) > 0 && !m_facts.away(person, day, half))
                    return true;
        return std::any_of(m_world.calls.begin(), m_world.calls.end(), [&](const Call& call) {
            const int begins = dayOf(call.date);
            return call.person == person && call.type == CallType::Backup && (begins == day || begins + 1 == day);
        });
    }

    bool costsDayOff(int person, const std::vector<Duty>& duty, int start) const {
        std::map<int, bool> only; ///< by day: nothing but takeovers
        for (const Duty& one : duty)
            for (const int day : {one.start / 1440, (one.end - 1) / 1440}) {
                const auto [found, isNew] = only.try_emplace(day, one.taken);
                found->second = found->second && one.taken;
            }
        for (const auto& [day, taken] : only)
            if (taken && day >= start && day < start + 28 && !isAtHomeCall(person, day))
                return true;
        return false;
    }

    const Programme& m_published;
    const Plan& m_plan;
    const Programme m_world;
    const Facts m_facts;
    std::set<int> m_takers;
    std::set<std::tuple<int, int, Half>> m_taken;
    std::vector<std::string> m_faults;
};

} // namespace

std::vector<std::string> faultsOf(const Programme& published, const Plan& plan) {
    return Checker(published, plan).run();
}

Programme cutTo(const Programme& programme, Date from, Date to) {
    Programme cut = programme;
    const auto outside = [&](Date date) { return date < from || date > to; };
    std::erase_if(cut.days, [&](const Day& day) { return outside(day.date); });
    std::erase_if(cut.assignments, [&](const Assignment& a) { return outside(a.date); });
    std::erase_if(cut.calls, [&](const Call& call) { return call.date < from - days(1) || call.date > to; });
    std::erase_if(cut.absences, [&](const Absence& absence) { return absence.end < from || absence.start > to; });
    return cut;
}

} // namespace tests
