#include "core/programme/duty/DutyPeriods.h"

#include <algorithm>
#include <cmath>

namespace core::programme::duty {

using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr hours kCallStart{19};
constexpr hours kCallLength{12};
constexpr hours kMorningStart{7}, kAfternoonStart{13}; ///< without a template
constexpr std::string_view kHandoffActivity = "handoff";

bool isNight(const Programme& programme, const Assignment& a) {
    return a.half == Half::Night || (a.rotation >= 0 && programme.rotations[size_t(a.rotation)].isNight);
}

minutes startOfHalf(const Programme& programme, const Assignment& a) {
    if (a.rotation < 0)
        return a.half == Half::Am ? kMorningStart : kAfternoonStart;
    const Rotation& rotation = programme.rotations[size_t(a.rotation)];
    return minutes(a.half == Half::Am ? rotation.startMinuteAm : rotation.startMinutePm);
}

template <class Row>
std::vector<std::vector<int>> positionsByPerson(const std::vector<Row>& rows, size_t people) {
    std::vector<std::vector<int>> positions(people);
    for (size_t i = 0; i < rows.size(); ++i)
        if (rows[i].person >= 0 && size_t(rows[i].person) < people)
            positions[size_t(rows[i].person)].push_back(int(i));
    return positions;
}

DutyKind kindOf(ExtraWorkKind kind) {
    switch (kind) {
    case ExtraWorkKind::Moonlighting:
        return DutyKind::Moonlighting;
    case ExtraWorkKind::HomeWork:
        return DutyKind::HomeWork;
    case ExtraWorkKind::Handoff:
        return DutyKind::Handoff;
    case ExtraWorkKind::Voluntary:
        return DutyKind::Voluntary;
    }
    return DutyKind::Voluntary;
}

} // namespace

minutes wholeMinutes(double hours) {
    return minutes(std::lround(hours * 60));
}

LocalMinute midnight(base::Date date) {
    return LocalMinute(date.time_since_epoch());
}

base::Date dayOf(LocalMinute minute) {
    return base::Date(std::chrono::floor<std::chrono::days>(minute.time_since_epoch()));
}

std::vector<DutyPeriod> mergeParts(std::vector<DutyPart> parts, minutes gap) {
    std::sort(parts.begin(), parts.end(), [](const DutyPart& a, const DutyPart& b) {
        return std::pair(a.start, a.end) < std::pair(b.start, b.end);
    });
    std::vector<DutyPeriod> periods;
    for (const DutyPart& part : parts) {
        if (periods.empty() || part.start - periods.back().end > gap)
            periods.push_back({part.start, part.end, {}});
        periods.back().end = std::max(periods.back().end, part.end);
        periods.back().parts.push_back(part);
    }
    return periods;
}

bool isMealBreak(const DutyPeriod& before, const DutyPeriod& after) {
    const DutyPart& morning = *std::max_element(before.parts.begin(), before.parts.end(),
                                                [](const DutyPart& a, const DutyPart& b) { return a.end < b.end; });
    const DutyPart& afternoon = after.parts.front();
    return morning.kind == DutyKind::HalfDay && afternoon.kind == DutyKind::HalfDay && morning.date == afternoon.date &&
           morning.half == Half::Am && afternoon.half == Half::Pm;
}

bool isWorkFromHome(const DutyPeriod& period) {
    return std::all_of(period.parts.begin(), period.parts.end(),
                       [](const DutyPart& part) { return part.kind == DutyKind::HomeWork; });
}

DutyReader::DutyReader(const Programme& programme, const Presence& presence, const DutyPolicy& policy)
    : m_programme(programme), m_presence(presence), m_policy(policy),
      m_assignments(positionsByPerson(programme.assignments, programme.people.size())),
      m_calls(positionsByPerson(programme.calls, programme.people.size())),
      m_extraWork(positionsByPerson(programme.extraWork, programme.people.size())) {}

