#include "core/programme/AllostaticLoad.h"

#include "core/programme/OrNull.h"
#include "core/programme/duty/DutyDays.h"

#include <algorithm>
#include <set>

namespace core::programme {

namespace {

constexpr int kLookBackDays = 28;
constexpr double kOrdinaryWeekHours = 60;
constexpr double kOverloaded = 50;

bool isWeekendNight(const Call& call) {
    const int weekday = base::isoWeekday(call.date);
    return call.type == CallType::Weekend || weekday == base::kFriday || weekday == base::kSaturday;
}

/// Counts what the rows of the window say, for everybody at once.
class StressCounter {
  public:
    StressCounter(const Programme& programme, base::Date from, base::Date to)
        : m_programme(programme), m_presence(programme), m_from(from), m_to(to), m_loads(programme.people.size()),
          m_holidays(programme.people.size()) {
        for (size_t p = 0; p < m_loads.size(); ++p)
            m_loads[p].person = int(p);
    }

    std::vector<AllostaticLoad> count() {
        for (const Assignment& row : m_programme.assignments)
            addAssignment(row);
        for (const Call& call : m_programme.calls)
            addCall(call);
        for (size_t p = 0; p < m_loads.size(); ++p)
            m_loads[p].holidaysWorked = int(m_holidays[p].size());
        addOvertime();
        return std::move(m_loads);
    }

  private:
    void addAssignment(const Assignment& row) {
        const int day = m_presence.dayIndex(row.date);
        if (row.person < 0 || day < 0 || row.date > m_to || m_presence.absent(row.person, day, row.half))
            return;
        AllostaticLoad& load = m_loads[size_t(row.person)];
        const bool recent = row.date >= m_from;
        if (row.role == AssignmentRole::Backup) {
            load.crossCoverage += recent ? 1 : 0;
            return;
        }
        if (!isWork(m_programme, row))
            return;
        noteHoliday(row.person, day);
        if (recent && row.rotation >= 0 && m_programme.rotations[size_t(row.rotation)].isNight)
            ++load.nights;
    }

    void addCall(const Call& call) {
        const int day = m_presence.dayIndex(call.date);
        if (call.person < 0 || day < 0 || call.date > m_to || m_presence.absent(call.person, day, Half::Night))
            return;
        AllostaticLoad& load = m_loads[size_t(call.person)];
        const bool recent = call.date >= m_from;
        if (call.type == CallType::Backup) {
            load.crossCoverage += recent ? 1 : 0;
            return;
        }
        noteHoliday(call.person, day);
        if (recent)
            ++(isWeekendNight(call) ? load.weekendCalls : load.nights);
    }

    void noteHoliday(int person, int day) {
        if (m_programme.days[size_t(day)].holiday)
            m_holidays[size_t(person)].insert(day);
    }

    void addOvertime() {
        for (const duty::DutyDays& days : duty::dutyDays(m_programme, m_presence, PersonType::Faculty)) {
            const double ordinary = kOrdinaryWeekHours * m_programme.people[size_t(days.person())].fte;
            const int first = days.dayAt(m_from);
            for (int start = first; start < first + kLookBackDays; start += 7)
                m_loads[size_t(days.person())].overtimeHours +=
                    std::max(0.0, days.hoursWithLeave(start, start + 6) - ordinary);
        }
    }

    const Programme& m_programme;
    const Presence m_presence;
    const base::Date m_from, m_to;
    std::vector<AllostaticLoad> m_loads;
    std::vector<std::set<int>> m_holidays;
};

void sumUp(AllostaticLoad& load) {
    load.acute = 4.0 * load.weekendCalls + 2.0 * load.nights + 1.5 * load.scheduleChanges + 2.0 * load.gapFills;
    load.chronic = 5.0 * load.holidaysWorked + 0.5 * load.overtimeHours + 1.0 * load.crossCoverage;
    load.total = load.acute + 1.2 * load.chronic;
    load.state = allostaticState(load.total);
}

BurnoutCascade cascadeOf(const Programme& programme, const std::vector<AllostaticLoad>& loads) {
    BurnoutCascade burnout;
    for (const AllostaticLoad& load : loads) {
        if (!programme.people[size_t(load.person)].isRegularFaculty())
            continue;
        ++burnout.faculty;
        burnout.overloaded += load.total >= kOverloaded ? 1 : 0;
    }
    if (burnout.faculty == 0)
        return burnout;
    burnout.share = double(burnout.overloaded) / burnout.faculty;
    burnout.level = *burnout.share > .5 ? "immediate" : *burnout.share > .3 ? "warning" : "none";
    return burnout;
}

} // namespace

const char* allostaticState(double total) {
    return total < 25 ? "homeostasis" : total < kOverloaded ? "allostasis" : total < 80 ? "overload-risk" : "overload";
}

AllostaticReport allostaticLoads(const Programme& programme, base::Date today,
                                 const std::map<std::string, StressCounts>& counts) {
    AllostaticReport report;
    report.to = today - std::chrono::days(1);
    report.from = today - std::chrono::days(kLookBackDays);
    if (programme.days.empty() || report.from < programme.first() || report.to > programme.last()) {
        report.reason = "insufficient data: the schedule does not hold the last 28 days";
        return report;
    }
    for (AllostaticLoad& load : StressCounter(programme, report.from, report.to).count()) {
        const Person& person = programme.people[size_t(load.person)];
        if (!person.isFaculty() || !person.isActiveOn(report.to) || person.status == PersonStatus::Separated)
            continue;
        if (const auto found = counts.find(person.id); found != counts.end()) {
            load.scheduleChanges = found->second.scheduleChanges;
            load.gapFills = found->second.gapFills;
        }
        sumUp(load);
        report.loads.push_back(std::move(load));
    }
    if (report.loads.empty())
        report.reason = "no faculty";
    std::sort(report.loads.begin(), report.loads.end(), [&](const AllostaticLoad& a, const AllostaticLoad& b) {
        return a.total != b.total
                   ? a.total > b.total
                   : programme.people[size_t(a.person)].id < programme.people[size_t(b.person)].id;
    });
    report.burnout = cascadeOf(programme, report.loads);
    return report;
}

base::Json toDocument(const Programme& programme, const AllostaticReport& report) {
    base::Json loads = base::Json::array();
    for (const AllostaticLoad& load : report.loads) {
        base::Json entry = base::Json::object();
        entry["person_id"] = programme.people[size_t(load.person)].id;
        entry["person"] = programme.people[size_t(load.person)].name;
        entry["weekend_calls"] = load.weekendCalls;
        entry["nights"] = load.nights;
        entry["schedule_changes"] = load.scheduleChanges;
        entry["gap_fills"] = load.gapFills;
        entry["holidays_worked"] = load.holidaysWorked;
        entry["overtime_hours"] = load.overtimeHours;
        entry["cross_coverage"] = load.crossCoverage;
        entry["acute"] = load.acute;
        entry["chronic"] = load.chronic;
        entry["total"] = load.total;
        entry["state"] = load.state;
        loads.push_back(std::move(entry));
    }
    base::Json document = base::Json::object();
    document["period"]["start"] = base::formatDate(report.from);
    document["period"]["end"] = base::formatDate(report.to);
    document["loads"] = std::move(loads);
    document["burnout_cascade"]["faculty"] = report.burnout.faculty;
    document["burnout_cascade"]["overloaded"] = report.burnout.overloaded;
    document["burnout_cascade"]["share"] = orNull(report.burnout.share);
    document["burnout_cascade"]["level"] = orNull(report.burnout.level);
    document["reason"] = orNull(report.reason);
    return document;
}

} // namespace core::programme
