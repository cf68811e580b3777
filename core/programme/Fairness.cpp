#include "core/programme/Fairness.h"

#include "core/programme/Presence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace core::programme {

namespace {

constexpr double kLeastAvailability = 0.2;
constexpr double kInpatientFactor = 1.2;
constexpr double kNightWeight = 2.5;
constexpr double kCallHours = 12;

double halfDayWeight(const Programme& programme, const Assignment& a, const Day& day) {
    const double base = day.holiday ? 2.0 : day.weekend ? 1.5 : 1.0;
    const bool inpatient = a.rotation >= 0 && programme.rotations[size_t(a.rotation)].isInpatient();
    return inpatient ? base * kInpatientFactor : base;
}

double callWeight(const Day& day) {
    if (day.holiday)
        return 5.0;
    return base::isoWeekday(day.date) >= 4 ? 4.0 : 3.0;
}

/// Adds up the period, person by person.
class LoadSum {
  public:
    LoadSum(const Programme& programme, base::Date from, base::Date to)
        : m_programme(programme), m_presence(programme), m_from(from), m_to(to) {
        m_loads.resize(programme.people.size());
        for (size_t p = 0; p < m_loads.size(); ++p)
            m_loads[p].person = int(p);
    }

    std::vector<PersonLoad> run() {
        for (const Assignment& a : m_programme.assignments)
            add(a);
        for (const Call& call : m_programme.calls)
            add(call);
        std::vector<PersonLoad> listed;
        for (PersonLoad& load : m_loads)
            if (addAvailability(load))
                listed.push_back(load);
        return listed;
    }

  private:
    const Day* dayIn(base::Date date) const {
        return date < m_from || date > m_to ? nullptr : m_programme.day(date);
    }

    bool isHere(int person, base::Date date) const {
        return person >= 0 && m_programme.people[size_t(person)].isActiveOn(date);
    }

    void add(const Assignment& a) {
        const Day* day = dayIn(a.date);
        if (!day || !isHere(a.person, a.date) || !isWork(m_programme, a))
            return;
        const bool night = a.half == Half::Night || (a.rotation >= 0 && m_programme.rotations[size_t(a.rotation)].isNight);
        if (m_presence.absent(a.person, m_presence.dayIndex(a.date), night ? Half::Night : a.half))
            return;
        PersonLoad& load = m_loads[size_t(a.person)];
        load.hours += hoursOf(m_programme, a.rotation, a.half);
        if (night) {
            ++load.nights;
            load.weighted += kNightWeight;
            return;
        }
        ++load.halfDays;
        load.holidayHalfDays += day->holiday ? 1 : 0;
        load.weekendHalfDays += day->weekend ? 1 : 0;
        load.weighted += halfDayWeight(m_programme, a, *day);
    }

    void add(const Call& call) {
        const Day* day = dayIn(call.date);
        if (!day || !isHere(call.person, call.date) || call.type == CallType::Backup ||
            m_presence.absent(call.person, m_presence.dayIndex(call.date), Half::Night))
            return;
        PersonLoad& load = m_loads[size_t(call.person)];
        const int weekday = base::isoWeekday(call.date);
        int& pool = day->holiday || weekday == 4 || weekday == 5 ? load.otherCalls
                    : weekday == 6                               ? load.sundayCalls
                                                                 : load.weekdayCalls;
        ++pool;
        load.hours += kCallHours;
        load.weighted += callWeight(*day);
    }

    /// False for somebody who is not in the programme on any day of the period.
    bool addAvailability(PersonLoad& load) const {
        const Person& person = m_programme.people[size_t(load.person)];
        int available = 0, all = 0, active = 0;
        for (size_t d = 0; d < m_programme.days.size(); ++d) {
            const base::Date date = m_programme.days[d].date;
            if (date < m_from || date > m_to)
                continue;
            all += 2;
            active += person.isActiveOn(date) && person.status != PersonStatus::Separated ? 1 : 0;
            for (const Half half : {Half::Am, Half::Pm})
                available += m_presence.present(load.person, int(d), half) ? 1 : 0;
        }
        if (active == 0)
            return false;
        load.availability = person.fte * available / all;
        if (load.availability >= kLeastAvailability)
            load.load = load.weighted / load.availability;
        return true;
    }

    const Programme& m_programme;
    const Presence m_presence;
    const base::Date m_from, m_to;
    std::vector<PersonLoad> m_loads;
};

std::vector<double> comparable(const Programme& programme, const std::vector<PersonLoad>& loads, PersonType type) {
    std::vector<double> values;
    for (const PersonLoad& load : loads)
        if (load.load && programme.people[size_t(load.person)].type == type)
            values.push_back(*load.load);
    return values;
}

} // namespace

std::optional<double> gini(std::vector<double> values) {
    if (values.empty())
        return std::nullopt;
    std::sort(values.begin(), values.end());
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    if (sum <= 0)
        return 0.0;
    const double n = double(values.size());
    double weighted = 0;
    for (size_t i = 0; i < values.size(); ++i)
        weighted += (2 * double(i + 1) - n - 1) * values[i];
    return weighted / (n * sum);
}

std::optional<double> fairnessIndex(const std::vector<double>& values) {
    const std::optional<double> g = gini(values);
    if (!g)
        return std::nullopt;
    return std::round((1 - *g) * 1000) / 1000;
}

std::optional<double> jainIndex(const std::vector<double>& values) {
    if (values.empty())
        return std::nullopt;
    double sum = 0, squares = 0;
    for (const double value : values) {
        sum += value;
        squares += value * value;
    }
    return squares > 0 ? sum * sum / (double(values.size()) * squares) : 1.0;
}

std::vector<PersonLoad> loadsOf(const Programme& programme, base::Date from, base::Date to) {
    if (programme.days.empty())
        return {};
    return LoadSum(programme, from, to).run();
}

FairnessReport fairnessOf(const Programme& programme, base::Date from, base::Date to) {
    FairnessReport report;
    report.loads = loadsOf(programme, from, to);
    const auto residents = comparable(programme, report.loads, PersonType::Resident);
    const auto faculty = comparable(programme, report.loads, PersonType::Faculty);
    report.residents = fairnessIndex(residents);
    report.faculty = fairnessIndex(faculty);
    report.residentsJain = jainIndex(residents);
    report.facultyJain = jainIndex(faculty);
    report.overall = report.residents;
    if (report.faculty && (!report.overall || *report.faculty < *report.overall))
        report.overall = report.faculty;
    return report;
}

const char* fairnessStatus(double index) {
    return index >= 0.90 ? "good" : index >= 0.75 ? "warning" : "critical";
}

} // namespace core::programme