bool DutyReader::hasRows(int person) const {
    return !m_assignments[size_t(person)].empty() || !m_calls[size_t(person)].empty() ||
           !m_extraWork[size_t(person)].empty();
}

/// The day before the first has no place in the table of presence.
bool DutyReader::isMissed(int person, base::Date date, Half half) const {
    const int day = m_presence.dayIndex(date);
    return day >= 0 ? m_presence.absent(person, day, half) : m_programme.isAbsent(person, date, half);
}

/// When the assignment would be worked; whether it is duty is another matter.
std::optional<DutyPart> DutyReader::partOf(const Assignment& a) const {
    const bool night = isNight(m_programme, a);
    double length = hoursOf(m_programme, a.rotation, a.half);
    const bool handoff = a.activity == kHandoffActivity;
    if (handoff)
        length = std::min(length, m_policy.handoffHours);
    if (length <= 0 || isMissed(a.person, a.date, night ? Half::Night : a.half))
        return std::nullopt;
    DutyPart part;
    part.start = midnight(a.date) + startOfHalf(m_programme, a);
    part.end = part.start + wholeMinutes(length);
    part.kind = handoff ? DutyKind::Handoff : night ? DutyKind::Night : DutyKind::HalfDay;
    part.date = a.date;
    part.half = night ? Half::Night : a.half;
    part.rotation = a.rotation;
    return part;
}

std::vector<DutyPart> DutyReader::partsOf(int person) const {
    std::vector<DutyPart> parts;
    for (const int position : m_assignments[size_t(person)]) {
        const Assignment& a = m_programme.assignments[size_t(position)];
        if (!isWork(m_programme, a))
            continue;
        if (const auto part = partOf(a))
            parts.push_back(*part);
    }
    for (const int position : m_calls[size_t(person)]) {
        const Call& call = m_programme.calls[size_t(position)];
        if (call.type == CallType::Backup || isMissed(person, call.date, Half::Night))
            continue;
        const LocalMinute start = midnight(call.date) + kCallStart;
        parts.push_back({start, start + kCallLength, DutyKind::Call, call.date, Half::Night, -1});
    }
    for (const int position : m_extraWork[size_t(person)]) {
        const ExtraWork& work = m_programme.extraWork[size_t(position)];
        if (work.end > work.start)
            parts.push_back({work.start, work.end, kindOf(work.kind), dayOf(work.start), Half::Am, -1});
    }
    return parts;
}

DutyTimes DutyReader::of(int person) const {
    DutyTimes times;
    times.periods = mergeParts(partsOf(person), minutes(m_policy.mergeGapMinutes));
    for (const int position : m_assignments[size_t(person)])
        if (const Assignment& a = m_programme.assignments[size_t(position)]; a.role == AssignmentRole::Backup)
            if (const auto part = partOf(a))
                times.atHomeCall.push_back({part->start, part->end});
    for (const int position : m_calls[size_t(person)])
        if (const Call& call = m_programme.calls[size_t(position)];
            call.type == CallType::Backup && !isMissed(person, call.date, Half::Night))
            times.atHomeCall.push_back(
                {midnight(call.date) + kCallStart, midnight(call.date) + kCallStart + kCallLength});
    std::sort(times.atHomeCall.begin(), times.atHomeCall.end(),
              [](const AtHomeCall& a, const AtHomeCall& b) { return a.start < b.start; });
    return times;
}

std::string nameOf(const Programme& programme, const DutyPart& part) {
    const std::string rotation =
        part.rotation >= 0 ? programme.rotations[size_t(part.rotation)].abbreviation : "assignment without a rotation";
    switch (part.kind) {
    case DutyKind::HalfDay:
    case DutyKind::Night:
        return rotation;
    case DutyKind::Call:
        return "call";
    case DutyKind::Handoff:
        return "handoff";
    case DutyKind::Moonlighting:
        return "moonlighting";
    case DutyKind::HomeWork:
        return "work from home";
    case DutyKind::Voluntary:
        return "stayed voluntarily";
    }
    return rotation;
}

} // namespace core::programme::duty
